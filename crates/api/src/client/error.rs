//! How asking the daemon can fail.

use std::time::Duration;

use super::Address;
use crate::problem::Problem;

/// How asking the daemon can fail.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody answers there: start the daemon, or name the right place.
    #[error("no Beffroi answers at {address}: {why}")]
    Unreachable {
        /// Where.
        address: Address,
        /// Why.
        why: Why,
    },
    /// The daemon answered that it did not do it, and why.
    #[error(transparent)]
    Problem(Box<Problem>),
    /// The daemon took the request and did not answer in time.
    #[error("{address} did not answer within {wait:?}")]
    TimedOut {
        /// Where.
        address: Address,
        /// How long was waited.
        wait: Duration,
    },
    /// The link broke while the answer was awaited.
    #[error("the link to {address} broke: {error}")]
    Broken {
        /// Where.
        address: Address,
        /// How.
        error: String,
    },
    /// The answer is none of ours: another program, or another version.
    #[error("the answer of {address} cannot be read: {error}")]
    Unreadable {
        /// Where.
        address: Address,
        /// What the reader stumbled on.
        error: String,
    },
    /// The local file that is written to failed.
    #[error("the file cannot be written: {0}")]
    LocalFile(#[source] std::io::Error),
}

impl ClientError {
    /// What a command that meets it exits with.
    #[must_use]
    pub fn exit(&self) -> u8 {
        match self {
            ClientError::Unreachable { .. } => 69,
            ClientError::Problem(problem) => problem.code.exit(),
            ClientError::TimedOut { .. } => 75,
            ClientError::Broken { .. }
            | ClientError::Unreadable { .. }
            | ClientError::LocalFile(_) => 1,
        }
    }
}

/// Why nobody answers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The daemon is not running, or elsewhere.
    #[error("there is no such file")]
    NoSuchFile,
    /// The path is something else than a socket.
    #[error("that file is not a socket")]
    NotASocket,
    /// A socket left by a daemon that is gone, or a port nobody listens on.
    #[error("nobody listens there")]
    Refused,
    /// The socket is another user's.
    #[error("this user may not open it")]
    Denied,
    /// Nobody took the connection.
    #[error("no answer")]
    NoAnswer,
    /// What the system says.
    #[error("{0}")]
    Other(String),
}
