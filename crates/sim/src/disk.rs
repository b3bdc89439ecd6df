//! A post's disk: what was flushed stays, what was only written is lost in a crash.

use std::collections::BTreeMap;
use std::sync::Arc;

use beffroi_sync::{PeerId, Receipt};
use beffroi_trust::{Class, EntryId, OrderKey, Parcel};

/// One post's disk.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    entries: BTreeMap<EntryId, Arc<Parcel>>,
    log: Vec<Arc<Parcel>>,
    parked: BTreeMap<EntryId, Arc<Parcel>>,
    receipts: BTreeMap<(PeerId, Class), Receipt>,
    /// Refuses every write.
    pub full: bool,
}

impl Disk {
    /// Puts entries on the disk for good; returns those that were not there.
    pub fn flush(&mut self, parcels: &[Arc<Parcel>]) -> Vec<EntryId> {
        let mut news = Vec::new();
        for parcel in parcels {
            self.parked.remove(&parcel.id);
            if self.entries.insert(parcel.id, parcel.clone()).is_none() {
                self.log.push(parcel.clone());
                news.push(parcel.id);
            }
        }
        news
    }

    /// Loses one entry; false when it was not there.
    pub(crate) fn forget(&mut self, id: &EntryId) -> bool {
        self.log.retain(|parcel| parcel.id != *id);
        self.entries.remove(id).is_some()
    }

    /// Whether an entry was flushed.
    #[must_use]
    pub fn has(&self, id: &EntryId) -> bool {
        self.entries.contains_key(id)
    }

    /// How many entries were flushed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.log.len()
    }

    /// Whether none was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.log.is_empty()
    }

    /// One entry.
    #[must_use]
    pub fn read(&self, id: &EntryId) -> Option<&Arc<Parcel>> {
        self.entries.get(id)
    }

    /// The first flushed id that is not below this one.
    #[must_use]
    pub fn first_from(&self, id: &EntryId) -> Option<EntryId> {
        self.entries.range(id..).next().map(|(id, _)| *id)
    }

    /// Every flushed id, ascending.
    pub fn ids(&self) -> impl Iterator<Item = &EntryId> {
        self.entries.keys()
    }

    /// Every flushed entry in the order of arrival.
    pub fn log(&self) -> impl Iterator<Item = (Class, OrderKey)> {
        self.log.iter().map(|parcel| (parcel.class, parcel.key()))
    }

    /// Every flushed entry itself, in the order of arrival.
    pub fn parcels(&self) -> impl Iterator<Item = &Arc<Parcel>> {
        self.log.iter()
    }

    /// Keeps an entry of an unknown author aside; false when there is no room.
    pub fn park(&mut self, parcel: Arc<Parcel>, most: usize) -> bool {
        let room = self.parked.len() < most || self.parked.contains_key(&parcel.id);
        if room {
            self.parked.insert(parcel.id, parcel);
        }
        room
    }

    /// Entries kept aside.
    pub fn parked(&self) -> impl Iterator<Item = &Arc<Parcel>> {
        self.parked.values()
    }

    /// Keeps what peers acknowledged.
    pub fn keep_receipts(&mut self, receipts: Vec<Receipt>) {
        for receipt in receipts {
            self.receipts.insert((receipt.peer, receipt.class), receipt);
        }
    }

    /// What peers had acknowledged when it was last kept.
    #[must_use]
    pub fn receipts(&self) -> Vec<Receipt> {
        self.receipts.values().cloned().collect()
    }
}
