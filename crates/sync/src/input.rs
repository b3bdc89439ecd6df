//! Everything that can happen to a post, as far as sync is concerned.

use std::collections::BTreeSet;

use beffroi_trust::{DeviceId, EntryId, Parcel};
use bytes::Bytes;

use crate::effect::Ticket;
use crate::peer::{Link, PeerId};
use crate::wire::Address;

/// Something happened. The driver hands it to [`Engine::handle`](crate::Engine::handle).
#[derive(Debug, Clone)]
pub enum Input {
    /// A link to a peer stands, and its frames will come in order or not at all.
    Connected {
        /// The peer, authenticated by the transport.
        peer: PeerId,
        /// What the link can bear.
        link: Link,
        /// Our wall clock, ms since 1970, to be told to the peer; the engine computes nothing by it.
        wall_ms: u64,
    },
    /// The link to a peer is gone, for whatever reason.
    Disconnected(PeerId),
    /// One frame's bytes came from a peer.
    Received(PeerId, Bytes),
    /// Entries were written here. The engine asks for them to be persisted; a driver that has
    /// already flushed them answers that with `Persisted` at once.
    Authored(Vec<Parcel>),
    /// Parked entries whose author has become known: they enter the set, as authored ones do.
    Woken(Vec<Parcel>),
    /// A [`Verify`](crate::Effect::Verify) was done.
    Verified(Verified),
    /// These entries are in the set and flushed to the disk: only now they may be spoken of. The
    /// order is the order in which [`Engine::restore`](crate::Engine::restore) will list them.
    Persisted(Vec<EntryId>),
    /// A [`Persist`](crate::Effect::Persist) failed or was refused. Those before it were answered
    /// by `Persisted` already; nothing of it, nor of any behind it, is on the disk, and the driver
    /// performs none until it has handed in `Resumed`.
    PersistFailed,
    /// The disk takes writes again.
    Resumed,
    /// A [`Load`](crate::Effect::Load) was done: those of the ids that could be read, in the order
    /// asked, up to the bytes asked.
    Loaded(Ticket, Vec<Parcel>),
    /// The addresses of members that this post knows and may tell; replaces those given before.
    Reachable(Vec<Address>),
    /// Of these entries of the set something is missing here that others may have; replaces those given before.
    Incomplete(BTreeSet<EntryId>),
    /// These authors have room again in the budgets of this post: what was deferred of theirs is
    /// asked for.
    Patience(Vec<DeviceId>),
    /// The time given by [`Engine::wake_at`](crate::Engine::wake_at) has come.
    Woke,
}

/// What became of the entries of one [`Verify`](crate::Effect::Verify): each of them is in one list.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    /// Valid, author known: to be persisted.
    pub accepted: Vec<EntryId>,
    /// Valid, author unknown: the driver keeps them aside until a grant wakes them.
    pub parked: Vec<EntryId>,
    /// Valid, author unknown, and no room aside: to be asked for again when the acts have changed.
    pub overflowed: Vec<EntryId>,
    /// Valid, but their author is over a budget of this post: to be asked for again when
    /// [`Input::Patience`] names him, and by nobody else sooner.
    pub deferred: Vec<EntryId>,
    /// Already in the set and on the disk.
    pub known: Vec<EntryId>,
    /// Broken form, hash or signature: the fault of the peer that sent them.
    pub faulty: Vec<EntryId>,
}
