//! The documents last used, kept open: an open Automerge document takes some 20 kB even when tiny.

use std::collections::BTreeMap;

use beffroi_trust::DocId;
use beffroi_trust::document::Document;

/// Documents kept open: 20 MB, and more than people look at in an hour.
const OPEN_MAX: usize = 1_000;

/// A least-recently-used set of documents.
#[derive(Default)]
pub(super) struct Recent {
    turn: u64,
    open: BTreeMap<DocId, (u64, Document)>,
    by_turn: BTreeMap<u64, DocId>,
}

impl Recent {
    /// The document, which becomes the last used.
    pub(super) fn touch(&mut self, doc: &DocId) -> Option<&mut Document> {
        let (used, document) = self.open.get_mut(doc)?;
        self.by_turn.remove(used);
        self.turn += 1;
        *used = self.turn;
        self.by_turn.insert(self.turn, *doc);
        Some(document)
    }

    /// Keeps a document open; the one used longest ago makes room.
    pub(super) fn keep(&mut self, document: Document) {
        let doc = document.id();
        self.close(&doc);
        while self.open.len() >= OPEN_MAX {
            match self.by_turn.pop_first() {
                Some((_, oldest)) => self.open.remove(&oldest),
                None => break,
            };
        }
        self.turn += 1;
        self.by_turn.insert(self.turn, doc);
        self.open.insert(doc, (self.turn, document));
    }

    /// Takes a document out, to be changed and kept again.
    pub(super) fn take(&mut self, doc: &DocId) -> Option<Document> {
        let (used, document) = self.open.remove(doc)?;
        self.by_turn.remove(&used);
        Some(document)
    }

    /// Closes a document.
    pub(super) fn close(&mut self, doc: &DocId) {
        if let Some((used, _)) = self.open.remove(doc) {
            self.by_turn.remove(&used);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(n: usize) -> DocId {
        DocId {
            kind: 1,
            ring: 1,
            uuid: u128::try_from(n).unwrap().to_be_bytes(),
        }
    }

    #[test]
    fn the_one_used_longest_ago_makes_room() {
        let mut recent = Recent::default();
        for n in 0..OPEN_MAX {
            recent.keep(Document::new(doc(n)));
        }
        assert!(recent.touch(&doc(0)).is_some());
        recent.keep(Document::new(doc(OPEN_MAX)));
        assert!(recent.touch(&doc(0)).is_some() && recent.touch(&doc(1)).is_none());
        assert_eq!(
            (recent.open.len(), recent.by_turn.len()),
            (OPEN_MAX, OPEN_MAX)
        );
        recent.close(&doc(0));
        assert_eq!(
            (recent.open.len(), recent.by_turn.len()),
            (OPEN_MAX - 1, OPEN_MAX - 1)
        );
    }
}
