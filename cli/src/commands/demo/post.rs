//! One post of the demonstration: a real `beffroid` with a folder of its own.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use beffroi_api::client::{Address, Client};
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::{Instant, sleep};

use super::wait;
use crate::failure::{EXIT_FAILED, Failure};
use crate::session::Session;

/// Longest wait for a daemon to flush and end after SIGTERM before it is killed.
const STOP_WAIT: Duration = Duration::from_secs(15);

/// How often the end of a daemon is looked for.
const LOOKED_EVERY: Duration = Duration::from_millis(20);

/// Lines of the log shown when a daemon ends by itself.
const LOG_LINES: usize = 5;

/// What no post of a demonstration does: look for others on the network it is shown on.
const CONFIG: &str = "\
porch = [\"/ip4/127.0.0.1/tcp/0\"]

[discovery]
mdns = false
beacon = false
";

/// Variables that would make a demonstration's post another one than the demonstration says.
const NOT_INHERITED: &[&str] = &[
    "BEFFROI_DATA",
    "BEFFROI_CONFIG",
    "BEFFROI_PASSPHRASE_FILE",
    "BEFFROI_LOG",
    "CREDENTIALS_DIRECTORY",
    "NOTIFY_SOCKET",
    "STATE_DIRECTORY",
    "WATCHDOG_USEC",
];

/// A post and its daemon. Dropping it kills the daemon.
pub(super) struct Post {
    /// Its name ("Croix-Rouge").
    pub(super) name: String,
    /// Its code (`CRF`).
    pub(super) code: String,
    /// Its data folder.
    pub(super) data: PathBuf,
    /// Asks it.
    pub(super) client: Client,
    program: PathBuf,
    child: Option<Child>,
}

impl Post {
    /// A post with its configuration in `folder`, not yet running.
    pub(super) fn prepare(
        session: &Session,
        folder: &Path,
        program: &Path,
        name: &str,
        code: &str,
    ) -> io::Result<Post> {
        let data = folder.join(code.to_lowercase());
        fs::write(data.with_extension("toml"), CONFIG)?;
        let address = Address::Unix(data.join("api.sock"));
        Ok(Post {
            name: name.to_owned(),
            code: code.to_owned(),
            client: Client::new(address, session.texts.language()),
            program: program.to_owned(),
            child: None,
            data,
        })
    }

    /// Starts the daemon and waits until it answers.
    pub(super) async fn start(&mut self, session: &Session, offline: bool) -> Result<(), Failure> {
        self.spawn(offline).map_err(|error| {
            let arguments = [
                ("program", self.program.display().to_string().into()),
                ("error", error.to_string().into()),
            ];
            session.failure(EXIT_FAILED, "demo-not-started", &arguments)
        })?;
        let what = session
            .texts
            .with("demo-wait-answer", &[("post", self.name.as_str().into())]);
        wait::until(session, &what, async || {
            if let Some(status) = self.ended() {
                return Err(self.ended_by_itself(session, status));
            }
            Ok(self.client.status().await.ok().map(|_status| ()))
        })
        .await
    }

    fn spawn(&mut self, offline: bool) -> io::Result<()> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_path())?;
        let mut command = Command::new(&self.program);
        command
            .arg("--data")
            .arg(&self.data)
            .arg("--config")
            .arg(self.data.with_extension("toml"))
            .args(["--listen", "/ip4/127.0.0.1/tcp/0", "--api", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        if offline {
            command.arg("--offline");
        }
        for variable in NOT_INHERITED {
            command.env_remove(variable);
        }
        // Ctrl-C goes to the whole group of a terminal: the posts are stopped by us, in order.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        self.child = Some(command.spawn()?);
        Ok(())
    }

    fn log_path(&self) -> PathBuf {
        self.data.with_extension("log")
    }

    fn ended(&mut self) -> Option<ExitStatus> {
        self.child.as_mut()?.try_wait().ok().flatten()
    }

    fn ended_by_itself(&self, session: &Session, status: ExitStatus) -> Failure {
        let log = fs::read_to_string(self.log_path()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let last = lines.len().saturating_sub(LOG_LINES);
        let arguments = [
            ("post", self.name.as_str().into()),
            ("status", status.to_string().into()),
            ("log", lines[last..].join("\n").into()),
        ];
        session.failure(EXIT_FAILED, "demo-post-ended", &arguments)
    }

    /// SIGTERM, without waiting for the end.
    pub(super) fn ask_to_stop(&self) {
        if let Some(child) = &self.child {
            // One that has ended meanwhile is not yet reaped: its id is nobody else's.
            let _ = kill_process(Pid::from_child(child), Signal::TERM);
        }
    }

    /// SIGTERM, and waits for the end; kills what does not end.
    pub(super) async fn stop(&mut self) {
        self.ask_to_stop();
        let end = Instant::now() + STOP_WAIT;
        while self.child.is_some() && self.ended().is_none() && Instant::now() < end {
            sleep(LOOKED_EVERY).await;
        }
        self.kill();
    }

    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        self.kill();
    }
}
