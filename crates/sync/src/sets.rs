//! What is on this post's disk: both sets, each with its index and the order of arrival.

use std::collections::BTreeMap;

use beffroi_trust::{Class, EntryId, OrderKey};

use crate::index::Index;
use crate::peer::PerClass;
use crate::sum::Total;
use crate::wire::{Digest, Prefix};

/// Where an entry stands in its set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) second: u32,
    /// How many entries of the set were persisted before it: watermarks count in these.
    pub(crate) position: u64,
}

/// One set: ids on the disk, sorted and by arrival.
#[derive(Debug, Clone, Default)]
pub(crate) struct Set {
    pub(crate) index: Index,
    places: BTreeMap<EntryId, Place>,
    digest: Option<Digest>,
}

impl Set {
    fn build(keys: Vec<OrderKey>) -> Self {
        let mut places = BTreeMap::new();
        for key in &keys {
            let position = places.len() as u64;
            places.entry(key.id).or_insert(Place {
                second: key.second,
                position,
            });
        }
        Self {
            index: Index::build(keys),
            places,
            digest: None,
        }
    }

    pub(crate) fn insert(&mut self, key: OrderKey) -> bool {
        if self.places.contains_key(&key.id) || !self.index.insert(key) {
            return false;
        }
        let position = self.places.len() as u64;
        self.places.insert(
            key.id,
            Place {
                second: key.second,
                position,
            },
        );
        self.digest = None;
        true
    }

    pub(crate) fn count(&self) -> u64 {
        self.index.total().count
    }

    pub(crate) fn digest(&mut self) -> Digest {
        let total = self.index.total();
        *self.digest.get_or_insert_with(|| total.digest())
    }

    pub(crate) fn place(&self, id: &EntryId) -> Option<&Place> {
        self.places.get(id)
    }

    /// The id of this set that begins so.
    pub(crate) fn find(&self, prefix: Prefix) -> Option<EntryId> {
        let (id, _) = self.places.range(prefix.lowest()..).next()?;
        prefix.names(id).then_some(*id)
    }

    /// Every id with its place, ascending by id.
    pub(crate) fn places(&self) -> impl Iterator<Item = (&EntryId, &Place)> {
        self.places.iter()
    }

    pub(crate) fn ids(&self) -> impl ExactSizeIterator<Item = &EntryId> {
        self.places.keys()
    }
}

/// Both sets.
pub(crate) type Sets = PerClass<Set>;

impl Sets {
    /// Both sets from the log of the store, in the order of arrival.
    pub(crate) fn build(log: impl IntoIterator<Item = (Class, OrderKey)>) -> Self {
        let mut keys = PerClass::<Vec<OrderKey>>::default();
        for (class, key) in log {
            keys.at_mut(class).push(key);
        }
        Self {
            acts: Set::build(keys.acts),
            contents: Set::build(keys.contents),
        }
    }

    pub(crate) fn contains(&self, id: &EntryId) -> bool {
        self.acts.place(id).is_some() || self.contents.place(id).is_some()
    }

    pub(crate) fn find(&self, prefix: Prefix) -> Option<(Class, EntryId)> {
        let acts = self.acts.find(prefix).map(|id| (Class::Act, id));
        acts.or_else(|| self.contents.find(prefix).map(|id| (Class::Content, id)))
    }
}

/// The digests of the first entries of a log, at ascending counts.
pub(crate) fn digests_at(
    ids: impl IntoIterator<Item = EntryId>,
    counts: &[u64],
) -> BTreeMap<u64, Digest> {
    let mut total = Total::default();
    let mut digests = BTreeMap::new();
    let mut counts = counts.iter().copied().peekable();
    let mut ids = ids.into_iter();
    while let Some(count) = counts.peek().copied() {
        if total.count == count {
            digests.insert(count, total.digest());
            counts.next();
            continue;
        }
        let Some(id) = ids.next() else { break };
        total.add(&id.0);
    }
    digests
}
