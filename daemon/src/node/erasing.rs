//! Erasing: forgotten documents are hidden at once, their bytes destroyed when the delay is over, and what
//! old posts bring back is refused. The clock is an argument of all that decides.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use beffroi_records::{Kind, Part};
use beffroi_store::{Batch, LeafBytes, Store, StoreError};
use beffroi_trust::chronicle::{Due, Erasures, LeafAt};
use beffroi_trust::limits::FORGET_LEAVES_MAX;
use beffroi_trust::{Act, Checked, Class, DocId, Entry, EntryId, open_leaf};
use uuid::Uuid;

use super::input::Input;
use super::living::Living;
use super::{Node, SETTINGS};
use crate::clock::now_ms;
use crate::custody;
use crate::view::doc_of;

/// How often what is due is looked for: the delay is counted in days.
const ERASE_EVERY: Duration = Duration::from_secs(600);
/// The key of the mark that leaves were destroyed and the files not yet written anew.
const UNSCRUBBED: &[u8] = b"unscrubbed";
/// Leaves destroyed in one transaction: each is two rows at most, of the store's thousand.
const TOGETHER: usize = 250;

/// What is to be erased, as this post knows it.
#[derive(Default)]
pub(crate) struct Erasing {
    pub(crate) erasures: Erasures,
    /// When each Forget came here.
    received: BTreeMap<EntryId, u64>,
    /// What is due, as last looked.
    due: Due,
    looked: Option<Instant>,
    /// Leaves of due documents that came in and that no act lists.
    owed: BTreeMap<DocId, BTreeSet<LeafAt>>,
}

impl Erasing {
    /// Reads when the acts came, which are on the disk.
    fn learn(&mut self, store: &dyn Store, erasures: Erasures) {
        let new = erasures.acts().into_iter();
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
    }

    /// Looks what is due.
    fn look(&mut self, now_ms: u64) {
        self.due = self
            .erasures
            .due(now_ms, |act| self.received.get(act).copied());
    }

    /// The documents nobody is shown.
    fn hidden(&self) -> BTreeSet<DocId> {
        self.erasures.documents().copied().collect()
    }

    /// An entry that comes in, without the leaves that are destroyed here: `None` when it keeps all. `doc`
    /// says of which document a leaf is, where that can be known.
    pub(crate) fn refused(
        &mut self,
        checked: &Checked,
        doc: impl Fn(usize) -> Option<DocId>,
    ) -> Option<Entry> {
        let head = checked.head()?;
        if self.due.is_empty() || checked.class() != Class::Content {
            return None;
        }
        let mut entry = checked.entry().clone();
        let mut any = false;
        for (n, leaf) in entry.body.leaves.iter_mut().enumerate() {
            let slot = head.slots.get(usize::from(leaf.slot()))?;
            let (slot, number) = ((slot.kind, slot.ring), u8::try_from(n).ok()?);
            if leaf.bytes().is_none() || !self.due.concerns(slot) {
                continue;
            }
            let (at, doc) = ((checked.id(), number), doc(n));
            if self.due.takes(&at, slot, doc.as_ref()) {
                *leaf = leaf.forgotten();
                any = true;
                if let Some(doc) = doc {
                    let unlisted = self.erasures.unlisted(&doc, [at]);
                    self.owed.entry(doc).or_default().extend(unlisted);
                }
            }
        }
        any.then_some(entry)
    }
}

impl Living {
    /// An entry from elsewhere, without the leaves that are destroyed here.
    pub(super) fn without_forgotten(&mut self, checked: Checked) -> Checked {
        let keys = self.ring_keys.clone();
        let keys = keys
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let doc = |n| open_leaf(&checked, n, &keys).ok().map(|(doc, _)| doc);
        let entry = self.erasing.refused(&checked, doc);
        // Only bytes were taken out: the entry is as valid as it was.
        entry
            .and_then(|entry| Checked::trusted(entry).ok())
            .unwrap_or(checked)
    }

    /// The leaves to be destroyed now: of due documents those on the shelves, of listed leaves those that
    /// nobody here can open.
    fn due_leaves(&self) -> Vec<(LeafAt, Option<DocId>)> {
        let due = &self.erasing.due;
        let cabinet = self.view.cabinet();
        let of_documents = due.documents().flat_map(|doc| {
            let leaves = cabinet.leaves_of(doc).into_iter();
            leaves.map(|leaf| (leaf, Some(*doc)))
        });
        let mut all: Vec<_> = of_documents.collect();
        let listed: BTreeSet<LeafAt> = due.leaves().copied().collect();
        let open = cabinet.shelved_among(&listed);
        all.extend(listed.difference(&open).map(|leaf| (*leaf, None)));
        all
    }

    /// Forgets that this post owes: of due documents, the leaves it met and no act lists. Only of due ones,
    /// so that nobody repeats a rogue's erasure while it can still be undone.
    fn owed_forgets(&mut self) -> Vec<Act> {
        let mut acts = Vec::new();
        let mut owed = std::mem::take(&mut self.erasing.owed);
        for doc in self.erasing.due.documents() {
            let here = self.view.cabinet().leaves_of(doc);
            owed.entry(*doc).or_default().extend(here);
        }
        for (doc, leaves) in owed {
            let unlisted = self.erasing.erasures.unlisted(&doc, leaves);
            acts.extend(forgets(doc, &unlisted));
        }
        let me = self.me();
        acts.retain(|act| self.chronicle.may_act(&me, act).is_ok());
        acts
    }
}

/// As many Forgets as these leaves take; none for none.
fn forgets(doc: DocId, leaves: &[LeafAt]) -> Vec<Act> {
    let chunks = leaves.chunks(FORGET_LEAVES_MAX);
    chunks
        .map(|leaves| Act::Forget {
            doc,
            leaves: leaves.to_vec(),
        })
        .collect()
}

impl Node {
    /// The Forgets of a record's parts, each listing the leaves that are here.
    pub(crate) fn forgets(&self, kind: Kind, id: Uuid, parts: &[Part]) -> Vec<Act> {
        let Some(living) = &self.living else {
            return Vec::new();
        };
        let docs = parts.iter().map(|part| doc_of(kind, *part, id));
        docs.flat_map(|doc| forgets(doc, &living.view.cabinet().leaves_of(&doc)))
            .collect()
    }

    /// Acts changed: hides what they forget, shows again what nobody forgets any more.
    pub(super) fn erasures_changed(&mut self) {
        let store = self.store.clone();
        let Some(living) = &mut self.living else {
            return;
        };
        let erasures = living.chronicle.erasures();
        if erasures == living.erasing.erasures {
            return;
        }
        living.erasing.learn(store.as_ref(), erasures);
        living.erasing.look(now_ms());
        let hidden = living.erasing.hidden();
        // At once for readers; the thread of the view then reads the rows anew.
        let changed = living.view.hide(hidden);
        living.applier.reread(changed);
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
        living.erasing.look(now_ms);
        let owed = living.owed_forgets();
        let leaves = living.due_leaves();
        let due = living.erasing.due.clone();
        if !owed.is_empty() && self.act(owed).is_err() {
            tracing::warn!("an erasure that is owed was not written: tried again");
        }
        let (store, node) = (self.store.clone(), self.handle.clone());
        tokio::task::spawn_blocking(move || match destroy(store.as_ref(), &due, &leaves) {
            Ok(0) => {}
            Ok(count) => {
                tracing::info!(count, "forgotten leaves were destroyed");
                let task = move |gone: &mut Node| gone.destroyed(leaves);
                node.report(Input::Task(Box::new(task)));
            }
            Err(error) => {
                tracing::error!(%error, "forgotten leaves were not destroyed: tried again")
            }
        });
    }

    fn destroyed(&mut self, leaves: Vec<(LeafAt, Option<DocId>)>) {
        if let Some(living) = &self.living {
            let of_documents = leaves
                .into_iter()
                .filter_map(|(leaf, doc)| Some((doc?, leaf)));
            living.view.cabinet().unshelve(of_documents);
        }
    }
}

/// Puts marks in the place of these leaves, and writes the files anew so that the bytes are in none. Gives
/// how many were here. What a crash interrupts is finished by the next call.
fn destroy(
    store: &dyn Store,
    due: &Due,
    leaves: &[(LeafAt, Option<DocId>)],
) -> Result<usize, StoreError> {
    let mut count = 0;
    for some in leaves.chunks(TOGETHER) {
        let wanted: Vec<_> = some
            .iter()
            .map(|((entry, leaf), _)| (entry.0, vec![*leaf]))
            .collect();
        let mut batch = Batch::new();
        for (stored, (at, doc)) in store.leaves(&wanted)?.into_iter().zip(some) {
            let Some(stored) = stored else { continue };
            for (number, bytes) in &stored.leaves {
                let takes = custody::slot_of(&stored, *number)
                    .is_some_and(|slot| due.takes(at, slot, doc.as_ref()));
                if let (LeafBytes::Here(bytes), true) = (bytes, takes) {
                    batch.forget(stored.id, *number, custody::mark(bytes));
                    count += 1;
                }
            }
        }
        if !batch.changes.is_empty() {
            batch.put(SETTINGS, UNSCRUBBED, &[1]);
            store.commit(&batch)?;
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
    Ok(count)
}

#[cfg(test)]
mod tests;
