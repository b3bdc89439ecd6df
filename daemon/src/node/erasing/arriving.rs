//! What comes in, without the leaves that are destroyed here: an old post brings nothing back.

use beffroi_store::Batch;
use beffroi_trust::chronicle::OperationId;
use beffroi_trust::ids::RING_PEOPLE;
use beffroi_trust::{Checked, Class, DocId, Entry, open_leaf};

use super::{Erasing, Living, Note, put_note};

impl Erasing {
    /// An entry that comes in, without the leaves that are destroyed here, and the notes of those: `None`
    /// when it keeps all. `doc` says of which document a leaf is, where that can be known, and `operation` to
    /// which operation a record belongs.
    pub(crate) fn refused(
        &mut self,
        checked: &Checked,
        doc: impl Fn(usize) -> Option<DocId>,
        operation: impl Fn(&DocId) -> Option<OperationId>,
    ) -> Option<(Entry, Batch)> {
        let head = checked.head()?;
        let idle = self.due.is_empty() && self.ended.is_empty();
        if idle || checked.class() != Class::Content {
            return None;
        }
        let mut entry = checked.entry().clone();
        let mut notes = Batch::new();
        let mut any = false;
        for (n, leaf) in entry.body.leaves.iter_mut().enumerate() {
            let slot = head.slots.get(usize::from(leaf.slot()))?;
            let number = u8::try_from(n).ok()?;
            let may_end = slot.ring == RING_PEOPLE && !self.ended.is_empty();
            let may_be_due = self.due.concerns((slot.kind, slot.ring));
            if leaf.bytes().is_none() || !(may_end || may_be_due) {
                continue;
            }
            let (at, doc) = ((checked.id(), number), doc(n));
            let of_operation = doc.as_ref().filter(|_| may_end).and_then(&operation);
            let ended = of_operation.filter(|operation| self.ended.contains(operation));
            let due = self.due.takes(&at, (slot.kind, slot.ring), doc.as_ref());
            if !due && ended.is_none() {
                continue;
            }
            *leaf = leaf.forgotten();
            any = true;
            let Some(doc) = doc else { continue };
            let note = Note {
                doc,
                operation: ended.filter(|_| !due),
                epoch: slot.epoch,
            };
            put_note(&mut notes, &at, &note);
            self.notes.insert(at, note);
            if due {
                let unlisted = self.erasures.unlisted(&doc, [at]);
                self.owed.entry(doc).or_default().extend(unlisted);
            }
        }
        any.then_some((entry, notes))
    }

    /// Takes note when a leaf is sealed with a key that was put away.
    fn recall(&mut self, checked: &Checked) {
        let Some(head) = checked.head() else { return };
        for leaf in &checked.entry().body.leaves {
            let slot = head.slots.get(usize::from(leaf.slot()));
            if let Some(slot) = slot.filter(|_| leaf.bytes().is_some()) {
                self.recalled |= self.retired.remove(&(slot.ring, slot.epoch));
            }
        }
    }
}

impl Living {
    /// An entry from elsewhere, without the leaves that are destroyed here; what is to be noted with it.
    pub(in crate::node) fn without_erased(&mut self, checked: Checked) -> (Checked, Batch) {
        let keys = self.ring_keys.clone();
        let keys = keys
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let doc = |n| open_leaf(&checked, n, &keys).ok().map(|(doc, _)| doc);
        let view = self.view.clone();
        let operation = |doc: &DocId| {
            let operation = view.cabinet().operation_of(doc)?;
            Some(*operation.as_bytes())
        };
        let refused = self.erasing.refused(&checked, doc, operation);
        // Only bytes were taken out: the entry is as valid as it was.
        let left = refused.and_then(|(entry, notes)| Some((Checked::trusted(entry).ok()?, notes)));
        let (checked, notes) = left.unwrap_or((checked, Batch::new()));
        self.erasing.recall(&checked);
        (checked, notes)
    }
}
