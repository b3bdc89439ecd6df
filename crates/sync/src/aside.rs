//! Ids that exist but are not in the set: their authors are unknown here.

use std::collections::BTreeSet;

use beffroi_trust::EntryId;

use crate::limits::PARKED_MAX;
use crate::wire::Prefix;

/// Entries left aside.
#[derive(Debug, Clone, Default)]
pub(crate) struct Aside {
    /// The driver has them.
    parked: BTreeSet<EntryId>,
    /// There was no room for them: to be asked for when the acts have changed.
    forgone: BTreeSet<EntryId>,
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

    /// The entry entered the set.
    pub(crate) fn remove(&mut self, id: &EntryId) {
        self.parked.remove(id);
        self.forgone.remove(id);
    }

    pub(crate) fn is_parked(&self, id: &EntryId) -> bool {
        self.parked.contains(id)
    }

    /// Whether an id of this beginning need not be asked for.
    pub(crate) fn knows(&self, prefix: Prefix) -> bool {
        [&self.parked, &self.forgone].into_iter().any(|ids| {
            let first = ids.range(prefix.lowest()..).next();
            first.is_some_and(|id| prefix.names(id))
        })
    }

    /// The acts have changed: what found no room may be asked for again. True when there was any.
    pub(crate) fn acts_changed(&mut self) -> bool {
        !std::mem::take(&mut self.forgone).is_empty()
    }

    pub(crate) fn parked(&self) -> usize {
        self.parked.len()
    }
}
