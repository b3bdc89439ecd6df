//! All posts of the demonstration, the folder they live in, and how they come into one territory.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use beffroi_api::request::{CreateInvite, CreateTerritory, Join, Role};
use tempfile::TempDir;

use super::post::Post;
use super::scenario::Scenario;
use super::wait::PATIENCE;
use crate::args::DemoArgs;
use crate::failure::{EXIT_FAILED, EXIT_USAGE, Failure};
use crate::session::Session;

/// The name of the daemon.
const DAEMON: &str = "beffroid";

/// Seconds an invite of the demonstration lives: it is used at once.
const INVITE_SECONDS: u64 = 600;

/// The posts, then their folder: fields are dropped in this order.
pub(super) struct Fleet {
    pub(super) posts: Vec<Post>,
    temporary: Option<TempDir>,
}

impl Fleet {
    /// Folders and configuration of each post; nothing runs yet.
    pub(super) fn prepare(
        session: &Session,
        args: &DemoArgs,
        scenario: &Scenario,
    ) -> Result<Fleet, Failure> {
        let program = daemon(session)?;
        let refused = |folder: &Path, error: io::Error| {
            let arguments = [
                ("folder", folder.display().to_string().into()),
                ("error", error.to_string().into()),
            ];
            session.failure(EXIT_FAILED, "demo-folder", &arguments)
        };
        let (folder, temporary) = match &args.keep {
            Some(folder) => {
                let folder = std::path::absolute(folder).map_err(|error| refused(folder, error))?;
                empty(&folder)
                    .map_err(|error| refused(&folder, error))?
                    .then_some(())
                    .ok_or_else(|| {
                        let arguments = [("folder", folder.display().to_string().into())];
                        session.failure(EXIT_USAGE, "demo-folder-taken", &arguments)
                    })?;
                (folder, None)
            }
            None => {
                let temporary = tempfile::Builder::new().prefix("beffroi-").tempdir();
                let temporary = temporary.map_err(|error| refused(&std::env::temp_dir(), error))?;
                (temporary.path().to_owned(), Some(temporary))
            }
        };
        let named = scenario.posts.iter().take(usize::from(args.posts));
        let posts = named
            .map(|post| Post::prepare(session, &folder, &program, &post.name, &post.code))
            .collect::<io::Result<Vec<Post>>>()
            .map_err(|error| refused(&folder, error))?;
        Ok(Fleet { posts, temporary })
    }

    /// Whether the folder goes away at the end.
    pub(super) const fn is_temporary(&self) -> bool {
        self.temporary.is_some()
    }

    /// Starts every post; the first founds the territory, the others join it by invites.
    pub(super) async fn gather(
        &mut self,
        session: &Session,
        scenario: &Scenario,
    ) -> Result<(), Failure> {
        for post in &mut self.posts {
            post.start(session, false).await?;
        }
        let Some((first, others)) = self.posts.split_first() else {
            return Ok(());
        };
        // The root sheets in the answer are thrown away: nobody will ever need them.
        first
            .client
            .create_territory(
                &CreateTerritory {
                    name: scenario.territory.clone(),
                    post: first.name.clone(),
                    code: first.code.clone(),
                    insee: Vec::new(),
                },
                None,
            )
            .await?;
        let arguments = [
            ("post", first.name.as_str().into()),
            ("territory", scenario.territory.as_str().into()),
        ];
        session.talk("demo-founded", &arguments);
        for post in others {
            join(first, post).await?;
            session.talk("demo-joined", &[("post", post.name.as_str().into())]);
        }
        Ok(())
    }

    /// Stops every daemon and removes the temporary folder.
    pub(super) async fn end(mut self, session: &Session) -> Result<(), Failure> {
        for post in &self.posts {
            post.ask_to_stop();
        }
        for post in &mut self.posts {
            post.stop().await;
        }
        let Some(temporary) = self.temporary.take() else {
            return Ok(());
        };
        let folder = temporary.path().display().to_string();
        temporary.close().map_err(|error| {
            let arguments = [
                ("folder", folder.into()),
                ("error", error.to_string().into()),
            ];
            session.failure(EXIT_FAILED, "demo-not-removed", &arguments)
        })
    }
}

async fn join(host: &Post, post: &Post) -> Result<(), Failure> {
    let invite = host
        .client
        .invite(&CreateInvite {
            role: Role::Operator,
            people: false,
            expires_s: INVITE_SECONDS,
        })
        .await?;
    post.client
        .join(
            &Join {
                invite: invite.code,
                post: post.name.clone(),
                code: post.code.clone(),
                peers: invite.addresses,
                wait_s: PATIENCE.as_secs(),
            },
            None,
        )
        .await?;
    Ok(())
}

/// Makes the folder when it is not there; whether it is empty.
fn empty(folder: &Path) -> io::Result<bool> {
    fs::create_dir_all(folder)?;
    Ok(fs::read_dir(folder)?.next().is_none())
}

/// The daemon beside this program, else on the path.
fn daemon(session: &Session) -> Result<PathBuf, Failure> {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|program| Some(program.parent()?.join(DAEMON)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join(DAEMON));
    let found = beside.into_iter().chain(on_path).find(|it| it.is_file());
    found.ok_or_else(|| session.failure(EXIT_FAILED, "demo-no-daemon", &[]))
}
