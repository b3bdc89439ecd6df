//! What a command that was not done says, and what it exits with:
//! `error: … / why: … / try: …`.

use std::io;

use beffroi_api::client::{Address, ClientError, Why};
use beffroi_api::problem::Problem;
use beffroi_api::texts::Argument;

use crate::catalogue::Texts;
use crate::locate::{self, SERVICE_FOLDER};

/// Exit: failed.
pub(crate) const EXIT_FAILED: u8 = 1;
/// Exit: usage.
pub(crate) const EXIT_USAGE: u8 = 2;
/// Exit: not found.
pub(crate) const EXIT_NOT_FOUND: u8 = 3;
/// Exit: try later.
pub(crate) const EXIT_LATER: u8 = 75;

/// Why a command was not done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The daemon was not reached, or refused.
    Client(ClientError),
    /// The command itself says why.
    Said {
        /// What failed.
        error: String,
        /// Why, a line each.
        why: Vec<String>,
        /// What to do next, a line each.
        hints: Vec<String>,
        /// What to exit with.
        exit: u8,
    },
    /// The output cannot be written.
    Output(io::Error),
}

/// What a command returns: its exit code.
pub(crate) type Outcome = Result<u8, Failure>;

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Failure {
        Failure::Client(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Output(error)
    }
}

impl Failure {
    /// A failure whose sentences are under `key`, `key.why` and `key.try`.
    pub(crate) fn said(texts: &Texts, exit: u8, key: &str, arguments: &[Argument<'_>]) -> Failure {
        let lines = |part: &str| {
            let key = format!("{key}.{part}");
            match texts.find(&key) {
                Some(_) => split(&texts.with(&key, arguments)),
                None => Vec::new(),
            }
        };
        Failure::Said {
            error: texts.with(key, arguments),
            why: lines("why"),
            hints: lines("try"),
            exit,
        }
    }

    /// What the command exits with. A closed pipe is how `| head` says that it has seen enough.
    pub(crate) fn exit(&self) -> u8 {
        match self {
            Failure::Client(error) => error.exit(),
            Failure::Said { exit, .. } => *exit,
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Failure::Output(_) => EXIT_FAILED,
        }
    }

    /// The whole text for a person; nothing when there is nothing to say.
    pub(crate) fn text(&self, texts: &Texts) -> Option<String> {
        let (error, why, hints) = match self {
            Failure::Client(error) => of_client(error, texts),
            Failure::Said {
                error, why, hints, ..
            } => (error.clone(), why.clone(), hints.clone()),
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return None,
            Failure::Output(error) => {
                let said = texts.with("output-failed", &[("error", error.to_string().into())]);
                (said, Vec::new(), Vec::new())
            }
        };
        Some(lay_out(&error, &why, &hints, texts))
    }
}

type Parts = (String, Vec<String>, Vec<String>);

fn of_client(error: &ClientError, texts: &Texts) -> Parts {
    match error {
        ClientError::Unreachable { address, why } => unreachable(address, why, texts),
        ClientError::Problem(problem) => of_problem(problem),
        ClientError::TimedOut { address, wait } => {
            let arguments = [
                ("address", address.to_string().into()),
                ("seconds", wait.as_secs().into()),
            ];
            sentences(texts, "timed-out", &arguments)
        }
        ClientError::Broken { address, error } => {
            let address = address.to_string();
            let arguments = [
                ("address", address.into()),
                ("error", error.as_str().into()),
            ];
            sentences(texts, "link-broken", &arguments)
        }
        ClientError::Unreadable { address, error } => {
            let address = address.to_string();
            let arguments = [
                ("address", address.into()),
                ("error", error.as_str().into()),
            ];
            sentences(texts, "answer-unreadable", &arguments)
        }
        ClientError::LocalFile(error) => {
            let arguments = [("error", error.to_string().into())];
            sentences(texts, "local-file", &arguments)
        }
    }
}

fn sentences(texts: &Texts, key: &str, arguments: &[Argument<'_>]) -> Parts {
    let part = |name: &str| split(&texts.with(&format!("{key}.{name}"), arguments));
    (texts.with(key, arguments), part("why"), part("try"))
}

fn of_problem(problem: &Problem) -> Parts {
    let mut why = vec![problem.detail.clone()];
    let fields = problem.fields.iter();
    why.extend(fields.map(|fault| format!("{}: {}", fault.field, fault.detail)));
    for candidate in &problem.candidates {
        let post = candidate.post.as_deref().unwrap_or_default();
        let line = format!(
            "{}   {}   {}   {post}",
            candidate.reference, candidate.kind, candidate.title
        );
        why.push(line.trim_end().to_owned());
    }
    (problem.title.clone(), why, split(&problem.hint))
}

fn unreachable(address: &Address, why: &Why, texts: &Texts) -> Parts {
    let error = texts.with("unreachable", &[("address", address.to_string().into())]);
    let key = match why {
        Why::NoSuchFile => "unreachable-no-file",
        Why::NotASocket => "unreachable-no-socket",
        Why::Refused => "unreachable-refused",
        Why::Denied => "unreachable-denied",
        Why::NoAnswer => "unreachable-silent",
        Why::Other(system) => return (error, vec![system.clone()], start(address, texts)),
    };
    let hints = match why {
        Why::NoSuchFile | Why::Refused => start(address, texts),
        Why::NotASocket | Why::Denied | Why::NoAnswer | Why::Other(_) => {
            split(&texts.say(&format!("{key}.try")))
        }
    };
    (error, split(&texts.say(key)), hints)
}

/// How to start the daemon that would answer at `address`.
fn start(address: &Address, texts: &Texts) -> Vec<String> {
    let Address::Unix(socket) = address else {
        return vec![texts.say("start-other")];
    };
    let folder = socket.parent().unwrap_or(socket);
    let mut lines = Vec::new();
    let mut own = folder.to_owned();
    if folder == std::path::Path::new(SERVICE_FOLDER) {
        lines.push(texts.say("start-service"));
        if let Some(user) = locate::user_folder() {
            own = user;
        }
    }
    let own = own.display().to_string();
    lines.push(texts.with("start-own", &[("folder", own.into())]));
    lines
}

fn split(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim_end);
    lines
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

fn lay_out(error: &str, why: &[String], hints: &[String], texts: &Texts) -> String {
    let labels = ["label-why", "label-try"].map(|key| texts.say(key));
    let width = labels.iter().map(|label| label.chars().count()).max();
    let width = width.unwrap_or_default();
    let mut out = format!("{} {error}\n", texts.say("label-error"));
    for (label, lines) in labels.iter().zip([why, hints]) {
        for (index, line) in lines.iter().enumerate() {
            let label = if index == 0 { label.as_str() } else { "" };
            out.push_str(&format!("  {label:width$}   {line}\n"));
        }
    }
    out
}
