//! The rules of membership said as plainly as they can be: each entry asks upwards, by recursion,
//! over the whole set, and nothing is kept. The chronicle must always agree with this.

use std::collections::{BTreeMap, BTreeSet};

use super::world::{genesis, territory};
use crate::act::{Act, Role};
use crate::chronicle::facts::{Facts, Substance};
use crate::ids::{Class, DeviceId, EntryId};

const STEPS_MAX: usize = 8;

/// Entries by id; what each says.
pub(super) type Set = BTreeMap<EntryId, Facts>;

/// The three piles.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) acts: Set,
    pub(super) contents: Set,
    pub(super) parked: Set,
}

impl Model {
    pub(super) fn of(log: &[Facts]) -> Self {
        let mut model = Self::default();
        let mut waiting: Set = log.iter().map(|facts| (facts.id, facts.clone())).collect();
        loop {
            let known = model.known_authors();
            let (enter, wait): (Set, Set) = waiting
                .into_iter()
                .partition(|(_, facts)| known.contains(&facts.author));
            waiting = wait;
            if enter.is_empty() {
                model.parked = waiting;
                return model;
            }
            for (id, facts) in enter {
                match facts.class() {
                    Class::Act => model.acts.insert(id, facts),
                    Class::Content => model.contents.insert(id, facts),
                };
            }
        }
    }

    fn known_authors(&self) -> BTreeSet<DeviceId> {
        let rooted = self.acts.keys().filter(|id| self.is_rooted(id, STEPS_MAX));
        let named = rooted
            .filter_map(|id| self.grant(id))
            .map(|grant| grant.device);
        named.chain(genesis().roots().iter().copied()).collect()
    }

    fn is_rooted(&self, id: &EntryId, steps: usize) -> bool {
        let Some(grant) = self.grant(id) else {
            return false;
        };
        if grant.under == territory() {
            return genesis().is_root(&grant.author);
        }
        steps > 1
            && self.is_rooted(&grant.under, steps - 1)
            && self.grant(&grant.under).is_some_and(|above| {
                above.role == Role::Coordinator && above.device == grant.author
            })
    }

    fn grant(&self, id: &EntryId) -> Option<Grant> {
        let facts = self.acts.get(id)?;
        match &facts.substance {
            Substance::Act(Act::Grant {
                device,
                role,
                rings,
                ..
            }) => Some(Grant {
                author: facts.author,
                under: facts.grant,
                device: *device,
                role: *role,
                rings: rings.clone(),
            }),
            Substance::Act(_) | Substance::Content(_) | Substance::Newer(_) => None,
        }
    }

    /// Steps from the root, the territory itself being none.
    fn depth(&self, id: &EntryId) -> Option<usize> {
        let (mut at, mut depth) = (*id, 0);
        while at != territory() {
            at = self.grant(&at)?.under;
            depth += 1;
            if depth > STEPS_MAX {
                return None;
            }
        }
        Some(depth)
    }

    /// Whether an act under `above` counts against the grant `below`.
    pub(super) fn outranks(&self, above: &EntryId, below: &EntryId) -> bool {
        if above == below {
            return false;
        }
        if *above == territory() {
            return true;
        }
        let (Some(upper), Some(lower)) = (self.grant(above), self.grant(below)) else {
            return false;
        };
        if upper.role != Role::Coordinator {
            return false;
        }
        if lower.role != Role::Coordinator {
            return true;
        }
        let mut at = lower.under;
        loop {
            if at == *above {
                return true;
            }
            match self.grant(&at) {
                Some(grant) => at = grant.under,
                None => return false,
            }
        }
    }

    fn permits(grant: &Grant, facts: &Facts) -> bool {
        match &facts.substance {
            Substance::Content(shape) => shape.parts().iter().all(|(command, ring)| {
                let role = match grant.role {
                    Role::Coordinator => true,
                    Role::Operator => !command,
                    Role::Observer | Role::Relay | Role::Newer(_) => false,
                };
                role && grant.rings.contains(ring)
            }),
            Substance::Act(Act::Grant { rings, .. }) => {
                grant.role == Role::Coordinator
                    && rings.iter().all(|ring| grant.rings.contains(ring))
            }
            Substance::Act(_) => grant.role == Role::Coordinator,
            Substance::Newer(_) => false,
        }
    }

    /// Whether an entry of either set is authorised.
    pub(super) fn authorised(&self, id: &EntryId) -> bool {
        let Some(facts) = self.acts.get(id).or_else(|| self.contents.get(id)) else {
            return false;
        };
        if facts.grant == territory() {
            let act = matches!(facts.substance, Substance::Act(_));
            return act && genesis().is_root(&facts.author);
        }
        let Some(grant) = self.grant(&facts.grant) else {
            return false;
        };
        grant.device == facts.author
            && Self::permits(&grant, facts)
            && self.depth(&facts.grant).is_some()
            && self.authorised(&facts.grant)
            && self
                .cut(&facts.grant)
                .is_none_or(|keep| self.past(facts.class(), &keep, &facts.author).contains(id))
    }

    /// What the withdrawal that decides for a grant keeps.
    fn cut(&self, id: &EntryId) -> Option<BTreeSet<EntryId>> {
        let mut by_depth: BTreeMap<usize, BTreeSet<EntryId>> = BTreeMap::new();
        for (revoke, facts) in &self.acts {
            let Substance::Act(Act::Revoke { grant, keep, .. }) = &facts.substance else {
                continue;
            };
            if grant == id && self.outranks(&facts.grant, id) && self.authorised(revoke) {
                let depth = self.depth(&facts.grant).unwrap();
                by_depth.entry(depth).or_default().extend(keep);
            }
        }
        by_depth.into_values().next()
    }

    /// The past of some tips along one author's links within a class.
    pub(super) fn past(
        &self,
        class: Class,
        tips: &BTreeSet<EntryId>,
        author: &DeviceId,
    ) -> BTreeSet<EntryId> {
        let set = match class {
            Class::Act => &self.acts,
            Class::Content => &self.contents,
        };
        let mut to_do: Vec<EntryId> = tips.iter().copied().collect();
        let mut past = BTreeSet::new();
        while let Some(id) = to_do.pop() {
            if let Some(facts) = set.get(&id).filter(|facts| facts.author == *author)
                && past.insert(id)
            {
                to_do.extend(&facts.prev);
            }
        }
        past
    }

    /// What authorised Keeps adopt, with each author's earlier contents.
    pub(super) fn adopted(&self) -> BTreeSet<EntryId> {
        let mut adopted = BTreeSet::new();
        for (id, facts) in &self.acts {
            let Substance::Act(Act::Keep { tips }) = &facts.substance else {
                continue;
            };
            for tip in tips.iter().filter(|_| self.authorised(id)) {
                if let Some(content) = self.contents.get(tip) {
                    let tips = BTreeSet::from([*tip]);
                    adopted.extend(self.past(Class::Content, &tips, &content.author));
                }
            }
        }
        adopted
    }
}

struct Grant {
    author: DeviceId,
    under: EntryId,
    device: DeviceId,
    role: Role,
    rings: Vec<u64>,
}
