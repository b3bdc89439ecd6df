//! Turns a batch into rows, the rows into transactions, and keeps the counters.

use std::collections::BTreeMap;

use super::engine::{Engine, Row, RowMap};
use super::entry::{Counters, EntryValue, Leaves, encode_held, encode_leaf};
use super::frame::{self, Tree};
use super::reader::Reader;
use super::rows;
use crate::batch::{Batch, Change, Committed, Held, Id, LeafBytes, NewEntry, at_most};
use crate::error::StoreError;
use crate::limits::{
    PARKED_BYTES_MAX, PIECES_MAX, RECORDS_MAX, REFUSED_COUNT_MAX, TRANSACTION_BYTES_MAX,
    TRANSACTION_ROWS_MAX,
};
use crate::store::OrderKey;

/// Rows one change writes, and the counters after it.
struct Part {
    rows: Vec<Row>,
    counters: Counters,
}

impl Part {
    fn new(counters: Counters) -> Self {
        Part {
            rows: Vec::new(),
            counters: Counters {
                stamp: counters.stamp + 1,
                ..counters
            },
        }
    }

    fn bytes(&self) -> usize {
        self.rows
            .iter()
            .map(|((_, row), value)| row_bytes(row, value.as_ref()))
            .sum()
    }

    fn put_row(&mut self, tree: Tree, row: &[u8], value: &[u8]) {
        self.rows.push(((tree, row.to_vec()), Some(value.to_vec())));
    }

    /// Adds the frames of a value, and removes the pieces a longer one had before it.
    fn put(
        &mut self,
        tree: Tree,
        key: &[u8],
        value: &[u8],
        pieces_before: usize,
    ) -> Result<(), StoreError> {
        let stamp = self.counters.stamp;
        let frames = frame::encode(tree, key, stamp, value).ok_or(StoreError::TooLarge {
            what: "a value",
            found: value.len() as u64,
            max: (PIECES_MAX * crate::limits::FRAME_BYTES_MAX) as u64,
        })?;
        let count = frames.len();
        for (piece, bytes) in (0..=u8::MAX).zip(frames) {
            self.rows.push(((tree, rows::row(key, piece)), Some(bytes)));
        }
        self.remove(tree, key, count, pieces_before);
        Ok(())
    }

    /// Adds an entry's value, and its leaves in rows of their own if they do not fit it.
    fn put_entry(
        &mut self,
        id: &Id,
        value: &mut EntryValue,
        pieces_before: usize,
    ) -> Result<(), StoreError> {
        let apart = value.take_leaves_too_many();
        self.put(Tree::Entries, id, &value.encode(), pieces_before)?;
        for (leaf, bytes) in (0..=u8::MAX).zip(&apart) {
            self.put(
                Tree::Leaves,
                &rows::leaf_key(id, leaf),
                &encode_leaf(bytes),
                0,
            )?;
        }
        Ok(())
    }

    fn remove(&mut self, tree: Tree, key: &[u8], from: usize, to: usize) {
        for piece in (0..=u8::MAX).take(to).skip(from) {
            self.rows.push(((tree, rows::row(key, piece)), None));
        }
    }
}

fn row_bytes(row: &[u8], value: Option<&Vec<u8>>) -> usize {
    row.len() + value.map_or(0, Vec::len)
}

/// The rows of the derived trees for an entry: one in order, one in log, one per record.
pub(crate) fn derived(id: &Id, value: &EntryValue) -> Vec<(Tree, Vec<u8>, Vec<u8>)> {
    let place = OrderKey {
        set: value.set,
        second: value.second,
        id: *id,
    };
    let append = value.append.to_be_bytes().to_vec();
    let mut rows = vec![
        (
            Tree::Order,
            rows::order_row(&place).to_vec(),
            append.clone(),
        ),
        (Tree::Log, append, id.to_vec()),
    ];
    rows.extend(value.records.iter().map(|record| {
        (
            Tree::ByRecord,
            rows::record_row(record, value.second, id).to_vec(),
            Vec::new(),
        )
    }));
    rows
}

/// Writes one batch.
pub(crate) struct Writer<'a> {
    engine: &'a Engine,
    /// As of the last transaction written.
    counters: Counters,
    /// As of the last change taken.
    taken: Counters,
    rows: RowMap,
    bytes: usize,
    /// Whether there is room for a transaction.
    room: &'a dyn Fn() -> Result<(), StoreError>,
}

impl<'a> Writer<'a> {
    /// Begins with the counters of the last transaction.
    pub(crate) fn new(
        engine: &'a Engine,
        counters: Counters,
        room: &'a dyn Fn() -> Result<(), StoreError>,
    ) -> Self {
        Writer {
            engine,
            counters,
            taken: counters,
            rows: RowMap::new(),
            bytes: 0,
            room,
        }
    }

    /// Writes a batch and returns what it did. `counters` tells how far it came, also after an error.
    pub(crate) fn commit(&mut self, batch: &Batch) -> Result<Committed, StoreError> {
        batch.check()?;
        self.check_here(batch)?;
        self.check_parked(batch)?;
        let mut committed = Committed::default();
        for change in &batch.changes {
            let part = self.part(change, &mut committed)?;
            self.take(part)?;
        }
        self.write()?;
        Ok(committed)
    }

    /// The counters as they are on the disk after the last flush.
    pub(crate) fn counters(&self) -> Counters {
        self.counters
    }

    fn reader(&self) -> Reader<'_> {
        Reader {
            engine: self.engine,
            pending: Some(&self.rows),
        }
    }

    /// Refuses a batch that names a leaf or an entry which is neither here nor in the batch before it.
    fn check_here(&self, batch: &Batch) -> Result<(), StoreError> {
        let names_one = |change| matches!(change, &Change::Index { .. } | &Change::Leaf { .. });
        if !batch.changes.iter().any(names_one) {
            return Ok(());
        }
        let mut appended: BTreeMap<Id, EntryValue> = BTreeMap::new();
        for change in &batch.changes {
            let (id, leaf, records) = match change {
                Change::Append(entry) => {
                    appended
                        .entry(entry.id)
                        .or_insert_with(|| EntryValue::new(entry, 0));
                    continue;
                }
                Change::Index { id, records } => (id, None, records.as_slice()),
                Change::Leaf { id, leaf, .. } => (id, Some(*leaf), &[][..]),
                Change::Park(_)
                | Change::Unpark(_)
                | Change::Refuse(_)
                | Change::Readmit(_)
                | Change::Put { .. }
                | Change::Delete { .. } => continue,
            };
            let not_here = StoreError::NotHere {
                id: *id,
                leaf: leaf.unwrap_or(0),
            };
            let stored = self.reader().entry_value(id)?;
            let Some(entry) = stored.as_ref().or(appended.get(id)) else {
                return Err(not_here);
            };
            if leaf.is_some_and(|leaf| usize::from(leaf) >= entry.leaf_count()) {
                return Err(not_here);
            }
            let mut all = entry.records.clone();
            add_records(&mut all, records);
            at_most("a list of records", all.len(), RECORDS_MAX)?;
        }
        Ok(())
    }

    fn check_parked(&self, batch: &Batch) -> Result<(), StoreError> {
        let added: u64 = batch.changes.iter().map(parked_bytes).sum();
        let found = self.counters.parked_bytes + added;
        if added > 0 && found > PARKED_BYTES_MAX {
            let what = "what is parked";
            return Err(StoreError::TooLarge {
                what,
                found,
                max: PARKED_BYTES_MAX,
            });
        }
        Ok(())
    }

    fn part(&mut self, change: &Change, committed: &mut Committed) -> Result<Part, StoreError> {
        match change {
            Change::Append(entry) => self.append(entry, committed),
            Change::Index { id, records } => self.index(id, records),
            Change::Leaf { id, leaf, bytes } => self.leaf(id, *leaf, bytes),
            Change::Park(held) => self.park(held),
            Change::Unpark(id) => self.unpark(id),
            Change::Refuse(held) => self.refuse(held),
            Change::Readmit(id) => self.readmit(id),
            Change::Put {
                namespace,
                key,
                value,
            } => {
                let key = rows::named_key(namespace, key);
                let before = self.pieces(Tree::Local, &key)?;
                let mut part = Part::new(self.taken);
                part.put(Tree::Local, &key, value, before)?;
                Ok(part)
            }
            Change::Delete { namespace, key } => {
                let key = rows::named_key(namespace, key);
                let before = self.pieces(Tree::Local, &key)?;
                let mut part = Part::new(self.taken);
                part.remove(Tree::Local, &key, 0, before);
                Ok(part)
            }
        }
    }

    fn append(&self, entry: &NewEntry, committed: &mut Committed) -> Result<Part, StoreError> {
        let mut part = Part::new(self.taken);
        if self.pieces(Tree::Entries, &entry.id)? > 0 {
            committed.known.push(entry.id);
            return Ok(part);
        }
        part.counters.append += 1;
        part.counters.entries += 1;
        let mut value = EntryValue::new(entry, part.counters.append);
        part.put_entry(&entry.id, &mut value, 0)?;
        for (tree, row, value) in derived(&entry.id, &value) {
            part.put_row(tree, &row, &value);
        }
        committed.appended.push((entry.id, value.append));
        Ok(part)
    }

    fn index(&self, id: &Id, records: &[Id]) -> Result<Part, StoreError> {
        let mut part = Part::new(self.taken);
        let mut value = self.entry_here(id)?;
        add_records(&mut value.records, records);
        part.put_entry(id, &mut value, self.pieces(Tree::Entries, id)?)?;
        for record in records {
            part.put_row(
                Tree::ByRecord,
                &rows::record_row(record, value.second, id),
                &[],
            );
        }
        Ok(part)
    }

    fn leaf(&self, id: &Id, leaf: u8, bytes: &LeafBytes) -> Result<Part, StoreError> {
        let mut part = Part::new(self.taken);
        let mut value = self.entry_here(id)?;
        if let Leaves::Within(leaves) = &mut value.leaves {
            let old = leaves.get_mut(usize::from(leaf));
            *old.ok_or(StoreError::NotHere { id: *id, leaf })? = bytes.clone();
            part.put_entry(id, &mut value, self.pieces(Tree::Entries, id)?)?;
        } else {
            let key = rows::leaf_key(id, leaf);
            let before = self.pieces(Tree::Leaves, &key)?;
            part.put(Tree::Leaves, &key, &encode_leaf(bytes), before)?;
        }
        Ok(part)
    }

    fn entry_here(&self, id: &Id) -> Result<EntryValue, StoreError> {
        let here = self.reader().entry_value(id)?;
        here.ok_or(StoreError::NotHere { id: *id, leaf: 0 })
    }

    fn park(&self, held: &Held) -> Result<Part, StoreError> {
        let mut part = self.unpark(&held.id)?;
        let value = encode_held(held);
        part.counters.parked_bytes += value.len() as u64;
        let before = std::mem::take(&mut part.rows).len();
        part.put(Tree::Parked, &held.id, &value, before)?;
        Ok(part)
    }

    fn unpark(&self, id: &Id) -> Result<Part, StoreError> {
        let mut part = Part::new(self.taken);
        if let Some(value) = self.reader().value(Tree::Parked, id)? {
            let bytes = value.len() as u64;
            part.counters.parked_bytes = part.counters.parked_bytes.saturating_sub(bytes);
            part.remove(Tree::Parked, id, 0, self.pieces(Tree::Parked, id)?);
        }
        Ok(part)
    }

    fn refuse(&mut self, held: &Held) -> Result<Part, StoreError> {
        let before = self.pieces(Tree::Refused, &held.id)?;
        if before == 0 && self.taken.refused >= REFUSED_COUNT_MAX {
            self.drop_oldest_refused()?;
        }
        let mut part = Part::new(self.taken);
        part.counters.refused += u64::from(before == 0);
        part.put(Tree::Refused, &held.id, &encode_held(held), before)?;
        Ok(part)
    }

    fn readmit(&self, id: &Id) -> Result<Part, StoreError> {
        let mut part = Part::new(self.taken);
        let before = self.pieces(Tree::Refused, id)?;
        part.counters.refused -= u64::from(before > 0).min(part.counters.refused);
        part.remove(Tree::Refused, id, 0, before);
        Ok(part)
    }

    /// Makes room among the refused: the quarter received first goes.
    fn drop_oldest_refused(&mut self) -> Result<(), StoreError> {
        self.write()?;
        let mut all = self.reader().held(Tree::Refused, None, usize::MAX)?;
        all.sort_unstable_by_key(|held| (held.received_ms, held.id));
        all.truncate(all.len().div_ceil(4));
        for held in all {
            let part = self.readmit(&held.id)?;
            self.take(part)?;
        }
        self.write()
    }

    /// How many pieces the value under a key has now. What cannot be read counts as the most there can be.
    fn pieces(&self, tree: Tree, key: &[u8]) -> Result<usize, StoreError> {
        let first = self.reader().row(tree, rows::row(key, 0))?;
        Ok(first.map_or(0, |bytes| match frame::decode(&bytes) {
            Ok((frame, _)) => usize::from(frame.last) + 1,
            Err(_) => PIECES_MAX,
        }))
    }

    /// Adds a change to the transaction, which is written first when both together would be too large.
    fn take(&mut self, part: Part) -> Result<(), StoreError> {
        let bytes = part.bytes();
        let full = self.bytes + bytes > TRANSACTION_BYTES_MAX
            || self.rows.len() + part.rows.len() >= TRANSACTION_ROWS_MAX;
        if full && !self.rows.is_empty() {
            self.write()?;
        }
        if part.rows.is_empty() {
            return Ok(());
        }
        self.taken = part.counters;
        self.rows.extend(part.rows);
        self.bytes += bytes;
        Ok(())
    }

    /// Writes what was taken, in one transaction with the counters.
    fn write(&mut self) -> Result<(), StoreError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        (self.room)()?;
        let mut rows = std::mem::take(&mut self.rows);
        self.bytes = 0;
        rows.extend(counters_row(&self.taken));
        self.engine
            .transact(&rows)
            .map_err(|error| StoreError::Stopped {
                cause: error.to_string(),
            })?;
        self.counters = self.taken;
        Ok(())
    }
}

/// The row of the counters.
pub(crate) fn counters_row(counters: &Counters) -> Option<Row> {
    let value = counters.encode();
    let frames = frame::encode(Tree::Local, rows::COUNTERS_KEY, counters.stamp, &value)?;
    let frame = frames.into_iter().next()?;
    Some(((Tree::Local, rows::row(rows::COUNTERS_KEY, 0)), Some(frame)))
}

fn add_records(all: &mut Vec<Id>, records: &[Id]) {
    all.extend(records);
    all.sort_unstable();
    all.dedup();
}

fn parked_bytes(change: &Change) -> u64 {
    let Change::Park(held) = change else { return 0 };
    encode_held(held).len() as u64
}
