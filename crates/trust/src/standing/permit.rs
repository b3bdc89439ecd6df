//! A Grant as the rules see it, what it permits, and the cut that ends it.

use std::collections::BTreeSet;

use crate::act::{Act, Role, Why};
use crate::chronicle::{Acts, Deed};
use crate::ids::{DeviceId, EntryId, Ring};

/// One Grant, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    /// The Grant.
    pub id: EntryId,
    /// Whom it lets in.
    pub device: DeviceId,
    /// The device's X25519 public key.
    pub seal: [u8; 32],
    /// What the device may write.
    pub role: Role,
    /// What it may read and write to.
    pub rings: Vec<Ring>,
    /// The Invite it says it answers.
    pub invite: Option<EntryId>,
    /// Who granted.
    pub by: DeviceId,
    /// The grant it was given under; the territory for a root.
    pub under: EntryId,
    /// The granter's clock, in milliseconds: shown, never a rule.
    pub time_ms: u64,
    /// Steps to the root, 1 to 8; `None` if the chain is longer or broken: nothing written under
    /// it counts.
    pub depth: Option<usize>,
    /// Whether the Grant counts.
    pub authorised: bool,
    /// The withdrawal that decides, if one counts.
    pub cut: Option<Cut>,
}

impl Permit {
    pub(super) fn read(id: EntryId, deed: &Deed) -> Option<Self> {
        let Some(Act::Grant {
            device,
            seal,
            role,
            rings,
            invite,
        }) = &deed.act
        else {
            return None;
        };
        Some(Self {
            id,
            device: *device,
            seal: *seal,
            role: *role,
            rings: rings.clone(),
            invite: *invite,
            by: deed.author,
            under: deed.grant,
            time_ms: deed.time_ms,
            depth: None,
            authorised: false,
            cut: None,
        })
    }

    /// Whether it counts and nobody withdrew it.
    pub fn stands(&self) -> bool {
        self.authorised && self.depth.is_some() && self.cut.is_none()
    }

    /// Whether it lets its holder read a ring. A relay carries and reads nothing.
    pub fn reads(&self, ring: Ring) -> bool {
        self.role != Role::Relay && self.rings.contains(&ring)
    }

    /// Whether it permits contents with these (is a command kind, ring).
    pub(crate) fn permits_contents(&self, parts: &[(bool, Ring)]) -> bool {
        !parts.is_empty()
            && parts
                .iter()
                .all(|(command, ring)| writes(self.role, *command) && self.rings.contains(ring))
    }
}

/// Whether a role may write a group of kinds.
pub(crate) fn writes(role: Role, command: bool) -> bool {
    match role {
        Role::Coordinator => true,
        Role::Operator => !command,
        Role::Observer | Role::Relay | Role::Newer(_) => false,
    }
}

/// Whether a role with these rings may do this act, its rank against its target apart. Nobody gives
/// or erases in a ring she does not hold.
pub(crate) fn permits_act(role: Role, rings: &[Ring], act: &Act) -> bool {
    let acts = role == Role::Coordinator || fault!(OperatorsAct) && role == Role::Operator;
    acts && ring_not_held(rings, act).is_none()
}

/// The first ring an act needs and its author does not hold.
pub(crate) fn ring_not_held(rings: &[Ring], act: &Act) -> Option<Ring> {
    let needed: &[Ring] = match act {
        Act::Grant { rings, .. } | Act::Invite { rings, .. } => rings,
        Act::RingKey { ring, .. } => std::slice::from_ref(ring),
        Act::Forget { doc, .. } => std::slice::from_ref(&doc.ring),
        Act::Revoke { .. } | Act::Keep { .. } | Act::Close { .. } => &[],
    };
    needed.iter().find(|ring| !rings.contains(ring)).copied()
}

/// A withdrawal: the authorised Revokes of one grant that decide, united.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The Revokes, all of one rank.
    pub revokes: BTreeSet<EntryId>,
    /// Their authors' steps from the root: a cut is overruled only from nearer.
    pub rank: usize,
    /// The reasons given.
    pub why: BTreeSet<Why>,
    /// The tips whose past stays counted.
    pub keep: BTreeSet<EntryId>,
    acts_kept: BTreeSet<EntryId>,
}

impl Cut {
    pub(super) fn new(revoke: EntryId, rank: usize, why: Why, keep: &[EntryId]) -> Self {
        let mut cut = Self {
            revokes: BTreeSet::new(),
            rank,
            why: BTreeSet::new(),
            keep: BTreeSet::new(),
            acts_kept: BTreeSet::new(),
        };
        cut.unite(revoke, why, keep);
        cut
    }

    pub(super) fn unite(&mut self, revoke: EntryId, why: Why, keep: &[EntryId]) {
        self.revokes.insert(revoke);
        self.why.insert(why);
        self.keep.extend(keep);
    }

    /// The same cut, its past among the device's acts followed once.
    pub(super) fn over_acts(mut self, acts: &Acts, device: &DeviceId) -> Self {
        self.acts_kept = acts.past(&self.keep, device);
        self
    }

    /// Whether it leaves this act of the device counted.
    pub(super) fn keeps_act(&self, act: &EntryId) -> bool {
        self.acts_kept.contains(act)
    }
}
