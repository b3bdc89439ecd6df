//! Whether and when to reconcile with a peer, and what a session leads to.

use std::time::Duration;

use beffroi_trust::Class;

use super::Engine;
use crate::effect::{Notice, Reason};
use crate::limits::{AUDIT_EVERY, BULK_MIN, BULK_RATIO, SUMMARY_SPACING};
use crate::peer::{CLASSES, PeerId};
use crate::session::{Session, Step, Verdict};
use crate::wire::{Compare, Digest, Frame};

/// A peer that streamed from us a moment ago will reconcile when it is done.
const STREAMING: Duration = Duration::from_secs(10);
/// Where edits never cease something always waits for its acknowledgement: compare nevertheless.
const PUT_OFF_MAX: Duration = Duration::from_secs(5);

/// What a set that may differ from a peer's needs now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Equal, or known as well as it can be.
    Nothing,
    /// Something is under way whose end will be noticed.
    Wait,
    /// Too early to tell: something told may still be acknowledged.
    Later,
    Stream,
    Session,
}

impl Engine {
    /// Compares what a peer said of its sets with ours, acts before contents, and begins what is
    /// needed. True when a message was sent.
    pub(super) fn evaluate(&mut self, peer: PeerId, greeting: bool) -> bool {
        if self.stopped {
            return false;
        }
        for class in CLASSES {
            match self.need(peer, class) {
                Need::Nothing => {}
                Need::Wait => return false,
                Need::Later => {
                    self.put_off(peer);
                    return false;
                }
                Need::Stream => {
                    self.join_bulk(peer, class);
                    return false;
                }
                // Both sides of a new link know as much: the smaller id begins.
                Need::Session if greeting && self.me > peer => {
                    self.recheck(peer, SUMMARY_SPACING * 2);
                    return false;
                }
                Need::Session => {
                    self.open_session(peer, class);
                    return true;
                }
            }
        }
        false
    }

    fn need(&mut self, peer: PeerId, class: Class) -> Need {
        let ours = self.sets.at_mut(class).digest();
        let Some(link) = self.links.get(&peer) else {
            return Need::Nothing;
        };
        let side = link.sets.at(class);
        let Some(theirs) = side.theirs.filter(|theirs| *theirs != ours) else {
            return Need::Nothing;
        };
        let busy = side.session.is_some() || self.wants.named_by(&peer, class) > 0;
        if busy || link.pulling {
            return Need::Wait;
        }
        let much_larger = |one: Digest, other: Digest| {
            one.count > BULK_MIN.saturating_add(other.count.saturating_mul(BULK_RATIO))
        };
        match self.bulk.at(class) {
            Some(_) if theirs.count > ours.count.saturating_add(BULK_MIN) && !link.bulked => {
                return Need::Stream;
            }
            Some(bulk) if bulk.is_active() => return Need::Wait,
            Some(_) | None => {}
        }
        if side.reconciled == Some((ours.root, theirs.root)) {
            return Need::Nothing;
        }
        if much_larger(theirs, ours) && !link.bulked {
            return Need::Stream;
        }
        let streams = link
            .streamed_at
            .is_some_and(|at| self.now.since(at) < STREAMING);
        if streams || much_larger(ours, theirs) {
            return Need::Wait;
        }
        let unsettled = link.talk.is_unsettled() || self.arrivals.backlog(&peer) > 0;
        let put_off = link.put_off_since.map(|since| self.now.since(since));
        if unsettled && put_off.unwrap_or_default() < PUT_OFF_MAX {
            return Need::Later;
        }
        Need::Session
    }

    fn put_off(&mut self, peer: PeerId) {
        let now = self.now;
        if let Some(link) = self.links.get_mut(&peer) {
            link.put_off_since.get_or_insert(now);
            link.pulse.ask_after(SUMMARY_SPACING, now);
        }
    }

    fn open_session(&mut self, peer: PeerId, class: Class) {
        let digests = self.digests();
        let key = self.dice.bytes();
        let now = self.now;
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        link.put_off_since = None;
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
        if message.step == 0 && !self.accept(peer, message) {
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
                link.sets.at_mut(class).session = Some(session);
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
        let mut expired = false;
        for class in CLASSES {
            let session = &mut link.sets.at_mut(class).session;
            if session
                .as_ref()
                .is_some_and(|session| session.deadline(wait) <= now)
            {
                *session = None;
                expired = true;
            }
        }
        if expired {
            self.retry(peer);
        }
    }
}
