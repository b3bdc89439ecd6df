//! Shutting a post out, giving it another role, taking up what it wrote: the acts of a coordinator, or of
//! a root, about another device. Who is cut off is cut by this post's own receipts, never by a clock of his.

use std::collections::BTreeSet;

use beffroi_api::problem::Cause;
use beffroi_api::request::{ChangeRole, Role as ApiRole, Why as ApiWhy};
use beffroi_trust::chronicle::Withdrawal;
use beffroi_trust::limits::KEEP_MAX;
use beffroi_trust::{Act, Class, DeviceId, EntryId, Refusal, Ring, Signer, Status, Why};

use super::living::Living;
use super::waiting::Kept;
use super::{Node, roles};
use crate::failure::Outcome;

/// What a withdrawal came to.
pub(crate) struct Withdrawn {
    /// Grants above the reach of who withdraws.
    pub(crate) holds_on: bool,
    /// Rings whose key was turned.
    pub(crate) turned: Vec<Ring>,
    /// Rings whose key somebody else must turn.
    pub(crate) left: Vec<Ring>,
    /// All of it is on the disk.
    pub(crate) kept: Vec<Kept>,
}

/// Which entries of a device stay.
#[derive(Clone)]
pub(crate) enum Stays {
    /// All that is here.
    All,
    /// These, which were received in time.
    These(BTreeSet<EntryId>),
}

impl Stays {
    fn says(&self, id: &EntryId) -> bool {
        match self {
            Stays::All => true,
            Stays::These(kept) => kept.contains(id),
        }
    }
}

impl Node {
    /// The device a person means, of all that were ever let in: by code, by name, by the beginning of its
    /// key. Of several of one name the one that stands.
    pub(crate) fn member_named(&self, named: &str) -> Outcome<DeviceId> {
        let living = self.living.as_ref().ok_or(Cause::TerritoryMissing {})?;
        let standing = living.chronicle.standing();
        let cabinet = living.view.cabinet();
        let is_meant = |device: &DeviceId| {
            let post = cabinet.names().of(device);
            let by_name = post.is_some_and(|post| {
                post.code.eq_ignore_ascii_case(named)
                    || post.name.to_lowercase() == named.to_lowercase()
            });
            by_name || (named.len() >= 4 && device.to_string().starts_with(&named.to_lowercase()))
        };
        let meant = standing.members().filter(|(device, _)| is_meant(device));
        let meant: Vec<_> = meant
            .map(|(device, member)| (*device, member.status))
            .collect();
        let stands = meant.iter().filter(|(_, status)| *status == Status::Stands);
        let stands: Vec<DeviceId> = stands.map(|(device, _)| *device).collect();
        let shown = || named.chars().take(80).collect();
        match (stands.as_slice(), meant.as_slice()) {
            ([only], _) => Ok(*only),
            ([], [(only, _)]) => Ok(*only),
            ([], []) => Err(Cause::MemberUnknown { member: shown() }.into()),
            _ => Err(Cause::MemberAmbiguous { member: shown() }.into()),
        }
    }

    /// Everything a device wrote that is here, both chains.
    pub(crate) fn written_by(&self, device: &DeviceId) -> Vec<EntryId> {
        let Some(living) = &self.living else {
            return Vec::new();
        };
        let mut all = living.chronicle.written_by(device, Class::Act);
        all.extend(living.chronicle.written_by(device, Class::Content));
        all
    }

    /// What withdrawing a device would write, or why it cannot be. `root` speaks instead of this post when
    /// there is one.
    pub(crate) fn withdrawal(
        &self,
        root: Option<&Signer>,
        device: &DeviceId,
        why: ApiWhy,
        stays: &Stays,
    ) -> Outcome<Withdrawal> {
        let living = self.living.as_ref().ok_or(Cause::TerritoryMissing {})?;
        if root.is_none() && *device == living.me() {
            return Err(Cause::WithdrawSelf {}.into());
        }
        let member = living.chronicle.standing().member(device);
        if member.is_some_and(|member| member.status != Status::Stands) && root.is_none() {
            return Err(living.out_already(device).into());
        }
        let by = root.map_or_else(|| living.me(), Signer::id);
        living
            .chronicle
            .withdraw(&by, device, carried(why), &|id| stays.says(id))
            .map_err(|refusal| living.withdrawal_refused(device, &refusal).into())
    }

    /// Withdraws a device, and turns the keys of what it could read.
    pub(crate) fn withdraw(
        &mut self,
        root: Option<&Signer>,
        device: &DeviceId,
        why: ApiWhy,
        stays: &Stays,
    ) -> Outcome<Withdrawn> {
        let withdrawal = self.withdrawal(root, device, why, stays)?;
        let rings = self.rings_of(device);
        let acts = withdrawal.revokes.into_iter().map(|(_, act)| act).collect();
        let (_, revoked) = self.act_by(root, acts)?;
        // From here on the device no longer stands, so the new keys are not sealed to it.
        let (turned, left) = self.who_turns(rings);
        let keys = self.turn_ring_keys(&turned)?;
        let (_, keyed) = self.act_by(root, keys)?;
        Ok(Withdrawn {
            holds_on: !withdrawal.beyond.is_empty(),
            turned,
            left,
            kept: vec![revoked, keyed],
        })
    }

    fn rings_of(&self, device: &DeviceId) -> Vec<Ring> {
        let member = self
            .living
            .as_ref()
            .and_then(|living| living.chronicle.standing().member(device));
        member.map_or_else(Vec::new, |member| member.rings.iter().copied().collect())
    }

    /// The rings whose key this post can turn, and those it cannot.
    fn who_turns(&self, rings: Vec<Ring>) -> (Vec<Ring>, Vec<Ring>) {
        let living = self.living.as_ref();
        rings
            .into_iter()
            .partition(|ring| living.is_some_and(|living| living.reads(*ring)))
    }

    /// Gives a device another role: the new grant first, then the end of the old ones, which keeps all it
    /// wrote. A device that is out is let in again.
    pub(crate) fn change_role(
        &mut self,
        root: Option<&Signer>,
        device: &DeviceId,
        change: &ChangeRole,
    ) -> Outcome<Vec<Kept>> {
        if change.people && matches!(change.role, ApiRole::Observer | ApiRole::Relay) {
            return Err(Cause::PeopleNotForRole {}.into());
        }
        let living = self.living.as_ref().ok_or(Cause::TerritoryMissing {})?;
        if root.is_none() && *device == living.me() {
            return Err(Cause::WithdrawSelf {}.into());
        }
        let standing = living.chronicle.standing();
        let member = standing
            .member(device)
            .ok_or_else(|| Cause::MemberUnknown {
                member: device.to_string(),
            })?;
        let seal = living.last_permit(device).map(|permit| permit.seal);
        let seal = seal.ok_or(Cause::Internal {})?;
        let rings = roles::rings(change.role, change.people);
        let same = member.role == Some(roles::carried(change.role))
            && member.rings == rings.iter().copied().collect();
        if member.status == Status::Stands && same {
            return Err(Cause::RoleHeldAlready {}.into());
        }
        let was_in = member.status == Status::Stands;
        let lost: Vec<Ring> = member
            .rings
            .iter()
            .filter(|ring| !rings.contains(ring))
            .copied()
            .collect();
        let ends = match was_in {
            true => {
                self.withdrawal(root, device, ApiWhy::Replaced, &Stays::All)?
                    .revokes
            }
            false => Vec::new(),
        };
        let grant = Act::Grant {
            device: *device,
            seal,
            role: roles::carried(change.role),
            rings: rings.clone(),
            invite: None,
        };
        let mut acts = vec![grant];
        acts.extend(ends.into_iter().map(|(_, act)| act));
        let held = rings.iter().filter(|ring| living.reads(**ring));
        let held: Vec<Ring> = held.copied().collect();
        acts.extend(living.hand_out(*device, seal, &held));
        let (_, changed) = self.act_by(root, acts)?;
        let (turned, _) = self.who_turns(lost);
        let keys = self.turn_ring_keys(&turned)?;
        let (_, keyed) = self.act_by(root, keys)?;
        Ok(vec![changed, keyed])
    }

    /// Takes up everything a device wrote that has no effect. How many entries that is.
    pub(crate) fn adopt(&mut self, device: &DeviceId) -> Outcome<(u64, Kept)> {
        let living = self.living.as_ref().ok_or(Cause::TerritoryMissing {})?;
        let aside = living.chronicle.set_aside_of(device);
        if aside.is_empty() {
            return Err(Cause::NothingToAdopt {}.into());
        }
        let seen = |id: &EntryId| aside.contains(id);
        let tips = living.chronicle.maxima(device, Class::Content, &seen);
        let keeps = tips.chunks(KEEP_MAX);
        let keeps = keeps
            .map(|tips| Act::Keep {
                tips: tips.to_vec(),
            })
            .collect();
        let (_, kept) = self.act(keeps)?;
        let living = self.living.as_ref().ok_or(Cause::TerritoryMissing {})?;
        let left = living.chronicle.set_aside_of(device);
        Ok((aside.difference(&left).count() as u64, kept))
    }
}

impl Living {
    /// A device is out already: since whose act, for the person who would put it out.
    fn out_already(&self, device: &DeviceId) -> Cause {
        Cause::MemberOut {
            member: self.view.cabinet().names().shown(device),
        }
    }

    fn withdrawal_refused(&self, device: &DeviceId, refusal: &Refusal) -> Cause {
        match refusal {
            Refusal::Rank => Cause::RankTooLow {
                member: self.view.cabinet().names().shown(device),
            },
            Refusal::UnknownGrant => self.out_already(device),
            Refusal::Stranger
            | Refusal::Withdrawn
            | Refusal::Void
            | Refusal::Role
            | Refusal::Ring(_)
            | Refusal::Chain => self.refused(refusal),
        }
    }
}

fn carried(why: ApiWhy) -> Why {
    match why {
        ApiWhy::Lost => Why::Lost,
        ApiWhy::Left => Why::Left,
        ApiWhy::Abuse => Why::Abuse,
        ApiWhy::Replaced => Why::Replaced,
    }
}

/// The reason as the API names it; `None` for one of a newer version.
pub(crate) fn shown(why: Why) -> Option<ApiWhy> {
    match why {
        Why::Lost => Some(ApiWhy::Lost),
        Why::Left => Some(ApiWhy::Left),
        Why::Abuse => Some(ApiWhy::Abuse),
        Why::Replaced => Some(ApiWhy::Replaced),
        Why::Newer(_) => None,
    }
}
