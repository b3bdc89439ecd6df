//! The territory this post is in: its membership, its keys, its engine, and what is in hand between
//! the check and the disk. Absent until one is created or joined.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use beffroi_store::Batch;
use beffroi_sync::Engine;
use beffroi_trust::chronicle::Chronicle;
use beffroi_trust::ids::Ring;
use beffroi_trust::standing::Status;
use beffroi_trust::{
    Checked, Class, DeviceId, DeviceKeys, EntryId, Genesis, Parcel, RingKeys, TerritoryId,
};
use bytes::Bytes;

use super::erasing::Erasing;
use super::leaves::Leaves;
use super::patience::Patience;
use super::verdicts::LastNote;
use crate::view::{Applier, Arrival, View};

/// An entry between its check and the disk, with what must be written in the same transaction.
pub(crate) struct Staged {
    pub(crate) checked: Checked,
    pub(crate) notes: Batch,
}

/// Ring keys, shared with the thread that opens leaves.
pub(crate) type SharedRingKeys = Arc<RwLock<RingKeys>>;

/// A territory, alive.
pub(crate) struct Living {
    pub(crate) genesis: Genesis,
    pub(crate) id: TerritoryId,
    pub(crate) keys: Arc<DeviceKeys>,
    pub(crate) ring_keys: SharedRingKeys,
    pub(crate) chronicle: Chronicle,
    pub(crate) engine: Engine,
    pub(crate) view: Arc<View>,
    pub(crate) applier: Applier,
    pub(crate) staged: BTreeMap<EntryId, Staged>,
    pub(crate) parked: BTreeMap<EntryId, Bytes>,
    pub(crate) last_note: LastNote,
    pub(crate) erasing: Erasing,
    pub(crate) leaves: Leaves,
    /// The entries of which the engine was told that something is missing.
    pub(crate) incomplete: BTreeSet<EntryId>,
    pub(crate) patience: Patience,
}

impl Living {
    /// This device.
    pub(crate) fn me(&self) -> DeviceId {
        self.keys.id()
    }

    /// Sends what is on the disk to the view: with it, all up to an append number.
    pub(crate) fn absorb(&mut self, checked: Vec<Checked>, upto: u64) {
        for one in &checked {
            self.leaves.note(one);
        }
        let arrivals = checked
            .into_iter()
            .filter(|checked| checked.class() == Class::Content);
        let arrivals: Vec<Arrival> = arrivals
            .map(|checked| Arrival {
                count: self.chronicle.count(&checked.id()),
                checked,
                was_judged: false,
            })
            .collect();
        self.applier.absorb(arrivals, upto);
    }

    /// The wire form of an entry of ours.
    pub(crate) fn parcel(&self, checked: &Checked) -> Option<Parcel> {
        let bytes = Bytes::from(checked.entry().encode());
        Parcel::read(bytes, self.genesis.created_second()).ok()
    }

    /// Whether this device stands and may read a ring.
    pub(crate) fn reads(&self, ring: Ring) -> bool {
        let standing = self.chronicle.standing();
        let member = standing.member(&self.me());
        member.is_some_and(|member| member.status == Status::Stands && member.rings.contains(&ring))
    }

    /// Reads the ring keys.
    pub(crate) fn with_ring_keys<T>(&self, read: impl FnOnce(&RingKeys) -> T) -> T {
        read(
            &self
                .ring_keys
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}
