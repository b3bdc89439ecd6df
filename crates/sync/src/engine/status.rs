//! What can truthfully be said of peers and entries. Nothing here walks a whole set.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use beffroi_trust::{Class, DeviceId, EntryId};

use super::Engine;
use crate::acks::Receipt;
use crate::moment::Moment;
use crate::peer::{CLASSES, Link, PeerId};
use crate::wire::Digest;

/// What is known of a peer. Counts are lower bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerStatus {
    /// The link that stands, if any. Silent peers are hung up on.
    pub link: Option<Link>,
    /// When anything was last heard of it.
    pub last_heard: Option<Moment>,
    /// Whether both sets are equal and acknowledged, as last heard on a standing link.
    pub in_step: bool,
    /// When that was last so.
    pub in_step_at: Option<Moment>,
    /// Entries that it has and we lack; none: not known.
    pub missing_here: Option<u64>,
    /// Entries that we have and it lacks; none: not known.
    pub missing_there: Option<u64>,
    /// Entries of ours that it never acknowledged, whether it has them or not.
    pub unacknowledged: u64,
    /// Its program version.
    pub version: Option<String>,
    /// How often it says it will be heard.
    pub heartbeat: Option<Duration>,
}

impl Engine {
    /// What is known of a peer; none: it was never met since this engine began.
    #[must_use]
    pub fn peer(&self, peer: &PeerId) -> Option<PeerStatus> {
        let contact = self.contacts.get(peer)?;
        let link = self.links.get(peer);
        Some(PeerStatus {
            link: link.map(|link| link.link),
            last_heard: link
                .map(|link| link.pulse.last_heard())
                .or(contact.last_heard),
            in_step: link.is_some() && contact.in_step,
            in_step_at: contact.in_step_at,
            missing_here: self.missing_here(peer),
            missing_there: self.missing_there(peer),
            unacknowledged: CLASSES
                .into_iter()
                .map(|class| self.unacknowledged(peer, class))
                .sum(),
            version: contact.version.clone(),
            heartbeat: contact.heartbeat,
        })
    }

    /// Every peer met since this engine began.
    pub fn known_peers(&self) -> impl Iterator<Item = &PeerId> {
        self.contacts.keys()
    }

    /// Whether a peer said that an entry of our set is on its disk.
    #[must_use]
    pub fn acknowledged(&self, peer: &PeerId, id: &EntryId) -> bool {
        let Some(acks) = self.acks.get(peer) else {
            return false;
        };
        CLASSES.into_iter().any(|class| {
            let place = self.sets.at(class).place(id);
            place.is_some_and(|place| acks.at(class).holds(id, place.position))
        })
    }

    /// The contents that at least one of these peers never acknowledged; none: one of them never
    /// acknowledged any. Nothing is walked when all acknowledged everything.
    pub fn contents_unacknowledged<'a>(
        &self,
        peers: impl IntoIterator<Item = &'a PeerId>,
    ) -> Option<BTreeSet<EntryId>> {
        let set = self.sets.at(Class::Content);
        let mut lacking = BTreeSet::new();
        for peer in peers {
            match self.unacknowledged(peer, Class::Content) {
                0 => {}
                all if all == set.count() => return None,
                _ => {
                    let acks = self.acks.get(peer)?.at(Class::Content);
                    let places = set.places();
                    let lacks = places.filter(|(id, place)| !acks.holds(id, place.position));
                    lacking.extend(lacks.map(|(id, _)| *id));
                }
            }
        }
        Some(lacking)
    }

    fn unacknowledged(&self, peer: &PeerId, class: Class) -> u64 {
        let count = self.sets.at(class).count();
        let acks = self.acks.get(peer);
        acks.map_or(count, |acks| acks.at(class).unacknowledged(count))
    }

    fn missing_here(&self, peer: &PeerId) -> Option<u64> {
        let link = self.links.get(peer)?;
        let of = |class| {
            let side = link.sets.at(class);
            let named = self.wants.named_by(peer, class) as u64;
            let more = side
                .theirs?
                .count
                .saturating_sub(self.sets.at(class).count());
            let known = named.max(more);
            (known > 0 || side.compared).then_some(known)
        };
        Some(of(Class::Act)?.saturating_add(of(Class::Content)?))
    }

    fn missing_there(&self, peer: &PeerId) -> Option<u64> {
        let link = self.links.get(peer)?;
        let of = |class| {
            let side = link.sets.at(class);
            if side.compared {
                return Some(self.unacknowledged(peer, class));
            }
            let theirs = side.theirs?;
            let fewer = self.sets.at(class).count().saturating_sub(theirs.count);
            (fewer > 0).then_some(fewer)
        };
        Some(of(Class::Act)?.saturating_add(of(Class::Content)?))
    }

    /// Whether an entry is in a set, and so on our disk.
    #[must_use]
    pub fn contains(&self, id: &EntryId) -> bool {
        self.sets.contains(id)
    }

    /// How many entries a set has.
    #[must_use]
    pub fn count(&self, class: Class) -> u64 {
        self.sets.at(class).count()
    }

    /// How many entries, and the hash that heartbeats carry.
    pub fn digest(&mut self, class: Class) -> Digest {
        self.sets.at_mut(class).digest()
    }

    /// The ids of a set, ascending.
    pub fn ids(&self, class: Class) -> impl ExactSizeIterator<Item = &EntryId> {
        self.sets.at(class).ids()
    }

    /// How many entries of each author are not asked for, because he is over a budget.
    #[must_use]
    pub fn deferred(&self) -> BTreeMap<DeviceId, u64> {
        self.aside.deferred()
    }

    /// How many entries wait aside because their authors are unknown here.
    #[must_use]
    pub fn parked(&self) -> usize {
        self.aside.parked()
    }

    /// Whether the disk refused and `Resumed` has not come.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// The receipts that have changed since last asked: to be kept for
    /// [`restore`](Self::restore). Losing them costs a comparison with each peer, no entry.
    pub fn changed_receipts(&mut self) -> Vec<Receipt> {
        let receipts = self.acks.iter_mut().flat_map(|(peer, acks)| {
            CLASSES.map(|class| acks.at_mut(class).changed_receipt(*peer, class))
        });
        receipts.flatten().collect()
    }
}
