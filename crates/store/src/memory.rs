//! The same contract in memory: for tests of what stands above, and as the model the other is held against.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::PathBuf;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::batch::{Batch, Change, Committed, Held, Id, NewEntry, at_most, check_namespace};
use crate::error::StoreError;
use crate::limits::{PAGE_COUNT_MAX, PARKED_BYTES_MAX, RECORDS_MAX, REFUSED_COUNT_MAX};
use crate::store::{Named, OrderKey, Sizes, Store, StoredEntry, StoredLeaves};

/// A store that forgets everything when it is dropped, and whose disk can fail on demand.
///
/// `cut_power` goes back to the last flush, `fill_disk` and `break_disk` make it behave like the other store
/// on a full or failing disk.
#[derive(Debug, Default)]
pub struct MemoryStore {
    inner: RwLock<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    written: State,
    durable: State,
    full: bool,
    broken: bool,
    stopped: bool,
    closed: bool,
}

/// Everything kept, as plainly as can be.
#[derive(Debug, Default, Clone)]
struct State {
    entries: BTreeMap<Id, StoredEntry>,
    log: BTreeMap<u64, Id>,
    parked: BTreeMap<Id, Held>,
    refused: BTreeMap<Id, Held>,
    named: BTreeMap<(String, Vec<u8>), Vec<u8>>,
    appended: u64,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Loses what was not flushed, as a power cut does, and opens again.
    pub fn cut_power(&self) {
        let mut inner = self.write();
        inner.written = inner.durable.clone();
        inner.stopped = false;
        inner.closed = false;
    }

    /// Makes the disk full, or not: batches are refused, reading goes on.
    pub fn fill_disk(&self, full: bool) {
        self.write().full = full;
    }

    /// Makes the next flush and every recovery fail, or not.
    pub fn break_disk(&self, broken: bool) {
        self.write().broken = broken;
    }

    fn read(&self) -> Result<RwLockReadGuard<'_, Inner>, StoreError> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        if inner.closed {
            Err(StoreError::Closed)
        } else {
            Ok(inner)
        }
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn check_writable(&self) -> Result<(), StoreError> {
        if self.closed {
            return Err(StoreError::Closed);
        }
        if self.stopped {
            return Err(StoreError::Stopped {
                cause: "the disk was made to fail".into(),
            });
        }
        Ok(())
    }
}

impl State {
    fn check(&self, batch: &Batch) -> Result<(), StoreError> {
        let mut trial = BTreeMap::new();
        let mut parked = self.parked.values().map(held_bytes).sum::<u64>();
        let before = parked;
        for change in &batch.changes {
            match change {
                Change::Append(entry) => {
                    trial.entry(entry.id).or_insert_with(|| stored(entry, 0));
                }
                Change::Index { id, records } => {
                    let entry = self.entries.get(id).or(trial.get(id));
                    let entry = entry.ok_or(StoreError::NotHere { id: *id, leaf: 0 })?;
                    let mut all = entry.records.clone();
                    add_records(&mut all, records);
                    at_most("a list of records", all.len(), RECORDS_MAX)?;
                }
                Change::Leaf { id, leaf, .. } => {
                    let entry = self.entries.get(id).or(trial.get(id));
                    let leaves = entry.map_or(0, |entry| entry.leaves.len());
                    if usize::from(*leaf) >= leaves {
                        return Err(StoreError::NotHere {
                            id: *id,
                            leaf: *leaf,
                        });
                    }
                }
                Change::Park(held) => parked += held_bytes(held),
                Change::Unpark(_)
                | Change::Refuse(_)
                | Change::Readmit(_)
                | Change::Put { .. }
                | Change::Delete { .. } => {}
            }
        }
        if parked > before && parked > PARKED_BYTES_MAX {
            let what = "what is parked";
            return Err(StoreError::TooLarge {
                what,
                found: parked,
                max: PARKED_BYTES_MAX,
            });
        }
        Ok(())
    }

    fn apply(&mut self, change: &Change, committed: &mut Committed) {
        match change {
            Change::Append(entry) => self.append(entry, committed),
            Change::Index { id, records } => {
                if let Some(entry) = self.entries.get_mut(id) {
                    add_records(&mut entry.records, records);
                }
            }
            Change::Leaf { id, leaf, bytes } => {
                let entry = self.entries.get_mut(id);
                if let Some(old) = entry.and_then(|entry| entry.leaves.get_mut(usize::from(*leaf)))
                {
                    *old = bytes.clone();
                }
            }
            Change::Park(held) => _ = self.parked.insert(held.id, held.clone()),
            Change::Unpark(id) => _ = self.parked.remove(id),
            Change::Refuse(held) => self.refuse(held),
            Change::Readmit(id) => _ = self.refused.remove(id),
            Change::Put {
                namespace,
                key,
                value,
            } => {
                self.named
                    .insert((namespace.clone(), key.clone()), value.clone());
            }
            Change::Delete { namespace, key } => {
                self.named.remove(&(namespace.clone(), key.clone()));
            }
        }
    }

    fn append(&mut self, entry: &NewEntry, committed: &mut Committed) {
        if self.entries.contains_key(&entry.id) {
            committed.known.push(entry.id);
            return;
        }
        self.appended += 1;
        self.log.insert(self.appended, entry.id);
        self.entries.insert(entry.id, stored(entry, self.appended));
        committed.appended.push((entry.id, self.appended));
    }

    fn refuse(&mut self, held: &Held) {
        let count = self.refused.len();
        if !self.refused.contains_key(&held.id) && count as u64 >= REFUSED_COUNT_MAX {
            let mut ages: Vec<(u64, Id)> = self
                .refused
                .values()
                .map(|held| (held.received_ms, held.id))
                .collect();
            ages.sort_unstable();
            ages.truncate(count.div_ceil(4));
            ages.iter().for_each(|(_, id)| _ = self.refused.remove(id));
        }
        self.refused.insert(held.id, held.clone());
    }
}

fn stored(entry: &NewEntry, append: u64) -> StoredEntry {
    let mut records = Vec::new();
    add_records(&mut records, &entry.records);
    StoredEntry {
        id: entry.id,
        set: entry.set,
        second: entry.second,
        head: entry.head.clone(),
        leaves: entry.leaves.clone(),
        received_ms: entry.received_ms,
        append,
        records,
    }
}

fn add_records(all: &mut Vec<Id>, records: &[Id]) {
    all.extend(records);
    all.sort_unstable();
    all.dedup();
}

/// What a held entry counts for: as the other store writes it.
fn held_bytes(held: &Held) -> u64 {
    (10 + held.note.len() + held.bytes.len()) as u64
}

fn held_page(held: &BTreeMap<Id, Held>, after: Option<Id>, count: usize) -> Vec<Held> {
    let from = after.map_or(Bound::Unbounded, Bound::Excluded);
    let page = held
        .range((from, Bound::Unbounded))
        .take(count.min(PAGE_COUNT_MAX));
    page.map(|(_, held)| held.clone()).collect()
}

impl Store for MemoryStore {
    fn commit(&self, batch: &Batch) -> Result<Committed, StoreError> {
        let mut inner = self.write();
        inner.check_writable()?;
        batch.check()?;
        inner.written.check(batch)?;
        if inner.full && !batch.changes.is_empty() {
            return Err(StoreError::Full {
                path: PathBuf::from("memory"),
                missing_bytes: 1,
            });
        }
        let mut committed = Committed::default();
        batch
            .changes
            .iter()
            .for_each(|change| inner.written.apply(change, &mut committed));
        Ok(committed)
    }

    fn flush(&self) -> Result<(), StoreError> {
        let mut inner = self.write();
        inner.check_writable()?;
        if inner.broken {
            inner.stopped = true;
            return inner.check_writable();
        }
        inner.durable = inner.written.clone();
        Ok(())
    }

    fn entries(&self, ids: &[Id]) -> Result<Vec<Option<StoredEntry>>, StoreError> {
        let inner = self.read()?;
        Ok(ids
            .iter()
            .map(|id| inner.written.entries.get(id).cloned())
            .collect())
    }

    fn leaves(&self, wanted: &[(Id, Vec<u8>)]) -> Result<Vec<Option<StoredLeaves>>, StoreError> {
        let inner = self.read()?;
        let some = |(id, leaves): &(Id, Vec<u8>)| {
            let entry = inner.written.entries.get(id)?;
            let leaf =
                |number: &u8| Some((*number, entry.leaves.get(usize::from(*number))?.clone()));
            Some(StoredLeaves {
                id: *id,
                head: entry.head.clone(),
                leaves: leaves.iter().filter_map(leaf).collect(),
            })
        };
        Ok(wanted.iter().map(some).collect())
    }

    fn order(&self, from: Bound<OrderKey>, count: usize) -> Result<Vec<OrderKey>, StoreError> {
        let inner = self.read()?;
        let entries = inner.written.entries.values();
        let mut keys: Vec<OrderKey> = entries
            .map(|entry| OrderKey {
                set: entry.set,
                second: entry.second,
                id: entry.id,
            })
            .filter(|key| match from {
                Bound::Included(bound) => *key >= bound,
                Bound::Excluded(bound) => *key > bound,
                Bound::Unbounded => true,
            })
            .collect();
        keys.sort_unstable();
        keys.truncate(count.min(PAGE_COUNT_MAX));
        Ok(keys)
    }

    fn log(&self, cursor: u64, count: usize) -> Result<Vec<(u64, Id)>, StoreError> {
        let inner = self.read()?;
        let after = inner
            .written
            .log
            .range((Bound::Excluded(cursor), Bound::Unbounded));
        Ok(after
            .take(count.min(PAGE_COUNT_MAX))
            .map(|(append, id)| (*append, *id))
            .collect())
    }

    fn by_record(
        &self,
        record: &Id,
        after: Option<(u32, Id)>,
        count: usize,
    ) -> Result<Vec<(u32, Id)>, StoreError> {
        let inner = self.read()?;
        let entries = inner.written.entries.values();
        let mut found: Vec<(u32, Id)> = entries
            .filter(|entry| entry.records.contains(record))
            .map(|entry| (entry.second, entry.id))
            .filter(|place| after.is_none_or(|after| *place > after))
            .collect();
        found.sort_unstable();
        found.truncate(count.min(PAGE_COUNT_MAX));
        Ok(found)
    }

    fn parked(&self, after: Option<Id>, count: usize) -> Result<Vec<Held>, StoreError> {
        Ok(held_page(&self.read()?.written.parked, after, count))
    }

    fn refused(&self, after: Option<Id>, count: usize) -> Result<Vec<Held>, StoreError> {
        Ok(held_page(&self.read()?.written.refused, after, count))
    }

    fn value(&self, namespace: &str, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        check_namespace(namespace)?;
        let inner = self.read()?;
        Ok(inner
            .written
            .named
            .get(&(namespace.to_owned(), key.to_vec()))
            .cloned())
    }

    fn values(
        &self,
        namespace: &str,
        prefix: &[u8],
        after: Option<&[u8]>,
        count: usize,
    ) -> Result<Vec<Named>, StoreError> {
        check_namespace(namespace)?;
        let inner = self.read()?;
        let first = (namespace.to_owned(), prefix.to_vec());
        let found = inner.written.named.range(first..);
        Ok(found
            .take_while(|((space, key), _)| space == namespace && key.starts_with(prefix))
            .filter(|((_, key), _)| after.is_none_or(|after| key.as_slice() > after))
            .take(count.min(PAGE_COUNT_MAX))
            .map(|((_, key), value)| Named {
                key: key.clone(),
                value: value.clone(),
            })
            .collect())
    }

    fn sizes(&self) -> Result<Sizes, StoreError> {
        let inner = self.read()?;
        let entries = inner.written.entries.values();
        let leaves = entries
            .flat_map(|entry| &entry.leaves)
            .map(|leaf| leaf.len() as u64);
        Ok(Sizes {
            entries: inner.written.entries.len() as u64,
            disk_bytes: leaves.sum(),
            free_bytes: if inner.full { 0 } else { u64::MAX },
            writable: !inner.full && !inner.stopped,
        })
    }

    fn scrub(&self) -> Result<(), StoreError> {
        self.flush()
    }

    fn recover(&self) -> Result<(), StoreError> {
        let mut inner = self.write();
        if inner.closed {
            return Err(StoreError::Closed);
        }
        if inner.stopped && inner.broken {
            return inner.check_writable();
        }
        if inner.stopped {
            inner.stopped = false;
            inner.written = inner.durable.clone();
        }
        Ok(())
    }

    fn close(&self) -> Result<(), StoreError> {
        let flushed = if self.write().closed {
            Ok(())
        } else {
            self.flush()
        };
        self.write().closed = true;
        flushed
    }
}
