//! Many records at once, for lists and exports: entries are read from the disk once for all records in
//! them, only the leaves wanted are opened, and a record of one change is read without a document.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use beffroi_records::{ChangeHash, Kind, Origin, Record, read_first_change};
use beffroi_store::Store;
use beffroi_trust::document::{Carried, Document};
use beffroi_trust::guard::{Verdict, outline};
use beffroi_trust::{Checked, Count, DocId, EntryId, RingKeys, open_leaf};
use bytes::Bytes;
use uuid::Uuid;

use super::cabinet::LeafRef;
use super::opening::{Opened, open, read_back};
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
        let counts: BTreeMap<EntryId, Count> =
            leaves.map(|leaf| (leaf.entry, leaf.count)).collect();
        let read: BTreeMap<EntryId, Checked> = read_back(self.store.as_ref(), &counts)
            .into_iter()
            .map(|(checked, _)| (checked.id(), checked))
            .collect();
        let keys = self
            .ring_keys
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        for wanted in wanted {
            let carried = wanted.open(&read, &keys);
            let carried = self.with_verdicts(carried);
            let quick = match carried.as_slice() {
                [(only, Some(verdict))] => quick(kind, &wanted.doc, only, verdict),
                _ => None,
            };
            let record = quick.or_else(|| whole(kind, wanted.doc, carried));
            if let Some(record) = record {
                found.insert(record.id, record);
            }
        }
        ids.iter()
            .filter_map(|id| Some((found.remove(id)?, entries.remove(id)?)))
            .collect()
    }

    fn with_verdicts(&self, carried: Vec<Carried>) -> Vec<(Carried, Option<Verdict>)> {
        let cabinet = self.cabinet();
        let verdict = |carried: Carried| {
            let verdict = cabinet.verdicts.of((carried.entry, carried.leaf));
            (carried, verdict)
        };
        carried.into_iter().map(verdict).collect()
    }
}

/// A record made of one change that counts and was found sound, without a document.
pub(super) fn quick(
    kind: Kind,
    doc: &DocId,
    carried: &Carried,
    verdict: &Verdict,
) -> Option<Record> {
    if !carried.count.is_counted() || verdict.outcome.is_err() {
        return None;
    }
    let hash = ChangeHash(outline(&carried.payload).ok()?.hash);
    let origin = Origin {
        author: carried.author.0,
        at_ms: carried.time_ms,
    };
    let id = Uuid::from_bytes(doc.uuid);
    read_first_change(&carried.payload, hash, kind, id, origin)
}

fn whole(kind: Kind, doc: DocId, carried: Vec<(Carried, Option<Verdict>)>) -> Option<Record> {
    let mut document = Document::new(doc);
    for (carried, verdict) in carried {
        let opened = Opened {
            doc,
            carried,
            verdict,
        };
        patience::offer(&mut document, &opened);
    }
    document.admitted().next()?;
    Some(record_of(&document, kind))
}

impl Wanted {
    /// The leaves of the record.
    fn open(&self, read: &BTreeMap<EntryId, Checked>, keys: &RingKeys) -> Vec<Carried> {
        let open = |leaf: &LeafRef| {
            let checked = read.get(&leaf.entry)?;
            let (doc, payload) = open_leaf(checked, leaf.leaf.into(), keys).ok()?;
            let carried = Carried {
                entry: leaf.entry,
                leaf: leaf.leaf,
                author: checked.author(),
                time_ms: checked.time_ms(),
                count: leaf.count,
                payload: payload.bytes().clone(),
            };
            (doc == self.doc).then_some(carried)
        };
        self.leaves.iter().filter_map(open).collect()
    }
}
