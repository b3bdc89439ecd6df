//! What a peer has said is on its disk, in one set: everything up to a watermark but some, and some
//! beyond it. Never more than it said.

use std::collections::BTreeSet;

use beffroi_trust::{Class, EntryId};

use crate::limits::ACKS_LISTED_MAX;
use crate::peer::PeerId;
use crate::sets::Set;
use crate::wire::Digest;

/// Acknowledgements of one peer for one set, as the driver keeps them over a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Who acknowledged.
    pub peer: PeerId,
    /// Which set.
    pub class: Class,
    /// The first `all.count` entries of our log, which hashed to `all.root`: all acknowledged, but
    /// those in `missing`.
    pub all: Digest,
    /// See `all`.
    pub missing: Vec<EntryId>,
    /// Acknowledged one by one beside.
    pub beyond: Vec<EntryId>,
}

/// The acknowledgements of one peer for one set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Acks {
    all: Option<Digest>,
    missing: BTreeSet<EntryId>,
    beyond: BTreeSet<EntryId>,
    changed: bool,
}

impl Acks {
    fn watermark(&self) -> u64 {
        self.all.map_or(0, |digest| digest.count)
    }

    /// Whether the entry at a position was acknowledged.
    pub(crate) fn holds(&self, id: &EntryId, position: u64) -> bool {
        if position < self.watermark() {
            !self.missing.contains(id)
        } else {
            self.beyond.contains(id)
        }
    }

    /// How many of the first `count` entries were not acknowledged.
    pub(crate) fn unacknowledged(&self, count: u64) -> u64 {
        let beyond = count.saturating_sub(self.watermark());
        beyond.saturating_sub(self.beyond.len() as u64) + self.missing.len() as u64
    }

    /// The peer has this entry; true when that is news.
    pub(crate) fn add(&mut self, id: EntryId, position: u64) -> bool {
        let news = if position < self.watermark() {
            self.missing.remove(&id)
        } else {
            self.beyond.len() < ACKS_LISTED_MAX && self.beyond.insert(id)
        };
        self.changed |= news;
        news
    }

    /// The peer lacks this entry; true when it had acknowledged it.
    pub(crate) fn retract(&mut self, id: EntryId, position: u64) -> bool {
        let lost = if position < self.watermark() {
            self.missing.insert(id)
        } else {
            self.beyond.remove(&id)
        };
        self.changed |= lost;
        lost
    }

    /// The peer has the first `all.count` entries but `missing`; true when that is news.
    pub(crate) fn all_but(&mut self, all: Digest, missing: &[EntryId], set: &Set) -> bool {
        if all.count < self.watermark() || missing.len() > ACKS_LISTED_MAX {
            return false;
        }
        let missing = missing.iter().copied().filter(|id| {
            let position = set.place(id).map(|place| place.position);
            position.is_some_and(|position| position < all.count && !self.holds(id, position))
        });
        let missing: BTreeSet<EntryId> = missing.collect();
        if self.all == Some(all) && self.missing == missing {
            return false;
        }
        self.missing = missing;
        self.all = Some(all);
        self.beyond.retain(|id| {
            set.place(id)
                .is_some_and(|place| place.position >= all.count)
        });
        self.changed = true;
        true
    }

    /// What to keep over a restart, when it has changed since last asked.
    pub(crate) fn changed_receipt(&mut self, peer: PeerId, class: Class) -> Option<Receipt> {
        std::mem::take(&mut self.changed).then(|| Receipt {
            peer,
            class,
            all: self.all.unwrap_or(Digest {
                count: 0,
                root: [0; 16],
            }),
            missing: self.missing.iter().copied().collect(),
            beyond: self.beyond.iter().copied().collect(),
        })
    }

    /// Acknowledgements from before a restart. `known` is the digest of the first `all.count`
    /// entries of our log as it is now: if it is another, the log was rebuilt, the watermark means
    /// nothing, and only what was listed is believed.
    pub(crate) fn restore(receipt: &Receipt, known: Option<&Digest>, set: &Set) -> Self {
        let mut acks = Self::default();
        if known == Some(&receipt.all) {
            acks.all_but(receipt.all, &receipt.missing, set);
        }
        for id in &receipt.beyond {
            if let Some(place) = set.place(id) {
                acks.add(*id, place.position);
            }
        }
        acks.changed = false;
        acks
    }
}

#[cfg(test)]
mod tests;
