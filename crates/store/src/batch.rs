//! What is written: a batch of changes, each kept whole, in the order given.

use crate::error::StoreError;
use crate::limits::{
    ENTRY_BYTES_MAX, HEAD_BYTES_MAX, LEAVES_MAX, NAMED_KEY_BYTES_MAX, NAMED_VALUE_BYTES_MAX,
    NAMESPACE_BYTES_MAX, NOTE_BYTES_MAX, PARKED_ENTRY_BYTES_MAX, RECORDS_MAX,
    REFUSED_ENTRY_BYTES_MAX,
};

/// An entry's id, a device's key, a record's keyed hash: 32 bytes the store never looks into.
pub type Id = [u8; 32];

/// One leaf of an entry, as bytes the store never looks into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeafBytes {
    /// The leaf as it came.
    Here(Vec<u8>),
    /// The leaf is gone, forgotten or never carried: the mark the caller keeps in its place.
    Gone(Vec<u8>),
}

impl LeafBytes {
    /// How many bytes the leaf or its mark has.
    pub(crate) fn len(&self) -> usize {
        match self {
            LeafBytes::Here(bytes) | LeafBytes::Gone(bytes) => bytes.len(),
        }
    }
}

/// An entry to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// Its id.
    pub id: Id,
    /// Which of the sets it belongs to: the first part of the order.
    pub set: u8,
    /// Its second, as its author claims: the second part of the order.
    pub second: u32,
    /// Head, signature, and whatever else the caller needs to give the entry back byte for byte.
    pub head: Vec<u8>,
    /// Its leaves, in their order.
    pub leaves: Vec<LeafBytes>,
    /// When this post received it, in milliseconds since 1970.
    pub received_ms: u64,
    /// The records it changes, as keyed hashes: rows of `by_record`.
    pub records: Vec<Id>,
}

/// An entry kept beside the sets: parked until its author is known, or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its id.
    pub id: Id,
    /// When this post received it, in milliseconds since 1970.
    pub received_ms: u64,
    /// Why it is held and by whom it came, in the caller's own form.
    pub note: Vec<u8>,
    /// The entry, or what is worth keeping of it.
    pub bytes: Vec<u8>,
}

/// One change. A change is never split between two transactions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Keep an entry, with its rows in order, log and by-record. An id that is here already changes nothing.
    Append(NewEntry),
    /// Add records to an entry that is here, as when its key arrived later.
    Index {
        /// The entry.
        id: Id,
        /// The records it changes; those it has stay.
        records: Vec<Id>,
    },
    /// Put another leaf in the place of one: a mark when it is forgotten, its bytes when a gap is filled.
    Leaf {
        /// The entry.
        id: Id,
        /// Which leaf.
        leaf: u8,
        /// What stands there from now on.
        bytes: LeafBytes,
    },
    /// Hold an entry until its author is known.
    Park(Held),
    /// Let go of a parked entry, if it is there.
    Unpark(Id),
    /// Remember a refused entry.
    Refuse(Held),
    /// Let go of a refused entry, if it is there.
    Readmit(Id),
    /// Keep a small value under a name.
    Put {
        /// Its namespace: 1–32 characters of `a`–`z`, `0`–`9`, `-`.
        namespace: String,
        /// Its key, up to 200 bytes.
        key: Vec<u8>,
        /// The value.
        value: Vec<u8>,
    },
    /// Let go of a small value, if it is there.
    Delete {
        /// Its namespace.
        namespace: String,
        /// Its key.
        key: Vec<u8>,
    },
}

/// Changes that belong together, applied in their order.
///
/// A batch of up to 1,000 rows and 1 MiB is one transaction: after a crash all of it is here or nothing. A
/// larger one is several transactions cut between two changes, so each entry is whole but the batch may be
/// here in part; what must stand or fall with an entry belongs in a small batch with it. An entry that
/// fits a frame with its leaves makes three rows, and one more for each record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// The changes.
    pub changes: Vec<Change>,
}

impl Batch {
    /// An empty batch.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a change.
    pub fn push(&mut self, change: Change) -> &mut Self {
        self.changes.push(change);
        self
    }

    /// Keeps an entry.
    pub fn append(&mut self, entry: NewEntry) -> &mut Self {
        self.push(Change::Append(entry))
    }

    /// Forgets one leaf: `mark` stands in its place, the other leaves stay.
    pub fn forget(&mut self, id: Id, leaf: u8, mark: Vec<u8>) -> &mut Self {
        self.push(Change::Leaf {
            id,
            leaf,
            bytes: LeafBytes::Gone(mark),
        })
    }

    /// Keeps a small value under a name.
    pub fn put(&mut self, namespace: &str, key: &[u8], value: &[u8]) -> &mut Self {
        self.push(Change::Put {
            namespace: namespace.into(),
            key: key.into(),
            value: value.into(),
        })
    }

    /// Lets go of a small value.
    pub fn delete(&mut self, namespace: &str, key: &[u8]) -> &mut Self {
        self.push(Change::Delete {
            namespace: namespace.into(),
            key: key.into(),
        })
    }

    /// Checks every size, so that nothing is written of a batch that cannot be written whole.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        self.changes.iter().try_for_each(check_change)
    }
}

/// What a batch did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Committed {
    /// The entries that are new here, with their append numbers, in the order given.
    pub appended: Vec<(Id, u64)>,
    /// The entries that were here already: nothing was changed for them.
    pub known: Vec<Id>,
}

/// Refuses a namespace that could be confused with another one's rows.
pub(crate) fn check_namespace(namespace: &str) -> Result<(), StoreError> {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if namespace.is_empty()
        || namespace.len() > NAMESPACE_BYTES_MAX
        || !namespace.bytes().all(legal)
    {
        return Err(StoreError::Namespace(
            namespace.chars().take(NAMESPACE_BYTES_MAX).collect(),
        ));
    }
    Ok(())
}

fn check_change(change: &Change) -> Result<(), StoreError> {
    match change {
        Change::Append(entry) => check_entry(entry),
        Change::Index { records, .. } => at_most("a list of records", records.len(), RECORDS_MAX),
        Change::Leaf { bytes, .. } => at_most("a leaf", bytes.len(), ENTRY_BYTES_MAX),
        Change::Park(held) => check_held(held, PARKED_ENTRY_BYTES_MAX),
        Change::Refuse(held) => check_held(held, REFUSED_ENTRY_BYTES_MAX),
        Change::Unpark(_) | Change::Readmit(_) => Ok(()),
        Change::Put {
            namespace,
            key,
            value,
        } => {
            check_namespace(namespace)?;
            at_most("a named value's key", key.len(), NAMED_KEY_BYTES_MAX)?;
            at_most("a named value", value.len(), NAMED_VALUE_BYTES_MAX)
        }
        Change::Delete { namespace, key } => {
            check_namespace(namespace)?;
            at_most("a named value's key", key.len(), NAMED_KEY_BYTES_MAX)
        }
    }
}

fn check_entry(entry: &NewEntry) -> Result<(), StoreError> {
    at_most("an entry's head", entry.head.len(), HEAD_BYTES_MAX)?;
    at_most("a list of leaves", entry.leaves.len(), LEAVES_MAX)?;
    at_most("a list of records", entry.records.len(), RECORDS_MAX)?;
    let bytes = entry.head.len() + entry.leaves.iter().map(LeafBytes::len).sum::<usize>();
    at_most("an entry", bytes, ENTRY_BYTES_MAX)
}

fn check_held(held: &Held, bytes_max: usize) -> Result<(), StoreError> {
    at_most("a note", held.note.len(), NOTE_BYTES_MAX)?;
    at_most("an entry held aside", held.bytes.len(), bytes_max)
}

/// The error for what exceeds `max`.
pub(crate) fn at_most(what: &'static str, found: usize, max: usize) -> Result<(), StoreError> {
    if found > max {
        return Err(StoreError::TooLarge {
            what,
            found: found as u64,
            max: max as u64,
        });
    }
    Ok(())
}
