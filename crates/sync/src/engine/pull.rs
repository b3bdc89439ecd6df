//! Asking for what is lacking: one request at a time with each peer, acts before contents.

use std::time::Duration;

use beffroi_trust::Class;

use super::Engine;
use crate::ask::Subject;
use crate::bulk::{Bulk, Next};
use crate::effect::Notice;
use crate::limits::WANT_IDS_MAX;
use crate::peer::{CLASSES, PeerId};
use crate::wire::{Cause, Frame, List, Outline, Stream, Want};

impl Engine {
    /// Lets every idle peer do something for us.
    pub(super) fn pull(&mut self) {
        if self.stopped {
            return;
        }
        for peer in self.peers() {
            self.pull_from(peer);
        }
    }

    fn pull_from(&mut self, peer: PeerId) {
        let backlog = self.arrivals.backlog(&peer);
        let Some(link) = self.links.get(&peer) else {
            return;
        };
        let Some(room) = link.ask.room(backlog) else {
            return;
        };
        let asked = CLASSES.into_iter().any(|class| {
            self.may_pull(peer, class)
                && (self.ask_part(peer, class, room) || self.ask_ids(peer, class, room))
        });
        let drained = !asked && backlog == 0 && !self.wants_from(peer);
        if drained {
            self.ask_copies(peer, room);
        }
        let link = self.links.get_mut(&peer);
        if let Some(link) = link.filter(|_| drained)
            && std::mem::take(&mut link.pulling)
        {
            self.recheck(peer, Duration::ZERO);
        }
    }

    /// Whether the peer has anything that is wanted.
    pub(super) fn wants_from(&self, peer: PeerId) -> bool {
        CLASSES
            .into_iter()
            .any(|class| self.wants.named_by(&peer, class) > 0)
    }

    /// Contents wait while acts of the same peer are under way: their authors come with the acts.
    fn may_pull(&self, peer: PeerId, class: Class) -> bool {
        let acts_under_way = || {
            let acts = self.links.get(&peer).map(|link| &link.sets.acts);
            acts.is_some_and(|acts| acts.awaited || acts.session.is_some())
                || self.wants.named_by(&peer, Class::Act) > 0
                || self.bulk.acts.as_ref().is_some_and(Bulk::is_active)
        };
        class == Class::Act || !acts_under_way()
    }

    fn ask_ids(&mut self, peer: PeerId, class: Class, room: usize) -> bool {
        let ids = self.wants.take(peer, class, WANT_IDS_MAX);
        if ids.is_empty() {
            return false;
        }
        let subject = Subject::Ids {
            left: ids.iter().copied().collect(),
            came: 0,
        };
        let Some(number) = self.open_request(peer, subject) else {
            return false;
        };
        let want = Want {
            number,
            bytes: u32::try_from(room).unwrap_or(u32::MAX),
            ids: List::first(ids),
        };
        self.send(peer, Frame::Want(want));
        true
    }

    fn open_request(&mut self, peer: PeerId, subject: Subject) -> Option<u32> {
        let now = self.now;
        let link = self.links.get_mut(&peer)?;
        link.pulling = true;
        Some(link.ask.open(subject, now))
    }

    fn ask_part(&mut self, peer: PeerId, class: Class, room: usize) -> bool {
        let next = self
            .bulk
            .at_mut(class)
            .as_mut()
            .and_then(|bulk| bulk.next(peer));
        let (subject, part) = match next {
            None => return false,
            Some(Next::Survey) => (Subject::Survey(class), None),
            Some(Next::Part {
                place,
                from,
                to_second,
            }) => (Subject::Part(class, place), Some((from, to_second))),
        };
        let Some(number) = self.open_request(peer, subject) else {
            return false;
        };
        let frame = match part {
            None => Frame::Survey(class),
            Some((from, to_second)) => Frame::Stream(Stream {
                number,
                class,
                from,
                to_second,
                bytes: u32::try_from(room).unwrap_or(u32::MAX),
            }),
        };
        self.send(peer, frame);
        true
    }

    /// A peer's set is much larger: it joins those from whom the set is streamed.
    pub(super) fn join_bulk(&mut self, peer: PeerId, class: Class) {
        let slot = self.bulk.at_mut(class);
        let began = slot.is_none();
        slot.get_or_insert_default().join(peer);
        if let Some(link) = self.links.get_mut(&peer) {
            link.sets.at_mut(class).bulked = true;
        }
        if began {
            self.tell(Notice::BulkBegan(class));
        }
    }

    /// A holder told how to divide its set.
    pub(super) fn outlined(&mut self, peer: PeerId, outline: &Outline) {
        let now = self.now;
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        let Some(Subject::Survey(class)) = link.ask.subject() else {
            return;
        };
        if *class != outline.class {
            return;
        }
        link.ask.finish(now);
        if let Some(bulk) = self.bulk.at_mut(outline.class) {
            bulk.divide(&outline.seconds);
        }
    }

    /// One pack of an answer was taken; ends the request when it was the last.
    pub(super) fn end_answer(&mut self, peer: PeerId, cause: Cause) {
        let now = self.now;
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        let (number, last, next) = match cause {
            Cause::Pushed { .. } => return,
            Cause::Wanted { number, last } => (number, last, None),
            Cause::Streamed { number, last, next } => (number, last, next),
        };
        if !last || !link.ask.awaits(number) {
            return;
        }
        match link.ask.finish(now) {
            Some(Subject::Ids { left, came: 0 }) => {
                let withheld = self.wants.refused(peer, &left);
                if withheld > 0 {
                    self.tell(Notice::Withheld(peer, withheld));
                }
            }
            Some(Subject::Ids { left, .. }) => self.wants.put_back(&left),
            Some(Subject::Part(class, place)) => {
                if let Some(bulk) = self.bulk.at_mut(class) {
                    bulk.advanced(place, next);
                }
                self.end_bulk(class);
            }
            Some(Subject::Copies { left, .. }) => link.copies.retain(|id| !left.contains(id)),
            Some(Subject::Survey(_)) | None => {}
        }
    }

    fn end_bulk(&mut self, class: Class) {
        if self.bulk.at(class).as_ref().is_some_and(Bulk::is_done) {
            *self.bulk.at_mut(class) = None;
            self.tell(Notice::BulkEnded(class));
            self.recheck_all();
        }
    }

    /// Nothing came of a request for too long: the next holder is asked.
    pub(super) fn overdue(&mut self, peer: PeerId) {
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        match link.ask.give_up() {
            Some(Subject::Ids { left, .. }) => {
                let dropped = self.wants.late(peer, &left);
                if dropped > 0 {
                    link.forget_reconciled();
                    self.tell(Notice::Withheld(peer, dropped));
                }
            }
            Some(Subject::Part(class, _) | Subject::Survey(class)) => {
                if let Some(bulk) = self.bulk.at_mut(class) {
                    bulk.late(peer);
                }
            }
            // Asked again in the next round.
            Some(Subject::Copies { left, .. }) => link.copies.retain(|id| !left.contains(id)),
            None => {}
        }
    }
}
