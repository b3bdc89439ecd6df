//! The park: valid entries whose author no rooted Grant names yet. Their room is bounded by the
//! peer that handed them over, since authors cost nothing to invent; what finds no room is counted
//! and asked for again, never dropped in silence.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use crate::ids::{DeviceId, EntryId};

/// Entries one sender may have parked: a joiner's whole first day, and a thousandth of what the
/// set may hold.
pub const PARKED_PER_SENDER_MAX: usize = 1_000;
/// Bytes one sender may have parked.
pub const PARKED_BYTES_PER_SENDER_MAX: usize = 4 << 20;
/// Bytes parked in all, whoever sent them.
pub const PARKED_BYTES_MAX: usize = 32 << 20;

/// How full the park is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ParkState {
    /// Entries waiting for a permit that has not arrived.
    pub entries: usize,
    /// Their bytes, as encoded.
    pub bytes: usize,
    /// Entries that found no room since the daemon last asked again for them.
    pub turned_away: u64,
}

impl ParkState {
    /// Whether entries must be asked for again once the acts are in step.
    pub fn overflowed(&self) -> bool {
        self.turned_away > 0
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Waiting {
    sender: Option<DeviceId>,
    facts: Facts,
}

/// The parked entries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Park {
    waiting: BTreeMap<EntryId, Waiting>,
    by_author: BTreeMap<DeviceId, BTreeSet<EntryId>>,
    /// Entries and bytes by sender; `None` is what this post brought itself: its disk, a USB key.
    by_sender: BTreeMap<Option<DeviceId>, (usize, usize)>,
    state: ParkState,
}

impl Park {
    /// Parks an entry; `false` when there is no room for it, which is counted.
    pub(crate) fn park(&mut self, facts: Facts, sender: Option<DeviceId>) -> bool {
        let (entries, bytes) = self.by_sender.get(&sender).copied().unwrap_or_default();
        let sender_has_room = entries < PARKED_PER_SENDER_MAX
            && bytes + facts.bytes <= PARKED_BYTES_PER_SENDER_MAX
            || sender.is_none();
        if !sender_has_room || self.state.bytes + facts.bytes > PARKED_BYTES_MAX {
            self.state.turned_away = self.state.turned_away.saturating_add(1);
            return false;
        }
        let room = (entries + 1, bytes + facts.bytes);
        self.by_sender.insert(sender, room);
        self.state.entries += 1;
        self.state.bytes += facts.bytes;
        let ids = self.by_author.entry(facts.author).or_default();
        ids.insert(facts.id);
        self.waiting.insert(facts.id, Waiting { sender, facts });
        true
    }

    /// Takes out one entry.
    pub(crate) fn remove(&mut self, id: &EntryId) -> Option<Facts> {
        let Waiting { sender, facts } = self.waiting.remove(id)?;
        if let Some(ids) = self.by_author.get_mut(&facts.author) {
            ids.remove(id);
            if ids.is_empty() {
                self.by_author.remove(&facts.author);
            }
        }
        if let Some((entries, bytes)) = self.by_sender.get_mut(&sender) {
            *entries -= 1;
            *bytes -= facts.bytes;
            if *entries == 0 {
                self.by_sender.remove(&sender);
            }
        }
        self.state.entries -= 1;
        self.state.bytes -= facts.bytes;
        Some(facts)
    }

    /// Takes out what an author wrote.
    pub(crate) fn release(&mut self, author: &DeviceId) -> Vec<Facts> {
        let ids = self.by_author.get(author).cloned().unwrap_or_default();
        ids.iter().filter_map(|id| self.remove(id)).collect()
    }

    pub(crate) fn contains(&self, id: &EntryId) -> bool {
        self.waiting.contains_key(id)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &EntryId> {
        self.waiting.keys()
    }

    pub(crate) fn state(&self) -> ParkState {
        self.state
    }

    /// Forgets that there was no room: the missing entries are being asked for again.
    pub(crate) fn asked_again(&mut self) {
        self.state.turned_away = 0;
    }
}
