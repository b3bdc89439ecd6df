//! What a writer needs: the tips to build on, and the grant to cite, if she may write at all. The
//! same rules decide at every post on receipt; asking here first only spares a useless entry.

use super::Chronicle;
use crate::act::{Act, Role};
use crate::ids::{Class, DeviceId, EntryId, KIND_COMMAND, Ring};
use crate::limits::{CHAIN_MAX, PREV_MAX};
use crate::standing::{Permit, Standing, Status, permits_act, ring_not_held};

/// Why a device may not write something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No grant of this territory names the device.
    #[error("this device is not a member of the territory: ask a coordinator for a code")]
    Stranger,
    /// Its grant was withdrawn.
    #[error("this device was withdrawn: ask a coordinator for a new code")]
    Withdrawn,
    /// Whoever granted had no right to.
    #[error("the permit of this device does not hold: ask a coordinator for a new code")]
    Void,
    /// Its role does not write this.
    #[error("the role of this device does not allow it: ask a coordinator")]
    Role,
    /// It does not hold the ring.
    #[error("this device holds no right to ring {0}: ask a coordinator who does")]
    Ring(Ring),
    /// Not strictly above whom it would withdraw.
    #[error("only who granted that coordinator, or a root key, can withdraw it")]
    Rank,
    /// No such Grant in the set.
    #[error("no such permit is known here: synchronise first")]
    UnknownGrant,
    /// What would be granted would stand too far from the root to count.
    #[error(
        "the chain of permits would be longer than {CHAIN_MAX}: let a coordinator nearer the root do it"
    )]
    Chain,
}

impl Chronicle {
    /// The author's own tips of one class to name as past, ascending, at most [`PREV_MAX`]; and the
    /// next seq. More than one tip is a fork, which the next entry heals; of more than
    /// [`PREV_MAX`], the latest are taken and the entries after it heal the others.
    pub fn tips(&self, author: &DeviceId, class: Class) -> (Vec<EntryId>, u64) {
        let mut tips = self.all_tips(author, class);
        tips.sort_by_key(|(id, seq)| (std::cmp::Reverse(*seq), *id));
        tips.truncate(PREV_MAX);
        let last = tips.first().map_or(0, |(_, seq)| *seq);
        let mut ids: Vec<EntryId> = tips.into_iter().map(|(id, _)| id).collect();
        ids.sort_unstable();
        (ids, last.saturating_add(1))
    }

    /// Every entry of the author and class that no other one of them names, with its seq.
    pub(super) fn all_tips(&self, author: &DeviceId, class: Class) -> Vec<(EntryId, u64)> {
        match class {
            Class::Act => {
                let named = self.acts.of(author).flat_map(|(_, deed)| &deed.prev);
                let named: std::collections::BTreeSet<&EntryId> = named.collect();
                let of = self.acts.of(author);
                let tips = of.filter(|(id, _)| !named.contains(id));
                tips.map(|(id, deed)| (*id, deed.seq)).collect()
            }
            Class::Content => {
                let Some(number) = self.contents.writer_of(author) else {
                    return Vec::new();
                };
                let writer = &self.contents.writers()[number as usize];
                let tips = writer.tips.iter().map(|n| &writer.entries[*n as usize]);
                tips.map(|tip| (tip.id, tip.seq)).collect()
            }
        }
    }

    /// Whether a device may now write contents of these (kind, ring), and the Grant to cite. Of
    /// several grants that allow it, the one [`Member::cites`](crate::standing::Member::cites)
    /// names, else the lowest.
    ///
    /// # Errors
    /// Why not, by the widest grant the device holds.
    pub fn may_write(&self, device: &DeviceId, slots: &[(u8, Ring)]) -> Result<EntryId, Refusal> {
        self.may(device, |permit| {
            let parts: Vec<(bool, Ring)> = slots
                .iter()
                .map(|(kind, ring)| (kind & KIND_COMMAND != 0, *ring))
                .collect();
            if permit.permits_contents(&parts) {
                return Ok(());
            }
            match parts.iter().find(|(_, ring)| !permit.rings.contains(ring)) {
                Some((_, ring)) => Err(Refusal::Ring(*ring)),
                None => Err(Refusal::Role),
            }
        })
    }

    /// Whether a device, or a root, may now do an act, and what to cite: its Grant, or the
    /// territory. A Revoke is also held against the rank of what it withdraws.
    ///
    /// # Errors
    /// Why not, by the widest grant the device holds.
    pub fn may_act(&self, device: &DeviceId, act: &Act) -> Result<EntryId, Refusal> {
        let standing = self.standing();
        if self.genesis.is_root(device) {
            let territory = standing.territory();
            return has_rank(standing, &territory, act).map(|()| territory);
        }
        self.may(device, |permit| {
            if !permits_act(permit.role, &permit.rings, act) {
                let ring = ring_not_held(&permit.rings, act);
                return Err(match (permit.role, ring) {
                    (Role::Coordinator, Some(ring)) => Refusal::Ring(ring),
                    (_, _) => Refusal::Role,
                });
            }
            if matches!(act, Act::Grant { .. }) && permit.depth == Some(CHAIN_MAX) {
                return Err(Refusal::Chain);
            }
            has_rank(standing, &permit.id, act)
        })
    }

    /// Tries the device's standing grants, the one to cite by preference first.
    fn may(
        &self,
        device: &DeviceId,
        allows: impl Fn(&Permit) -> Result<(), Refusal>,
    ) -> Result<EntryId, Refusal> {
        let standing = self.standing();
        let member = standing.member(device).ok_or(Refusal::Stranger)?;
        let first = match (member.status, member.cites) {
            (Status::Stands, Some(first)) => first,
            (Status::Stands | Status::Void, _) => return Err(Refusal::Void),
            (Status::Withdrawn, _) => return Err(Refusal::Withdrawn),
        };
        let others = member.grants.iter().filter(|grant| **grant != first);
        let standing_permits = std::iter::once(&first)
            .chain(others)
            .filter_map(|grant| standing.permit(grant))
            .filter(|permit| permit.stands());
        let mut refusal = Refusal::Void;
        for (tried, permit) in standing_permits.enumerate() {
            match allows(permit) {
                Ok(()) => return Ok(permit.id),
                Err(why) if tried == 0 => refusal = why,
                Err(_) => {}
            }
        }
        Err(refusal)
    }

    /// The Grants from one of a device's up to the root, nearest the device first: what it presents
    /// to a post that has not heard of it, and what a Welcome carries.
    pub fn chain(&self, grant: &EntryId) -> Vec<EntryId> {
        let above = self.standing().chain(grant).copied();
        std::iter::once(*grant).chain(above).collect()
    }
}

fn has_rank(standing: &Standing, by: &EntryId, act: &Act) -> Result<(), Refusal> {
    let Act::Revoke { grant, .. } = act else {
        return Ok(());
    };
    if standing.permit(grant).is_none() {
        return Err(Refusal::UnknownGrant);
    }
    if standing.outranks(by, grant) {
        Ok(())
    } else {
        Err(Refusal::Rank)
    }
}
