//! What beacons and mDNS tell: hints where to dial, bounded, and believed only when a key proves them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use beffroi_sync::PeerId;
use libp2p::core::Multiaddr;
use libp2p::core::transport::ListenerId;
use libp2p::mdns;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::swarm::{FromSwarm, NetworkBehaviour, NewListenAddr};

use super::Node;
use crate::address::{Address, Undialable};
use crate::beacon::Heard;
use crate::event::NetEvent;
use crate::identity;
use crate::limits::{
    MDNS_PAUSE, MDNS_RECORDS_MAX, PORCH_FRESH, PORCHES_MAX, SECOND_DIAL_EVERY, VOUCHED_FOR,
};
use crate::status::MdnsStatus;

/// Between two questions by mDNS (sync.md).
const MDNS_EVERY: Duration = Duration::from_secs(30);
/// How long an mDNS answer of ours is good (sync.md).
const MDNS_TTL: Duration = Duration::from_secs(45);
/// Between two attempts to start it.
const MDNS_RETRY: Duration = Duration::from_secs(30);
/// The post with the larger id waits this long before it dials a post it has just heard, so that only one
/// of the two dials.
const SECOND_DIALS_AFTER: Duration = Duration::from_millis(400);
/// A member that was connected and is missing is searched for with frequent beacons for so long.
const SEARCH_LASTS: Duration = Duration::from_secs(600);

/// mDNS, which can be off, on, or paused.
pub(super) struct Mdns {
    wanted: bool,
    records: usize,
    paused_until: Option<Instant>,
    pub(super) status: MdnsStatus,
}

impl Mdns {
    pub(super) fn new(wanted: bool) -> Self {
        Self {
            wanted,
            records: 0,
            paused_until: None,
            status: MdnsStatus::default(),
        }
    }

    /// For the status.
    pub(super) fn report(&self) -> Option<MdnsStatus> {
        self.wanted.then(|| self.status.clone())
    }
}

/// What was heard, and what follows from it. The maps over peers hold members only.
#[derive(Default)]
pub(super) struct Hearsay {
    /// The porches heard lately, by where they are.
    porches: BTreeMap<Address, (Option<PeerId>, Instant)>,
    /// Members that were connected and are not: since when.
    missing: BTreeMap<PeerId, Instant>,
    /// When a peer was last dialled beside its link.
    second_dials: BTreeMap<PeerId, Instant>,
}

impl Hearsay {
    pub(super) fn porches(&self) -> Vec<Address> {
        self.porches.keys().copied().collect()
    }

    pub(super) fn forget_old(&mut self, now: Instant) {
        self.porches
            .retain(|_, (_, last)| now.duration_since(*last) < PORCH_FRESH);
        self.second_dials
            .retain(|_, last| now.duration_since(*last) < SECOND_DIAL_EVERY);
    }

    /// Whether this is to be told: a new porch, or one that turned out to be a member's.
    fn take(&mut self, porch: Address, peer: Option<PeerId>, now: Instant) -> bool {
        if !self.porches.contains_key(&porch) && self.porches.len() >= PORCHES_MAX {
            return false;
        }
        let before = self.porches.insert(porch, (peer, now));
        before.is_none_or(|(known, _)| known != peer)
    }
}

impl Node {
    /// A beacon of our territory.
    pub(super) fn beacon_heard(&mut self, heard: Heard) {
        let now = Instant::now();
        if let Some(porch) = heard.porch
            && self.hearsay.take(porch, heard.peer, now)
        {
            let (main, peer) = (heard.main, heard.peer);
            self.tell(NetEvent::PorchHeard { porch, main, peer });
        }
        if let Some(peer) = heard.peer {
            self.heard_of(peer, heard.main, now);
        }
    }

    /// Somebody says that a member is here.
    fn heard_of(&mut self, peer: PeerId, at: Address, now: Instant) {
        match at.dialable() {
            Ok(()) => {}
            Err(Undialable::LinkLocal) => {
                let nowhere_else = self.book.addresses(&peer).is_empty();
                self.counters.link_local += u64::from(nowhere_else && self.admission.admits(&peer));
                return;
            }
            Err(Undialable::NotOneMachine) => return,
        }
        if !self.admission.admits(&peer) {
            return;
        }
        let delay = if self.me < peer {
            Duration::ZERO
        } else {
            SECOND_DIALS_AFTER
        };
        self.book.hear(peer, at.socket, now, delay);
        if self.has_moved(&peer, at, now) {
            tracing::debug!(%peer, "heard at another address: dialling beside the silent link");
            self.hearsay.second_dials.insert(peer, now);
            self.dial_once(at.of(peer));
        }
    }

    /// Whether a connected peer speaks from elsewhere while its link is silent and nothing vouches for it.
    fn has_moved(&self, peer: &PeerId, at: Address, now: Instant) -> bool {
        let Some((connection, link)) = self.connections.link(peer) else {
            return false;
        };
        let linked = connection.address.ip();
        let heard = self.book.heard_at(peer, linked);
        let vouched = heard.is_some_and(|when| now.duration_since(when) < VOUCHED_FOR);
        let silent = link.traffic.silent_for() >= self.config.timing.doubtful;
        let tried = self.hearsay.second_dials.contains_key(peer);
        linked != at.ip() && silent && !vouched && !tried
    }

    /// A record heard by mDNS, or one that has run out, which means nothing.
    pub(super) fn mdns_event(&mut self, event: mdns::Event) {
        let mdns::Event::Discovered(list) = event else {
            return;
        };
        let now = Instant::now();
        self.mdns.records += list.len();
        self.mdns.status.heard += u64::try_from(list.len()).unwrap_or(u64::MAX);
        for (peer, at) in list {
            let known = identity::from_libp2p(&peer).filter(|peer| self.admission.admits(peer));
            if let (Some(peer), Ok(at)) = (known, Address::from_multiaddr(&at)) {
                self.mdns.status.from_members += 1;
                self.heard_of(peer, at, now);
            }
        }
        if self.mdns.records > MDNS_RECORDS_MAX {
            tracing::warn!("too many mDNS records: mDNS is paused");
            self.swarm.behaviour_mut().mdns = Toggle::from(None);
            self.mdns.paused_until = Some(now + MDNS_PAUSE);
            self.mdns.status.error = Some("paused: too many records were heard".to_owned());
        }
    }

    /// Starts mDNS when it is wanted and not running, and there is something to announce.
    pub(super) fn tend_mdns(&mut self, now: Instant) {
        let paused = self.mdns.paused_until.is_some_and(|until| now < until);
        if !self.mdns.wanted || paused || self.swarm.behaviour().mdns.is_enabled() {
            return;
        }
        let listening: Vec<Multiaddr> = self.swarm.listeners().cloned().collect();
        if listening.is_empty() {
            return;
        }
        let config = mdns::Config {
            ttl: MDNS_TTL,
            query_interval: MDNS_EVERY,
            enable_ipv6: false,
        };
        self.mdns.records = 0;
        match mdns::tokio::Behaviour::new(config, *self.swarm.local_peer_id()) {
            Ok(mut behaviour) => {
                // It was not there when the listeners came up.
                for addr in &listening {
                    let listener_id = ListenerId::next();
                    let up = NewListenAddr { listener_id, addr };
                    behaviour.on_swarm_event(FromSwarm::NewListenAddr(up));
                }
                self.swarm.behaviour_mut().mdns = Toggle::from(Some(behaviour));
                self.mdns.status.error = None;
                self.mdns.paused_until = None;
            }
            Err(error) => {
                self.mdns.status.error = Some(error.to_string());
                self.mdns.paused_until = Some(now + MDNS_RETRY);
            }
        }
    }

    /// A link has ended: its peer is missing from now on.
    pub(super) fn is_missing(&mut self, peer: PeerId, now: Instant) {
        self.hearsay.missing.entry(peer).or_insert(now);
    }

    /// While somebody is missing beacons are frequent, so that a healed path is noticed in seconds.
    pub(super) fn say_whether_searching(&mut self, now: Instant) {
        let (admission, connections) = (&self.admission, &self.connections);
        self.hearsay.missing.retain(|peer, since| {
            admission.admits(peer)
                && !connections.has(peer)
                && now.duration_since(*since) < SEARCH_LASTS
        });
        let searching = !self.hearsay.missing.is_empty();
        if let Some(beacon) = &self.beacon {
            beacon.announce(|announcement| announcement.searching = searching);
        }
    }

    /// The members have changed: the beacon recognises others.
    pub(super) fn tell_beacon_the_members(&mut self) {
        let members = Arc::new(self.admission.admitted());
        if let Some(beacon) = &self.beacon {
            beacon.announce(|announcement| announcement.members = members);
        }
    }
}
