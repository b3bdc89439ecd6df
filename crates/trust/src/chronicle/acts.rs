//! The set of acts, with the few indexes the rules walk: who granted under what, what withdraws
//! what, what each author wrote.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Facts, Substance};
use crate::act::Act;
use crate::ids::{DeviceId, EntryId};

/// One act in the set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deed {
    pub(crate) author: DeviceId,
    pub(crate) grant: EntryId,
    pub(crate) prev: Vec<EntryId>,
    pub(crate) seq: u64,
    pub(crate) time_ms: u64,
    /// `None`: of a newer version, without effect here.
    pub(crate) act: Option<Act>,
}

/// All acts in the set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Acts {
    all: BTreeMap<EntryId, Deed>,
    grants_under: BTreeMap<EntryId, BTreeSet<EntryId>>,
    revokes_of: BTreeMap<EntryId, BTreeSet<EntryId>>,
    by_author: BTreeMap<DeviceId, BTreeSet<EntryId>>,
}

impl Acts {
    /// Adds an act; of contents nothing.
    pub(crate) fn insert(&mut self, facts: Facts) {
        let act = match facts.substance {
            Substance::Act(act) => Some(act),
            Substance::Newer(_) => None,
            Substance::Content(_) => return,
        };
        if let Some(Act::Grant { .. }) = &act {
            let grants = self.grants_under.entry(facts.grant).or_default();
            grants.insert(facts.id);
        }
        if let Some(Act::Revoke { grant, .. }) = &act {
            let revokes = self.revokes_of.entry(*grant).or_default();
            revokes.insert(facts.id);
        }
        let chain = self.by_author.entry(facts.author).or_default();
        chain.insert(facts.id);
        self.all.insert(
            facts.id,
            Deed {
                author: facts.author,
                grant: facts.grant,
                prev: facts.prev,
                seq: facts.seq,
                time_ms: facts.time_ms,
                act,
            },
        );
    }

    pub(crate) fn get(&self, id: &EntryId) -> Option<&Deed> {
        self.all.get(id)
    }

    pub(crate) fn contains(&self, id: &EntryId) -> bool {
        self.all.contains_key(id)
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// All acts, ascending by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&EntryId, &Deed)> {
        self.all.iter()
    }

    /// The Grants written under a grant, or under the territory.
    pub(crate) fn grants_under(&self, cited: &EntryId) -> impl Iterator<Item = &EntryId> {
        self.grants_under.get(cited).into_iter().flatten()
    }

    /// The Revokes that name a grant, authorised or not.
    pub(crate) fn revokes_of(&self, grant: &EntryId) -> impl Iterator<Item = &EntryId> {
        self.revokes_of.get(grant).into_iter().flatten()
    }

    /// What an author wrote.
    pub(crate) fn of(&self, author: &DeviceId) -> impl Iterator<Item = (&EntryId, &Deed)> {
        let ids = self.by_author.get(author).into_iter().flatten();
        ids.filter_map(|id| self.all.get_key_value(id))
    }

    /// Everyone who wrote an act.
    pub(crate) fn authors(&self) -> impl Iterator<Item = &DeviceId> {
        self.by_author.keys()
    }

    /// The past of `tips` along the author's own links. What is not in the set is not in the past,
    /// nor is another author's.
    pub(crate) fn past<'a>(
        &self,
        tips: impl IntoIterator<Item = &'a EntryId>,
        author: &DeviceId,
    ) -> BTreeSet<EntryId> {
        let mut to_do: Vec<EntryId> = tips.into_iter().copied().collect();
        let mut seen = BTreeSet::new();
        while let Some(id) = to_do.pop() {
            if fault!(PastThroughContents) {
                #[cfg(test)]
                if seen.insert(id) {
                    to_do.extend(crate::faults::links_of_content(&id, author));
                    seen.remove(&id);
                }
            }
            let Some(deed) = self.all.get(&id) else {
                continue;
            };
            if deed.author == *author && seen.insert(id) {
                to_do.extend(&deed.prev);
            }
        }
        if fault!(CutByPosition) {
            let top = seen.iter().filter_map(|id| self.all.get(id)).map(|d| d.seq);
            let top = top.max().unwrap_or(0);
            seen.extend(
                self.of(author)
                    .filter(|(_, d)| d.seq <= top)
                    .map(|(id, _)| *id),
            );
        }
        seen
    }
}
