//! Everything a post can ask of the world, and say of itself.

use std::time::Duration;

use beffroi_trust::{Class, EntryId, Parcel};

use crate::limits::BAN;
use crate::peer::PeerId;
use crate::wire::{Address, Frame, FrameError, PackError};

/// Names one reading of the disk, so that its answer finds its question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// Something to be done, in the order given. Answers come back as inputs; none is awaited.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Check form, sizes, signature and whether the author is known, on other threads; answered by
    /// [`Input::Verified`](crate::Input::Verified) with each id in one list.
    Verify(PeerId, Vec<Parcel>),
    /// Put these into the set, in this order, and flush; answered by
    /// [`Input::Persisted`](crate::Input::Persisted) or [`Input::PersistFailed`](crate::Input::PersistFailed).
    Persist(Vec<Parcel>),
    /// Read entries from the disk for a peer, in this order, until the next would exceed
    /// `bytes_max` (one at least); answered by [`Input::Loaded`](crate::Input::Loaded), be it empty.
    Load {
        /// To be repeated in the answer.
        ticket: Ticket,
        /// The entries.
        ids: Vec<EntryId>,
        /// Where to stop.
        bytes_max: usize,
    },
    /// Further copies of entries that are in the set came from a peer, as [`Input::Incomplete`](crate::Input::Incomplete)
    /// asked for: check them and take what was missing. Answered by naming anew what is incomplete.
    Mend(PeerId, Vec<Parcel>),
    /// Send a frame. It may be lost; it may not be altered.
    Send(PeerId, Frame),
    /// Tell whoever listens.
    Tell(Notice),
    /// End the link. The engine has already forgotten it; `Disconnected` may follow or not.
    HangUp(PeerId, Reason),
}

/// A change in the life of the post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A peer said who it is and what its clock shows.
    Greeted {
        /// The peer.
        peer: PeerId,
        /// Its program version.
        version: String,
        /// Its wall clock when it spoke, ms since 1970.
        wall_ms: u64,
        /// How often it will be heard at least.
        heartbeat: Duration,
    },
    /// A peer has these entries on its disk, and we did not know.
    Acknowledged(PeerId, Vec<EntryId>),
    /// A peer has every entry of this set that we have.
    AcknowledgedAll(PeerId, Class),
    /// A peer lacks entries it had acknowledged: its disk was lost or set back.
    Retracted(PeerId, Vec<EntryId>),
    /// Both sets have become equal to the peer's.
    InStep(PeerId),
    /// A peer named this many entries and did not hand them over.
    Withheld(PeerId, usize),
    /// A much larger set is being streamed.
    BulkBegan(Class),
    /// The streaming has ended; a reconciliation proves completeness.
    BulkEnded(Class),
    /// A peer told where members can be dialled.
    Addresses(PeerId, Vec<Address>),
    /// The disk refused: nothing more is asked for or acknowledged until `Resumed`.
    Stopped,
}

/// Why a link is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Two of its heartbeats were missed.
    #[error("nothing was heard for two heartbeats")]
    Silent,
    /// It speaks another protocol.
    #[error("it speaks protocol {theirs}: update the older of the two programs")]
    Protocol {
        /// The number it gave.
        theirs: u16,
    },
    /// Its bytes are not a frame.
    #[error("a frame was broken: {0}")]
    Frame(FrameError),
    /// Its pack cannot be opened.
    #[error("a pack was broken: {0}")]
    Pack(PackError),
    /// A packed entry has no readable head.
    #[error("an entry was unreadable")]
    Entry,
    /// An entry it sent failed its check.
    #[error("an entry was not valid")]
    Faulty,
    /// A reconciliation message contradicts the session.
    #[error("a reconciliation message broke the rules")]
    Session,
    /// It sent more than it may unasked.
    #[error("it sent too much unasked")]
    Flood,
}

impl Reason {
    /// How long the peer is to be left alone: only silence is no fault.
    #[must_use]
    pub fn ban(self) -> Option<Duration> {
        match self {
            Reason::Silent => None,
            Reason::Protocol { .. }
            | Reason::Frame(_)
            | Reason::Pack(_)
            | Reason::Entry
            | Reason::Faulty
            | Reason::Session
            | Reason::Flood => Some(BAN),
        }
    }
}
