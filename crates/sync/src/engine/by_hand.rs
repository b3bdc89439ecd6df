//! Acknowledgements that come in files: a signed bundle or receipt says what is on a peer's disk, as
//! a frame does on a link.

use beffroi_trust::{Class, EntryId};

use super::Engine;
use crate::peer::PeerId;
use crate::sum::Total;
use crate::wire::Digest;

impl Engine {
    /// A peer signed that these entries are on its disk. How many of ours that was news of.
    pub fn holds(&mut self, peer: PeerId, class: Class, ids: &[EntryId]) -> u64 {
        let news = ids.iter().filter(|id| self.acknowledge(peer, class, **id));
        news.count() as u64
    }

    /// A peer signed that the first `upto.count` entries of a set of ours are on its disk. Believed
    /// only while our log still begins with exactly those; whether it was.
    pub fn holds_first(&mut self, peer: PeerId, class: Class, upto: Digest) -> bool {
        let set = self.sets.at(class);
        let mut total = Total::default();
        for (id, place) in set.places() {
            if place.position < upto.count {
                total.add(&id.0);
            }
        }
        if total.count != upto.count || total.digest() != upto {
            return false;
        }
        let acks = self.acks.entry(peer).or_default().at_mut(class);
        acks.all_but(upto, &[], set);
        true
    }
}
