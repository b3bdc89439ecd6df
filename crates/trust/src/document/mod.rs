//! One document as this post may show it: the changes that are admitted, applied; or, of an
//! immutable kind, the records that count. A pure function of what was carried, how its entries
//! count, and the guard's verdicts; the order of arrival plays no part.

mod admission;
mod carried;
mod live;
mod sorted;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use automerge::{Automerge, Change, ReadDoc as _};
use bytes::Bytes;

use crate::chronicle::Count;
use crate::guard::{
    ActorBytes, Bad, ChangeId, Outline, Verdict, apply_all, blank, bound_to, created, decode,
    follows, outline, sorted_heads, try_in_past,
};
use crate::ids::{DeviceId, DocId, EntryId, KIND_RECORD};
pub(crate) use admission::Admission;
use admission::Carrier;
pub use carried::{
    Carried, DOCUMENT_BYTES_MAX, DOCUMENT_BYTES_WARN, DOCUMENT_CHANGES_MAX, Judged, Origin,
    Refused, Waiting, Weight,
};
use live::Live;
use sorted::SortedMap;

/// A change, as carried.
#[derive(Debug, Clone)]
struct Held {
    raw: Bytes,
    author: DeviceId,
    actor: ActorBytes,
    time_ms: u64,
    last_operation: u64,
    /// The verdict this post had stored.
    known: Option<Result<(), Bad>>,
}

/// One document's changes or records, and what they amount to.
#[derive(Debug, Clone)]
pub struct Document {
    id: DocId,
    admission: Admission,
    changes: SortedMap<ChangeId, Held>,
    malformed: BTreeMap<Carrier, (DeviceId, Bad)>,
    records: SortedMap<Carrier, Carried>,
    judged: Vec<Judged>,
    /// The admitted changes applied; empty while it is to be made anew.
    live: OnceLock<Box<Live>>,
    bytes: usize,
}

impl Document {
    /// A document nothing was carried for yet.
    pub fn new(id: DocId) -> Self {
        Self {
            id,
            admission: Admission::default(),
            changes: SortedMap::default(),
            malformed: BTreeMap::new(),
            records: SortedMap::default(),
            judged: Vec::new(),
            live: OnceLock::new(),
            bytes: 0,
        }
    }

    /// Its id.
    pub fn id(&self) -> DocId {
        self.id
    }

    /// Whether its payloads are immutable records.
    pub fn holds_records(&self) -> bool {
        self.id.kind & KIND_RECORD != 0
    }

    /// Takes one payload. `known` is a verdict stored by this post; one of another Automerge is
    /// not believed. Offering the same payload again only sets how its entry counts.
    pub fn offer(&mut self, carried: Carried, known: Option<Verdict>) {
        let carrier = (carried.entry, carried.leaf);
        if self.holds_records() {
            self.bytes += carried.payload.len();
            if let Some(was) = self.records.insert(carrier, carried) {
                self.bytes -= was.payload.len();
            }
            return;
        }
        match self.read(&carried) {
            Err(bad) => {
                self.malformed.insert(carrier, (carried.author, bad));
            }
            Ok(outline) => self.take(carried, outline, known),
        }
    }

    /// What the change claims, if this author could have written it here.
    fn read(&self, carried: &Carried) -> Result<Outline, Bad> {
        let outline = outline(&carried.payload)?;
        let Carried {
            author, time_ms, ..
        } = carried;
        bound_to(&outline, &carried.payload, author, &self.id, *time_ms)?;
        Ok(outline)
    }

    fn take(&mut self, carried: Carried, outline: Outline, known: Option<Verdict>) {
        let change = outline.hash;
        let known = known.and_then(|verdict| verdict.outcome_if_current());
        let carrier = (carried.entry, carried.leaf);
        if self.changes.get(&change).is_some() {
            // What ceased to count must leave the applied form too.
            self.recount(&carried.entry, carried.count);
        }
        self.admission
            .carry(change, &outline.deps, carrier, carried.count);
        if let Some(held) = self.changes.get_mut(&change) {
            held.known = held.known.or(known);
        } else {
            self.bytes += carried.payload.len();
            let held = Held {
                author: carried.author,
                actor: outline.actor,
                time_ms: carried.time_ms,
                last_operation: outline.last_operation(),
                known,
                raw: carried.payload,
            };
            self.changes.insert(change, held);
        }
        self.advance();
    }

    /// An entry counts otherwise than it did.
    pub fn recount(&mut self, entry: &EntryId, count: Count) {
        for ((of, _), record) in self.records.iter_mut() {
            if of == entry {
                record.count = count;
            }
        }
        if self.admission.recount(*entry, count) {
            self.live = OnceLock::new();
        }
        self.advance();
    }

    /// Judges what is ready, and applies what became admitted.
    fn advance(&mut self) {
        let mut tried: Option<Automerge> = None;
        while let Some(change) = self.admission.next_to_judge() {
            let verdict = self.verdict(&change, &mut tried);
            self.admission.decided(change, verdict);
        }
        let fresh = self.admission.fresh();
        if fresh.is_empty() {
            return;
        }
        let live = self.live.take();
        let live = match (tried, live) {
            (Some(tried), _) if self.is_all_admitted(&tried) => Live::sound(tried),
            (Some(_), Some(live)) => live.joined_by(&self.decoded(&fresh)),
            (Some(_) | None, _) => return,
        };
        self.live = OnceLock::from(Box::new(live));
    }

    /// The verdict on a change whose past is here and sound. A trial is left in `tried`: it often
    /// is the past of the next change, or the whole document.
    fn verdict(&mut self, change: &ChangeId, tried: &mut Option<Automerge>) -> Result<(), Bad> {
        let Some(held) = self.changes.get(change) else {
            return Err(Bad::MissingDeps);
        };
        if let Some(known) = held.known {
            return known;
        }
        let outcome = self.trial(held, tried.as_ref()).map(|trial| {
            *tried = Some(trial);
        });
        if let Some(((entry, leaf), _)) = self.admission.origin(change) {
            self.judged.push(Judged {
                entry,
                leaf,
                author: held.author,
                operations: outline(&held.raw).map_or(0, |outline| outline.operations),
                verdict: Verdict::now(outcome),
            });
        }
        outcome
    }

    fn trial(&self, held: &Held, tried: Option<&Automerge>) -> Result<Automerge, Bad> {
        let outline = outline(&held.raw)?;
        let deps = &outline.deps;
        let above = deps.iter().filter_map(|dep| self.changes.get(dep));
        let last = above.map(|dep| dep.last_operation).max();
        follows(&outline, last.unwrap_or(0))?;
        if let Some(created) = created(&held.raw, &outline) {
            return Ok(created);
        }
        let change = decode(&held.raw, &outline)?;
        let mut heads = outline.change_deps();
        heads.sort();
        let is_past = |document: &&Automerge| sorted_heads(document) == heads;
        let live = self.live.get().map(|live| live.document());
        if let Some(past) = tried.into_iter().chain(live).find(is_past) {
            return try_in_past(past, &change);
        }
        let past = apply_all(&blank(), &self.decoded(&self.admission.past(deps)))?;
        try_in_past(&past, &change)
    }

    /// Whether a document made of one change and its past is the whole of what is admitted.
    fn is_all_admitted(&self, tried: &Automerge) -> bool {
        let heads = tried.get_heads();
        tried.stats().num_changes == self.admission.admitted().count() as u64
            && heads.iter().all(|head| self.admission.is_admitted(&head.0))
    }

    /// Changes of this document, decoded, in this order.
    fn decoded(&self, changes: &[ChangeId]) -> Vec<Change> {
        let held = changes.iter().filter_map(|id| self.changes.get(id));
        held.filter_map(|held| decode(&held.raw, &outline(&held.raw).ok()?).ok())
            .collect()
    }

    /// The document, if one plain creation is all of it.
    fn created_by(&self, admitted: &[ChangeId]) -> Option<Automerge> {
        let [change] = admitted else {
            return None;
        };
        let raw = &self.changes.get(change)?.raw;
        created(raw, &outline(raw).ok()?)
    }

    fn live_state(&self) -> &Live {
        self.live.get_or_init(|| {
            let admitted: Vec<ChangeId> = self.admission.admitted().copied().collect();
            if let Some(created) = self.created_by(&admitted) {
                return Box::new(Live::sound(created));
            }
            Box::new(Live::of(&self.decoded(&self.admission.past(&admitted))))
        })
    }

    /// The admitted changes, applied. Empty for a document of records.
    pub fn live(&self) -> &Automerge {
        self.live_state().document()
    }

    /// Lets go of the applied form, which takes some 20 kB where the changes take one: it is made
    /// anew, in less than 0.1 ms for a few changes, when next asked for.
    pub fn rest(&mut self) {
        self.live = OnceLock::new();
    }

    /// Why the document as applied is frozen: Automerge failed to join changes each of which is
    /// sound. It shows what it showed before, and must be made anew by another version.
    pub fn frozen(&self) -> Option<Bad> {
        self.live.get().and_then(|live| live.fault())
    }

    /// Where the change with this actor comes from, if it is admitted: who, which device, when.
    pub fn origin(&self, actor: &ActorBytes) -> Option<Origin> {
        let (change, _) = self.changes.iter().find(|(_, held)| held.actor == *actor)?;
        self.origin_of(change)
    }

    /// Where an admitted change comes from.
    pub fn origin_of(&self, change: &ChangeId) -> Option<Origin> {
        if !self.admission.is_admitted(change) {
            return None;
        }
        let ((entry, leaf), count) = self.admission.origin(change)?;
        let held = self.changes.get(change)?;
        Some(Origin {
            entry,
            leaf,
            author: held.author,
            time_ms: held.time_ms,
            adopted: count != Count::Authorised,
        })
    }

    /// The admitted changes, ascending by hash.
    pub fn admitted(&self) -> impl Iterator<Item = &ChangeId> {
        self.admission.admitted()
    }

    /// The records of entries that count, by entry and leaf. Empty for a document of changes.
    pub fn records(&self) -> impl Iterator<Item = (Origin, &Bytes)> {
        let counted = self
            .records
            .iter()
            .filter(|(_, record)| record.count.is_counted());
        counted.map(|((entry, leaf), record)| {
            let origin = Origin {
                entry: *entry,
                leaf: *leaf,
                author: record.author,
                time_ms: record.time_ms,
                adopted: record.count != Count::Authorised,
            };
            (origin, &record.payload)
        })
    }

    /// Payloads that take no effect through their author's fault. Changes that nobody counts are
    /// not judged, hence not listed, unless their very form is wrong.
    pub fn refused(&self) -> impl Iterator<Item = Refused> {
        let malformed = self
            .malformed
            .iter()
            .map(|((entry, leaf), (author, bad))| Refused {
                entry: *entry,
                leaf: *leaf,
                author: *author,
                bad: *bad,
            });
        let judged = self.admission.refused().filter_map(|(change, bad)| {
            let ((entry, leaf), _) = self.admission.origin(change)?;
            let author = self.changes.get(change)?.author;
            Some(Refused {
                entry,
                leaf,
                author,
                bad,
            })
        });
        malformed.chain(judged)
    }

    /// Changes that would be admitted, if only what they build on were here and sound.
    pub fn missing(&self) -> impl Iterator<Item = Waiting> {
        self.admission.waiting().filter_map(|(change, deps)| {
            let ((entry, _), _) = self.admission.origin(change)?;
            Some(Waiting {
                change: *change,
                entry,
                deps,
            })
        })
    }

    /// Verdicts given since last asked, to be stored and charged to their authors.
    pub fn judged(&mut self) -> Vec<Judged> {
        std::mem::take(&mut self.judged)
    }

    /// What it weighs here.
    pub fn weight(&self) -> Weight {
        Weight {
            changes: self.changes.len() + self.records.len(),
            bytes: self.bytes,
        }
    }
}
