//! The shelves: for each document which leaves it is made of, its row, and the document itself when it
//! was used lately.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use beffroi_records::{Kind, Row};
use beffroi_store::Store;
use beffroi_trust::chronicle::Count;
use beffroi_trust::document::Document;
use beffroi_trust::ids::{RING_COMMON, RING_PEOPLE};
use beffroi_trust::{DocId, EntryId, Ring};
use uuid::Uuid;

use super::applier::{Changed, Shown};
use super::names::Names;
use super::opening::{Opened, ReadBack};
use super::recent::Recent;
use super::verdicts::Verdicts;
use super::{patience, shared_doc};
use crate::node::SharedRingKeys;

/// One leaf of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeafRef {
    pub(super) entry: EntryId,
    pub(super) leaf: u8,
    pub(super) count: Count,
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
    pub(super) verdicts: Verdicts,
    /// Entries with leaves whose key has not come, and how they count.
    pub(super) locked: BTreeMap<EntryId, Count>,
    names: Names,
    tallies: BTreeMap<Kind, Tally>,
    /// Documents of which no more is taken.
    full: BTreeSet<DocId>,
    /// Documents that acts that count erase.
    pub(super) forgotten: BTreeSet<DocId>,
    /// Closed operations whose data about people are at their end.
    pub(super) ended: BTreeSet<Uuid>,
}

/// How many records of a kind people see, and what of them waits for a choice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) records: u64,
    /// Fields in disagreement.
    pub(crate) conflicts: u64,
}

impl Shelf {
    /// Adds a leaf, or notes anew how its entry counts. `true` when it was not here.
    pub(super) fn put(&mut self, opened: &Opened) -> bool {
        let (entry, leaf) = (opened.carried.entry, opened.carried.leaf);
        let count = opened.carried.count;
        match self
            .leaves
            .iter_mut()
            .find(|known| known.entry == entry && known.leaf == leaf)
        {
            Some(known) => {
                known.count = count;
                false
            }
            None => {
                self.leaves.push(LeafRef { entry, leaf, count });
                true
            }
        }
    }
}

impl Cabinet {
    /// Empty shelves, with the verdicts of a former life.
    pub(super) fn new(verdicts: Verdicts) -> Cabinet {
        Cabinet {
            verdicts,
            ..Cabinet::default()
        }
    }

    /// What posts are called.
    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    /// Entries that wait for a ring key.
    pub(crate) fn locked_entries(&self) -> usize {
        self.locked.len()
    }

    /// Whether a document was erased by an act that counts: nobody is shown it any more.
    pub(crate) fn is_forgotten(&self, doc: &DocId) -> bool {
        self.forgotten.contains(doc) || self.is_ended(doc)
    }

    /// Whether a document holds data about people of an operation that was closed long enough ago.
    pub(crate) fn is_ended(&self, doc: &DocId) -> bool {
        let operation = (!self.ended.is_empty() && doc.ring == RING_PEOPLE)
            .then(|| self.operation_of(doc))
            .flatten();
        operation.is_some_and(|operation| self.ended.contains(&operation))
    }

    /// Whether the data about people of an operation are at their end.
    pub(crate) fn has_ended(&self, operation: &Uuid) -> bool {
        self.ended.contains(operation)
    }

    /// The operation to which the record of a document belongs; an operation belongs to itself.
    pub(crate) fn operation_of(&self, doc: &DocId) -> Option<Uuid> {
        let (kind, id) = (Kind::from_wire(doc.kind)?, Uuid::from_bytes(doc.uuid));
        match kind {
            Kind::Operation => Some(id),
            Kind::Incident | Kind::Need | Kind::Resource | Kind::Post | Kind::Territory => {
                self.row(kind, id)?.operation
            }
        }
    }

    /// The private documents of the records of these operations, each with its operation.
    pub(crate) fn twins_of(&self, operations: &BTreeSet<Uuid>) -> Vec<(DocId, Uuid)> {
        if operations.is_empty() {
            return Vec::new();
        }
        let of = |doc: &DocId| self.operation_of(doc).filter(|id| operations.contains(id));
        let people = self.shelves.keys().filter(|doc| doc.ring == RING_PEOPLE);
        people.filter_map(|doc| Some((*doc, of(doc)?))).collect()
    }

    /// Of the leaves here: how many there are, which the guard refused, how many it was not asked about.
    pub(crate) fn judged(&self) -> (u64, Vec<(EntryId, u8)>, u64) {
        let opened = self.shelves.values().map(|shelf| shelf.leaves.len() as u64);
        let (refused, unjudged) = self.verdicts.told();
        (opened.sum(), refused, unjudged)
    }

    /// The documents of which one of these entries carries something.
    pub(super) fn documents_with(&self, entries: &BTreeSet<EntryId>) -> Vec<DocId> {
        let carries = |shelf: &Shelf| {
            shelf
                .leaves
                .iter()
                .any(|leaf| entries.contains(&leaf.entry))
        };
        let with = self.shelves.iter().filter(|(_, shelf)| carries(shelf));
        with.map(|(doc, _)| *doc).collect()
    }

    /// The leaves here of a document, hidden or not.
    pub(crate) fn leaves_of(&self, doc: &DocId) -> Vec<(EntryId, u8)> {
        let leaves = self.shelves.get(doc).map(|shelf| shelf.leaves.as_slice());
        let leaves = leaves.unwrap_or_default().iter();
        leaves.map(|leaf| (leaf.entry, leaf.leaf)).collect()
    }

    /// Those of these leaves that stand on a shelf: this post can open them.
    pub(crate) fn shelved_among(
        &self,
        wanted: &BTreeSet<(EntryId, u8)>,
    ) -> BTreeSet<(EntryId, u8)> {
        if wanted.is_empty() {
            return BTreeSet::new();
        }
        let all = self.shelves.values().flat_map(|shelf| &shelf.leaves);
        all.map(|leaf| (leaf.entry, leaf.leaf))
            .filter(|leaf| wanted.contains(leaf))
            .collect()
    }

    /// Takes leaves off their shelves whose bytes were destroyed.
    pub(crate) fn unshelve(&mut self, leaves: impl IntoIterator<Item = (DocId, (EntryId, u8))>) {
        for (doc, (entry, number)) in leaves {
            self.recent.close(&doc);
            if let Some(shelf) = self.shelves.get_mut(&doc) {
                let is_it = |leaf: &LeafRef| (leaf.entry, leaf.leaf) == (entry, number);
                shelf.leaves.retain(|leaf| !is_it(leaf));
            }
        }
    }

    /// Adds what is known of leaves on shelves.
    pub(super) fn fill_verdicts(&self, leaves: &mut [Opened]) {
        for opened in leaves {
            opened.verdict = self.verdicts.of(opened.leaf());
        }
    }

    /// Puts a leaf on its document's shelf. Of a leaf that was not here, the guard must be asked, unless
    /// its verdict is known from before. Records are not judged.
    pub(super) fn shelve(&mut self, opened: &Opened) {
        let is_new = self.shelves.entry(opened.doc).or_default().put(opened);
        if is_new && opened.verdict.is_none() && !opened.is_record() {
            self.verdicts.expect(opened.leaf());
        }
    }

    /// The row of a record.
    pub(crate) fn row(&self, kind: Kind, id: Uuid) -> Option<&Row> {
        self.shelves.get(&shared_doc(kind, id))?.row.as_ref()
    }

    /// The rows of a kind, by id.
    pub(crate) fn rows(&self, kind: Kind) -> impl Iterator<Item = &Row> {
        self.shelves_of(kind).filter_map(|shelf| shelf.row.as_ref())
    }

    fn shelves_of(&self, kind: Kind) -> impl Iterator<Item = &Shelf> {
        let at = |uuid| DocId {
            kind: kind.wire(),
            ring: RING_COMMON,
            uuid,
        };
        let shelves = self.shelves.range(at([0; 16])..=at([u8::MAX; 16]));
        shelves.map(|(_, shelf)| shelf)
    }

    /// Documents of a ring with anything in them.
    pub(crate) fn documents_in(&self, ring: Ring) -> u64 {
        let shelves = self.shelves.iter();
        let written = shelves.filter(|(doc, shelf)| doc.ring == ring && !shelf.leaves.is_empty());
        written.count() as u64
    }

    /// How many documents take no more.
    pub(crate) fn full_documents(&self) -> usize {
        self.full.len()
    }

    /// What there is of a kind, counted as rows come and go.
    pub(crate) fn tally(&self, kind: Kind) -> Tally {
        self.tallies.get(&kind).copied().unwrap_or_default()
    }

    /// How many records people see are made without any of these entries.
    pub(crate) fn records_without(&self, entries: &BTreeSet<EntryId>) -> u64 {
        let without = |shelf: &&Shelf| {
            !shelf
                .leaves
                .iter()
                .any(|leaf| entries.contains(&leaf.entry))
        };
        let of_kind = |kind: Kind| {
            self.shelves_of(kind)
                .filter(|shelf| shelf.row.is_some())
                .filter(without)
                .count() as u64
        };
        Kind::RECORDS.into_iter().map(of_kind).sum()
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
        if self.is_forgotten(doc) {
            return None;
        }
        if self.recent.touch(doc).is_none() {
            let shelf = self.shelves.get(doc)?;
            let document = load(doc, &self.verdicts, shelf, store, ring_keys);
            self.recent.keep(document);
        }
        self.recent.touch(doc)
    }

    /// Takes note of the verdicts just given on a document, and reads its row anew.
    pub(super) fn settle(&mut self, document: &mut Document) -> Option<Changed> {
        self.heed(document);
        self.show(document.id(), Shown::of(document))
    }

    /// Takes note of the verdicts just given.
    pub(super) fn heed(&mut self, document: &mut Document) {
        if document.weight().is_full() && self.full.insert(document.id()) {
            tracing::warn!("a record takes no more changes: it is too large");
        }
        for judged in document.judged() {
            let outcome = judged.verdict.outcome;
            if let Err(bad) = outcome {
                tracing::warn!(entry = %judged.entry, leaf = judged.leaf, %bad, "a change was refused");
            }
            self.verdicts.judged((judged.entry, judged.leaf), outcome);
        }
    }

    /// Sets a document's row, and the post's name when the document is one.
    pub(super) fn show(&mut self, doc: DocId, shown: Shown) -> Option<Changed> {
        let kind = Kind::from_wire(doc.kind)?;
        if doc.ring != RING_COMMON {
            return None;
        }
        let shown = match self.is_forgotten(&doc) {
            true => Shown::default(),
            false => shown,
        };
        let shelf = self.shelves.get_mut(&doc)?;
        let before = std::mem::replace(&mut shelf.row, shown.row);
        let tally = self.tallies.entry(kind).or_default();
        for row in before.iter() {
            tally.records -= 1;
            tally.conflicts -= u64::from(row.conflicts);
        }
        for row in shelf.row.iter() {
            tally.records += 1;
            tally.conflicts += u64::from(row.conflicts);
        }
        let reference = shelf.row.as_ref().map(|row| row.reference.to_string());
        let heads = shown.heads.iter().map(ToString::to_string).collect();
        if let Some(post) = &shown.post {
            self.names.learn(post);
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
    verdicts: &Verdicts,
    shelf: &Shelf,
    store: &dyn Store,
    ring_keys: &SharedRingKeys,
) -> Document {
    let read = ReadBack::read(store, &shelf.leaves);
    let keys = ring_keys.read().unwrap_or_else(PoisonError::into_inner);
    let mut document = Document::new(*doc);
    for leaf in &shelf.leaves {
        if let Some(opened) = read.open(doc, leaf, &keys) {
            let verdict = verdicts.of((leaf.entry, leaf.leaf));
            patience::offer(&mut document, &Opened { verdict, ..opened });
        }
    }
    document
}
