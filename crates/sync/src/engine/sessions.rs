//! Sessions of a link: opened, accepted, carried on, repeated when a message was lost, concluded.

use std::time::Duration;

use beffroi_trust::Class;

use super::Engine;
use crate::effect::{Notice, Reason};
use crate::limits::{AUDIT_EVERY, REPEATS_MAX};
use crate::peer::{CLASSES, PeerId};
use crate::session::{Session, Step, Verdict};
use crate::wire::{Compare, Frame};

impl Engine {
    /// Opens a session with a peer.
    pub(super) fn open_session(&mut self, peer: PeerId, class: Class) {
        let digests = self.digests();
        let key = self.dice.bytes();
        let now = self.now;
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        link.put_off_since = None;
        link.talk.compared();
        let side = link.sets.at_mut(class);
        let set = self.sets.at_mut(class);
        let start = set.digest();
        let (session, message) = Session::open(key, class, side.resume, &set.index, start, now);
        side.session = Some(session);
        // The peer's verdict names our root: it should have heard it.
        if link.told != Some(digests) {
            self.send_summary(peer, false);
        }
        self.send(peer, Frame::Compare(message));
    }

    /// Hourly, on one side of each link: are sets that look equal equal?
    pub(super) fn audit(&mut self, peer: PeerId) {
        let next = self.now + self.dice.near(AUDIT_EVERY);
        for class in CLASSES {
            let key = self.dice.bytes();
            let now = self.now;
            let ours = self.sets.at_mut(class).digest();
            let Some(link) = self.links.get_mut(&peer) else {
                return;
            };
            link.audit_at = next;
            let side = link.sets.at_mut(class);
            let quiet = side.session.is_none() && side.theirs == Some(ours);
            if quiet && self.me < peer && !self.stopped {
                let index = &self.sets.at(class).index;
                let (session, message) = Session::audit(key, class, index, ours, now);
                side.session = Some(session);
                self.send(peer, Frame::Compare(message));
            }
        }
    }

    /// A message of a session.
    pub(super) fn compared(&mut self, peer: PeerId, message: &Compare) {
        let class = message.class;
        if self.repeat_reply(peer, message) || (message.step == 0 && !self.accept(peer, message)) {
            return;
        }
        let now = self.now;
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        let Some(session) = link.sets.at_mut(class).session.as_mut() else {
            return;
        };
        if !session.expects(message) {
            return;
        }
        match session.advance(message, &self.sets.at(class).index, now) {
            Ok(step) => self.take_step(peer, class, step),
            Err(_) => self.hang_up(peer, Reason::Session),
        }
    }

    /// Answers a message that was answered before: its answer was lost. True when it was one.
    fn repeat_reply(&mut self, peer: PeerId, message: &Compare) -> bool {
        let side = self
            .links
            .get_mut(&peer)
            .map(|link| link.sets.at_mut(message.class));
        let Some((reply, repeats)) = side.and_then(|side| side.reply.as_mut()) else {
            return false;
        };
        let before = reply.session == message.session && reply.step > message.step;
        if before && reply.step == message.step + 1 && *repeats < REPEATS_MAX {
            *repeats += 1;
            let reply = reply.clone();
            self.send(peer, Frame::Compare(reply));
        }
        before
    }

    /// Begins our half of a session; false when it is not welcome now.
    fn accept(&mut self, peer: PeerId, opening: &Compare) -> bool {
        let class = opening.class;
        let bulk = self.bulk.at(class).as_ref();
        if self.stopped || bulk.is_some_and(crate::bulk::Bulk::is_active) {
            return false;
        }
        let (me, now) = (self.me, self.now);
        let start = self.sets.at_mut(class).digest();
        let Some(link) = self.links.get_mut(&peer) else {
            return false;
        };
        let crossed = link.sets.at(class).session.as_ref();
        // Both opened at once: the smaller id's session stands.
        if crossed.is_some_and(Session::unanswered) && me < peer {
            return false;
        }
        let bucket = if opening.audit {
            &mut link.audits
        } else {
            &mut link.sessions
        };
        if !bucket.take(1, now) {
            return false;
        }
        match Session::accept(opening, start, now) {
            Ok(session) => {
                link.pulse.answered();
                let side = link.sets.at_mut(class);
                side.session = Some(session);
                side.awaited = false;
                true
            }
            Err(_) => {
                self.hang_up(peer, Reason::Session);
                false
            }
        }
    }

    fn take_step(&mut self, peer: PeerId, class: Class, step: Step) {
        let held = step.held.into_iter();
        let news: Vec<_> = held
            .filter(|id| self.acknowledge(peer, class, *id))
            .collect();
        if !news.is_empty() {
            self.tell(Notice::Acknowledged(peer, news));
        }
        let lost = step.there.iter().copied();
        let lost: Vec<_> = lost.filter(|id| self.retract(peer, class, *id)).collect();
        if !lost.is_empty() {
            self.tell(Notice::Retracted(peer, lost));
        }
        for prefix in step.here {
            if let Some(id) = self.arrivals.find(prefix) {
                self.arrivals.also(&id, peer);
            } else if self.sets.find(prefix).is_none() && !self.aside.knows(prefix) {
                self.wants.add(prefix, class, peer);
            }
        }
        if let Some(message) = step.send {
            if let Some(link) = self.links.get_mut(&peer) {
                link.sets.at_mut(class).reply = Some((message.clone(), 0));
            }
            self.send(peer, Frame::Compare(message));
        }
        if let Some(verdict) = step.verdict {
            self.conclude(peer, class, &verdict);
        }
    }

    fn conclude(&mut self, peer: PeerId, class: Class, verdict: &Verdict) {
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        let side = link.sets.at_mut(class);
        side.session = None;
        side.resume = verdict.resume;
        if verdict.whole {
            side.compared = true;
            let acks = self.acks.entry(peer).or_default().at_mut(class);
            acks.all_but(verdict.start, &verdict.there, self.sets.at(class));
        }
        let bulk = self.bulk.at_mut(class);
        if verdict.complete && bulk.as_ref().is_some_and(|bulk| !bulk.is_active()) {
            *bulk = None;
        }
        if verdict.complete {
            side.reconciled = side.theirs.map(|theirs| (verdict.start.root, theirs.root));
        }
        self.after_session(peer);
    }

    /// Goes on with the other set, or asks where the peer stands now.
    fn after_session(&mut self, peer: PeerId) {
        let wanted = self.wants_from(peer);
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        if wanted {
            link.pulling = true;
            return;
        }
        let fresh = |class| link.sets.at(class).fresh_at == Some(self.sets.at(class).count());
        if CLASSES.into_iter().all(fresh) {
            self.evaluate(peer, false);
        } else {
            self.recheck(peer, Duration::ZERO);
        }
    }

    pub(super) fn expire_sessions(&mut self, peer: PeerId) {
        let now = self.now;
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        let wait = link.reply_wait();
        let mut again = Vec::new();
        let mut expired = false;
        for class in CLASSES {
            let slot = &mut link.sets.at_mut(class).session;
            let Some(session) = slot.as_mut().filter(|one| one.deadline(wait) <= now) else {
                continue;
            };
            match session.repeat(now) {
                Some(question) => again.push(question),
                None => {
                    *slot = None;
                    expired = true;
                }
            }
        }
        for question in again {
            self.send(peer, Frame::Compare(question));
        }
        if expired {
            self.retry(peer);
        }
    }
}
