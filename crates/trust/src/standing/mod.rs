//! Who stands: a function of the acts alone, so relays compute it too. It is computed by strict
//! rank, from the roots downwards: whether an act counts asks only about grants strictly nearer the
//! root, which are settled by then, so nothing is asked twice and nothing can run in a circle.

mod member;
mod permit;
mod rank;

use std::collections::{BTreeMap, BTreeSet};

pub use member::{Member, Status};
pub use permit::{Cut, Permit};
pub(crate) use permit::{permits_act, ring_not_held};

use crate::act::{Act, Role};
use crate::chronicle::{Acts, Deed, Shape};
use crate::genesis::Genesis;
use crate::ids::{DeviceId, EntryId, Ring};
use crate::limits::CHAIN_MAX;

/// What the acts in the set amount to: which of them are authorised, what became of every grant,
/// who is a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    territory: EntryId,
    permits: BTreeMap<EntryId, Permit>,
    authorised: BTreeSet<EntryId>,
    members: BTreeMap<DeviceId, Member>,
}

impl Standing {
    /// Settles every act of the set.
    pub(crate) fn of(genesis: &Genesis, acts: &Acts) -> Self {
        let territory = EntryId::of_territory(&genesis.territory());
        let mut standing = Self {
            territory,
            permits: BTreeMap::new(),
            authorised: BTreeSet::new(),
            members: BTreeMap::new(),
        };
        let (coordinators, others): (Vec<EntryId>, Vec<EntryId>) =
            standing.lay_out(acts).into_iter().partition(|grant| {
                let permit = standing.permits.get(grant);
                permit.is_some_and(|permit| permit.role == Role::Coordinator)
            });
        for grant in coordinators.into_iter().chain(others) {
            standing.settle(genesis, acts, &grant);
        }
        standing.authorised = acts
            .iter()
            .filter(|(id, deed)| standing.allows(genesis, id, deed))
            .map(|(id, _)| *id)
            .collect();
        standing.members = member::members(&standing);
        standing
    }

    /// Reads every Grant into its permit; the grants whose chain reaches the territory within
    /// [`CHAIN_MAX`] steps, those nearest the root first.
    fn lay_out(&mut self, acts: &Acts) -> Vec<EntryId> {
        for (id, deed) in acts.iter() {
            if let Some(permit) = Permit::read(*id, deed) {
                self.permits.insert(*id, permit);
            }
        }
        let mut order: Vec<EntryId> = Vec::new();
        let mut layer: Vec<EntryId> = acts.grants_under(&self.territory).copied().collect();
        for depth in 1..=CHAIN_MAX {
            let mut next = Vec::new();
            for id in layer {
                if let Some(permit) = self.permits.get_mut(&id) {
                    permit.depth = Some(depth);
                    next.extend(acts.grants_under(&id).copied());
                    order.push(id);
                }
            }
            layer = next;
        }
        order
    }

    /// Settles one grant, every grant that outranks it being settled.
    fn settle(&mut self, genesis: &Genesis, acts: &Acts, grant: &EntryId) {
        let Some(deed) = acts.get(grant) else {
            return;
        };
        let authorised = self.allows(genesis, grant, deed);
        let cut = self.cut_of(genesis, acts, grant);
        if let Some(permit) = self.permits.get_mut(grant) {
            permit.authorised = authorised;
            permit.cut = cut;
        }
    }

    /// The cut that decides for a grant: of the authorised Revokes that outrank it, those nearest
    /// the root, their keeps united.
    fn cut_of(&self, genesis: &Genesis, acts: &Acts, grant: &EntryId) -> Option<Cut> {
        if fault!(NoCut) {
            return None;
        }
        let mut decides: Option<Cut> = None;
        for id in acts.revokes_of(grant) {
            let Some(deed) = acts.get(id) else {
                continue;
            };
            let Some(Act::Revoke { keep, why, .. }) = &deed.act else {
                continue;
            };
            let authorised = fault!(RevokeUnchecked) || self.allows(genesis, id, deed);
            if !self.outranks(&deed.grant, grant) || !authorised {
                continue;
            }
            let Some(rank) = self.rank(&deed.grant) else {
                continue;
            };
            match &mut decides {
                Some(cut) if cut.rank < rank => {}
                Some(cut) if cut.rank == rank => cut.unite(*id, *why, keep),
                Some(_) | None => decides = Some(Cut::new(*id, rank, *why, keep)),
            }
        }
        let device = self.permits.get(grant)?.device;
        decides.map(|cut| cut.over_acts(acts, &device))
    }

    /// Whether an act is authorised: by its author's being a root, or by the grant it cites.
    fn allows(&self, genesis: &Genesis, id: &EntryId, deed: &Deed) -> bool {
        let Some(act) = &deed.act else {
            return false;
        };
        if deed.grant == self.territory {
            return genesis.is_root(&deed.author);
        }
        let Some(permit) = self.permit_for(&deed.grant, &deed.author) else {
            return false;
        };
        permits_act(permit.role, &permit.rings, act)
            && permit.cut.as_ref().is_none_or(|cut| cut.keeps_act(id))
    }

    /// The permit an author may cite, if it is authorised, hers and near enough to the root. Its
    /// cut is still to be asked.
    fn permit_for(&self, grant: &EntryId, author: &DeviceId) -> Option<&Permit> {
        let permit = self.permits.get(grant)?;
        let hers = permit.device == *author || fault!(DeviceUnchecked);
        let authorised = permit.authorised || fault!(GrantUnchecked);
        (hers && authorised && permit.depth.is_some()).then_some(permit)
    }

    /// The permit under which contents of this shape may count, its cut still to be asked.
    pub(crate) fn permit_for_contents(
        &self,
        grant: &EntryId,
        author: &DeviceId,
        shape: &Shape,
    ) -> Option<&Permit> {
        let permit = self.permit_for(grant, author)?;
        permit.permits_contents(shape.parts()).then_some(permit)
    }

    /// Whether an act counts.
    pub fn authorised(&self, act: &EntryId) -> bool {
        self.authorised.contains(act)
    }

    /// Every act that counts, ascending.
    pub fn authorised_acts(&self) -> impl Iterator<Item = &EntryId> {
        self.authorised.iter()
    }

    /// A device that some Grant names, whether it stands or not.
    pub fn member(&self, device: &DeviceId) -> Option<&Member> {
        self.members.get(device)
    }

    /// Every device that some Grant names, ascending.
    pub fn members(&self) -> impl Iterator<Item = (&DeviceId, &Member)> {
        self.members.iter()
    }

    /// The devices that stand: those to connect with.
    pub fn devices(&self) -> impl Iterator<Item = &DeviceId> {
        self.members
            .iter()
            .filter(|(_, member)| member.status == Status::Stands)
            .map(|(device, _)| device)
    }

    /// Whether a device stands.
    pub fn stands(&self, device: &DeviceId) -> bool {
        self.member(device)
            .is_some_and(|member| member.status == Status::Stands)
    }

    /// The devices that stand and may read a ring: those to seal its keys to.
    pub fn readers(&self, ring: Ring) -> impl Iterator<Item = (&DeviceId, &Member)> {
        self.members
            .iter()
            .filter(move |(_, member)| member.rings.contains(&ring))
    }

    /// What became of a Grant.
    pub fn permit(&self, grant: &EntryId) -> Option<&Permit> {
        self.permits.get(grant)
    }

    /// Every Grant in the set, ascending by id.
    pub fn permits(&self) -> impl Iterator<Item = &Permit> {
        self.permits.values()
    }

    /// What a root cites in place of a grant.
    pub fn territory(&self) -> EntryId {
        self.territory
    }
}
