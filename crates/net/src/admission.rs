//! Who may connect: the standing members, less those banned for a while. It decides nothing; it keeps
//! what the daemon decided.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use beffroi_sync::PeerId;

use crate::limits::{BANS_MAX, TURNED_AWAY_EVERY, TURNED_AWAY_MAX};

/// What a new list of members changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) added: Vec<PeerId>,
    pub(crate) removed: Vec<PeerId>,
}

/// The lists.
#[derive(Debug, Default)]
pub(crate) struct Admission {
    members: BTreeSet<PeerId>,
    bans: BTreeMap<PeerId, Instant>,
    turned_away: BTreeMap<PeerId, Instant>,
}

impl Admission {
    /// Takes a new list of members, and says who comes and who goes.
    pub(crate) fn set_members(&mut self, members: BTreeSet<PeerId>) -> Change {
        let added = members.difference(&self.members);
        let added = added
            .filter(|peer| !self.bans.contains_key(peer))
            .copied()
            .collect();
        let removed = self.members.difference(&members).copied().collect();
        self.members = members;
        Change { added, removed }
    }

    /// Shuts a peer out for a while. When there are too many, the ban that ends first ends now.
    pub(crate) fn ban(&mut self, peer: PeerId, lasts: Duration, now: Instant) {
        if self.bans.len() >= BANS_MAX
            && let Some(until) = self.bans.values_mut().min()
        {
            *until = now;
        }
        let until = now + lasts;
        let ban = self.bans.entry(peer).or_insert(until);
        *ban = until.max(*ban);
    }

    /// The members whose ban is over: admit them again.
    pub(crate) fn end_bans(&mut self, now: Instant) -> Vec<PeerId> {
        let over = self.bans.iter().filter(|(_, until)| **until <= now);
        let over: Vec<PeerId> = over.map(|(peer, _)| *peer).collect();
        for peer in &over {
            self.bans.remove(peer);
        }
        over.into_iter()
            .filter(|peer| self.members.contains(peer))
            .collect()
    }

    /// Whether a peer may connect now.
    pub(crate) fn admits(&self, peer: &PeerId) -> bool {
        self.members.contains(peer) && !self.bans.contains_key(peer)
    }

    /// Whether a peer stands, banned or not.
    pub(crate) fn is_member(&self, peer: &PeerId) -> bool {
        self.members.contains(peer)
    }

    /// Those who may connect, ascending.
    pub(crate) fn admitted(&self) -> Vec<PeerId> {
        self.members
            .iter()
            .filter(|peer| self.admits(peer))
            .copied()
            .collect()
    }

    /// A device that is no member was turned away: whether this is to be told now.
    pub(crate) fn tell_turned_away(&mut self, device: PeerId, now: Instant) -> bool {
        self.turned_away
            .retain(|_, told| now.duration_since(*told) < TURNED_AWAY_EVERY);
        if self.is_member(&device)
            || self.turned_away.contains_key(&device)
            || self.turned_away.len() >= TURNED_AWAY_MAX
        {
            return false;
        }
        self.turned_away.insert(device, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: PeerId = PeerId([1; 32]);
    const BOB: PeerId = PeerId([2; 32]);

    #[test]
    fn a_new_list_says_who_comes_and_who_goes() {
        let mut admission = Admission::default();
        assert_eq!(admission.set_members([ALICE].into()).added, vec![ALICE]);
        let change = admission.set_members([BOB].into());
        assert_eq!(
            change,
            Change {
                added: vec![BOB],
                removed: vec![ALICE]
            }
        );
        assert!(admission.admits(&BOB) && !admission.admits(&ALICE));
    }

    #[test]
    fn a_ban_ends_and_outlives_a_new_list() {
        let (mut admission, now) = (Admission::default(), Instant::now());
        admission.set_members([ALICE].into());
        admission.ban(ALICE, Duration::from_secs(600), now);
        admission.set_members([].into());
        assert!(admission.set_members([ALICE].into()).added.is_empty());
        assert!(!admission.admits(&ALICE) && admission.is_member(&ALICE));
        assert!(
            admission
                .end_bans(now + Duration::from_secs(599))
                .is_empty()
        );
        assert_eq!(
            admission.end_bans(now + Duration::from_secs(600)),
            vec![ALICE]
        );
        assert!(admission.admits(&ALICE));
    }

    #[test]
    fn strangers_are_told_of_once_a_minute_and_a_crowd_of_them_not_at_all() {
        let (mut admission, now) = (Admission::default(), Instant::now());
        assert!(admission.tell_turned_away(ALICE, now));
        assert!(!admission.tell_turned_away(ALICE, now));
        let told = (0..=255).filter(|key| admission.tell_turned_away(PeerId([*key; 32]), now));
        assert_eq!(told.count(), TURNED_AWAY_MAX - 1);
        assert!(admission.tell_turned_away(ALICE, now + TURNED_AWAY_EVERY));
    }
}
