//! What acts announce: codes, ring keys, erasures, closings. Here they are only listed, each with
//! whether it counts.

use std::collections::{BTreeMap, BTreeSet};

use super::{Chronicle, Deed};
use crate::act::{Act, Role, Sealed};
use crate::ids::{DeviceId, EntryId, Epoch, Ring};
use crate::ring_keys::Announced;

/// One act in the set.
#[derive(Debug, Clone, Copy)]
pub struct ActView<'a> {
    /// The entry.
    pub id: EntryId,
    /// Who wrote it.
    pub author: DeviceId,
    /// The grant it was written under; the territory for a root.
    pub grant: EntryId,
    /// Its author's clock, in milliseconds: shown, never a rule.
    pub time_ms: u64,
    /// The act; `None` when it is of a newer version, without effect here.
    pub act: Option<&'a Act>,
    /// Whether it counts.
    pub authorised: bool,
}

/// One code, as everybody can see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteView {
    /// The Invite.
    pub id: EntryId,
    /// The public key derived from the code.
    pub key: DeviceId,
    /// Who invites.
    pub by: DeviceId,
    /// What the joiner will be.
    pub role: Role,
    /// What the joiner will read.
    pub rings: Vec<Ring>,
    /// Until when the inviter means to answer, in milliseconds since 1970.
    pub until_ms: u64,
    /// Whether the Invite counts.
    pub authorised: bool,
    /// The Grants that count and say they answer it: one uses the code up, two raise the alarm.
    pub used_by: Vec<EntryId>,
}

/// A ring's key, sealed to one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedCopy {
    /// The RingKey act.
    pub act: EntryId,
    /// The ring.
    pub ring: Ring,
    /// The key's name, which commits to it.
    pub epoch: Epoch,
    /// The key, for the device alone.
    pub sealed: Sealed,
}

impl Chronicle {
    /// Every act in the set, ascending by id.
    pub fn acts(&self) -> impl Iterator<Item = ActView<'_>> {
        self.acts.iter().map(|(id, deed)| self.view(*id, deed))
    }

    /// Every act that counts, ascending by id.
    pub fn authorised_acts(&self) -> impl Iterator<Item = ActView<'_>> {
        let ids = self.standing().authorised_acts();
        ids.filter_map(|id| self.act(id))
    }

    /// One act in the set.
    pub fn act(&self, id: &EntryId) -> Option<ActView<'_>> {
        let deed = self.acts.get(id)?;
        Some(self.view(*id, deed))
    }

    fn view<'a>(&'a self, id: EntryId, deed: &'a Deed) -> ActView<'a> {
        ActView {
            id,
            author: deed.author,
            grant: deed.grant,
            time_ms: deed.time_ms,
            act: deed.act.as_ref(),
            authorised: self.standing().authorised(&id),
        }
    }

    /// The codes announced, ascending by id.
    pub fn invites(&self) -> impl Iterator<Item = InviteView> {
        self.acts().filter_map(|view| self.invite_view(view))
    }

    /// The code whose public key this is: what a Claim names. Of several, one that counts, then
    /// the lowest.
    pub fn invite(&self, key: &DeviceId) -> Option<InviteView> {
        let same = self.invites().filter(|invite| invite.key == *key);
        same.min_by_key(|invite| (!invite.authorised, invite.id))
    }

    fn invite_view(&self, view: ActView<'_>) -> Option<InviteView> {
        let Some(Act::Invite {
            key,
            role,
            rings,
            until_ms,
        }) = view.act
        else {
            return None;
        };
        let permits = self.standing().permits();
        let answers = permits.filter(|permit| permit.invite == Some(view.id) && permit.authorised);
        Some(InviteView {
            id: view.id,
            key: *key,
            by: view.author,
            role: *role,
            rings: rings.clone(),
            until_ms: *until_ms,
            authorised: view.authorised,
            used_by: answers.map(|permit| permit.id).collect(),
        })
    }

    /// The copies of ring keys sealed to a device by acts that count.
    pub fn sealed_to(&self, device: &DeviceId) -> Vec<SealedCopy> {
        let acts = self.authorised_acts().filter_map(|view| {
            let Some(Act::RingKey {
                ring, epoch, to, ..
            }) = view.act
            else {
                return None;
            };
            let mine = to.iter().filter(|(to, _)| to == device);
            Some(mine.map(move |(_, sealed)| SealedCopy {
                act: view.id,
                ring: *ring,
                epoch: *epoch,
                sealed: *sealed,
            }))
        });
        acts.flatten().collect()
    }

    /// The copies of ring keys that are missing: by ring and epoch, the standing readers no act
    /// that counts sealed it to, with their X25519 keys. A coordinator who holds the key owes them.
    pub fn unserved(&self) -> BTreeMap<(Ring, Epoch), BTreeMap<DeviceId, [u8; 32]>> {
        let mut served: BTreeMap<(Ring, Epoch), BTreeSet<DeviceId>> = BTreeMap::new();
        for act in self.announced() {
            let of_epoch = served.entry((act.ring, act.epoch)).or_default();
            of_epoch.extend(act.to);
        }
        let owed = served.into_iter().map(|((ring, epoch), served)| {
            let readers = self.standing().readers(ring);
            let missing = readers.filter(|(device, _)| !served.contains(device));
            let missing = missing.filter_map(|(device, member)| Some((*device, member.seal?)));
            ((ring, epoch), missing.collect())
        });
        owed.filter(|(_, missing): &(_, BTreeMap<_, _>)| !missing.is_empty())
            .collect()
    }

    /// The RingKey acts that count, for [`RingKeys::write_epoch`](crate::RingKeys::write_epoch).
    pub fn announced(&self) -> Vec<Announced> {
        self.authorised_acts()
            .filter_map(|view| {
                let Some(Act::RingKey {
                    ring,
                    epoch,
                    replaces,
                    to,
                }) = view.act
                else {
                    return None;
                };
                Some(Announced {
                    ring: *ring,
                    epoch: *epoch,
                    replaces: replaces.clone(),
                    to: to.iter().map(|(device, _)| *device).collect(),
                })
            })
            .collect()
    }
}
