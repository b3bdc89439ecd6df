//! The thread that takes entries into the view: opens their leaves, has each change judged, reads the
//! rows anew. New documents, which an import or a first sync bring by the thousand, are made on all
//! cores and without the cabinet's lock; people read meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;

use beffroi_records::{Kind, Record};
use beffroi_trust::chronicle::Count;
use beffroi_trust::document::Document;
use beffroi_trust::ids::RING_COMMON;
use beffroi_trust::{Checked, DocId, EntryId};
use uuid::Uuid;

use super::cabinet::Cabinet;
use super::opening::{Opened, Opening, open, read_back};
use super::{View, record_of};

/// Jobs that wait: a full queue makes the event loop wait, and through it the peers.
const JOBS_MAX: usize = 256;
/// Below this a second thread costs more than it brings.
const SPLIT_ABOVE: usize = 32;

/// An entry that is on the disk, with how it counts.
pub(crate) struct Arrival {
    pub(crate) checked: Checked,
    pub(crate) count: Count,
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
    Absorb(Vec<Arrival>),
    Recount(BTreeMap<EntryId, Count>),
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
        report: impl Fn(Absorbed) + Send + 'static,
    ) -> std::io::Result<Applier> {
        let (jobs, waiting): (_, Receiver<Job>) = sync_channel(JOBS_MAX);
        let work = move || {
            for job in waiting {
                report(match job {
                    Job::Absorb(arrivals) => view.absorb(arrivals),
                    Job::Recount(counts) => view.recount(&counts),
                });
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

    /// Takes entries in.
    pub(crate) fn absorb(&self, arrivals: Vec<Arrival>) {
        self.queue(Job::Absorb(arrivals));
    }

    /// Takes entries in again that count otherwise than before, or for which a key has come.
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
    /// Takes entries in. Every change is judged, also at start: what the guard says must not depend on
    /// what a former life remembered.
    pub(crate) fn absorb(&self, arrivals: Vec<Arrival>) -> Absorbed {
        let entries: Vec<EntryId> = arrivals
            .iter()
            .map(|arrival| arrival.checked.id())
            .collect();
        let openings = self.open_all(&arrivals);
        let mut by_document: BTreeMap<DocId, Vec<Opened>> = BTreeMap::new();
        let mut locked = BTreeSet::new();
        for (entry, opening) in entries.iter().zip(openings) {
            if opening.locked {
                locked.insert(*entry);
            }
            for opened in opening.opened {
                by_document.entry(opened.doc).or_default().push(opened);
            }
        }
        let changed = self.place(by_document);
        let mut cabinet = self.cabinet();
        for entry in &entries {
            cabinet.locked.remove(entry);
        }
        cabinet.locked.extend(locked);
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
        let mut cabinet = self.cabinet();
        for (made, (_, leaves)) in made.into_iter().zip(new) {
            changed.extend(cabinet.take_new(made, &leaves, alone));
        }
        for (doc, leaves) in known {
            changed.extend(self.join(&mut cabinet, &doc, leaves));
        }
        changed
    }

    fn join(&self, cabinet: &mut Cabinet, doc: &DocId, leaves: Vec<Opened>) -> Option<Changed> {
        cabinet.document(doc, self.store.as_ref(), &self.ring_keys)?;
        if let Some(shelf) = cabinet.shelves.get_mut(doc) {
            leaves.iter().for_each(|opened| shelf.put(opened));
        }
        let mut document = cabinet.recent.take(doc)?;
        for opened in leaves {
            let (entry, count) = (opened.carried.entry, opened.carried.count);
            document.offer(opened.carried, None);
            document.recount(&entry, count);
        }
        let changed = cabinet.settle(&mut document);
        cabinet.recent.keep(document);
        changed
    }

    /// Reads entries back from the disk and takes them in again.
    fn recount(&self, counts: &BTreeMap<EntryId, Count>) -> Absorbed {
        let mut all = Absorbed::default();
        let ids: Vec<_> = counts.iter().map(|(id, count)| (*id, *count)).collect();
        for group in ids.chunks(super::READ_GROUP) {
            let group: BTreeMap<EntryId, Count> = group.iter().copied().collect();
            let arrivals = read_back(self.store.as_ref(), &group);
            let arrivals = arrivals
                .into_iter()
                .map(|(checked, count)| Arrival { checked, count });
            let absorbed = self.absorb(arrivals.collect());
            all.changed.extend(absorbed.changed);
        }
        all
    }
}

/// A document that was not here before, made without the lock.
struct Made {
    document: Document,
    shown: Shown,
}

impl Made {
    /// Judges the leaves of a new document and reads its row. Unless it is to be kept open, its applied
    /// form is let go: a first sync makes thousands.
    fn of(doc: DocId, leaves: &[Opened], keep_open: bool) -> Made {
        let mut document = Document::new(doc);
        for opened in leaves {
            document.offer(opened.carried.clone(), None);
        }
        let shown = Shown::of(&document);
        if !keep_open {
            document.rest();
        }
        Made { document, shown }
    }
}

/// What people see of a document.
pub(super) struct Shown {
    pub(super) record: Option<Record>,
}

impl Shown {
    /// Reads the record, when the document is one that people share and something of it takes effect.
    pub(super) fn of(document: &Document) -> Shown {
        let doc = document.id();
        let shared = doc.ring == RING_COMMON && document.admitted().next().is_some();
        let kind = Kind::from_wire(doc.kind).filter(|_| shared);
        Shown {
            record: kind.map(|kind| record_of(document, kind)),
        }
    }
}

impl Cabinet {
    fn take_new(&mut self, made: Made, leaves: &[Opened], keep_open: bool) -> Option<Changed> {
        let Made {
            mut document,
            shown,
        } = made;
        let shelf = self.shelves.entry(document.id()).or_default();
        leaves.iter().for_each(|opened| shelf.put(opened));
        let changed = self.settle_with(&mut document, &shown);
        if keep_open {
            self.recent.keep(document);
        }
        changed
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
