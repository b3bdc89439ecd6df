//! Which leaves beyond the common log are here, and which are gone: what erasing, carrying and the search for
//! missing leaves look at.

use std::collections::{BTreeMap, BTreeSet};

use beffroi_trust::ids::RING_COMMON;
use beffroi_trust::{Checked, Class, EntryId, Epoch, Ring, Slot};

/// Leaves of the entries on the disk.
#[derive(Debug, Default)]
pub(crate) struct Leaves {
    /// The keys that leaves beyond the common ring are sealed with.
    keys: Vec<(Ring, Epoch)>,
    /// Entries with such a leaf here, each with the place of its key.
    apart: BTreeSet<(EntryId, u32)>,
    gone: BTreeMap<EntryId, BTreeMap<u8, Slot>>,
}

impl Leaves {
    /// Takes note of an entry as it is on the disk.
    pub(crate) fn note(&mut self, checked: &Checked) {
        let Some(head) = checked.head().filter(|_| checked.class() == Class::Content) else {
            return;
        };
        let id = checked.id();
        let mut gone = BTreeMap::new();
        let before = self.apart.range((id, 0)..=(id, u32::MAX));
        for known in before.copied().collect::<Vec<_>>() {
            self.apart.remove(&known);
        }
        for (number, leaf) in (0_u8..=u8::MAX).zip(&checked.entry().body.leaves) {
            let Some(slot) = head.slots.get(usize::from(leaf.slot())) else {
                continue;
            };
            if leaf.bytes().is_none() {
                gone.insert(number, *slot);
            } else if slot.ring != RING_COMMON {
                let key = self.key(slot.ring, slot.epoch);
                self.apart.insert((id, key));
            }
        }
        if gone.is_empty() {
            self.gone.remove(&id);
        } else {
            self.gone.insert(id, gone);
        }
    }

    fn key(&mut self, ring: Ring, epoch: Epoch) -> u32 {
        let known = self.keys.iter().position(|key| *key == (ring, epoch));
        let place = known.unwrap_or_else(|| {
            self.keys.push((ring, epoch));
            self.keys.len() - 1
        });
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    /// Entries with a leaf here of another ring than the common one.
    pub(crate) fn apart(&self) -> BTreeSet<EntryId> {
        self.apart.iter().map(|(id, _)| *id).collect()
    }

    /// Whether a leaf here is sealed with this key.
    pub(crate) fn uses(&self, ring: Ring, epoch: Epoch) -> bool {
        let known = self.keys.iter().position(|key| *key == (ring, epoch));
        known.is_some_and(|place| self.apart.iter().any(|(_, key)| *key as usize == place))
    }

    /// The leaves that are not here, each with its entry, its number and its slot.
    pub(crate) fn gone(&self) -> impl Iterator<Item = ((EntryId, u8), &Slot)> {
        self.gone.iter().flat_map(|(id, leaves)| {
            let leaves = leaves.iter();
            leaves.map(|(number, slot)| ((*id, *number), slot))
        })
    }
}

#[cfg(test)]
mod tests {
    use beffroi_trust::ids::RING_PEOPLE;
    use beffroi_trust::{Body, Entry, Head, Leaf, TerritoryId};
    use bytes::Bytes;

    use super::*;

    /// One leaf of each ring, the second with these bytes or gone.
    fn entry(people: Option<&[u8]>) -> Checked {
        let slot = |ring, epoch| Slot {
            kind: 1,
            ring,
            epoch: Epoch([epoch; 16]),
        };
        let here = |slot, bytes: &[u8]| Leaf::Here {
            slot,
            bytes: Bytes::copy_from_slice(bytes),
        };
        let whole = Body {
            nonce: [1; 16],
            leaves: vec![here(0, &[1; 40]), here(1, &[2; 40])],
        };
        let head = Head {
            v: 1,
            class: Class::Content,
            territory: TerritoryId([3; 32]),
            author: beffroi_trust::DeviceId([4; 32]),
            time_ms: 5,
            grant: EntryId([6; 32]),
            prev: Vec::new(),
            seq: 1,
            slots: vec![slot(RING_COMMON, 7), slot(RING_PEOPLE, 8)],
            size: u32::try_from(whole.size()).unwrap(),
            body: whole.root(),
        };
        let mut body = whole;
        if people.is_none() {
            body.leaves[1] = body.leaves[1].forgotten();
        }
        let entry = Entry {
            head: head.encode().into(),
            signature: [0; 64],
            body,
        };
        Checked::trusted(entry).unwrap()
    }

    #[test]
    fn what_is_here_and_what_is_gone_follows_the_entry() {
        let mut leaves = Leaves::default();
        leaves.note(&entry(Some(&[2; 40])));
        assert_eq!(leaves.apart().len(), 1);
        assert!(leaves.uses(RING_PEOPLE, Epoch([8; 16])));
        assert!(!leaves.uses(RING_COMMON, Epoch([7; 16])), "not apart");
        assert_eq!(leaves.gone().count(), 0);
        leaves.note(&entry(None));
        assert!(leaves.apart().is_empty() && !leaves.uses(RING_PEOPLE, Epoch([8; 16])));
        let gone: Vec<_> = leaves.gone().collect();
        assert_eq!(gone.len(), 1);
        assert_eq!((gone[0].0.1, gone[0].1.ring), (1, RING_PEOPLE));
        leaves.note(&entry(Some(&[2; 40])));
        assert!(leaves.uses(RING_PEOPLE, Epoch([8; 16])) && leaves.gone().count() == 0);
    }
}
