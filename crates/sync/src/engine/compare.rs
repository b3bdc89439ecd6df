//! Whether and when to reconcile with a peer.

use std::time::Duration;

use beffroi_trust::Class;

use super::Engine;
use crate::limits::{BULK_MIN, BULK_RATIO, SUMMARY_SPACING};
use crate::peer::{CLASSES, PeerId};
use crate::wire::Digest;

/// A peer that streamed from us a moment ago will reconcile when it is done.
const STREAMING: Duration = Duration::from_secs(10);
/// Where edits never cease something always waits for its acknowledgement: compare nevertheless.
const PUT_OFF_MAX: Duration = Duration::from_secs(30);

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
    /// Compares what a peer said of its sets with ours, and begins what each needs: neither waits
    /// for the other, since contents are not asked for while acts are under way. True when a
    /// session was opened.
    pub(super) fn evaluate(&mut self, peer: PeerId, greeting: bool) -> bool {
        if self.stopped {
            return false;
        }
        let needs = CLASSES.map(|class| (class, self.need(peer, class)));
        let mut opened = false;
        for (class, need) in needs {
            // Both sides of a new link know as much: the smaller id begins.
            let awaited = need == Need::Session && greeting && self.me > peer;
            if let Some(link) = self.links.get_mut(&peer) {
                link.sets.at_mut(class).awaited = awaited;
            }
            match need {
                Need::Nothing | Need::Wait => {}
                Need::Later => self.put_off(peer),
                Need::Stream => self.join_bulk(peer, class),
                Need::Session if awaited => self.recheck(peer, SUMMARY_SPACING * 2),
                Need::Session => {
                    self.open_session(peer, class);
                    opened = true;
                }
            }
        }
        let settled = needs.iter().all(|(_, need)| *need == Need::Nothing);
        if let Some(link) = self.links.get_mut(&peer).filter(|_| settled) {
            link.put_off_since = None;
        }
        opened
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
            Some(_) if theirs.count > ours.count.saturating_add(BULK_MIN) && !side.bulked => {
                return Need::Stream;
            }
            Some(bulk) if bulk.is_active() => return Need::Wait,
            Some(_) | None => {}
        }
        if side.reconciled == Some((ours.root, theirs.root)) {
            return Need::Nothing;
        }
        if much_larger(theirs, ours) && !side.bulked {
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
        let long = put_off.unwrap_or_default() >= PUT_OFF_MAX;
        if unsettled && !long && !link.talk.is_in_vain() {
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
}
