//! The porch: the one place where a device that nobody knows may speak, and only in one sentence.
//!
//! A second, tiny swarm with a throw-away identity on its own port. It carries opaque bytes each way and
//! understands none of them. [`Scout`] finds open porches, [`ask()`] speaks at one.

mod ask;
mod codec;
mod scout;
mod server;

pub use ask::{AskError, ask};
pub use scout::{PorchFound, Scout};
pub(crate) use server::{Question, Server};

use libp2p::StreamProtocol;

/// The protocol, which is the same for every territory.
const PROTOCOL: StreamProtocol = StreamProtocol::new("/beffroi/porch/1");

/// Why the porch could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No configured address can be listened on, and no free port either.
    #[error("the porch found nowhere to listen: {0}")]
    NowhereToListen(std::io::Error),
    /// The system gave no randomness, or the handshake could not be set up.
    #[error("the porch could not be set up: {0}")]
    Setup(String),
    /// The node has stopped.
    #[error(transparent)]
    Stopped(#[from] crate::handle::Stopped),
}
