//! Everything that reaches the event loop.

use beffroi_net::NetEvent;
use beffroi_sync::{PeerId, Ticket};
use beffroi_trust::{Checked, EntryId, Parcel};

use super::Node;
use crate::view::Applied;
use crate::writer::Written;

/// A question or an order of the API, done on the loop's own thread: it sees one state, whole.
pub(crate) type Task = Box<dyn FnOnce(&mut Node) + Send>;

/// Something the loop turns to.
pub(crate) enum Input {
    /// From the network.
    Net(NetEvent),
    /// From the API, or from work that has ended.
    Task(Task),
    /// From the disk.
    Written(Written),
    /// Signatures and forms were checked.
    Checked(PeerId, Vec<Verdict>),
    /// Entries were read for a peer.
    Loaded(Ticket, Vec<Parcel>),
    /// The view has done something.
    Applied(Applied),
}

/// What the check of one entry found.
pub(crate) struct Verdict {
    /// The entry.
    pub(crate) id: EntryId,
    /// The entry, when it is valid on its own.
    pub(crate) checked: Option<Checked>,
}
