//! Erasing: forgotten documents are hidden at once and the data about people of closed operations when their
//! time is over; their bytes are destroyed then, as are leaves carried for others too long, and what old
//! posts bring back is refused. The clock is an argument of all that decides.

mod arriving;
mod destroying;
mod ending;
mod forgetting;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use beffroi_store::{Batch, Store, StoreError};
use beffroi_trust::chronicle::{Closings, Due, Erasures, LeafAt, OperationId};
use beffroi_trust::{DocId, EntryId, Epoch, Ring, Slot};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Node;
use super::input::Input;
use super::living::Living;
use crate::clock::now_ms;
use crate::custody;
use destroying::{Destroyed, Doomed, Why, carried, destroy};

/// How often what is due is looked for: the delay is counted in days.
const ERASE_EVERY: Duration = Duration::from_secs(600);
/// How often what is carried for others is looked through: it is kept for weeks, and dropping some of it has
/// the files written anew.
const CARRIED_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// The namespace of the leaves destroyed here for what they held, by entry and number.
const ERASED: &str = "erased";
/// Rows read at a time.
const PAGE: usize = 1_000;

/// What is to be erased, as this post knows it.
#[derive(Default)]
pub(crate) struct Erasing {
    pub(crate) erasures: Erasures,
    closings: Closings,
    /// When each of these acts came here.
    received: BTreeMap<EntryId, u64>,
    /// What is due, as last looked.
    due: Due,
    /// The operations whose data about people are at their end, as last looked.
    ended: BTreeSet<OperationId>,
    looked: Option<Instant>,
    carried_looked: Option<Instant>,
    /// Leaves of due documents that came in and that no act lists.
    owed: BTreeMap<DocId, BTreeSet<LeafAt>>,
    /// The leaves destroyed here.
    notes: BTreeMap<LeafAt, Note>,
    /// Ring keys put away, since no leaf here is sealed with them.
    retired: BTreeSet<(Ring, Epoch)>,
    /// A leaf came in that is sealed with one of them.
    recalled: bool,
}

/// What a leaf was that this post destroyed: when an old post brings the act's undoing, it is missed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    doc: DocId,
    /// The closed operation it went with; none when its document was forgotten.
    operation: Option<OperationId>,
    epoch: Epoch,
}

impl Erasing {
    /// What was destroyed here before, from the disk.
    pub(crate) fn read(store: &dyn Store) -> Result<Erasing, StoreError> {
        let mut erasing = Erasing {
            retired: ending::retired(store)?,
            ..Erasing::default()
        };
        let mut after: Option<Vec<u8>> = None;
        loop {
            let page = store.values(ERASED, &[], after.as_deref(), PAGE)?;
            for row in &page {
                let note = postcard::from_bytes(&row.value).ok();
                if let (Some(at), Some(note)) = (at(&row.key), note) {
                    erasing.notes.insert(at, note);
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE => after = Some(last.key.clone()),
                _ => return Ok(erasing),
            }
        }
    }

    /// Reads when the acts came, which are on the disk.
    fn learn(&mut self, store: &dyn Store, erasures: Erasures, closings: Closings) {
        let new = erasures.acts().into_iter().chain(closings.acts());
        let new: Vec<_> = new
            .filter(|act| !self.received.contains_key(act))
            .map(|act| act.0)
            .collect();
        match store.entries(&new) {
            Ok(stored) => {
                let stored = stored.into_iter().flatten();
                self.received
                    .extend(stored.map(|stored| (EntryId(stored.id), stored.received_ms)));
            }
            Err(error) => tracing::error!(%error, "the receipt of an erasure cannot be read"),
        }
        self.erasures = erasures;
        self.closings = closings;
    }

    /// Looks what is due.
    fn look(&mut self, now_ms: u64) {
        let received = |act: &EntryId| self.received.get(act).copied();
        self.due = self.erasures.due(now_ms, received);
        self.ended = self.closings.due(now_ms, received);
    }

    /// The documents nobody is shown.
    fn hidden(&self) -> BTreeSet<DocId> {
        self.erasures.documents().copied().collect()
    }

    /// The operations whose data about people nobody is shown.
    fn ended(&self) -> BTreeSet<Uuid> {
        let ended = self.ended.iter().copied();
        ended.map(Uuid::from_bytes).collect()
    }

    /// When the data about people of an operation end here, if somebody closed it.
    pub(crate) fn end_ms(&self, operation: Uuid) -> Option<u64> {
        let received = |act: &EntryId| self.received.get(act).copied();
        self.closings.end_ms(operation.as_bytes(), received)
    }

    /// Whether it is known why a leaf is gone: then it is no gap, and is not to be asked for.
    pub(crate) fn explains(&self, leaf: &LeafAt, slot: &Slot) -> bool {
        let by_note = |note: &Note| {
            let closed = |operation| self.closings.closes(&operation);
            self.erasures.forgets(&note.doc) || note.operation.is_some_and(closed)
        };
        self.erasures.lists(leaf, (slot.kind, slot.ring))
            || self.notes.get(leaf).is_some_and(by_note)
    }
}

impl Living {
    /// The leaves to be destroyed now: of due documents and of ended operations those on the shelves, of
    /// listed leaves those that nobody here can open.
    fn doomed(&self) -> Vec<Doomed> {
        let due = &self.erasing.due;
        let cabinet = self.view.cabinet();
        let of = |doc: DocId, why: Why| {
            let leaves = cabinet.leaves_of(&doc).into_iter();
            leaves.map(move |at| Doomed {
                at,
                doc: Some(doc),
                why,
            })
        };
        let mut all: Vec<_> = due
            .documents()
            .flat_map(|doc| of(*doc, Why::Forgotten))
            .collect();
        let ended = cabinet.twins_of(&self.erasing.ended());
        all.extend(
            ended
                .into_iter()
                .flat_map(|(doc, operation)| of(doc, Why::Ended(*operation.as_bytes()))),
        );
        let listed: BTreeSet<LeafAt> = due.leaves().copied().collect();
        let open = cabinet.shelved_among(&listed);
        all.extend(listed.difference(&open).map(|leaf| Doomed {
            at: *leaf,
            doc: None,
            why: Why::Forgotten,
        }));
        all
    }

    /// Hides what nobody is shown any more, and shows again what is not erased after all.
    fn hide_erased(&mut self) {
        let hidden = self.erasing.hidden();
        // At once for readers; the thread of the view then reads the rows anew.
        let changed = self.view.hide(hidden, self.erasing.ended());
        self.applier.reread(changed);
    }
}

impl Node {
    /// Acts changed: hides what they erase, shows again what nobody erases any more.
    pub(super) fn erasures_changed(&mut self) {
        let store = self.store.clone();
        let Some(living) = &mut self.living else {
            return;
        };
        let (erasures, closings) = (living.chronicle.erasures(), living.chronicle.closings());
        if (&erasures, &closings) == (&living.erasing.erasures, &living.erasing.closings) {
            return;
        }
        living.erasing.learn(store.as_ref(), erasures, closings);
        living.erasing.look(now_ms());
        living.hide_erased();
    }

    /// Destroys what is due, at most every [`ERASE_EVERY`].
    pub(super) fn erase_in_time(&mut self) {
        let looked = self
            .living
            .as_ref()
            .and_then(|living| living.erasing.looked);
        if self.trouble.is_none() && looked.is_none_or(|at| at.elapsed() >= ERASE_EVERY) {
            self.erase(now_ms());
        }
    }

    fn erase(&mut self, now_ms: u64) {
        let Some(living) = &mut self.living else {
            return;
        };
        living.erasing.looked = Some(Instant::now());
        let before = living.erasing.ended();
        living.erasing.look(now_ms);
        if living.erasing.ended() != before {
            living.hide_erased();
        }
        let owed = living.owed_forgets();
        let mut doomed = living.doomed();
        let due = living.erasing.due.clone();
        let looked = living.erasing.carried_looked;
        let carrying = living.chronicle.carrying(&living.me());
        let carrying = carrying.filter(|_| looked.is_none_or(|at| at.elapsed() >= CARRIED_EVERY));
        let apart = match &carrying {
            Some(_) => living.leaves.apart(),
            None => BTreeSet::new(),
        };
        if carrying.is_some() {
            living.erasing.carried_looked = Some(Instant::now());
        }
        if !owed.is_empty() && self.act(owed).is_err() {
            tracing::warn!("an erasure that is owed was not written: tried again");
        }
        let (store, node) = (self.store.clone(), self.handle.clone());
        tokio::task::spawn_blocking(move || {
            let dropped = carrying.map(|carrying| {
                let apart: Vec<EntryId> = apart.into_iter().collect();
                carried(store.as_ref(), &carrying, &apart, now_ms)
            });
            let done = dropped.transpose().and_then(|dropped| {
                doomed.extend(dropped.into_iter().flatten());
                destroy(store.as_ref(), &due, &doomed)
            });
            match done {
                Ok(destroyed) => {
                    let task = move |node: &mut Node| node.destroyed(&doomed, destroyed);
                    node.report(Input::Task(Box::new(task)));
                }
                Err(error) => {
                    tracing::error!(%error, "erased leaves were not destroyed: tried again")
                }
            }
        });
    }

    fn destroyed(&mut self, doomed: &[Doomed], destroyed: Destroyed) {
        if let Some(living) = &mut self.living {
            if destroyed.count > 0 {
                tracing::info!(count = destroyed.count, "erased leaves were destroyed");
            }
            let of_documents = doomed.iter().filter_map(|one| Some((one.doc?, one.at)));
            living.view.cabinet().unshelve(of_documents);
            living.erasing.notes.extend(destroyed.notes);
            for checked in &destroyed.entries {
                living.leaves.note(checked);
            }
        }
        self.end_keys();
        self.name_incomplete();
    }
}

/// The key of a note.
fn key((entry, leaf): &LeafAt) -> Vec<u8> {
    [entry.0.as_slice(), &[*leaf]].concat()
}

/// The leaf that a key names.
fn at(key: &[u8]) -> Option<LeafAt> {
    let (entry, leaf) = key.split_first_chunk::<32>()?;
    let [leaf] = leaf else { return None };
    Some((EntryId(*entry), *leaf))
}

fn put_note(batch: &mut Batch, at: &LeafAt, note: &Note) {
    if let Ok(bytes) = postcard::to_allocvec(note) {
        batch.put(ERASED, &key(at), &bytes);
    }
}

#[cfg(test)]
mod tests;
