//! The way of an entry into the set: received, checked, flushed, and only then spoken of.

use std::collections::BTreeMap;

use beffroi_trust::{Class, DeviceId, EntryId, OrderKey, Parcel};

use super::Engine;
use super::tell::Kept;
use crate::ask::Subject;
use crate::effect::{Effect, Notice, Reason};
use crate::input::Verified;
use crate::limits::BACKLOG_BYTES_MAX;
use crate::peer::{CLASSES, PeerId};
use crate::wire::{Cause, Entries, Prefix};

impl Engine {
    /// A pack came from a peer.
    pub(super) fn entries(&mut self, peer: PeerId, entries: &Entries) {
        let opened = match entries.pack.open() {
            Ok(opened) => opened,
            Err(error) => return self.hang_up(peer, Reason::Pack(error)),
        };
        let (read, created) = (self.config.read, self.config.created_second);
        let parcels: Result<Vec<Parcel>, _> = opened
            .into_iter()
            .map(|bytes| read(bytes, created))
            .collect();
        let Ok(parcels) = parcels else {
            return self.hang_up(peer, Reason::Entry);
        };
        if self.took_copies(peer, entries.cause, &parcels) {
            return;
        }
        let (asked, push) = match entries.cause {
            Cause::Pushed { class, digest } => (None, Some((class, digest))),
            Cause::Wanted { number, .. } | Cause::Streamed { number, .. } => (Some(number), None),
        };
        let asked = asked.is_some_and(|number| self.note_answer(peer, number, &parcels));
        let news: Vec<Parcel> = parcels
            .into_iter()
            .filter(|parcel| self.arrived(peer, parcel, asked))
            .collect();
        if !news.is_empty() {
            self.effects.push_back(Effect::Verify(peer, news));
        }
        if let Some((class, digest)) = push {
            self.digest_heard(peer, class, digest);
            self.note_step(peer);
        }
        self.end_answer(peer, entries.cause);
    }

    /// Takes what has come out of the open request; false when there is no such request.
    fn note_answer(&mut self, peer: PeerId, number: u32, parcels: &[Parcel]) -> bool {
        let now = self.now;
        let subject = self
            .links
            .get_mut(&peer)
            .and_then(|link| link.ask.answered(number, now));
        if let Some(Subject::Ids { left, came }) = subject {
            for parcel in parcels {
                *came += usize::from(left.remove(&Prefix::from(parcel.id)));
            }
            return true;
        }
        subject.is_some()
    }

    /// Sorts one entry; true when it is to be checked.
    fn arrived(&mut self, peer: PeerId, parcel: &Parcel, asked: bool) -> bool {
        let id = parcel.id;
        if self.sets.at(parcel.class).place(&id).is_some() {
            if self.acknowledge(peer, parcel.class, id) {
                self.tell(Notice::Acknowledged(peer, vec![id]));
            }
            if !asked {
                // It would not push what it knows to be here.
                self.say(peer, parcel.class, id);
            }
            return false;
        }
        let backlog = self.arrivals.backlog(&peer);
        let flooded = !asked && backlog + parcel.bytes.len() > BACKLOG_BYTES_MAX;
        if self.stopped || flooded || self.aside.is_held_back(&id) || self.arrivals.also(&id, peer)
        {
            return false;
        }
        let holders = self.wants.arrived(Prefix::from(id));
        self.arrivals.check(parcel.clone(), peer, holders);
        true
    }

    /// Entries written or woken here.
    pub(super) fn save_own(&mut self, parcels: Vec<Parcel>) {
        let mut news = Vec::new();
        for parcel in parcels {
            if !self.sets.contains(&parcel.id) && self.arrivals.save_own(parcel.clone()) {
                self.wants.arrived(Prefix::from(parcel.id));
                news.push(parcel);
            }
        }
        if !news.is_empty() {
            self.effects.push_back(Effect::Persist(news));
        }
    }

    /// A check was done.
    pub(super) fn verified(&mut self, verified: Verified) {
        for id in &verified.parked {
            if self.leaves(id) {
                self.aside.park(*id);
            }
        }
        for id in &verified.overflowed {
            if self.leaves(id) {
                self.aside.forgo(*id);
            }
        }
        for id in &verified.deferred {
            self.defer(id);
        }
        for id in &verified.faulty {
            self.faulty(id);
        }
        if !verified.known.is_empty() {
            self.persisted(&verified.known);
        }
        let save = |id| self.arrivals.save(id);
        let accepted: Vec<Parcel> = verified.accepted.iter().filter_map(save).collect();
        if !accepted.is_empty() && !self.stopped {
            self.effects.push_back(Effect::Persist(accepted));
        }
    }

    /// Takes back an entry that did not pass its check; false when it was woken meanwhile, and is
    /// being saved or in the set.
    fn leaves(&mut self, id: &EntryId) -> bool {
        let stays = self.arrivals.is_saving(id) || self.sets.contains(id);
        if !stays {
            self.arrivals.remove(id);
        }
        !stays
    }

    /// Its author is over a budget: it is known of, and not asked for again until there is room.
    fn defer(&mut self, id: &EntryId) {
        let author = self.arrivals.author(id);
        if let Some(author) = author.filter(|_| self.leaves(id)) {
            self.aside.defer(*id, author);
        }
    }

    /// Authors have room again: peers are compared with as if for the first time.
    pub(super) fn resume_authors(&mut self, authors: &[DeviceId]) {
        if self.aside.resume(authors) {
            for link in self.links.values_mut() {
                link.forget_reconciled();
            }
            self.recheck_all();
        }
    }

    /// The copy of one peer was broken: it goes, and the others who have the entry are asked.
    fn faulty(&mut self, id: &EntryId) {
        if self.arrivals.is_saving(id) {
            return;
        }
        let Some(arrival) = self.arrivals.remove(id) else {
            return;
        };
        let from = arrival.from();
        for holder in arrival.holders {
            if Some(holder) != from && self.links.contains_key(&holder) {
                self.wants
                    .add(Prefix::from(*id), arrival.parcel.class, holder);
            }
        }
        if let Some(from) = from {
            self.hang_up(from, Reason::Faulty);
        }
    }

    /// Entries are on the disk: they enter the set, and may be spoken of.
    pub(super) fn persisted(&mut self, ids: &[EntryId]) {
        let mut kept = Vec::new();
        let mut holders = BTreeMap::<PeerId, Vec<EntryId>>::new();
        let mut acts = false;
        for id in ids {
            let Some(arrival) = self.arrivals.remove(id) else {
                continue;
            };
            let Parcel {
                class,
                second,
                bytes,
                ..
            } = arrival.parcel;
            if !self.sets.at_mut(class).insert(OrderKey { second, id: *id }) {
                continue;
            }
            acts |= class == Class::Act;
            self.aside.remove(id);
            for holder in arrival.holders {
                if self.acknowledge(holder, class, *id) {
                    holders.entry(holder).or_default().push(*id);
                }
            }
            kept.push(Kept {
                id: *id,
                class,
                bytes,
            });
        }
        for (holder, ids) in holders {
            self.tell(Notice::Acknowledged(holder, ids));
        }
        if acts && self.aside.acts_changed() {
            for link in self.links.values_mut() {
                link.forget_reconciled();
            }
            self.recheck_all();
        }
        self.spread(&kept);
        for peer in self.peers() {
            for class in CLASSES {
                self.check_equal(peer, class);
            }
            self.note_step(peer);
        }
    }
}
