//! Whose entries enter the set: the roots, and every device some *rooted* Grant names. Rooted is a
//! chain of at most [`CHAIN_MAX`] Grants to a root, each naming the next one's author as
//! coordinator; withdrawals play no part, so that it only ever grows and all posts agree.

use std::collections::{BTreeMap, BTreeSet};

use super::acts::{Acts, Deed};
use crate::act::{Act, Role};
use crate::genesis::Genesis;
use crate::ids::{DeviceId, EntryId};
use crate::limits::CHAIN_MAX;

/// The rooted Grants, and the authors they bring into the set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rooted {
    territory: EntryId,
    /// Steps of each rooted Grant from the root.
    depth: BTreeMap<EntryId, usize>,
    authors: BTreeSet<DeviceId>,
}

impl Rooted {
    pub(crate) fn new(genesis: &Genesis) -> Self {
        Self {
            territory: EntryId::of_territory(&genesis.territory()),
            depth: BTreeMap::new(),
            authors: genesis.roots().iter().copied().collect(),
        }
    }

    /// Whether this author's entries are in the set.
    pub(crate) fn knows(&self, author: &DeviceId) -> bool {
        self.authors.contains(author)
    }

    /// Takes note of an act that entered the set; the authors it makes known, itself or through
    /// the Grants that waited for it.
    pub(crate) fn entered(
        &mut self,
        genesis: &Genesis,
        acts: &Acts,
        id: EntryId,
    ) -> BTreeSet<DeviceId> {
        let mut new_authors = BTreeSet::new();
        let mut to_do = vec![id];
        while let Some(id) = to_do.pop() {
            if self.depth.contains_key(&id) {
                continue;
            }
            let Some((deed, device)) = grant(acts, &id) else {
                continue;
            };
            let Some(depth) = self.steps(genesis, acts, deed) else {
                continue;
            };
            self.depth.insert(id, depth);
            if self.authors.insert(device) {
                new_authors.insert(device);
            }
            to_do.extend(acts.grants_under(&id));
        }
        new_authors
    }

    /// Steps from the root of a Grant that is rooted by what is here.
    fn steps(&self, genesis: &Genesis, acts: &Acts, deed: &Deed) -> Option<usize> {
        if deed.grant == self.territory {
            return genesis.is_root(&deed.author).then_some(1);
        }
        let above = self.depth.get(&deed.grant)?;
        let Some(Act::Grant { device, role, .. }) = &acts.get(&deed.grant)?.act else {
            return None;
        };
        let by_coordinator = *role == Role::Coordinator && *device == deed.author;
        (by_coordinator && *above < CHAIN_MAX).then_some(above + 1)
    }
}

fn grant<'a>(acts: &'a Acts, id: &EntryId) -> Option<(&'a Deed, DeviceId)> {
    let deed = acts.get(id)?;
    let Some(Act::Grant { device, .. }) = &deed.act else {
        return None;
    };
    Some((deed, *device))
}
