//! How bytes travel: finds peers, secures links, carries frames.
//!
//! The only crate that names libp2p. It decides nothing: the daemon says who may connect, and frames are
//! opaque. What it promises is that an event tells the truth when it is handed out, that every queue is
//! bounded, and that a link in doubt is ended rather than kept.
//!
//! # How to drive it
//!
//! 1. [`spawn`] inside a tokio runtime. It succeeds without any network, and nobody can connect yet.
//! 2. [`NetHandle::allow`] with the devices now standing; again whenever that set changes.
//! 3. Receive from [`NetEvents`] for ever. [`NetEvent::Connected`] begins a session with a peer and brings
//!    the [`LinkSender`] that carries its frames, in order; [`NetEvent::Disconnected`] ends it, always
//!    before the next one of the same peer begins. A peer that takes less than is sent, or whose path is
//!    dead, is disconnected, never waited for.
//! 4. Keep what [`NetEvent::AddressLearned`] tells, and give it back in [`NetConfig::remembered`].
//! 5. [`NetHandle::shutdown`].
//!
//! Strangers meet the [`porch`] only: [`NetHandle::open_porch`] while an invitation is open, and for two
//! minutes after [`NetEvent::TurnedAway`]; [`NetEvent::PorchRequest`] is answered by
//! [`NetHandle::answer_porch`]. A member that is [`NetEvent::Refused`] asks at the porch of the same
//! machine (its usual port, or the one [`NetEvent::PorchHeard`] tells); a newcomer without a territory
//! finds porches with [`porch::Scout`].

mod address;
mod admission;
mod back_off;
mod beacon;
mod behaviour;
mod book;
mod config;
mod dice;
mod event;
mod gate;
mod handle;
mod identity;
mod interfaces;
pub mod limits;
mod link;
mod listen;
mod node;
pub mod porch;
mod queue;
mod status;
mod streams;
mod transport;
mod wire;
mod words;

#[cfg(test)]
mod tests;

pub use address::{Address, AddressError, MAIN_PORT, PORCH_PORT, Undialable};
pub use beacon::BeaconCounters;
pub use book::Origin;
pub use config::{Discovery, NetConfig};
pub use event::{Ended, NetEvent};
pub use handle::{AddPeerError, NetEvents, NetHandle, Stopped};
pub use identity::peer_id;
pub use interfaces::{Interface, enumerate as interfaces};
pub use limits::Timing;
pub use node::{SpawnError, spawn};
pub use queue::{LinkSender, SendError};
pub use status::{Counters, LinkStatus, MdnsStatus, NetStatus, PeerReach, TypedAddress};
