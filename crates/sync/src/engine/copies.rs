//! Further copies of entries that are in the set and not whole here: asked of each member met, round after
//! round, since one may have what another withheld. They change no set.

use std::collections::BTreeSet;

use beffroi_trust::{EntryId, Parcel};

use super::Engine;
use crate::ask::{COPIES, Subject};
use crate::effect::Effect;
use crate::limits::{COPIES_EVERY, COPIES_IDS_MAX, COPIES_KNOWN_MAX};
use crate::moment::Moment;
use crate::peer::PeerId;
use crate::wire::{Cause, Frame, List, Prefix, Want};

impl Engine {
    /// These are the entries of which a further copy is wanted, and no others. When some are new, every peer
    /// is asked from the first on.
    pub(super) fn want_copies(&mut self, ids: BTreeSet<EntryId>) {
        let ids: BTreeSet<EntryId> = ids.into_iter().take(COPIES_KNOWN_MAX).collect();
        let news = ids.iter().any(|id| !self.copies.contains(id));
        self.copies = ids;
        for link in self.links.values_mut() {
            link.copies.retain(|id| self.copies.contains(id));
        }
        if news {
            for contact in self.contacts.values_mut() {
                contact.copies_at = None;
            }
        }
    }

    /// When a peer is to be asked for copies; none when there is nothing to ask for.
    pub(super) fn copies_at(&self, peer: &PeerId) -> Option<Moment> {
        let link = self.links.get(peer)?;
        if self.stopped || self.copies.is_empty() || link.ask.subject().is_some() {
            return None;
        }
        let due = self
            .contacts
            .get(peer)
            .and_then(|contact| contact.copies_at);
        Some(due.filter(|_| link.copies.is_empty()).unwrap_or(self.now))
    }

    /// Asks a peer, of which nothing else is wanted, for some of the copies.
    pub(super) fn ask_copies(&mut self, peer: PeerId, room: usize) {
        if self.copies_at(&peer).is_none_or(|at| at > self.now) {
            return;
        }
        let now = self.now;
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        if link.copies.is_empty() {
            link.copies.clone_from(&self.copies);
            let contact = self.contacts.entry(peer).or_default();
            contact.copies_at = Some(now + COPIES_EVERY);
        }
        let ids: Vec<EntryId> = link.copies.iter().take(COPIES_IDS_MAX).copied().collect();
        let left = ids.iter().copied().collect();
        let number = link.ask.open(Subject::Copies { left, came: 0 }, now) | COPIES;
        let want = Want {
            number,
            bytes: u32::try_from(room).unwrap_or(u32::MAX),
            ids: List::first(ids.into_iter().map(Prefix::from).collect::<Vec<_>>()),
        };
        self.send(peer, Frame::Want(want));
    }

    /// Takes an answer to such a request, if it is one: what was asked for goes to the driver, which looks
    /// what of it is news.
    pub(super) fn took_copies(&mut self, peer: PeerId, cause: Cause, parcels: &[Parcel]) -> bool {
        let Cause::Wanted { number, last } = cause else {
            return false;
        };
        let now = self.now;
        let Some(link) = self.links.get_mut(&peer).filter(|_| number & COPIES != 0) else {
            return false;
        };
        let Some(Subject::Copies { left, came }) = link.ask.answered(number & !COPIES, now) else {
            // Too late, or never asked: nothing is taken of it.
            return true;
        };
        let asked: Vec<Parcel> = parcels
            .iter()
            .filter(|parcel| left.remove(&parcel.id))
            .cloned()
            .collect();
        *came += asked.len();
        for parcel in &asked {
            link.copies.remove(&parcel.id);
        }
        if last {
            self.end_copies(peer);
        }
        if !asked.is_empty() {
            self.effects.push_back(Effect::Mend(peer, asked));
        }
        true
    }

    fn end_copies(&mut self, peer: PeerId) {
        let now = self.now;
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        if let Some(Subject::Copies { left, came: 0 }) = link.ask.finish(now) {
            link.copies.retain(|id| !left.contains(id));
        }
    }
}
