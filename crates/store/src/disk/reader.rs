//! Reads values back from their frames, from the database and from what a writer is about to add to it.

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};

use super::engine::{Engine, EngineError, RowMap};
use super::entry::{EntryValue, Leaves, decode_held, decode_leaf};
use super::frame::{self, Tree};
use super::rows;
use crate::batch::{Held, Id, LeafBytes};
use crate::error::StoreError;
use crate::limits::PAGE_COUNT_MAX;
use crate::store::{Named, OrderKey, StoredEntry, StoredLeaves};

/// Times a value in several pieces is read again because a writer replaced it in between.
const READ_TRIES_MAX: usize = 8;

impl From<EngineError> for StoreError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::System(cause) => StoreError::Engine(cause),
            EngineError::Damaged(what) => StoreError::Damaged { what },
        }
    }
}

/// Reads the database, with the rows of an unfinished transaction over it if there are any.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) pending: Option<&'a RowMap>,
}

impl<'a> Reader<'a> {
    /// Reads the database alone.
    pub(crate) fn new(engine: &'a Engine) -> Self {
        Reader {
            engine,
            pending: None,
        }
    }

    /// The frame in a row, as bytes.
    pub(crate) fn row(&self, tree: Tree, row: Vec<u8>) -> Result<Option<Vec<u8>>, StoreError> {
        let name = (tree, row);
        if let Some(pending) = self.pending.and_then(|pending| pending.get(&name)) {
            return Ok(pending.clone());
        }
        Ok(self.engine.get(tree, &name.1)?.map(|value| value.to_vec()))
    }

    /// The value under a key, put together from its pieces.
    pub(crate) fn value(&self, tree: Tree, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        for _ in 0..READ_TRIES_MAX {
            match self.pieces(tree, key)? {
                Pieces::None => return Ok(None),
                Pieces::Whole(bytes) => return Ok(Some(bytes)),
                Pieces::Torn => {}
            }
        }
        Err(damaged(tree, key))
    }

    fn pieces(&self, tree: Tree, key: &[u8]) -> Result<Pieces, StoreError> {
        let Some(first) = self.row(tree, rows::row(key, 0))? else {
            return Ok(Pieces::None);
        };
        let (head, _) = frame::decode(&first).map_err(|_| damaged(tree, key))?;
        if (head.tree, head.key, head.piece) != (tree, key, 0) {
            return Err(damaged(tree, key));
        }
        let mut bytes = head.bytes.to_vec();
        for piece in 1..=head.last {
            let Some(next) = self.row(tree, rows::row(key, piece))? else {
                return Ok(Pieces::Torn);
            };
            let (part, _) = frame::decode(&next).map_err(|_| damaged(tree, key))?;
            if (part.key, part.piece, part.stamp) != (key, piece, head.stamp) {
                return Ok(Pieces::Torn);
            }
            bytes.extend_from_slice(part.bytes);
        }
        Ok(Pieces::Whole(bytes))
    }

    /// The head and place of an entry.
    pub(crate) fn entry_value(&self, id: &Id) -> Result<Option<EntryValue>, StoreError> {
        let Some(bytes) = self.value(Tree::Entries, id)? else {
            return Ok(None);
        };
        EntryValue::decode(&bytes)
            .map(Some)
            .ok_or_else(|| damaged(Tree::Entries, id))
    }

    /// An entry with its leaves.
    pub(crate) fn entry(&self, id: &Id) -> Result<Option<StoredEntry>, StoreError> {
        let Some(value) = self.entry_value(id)? else {
            return Ok(None);
        };
        let leaves = match value.leaves {
            Leaves::Within(leaves) => leaves,
            Leaves::Apart(count) => {
                let leaves = (0..count).map(|leaf| self.leaf(id, leaf));
                leaves.collect::<Result<Vec<LeafBytes>, StoreError>>()?
            }
        };
        Ok(Some(StoredEntry {
            id: *id,
            set: value.set,
            second: value.second,
            head: value.head,
            leaves,
            received_ms: value.received_ms,
            append: value.append,
            records: value.records,
        }))
    }

    /// Some leaves of an entry.
    pub(crate) fn leaves(
        &self,
        id: &Id,
        wanted: &[u8],
    ) -> Result<Option<StoredLeaves>, StoreError> {
        let Some(value) = self.entry_value(id)? else {
            return Ok(None);
        };
        let count = value.leaf_count();
        let here = wanted.iter().filter(|leaf| usize::from(**leaf) < count);
        let leaves = here.map(|leaf| {
            let bytes = match &value.leaves {
                Leaves::Within(leaves) => leaves[usize::from(*leaf)].clone(),
                Leaves::Apart(_) => self.leaf(id, (*leaf).into())?,
            };
            Ok((*leaf, bytes))
        });
        Ok(Some(StoredLeaves {
            id: *id,
            leaves: leaves.collect::<Result<_, StoreError>>()?,
            head: value.head,
        }))
    }

    fn leaf(&self, id: &Id, leaf: usize) -> Result<LeafBytes, StoreError> {
        let key = rows::leaf_key(id, u8::try_from(leaf).unwrap_or(u8::MAX));
        self.value(Tree::Leaves, &key)?
            .as_deref()
            .and_then(decode_leaf)
            .ok_or_else(|| damaged(Tree::Leaves, &key))
    }

    /// The next places of the order.
    pub(crate) fn order(
        &self,
        from: Bound<OrderKey>,
        count: usize,
    ) -> Result<Vec<OrderKey>, StoreError> {
        let from = from.map(|key| rows::order_row(&key));
        let from = from.as_ref().map(<[u8; 37]>::as_slice);
        self.page(Tree::Order, from, &[], count, |row, _| {
            rows::read_order_row(row)
        })
    }

    /// The next entries in append order.
    pub(crate) fn log(&self, cursor: u64, count: usize) -> Result<Vec<(u64, Id)>, StoreError> {
        let after = cursor.to_be_bytes();
        self.page(Tree::Log, Bound::Excluded(&after), &[], count, |row, id| {
            Some((
                u64::from_be_bytes(row.try_into().ok()?),
                id.try_into().ok()?,
            ))
        })
    }

    /// The next entries that change a record.
    pub(crate) fn by_record(
        &self,
        record: &Id,
        after: Option<(u32, Id)>,
        count: usize,
    ) -> Result<Vec<(u32, Id)>, StoreError> {
        let after = after.map(|(second, id)| rows::record_row(record, second, &id));
        let from = after
            .as_ref()
            .map_or(Bound::Included(&record[..]), |row| Bound::Excluded(row));
        self.page(Tree::ByRecord, from, record, count, |row, _| {
            rows::read_record_row(row)
        })
    }

    /// The next held entries of a tree.
    pub(crate) fn held(
        &self,
        tree: Tree,
        after: Option<Id>,
        count: usize,
    ) -> Result<Vec<Held>, StoreError> {
        let page = self.framed(tree, &[], after.as_ref().map(<[u8; 32]>::as_slice), count)?;
        page.into_iter()
            .map(|(key, value)| {
                let id = Id::try_from(key.as_slice()).map_err(|_| damaged(tree, &key))?;
                decode_held(id, &value).ok_or_else(|| damaged(tree, &key))
            })
            .collect()
    }

    /// The next small values of a namespace.
    pub(crate) fn named(
        &self,
        namespace: &str,
        prefix: &[u8],
        after: Option<&[u8]>,
        count: usize,
    ) -> Result<Vec<Named>, StoreError> {
        let after = after.map(|key| rows::named_key(namespace, key));
        let prefix = rows::named_key(namespace, prefix);
        let before = namespace.len() + 1;
        let page = self.framed(Tree::Local, &prefix, after.as_deref(), count)?;
        Ok(page
            .into_iter()
            .map(|(key, value)| Named {
                key: key[before..].to_vec(),
                value,
            })
            .collect())
    }

    /// The next framed values by key, whole.
    fn framed(
        &self,
        tree: Tree,
        prefix: &[u8],
        after: Option<&[u8]>,
        count: usize,
    ) -> Result<Vec<KeyValue>, StoreError> {
        let start = after
            .map(|key| rows::row(key, 0))
            .filter(|row| row.as_slice() >= prefix);
        let from = start
            .as_deref()
            .map_or(Bound::Included(prefix), Bound::Excluded);
        // The first pieces are enough to know the keys, and nearly always the values.
        let firsts = self.page_of(tree, from, prefix, count, |row, value| {
            let Some((key, 0)) = row.split_last().map(|(piece, key)| (key, *piece)) else {
                return Some(None);
            };
            match frame::decode(value) {
                // A key that ends in zero is also what another key's piece 0 looks like: never the same row.
                Ok((frame, _)) if frame.key == key && frame.last == 0 => {
                    Some(Some((key.to_vec(), Some(frame.bytes.to_vec()))))
                }
                Ok((frame, _)) if frame.key == key => Some(Some((key.to_vec(), None))),
                Ok(_) | Err(_) => None,
            }
        })?;
        let mut whole = Vec::with_capacity(firsts.len());
        for (key, bytes) in firsts {
            let bytes = match bytes {
                Some(bytes) => Some(bytes),
                None => self.value(tree, &key)?,
            };
            whole.extend(bytes.map(|bytes| (key, bytes)));
        }
        Ok(whole)
    }

    /// A page of rows, each read by `read`; `None` from it is damage.
    fn page<T>(
        &self,
        tree: Tree,
        from: Bound<&[u8]>,
        prefix: &[u8],
        count: usize,
        read: impl Fn(&[u8], &[u8]) -> Option<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.page_of(tree, from, prefix, count, |row, value| {
            read(row, value).map(Some)
        })
    }

    /// A page of rows, each read by `read`: `Some(None)` is passed over, `None` is damage.
    fn page_of<T>(
        &self,
        tree: Tree,
        from: Bound<&[u8]>,
        prefix: &[u8],
        count: usize,
        read: impl Fn(&[u8], &[u8]) -> Option<Option<T>>,
    ) -> Result<Vec<T>, StoreError> {
        let count = count.min(PAGE_COUNT_MAX);
        let mut page = Vec::new();
        let fault = self.engine.scan(tree, from, |row, value| {
            if page.len() >= count || !row.starts_with(prefix) {
                return ControlFlow::Break(None);
            }
            match read(row, value) {
                Some(item) => page.extend(item),
                None => return ControlFlow::Break(Some(damaged(tree, row))),
            }
            ControlFlow::Continue(())
        })?;
        fault.flatten().map_or(Ok(page), Err)
    }
}

/// A key and its value.
type KeyValue = (Vec<u8>, Vec<u8>);

/// What reading the pieces of a value gave.
enum Pieces {
    None,
    Torn,
    Whole(Vec<u8>),
}

/// The error for a value that does not read back.
pub(crate) fn damaged(tree: Tree, key: &[u8]) -> StoreError {
    let key: String = key
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    StoreError::Damaged {
        what: format!("{} {key}", tree.name()),
    }
}

/// Adds up the pieces found of a value until it is whole: rows of fixed-length keys come in order.
#[derive(Default)]
pub(crate) struct Assembler {
    parts: BTreeMap<u8, Vec<u8>>,
    of: (Vec<u8>, u64),
}

impl Assembler {
    /// Takes a frame; gives the value when it was the last one missing.
    pub(crate) fn take(&mut self, frame: &frame::Frame<'_>) -> Option<Vec<u8>> {
        if frame.last == 0 {
            return Some(frame.bytes.to_vec());
        }
        if self.of != (frame.key.to_vec(), frame.stamp) {
            self.parts.clear();
            self.of = (frame.key.to_vec(), frame.stamp);
        }
        self.parts.insert(frame.piece, frame.bytes.to_vec());
        let whole = self.parts.len() == usize::from(frame.last) + 1;
        whole.then(|| {
            std::mem::take(&mut self.parts)
                .into_values()
                .flatten()
                .collect()
        })
    }
}
