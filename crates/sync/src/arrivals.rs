//! Entries on their way into the set: being checked, or being written to the disk.

use std::collections::BTreeMap;

use beffroi_trust::{DeviceId, EntryId, Parcel};

use crate::peer::PeerId;
use crate::wire::Prefix;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Checking,
    Saving,
}

/// An entry that is not in the set yet.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) parcel: Parcel,
    /// Whose copy is checked.
    from: Option<PeerId>,
    /// Everybody known to have it.
    pub(crate) holders: Vec<PeerId>,
    stage: Stage,
}

impl Arrival {
    /// Whose copy it is; none: our own.
    pub(crate) fn from(&self) -> Option<PeerId> {
        self.from
    }
}

/// All of them, and how many bytes each peer contributes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrivals {
    entries: BTreeMap<EntryId, Arrival>,
    backlog: BTreeMap<PeerId, usize>,
}

impl Arrivals {
    /// The bytes of a peer's entries that wait.
    pub(crate) fn backlog(&self, peer: &PeerId) -> usize {
        self.backlog.get(peer).copied().unwrap_or(0)
    }

    /// Notes one more holder of an entry under way; false when it is not under way.
    pub(crate) fn also(&mut self, id: &EntryId, holder: PeerId) -> bool {
        let Some(arrival) = self.entries.get_mut(id) else {
            return false;
        };
        if !arrival.holders.contains(&holder) {
            arrival.holders.push(holder);
        }
        true
    }

    /// The id under way that begins so.
    pub(crate) fn find(&self, prefix: Prefix) -> Option<EntryId> {
        let (id, _) = self.entries.range(prefix.lowest()..).next()?;
        prefix.names(id).then_some(*id)
    }

    /// An entry came from a peer and is to be checked.
    pub(crate) fn check(&mut self, parcel: Parcel, from: PeerId, mut holders: Vec<PeerId>) {
        if !holders.contains(&from) {
            holders.push(from);
        }
        *self.backlog.entry(from).or_default() += parcel.bytes.len();
        self.entries.insert(
            parcel.id,
            Arrival {
                parcel,
                from: Some(from),
                holders,
                stage: Stage::Checking,
            },
        );
    }

    /// A checked entry is to be saved; `None` when it is not under way.
    pub(crate) fn save(&mut self, id: &EntryId) -> Option<Parcel> {
        let arrival = self.entries.get_mut(id)?;
        let checked = arrival.stage == Stage::Checking;
        arrival.stage = Stage::Saving;
        checked.then(|| arrival.parcel.clone())
    }

    /// An entry written here, or woken here, is to be saved; false when it is being saved already.
    pub(crate) fn save_own(&mut self, parcel: Parcel) -> bool {
        let before = self.remove(&parcel.id);
        let news = before
            .as_ref()
            .is_none_or(|before| before.stage == Stage::Checking);
        self.entries.insert(
            parcel.id,
            Arrival {
                parcel,
                from: None,
                holders: before.map_or_else(Vec::new, |before| before.holders),
                stage: Stage::Saving,
            },
        );
        news
    }

    /// An entry's way ends here, for better or worse.
    pub(crate) fn remove(&mut self, id: &EntryId) -> Option<Arrival> {
        let arrival = self.entries.remove(id)?;
        if let Some(from) = arrival.from
            && let Some(bytes) = self.backlog.get_mut(&from)
        {
            *bytes = bytes.saturating_sub(arrival.parcel.bytes.len());
            if *bytes == 0 {
                self.backlog.remove(&from);
            }
        }
        Some(arrival)
    }

    /// Whether an entry has passed its check, or needed none.
    pub(crate) fn is_saving(&self, id: &EntryId) -> bool {
        let arrival = self.entries.get(id);
        arrival.is_some_and(|arrival| arrival.stage == Stage::Saving)
    }

    /// Who wrote an entry under way.
    pub(crate) fn author(&self, id: &EntryId) -> Option<DeviceId> {
        self.entries.get(id).map(|arrival| arrival.parcel.author)
    }

    /// Nothing is under way any more.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}
