//! Frames from peers: read, charged, and handed to whom they concern.

use beffroi_trust::Class;

use super::Engine;
use crate::ask::COPIES;
use crate::effect::{Notice, Reason};
use crate::peer::{CLASSES, PeerId};
use crate::wire::{Cause, Digest, Entries, Frame, Have, Summary};

impl Engine {
    pub(super) fn receive(&mut self, peer: PeerId, bytes: &[u8]) {
        let now = self.now;
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        let frame = match Frame::decode(bytes) {
            Ok(frame) => frame,
            Err(error) => return self.hang_up(peer, Reason::Frame(error)),
        };
        link.pulse.heard(now);
        let asked = match &frame {
            Frame::Entries(Entries { cause, .. }) => match cause {
                Cause::Pushed { .. } => false,
                Cause::Wanted { number, .. } | Cause::Streamed { number, .. } => {
                    link.ask.awaits(*number & !COPIES)
                }
            },
            Frame::Hello(_)
            | Frame::Summary(_)
            | Frame::Compare(_)
            | Frame::Have(_)
            | Frame::Want(_)
            | Frame::Survey(_)
            | Frame::Outline(_)
            | Frame::Stream(_)
            | Frame::Addresses(_) => false,
        };
        if !asked && !link.unasked.take(bytes.len() as u64, now) {
            return self.hang_up(peer, Reason::Flood);
        }
        self.dispatch(peer, frame);
    }

    fn dispatch(&mut self, peer: PeerId, frame: Frame) {
        match frame {
            Frame::Hello(hello) => self.greeted(peer, hello),
            Frame::Summary(summary) => self.summarised(peer, summary, false),
            Frame::Compare(compare) => self.compared(peer, &compare),
            Frame::Have(have) => self.named(peer, &have),
            Frame::Want(want) => self.wanted(peer, &want),
            Frame::Survey(class) => self.surveyed(peer, class),
            Frame::Outline(outline) => self.outlined(peer, &outline),
            Frame::Stream(stream) => self.streamed(peer, &stream),
            Frame::Entries(entries) => self.entries(peer, &entries),
            Frame::Addresses(list) => self.tell(Notice::Addresses(peer, list.into_vec())),
        }
    }

    pub(super) fn summarised(&mut self, peer: PeerId, summary: Summary, greeting: bool) {
        for (class, digest) in CLASSES.into_iter().zip([summary.acts, summary.contents]) {
            let ours = self.sets.at(class).count();
            if let Some(link) = self.links.get_mut(&peer) {
                link.sets.at_mut(class).fresh_at = Some(ours);
                link.pulse.summarised();
            }
            self.digest_heard(peer, class, digest);
        }
        self.note_step(peer);
        let opened = self.evaluate(peer, greeting);
        if summary.ask && !opened {
            self.send_summary(peer, false);
        }
    }

    /// A peer said what its set hashes to; the same hash acknowledges all of ours.
    pub(super) fn digest_heard(&mut self, peer: PeerId, class: Class, digest: Digest) {
        if let Some(link) = self.links.get_mut(&peer) {
            link.sets.at_mut(class).theirs = Some(digest);
            self.check_equal(peer, class);
        }
    }

    pub(super) fn check_equal(&mut self, peer: PeerId, class: Class) {
        let ours = self.sets.at_mut(class).digest();
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        let side = link.sets.at_mut(class);
        if side.theirs != Some(ours) {
            return;
        }
        side.compared = true;
        side.resume = None;
        // A broken stream whose rest came by other ways is not gone on with.
        let plan = self.bulk.at_mut(class);
        plan.take_if(|bulk| !bulk.is_active());
        if link.talk.acknowledged_all(class) {
            link.pulse.beat_soon(self.now);
        }
        let acks = self.acks.entry(peer).or_default().at_mut(class);
        if acks.all_but(ours, &[], self.sets.at(class)) {
            self.tell(Notice::AcknowledgedAll(peer, class));
        }
    }

    /// Says once when both sets have become equal to a peer's.
    pub(super) fn note_step(&mut self, peer: PeerId) {
        let ours = self.digests().map(Some);
        let Some(link) = self.links.get(&peer) else {
            return;
        };
        let equal = [link.sets.acts.theirs, link.sets.contents.theirs] == ours;
        let contact = self.contacts.entry(peer).or_default();
        let news = equal && !contact.in_step;
        contact.in_step = equal;
        if equal {
            contact.in_step_at = Some(self.now);
        }
        if news {
            self.tell(Notice::InStep(peer));
        }
    }

    /// A peer named ids that are on its disk.
    fn named(&mut self, peer: PeerId, have: &Have) {
        let mut acknowledged = Vec::new();
        for prefix in have.ids.iter().copied() {
            if let Some((class, id)) = self.sets.find(prefix) {
                if self.acknowledge(peer, class, id) {
                    acknowledged.push(id);
                }
                if have.again {
                    self.say(peer, class, id);
                }
            } else if let Some(id) = self.arrivals.find(prefix) {
                self.arrivals.also(&id, peer);
            } else if !self.stopped && !self.aside.knows(prefix) {
                self.wants.add(prefix, have.class, peer);
            }
        }
        if !acknowledged.is_empty() {
            self.tell(Notice::Acknowledged(peer, acknowledged));
        }
        self.digest_heard(peer, have.class, have.digest);
        self.note_step(peer);
    }
}
