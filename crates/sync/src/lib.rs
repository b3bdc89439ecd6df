//! What to tell which peer, and when: how two posts become equal.
//!
//! A territory is two grow-only sets of signed entries, *acts* and *contents*. [`Engine`] is one
//! post's side of all its links: it is told what happens ([`Input`]) and says what to do
//! ([`Effect`]). It reads no clock, draws no number, opens nothing; time and chance are arguments,
//! so that the same inputs give the same effects for ever.
//!
//! # Driving it
//! 1. [`Engine::restore`] with every entry of the disk in the order of their arrival and the kept
//!    receipts, then [`Engine::restore_parked`].
//! 2. For each thing that happens: [`Engine::handle`], then [`Engine::next_effect`] until it is
//!    `None`, performing each effect in the order given.
//! 3. Sleep until the next thing happens or until [`Engine::wake_at`], then hand in
//!    [`Input::Woke`]. [`Moment`]s count from a zero the driver chose; they never go back.
//! 4. In between, ask: [`Engine::peer`], [`Engine::acknowledged`], [`Engine::digest`]… and keep
//!    [`Engine::changed_receipts`] now and then.
//!
//! # What it holds to
//! - Nothing is announced, acknowledged or counted before [`Input::Persisted`] said that it is on
//!   the disk. After [`Input::PersistFailed`] nothing more is asked for until [`Input::Resumed`].
//! - Any frame may be lost, doubled, late or forged: heartbeats and reconciliation mend it. A peer
//!   that breaks a rule is hung up on ([`Reason::ban`]).
//! - Acts are reconciled and delivered before contents.
//! - Whatever a link holds can be thrown away; disconnecting is always right.
//!
//! Frames are in [`wire`], every bound in [`limits`].

mod acks;
mod arrivals;
mod aside;
mod ask;
mod bucket;
mod bulk;
pub mod bundle;
mod dice;
pub mod effect;
mod engine;
mod index;
pub mod input;
pub mod limits;
mod live;
mod moment;
mod peer;
mod pulse;
mod reconcile;
mod session;
mod sets;
mod sum;
#[cfg(test)]
mod testing;
mod want;
pub mod wire;

pub use acks::Receipt;
pub use effect::{Effect, Notice, Reason, Ticket};
pub use engine::{Config, Engine, PeerStatus};
pub use input::{Input, Verified};
pub use moment::Moment;
pub use peer::{Link, PeerId};
pub use wire::{Address, Digest, Frame};
