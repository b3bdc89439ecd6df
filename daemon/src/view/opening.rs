//! From entries to payloads: which leaves of an entry this post can read, and to which documents they
//! belong.

use std::collections::BTreeMap;

use beffroi_store::Store;
use beffroi_trust::chronicle::Count;
use beffroi_trust::document::Carried;
use beffroi_trust::guard::Verdict;
use beffroi_trust::ids::KIND_RECORD;
use beffroi_trust::{Checked, DocId, EntryId, OpenError, RingKeys, open_leaf};

use super::cabinet::LeafRef;
use super::verdicts::Leaf;
use crate::custody::{self, Part};

/// A leaf on its way to its document.
pub(super) struct Opened {
    pub(super) doc: DocId,
    pub(super) carried: Carried,
    /// The guard's verdict, when it is known from before.
    pub(super) verdict: Option<Verdict>,
}

impl Opened {
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
                let carried = Carried {
                    entry: checked.id(),
                    leaf: u8::try_from(number).unwrap_or(u8::MAX),
                    author: checked.author(),
                    time_ms: checked.time_ms(),
                    count,
                    payload: payload.bytes().clone(),
                };
                opening.opened.push(Opened {
                    doc,
                    carried,
                    verdict: None,
                });
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

/// Leaves read back from the disk, without their neighbours, by entry.
pub(super) struct ReadBack(BTreeMap<EntryId, Part>);

impl ReadBack {
    /// Reads these leaves, each entry once.
    pub(super) fn read<'a>(
        store: &dyn Store,
        leaves: impl IntoIterator<Item = &'a LeafRef>,
    ) -> ReadBack {
        let mut wanted: BTreeMap<EntryId, Vec<u8>> = BTreeMap::new();
        for leaf in leaves {
            wanted.entry(leaf.entry).or_default().push(leaf.leaf);
        }
        let parts = custody::parts(store, &wanted).into_iter();
        ReadBack(parts.map(|part| (part.entry, part)).collect())
    }

    /// Opens one of them, if it is of this document. It was opened before: why not is not asked again.
    pub(super) fn open(&self, doc: &DocId, leaf: &LeafRef, keys: &RingKeys) -> Option<Opened> {
        let part = self.0.get(&leaf.entry)?;
        let (found, payload) = part.open(leaf.leaf, keys).ok()?;
        let carried = Carried {
            entry: leaf.entry,
            leaf: leaf.leaf,
            author: part.head.author,
            time_ms: part.head.time_ms,
            count: leaf.count,
            payload: payload.bytes().clone(),
        };
        let opened = Opened {
            doc: found,
            carried,
            verdict: None,
        };
        Some(opened).filter(|opened| opened.doc == *doc)
    }
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
