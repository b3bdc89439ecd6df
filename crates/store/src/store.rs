//! The contract: what every store does, whatever it is made of.

use std::ops::Bound;

use crate::batch::{Batch, Committed, Held, Id, LeafBytes};
use crate::error::StoreError;

/// A place in the order of a set: set, then second, then id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderKey {
    /// The set.
    pub set: u8,
    /// The second.
    pub second: u32,
    /// The entry.
    pub id: Id,
}

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its id.
    pub id: Id,
    /// Which set it belongs to.
    pub set: u8,
    /// Its second.
    pub second: u32,
    /// The bytes given as head.
    pub head: Vec<u8>,
    /// Its leaves, or their marks.
    pub leaves: Vec<LeafBytes>,
    /// When this post received it, in milliseconds since 1970.
    pub received_ms: u64,
    /// Its place in the append order: rises with each entry, may have gaps, never 0.
    pub append: u64,
    /// The records it changes, ascending.
    pub records: Vec<Id>,
}

/// Some leaves of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLeaves {
    /// The entry.
    pub id: Id,
    /// The bytes given as its head.
    pub head: Vec<u8>,
    /// The leaves asked for, each with its number, in the order asked; one the entry does not have is left
    /// out.
    pub leaves: Vec<(u8, LeafBytes)>,
}

/// One small value with its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its key.
    pub key: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
}

/// How large the store is and how much room it has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Entries in the sets.
    pub entries: u64,
    /// Bytes the store's files take on the disk, the reserve not counted.
    pub disk_bytes: u64,
    /// Bytes still free for this program on that file system.
    pub free_bytes: u64,
    /// Whether a batch would be taken now.
    pub writable: bool,
}

/// What survives a crash.
///
/// Calls block; use them from threads that may. Readers run at the same time as each other and as a
/// writer; writers take turns. The order to call: `commit` one or more batches, `flush` once for all of
/// them, and only then acknowledge, index or announce. After `Stopped`, call `recover` until it succeeds,
/// then commit again what was not flushed: an entry that survived is `known`.
///
/// Iterations come in pages of at most `count` (and `PAGE_COUNT_MAX`) items; a page shorter than that is
/// the last. Each page is read on its own, so entries appended meanwhile may show in later pages.
pub trait Store: Send + Sync {
    /// Writes a batch. It is visible to readers at once and durable after the next `flush`.
    ///
    /// # Errors
    /// `Full`, `Stopped`, `TooLarge`, `NotHere` and `Namespace` say so before anything is written, except
    /// that a batch of several transactions may meet `Full` between two of them.
    fn commit(&self, batch: &Batch) -> Result<Committed, StoreError>;

    /// Returns when everything committed before is on the disk. Costs nothing when nothing was.
    ///
    /// # Errors
    /// Any failure stops writing until `recover`: what was committed since the last flush may be lost.
    fn flush(&self) -> Result<(), StoreError>;

    /// Reads entries, in the order asked, `None` for those that are not here.
    ///
    /// # Errors
    /// `Damaged` when one of them cannot be read back whole.
    fn entries(&self, ids: &[Id]) -> Result<Vec<Option<StoredEntry>>, StoreError>;

    /// Reads some leaves of entries, in the order asked, `None` for entries that are not here. Of an entry
    /// of a hundred leaves, only those asked for are read.
    ///
    /// # Errors
    /// `Damaged` when one of them cannot be read back.
    fn leaves(&self, wanted: &[(Id, Vec<u8>)]) -> Result<Vec<Option<StoredLeaves>>, StoreError>;

    /// The next places in the order of (set, second, id), from a bound.
    ///
    /// # Errors
    /// When the engine cannot read.
    fn order(&self, from: Bound<OrderKey>, count: usize) -> Result<Vec<OrderKey>, StoreError>;

    /// The next entries in the order they were appended, after `cursor` (0 for the beginning).
    ///
    /// # Errors
    /// When the engine cannot read.
    fn log(&self, cursor: u64, count: usize) -> Result<Vec<(u64, Id)>, StoreError>;

    /// The next entries that change a record, by second and id, after the one given.
    ///
    /// # Errors
    /// When the engine cannot read.
    fn by_record(
        &self,
        record: &Id,
        after: Option<(u32, Id)>,
        count: usize,
    ) -> Result<Vec<(u32, Id)>, StoreError>;

    /// The next parked entries by id, after the one given.
    ///
    /// # Errors
    /// When the engine cannot read.
    fn parked(&self, after: Option<Id>, count: usize) -> Result<Vec<Held>, StoreError>;

    /// The next refused entries by id, after the one given.
    ///
    /// # Errors
    /// When the engine cannot read.
    fn refused(&self, after: Option<Id>, count: usize) -> Result<Vec<Held>, StoreError>;

    /// A small value.
    ///
    /// # Errors
    /// When the namespace is none, or the engine cannot read.
    fn value(&self, namespace: &str, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// The next small values of a namespace whose keys begin with `prefix`, by key, after the one given.
    ///
    /// # Errors
    /// When the namespace is none, or the engine cannot read.
    fn values(
        &self,
        namespace: &str,
        prefix: &[u8],
        after: Option<&[u8]>,
        count: usize,
    ) -> Result<Vec<Named>, StoreError>;

    /// How large the store is and how much room it has.
    ///
    /// # Errors
    /// When the store is closed or the file system does not answer.
    fn sizes(&self) -> Result<Sizes, StoreError>;

    /// Writes the store anew so that the bytes of forgotten leaves are in none of its files. Flushes;
    /// writers wait, readers go on.
    ///
    /// # Errors
    /// `Full` when there is no room for a second copy; the store is then as it was.
    fn scrub(&self) -> Result<(), StoreError>;

    /// Opens the store again after `Stopped`. What was flushed is here; what was not may be.
    ///
    /// # Errors
    /// When it still cannot be opened or written: try again later.
    fn recover(&self) -> Result<(), StoreError>;

    /// Flushes and closes. Everything fails with `Closed` from then on.
    ///
    /// # Errors
    /// When the last flush failed: the store is closed all the same, and checked at the next opening.
    fn close(&self) -> Result<(), StoreError>;
}
