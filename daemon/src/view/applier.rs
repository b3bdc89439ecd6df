//! The thread that takes entries into the view: opens their leaves, has each change judged, reads the
//! rows anew. New documents, which an import or a first sync bring by the thousand, are made on all
//! cores and without the cabinet's lock; people read meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;

use beffroi_records::{ChangeHash, Kind, Record, Row};
use beffroi_trust::chronicle::Count;
use beffroi_trust::document::Document;
use beffroi_trust::ids::RING_COMMON;
use beffroi_trust::{Checked, DocId, EntryId};
use uuid::Uuid;

use super::cabinet::Cabinet;
use super::opening::{Opened, Opening, open, read_back};
use super::patience;
use super::reading::quick;
use super::verdicts::HeldKeys;
use super::{View, record_of};

/// Jobs that wait: a full queue makes the event loop wait, and through it the peers.
const JOBS_MAX: usize = 256;
/// Below this a second thread costs more than it brings.
const SPLIT_ABOVE: usize = 32;

/// An entry that is on the disk, with how it counts.
pub(crate) struct Arrival {
    pub(crate) checked: Checked,
    pub(crate) count: Count,
    /// Whether its leaves were judged before the note of verdicts from which this life started.
    pub(crate) was_judged: bool,
}

/// What a job changed.
#[derive(Debug, Default)]
pub(crate) struct Absorbed {
    /// The entries taken in.
    pub(crate) entries: Vec<EntryId>,
    /// The records whose row was read anew.
    pub(crate) changed: Vec<Changed>,
}

/// A record that changed.
#[derive(Debug, Clone)]
pub(crate) struct Changed {
    pub(crate) kind: Kind,
    pub(crate) id: Uuid,
    /// Its number, or its source.
    pub(crate) reference: Option<String>,
    pub(crate) heads: Vec<String>,
}

enum Job {
    /// With these, everything up to this append number is in the view.
    Absorb(Vec<Arrival>, u64),
    Recount(BTreeMap<EntryId, Count>),
    Unlock,
    Reread(BTreeSet<DocId>),
    Note(HeldKeys),
}

/// What came of a job.
pub(crate) enum Applied {
    /// Entries were taken in.
    Absorbed(Absorbed),
    /// The verdicts as they are to be kept.
    Noted(Vec<u8>),
}

/// Hands jobs to the thread.
pub(crate) struct Applier {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Applier {
    /// Starts the thread; `report` is called from it after each job.
    pub(crate) fn start(
        view: Arc<View>,
        report: impl Fn(Applied) + Send + 'static,
    ) -> std::io::Result<Applier> {
        let (jobs, waiting): (_, Receiver<Job>) = sync_channel(JOBS_MAX);
        let work = move || {
            for job in waiting {
                match job {
                    Job::Absorb(arrivals, upto) => {
                        report(Applied::Absorbed(view.absorb(arrivals, upto)));
                    }
                    Job::Recount(counts) => report(Applied::Absorbed(view.recount(&counts))),
                    Job::Unlock => report(Applied::Absorbed(view.unlock())),
                    Job::Reread(docs) => report(Applied::Absorbed(view.reread(&docs))),
                    Job::Note(keys) => {
                        if let Some(note) = view.note(keys) {
                            report(Applied::Noted(note));
                        }
                    }
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("view".into())
            .spawn(work)?;
        Ok(Applier {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Takes entries in: with them, all up to this append number are.
    pub(crate) fn absorb(&self, arrivals: Vec<Arrival>, upto: u64) {
        self.queue(Job::Absorb(arrivals, upto));
    }

    /// Opens the leaves for which a key has come.
    pub(crate) fn unlock(&self) {
        self.queue(Job::Unlock);
    }

    /// Reads the rows of documents anew that were hidden, or are not hidden any more.
    pub(crate) fn reread(&self, docs: BTreeSet<DocId>) {
        if !docs.is_empty() {
            self.queue(Job::Reread(docs));
        }
    }

    /// Has the verdicts noted. The keys are those held by now: whatever they opened is in jobs before.
    pub(crate) fn note(&self, keys: HeldKeys) {
        self.queue(Job::Note(keys));
    }

    /// Takes entries in again that count otherwise than before.
    pub(crate) fn recount(&self, counts: BTreeMap<EntryId, Count>) {
        self.queue(Job::Recount(counts));
    }

    fn queue(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // The thread ends only after this sender is dropped.
            let _ = jobs.send(job);
        }
    }
}

impl Drop for Applier {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl View {
    /// Takes entries in; with them, all up to the append number `upto` are.
    pub(crate) fn absorb(&self, arrivals: Vec<Arrival>, upto: u64) -> Absorbed {
        let absorbed = self.take(arrivals);
        self.cabinet().verdicts.taken_in(upto);
        absorbed
    }

    fn take(&self, arrivals: Vec<Arrival>) -> Absorbed {
        let entries: Vec<EntryId> = arrivals
            .iter()
            .map(|arrival| arrival.checked.id())
            .collect();
        let openings = self.open_all(&arrivals);
        let mut by_document: BTreeMap<DocId, Vec<Opened>> = BTreeMap::new();
        {
            let mut cabinet = self.cabinet();
            for (arrival, opening) in arrivals.iter().zip(openings) {
                let entry = arrival.checked.id();
                cabinet.locked.remove(&entry);
                if opening.locked {
                    cabinet.locked.insert(entry, arrival.count);
                }
                for mut opened in opening.opened {
                    if arrival.was_judged {
                        opened.verdict = cabinet.verdicts.of(opened.leaf());
                    }
                    by_document.entry(opened.doc).or_default().push(opened);
                }
            }
        }
        let changed = self.place(by_document);
        Absorbed { entries, changed }
    }

    fn open_all(&self, arrivals: &[Arrival]) -> Vec<Opening> {
        let keys = self
            .ring_keys
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let open_some = |some: &[Arrival]| -> Vec<Opening> {
            some.iter()
                .map(|arrival| open(&arrival.checked, arrival.count, &keys))
                .collect()
        };
        on_both_cores(arrivals, open_some)
    }

    /// Puts payloads into their documents and reads the rows anew.
    fn place(&self, by_document: BTreeMap<DocId, Vec<Opened>>) -> Vec<Changed> {
        let mut known = Vec::new();
        let mut new = Vec::new();
        {
            let cabinet = self.cabinet();
            for (doc, leaves) in by_document {
                let is_known = cabinet.shelves.contains_key(&doc);
                if is_known {
                    known.push((doc, leaves))
                } else {
                    new.push((doc, leaves))
                }
            }
        }
        let alone = new.len() == 1;
        let make = |some: &[(DocId, Vec<Opened>)]| -> Vec<Made> {
            some.iter()
                .map(|(doc, leaves)| Made::of(*doc, leaves, alone))
                .collect()
        };
        let made = on_both_cores(&new, make);
        let mut changed = Vec::new();
        {
            let mut cabinet = self.cabinet();
            for (made, (doc, leaves)) in made.into_iter().zip(new) {
                changed.extend(cabinet.take_new(doc, made, &leaves, alone));
            }
        }
        for (doc, leaves) in known {
            // One at a time, so that people read between: each may have to be read from the disk.
            changed.extend(self.join(&doc, &leaves));
        }
        changed
    }

    fn join(&self, doc: &DocId, leaves: &[Opened]) -> Option<Changed> {
        let mut cabinet = self.cabinet();
        if cabinet.is_forgotten(doc) {
            leaves.iter().for_each(|opened| cabinet.shelve(opened));
            return None;
        }
        cabinet.document(doc, self.store.as_ref(), &self.ring_keys)?;
        leaves.iter().for_each(|opened| cabinet.shelve(opened));
        let mut document = cabinet.recent.take(doc)?;
        for opened in leaves {
            patience::offer(&mut document, opened);
        }
        let changed = cabinet.settle(&mut document);
        cabinet.recent.keep(document);
        changed
    }

    /// Reads entries back from the disk and takes them in again.
    pub(crate) fn recount(&self, counts: &BTreeMap<EntryId, Count>) -> Absorbed {
        let mut all = Absorbed::default();
        let ids: Vec<_> = counts.iter().map(|(id, count)| (*id, *count)).collect();
        for group in ids.chunks(super::READ_GROUP) {
            let group: BTreeMap<EntryId, Count> = group.iter().copied().collect();
            let arrivals = read_back(self.store.as_ref(), &group);
            let arrivals = arrivals.into_iter().map(|(checked, count)| Arrival {
                checked,
                count,
                was_judged: false,
            });
            let absorbed = self.take(arrivals.collect());
            all.changed.extend(absorbed.changed);
        }
        all
    }

    /// Hides these documents, the data about people of these operations, and nothing else; gives the
    /// documents for which that is new.
    pub(crate) fn hide(
        &self,
        forgotten: BTreeSet<DocId>,
        ended: BTreeSet<Uuid>,
    ) -> BTreeSet<DocId> {
        let mut cabinet = self.cabinet();
        for (doc, _) in cabinet.twins_of(&ended) {
            cabinet.recent.close(&doc);
        }
        cabinet.ended = ended;
        let before = std::mem::replace(&mut cabinet.forgotten, forgotten);
        let changed: BTreeSet<DocId> = before
            .symmetric_difference(&cabinet.forgotten)
            .copied()
            .collect();
        for doc in &changed {
            cabinet.recent.close(doc);
            // Gone from the lists with the same stroke; what is shown again is read by the thread.
            cabinet.show(*doc, Shown::default());
        }
        changed
    }

    /// Reads the rows of these documents anew.
    pub(crate) fn reread(&self, docs: &BTreeSet<DocId>) -> Absorbed {
        let reread = |doc: &DocId| {
            let mut cabinet = self.cabinet();
            let shown = cabinet
                .document(doc, self.store.as_ref(), &self.ring_keys)
                .map(|document| Shown::of(document));
            cabinet.show(*doc, shown.unwrap_or_default())
        };
        Absorbed {
            entries: Vec::new(),
            changed: docs.iter().filter_map(reread).collect(),
        }
    }

    /// Opens what was locked, as far as its keys have come.
    fn unlock(&self) -> Absorbed {
        let locked = self.cabinet().locked.clone();
        self.recount(&locked)
    }

    /// The verdicts as they are to be kept; `None` when there are too many bad ones.
    pub(crate) fn note(&self, keys: HeldKeys) -> Option<Vec<u8>> {
        self.cabinet().verdicts.to_note(keys)
    }
}

/// What was made, without the lock, of a document that was not here before.
struct Made {
    shown: Shown,
    /// None when its row could be read from its only change, judged long ago.
    document: Option<Document>,
}

impl Made {
    /// Judges the leaves of a new document and reads its row. Unless it is to be kept open, its applied
    /// form is let go: a first sync makes thousands.
    fn of(doc: DocId, leaves: &[Opened], keep_open: bool) -> Made {
        if let Some(shown) = Shown::of_leaves(doc, leaves) {
            return Made {
                shown,
                document: None,
            };
        }
        let mut document = Document::new(doc);
        for opened in leaves {
            patience::offer(&mut document, opened);
        }
        let shown = Shown::of(&document);
        if !keep_open {
            document.rest();
        }
        Made {
            shown,
            document: Some(document),
        }
    }
}

/// What people see of a document, and no more of its record than that: thousands are made at once.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) row: Option<Row>,
    pub(super) heads: Vec<ChangeHash>,
    /// The whole record, of a post: it says the post's name.
    pub(super) post: Option<Record>,
}

impl Shown {
    /// Reads the record, when the document is one that people share and something of it takes effect.
    pub(super) fn of(document: &Document) -> Shown {
        let doc = document.id();
        let shared = doc.ring == RING_COMMON && document.admitted().next().is_some();
        let kind = Kind::from_wire(doc.kind).filter(|_| shared);
        kind.map_or_else(Shown::default, |kind| {
            Shown::record(record_of(document, kind))
        })
    }

    /// The same of a document of which one change is all there is, and known to be sound.
    fn of_leaves(doc: DocId, leaves: &[Opened]) -> Option<Shown> {
        let [only] = leaves else {
            return None;
        };
        let kind = Kind::from_wire(doc.kind).filter(|_| doc.ring == RING_COMMON)?;
        quick(kind, only).map(Shown::record)
    }

    fn record(record: Record) -> Shown {
        Shown {
            row: Some(Row::new(&record)),
            heads: record.heads.clone(),
            post: (record.kind == Kind::Post).then_some(record),
        }
    }
}

impl Cabinet {
    fn take_new(
        &mut self,
        doc: DocId,
        made: Made,
        leaves: &[Opened],
        keep_open: bool,
    ) -> Option<Changed> {
        leaves.iter().for_each(|opened| self.shelve(opened));
        if let Some(mut document) = made.document {
            self.heed(&mut document);
            if keep_open {
                self.recent.keep(document);
            }
        }
        self.show(doc, made.shown)
    }
}

/// Does the work on two halves at once when there is enough of it.
fn on_both_cores<T: Sync, R: Send>(items: &[T], work: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    if items.len() <= SPLIT_ABOVE {
        return work(items);
    }
    let (left, right) = items.split_at(items.len() / 2);
    std::thread::scope(|scope| {
        let right = scope.spawn(|| work(right));
        let mut all = work(left);
        match right.join() {
            Ok(rest) => all.extend(rest),
            // The guard contains Automerge's panics; another one is a fault of ours, and is not hidden.
            Err(panic) => std::panic::resume_unwind(panic),
        }
        all
    })
}
