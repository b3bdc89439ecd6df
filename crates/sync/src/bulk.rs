//! Streaming a much larger set: its order is divided into parts, each held by one peer at a time,
//! with a cursor that any other peer can go on from.

use std::collections::BTreeSet;

use beffroi_trust::OrderKey;

use crate::index::LOWEST;
use crate::peer::PeerId;

#[derive(Debug, Clone)]
struct Part {
    from: OrderKey,
    to_second: Option<u32>,
    holder: Option<PeerId>,
    /// Who was too slow with it: another is preferred.
    avoid: Option<PeerId>,
    done: bool,
}

/// The plan of one set's streaming. Empty until a holder told how to divide it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bulk {
    parts: Vec<Part>,
    holders: BTreeSet<PeerId>,
    /// Who was asked how to divide the set.
    surveyed: Option<PeerId>,
}

/// What to ask a holder next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    Survey,
    Part {
        place: usize,
        from: OrderKey,
        to_second: Option<u32>,
    },
}

impl Bulk {
    /// A peer whose set is larger takes part.
    pub(crate) fn join(&mut self, peer: PeerId) -> bool {
        self.holders.insert(peer)
    }

    /// Whether somebody is there to stream from.
    pub(crate) fn is_active(&self) -> bool {
        !self.holders.is_empty()
    }

    pub(crate) fn has(&self, peer: &PeerId) -> bool {
        self.holders.contains(peer)
    }

    /// The holders' answer to the survey; a second one is ignored.
    pub(crate) fn divide(&mut self, seconds: &[u32]) {
        if !self.parts.is_empty() {
            return;
        }
        let mut from = LOWEST;
        let ends = seconds.iter().copied().map(Some).chain([None]);
        for to_second in ends {
            if to_second.is_some_and(|second| second <= from.second) {
                continue;
            }
            self.parts.push(Part {
                from,
                to_second,
                holder: None,
                avoid: None,
                done: false,
            });
            from.second = to_second.unwrap_or(from.second);
        }
    }

    /// What an idle holder should be asked.
    pub(crate) fn next(&mut self, peer: PeerId) -> Option<Next> {
        if !self.has(&peer) {
            return None;
        }
        if self.parts.is_empty() {
            if self.surveyed.is_some() {
                return None;
            }
            self.surveyed = Some(peer);
            return Some(Next::Survey);
        }
        let alone = self.holders.len() == 1;
        let mut parts = self.parts.iter_mut().enumerate();
        let (place, part) = parts.find(|(_, part)| {
            let free = part.holder.is_none() || part.holder == Some(peer);
            !part.done && free && (alone || part.avoid != Some(peer))
        })?;
        part.holder = Some(peer);
        Some(Next::Part {
            place,
            from: part.from,
            to_second: part.to_second,
        })
    }

    /// The holder of a part delivered it up to a cursor, or (`None`) whole. A cursor that does not
    /// advance ends the part: the final reconciliation finds what it left out.
    pub(crate) fn advanced(&mut self, place: usize, next: Option<OrderKey>) {
        if let Some(part) = self.parts.get_mut(place) {
            match next {
                Some(next) if next > part.from => part.from = next,
                Some(_) | None => part.done = true,
            }
        }
    }

    /// The peer did not answer in time: its part is free for others.
    pub(crate) fn late(&mut self, peer: PeerId) {
        if self.surveyed == Some(peer) {
            self.surveyed = None;
        }
        for part in &mut self.parts {
            if part.holder == Some(peer) {
                part.holder = None;
                part.avoid = Some(peer);
            }
        }
    }

    /// The peer is gone; cursors stay.
    pub(crate) fn left(&mut self, peer: PeerId) {
        self.late(peer);
        self.holders.remove(&peer);
    }

    /// Whether there are parts, and so cursors.
    pub(crate) fn is_divided(&self) -> bool {
        !self.parts.is_empty()
    }

    /// Whether every part was delivered.
    pub(crate) fn is_done(&self) -> bool {
        !self.parts.is_empty() && self.parts.iter().all(|part| part.done)
    }
}

#[cfg(test)]
mod tests;
