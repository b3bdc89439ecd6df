//! Telling peers what is new, and taking in what they acknowledge.

use std::collections::BTreeMap;
use std::time::Duration;

use beffroi_trust::{Class, EntryId};
use bytes::Bytes;

use super::Engine;
use crate::effect::Effect;
use crate::limits::{PACK_BYTES_MAX, PUSH_AGAIN_MAX, PUSH_BATCH_MAX, PUSH_BYTES_MAX, PUSH_PEERS};
use crate::live::{Ids, frames};
use crate::peer::{Link, PeerId, PerClass};
use crate::wire::{Cause, Entries, Frame, Have, Pack};

/// An entry that has just been flushed.
pub(super) struct Kept {
    pub(super) id: EntryId,
    pub(super) class: Class,
    pub(super) bytes: Bytes,
}

impl Engine {
    /// Tells every neighbour: a few that lack it get the entry, the others its id.
    pub(super) fn spread(&mut self, kept: &[Kept]) {
        let few = kept.len() <= PUSH_BATCH_MAX;
        let mut pushes = BTreeMap::<PeerId, PerClass<Vec<Bytes>>>::new();
        for entry in kept {
            let lacking = self.lacking(entry);
            let fast = lacking.iter().copied().filter(|peer| self.is_fast(peer));
            let pushable = few && entry.bytes.len() <= PUSH_BYTES_MAX;
            let count = if pushable { PUSH_PEERS } else { 0 };
            let pushed = self.dice.some(fast.collect(), count);
            for peer in &pushed {
                let push = pushes.entry(*peer).or_default();
                push.at_mut(entry.class).push(entry.bytes.clone());
            }
            for peer in self.peers() {
                if !pushed.contains(&peer) {
                    self.say(peer, entry.class, entry.id);
                }
                if lacking.contains(&peer)
                    && let Some(link) = self.links.get_mut(&peer)
                {
                    link.talk.told(entry.class, entry.id, self.now);
                }
            }
        }
        for (peer, push) in pushes {
            self.push(peer, Class::Act, push.acts);
            self.push(peer, Class::Content, push.contents);
        }
    }

    fn is_fast(&self, peer: &PeerId) -> bool {
        self.links
            .get(peer)
            .is_some_and(|link| link.link == Link::Fast)
    }

    /// The neighbours not known to have an entry, nor told of it.
    fn lacking(&self, entry: &Kept) -> Vec<PeerId> {
        let lacks = |peer: &&PeerId| {
            let link = self.links.get(peer);
            let told = link.is_some_and(|link| link.talk.is_told(&entry.id));
            !told && !self.acknowledged(peer, &entry.id)
        };
        self.links.keys().filter(lacks).copied().collect()
    }

    fn push(&mut self, peer: PeerId, class: Class, entries: Vec<Bytes>) {
        let mut rest = entries.as_slice();
        while !rest.is_empty() {
            let (pack, taken) = Pack::build(rest, PACK_BYTES_MAX);
            rest = rest.get(taken..).unwrap_or_default();
            let digest = self.sets.at_mut(class).digest();
            let cause = Cause::Pushed { class, digest };
            self.send(peer, Frame::Entries(Entries { cause, pack }));
        }
    }

    /// Names an id to a peer soon.
    pub(super) fn say(&mut self, peer: PeerId, class: Class, id: EntryId) {
        let now = self.now;
        if let Some(link) = self.links.get_mut(&peer)
            && !link.talk.say(class, id, now, &mut self.dice)
        {
            link.pulse.ask_after(Duration::ZERO, now);
        }
    }

    /// Sends what waits to be named to a peer.
    pub(super) fn flush(&mut self, peer: PeerId) {
        if let Some(link) = self.links.get_mut(&peer) {
            let frames = link.talk.flush();
            self.name(peer, frames, false);
        }
    }

    /// Tells again what was not acknowledged: a few entries whole, since push or acknowledgement
    /// was lost, many by their ids.
    pub(super) fn tell_again(&mut self, peer: PeerId) {
        let now = self.now;
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        let fast = link.link == Link::Fast;
        let again = link.talk.tell_again(now);
        if link.talk.is_in_vain() {
            link.pulse.ask_after(Duration::ZERO, now);
        }
        for (class, ids) in [(Class::Act, again.acts), (Class::Content, again.contents)] {
            if ids.is_empty() {
                continue;
            }
            if fast && ids.len() <= PUSH_AGAIN_MAX {
                self.push_again(peer, class, ids);
            } else {
                self.name(peer, frames(class, ids.iter()), true);
            }
        }
    }

    fn name(&mut self, peer: PeerId, frames: Vec<(Class, Ids)>, again: bool) {
        for (class, ids) in frames {
            let digest = self.sets.at_mut(class).digest();
            let have = Have {
                class,
                digest,
                ids,
                again,
            };
            self.effects
                .push_back(Effect::Send(peer, Frame::Have(have)));
        }
    }

    /// A peer said that an entry of ours is on its disk; true when that is news.
    pub(super) fn acknowledge(&mut self, peer: PeerId, class: Class, id: EntryId) -> bool {
        let Some(place) = self.sets.at(class).place(&id) else {
            return false;
        };
        if let Some(link) = self.links.get_mut(&peer) {
            link.talk.acknowledged(&id);
        }
        let acks = self.acks.entry(peer).or_default();
        acks.at_mut(class).add(id, place.position)
    }

    /// A peer lacks an entry of ours; true when it had acknowledged it.
    pub(super) fn retract(&mut self, peer: PeerId, class: Class, id: EntryId) -> bool {
        let Some(place) = self.sets.at(class).place(&id) else {
            return false;
        };
        let acks = self.acks.entry(peer).or_default();
        acks.at_mut(class).retract(id, place.position)
    }
}
