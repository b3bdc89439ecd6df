//! One document as this post may show it: the changes that are admitted, applied; or, of an
//! immutable kind, the records that count. A pure function of what was carried, how its entries
//! count, and the guard's verdicts; the order of arrival plays no part.

mod admission;
mod live;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use automerge::{Automerge, Change, ReadDoc as _};
use bytes::Bytes;

use crate::chronicle::Count;
use crate::guard::{
    ActorBytes, Bad, ChangeId, Outline, Verdict, apply_all, blank, bound_to, decode, follows,
    outline, sorted_heads, try_in_past,
};
use crate::ids::{DeviceId, DocId, EntryId, KIND_RECORD};
pub(crate) use admission::Admission;
use admission::Carrier;
use live::Live;

/// Bytes of a document above which a person is told: it opens slowly, and should be split.
pub const DOCUMENT_BYTES_WARN: usize = 256 << 10;
/// Bytes of a document at which this post takes no more of it until a person decides.
pub const DOCUMENT_BYTES_MAX: usize = 5 << 20;
/// Changes of a document at which this post takes no more of it: each costs 2 ms from there on.
pub const DOCUMENT_CHANGES_MAX: usize = 5_000;

/// One payload for a document, as it was carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The entry.
    pub entry: EntryId,
    /// The number of the leaf in it.
    pub leaf: u8,
    /// The entry's author.
    pub author: DeviceId,
    /// The entry's time, in milliseconds.
    pub time_ms: u64,
    /// How the entry counts now.
    pub count: Count,
    /// The unpacked payload: a raw change, or a record, as the document's kind says.
    pub payload: Bytes,
}

/// Where a change or record comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The entry that carries it; of several, how the best counts, then the lowest.
    pub entry: EntryId,
    /// The number of the leaf in it.
    pub leaf: u8,
    /// Who wrote it.
    pub author: DeviceId,
    /// When, by the author's clock, in milliseconds.
    pub time_ms: u64,
    /// Written without a right that holds, and taken up: by a coordinator's Keep, or because a
    /// counted change builds on it. To be marked on screen.
    pub adopted: bool,
}

/// A payload that takes no effect, through its author's fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refused {
    /// The entry that carries it.
    pub entry: EntryId,
    /// The number of the leaf in it.
    pub leaf: u8,
    /// Whose fault it is.
    pub author: DeviceId,
    /// What is wrong with it.
    pub bad: Bad,
}

/// A change that would take effect if others were here, or were sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The change.
    pub change: ChangeId,
    /// An entry that carries it.
    pub entry: EntryId,
    /// What it builds on and cannot be had: missing, refused, or waiting itself.
    pub deps: Vec<ChangeId>,
}

/// A verdict the guard just gave, to be stored beside the leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// An entry that carries the change.
    pub entry: EntryId,
    /// The number of the leaf in it.
    pub leaf: u8,
    /// Whose budget pays for it.
    pub author: DeviceId,
    /// Operations of the change.
    pub operations: u64,
    /// What the guard found.
    pub verdict: Verdict,
}

/// What a document weighs here. Patience, not validity: over it, this post stops taking more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// Changes or records held, admitted or not.
    pub changes: usize,
    /// Their bytes.
    pub bytes: usize,
}

impl Weight {
    /// Whether a person is to be told.
    pub fn is_heavy(self) -> bool {
        self.bytes > DOCUMENT_BYTES_WARN || self.is_full()
    }

    /// Whether this post takes no more of it until a person decides.
    pub fn is_full(self) -> bool {
        self.bytes >= DOCUMENT_BYTES_MAX || self.changes >= DOCUMENT_CHANGES_MAX
    }
}

#[derive(Debug, Clone)]
struct Held {
    raw: Bytes,
    outline: Outline,
    author: DeviceId,
    known: Option<Result<(), Bad>>,
}

/// One document's changes or records, and what they amount to.
#[derive(Debug, Clone)]
pub struct Document {
    id: DocId,
    admission: Admission,
    changes: BTreeMap<ChangeId, Held>,
    actors: BTreeMap<ActorBytes, ChangeId>,
    malformed: BTreeMap<Carrier, (DeviceId, Bad)>,
    records: BTreeMap<Carrier, Carried>,
    judged: Vec<Judged>,
    /// The admitted changes applied; empty while it is to be made anew.
    live: OnceLock<Live>,
    bytes: usize,
}

impl Document {
    /// A document nothing was carried for yet.
    pub fn new(id: DocId) -> Self {
        Self {
            id,
            admission: Admission::default(),
            changes: BTreeMap::new(),
            actors: BTreeMap::new(),
            malformed: BTreeMap::new(),
            records: BTreeMap::new(),
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
        self.admission
            .carry(change, &outline.deps, carrier, carried.count);
        self.actors.insert(outline.actor, change);
        let bytes = carried.payload.len();
        let held = self.changes.entry(change).or_insert_with(|| {
            self.bytes += bytes;
            Held {
                raw: carried.payload,
                outline,
                author: carried.author,
                known: None,
            }
        });
        held.known = held.known.or(known);
        self.advance();
    }

    /// An entry counts otherwise than it did.
    pub fn recount(&mut self, entry: &EntryId, count: Count) {
        for (_, record) in self.records.range_mut((*entry, 0)..=(*entry, u8::MAX)) {
            record.count = count;
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
        self.live = OnceLock::from(live);
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
                operations: held.outline.operations,
                verdict: Verdict::now(outcome),
            });
        }
        outcome
    }

    fn trial(&self, held: &Held, tried: Option<&Automerge>) -> Result<Automerge, Bad> {
        let deps = &held.outline.deps;
        let above = deps.iter().filter_map(|dep| self.changes.get(dep));
        let last = above.map(|dep| dep.outline.last_operation()).max();
        follows(&held.outline, last.unwrap_or(0))?;
        let change = decode(&held.raw, &held.outline)?;
        let mut heads = held.outline.change_deps();
        heads.sort();
        let is_past = |document: &&Automerge| sorted_heads(document) == heads;
        let live = self.live.get().map(Live::document);
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
        held.filter_map(|held| decode(&held.raw, &held.outline).ok())
            .collect()
    }

    fn live_state(&self) -> &Live {
        self.live.get_or_init(|| {
            let admitted: Vec<ChangeId> = self.admission.admitted().copied().collect();
            Live::of(&self.decoded(&self.admission.past(&admitted)))
        })
    }

    /// The admitted changes, applied. Empty for a document of records.
    pub fn live(&self) -> &Automerge {
        self.live_state().document()
    }

    /// Why the document is frozen: Automerge failed to join changes each of which is sound. It
    /// shows what it showed before, and must be made anew by another version.
    pub fn frozen(&self) -> Option<Bad> {
        self.live_state().fault()
    }

    /// Where the change with this actor comes from, if it is admitted: who, which device, when.
    pub fn origin(&self, actor: &ActorBytes) -> Option<Origin> {
        let change = self.actors.get(actor)?;
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
            time_ms: u64::try_from(held.outline.time_ms).unwrap_or(0),
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
