//! `completions`, `man` and `version`.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use beffroi_api::Schema;
use clap::Command;
use clap_mangen::Man;
use serde::Serialize;

use super::DONE;
use crate::args::{CompletionsArgs, ManArgs};
use crate::catalogue::Texts;
use crate::failure::{EXIT_FAILED, Failure, Outcome};
use crate::help;
use crate::output::json;
use crate::session::Session;

pub(super) fn completions(args: &CompletionsArgs, texts: &Texts) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut help::command(texts),
        "beffroi",
        &mut script,
    );
    io::stdout().write_all(&script)?;
    Ok(DONE)
}

pub(super) fn man(args: &ManArgs, texts: &Texts) -> Outcome {
    let command = help::command(texts);
    let Some(folder) = &args.folder else {
        Man::new(command).render(&mut io::stdout())?;
        return Ok(DONE);
    };
    let written = fs::create_dir_all(folder).and_then(|()| pages(folder, &command, "beffroi"));
    written.map_err(|error| {
        let arguments = [
            ("path", folder.display().to_string().into()),
            ("error", error.to_string().into()),
        ];
        Failure::said(texts, EXIT_FAILED, "export-failed", &arguments)
    })?;
    Ok(DONE)
}

/// A page for the command and one for each below it, named `beffroi-incident-new.1`.
fn pages(folder: &Path, command: &Command, name: &str) -> io::Result<()> {
    let mut page = Vec::new();
    let named = command.clone().name(name.to_owned());
    Man::new(named).render(&mut page)?;
    fs::write(folder.join(format!("{name}.1")), page)?;
    for below in command.get_subcommands() {
        pages(folder, below, &format!("{name}-{}", below.get_name()))?;
    }
    Ok(())
}

/// Both versions; `null` when no daemon answers.
#[derive(Serialize)]
struct Document {
    schema: Schema,
    version: &'static str,
    daemon: Option<String>,
}

pub(super) async fn version(session: &Session) -> Outcome {
    let own = env!("CARGO_PKG_VERSION");
    // The client has a version whether or not a daemon answers.
    let daemon = session.client.version().await.ok();
    if session.screen.json().is_some() {
        let document = Document {
            schema: Schema,
            version: own,
            daemon: daemon.map(|daemon| daemon.version),
        };
        json::document(&session.screen, &document)?;
        return Ok(DONE);
    }
    session.print("version-own", &[("version", own.into())])?;
    match daemon {
        Some(daemon) => {
            let arguments = [
                ("version", daemon.version.into()),
                ("address", session.client.address().to_string().into()),
            ];
            session.print("version-daemon", &arguments)?;
        }
        None => session.talk("version-no-daemon", &[]),
    }
    Ok(DONE)
}
