//! Erasures: which documents and leaves the acts that count forget, and which of them are due. A function
//! of the set and of when this very post received each act, so that a rogue's erasure can be undone for
//! [`FORGET_DELAY_MS`] and a wrong clock elsewhere decides nothing here.

use std::collections::{BTreeMap, BTreeSet};

use super::Chronicle;
use crate::act::Act;
use crate::ids::{DocId, EntryId, Ring};

/// From the receipt of a Forget until bytes are destroyed: the time a root key has to undo a rogue
/// coordinator, a long weekend included.
pub const FORGET_DELAY_MS: u64 = 72 * 60 * 60 * 1_000;

/// A leaf by its entry and its number there.
pub type LeafAt = (EntryId, u8);

/// What the Forgets that count say, united.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erasures {
    documents: BTreeMap<DocId, BTreeSet<EntryId>>,
    leaves: BTreeMap<LeafAt, BTreeSet<(EntryId, DocId)>>,
}

/// The part of [`Erasures`] whose delay is over at this post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Due(Erasures);

impl Chronicle {
    /// The erasures that count now. One whose author was cut before it is not among them any more.
    pub fn erasures(&self) -> Erasures {
        let mut erasures = Erasures::default();
        for view in self.authorised_acts() {
            if let Some(Act::Forget { doc, leaves }) = view.act {
                erasures.add(view.id, *doc, leaves);
            }
        }
        erasures
    }
}

impl Erasures {
    fn add(&mut self, act: EntryId, doc: DocId, leaves: &[LeafAt]) {
        self.documents.entry(doc).or_default().insert(act);
        for leaf in leaves {
            self.leaves.entry(*leaf).or_default().insert((act, doc));
        }
    }

    /// The documents nobody is shown any more, from the moment the act is known.
    pub fn documents(&self) -> impl Iterator<Item = &DocId> {
        self.documents.keys()
    }

    /// The acts behind them.
    pub fn acts(&self) -> BTreeSet<EntryId> {
        self.documents.values().flatten().copied().collect()
    }

    /// Whether a document is forgotten.
    pub fn forgets(&self, doc: &DocId) -> bool {
        self.documents.contains_key(doc)
    }

    /// Whether a leaf of this slot is listed as one of a forgotten document: all a post without the key
    /// can ask. A listing whose kind or ring is another than the slot's says nothing of it.
    pub fn lists(&self, leaf: &LeafAt, (kind, ring): (u8, Ring)) -> bool {
        let listed = self.leaves.get(leaf).into_iter().flatten();
        let mut docs = listed.map(|(_, doc)| doc);
        docs.any(|doc| (doc.kind, doc.ring) == (kind, ring))
    }

    /// Whether somebody forgot a leaf that is gone: then it is no gap, and is not to be asked for. `doc`
    /// is its document where that is known.
    pub fn explains(&self, leaf: &LeafAt, slot: (u8, Ring), doc: Option<&DocId>) -> bool {
        doc.is_some_and(|doc| self.forgets(doc)) || self.lists(leaf, slot)
    }

    /// Of the leaves of a document, those no act lists: carriers do not know of them yet, so a
    /// coordinator owes a further Forget.
    pub fn unlisted(&self, doc: &DocId, leaves: impl IntoIterator<Item = LeafAt>) -> Vec<LeafAt> {
        let slot = (doc.kind, doc.ring);
        let owed = leaves.into_iter().filter(|leaf| !self.lists(leaf, slot));
        owed.collect()
    }

    /// What is to be destroyed at `now_ms` by this post's clock; `received_ms` says when an act came here.
    /// An act whose receipt is unknown is not due.
    pub fn due(&self, now_ms: u64, received_ms: impl Fn(&EntryId) -> Option<u64>) -> Due {
        let is_due = |act: &EntryId| {
            let received = received_ms(act);
            received.is_some_and(|at| now_ms >= at.saturating_add(FORGET_DELAY_MS))
        };
        let mut due = Self::default();
        for (doc, acts) in &self.documents {
            let acts: BTreeSet<EntryId> = acts.iter().copied().filter(is_due).collect();
            if !acts.is_empty() {
                due.documents.insert(*doc, acts);
            }
        }
        for (leaf, acts) in &self.leaves {
            let acts = acts.iter().copied().filter(|(act, _)| is_due(act));
            let acts: BTreeSet<(EntryId, DocId)> = acts.collect();
            if !acts.is_empty() {
                due.leaves.insert(*leaf, acts);
            }
        }
        Due(due)
    }
}

impl Due {
    /// Whether nothing is due.
    pub fn is_empty(&self) -> bool {
        self.0.documents.is_empty()
    }

    /// Whether a document of this kind and ring is due: otherwise its leaves need not be opened.
    pub fn concerns(&self, (kind, ring): (u8, Ring)) -> bool {
        let mut docs = self.0.documents.keys();
        docs.any(|doc| (doc.kind, doc.ring) == (kind, ring))
    }

    /// The documents whose leaves readers destroy.
    pub fn documents(&self) -> impl Iterator<Item = &DocId> {
        self.0.documents.keys()
    }

    /// The leaves listed for carriers.
    pub fn leaves(&self) -> impl Iterator<Item = &LeafAt> {
        self.0.leaves.keys()
    }

    /// Whether this leaf is to be destroyed. Who can open it goes by its document alone, so that a listing
    /// that lies destroys nothing where it can be seen through; who cannot goes by the listing.
    pub fn takes(&self, leaf: &LeafAt, slot: (u8, Ring), doc: Option<&DocId>) -> bool {
        match doc {
            Some(doc) => self.0.forgets(doc),
            None => self.0.lists(leaf, slot),
        }
    }
}
