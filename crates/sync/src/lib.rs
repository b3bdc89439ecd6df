//! What to tell which peer, and when.

mod dice;
pub mod effect;
mod index;
pub mod input;
pub mod limits;
mod moment;
mod peer;
mod reconcile;
mod sets;
mod sum;
#[cfg(test)]
mod testing;
pub mod wire;

pub use effect::{Effect, Notice, Reason, Ticket};
pub use input::{Input, Verified};
pub use moment::Moment;
pub use peer::{Link, PeerId};
