//! The one want table of the post: which entries are lacking, who has them, who was asked.

use std::collections::{BTreeMap, BTreeSet};

use beffroi_trust::Class;

use crate::limits::{ASK_TIMES_MAX, HOLDERS_MAX, WANTED_PER_PEER_MAX};
use crate::peer::{CLASSES, PeerId, PerClass};
use crate::wire::Prefix;

#[derive(Debug, Clone)]
struct Wanted {
    class: Class,
    holders: Vec<PeerId>,
    /// Who was asked and has not answered.
    asked: Option<PeerId>,
    /// Who did not answer last time: another is preferred.
    avoid: Option<PeerId>,
    times: u8,
}

/// What the post lacks and knows of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wants {
    wanted: BTreeMap<Prefix, Wanted>,
    /// The same by holder.
    named: BTreeMap<PeerId, PerClass<BTreeSet<Prefix>>>,
}

impl Wants {
    /// Notes that a peer has an entry that we lack.
    pub(crate) fn add(&mut self, prefix: Prefix, class: Class, holder: PeerId) {
        let named = self.named.entry(holder).or_default();
        if named.acts.len() + named.contents.len() >= WANTED_PER_PEER_MAX {
            return;
        }
        let wanted = self.wanted.entry(prefix).or_insert_with(|| Wanted {
            class,
            holders: Vec::new(),
            asked: None,
            avoid: None,
            times: 0,
        });
        if wanted.holders.len() < HOLDERS_MAX && !wanted.holders.contains(&holder) {
            wanted.holders.push(holder);
            named.at_mut(wanted.class).insert(prefix);
        }
    }

    /// How many entries a peer has that we lack.
    pub(crate) fn named_by(&self, peer: &PeerId, class: Class) -> usize {
        let named = self.named.get(peer);
        named.map_or(0, |named| named.at(class).len())
    }

    /// Chooses up to `count` entries of a set to ask a peer for.
    pub(crate) fn take(&mut self, peer: PeerId, class: Class, count: usize) -> Vec<Prefix> {
        let Some(named) = self.named.get(&peer) else {
            return Vec::new();
        };
        let mut taken = Vec::new();
        for prefix in named.at(class) {
            if taken.len() == count {
                break;
            }
            if let Some(wanted) = self.wanted.get_mut(prefix)
                && wanted.asked.is_none()
                && (wanted.avoid != Some(peer) || wanted.holders.len() == 1)
            {
                wanted.asked = Some(peer);
                wanted.times = wanted.times.saturating_add(1);
                taken.push(*prefix);
            }
        }
        taken
    }

    /// The entry has come, from whomever: it is wanted no more. Returns who has it.
    pub(crate) fn arrived(&mut self, prefix: Prefix) -> Vec<PeerId> {
        let Some(wanted) = self.wanted.remove(&prefix) else {
            return Vec::new();
        };
        for holder in &wanted.holders {
            self.unname(holder, wanted.class, prefix);
        }
        wanted.holders
    }

    fn unname(&mut self, holder: &PeerId, class: Class, prefix: Prefix) {
        if let Some(named) = self.named.get_mut(holder) {
            named.at_mut(class).remove(&prefix);
        }
    }

    /// The peer's answer stopped before these: they are free to be asked again.
    pub(crate) fn put_back(&mut self, prefixes: &BTreeSet<Prefix>) {
        for prefix in prefixes {
            if let Some(wanted) = self.wanted.get_mut(prefix) {
                wanted.asked = None;
                wanted.times = 0;
            }
        }
    }

    /// The peer did not answer in time: the others are asked first. Returns how many were asked
    /// for too often, and are dropped.
    pub(crate) fn late(&mut self, peer: PeerId, prefixes: &BTreeSet<Prefix>) -> usize {
        let mut dropped = 0;
        for prefix in prefixes {
            let Some(wanted) = self.wanted.get_mut(prefix) else {
                continue;
            };
            wanted.asked = None;
            wanted.avoid = Some(peer);
            if wanted.times >= ASK_TIMES_MAX {
                self.arrived(*prefix);
                dropped += 1;
            }
        }
        dropped
    }

    /// The peer was asked for these and does not have them. Returns how many nobody else has.
    pub(crate) fn refused(&mut self, peer: PeerId, prefixes: &BTreeSet<Prefix>) -> usize {
        let mut dropped = 0;
        for prefix in prefixes {
            let Some(wanted) = self.wanted.get_mut(prefix) else {
                continue;
            };
            if wanted.asked == Some(peer) {
                wanted.asked = None;
            }
            wanted.holders.retain(|holder| *holder != peer);
            let (class, orphan) = (wanted.class, wanted.holders.is_empty());
            self.unname(&peer, class, *prefix);
            if orphan {
                self.wanted.remove(prefix);
                dropped += 1;
            }
        }
        dropped
    }

    /// The peer is gone.
    pub(crate) fn forget(&mut self, peer: PeerId) {
        let Some(named) = self.named.remove(&peer) else {
            return;
        };
        for class in CLASSES {
            self.refused(peer, named.at(class));
        }
    }
}

#[cfg(test)]
mod tests;
