//! The shelves: for each document which leaves it is made of, its row, and the document itself when it
//! was used lately.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use beffroi_records::{Kind, Row};
use beffroi_store::Store;
use beffroi_trust::chronicle::Count;
use beffroi_trust::document::Document;
use beffroi_trust::guard::Verdict;
use beffroi_trust::ids::RING_COMMON;
use beffroi_trust::{DocId, EntryId};
use uuid::Uuid;

use super::applier::{Changed, Shown};
use super::names::Names;
use super::opening::{Opened, open, read_back};
use super::recent::Recent;
use super::refusals::Refusals;
use super::shared_doc;
use crate::node::SharedRingKeys;

/// One leaf of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeafRef {
    pub(super) entry: EntryId,
    pub(super) leaf: u8,
    pub(super) count: Count,
    /// Whether the guard has judged it since the start.
    pub(super) judged: bool,
}

/// What a document is made of, and its row.
#[derive(Default)]
pub(super) struct Shelf {
    pub(super) leaves: Vec<LeafRef>,
    pub(super) row: Option<Row>,
}

/// All shelves.
#[derive(Default)]
pub(crate) struct Cabinet {
    pub(super) shelves: BTreeMap<DocId, Shelf>,
    pub(super) recent: Recent,
    pub(super) refusals: Refusals,
    /// Entries with leaves whose key has not come.
    pub(crate) locked: BTreeSet<EntryId>,
    names: Names,
}

impl Shelf {
    /// Adds a leaf, or notes anew how its entry counts.
    pub(super) fn put(&mut self, opened: &Opened) {
        let (entry, leaf) = (opened.carried.entry, opened.carried.leaf);
        let count = opened.carried.count;
        match self
            .leaves
            .iter_mut()
            .find(|known| known.entry == entry && known.leaf == leaf)
        {
            Some(known) => known.count = count,
            None => self.leaves.push(LeafRef {
                entry,
                leaf,
                count,
                judged: false,
            }),
        }
    }
}

impl Cabinet {
    /// What posts are called.
    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    /// Entries that wait for a ring key.
    pub(crate) fn locked_entries(&self) -> usize {
        self.locked.len()
    }

    /// The row of a record.
    pub(crate) fn row(&self, kind: Kind, id: Uuid) -> Option<&Row> {
        self.shelves.get(&shared_doc(kind, id))?.row.as_ref()
    }

    /// The rows of a kind, by id.
    pub(crate) fn rows(&self, kind: Kind) -> impl Iterator<Item = &Row> {
        let at = |uuid| DocId {
            kind: kind.wire(),
            ring: RING_COMMON,
            uuid,
        };
        let shelves = self.shelves.range(at([0; 16])..=at([u8::MAX; 16]));
        shelves.filter_map(|(_, shelf)| shelf.row.as_ref())
    }

    /// The entries a record is made of, counted or not, its private twin left out.
    pub(crate) fn entries_of(&self, kind: Kind, id: Uuid) -> Vec<EntryId> {
        let shelf = self.shelves.get(&shared_doc(kind, id));
        let mut entries: Vec<EntryId> = shelf
            .iter()
            .flat_map(|shelf| shelf.leaves.iter().map(|leaf| leaf.entry))
            .collect();
        entries.sort_unstable();
        entries.dedup();
        entries
    }

    /// The document, opened from the disk when it was not used lately.
    pub(super) fn document(
        &mut self,
        doc: &DocId,
        store: &dyn Store,
        ring_keys: &SharedRingKeys,
    ) -> Option<&mut Document> {
        if self.recent.touch(doc).is_none() {
            let shelf = self.shelves.get(doc)?;
            let document = load(doc, shelf, &self.refusals, store, ring_keys);
            self.recent.keep(document);
        }
        self.recent.touch(doc)
    }

    /// Reads a document's row anew.
    pub(super) fn settle(&mut self, document: &mut Document) -> Option<Changed> {
        let shown = Shown::of(document);
        self.settle_with(document, &shown)
    }

    /// Notes the verdicts just given, the row, and the post's name when the document is one.
    pub(super) fn settle_with(
        &mut self,
        document: &mut Document,
        shown: &Shown,
    ) -> Option<Changed> {
        let doc = document.id();
        let shelf = self.shelves.get_mut(&doc)?;
        for judged in document.judged() {
            let known = shelf.leaves.iter_mut();
            let here = known.filter(|leaf| leaf.entry == judged.entry && leaf.leaf == judged.leaf);
            here.for_each(|leaf| leaf.judged = true);
            if let Err(bad) = judged.verdict.outcome {
                tracing::warn!(entry = %judged.entry, leaf = judged.leaf, %bad, "a change was refused");
                self.refusals.note(judged.entry, judged.leaf, bad);
            }
        }
        let kind = Kind::from_wire(doc.kind)?;
        if doc.ring != RING_COMMON {
            return None;
        }
        shelf.row = shown.record.as_ref().map(Row::new);
        let reference = shelf.row.as_ref().map(|row| row.reference.to_string());
        let heads = shown.record.iter().flat_map(|record| &record.heads);
        let heads = heads.map(ToString::to_string).collect();
        if let Some(record) = shown.record.as_ref().filter(|_| kind == Kind::Post) {
            self.names.learn(record);
        }
        let reference = reference.filter(|text| !text.is_empty());
        Some(Changed {
            kind,
            id: Uuid::from_bytes(doc.uuid),
            reference,
            heads,
        })
    }
}

/// Builds a document from the disk.
fn load(
    doc: &DocId,
    shelf: &Shelf,
    refusals: &Refusals,
    store: &dyn Store,
    ring_keys: &SharedRingKeys,
) -> Document {
    let counts: BTreeMap<EntryId, Count> = shelf
        .leaves
        .iter()
        .map(|leaf| (leaf.entry, leaf.count))
        .collect();
    let keys = ring_keys.read().unwrap_or_else(PoisonError::into_inner);
    let mut document = Document::new(*doc);
    for (checked, count) in read_back(store, &counts) {
        for opened in open(&checked, count, &keys).opened {
            if opened.doc == *doc {
                let verdict = known_verdict(shelf, refusals, &opened);
                document.offer(opened.carried, verdict);
            }
        }
    }
    document
}

pub(super) fn known_verdict(
    shelf: &Shelf,
    refusals: &Refusals,
    opened: &Opened,
) -> Option<Verdict> {
    let (entry, leaf) = (opened.carried.entry, opened.carried.leaf);
    let judged = shelf
        .leaves
        .iter()
        .any(|known| known.entry == entry && known.leaf == leaf && known.judged);
    judged.then(|| refusals.verdict(entry, leaf))
}
