//! The address book: where each peer may be found, who told us, and when to try next. It opens nothing;
//! time is an argument.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use beffroi_sync::PeerId;

use crate::back_off::BackOff;
use crate::limits::{
    BOOK_PEERS_MAX, DIAL_ADDRESSES_MAX, HEARD_ADDRESSES_MAX, LINK_PROVEN_AFTER,
    REMEMBERED_ADDRESSES_MAX, TOLD_ADDRESSES_MAX, TYPED_ADDRESSES_MAX,
};

/// How we know an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A person typed it.
    Typed,
    /// We reached the peer there before.
    Remembered,
    /// A beacon or mDNS told it.
    Heard,
    /// A neighbour told it.
    Told,
}

/// What one attempt is after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// This peer, wherever it is.
    Peer(PeerId),
    /// Whoever answers at an address that a person typed.
    Typed(SocketAddr),
}

/// A dial to make.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub(crate) target: Target,
    pub(crate) addresses: Vec<SocketAddr>,
}

/// What is known of one peer.
#[derive(Debug)]
pub(crate) struct Known {
    remembered: VecDeque<SocketAddr>,
    heard: VecDeque<(SocketAddr, Instant)>,
    told: VecDeque<SocketAddr>,
    pub(crate) back_off: BackOff,
    pub(crate) error: Option<String>,
}

impl Known {
    fn new(now: Instant) -> Self {
        Self {
            remembered: VecDeque::new(),
            heard: VecDeque::new(),
            told: VecDeque::new(),
            back_off: BackOff::new(now),
            error: None,
        }
    }
}

/// What is known of a typed address.
#[derive(Debug)]
pub(crate) struct Typed {
    /// The peer that was typed with it.
    pub(crate) named: Option<PeerId>,
    /// The peer that answered there last.
    pub(crate) found: Option<PeerId>,
    pub(crate) back_off: BackOff,
    pub(crate) error: Option<String>,
}

impl Typed {
    /// Whose address it is, as far as known.
    pub(crate) fn peer(&self) -> Option<PeerId> {
        self.named.or(self.found)
    }
}

/// The address book.
#[derive(Debug, Default)]
pub(crate) struct Book {
    peers: BTreeMap<PeerId, Known>,
    typed: BTreeMap<SocketAddr, Typed>,
}

impl Book {
    /// A person typed an address; `false` when there are too many of them.
    pub(crate) fn add_typed(
        &mut self,
        place: SocketAddr,
        named: Option<PeerId>,
        now: Instant,
    ) -> bool {
        if !self.typed.contains_key(&place) && self.typed.len() >= TYPED_ADDRESSES_MAX {
            return false;
        }
        let typed = self.typed.entry(place).or_insert_with(|| Typed {
            named: None,
            found: None,
            back_off: BackOff::new(now),
            error: None,
        });
        typed.named = named;
        typed.back_off.hasten(now, Duration::ZERO);
        if let Some(peer) = named
            && let Some(known) = self.entry(peer, now)
        {
            known.back_off.hasten(now, Duration::ZERO);
        }
        true
    }

    /// A person took an address back.
    pub(crate) fn remove_typed(&mut self, place: &SocketAddr) -> Option<Typed> {
        self.typed.remove(place)
    }

    /// We reached a peer here, now or in an earlier life. Returns whether that is news.
    pub(crate) fn remember(&mut self, peer: PeerId, place: SocketAddr, now: Instant) -> bool {
        let Some(known) = self.entry(peer, now) else {
            return false;
        };
        known.error = None;
        let news = !known.remembered.contains(&place);
        move_to_front(&mut known.remembered, place, REMEMBERED_ADDRESSES_MAX);
        news
    }

    /// A beacon or mDNS says that a peer is here: try soon.
    pub(crate) fn hear(&mut self, peer: PeerId, place: SocketAddr, now: Instant, delay: Duration) {
        let Some(known) = self.entry(peer, now) else {
            return;
        };
        known.heard.retain(|(heard, _)| *heard != place);
        known.heard.push_front((place, now));
        known.heard.truncate(HEARD_ADDRESSES_MAX);
        known.back_off.hasten(now, delay);
    }

    /// A neighbour says that a peer is here.
    pub(crate) fn tell(&mut self, peer: PeerId, place: SocketAddr, now: Instant) {
        let Some(known) = self.entry(peer, now) else {
            return;
        };
        if !known.told.contains(&place) {
            move_to_front(&mut known.told, place, TOLD_ADDRESSES_MAX);
            known.back_off.hasten(now, Duration::ZERO);
        }
    }

    /// Somebody answered at a typed address.
    pub(crate) fn found(&mut self, place: &SocketAddr, peer: Option<PeerId>) {
        if let Some(typed) = self.typed.get_mut(place) {
            typed.found = peer;
            typed.error = None;
        }
    }

    /// An attempt failed, in these words.
    pub(crate) fn failed(&mut self, target: Target, error: String) {
        match target {
            Target::Peer(peer) => {
                if let Some(known) = self.peers.get_mut(&peer) {
                    known.error = Some(error);
                }
            }
            Target::Typed(place) => {
                if let Some(typed) = self.typed.get_mut(&place) {
                    typed.error = Some(error);
                }
            }
        }
    }

    /// Another peer than this one answered here: the address is not its own any more.
    pub(crate) fn not_here(&mut self, peer: &PeerId, place: &SocketAddr) {
        if let Some(known) = self.peers.get_mut(peer) {
            known.remembered.retain(|other| other != place);
            known.heard.retain(|(other, _)| other != place);
            known.told.retain(|other| other != place);
        }
        if let Some(typed) = self.typed.get_mut(place)
            && typed.found.as_ref() == Some(peer)
        {
            typed.found = None;
        }
    }

    /// A link of this age is over: try again, soon when it had lasted.
    pub(crate) fn lost(&mut self, peer: &PeerId, age: Duration, now: Instant) {
        if let Some(known) = self.peers.get_mut(peer) {
            if age >= LINK_PROVEN_AFTER {
                known.back_off.succeed();
            }
            known.back_off.attempt(now);
        }
    }

    /// The peer cannot be spoken with, for this reason: rarely try again.
    pub(crate) fn hopeless(&mut self, peer: &PeerId, error: String, now: Instant) {
        if let Some(known) = self.peers.get_mut(peer) {
            known.error = Some(error);
            known.back_off.give_up_for_now(now);
        }
    }

    /// News about everybody: an address of ours came back.
    pub(crate) fn hasten_all(&mut self, now: Instant) {
        for known in self.peers.values_mut() {
            known.back_off.hasten(now, Duration::ZERO);
        }
        for typed in self.typed.values_mut() {
            typed.back_off.hasten(now, Duration::ZERO);
        }
    }

    /// The dials that are due, at most `room`. `wanted` says for whom: admitted, not connected, not banned.
    pub(crate) fn due(
        &mut self,
        now: Instant,
        room: usize,
        wanted: impl Fn(&PeerId) -> bool,
    ) -> Vec<Attempt> {
        let mut attempts = Vec::new();
        let strangers = self
            .typed
            .iter_mut()
            .filter(|(_, typed)| typed.peer().is_none());
        for (place, typed) in strangers {
            if attempts.len() < room && typed.back_off.next() <= now {
                typed.back_off.attempt(now);
                attempts.push(Attempt {
                    target: Target::Typed(*place),
                    addresses: vec![*place],
                });
            }
        }
        let due: Vec<PeerId> = self
            .peers
            .iter()
            .filter(|(peer, known)| known.back_off.next() <= now && wanted(peer))
            .map(|(peer, _)| *peer)
            .collect();
        for peer in due {
            let addresses = self.dial_list(&peer);
            if attempts.len() >= room || addresses.is_empty() {
                continue;
            }
            if let Some(known) = self.peers.get_mut(&peer) {
                known.back_off.attempt(now);
            }
            let target = Target::Peer(peer);
            attempts.push(Attempt { target, addresses });
        }
        attempts
    }

    /// Where to look for a peer: what people typed first, then what has proved itself, then hearsay.
    pub(crate) fn addresses(&self, peer: &PeerId) -> Vec<(SocketAddr, Origin)> {
        let typed = self
            .typed
            .iter()
            .filter(|(_, typed)| typed.peer().as_ref() == Some(peer))
            .map(|(place, _)| (*place, Origin::Typed));
        let mut all: Vec<(SocketAddr, Origin)> = typed.collect();
        if let Some(known) = self.peers.get(peer) {
            let remembered = known
                .remembered
                .iter()
                .map(|place| (*place, Origin::Remembered));
            let heard = known.heard.iter().map(|(place, _)| (*place, Origin::Heard));
            let told = known.told.iter().map(|place| (*place, Origin::Told));
            all.extend(remembered.chain(heard).chain(told));
        }
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|(place, _)| seen.insert(*place));
        all
    }

    /// What has just been heard must not be crowded out by what was remembered.
    fn dial_list(&self, peer: &PeerId) -> Vec<SocketAddr> {
        let mut list = self.addresses(peer);
        list.sort_by_key(|(_, origin)| match origin {
            Origin::Typed => 0,
            Origin::Heard => 1,
            Origin::Remembered => 2,
            Origin::Told => 3,
        });
        list.truncate(DIAL_ADDRESSES_MAX);
        list.into_iter().map(|(place, _)| place).collect()
    }

    /// When a beacon or mDNS last spoke of this peer at an address with this IP.
    pub(crate) fn heard_at(&self, peer: &PeerId, ip: std::net::IpAddr) -> Option<Instant> {
        let known = self.peers.get(peer)?;
        let at = known.heard.iter().filter(|(place, _)| place.ip() == ip);
        at.map(|(_, when)| *when).max()
    }

    /// The peers, for the status.
    pub(crate) fn peers(&self) -> impl Iterator<Item = (&PeerId, &Known)> {
        self.peers.iter()
    }

    /// The typed addresses, for the status.
    pub(crate) fn typed(&self) -> impl Iterator<Item = (&SocketAddr, &Typed)> {
        self.typed.iter()
    }

    /// Forgets hearsay about a peer that is not admitted any more, and looks for another where it was.
    pub(crate) fn forget_hearsay(&mut self, peer: &PeerId) {
        if let Some(known) = self.peers.get_mut(peer) {
            known.heard.clear();
            known.told.clear();
        }
        for typed in self.typed.values_mut() {
            typed.found.take_if(|found| found == peer);
        }
    }

    fn entry(&mut self, peer: PeerId, now: Instant) -> Option<&mut Known> {
        if !self.peers.contains_key(&peer) && self.peers.len() >= BOOK_PEERS_MAX {
            return None;
        }
        Some(self.peers.entry(peer).or_insert_with(|| Known::new(now)))
    }
}

fn move_to_front(list: &mut VecDeque<SocketAddr>, place: SocketAddr, at_most: usize) {
    list.retain(|other| *other != place);
    list.push_front(place);
    list.truncate(at_most);
}

#[cfg(test)]
mod tests;
