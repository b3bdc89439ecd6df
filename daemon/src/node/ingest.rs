//! What comes from peers: checked on other threads, placed in a set or parked, kept, and only then
//! taken into the view.

use beffroi_store::{Batch, Held};
use beffroi_sync::{Input as SyncInput, PeerId, Verified};
use beffroi_trust::chronicle::Placement;
use beffroi_trust::{Checked, DeviceId, Entry, EntryId, Parcel, TerritoryId, check};
use bytes::Bytes;

use super::input::{Input, Verdict};
use super::living::{Living, Staged};
use super::{Node, NodeHandle};
use crate::clock::now_ms;
use crate::writer::Job;

/// Above this a group of signatures is worth a second thread (48 µs each).
const SPLIT_ABOVE: usize = 64;

/// Checks a group of entries on other threads and sends the verdicts to the loop.
pub(super) fn verify(node: NodeHandle, territory: TerritoryId, peer: PeerId, parcels: Vec<Parcel>) {
    tokio::task::spawn_blocking(move || {
        let verdicts = if parcels.len() > SPLIT_ABOVE {
            let (left, right) = parcels.split_at(parcels.len() / 2);
            std::thread::scope(|scope| {
                let right = scope.spawn(|| verdicts(right, &territory));
                let mut all = verdicts(left, &territory);
                all.extend(right.join().unwrap_or_default());
                all
            })
        } else {
            verdicts(&parcels, &territory)
        };
        node.report(Input::Checked(peer, verdicts));
    });
}

pub(super) fn verdicts(parcels: &[Parcel], territory: &TerritoryId) -> Vec<Verdict> {
    let verdict = |parcel: &Parcel| {
        let entry = Entry::decode(&parcel.bytes).ok();
        Verdict {
            id: parcel.id,
            checked: entry.and_then(|entry| check(&entry, territory).ok()),
        }
    };
    parcels.iter().map(verdict).collect()
}

impl Node {
    /// Places what was checked, and tells the engine.
    pub(super) fn take_in(&mut self, peer: PeerId, verdicts: Vec<Verdict>) {
        let now = self.moment();
        let Some(living) = &mut self.living else {
            return;
        };
        living.patience.begin_group();
        let mut verified = Verified::default();
        let mut parked = Batch::new();
        for Verdict { id, checked } in verdicts {
            match checked {
                None => verified.faulty.push(id),
                Some(checked) if living.must_wait(&checked, now) => verified.deferred.push(id),
                Some(checked) => living.place(peer.into(), checked, &mut verified, &mut parked),
            }
        }
        if !parked.changes.is_empty() {
            self.writer.keep(Job {
                ids: Vec::new(),
                batch: parked,
            });
        }
        let woken = living.wake();
        self.sync(SyncInput::Verified(verified));
        if !woken.is_empty() {
            self.sync(SyncInput::Woken(woken));
        }
    }
}

impl Living {
    fn place(
        &mut self,
        sender: DeviceId,
        checked: Checked,
        verified: &mut Verified,
        park: &mut Batch,
    ) {
        let id = checked.id();
        match self.chronicle.offer(&checked, Some(sender)) {
            Placement::InSet => {
                verified.accepted.push(id);
                self.stage(checked);
            }
            // In the set, but perhaps still on its way to the disk: then it is not to be spoken of yet.
            Placement::Known if self.staged.contains_key(&id) => verified.accepted.push(id),
            Placement::Known => verified.known.push(id),
            Placement::Parked => {
                verified.parked.push(id);
                let bytes = checked.entry().encode();
                park.push(beffroi_store::Change::Park(Held {
                    id: id.0,
                    received_ms: now_ms(),
                    note: sender.0.to_vec(),
                    bytes: bytes.clone(),
                }));
                self.parked.insert(id, Bytes::from(bytes));
            }
            Placement::ParkFull => verified.overflowed.push(id),
        }
    }

    /// Keeps an entry in hand until it is on the disk.
    pub(super) fn stage(&mut self, checked: Checked) {
        let (checked, notes) = self.without_erased(checked);
        self.staged.insert(checked.id(), Staged { checked, notes });
    }

    /// Parked entries whose author has become known, ready to be kept.
    pub(super) fn wake(&mut self) -> Vec<Parcel> {
        let mut parcels = Vec::new();
        for id in self.chronicle.woken() {
            let Some(bytes) = self.parked.remove(&id) else {
                continue;
            };
            let checked = Entry::decode(&bytes)
                .ok()
                .and_then(|entry| Checked::trusted(entry).ok());
            let parcel = Parcel::read(bytes, self.genesis.created_second());
            if let (Some(checked), Ok(parcel)) = (checked, parcel) {
                let (checked, mut notes) = self.without_erased(checked);
                notes.push(beffroi_store::Change::Unpark(id.0));
                self.staged.insert(id, Staged { checked, notes });
                parcels.push(parcel);
            }
        }
        parcels
    }

    /// The entry in hand under this id.
    pub(super) fn take_staged(&mut self, id: &EntryId) -> Option<Checked> {
        self.staged.remove(id).map(|staged| staged.checked)
    }
}
