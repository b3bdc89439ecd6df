//! The end of an operation's ring keys: a coordinator turns the key that destroyed leaves were sealed with,
//! and every reader puts away the keys that no leaf here is sealed with any more.

use std::collections::{BTreeMap, BTreeSet};

use beffroi_store::{Batch, Store, StoreError};
use beffroi_trust::ids::RING_PEOPLE;
use beffroi_trust::limits::REPLACES_MAX;
use beffroi_trust::{Act, Epoch, Ring, RingKeys, RingSecret, ring_keys};

use super::{Erasing, Living, Node};
use crate::dice;
use crate::node::SETTINGS;
use crate::writer::Job;

/// The key of the names of the keys put away.
const RETIRED: &[u8] = b"retired-keys";

/// The keys put away in a former life.
pub(super) fn retired(store: &dyn Store) -> Result<BTreeSet<(Ring, Epoch)>, StoreError> {
    let bytes = store.value(SETTINGS, RETIRED)?;
    let read = bytes.and_then(|bytes| postcard::from_bytes::<Vec<(Ring, Epoch)>>(&bytes).ok());
    Ok(read.into_iter().flatten().collect())
}

impl Erasing {
    /// Whether a ring key was put away: it is not taken again before a leaf needs it.
    pub(in crate::node) fn is_retired(&self, ring: Ring, epoch: &Epoch) -> bool {
        self.retired.contains(&(ring, *epoch))
    }

    /// The keys that leaves of closed operations were sealed with.
    fn spent(&self) -> BTreeSet<Epoch> {
        let ended = |operation| self.closings.closes(&operation);
        let notes = self.notes.values();
        let spent = notes.filter(|note| note.doc.ring == RING_PEOPLE);
        let spent = spent.filter(|note| note.operation.is_some_and(ended));
        spent.map(|note| note.epoch).collect()
    }

    fn retired_row(&self) -> Batch {
        let mut batch = Batch::new();
        let all: Vec<(Ring, Epoch)> = self.retired.iter().copied().collect();
        if let Ok(bytes) = postcard::to_allocvec(&all) {
            batch.put(SETTINGS, RETIRED, &bytes);
        }
        batch
    }
}

impl Living {
    /// The key with which data about people are written now.
    fn write_epoch(&self) -> Option<Epoch> {
        let announced = self.chronicle.announced();
        let standing = self.chronicle.standing();
        let lost = |device: &_| !standing.stands(device);
        let epoch = self.with_ring_keys(|keys| keys.write_epoch(RING_PEOPLE, &announced, lost))?;
        Some(epoch.epoch())
    }

    /// The acts that turn the key of the ring *people*, when it is one that leaves of a closed operation were
    /// sealed with, and this post may.
    fn turning(&self, spent: &BTreeSet<Epoch>) -> Vec<Act> {
        let writes_spent = self
            .write_epoch()
            .is_some_and(|epoch| spent.contains(&epoch));
        if !writes_spent || !self.reads(RING_PEOPLE) {
            return Vec::new();
        }
        let key = RingSecret::from_bytes(&dice::bytes());
        let announced = self.chronicle.announced();
        let of_ring = announced.iter().filter(|act| act.ring == RING_PEOPLE);
        let replaced: BTreeSet<Epoch> = announced
            .iter()
            .flat_map(|act| act.replaces.iter().copied())
            .collect();
        let known: BTreeSet<Epoch> = of_ring.map(|act| act.epoch).collect();
        let current = known.difference(&replaced).copied();
        let replaces: Vec<Epoch> = current.take(REPLACES_MAX).collect();
        let readers = self.chronicle.standing().readers(RING_PEOPLE);
        let to: BTreeMap<_, _> = readers
            .filter_map(|(device, member)| Some((*device, member.seal?)))
            .collect();
        let handout =
            ring_keys::hand_out(&self.id, RING_PEOPLE, &key, &replaces, &to, &dice::bytes());
        let me = self.me();
        let may = handout
            .acts
            .iter()
            .all(|act| self.chronicle.may_act(&me, act).is_ok());
        if may { handout.acts } else { Vec::new() }
    }

    /// The spent keys that are not written with any more and that no leaf here is sealed with. Only those
    /// that an act seals to this device: a leaf that still comes opens them again.
    fn unused(&self, spent: &BTreeSet<Epoch>) -> Vec<Epoch> {
        let Some(current) = self.write_epoch() else {
            return Vec::new();
        };
        let sealed = self.chronicle.sealed_to(&self.me());
        let sealed: BTreeSet<Epoch> = sealed.iter().map(|copy| copy.epoch).collect();
        let staged = |epoch: &Epoch| {
            let mut heads = self.staged.values().filter_map(|one| one.checked.head());
            heads.any(|head| head.slots.iter().any(|slot| slot.epoch == *epoch))
        };
        let unused = spent.iter().filter(|epoch| {
            **epoch != current
                && sealed.contains(*epoch)
                && self.with_ring_keys(|keys| keys.key(RING_PEOPLE, epoch).is_some())
                && !self.leaves.uses(RING_PEOPLE, **epoch)
                && !staged(epoch)
        });
        unused.copied().collect()
    }
}

impl Node {
    /// Turns and puts away what closed operations leave behind.
    pub(in crate::node) fn end_keys(&mut self) {
        let Some(living) = &mut self.living else {
            return;
        };
        let spent = living.erasing.spent();
        if spent.is_empty() {
            return;
        }
        let turning = living.turning(&spent);
        if !turning.is_empty() && self.act(turning).is_err() {
            tracing::warn!("the key for data about people was not turned: tried again");
        }
        self.put_away(&spent);
    }

    fn put_away(&mut self, spent: &BTreeSet<Epoch>) {
        let (Some(living), Some(vault)) = (&mut self.living, &self.vault) else {
            return;
        };
        let unused = living.unused(spent);
        if unused.is_empty() {
            return;
        }
        let mut keys = living.with_ring_keys(RingKeys::clone);
        for epoch in &unused {
            keys.destroy(RING_PEOPLE, epoch);
            living.erasing.retired.insert((RING_PEOPLE, *epoch));
        }
        if let Err(error) = vault.save(&keys) {
            tracing::error!(%error, "a ring key could not be put away: tried again");
            for epoch in &unused {
                living.erasing.retired.remove(&(RING_PEOPLE, *epoch));
            }
            return;
        }
        living.set_ring_keys(keys);
        tracing::info!(
            count = unused.len(),
            "ring keys that nothing uses were destroyed"
        );
        self.keep_retired();
    }

    fn keep_retired(&self) {
        if let Some(living) = &self.living {
            self.writer.keep(Job {
                ids: Vec::new(),
                batch: living.erasing.retired_row(),
            });
        }
    }

    /// Takes keys again that were put away, when a leaf came that is sealed with one.
    pub(in crate::node) fn take_recalled_keys(&mut self) {
        let Some(living) = &mut self.living else {
            return;
        };
        if std::mem::take(&mut living.erasing.recalled) {
            self.keep_retired();
            self.take_ring_keys();
        }
    }

    /// The same at the start: a crash may have come between a leaf and its key.
    pub(in crate::node) fn recall_at_start(&mut self) {
        if let Some(living) = &mut self.living {
            let used = |(ring, epoch): &(Ring, Epoch)| living.leaves.uses(*ring, *epoch);
            let (again, kept) = living.erasing.retired.iter().copied().partition(used);
            living.erasing.retired = kept;
            living.erasing.recalled = !BTreeSet::is_empty(&again);
        }
        self.take_recalled_keys();
    }
}
