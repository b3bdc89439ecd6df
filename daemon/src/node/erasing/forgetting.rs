//! The Forgets that this post writes: a person's, and those it owes because a leaf came in that none lists.

use beffroi_records::{Kind, Part};
use beffroi_trust::limits::FORGET_LEAVES_MAX;
use beffroi_trust::{Act, DocId};
use uuid::Uuid;

use super::{LeafAt, Living, Node};
use crate::view::doc_of;

impl Living {
    /// Forgets that this post owes: of due documents, the leaves it met and no act lists. Only of due ones,
    /// so that nobody repeats a rogue's erasure while it can still be undone.
    pub(super) fn owed_forgets(&mut self) -> Vec<Act> {
        let mut acts = Vec::new();
        let mut owed = std::mem::take(&mut self.erasing.owed);
        for doc in self.erasing.due.documents() {
            let here = self.view.cabinet().leaves_of(doc);
            owed.entry(*doc).or_default().extend(here);
        }
        for (doc, leaves) in owed {
            let unlisted = self.erasing.erasures.unlisted(&doc, leaves);
            acts.extend(forgets(doc, &unlisted));
        }
        let me = self.me();
        acts.retain(|act| self.chronicle.may_act(&me, act).is_ok());
        acts
    }
}

/// As many Forgets as these leaves take; none for none.
pub(super) fn forgets(doc: DocId, leaves: &[LeafAt]) -> Vec<Act> {
    let chunks = leaves.chunks(FORGET_LEAVES_MAX);
    chunks
        .map(|leaves| Act::Forget {
            doc,
            leaves: leaves.to_vec(),
        })
        .collect()
}

impl Node {
    /// The Forgets of a record's parts, each listing the leaves that are here.
    pub(crate) fn forgets(&self, kind: Kind, id: Uuid, parts: &[Part]) -> Vec<Act> {
        let Some(living) = &self.living else {
            return Vec::new();
        };
        let docs = parts.iter().map(|part| doc_of(kind, *part, id));
        docs.flat_map(|doc| forgets(doc, &living.view.cabinet().leaves_of(&doc)))
            .collect()
    }
}
