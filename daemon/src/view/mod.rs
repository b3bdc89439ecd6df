//! What people see: a shelf for each document with its row in memory, the documents last used, and the
//! names of posts. Rebuilt at start from the entries, never on the disk.
//!
//! One thread changes it (`applier`); everybody reads it under its lock, briefly.

mod applier;
mod cabinet;
mod names;
mod opening;
mod patience;
mod reading;
mod recent;
mod verdicts;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beffroi_records::{Kind, Number, Origin, Part, Reading, Record, Row, read};
use beffroi_store::Store;
use beffroi_trust::document::Document;
use beffroi_trust::ids::{RING_COMMON, RING_PEOPLE};
use beffroi_trust::{DocId, EntryId};
use serde_json::Value;
use uuid::Uuid;

pub(crate) use applier::{Absorbed, Applied, Applier, Arrival};
pub(crate) use cabinet::Cabinet;
pub(crate) use names::{Names, post_uuid, territory_uuid};
pub(crate) use verdicts::HeldKeys;

use verdicts::Verdicts;

use crate::node::SharedRingKeys;

/// Entries read back from the disk at a time.
const READ_GROUP: usize = 256;

/// The view of one territory.
pub(crate) struct View {
    cabinet: Mutex<Cabinet>,
    store: Arc<dyn Store>,
    ring_keys: SharedRingKeys,
}

impl View {
    /// An empty view, with the note that a former life left of its verdicts.
    pub(crate) fn new(
        store: Arc<dyn Store>,
        ring_keys: SharedRingKeys,
        note: Option<(&[u8], &HeldKeys)>,
    ) -> View {
        let verdicts = note.map(|(note, keys)| Verdicts::from_note(note, keys));
        View {
            cabinet: Mutex::new(Cabinet::new(verdicts.unwrap_or_default())),
            store,
            ring_keys,
        }
    }

    /// The append number up to which entries have been taken in.
    pub(crate) fn taken_in(&self) -> u64 {
        self.cabinet().verdicts.upto()
    }

    /// Whether the entry with this append number was judged in a former life.
    pub(crate) fn was_judged(&self, append: u64) -> bool {
        self.cabinet().verdicts.covers(append)
    }

    /// Everything, for as long as the guard is held: keep it short.
    pub(crate) fn cabinet(&self) -> MutexGuard<'_, Cabinet> {
        // A panic while the cabinet was held can leave a row old, never a document torn: documents
        // are replaced whole.
        self.cabinet.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with a document, read from the disk when it is not among those last used; `None`
    /// when nothing of it is here.
    pub(crate) fn with_document<T>(
        &self,
        doc: &DocId,
        work: impl FnOnce(&Document) -> T,
    ) -> Option<T> {
        let mut cabinet = self.cabinet();
        let document = cabinet.document(doc, self.store.as_ref(), &self.ring_keys)?;
        Some(work(document))
    }

    /// The record of a document.
    pub(crate) fn record(&self, kind: Kind, id: Uuid) -> Option<Record> {
        self.with_document(&shared_doc(kind, id), |document| record_of(document, kind))
    }

    /// The private fields of a record that hold something; `None` when none was ever written, or no key
    /// opens them.
    pub(crate) fn private(&self, kind: Kind, id: Uuid) -> Option<Record> {
        let doc = doc_of(kind, Part::Private, id);
        let read = self.with_document(&doc, |document| {
            let mut record = record_of(document, kind);
            record.readings.retain(holds_private);
            document.admitted().next().map(|_| record)
        });
        read.flatten()
    }

    /// Of these entries, which nobody counts, the leaves that take effect nevertheless: counted changes were
    /// built on them.
    pub(crate) fn called_in(&self, set_aside: &BTreeSet<EntryId>) -> Vec<(EntryId, u8)> {
        if set_aside.is_empty() {
            return Vec::new();
        }
        let documents = self.cabinet().documents_with(set_aside);
        let of = |document: &Document| -> Vec<(EntryId, u8)> {
            let admitted = document.admitted();
            let origins = admitted.filter_map(|change| document.origin_of(change));
            let called = origins.filter(|origin| set_aside.contains(&origin.entry));
            called.map(|origin| (origin.entry, origin.leaf)).collect()
        };
        let documents = documents.iter();
        let leaves = documents.filter_map(|doc| self.with_document(doc, of));
        leaves.flatten().collect()
    }

    /// The rows of a kind.
    pub(crate) fn rows<T>(
        &self,
        kind: Kind,
        work: impl FnOnce(&mut dyn Iterator<Item = &Row>) -> T,
    ) -> T {
        let cabinet = self.cabinet();
        work(&mut cabinet.rows(kind))
    }
}

/// The document all readers of the common ring share.
pub(crate) fn shared_doc(kind: Kind, id: Uuid) -> DocId {
    DocId {
        kind: kind.wire(),
        ring: RING_COMMON,
        uuid: *id.as_bytes(),
    }
}

/// One of the two documents of a record: they share kind and id, not the readers.
pub(crate) fn doc_of(kind: Kind, part: Part, id: Uuid) -> DocId {
    let ring = match part {
        Part::Shared => RING_COMMON,
        Part::Private => RING_PEOPLE,
    };
    DocId {
        ring,
        ..shared_doc(kind, id)
    }
}

/// Reads the record a document holds.
pub(crate) fn record_of(document: &Document, kind: Kind) -> Record {
    let origin = |actor: &[u8; 16]| origin_of(document, actor);
    read(
        document.live(),
        kind,
        Uuid::from_bytes(document.id().uuid),
        &origin,
    )
}

/// Whether a reading belongs in the private part and says anything.
fn holds_private(reading: &Reading) -> bool {
    let empty = match &reading.used {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(parts) => parts.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    reading.private && !empty
}

/// Who made the change of an actor, and when by his own claim.
pub(crate) fn origin_of(document: &Document, actor: &[u8; 16]) -> Option<Origin> {
    let origin = document.origin(actor)?;
    Some(Origin {
        author: origin.author.0,
        at_ms: origin.time_ms,
    })
}

impl View {
    /// The highest counter of a post's code in an operation; 0 for none.
    pub(crate) fn highest_number(&self, code: &str, operation: Uuid) -> u64 {
        let of_row = |row: &Row| {
            let numbers = row.references().filter_map(Number::parse);
            numbers
                .filter(|number| number.code == code)
                .map(|number| number.counter)
                .max()
        };
        let of_kind = |kind| {
            self.rows(kind, |rows| {
                rows.filter(|row| row.operation == Some(operation))
                    .filter_map(of_row)
                    .max()
            })
        };
        Kind::RECORDS
            .into_iter()
            .filter_map(of_kind)
            .max()
            .unwrap_or(0)
    }
}
