//! Links come, beat, fall silent and go.

use std::time::Duration;

use super::{Connection, Engine};
use crate::effect::{Effect, Notice, Reason};
use crate::limits::{ADDRESSES_MAX, PROTOCOL, SUMMARY_SPACING};
use crate::moment::Moment;
use crate::peer::{CLASSES, Link, PeerId};
use crate::wire::{Address, Digest, Frame, Hello, List, Summary, Text};

/// Addresses are told this long after a greeting or a change, so that several go together.
const ADDRESSES_DELAY: Duration = Duration::from_secs(2);

impl Engine {
    pub(super) fn connect(&mut self, peer: PeerId, link: Link, wall_ms: u64) {
        self.drop_link(peer);
        let every = self.every(link);
        let mut connection = Connection::new(link, every, self.now, &mut self.dice);
        connection.told = Some(self.digests());
        self.links.insert(peer, connection);
        self.contacts.entry(peer).or_default();
        let hello = Hello {
            protocol: PROTOCOL,
            version: Text::new(&self.config.version).unwrap_or_else(Text::empty),
            wall_ms,
            heartbeat_ms: u32::try_from(every.as_millis()).unwrap_or(u32::MAX),
            summary: self.summary(false),
        };
        self.send(peer, Frame::Hello(hello));
    }

    pub(super) fn disconnect(&mut self, peer: PeerId) {
        self.drop_link(peer);
    }

    /// Ends a link for a reason; the peer may come back when its ban is over.
    pub(super) fn hang_up(&mut self, peer: PeerId, reason: Reason) {
        if self.drop_link(peer) {
            self.effects.push_back(Effect::HangUp(peer, reason));
        }
    }

    fn drop_link(&mut self, peer: PeerId) -> bool {
        let Some(link) = self.links.remove(&peer) else {
            return false;
        };
        let contact = self.contacts.entry(peer).or_default();
        contact.last_heard = Some(link.pulse.last_heard());
        contact.in_step = false;
        self.wants.forget(peer);
        for class in CLASSES {
            let slot = self.bulk.at_mut(class);
            if let Some(bulk) = slot {
                bulk.left(peer);
            }
            // Without a cursor there is nothing to go on from.
            slot.take_if(|bulk| !bulk.is_active() && !bulk.is_divided());
        }
        self.jobs.retain(|_, job| job.peer != peer);
        true
    }

    pub(super) fn digests(&mut self) -> [Digest; 2] {
        [self.sets.acts.digest(), self.sets.contents.digest()]
    }

    pub(super) fn summary(&mut self, ask: bool) -> Summary {
        let [acts, contents] = self.digests();
        Summary {
            acts,
            contents,
            ask,
        }
    }

    pub(super) fn send_summary(&mut self, peer: PeerId, ask: bool) {
        let summary = self.summary(ask);
        let now = self.now;
        if let Some(link) = self.links.get_mut(&peer) {
            link.pulse.beat(ask, now, &mut self.dice);
            link.told = Some([summary.acts, summary.contents]);
            self.send(peer, Frame::Summary(summary));
        }
    }

    /// Asks for a peer's summary after a while.
    pub(super) fn recheck(&mut self, peer: PeerId, wait: Duration) {
        let now = self.now;
        if let Some(link) = self.links.get_mut(&peer) {
            link.pulse.ask_after(wait, now);
        }
    }

    pub(super) fn recheck_all(&mut self) {
        for peer in self.peers() {
            self.recheck(peer, Duration::ZERO);
        }
    }

    pub(super) fn greeted(&mut self, peer: PeerId, hello: Hello) {
        if hello.protocol != PROTOCOL {
            let theirs = hello.protocol;
            self.hang_up(peer, Reason::Protocol { theirs });
            return;
        }
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        link.pulse.announced(hello.heartbeat());
        link.addresses_at = Some(self.now + ADDRESSES_DELAY);
        let contact = self.contacts.entry(peer).or_default();
        contact.version = Some(hello.version.to_string());
        contact.heartbeat = Some(link.pulse.theirs());
        self.tell(Notice::Greeted {
            peer,
            version: hello.version.to_string(),
            wall_ms: hello.wall_ms,
            heartbeat: hello.heartbeat(),
        });
        self.summarised(peer, hello.summary, true);
    }

    pub(super) fn reachable(&mut self, addresses: Vec<Address>) {
        if addresses == self.addresses {
            return;
        }
        self.addresses = addresses;
        for link in self.links.values_mut() {
            link.addresses_at.get_or_insert(self.now + ADDRESSES_DELAY);
        }
    }

    fn tell_addresses(&mut self, peer: PeerId) {
        let about = self
            .addresses
            .iter()
            .filter(|address| address.peer != peer.0);
        let about: Vec<Address> = about.take(ADDRESSES_MAX).cloned().collect();
        if !about.is_empty() {
            self.send(peer, Frame::Addresses(List::first(about)));
        }
    }

    /// Does what is due on every link.
    pub(super) fn wake(&mut self) {
        for peer in self.peers() {
            let due = self
                .links
                .get(&peer)
                .is_some_and(|link| link.wake_at().0 <= self.now);
            if due {
                self.wake_link(peer);
            }
        }
    }

    fn wake_link(&mut self, peer: PeerId) {
        let now = self.now;
        let due = |at: Option<Moment>| at.is_some_and(|at| at <= now);
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        if link.pulse.silent_at() <= now {
            self.hang_up(peer, Reason::Silent);
            return;
        }
        let (beat, wish) = (link.pulse.next() <= now, link.pulse.ask_at());
        // A heartbeat that is due carries the wish: it costs no frame of its own.
        let ask = due(wish) || (beat && wish.is_some());
        let (flush, again) = (due(link.talk.flush_at()), due(link.talk.tell_at()));
        let (overdue, audit) = (due(link.ask.deadline()), link.audit_at <= now);
        let addresses = due(link.addresses_at);
        if addresses {
            link.addresses_at = None;
            self.tell_addresses(peer);
        }
        if beat || ask {
            self.send_summary(peer, ask);
        }
        if flush {
            self.flush(peer);
        }
        if again {
            self.tell_again(peer);
        }
        if overdue {
            self.overdue(peer);
        }
        if audit {
            self.audit(peer);
        }
        self.expire_sessions(peer);
    }

    /// The disk refused: nothing under way will be kept, and nothing more is asked for.
    pub(super) fn stop(&mut self) {
        self.arrivals.clear();
        if self.stopped {
            return;
        }
        self.stopped = true;
        self.bulk = Default::default();
        for peer in self.peers() {
            self.wants.forget(peer);
            if let Some(link) = self.links.get_mut(&peer) {
                link.ask.give_up();
                link.pulling = false;
                link.sets.acts.session = None;
                link.sets.contents.session = None;
                link.forget_reconciled();
            }
        }
        self.tell(Notice::Stopped);
    }

    pub(super) fn resume(&mut self) {
        if std::mem::take(&mut self.stopped) {
            self.recheck_all();
        }
    }

    /// A peer's summary was asked for in vain or a session was lost: try again soon.
    pub(super) fn retry(&mut self, peer: PeerId) {
        let wait = self.dice.span(SUMMARY_SPACING / 2, SUMMARY_SPACING * 2);
        self.recheck(peer, wait);
    }
}
