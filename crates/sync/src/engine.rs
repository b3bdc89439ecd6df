//! The coordinator: it hands each input to the small machines that own the state, and collects the
//! effects they return.

mod by_hand;
mod compare;
mod copies;
mod entries;
mod link;
mod links;
mod pull;
mod receive;
mod serve;
mod sessions;
mod status;
mod tell;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use beffroi_trust::{Class, DecodeError, EntryId, OrderKey, Parcel};
use bytes::Bytes;

use crate::acks::{Acks, Receipt};
use crate::arrivals::Arrivals;
use crate::aside::Aside;
use crate::bulk::Bulk;
use crate::dice::Dice;
use crate::effect::{Effect, Notice, Ticket};
use crate::input::Input;
use crate::limits::{HEARTBEAT, HEARTBEAT_THIN};
use crate::moment::Moment;
use crate::peer::{CLASSES, Link, PeerId, PerClass};
use crate::sets::{Sets, digests_at};
use crate::want::Wants;
use crate::wire::{Address, Frame};

use link::{Connection, Contact};
use serve::Job;
pub use status::PeerStatus;

/// How a post synchronises.
#[derive(Debug, Clone)]
pub struct Config {
    /// Told to peers and shown there.
    pub version: String,
    /// When the territory was created: entries sort no earlier.
    pub created_second: u32,
    /// How often a peer on a fast link hears us.
    pub heartbeat: Duration,
    /// How often a peer on a thin link hears us.
    pub heartbeat_thin: Duration,
    /// Reads what the engine needs to know of an entry, without checking it. The simulation has
    /// entries of its own.
    pub read: fn(Bytes, u32) -> Result<Parcel, DecodeError>,
}

impl Config {
    /// The usual intervals, and real entries.
    #[must_use]
    pub fn new(version: &str, created_second: u32) -> Self {
        Self {
            version: version.to_owned(),
            created_second,
            heartbeat: HEARTBEAT,
            heartbeat_thin: HEARTBEAT_THIN,
            read: Parcel::read,
        }
    }
}

/// One post's side of all its links. See the crate's page for how to drive it.
pub struct Engine {
    me: PeerId,
    config: Config,
    dice: Dice,
    now: Moment,
    sets: Sets,
    acks: BTreeMap<PeerId, PerClass<Acks>>,
    contacts: BTreeMap<PeerId, Contact>,
    links: BTreeMap<PeerId, Connection>,
    wants: Wants,
    /// Entries of the set of which a further copy is wanted.
    copies: BTreeSet<EntryId>,
    bulk: PerClass<Option<Bulk>>,
    arrivals: Arrivals,
    aside: Aside,
    jobs: BTreeMap<Ticket, Job>,
    next_ticket: u64,
    addresses: Vec<Address>,
    stopped: bool,
    effects: VecDeque<Effect>,
}

impl Engine {
    /// An engine with an empty set. `seed` decides every draw: take it from the operating system,
    /// and in tests from a number.
    #[must_use]
    pub fn new(me: PeerId, config: Config, seed: [u8; 32]) -> Self {
        Self::restore(me, config, seed, [], &[])
    }

    /// An engine that knows what is on the disk: every entry of both sets in the order in which
    /// [`Input::Persisted`] named them, and the receipts that were kept. A receipt that does not
    /// fit this order is not believed.
    #[must_use]
    pub fn restore(
        me: PeerId,
        config: Config,
        seed: [u8; 32],
        log: impl IntoIterator<Item = (Class, OrderKey)>,
        receipts: &[Receipt],
    ) -> Self {
        let log: Vec<(Class, OrderKey)> = log.into_iter().collect();
        let mut acks = BTreeMap::<PeerId, PerClass<Acks>>::new();
        let sets = Sets::build(log.iter().copied());
        for class in CLASSES {
            let of_class = |receipt: &&Receipt| receipt.class == class;
            let mut counts: Vec<u64> = receipts
                .iter()
                .filter(of_class)
                .map(|r| r.all.count)
                .collect();
            counts.sort_unstable();
            let ids = log.iter().filter(|(other, _)| *other == class);
            let digests = digests_at(ids.map(|(_, key)| key.id), &counts);
            for receipt in receipts.iter().filter(of_class) {
                let known = digests.get(&receipt.all.count);
                let restored = Acks::restore(receipt, known, sets.at(class));
                *acks.entry(receipt.peer).or_default().at_mut(class) = restored;
            }
        }
        Self {
            me,
            config,
            dice: Dice::new(seed),
            now: Moment::ZERO,
            sets,
            acks,
            contacts: BTreeMap::new(),
            links: BTreeMap::new(),
            wants: Wants::default(),
            copies: BTreeSet::new(),
            bulk: PerClass::default(),
            arrivals: Arrivals::default(),
            aside: Aside::default(),
            jobs: BTreeMap::new(),
            next_ticket: 0,
            addresses: Vec::new(),
            stopped: false,
            effects: VecDeque::new(),
        }
    }

    /// Takes one input. `now` never goes back; a smaller one counts as the last.
    pub fn handle(&mut self, now: Moment, input: Input) {
        self.now = self.now.max(now);
        match input {
            Input::Connected {
                peer,
                link,
                wall_ms,
            } => self.connect(peer, link, wall_ms),
            Input::Disconnected(peer) => self.disconnect(peer),
            Input::Received(peer, bytes) => self.receive(peer, &bytes),
            Input::Authored(parcels) | Input::Woken(parcels) => self.save_own(parcels),
            Input::Verified(verified) => self.verified(verified),
            Input::Persisted(ids) => self.persisted(&ids),
            Input::PersistFailed => self.stop(),
            Input::Resumed => self.resume(),
            Input::Loaded(ticket, parcels) => self.loaded(ticket, &parcels),
            Input::Reachable(addresses) => self.reachable(addresses),
            Input::Incomplete(ids) => self.want_copies(ids),
            Input::Patience(authors) => self.resume_authors(&authors),
            Input::Woke => {}
        }
        self.wake();
        self.pull();
    }

    /// The next thing to do, in order; none: wait for an input or for [`wake_at`](Self::wake_at).
    pub fn next_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When [`Input::Woke`] is due at the latest, and why.
    #[must_use]
    pub fn wake_at(&self) -> Option<(Moment, &'static str)> {
        // What is due already waits for the end of something else, which is an input.
        let copies = self.links.keys().filter_map(|peer| self.copies_at(peer));
        let copies = copies
            .filter(|at| *at > self.now)
            .map(|at| (at, "a copy may be elsewhere"));
        let links = self.links.values().map(Connection::wake_at);
        links.chain(copies).min_by_key(|(at, _)| *at)
    }

    /// Takes in parked ids from before a restart, so that they are not asked for again.
    pub fn restore_parked(&mut self, ids: impl IntoIterator<Item = EntryId>) {
        for id in ids {
            self.aside.park(id);
        }
    }

    fn tell(&mut self, notice: Notice) {
        self.effects.push_back(Effect::Tell(notice));
    }

    /// Sends a frame, and with it whatever ids wait for that peer.
    fn send(&mut self, peer: PeerId, frame: Frame) {
        self.flush(peer);
        self.effects.push_back(Effect::Send(peer, frame));
    }

    fn peers(&self) -> Vec<PeerId> {
        self.links.keys().copied().collect()
    }

    fn every(&self, link: Link) -> Duration {
        match link {
            Link::Fast => self.config.heartbeat,
            Link::Thin => self.config.heartbeat_thin,
        }
    }
}

#[cfg(test)]
mod tests;
