//! The task that sends and hears beacons: a burst when something changed, then now and then.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use beffroi_sync::PeerId;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::sleep_until;

use super::datagram::{Beacon, Datagram, Keys};
use super::listen::Ears;
use super::send::shout;
use crate::address::{Address, link_local, source};
use crate::dice;
use crate::interfaces::{self, Interface};
use crate::limits::{
    BOOK_PEERS_MAX as GUESSES_MAX, FOREIGN_FRESH, FOREIGN_SOURCES_MAX, TRIALS_PER_SECOND,
};

/// Beacons in a burst, one a second (sync.md).
const BURST: u8 = 5;
/// While a post that was connected a short time ago is missing.
const SEARCHING: Duration = Duration::from_secs(5);
/// Between two answers to calls.
const ANSWER_GAP: Duration = Duration::from_secs(2);

/// What the task needs to know once.
pub(crate) struct BeaconSettings {
    pub(crate) me: PeerId,
    pub(crate) territory: [u8; 32],
    pub(crate) port: u16,
    pub(crate) least: Duration,
    pub(crate) most: Duration,
}

/// What the node wants said, and whom it knows; any change but that of the members begins a burst.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Announcement {
    /// Nothing is sent while it is 0.
    pub(crate) main_port: u16,
    /// Where we listen: a beacon from any other address would send people astray.
    pub(crate) listening: Vec<IpAddr>,
    pub(crate) porch_port: u16,
    /// Counts the reasons for a burst: addresses that came.
    pub(crate) burst: u64,
    /// Somebody is missing.
    pub(crate) searching: bool,
    pub(crate) members: Arc<Vec<PeerId>>,
}

/// A beacon of our territory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    /// Which member sent it; `None` for a device of our territory that we do not know.
    pub(crate) peer: Option<PeerId>,
    pub(crate) main: Address,
    pub(crate) porch: Option<Address>,
}

/// What was heard and sent so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BeaconCounters {
    /// Datagrams sent, each interface counted.
    pub sent: u64,
    /// Beacons of members that are admitted here.
    pub from_members: u64,
    /// Beacons of our territory from devices that we do not know.
    pub from_unknown: u64,
    /// Beacons of other territories.
    pub foreign: u64,
    /// Machines that speak for another territory, in the last ten minutes.
    pub foreign_sources: usize,
    /// Beacons of another version of the format.
    pub other_versions: u64,
    /// Beacons from IPv6 link-local addresses, which cannot be dialled.
    pub link_local: u64,
    /// Beacons that were not compared, because too many came.
    pub dropped: u64,
    /// Beacons made with our own key on another machine: a copied disk, which must get a key of its own.
    pub same_key_elsewhere: u64,
    /// Why nothing can be heard.
    pub error: Option<String>,
    /// What failed when a beacon was last sent; other interfaces may have carried it.
    pub send_error: Option<String>,
}

/// The node's end.
pub(crate) struct BeaconHandle {
    announcement: watch::Sender<Announcement>,
    counters: watch::Receiver<BeaconCounters>,
    task: JoinHandle<()>,
}

impl BeaconHandle {
    /// Changes what is said.
    pub(crate) fn announce(&self, change: impl FnOnce(&mut Announcement)) {
        self.announcement.send_if_modified(|announcement| {
            let before = announcement.clone();
            change(announcement);
            *announcement != before
        });
    }

    /// What was heard and sent.
    pub(crate) fn counters(&self) -> BeaconCounters {
        self.counters.borrow().clone()
    }
}

impl Drop for BeaconHandle {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Starts the task; what it hears goes to `heard`, and is dropped when that is full.
pub(crate) fn spawn(settings: BeaconSettings, heard: mpsc::Sender<Heard>) -> BeaconHandle {
    let (announcement, announced) = watch::channel(Announcement::default());
    let (publish, counters) = watch::channel(BeaconCounters::default());
    let task = Task {
        keys: Keys::of(&settings.territory),
        ears: Ears::new(settings.port),
        settings,
        announced,
        said: Announcement::default(),
        heard,
        publish,
        counters: BeaconCounters::default(),
        foreign: BTreeMap::new(),
        guesses: BTreeMap::new(),
        trials: (Instant::now(), TRIALS_PER_SECOND),
        own: BTreeSet::new(),
        burst: 0,
        next: Instant::now(),
        answered: None,
    };
    BeaconHandle {
        announcement,
        counters,
        task: tokio::spawn(task.run()),
    }
}

struct Task {
    settings: BeaconSettings,
    keys: Keys,
    ears: Ears,
    announced: watch::Receiver<Announcement>,
    said: Announcement,
    heard: mpsc::Sender<Heard>,
    publish: watch::Sender<BeaconCounters>,
    counters: BeaconCounters,
    /// Sources of foreign beacons and when each was last heard; bounded.
    foreign: BTreeMap<IpAddr, Instant>,
    /// Which member spoke last from an address and port, tried first; bounded like the members.
    guesses: BTreeMap<(IpAddr, u16), PeerId>,
    /// The second for which trials are counted, and how many are left in it.
    trials: (Instant, u32),
    /// The addresses of this machine as last seen.
    own: BTreeSet<IpAddr>,
    burst: u8,
    next: Instant,
    answered: Option<Instant>,
}

impl Task {
    async fn run(mut self) {
        loop {
            tokio::select! {
                changed = self.announced.changed() => match changed {
                    Ok(()) => self.take_announcement(),
                    Err(_) => return,
                },
                () = sleep_until(self.next.into()) => self.tick(),
                (datagram, from) = self.ears.hear() => self.hear(datagram, from),
            }
            self.publish.send_replace(self.counters.clone());
        }
    }

    fn take_announcement(&mut self) {
        let new = self.announced.borrow_and_update().clone();
        let same = new.main_port == self.said.main_port
            && new.listening == self.said.listening
            && new.porch_port == self.said.porch_port
            && new.burst == self.said.burst;
        let now = Instant::now();
        if !same {
            self.burst = BURST;
            self.next = now;
        } else if new.searching && !self.said.searching {
            self.next = self.next.min(now + SEARCHING);
        }
        self.said = new;
    }

    fn tick(&mut self) {
        let interfaces = interfaces::enumerate().unwrap_or_default();
        match self.ears.open(&interfaces) {
            Ok(()) => self.counters.error = None,
            Err(error) => {
                let port = self.settings.port;
                self.counters.error = Some(format!("cannot listen on UDP port {port}: {error}"));
            }
        }
        self.own = interfaces.iter().map(|interface| interface.ip).collect();
        self.send(&interfaces);
        self.burst = self.burst.saturating_sub(1);
        let wait = if self.burst > 0 {
            Duration::from_secs(1)
        } else if self.said.searching {
            dice::jittered(SEARCHING).min(self.settings.most)
        } else {
            dice::between(self.settings.least, self.settings.most)
        };
        let now = Instant::now();
        self.next = now + wait;
        self.foreign
            .retain(|_, last| now.duration_since(*last) < FOREIGN_FRESH);
        self.counters.foreign_sources = self.foreign.len();
    }

    fn send(&mut self, interfaces: &[Interface]) {
        let (main, porch) = (self.said.main_port, self.said.porch_port);
        let mut salt = [0; 8];
        if main == 0 || getrandom::fill(&mut salt).is_err() {
            return;
        }
        let beacon = Beacon::new(&self.keys, &self.settings.me, main, porch, salt);
        let from: Vec<Interface> = interfaces
            .iter()
            .filter(|interface| listens(&self.said.listening, interface.ip))
            .cloned()
            .collect();
        let shouted = shout(&beacon.encode(), &from, self.settings.port);
        self.counters.sent += shouted.sent;
        self.counters.send_error = shouted.error;
    }

    fn hear(&mut self, datagram: Datagram, from: IpAddr) {
        match datagram {
            Datagram::Announce(beacon) => self.hear_beacon(&beacon, from),
            Datagram::Call => self.hear_call(),
            Datagram::OtherVersion => self.counters.other_versions += 1,
        }
    }

    /// A newcomer asks: speak at once, but not more often than every two seconds.
    fn hear_call(&mut self) {
        let now = Instant::now();
        if self
            .answered
            .is_none_or(|last| now.duration_since(last) >= ANSWER_GAP)
        {
            self.answered = Some(now);
            self.next = self
                .next
                .min(now + dice::between(Duration::ZERO, Duration::from_millis(300)));
        }
    }

    fn hear_beacon(&mut self, beacon: &Beacon, from: IpAddr) {
        if !beacon.is_ours(&self.keys) {
            self.counters.foreign += 1;
            let source = source(from);
            if self.foreign.len() < FOREIGN_SOURCES_MAX || self.foreign.contains_key(&source) {
                self.foreign.insert(source, Instant::now());
            }
            self.counters.foreign_sources = self.foreign.len();
            return;
        }
        if beacon.is_from(&self.keys, &self.settings.me) {
            self.counters.same_key_elsewhere += u64::from(!self.own.contains(&from));
            return;
        }
        if link_local(&from) {
            self.counters.link_local += 1;
            return;
        }
        if !self.may_try() {
            self.counters.dropped += 1;
            return;
        }
        let peer = self.recognise(beacon, from);
        match peer {
            Some(_) => self.counters.from_members += 1,
            None => self.counters.from_unknown += 1,
        }
        let heard = Heard {
            peer,
            main: Address::new(from, beacon.main_port),
            porch: (beacon.porch_port != 0).then(|| Address::new(from, beacon.porch_port)),
        };
        if self.heard.try_send(heard).is_err() {
            self.counters.dropped += 1;
        }
    }

    fn may_try(&mut self) -> bool {
        let now = Instant::now();
        if now.duration_since(self.trials.0) >= Duration::from_secs(1) {
            self.trials = (now, TRIALS_PER_SECOND);
        }
        let left = self.trials.1 > 0;
        self.trials.1 = self.trials.1.saturating_sub(1);
        left
    }

    fn recognise(&mut self, beacon: &Beacon, from: IpAddr) -> Option<PeerId> {
        let place = (from, beacon.main_port);
        let members = Arc::clone(&self.said.members);
        if let Some(guess) = self.guesses.get(&place)
            && beacon.is_from(&self.keys, guess)
            && members.binary_search(guess).is_ok()
        {
            return Some(*guess);
        }
        let found = members
            .iter()
            .find(|peer| beacon.is_from(&self.keys, peer))
            .copied()?;
        if self.guesses.len() >= GUESSES_MAX {
            self.guesses.clear();
        }
        self.guesses.insert(place, found);
        Some(found)
    }
}

/// Whether somebody who dials this address of ours would be heard.
fn listens(listening: &[IpAddr], ip: IpAddr) -> bool {
    listening
        .iter()
        .any(|at| *at == ip || (at.is_unspecified() && at.is_ipv4() == ip.is_ipv4()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beacon_leaves_only_from_where_one_can_be_reached() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(listens(&[ip("0.0.0.0")], ip("192.0.2.7")));
        assert!(!listens(&[ip("0.0.0.0")], ip("fd00::7")));
        assert!(listens(&[ip("192.0.2.7")], ip("192.0.2.7")));
        assert!(!listens(&[ip("192.0.2.7")], ip("192.0.2.8")));
    }
}
