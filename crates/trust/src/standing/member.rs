//! Members: devices, summed up over all their grants.

use std::collections::{BTreeMap, BTreeSet};

use super::{Permit, Standing};
use crate::act::Role;
use crate::ids::{DeviceId, EntryId, Ring};

/// What a device is to the territory now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// One of its grants counts and nobody withdrew it.
    Stands,
    /// A grant counts and was withdrawn: what it wrote up to the cut stays.
    Withdrawn,
    /// No grant of it counts: whoever gave it had no right to. Its holder must be told, and may be
    /// granted again.
    Void,
}

/// One device that some Grant names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Whether it is in.
    pub status: Status,
    /// The grant to cite in what it writes: of those that stand, the one with the most rights.
    pub cites: Option<EntryId>,
    /// The role of that grant.
    pub role: Option<Role>,
    /// The device's X25519 public key in that grant, to seal ring keys to.
    pub seal: Option<[u8; 32]>,
    /// Every ring it may read.
    pub rings: BTreeSet<Ring>,
    /// Every Grant that names it, counted or not.
    pub grants: BTreeSet<EntryId>,
}

impl Member {
    fn nobody() -> Self {
        Self {
            status: Status::Void,
            cites: None,
            role: None,
            seal: None,
            rings: BTreeSet::new(),
            grants: BTreeSet::new(),
        }
    }
}

/// Sums up the settled permits by device.
pub(super) fn members(standing: &Standing) -> BTreeMap<DeviceId, Member> {
    let mut members: BTreeMap<DeviceId, Member> = BTreeMap::new();
    let mut best: BTreeMap<DeviceId, &Permit> = BTreeMap::new();
    for permit in standing.permits() {
        let member = members.entry(permit.device).or_insert_with(Member::nobody);
        member.grants.insert(permit.id);
        if permit.stands() {
            member.status = Status::Stands;
            let rings = permit.rings.iter().filter(|ring| permit.reads(**ring));
            member.rings.extend(rings);
            let best = best.entry(permit.device).or_insert(permit);
            if preference(permit) < preference(best) {
                *best = permit;
            }
        } else if permit.authorised && permit.cut.is_some() {
            member.status = member.status.min(Status::Withdrawn);
        }
    }
    for (device, permit) in best {
        if let Some(member) = members.get_mut(&device) {
            member.cites = Some(permit.id);
            member.role = Some(permit.role);
            member.seal = Some(permit.seal);
        }
    }
    members
}

/// Least first: the widest role, the most rings, the shortest chain, the lowest id.
fn preference(permit: &Permit) -> impl Ord {
    let rings = std::cmp::Reverse(permit.rings.len());
    (permit.role, rings, permit.depth, permit.id)
}
