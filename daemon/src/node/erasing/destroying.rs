//! Destroying: marks in the place of leaves, and the files written anew so that the bytes are in none.

use beffroi_store::{Batch, LeafBytes, Store, StoreError};
use beffroi_trust::chronicle::{Carrying, Due, LeafAt, OperationId};
use beffroi_trust::{Checked, DocId, EntryId};

use super::{Note, custody, put_note};
use crate::node::SETTINGS;

/// The key of the mark that leaves were destroyed and the files not yet written anew.
pub(super) const UNSCRUBBED: &[u8] = b"unscrubbed";
/// Leaves destroyed in one transaction: each is three rows at most, of the store's thousand.
const TOGETHER: usize = 250;

/// A leaf to be destroyed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doomed {
    pub(super) at: LeafAt,
    /// Its document, where it can be opened.
    pub(super) doc: Option<DocId>,
    pub(super) why: Why,
}

/// Why a leaf is destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Its document is forgotten, or an act lists it.
    Forgotten,
    /// It is about people of a closed operation.
    Ended(OperationId),
    /// It was carried for others, long enough.
    Carried,
}

/// What was destroyed.
#[derive(Default)]
pub(super) struct Destroyed {
    pub(super) count: usize,
    pub(super) notes: Vec<(LeafAt, Note)>,
    /// The entries as they are now.
    pub(super) entries: Vec<Checked>,
}

/// Of these entries, the leaves that were carried for others long enough by this post's clock.
pub(super) fn carried(
    store: &dyn Store,
    carrying: &Carrying,
    entries: &[EntryId],
    now_ms: u64,
) -> Result<Vec<Doomed>, StoreError> {
    let mut all = Vec::new();
    for some in entries.chunks(TOGETHER) {
        let ids: Vec<_> = some.iter().map(|id| id.0).collect();
        for stored in store.entries(&ids)?.into_iter().flatten() {
            let Ok(checked) = custody::checked(&stored) else {
                continue;
            };
            let Some(head) = checked.head() else { continue };
            let leaves = (0_u8..=u8::MAX).zip(&checked.entry().body.leaves);
            all.extend(leaves.filter_map(|(number, leaf)| {
                let slot = head.slots.get(usize::from(leaf.slot()))?;
                let drops =
                    leaf.bytes().is_some() && carrying.drops(slot.ring, stored.received_ms, now_ms);
                drops.then_some(Doomed {
                    at: (checked.id(), number),
                    doc: None,
                    why: Why::Carried,
                })
            }));
        }
    }
    Ok(all)
}

/// Puts marks in the place of these leaves, and writes the files anew so that the bytes are in none. What a
/// crash interrupts is finished by the next call.
pub(super) fn destroy(
    store: &dyn Store,
    due: &Due,
    doomed: &[Doomed],
) -> Result<Destroyed, StoreError> {
    let mut destroyed = Destroyed::default();
    for some in doomed.chunks(TOGETHER) {
        let wanted: Vec<_> = some
            .iter()
            .map(|Doomed { at, .. }| (at.0.0, vec![at.1]))
            .collect();
        let mut batch = Batch::new();
        let mut touched = Vec::new();
        for (stored, one) in store.leaves(&wanted)?.into_iter().zip(some) {
            let Some(stored) = stored else { continue };
            for (number, bytes) in &stored.leaves {
                let (LeafBytes::Here(bytes), Some(slot)) =
                    (bytes, custody::slot_of(&stored, *number))
                else {
                    continue;
                };
                let (operation, takes) = match one.why {
                    Why::Forgotten => {
                        let takes = due.takes(&one.at, (slot.kind, slot.ring), one.doc.as_ref());
                        (None, takes)
                    }
                    Why::Ended(operation) => (Some(operation), true),
                    Why::Carried => (None, true),
                };
                if !takes {
                    continue;
                }
                batch.forget(stored.id, *number, custody::mark(bytes));
                touched.push(EntryId(stored.id));
                if let Some(doc) = one.doc {
                    let epoch = slot.epoch;
                    let note = Note {
                        doc,
                        operation,
                        epoch,
                    };
                    put_note(&mut batch, &one.at, &note);
                    destroyed.notes.push((one.at, note));
                }
            }
        }
        if !batch.changes.is_empty() {
            batch.put(SETTINGS, UNSCRUBBED, &[1]);
            store.commit(&batch)?;
            destroyed.count += touched.len();
            touched.dedup();
            destroyed.entries.extend(custody::read(store, &touched)?);
        }
    }
    if store.value(SETTINGS, UNSCRUBBED)?.is_some() {
        store.flush()?;
        store.scrub()?;
        let mut batch = Batch::new();
        batch.delete(SETTINGS, UNSCRUBBED);
        store.commit(&batch)?;
        store.flush()?;
    }
    Ok(destroyed)
}
