//! What goes into a document, and what it tells of it.

use bytes::Bytes;

use crate::chronicle::Count;
use crate::guard::{Bad, ChangeId, Verdict};
use crate::ids::{DeviceId, EntryId};

/// Bytes of a document above which a person is told: it opens slowly, and should be split.
pub const DOCUMENT_BYTES_WARN: usize = 256 << 10;
/// Bytes of a document at which this post takes no more of it until a person decides.
pub const DOCUMENT_BYTES_MAX: usize = 5 << 20;
/// Changes of a document at which this post takes no more of it: each costs 2 ms from there on.
pub const DOCUMENT_CHANGES_MAX: usize = 5_000;

/// One payload for a document, as it was carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The entry.
    pub entry: EntryId,
    /// The number of the leaf in it.
    pub leaf: u8,
    /// The entry's author.
    pub author: DeviceId,
    /// The entry's time, in milliseconds.
    pub time_ms: u64,
    /// How the entry counts now.
    pub count: Count,
    /// The unpacked payload: a raw change, or a record, as the document's kind says.
    pub payload: Bytes,
}

/// Where a change or record comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The entry that carries it; of several, how the best counts, then the lowest.
    pub entry: EntryId,
    /// The number of the leaf in it.
    pub leaf: u8,
    /// Who wrote it.
    pub author: DeviceId,
    /// When, by the author's clock, in milliseconds.
    pub time_ms: u64,
    /// Written without a right that holds, and taken up: by a coordinator's Keep, or because a
    /// counted change builds on it. To be marked on screen.
    pub adopted: bool,
}

/// A payload that takes no effect, through its author's fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refused {
    /// The entry that carries it.
    pub entry: EntryId,
    /// The number of the leaf in it.
    pub leaf: u8,
    /// Whose fault it is.
    pub author: DeviceId,
    /// What is wrong with it.
    pub bad: Bad,
}

/// A change that would take effect if others were here, or were sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The change.
    pub change: ChangeId,
    /// An entry that carries it.
    pub entry: EntryId,
    /// What it builds on and cannot be had: missing, refused, or waiting itself.
    pub deps: Vec<ChangeId>,
}

/// A verdict the guard just gave, to be stored beside the leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// An entry that carries the change.
    pub entry: EntryId,
    /// The number of the leaf in it.
    pub leaf: u8,
    /// Whose budget pays for it.
    pub author: DeviceId,
    /// Operations of the change.
    pub operations: u64,
    /// What the guard found.
    pub verdict: Verdict,
}

/// What a document weighs here. Patience, not validity: over it, this post stops taking more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// Changes or records held, admitted or not.
    pub changes: usize,
    /// Their bytes.
    pub bytes: usize,
}

impl Weight {
    /// Whether a person is to be told.
    pub fn is_heavy(self) -> bool {
        self.bytes > DOCUMENT_BYTES_WARN || self.is_full()
    }

    /// Whether this post takes no more of it until a person decides.
    pub fn is_full(self) -> bool {
        self.bytes >= DOCUMENT_BYTES_MAX || self.changes >= DOCUMENT_CHANGES_MAX
    }
}
