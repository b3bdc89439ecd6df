//! Ids that exist but are not in the set: their authors are unknown here, or over a budget.

use std::collections::{BTreeMap, BTreeSet};

use beffroi_trust::{DeviceId, EntryId};

use crate::limits::PARKED_MAX;
use crate::wire::Prefix;

/// Entries left aside.
#[derive(Debug, Clone, Default)]
pub(crate) struct Aside {
    /// The driver has them.
    parked: BTreeSet<EntryId>,
    /// There was no room for them: to be asked for when the acts have changed.
    forgone: BTreeSet<EntryId>,
    /// Their authors are over a budget of this post: to be asked for when that has changed.
    deferred: BTreeMap<EntryId, DeviceId>,
}

fn insert(ids: &mut BTreeSet<EntryId>, id: EntryId) {
    if ids.len() < PARKED_MAX {
        ids.insert(id);
    }
}

impl Aside {
    pub(crate) fn park(&mut self, id: EntryId) {
        self.forgone.remove(&id);
        insert(&mut self.parked, id);
    }

    pub(crate) fn forgo(&mut self, id: EntryId) {
        insert(&mut self.forgone, id);
    }

    pub(crate) fn defer(&mut self, id: EntryId, author: DeviceId) {
        if self.deferred.len() < PARKED_MAX {
            self.deferred.insert(id, author);
        }
    }

    /// The entry entered the set.
    pub(crate) fn remove(&mut self, id: &EntryId) {
        self.parked.remove(id);
        self.forgone.remove(id);
        self.deferred.remove(id);
    }

    /// Whether a copy that nobody asked for need not be looked at.
    pub(crate) fn is_held_back(&self, id: &EntryId) -> bool {
        self.parked.contains(id) || self.deferred.contains_key(id)
    }

    /// Whether an id of this beginning need not be asked for.
    pub(crate) fn knows(&self, prefix: Prefix) -> bool {
        [&self.parked, &self.forgone].into_iter().any(|ids| {
            let first = ids.range(prefix.lowest()..).next();
            first.is_some_and(|id| prefix.names(id))
        }) || {
            let first = self.deferred.range(prefix.lowest()..).next();
            first.is_some_and(|(id, _)| prefix.names(id))
        }
    }

    /// The acts have changed: what found no room may be asked for again. True when there was any.
    pub(crate) fn acts_changed(&mut self) -> bool {
        !std::mem::take(&mut self.forgone).is_empty()
    }

    /// These authors have room again: what they wrote may be asked for. True when there was any.
    pub(crate) fn resume(&mut self, authors: &[DeviceId]) -> bool {
        let before = self.deferred.len();
        self.deferred.retain(|_, author| !authors.contains(author));
        self.deferred.len() < before
    }

    pub(crate) fn deferred(&self) -> BTreeMap<DeviceId, u64> {
        let mut of = BTreeMap::new();
        for author in self.deferred.values() {
            *of.entry(*author).or_default() += 1;
        }
        of
    }

    pub(crate) fn parked(&self) -> usize {
        self.parked.len()
    }
}
