//! From entries to payloads: which leaves of an entry this post can read, and to which documents they
//! belong.

use std::collections::BTreeMap;

use beffroi_store::Store;
use beffroi_trust::chronicle::Count;
use beffroi_trust::document::Carried;
use beffroi_trust::guard::Verdict;
use beffroi_trust::ids::KIND_RECORD;
use beffroi_trust::{Checked, DocId, EntryId, OpenError, RingKeys, open_leaf};

use bytes::Bytes;

use super::verdicts::Leaf;
use crate::custody;

/// A leaf on its way to its document.
pub(super) struct Opened {
    pub(super) doc: DocId,
    pub(super) carried: Carried,
    /// The guard's verdict, when it is known from before.
    pub(super) verdict: Option<Verdict>,
}

impl Opened {
    fn new(doc: DocId, checked: &Checked, leaf: u8, count: Count, payload: Bytes) -> Opened {
        Opened {
            doc,
            carried: Carried {
                entry: checked.id(),
                leaf,
                author: checked.author(),
                time_ms: checked.time_ms(),
                count,
                payload,
            },
            verdict: None,
        }
    }

    /// Where it stands: its entry, and its number there.
    pub(super) fn leaf(&self) -> Leaf {
        (self.carried.entry, self.carried.leaf)
    }

    /// Whether it is an immutable record, and no change of a document.
    pub(super) fn is_record(&self) -> bool {
        self.doc.kind & KIND_RECORD != 0
    }
}

/// What opening one entry gave.
#[derive(Default)]
pub(super) struct Opening {
    pub(super) opened: Vec<Opened>,
    /// Whether a leaf waits for a key that may still come.
    pub(super) locked: bool,
}

/// Opens every leaf of an entry. A leaf that cannot be opened through its author's fault is counted in
/// the log without its content, and has no effect.
pub(super) fn open(checked: &Checked, count: Count, keys: &RingKeys) -> Opening {
    let mut opening = Opening::default();
    for number in 0..checked.entry().body.leaves.len() {
        match open_leaf(checked, number, keys) {
            Ok((doc, payload)) => {
                let leaf = u8::try_from(number).unwrap_or(u8::MAX);
                let payload = payload.bytes().clone();
                let opened = Opened::new(doc, checked, leaf, count, payload);
                opening.opened.push(opened);
            }
            Err(OpenError::NoKey { .. }) => opening.locked = true,
            Err(error) if error.is_authors_fault() => {
                tracing::warn!(entry = %checked.id(), number, %error, "a leaf has no effect");
            }
            Err(_) => {}
        }
    }
    opening
}

/// Opens one leaf, known to be readable, of an entry that may have a hundred.
pub(super) fn open_one(
    checked: &Checked,
    leaf: u8,
    count: Count,
    keys: &RingKeys,
) -> Option<Opened> {
    let (doc, payload) = open_leaf(checked, leaf.into(), keys).ok()?;
    Some(Opened::new(
        doc,
        checked,
        leaf,
        count,
        payload.bytes().clone(),
    ))
}

/// Reads entries back from the disk, each with how it counts. What cannot be read is left out and said.
pub(super) fn read_back(
    store: &dyn Store,
    counts: &BTreeMap<EntryId, Count>,
) -> Vec<(Checked, Count)> {
    let ids: Vec<_> = counts.keys().map(|id| id.0).collect();
    let stored = match store.entries(&ids) {
        Ok(stored) => stored,
        Err(error) => {
            tracing::error!(%error, "entries cannot be read");
            return Vec::new();
        }
    };
    let read = stored
        .into_iter()
        .flatten()
        .filter_map(|stored| custody::checked(&stored).ok());
    read.filter_map(|checked| {
        let count = *counts.get(&checked.id())?;
        Some((checked, count))
    })
    .collect()
}
