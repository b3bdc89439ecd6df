//! Many records at once, for lists and exports: entries are read from the disk once for all records in
//! them, only the leaves wanted are opened, and a record of one change is read without a document.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use beffroi_records::{ChangeHash, Kind, Origin, Record, read_first_change};
use beffroi_store::Store;
use beffroi_trust::document::Document;
use beffroi_trust::guard::outline;
use beffroi_trust::{Count, DocId, EntryId, RingKeys};
use bytes::Bytes;
use uuid::Uuid;

use super::cabinet::LeafRef;
use super::opening::{Opened, ReadBack, open, read_back};
use super::{View, patience, record_of, shared_doc};

/// Records read from the disk at a time: their entries are in memory together.
const TOGETHER: usize = 100;

/// A record still to be read from the disk.
struct Wanted {
    doc: DocId,
    leaves: Vec<LeafRef>,
}

impl View {
    /// These records of a kind, with the entries they are made of; those that are not here are left out.
    pub(crate) fn records(&self, kind: Kind, ids: &[Uuid]) -> Vec<(Record, Vec<EntryId>)> {
        ids.chunks(TOGETHER)
            .flat_map(|ids| self.some_records(kind, ids))
            .collect()
    }

    /// The payloads of one kind in an entry.
    pub(crate) fn payloads(
        &self,
        store: &dyn Store,
        entry: EntryId,
        kind: u8,
        count: Count,
    ) -> Vec<Bytes> {
        let keys = self
            .ring_keys
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let read = read_back(store, &BTreeMap::from([(entry, count)])).into_iter();
        let opened = read.flat_map(|(checked, count)| open(&checked, count, &keys).opened);
        opened
            .filter(|opened| opened.doc.kind == kind)
            .map(|opened| opened.carried.payload)
            .collect()
    }

    fn some_records(&self, kind: Kind, ids: &[Uuid]) -> Vec<(Record, Vec<EntryId>)> {
        let mut found: BTreeMap<Uuid, Record> = BTreeMap::new();
        let mut wanted = Vec::new();
        let mut entries = BTreeMap::new();
        {
            let mut cabinet = self.cabinet();
            for id in ids {
                let doc = shared_doc(kind, *id);
                if cabinet.is_forgotten(&doc) {
                    continue;
                }
                if let Some(document) = cabinet.recent.touch(&doc) {
                    found.insert(*id, record_of(document, kind));
                } else if let Some(shelf) = cabinet.shelves.get(&doc) {
                    wanted.push(Wanted {
                        doc,
                        leaves: shelf.leaves.clone(),
                    });
                }
                entries.insert(*id, cabinet.entries_of(kind, *id));
            }
        }
        let leaves = wanted.iter().flat_map(|wanted| &wanted.leaves);
        let read = ReadBack::read(self.store.as_ref(), leaves);
        // The keys are let go before the shelves are asked: who holds the shelves may wait for the keys.
        let opened: Vec<(DocId, Vec<Opened>)> = {
            let keys = self
                .ring_keys
                .read()
                .unwrap_or_else(PoisonError::into_inner);
            let open = |wanted: &Wanted| (wanted.doc, wanted.open(&read, &keys));
            wanted.iter().map(open).collect()
        };
        for (doc, mut leaves) in opened {
            self.cabinet().fill_verdicts(&mut leaves);
            let quick = match leaves.as_slice() {
                [only] => quick(kind, only),
                _ => None,
            };
            let record = quick.or_else(|| whole(kind, doc, &leaves));
            if let Some(record) = record {
                found.insert(record.id, record);
            }
        }
        ids.iter()
            .filter_map(|id| Some((found.remove(id)?, entries.remove(id)?)))
            .collect()
    }
}

/// A record made of one change that counts and is known to be sound, without a document.
pub(super) fn quick(kind: Kind, only: &Opened) -> Option<Record> {
    let carried = &only.carried;
    if !carried.count.is_counted() || only.verdict?.outcome.is_err() {
        return None;
    }
    let hash = ChangeHash(outline(&carried.payload).ok()?.hash);
    let origin = Origin {
        author: carried.author.0,
        at_ms: carried.time_ms,
    };
    let id = Uuid::from_bytes(only.doc.uuid);
    read_first_change(&carried.payload, hash, kind, id, origin)
}

fn whole(kind: Kind, doc: DocId, leaves: &[Opened]) -> Option<Record> {
    let mut document = Document::new(doc);
    for opened in leaves {
        patience::offer(&mut document, opened);
    }
    document.admitted().next()?;
    Some(record_of(&document, kind))
}

impl Wanted {
    /// The leaves of the record.
    fn open(&self, read: &ReadBack, keys: &RingKeys) -> Vec<Opened> {
        let open = |leaf| read.open(&self.doc, leaf, keys);
        self.leaves.iter().filter_map(open).collect()
    }
}
