//! The set of contents, kept small: about 150 bytes an entry, since there may be a hundred
//! thousand. Each author's entries are numbered as they arrive, so that links and pasts are
//! integers; entries that ask the same of the rules share one group.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Facts, Shape, Substance};
use super::judged::Count;
use crate::ids::{DeviceId, EntryId};

/// Where an entry stands: its writer, and its number among the writer's entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) writer: u32,
    pub(crate) number: u32,
}

/// Entries of one author under one grant and of one shape: they differ before the rules only by
/// their place in the author's chain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Group {
    pub(crate) writer: u32,
    pub(crate) grant: EntryId,
    pub(crate) shape: Shape,
}

/// The numbers of the entries one names as its past, as far as they are here and its author's.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Links {
    None,
    One(u32),
    Many(Box<[u32]>),
}

impl Links {
    fn push(&mut self, number: u32) {
        *self = match std::mem::replace(self, Self::None) {
            Self::None => Self::One(number),
            Self::One(first) => Self::Many(Box::new([first, number])),
            Self::Many(all) => {
                let mut all = all.into_vec();
                all.push(number);
                Self::Many(all.into())
            }
        };
    }

    fn as_slice(&self) -> &[u32] {
        match self {
            Self::None => &[],
            Self::One(number) => std::slice::from_ref(number),
            Self::Many(all) => all,
        }
    }
}

/// One entry of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) id: EntryId,
    pub(crate) seq: u64,
    pub(crate) group: u32,
    /// How it counted when last told; `None` if it came while standing was unsettled.
    pub(crate) told: Option<Count>,
    links: Links,
}

impl Content {
    /// The numbers of its past that are here.
    pub(crate) fn links(&self) -> &[u32] {
        self.links.as_slice()
    }
}

/// An author of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Writer {
    pub(crate) device: DeviceId,
    pub(crate) entries: Vec<Content>,
    /// Entries no other entry of the writer names: normally one.
    pub(crate) tips: BTreeSet<u32>,
}

/// All contents in the set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Contents {
    index: BTreeMap<EntryId, Place>,
    writers: Vec<Writer>,
    writer_of: BTreeMap<DeviceId, u32>,
    groups: Vec<Group>,
    group_of: BTreeMap<Group, u32>,
    /// Entries named as a past that are not here, and who names them.
    missing: BTreeMap<EntryId, Vec<Place>>,
}

/// An entry just added, and the entries of its writer that had named it before it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Added {
    pub(crate) place: Place,
    pub(crate) named_by: Vec<u32>,
}

impl Contents {
    /// Adds an entry that is not here yet.
    pub(crate) fn insert(&mut self, facts: &Facts) -> Added {
        #[cfg(test)]
        crate::faults::note_content(facts.id, facts.author, &facts.prev);
        let writer = self.writer(facts.author);
        let group = self.group(writer, facts);
        let number = count(self.writers[writer as usize].entries.len());
        let place = Place { writer, number };
        let mut links = Links::None;
        for prev in &facts.prev {
            match self.index.get(prev) {
                Some(at) if at.writer == writer => links.push(at.number),
                Some(_) => {}
                None => self.missing.entry(*prev).or_default().push(place),
            }
        }
        self.index.insert(facts.id, place);
        let waiting = self.missing.remove(&facts.id).unwrap_or_default();
        let mine = waiting.into_iter().filter(|child| child.writer == writer);
        let named_by: Vec<u32> = mine.map(|child| child.number).collect();
        let writer = &mut self.writers[writer as usize];
        for link in links.as_slice() {
            writer.tips.remove(link);
        }
        if named_by.is_empty() {
            writer.tips.insert(number);
        }
        writer.entries.push(Content {
            id: facts.id,
            seq: facts.seq,
            group,
            told: None,
            links,
        });
        for child in &named_by {
            writer.entries[*child as usize].links.push(number);
        }
        Added { place, named_by }
    }

    fn writer(&mut self, device: DeviceId) -> u32 {
        if let Some(writer) = self.writer_of.get(&device) {
            return *writer;
        }
        let writer = count(self.writers.len());
        self.writer_of.insert(device, writer);
        self.writers.push(Writer {
            device,
            entries: Vec::new(),
            tips: BTreeSet::new(),
        });
        writer
    }

    fn group(&mut self, writer: u32, facts: &Facts) -> u32 {
        let shape = match &facts.substance {
            Substance::Content(shape) => shape.clone(),
            Substance::Act(_) | Substance::Newer(_) => Shape::unreadable(),
        };
        let group = Group {
            writer,
            grant: facts.grant,
            shape,
        };
        if let Some(known) = self.group_of.get(&group) {
            return *known;
        }
        let new = count(self.groups.len());
        self.groups.push(group.clone());
        self.group_of.insert(group, new);
        new
    }

    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    pub(crate) fn contains(&self, id: &EntryId) -> bool {
        self.index.contains_key(id)
    }

    pub(crate) fn place(&self, id: &EntryId) -> Option<Place> {
        self.index.get(id).copied()
    }

    pub(crate) fn at(&self, place: Place) -> &Content {
        &self.writers[place.writer as usize].entries[place.number as usize]
    }

    pub(crate) fn tell(&mut self, place: Place, count: Count) {
        self.writers[place.writer as usize].entries[place.number as usize].told = Some(count);
    }

    /// Every place, writer by writer.
    pub(crate) fn places(&self) -> impl Iterator<Item = Place> {
        (0..).zip(&self.writers).flat_map(|(writer, of)| {
            (0..count(of.entries.len())).map(move |number| Place { writer, number })
        })
    }

    /// The places of one writer.
    pub(crate) fn places_of(&self, writer: u32) -> impl Iterator<Item = Place> {
        let entries = self
            .writers
            .get(writer as usize)
            .map(|of| count(of.entries.len()));
        (0..entries.unwrap_or(0)).map(move |number| Place { writer, number })
    }

    /// All ids, ascending.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &EntryId> {
        self.index.keys()
    }

    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups
    }

    pub(crate) fn writers(&self) -> &[Writer] {
        &self.writers
    }

    pub(crate) fn writer_of(&self, device: &DeviceId) -> Option<u32> {
        self.writer_of.get(device).copied()
    }

    /// Entries that are named as a past and are not here, with the authors who name them.
    pub(crate) fn missing(&self) -> impl Iterator<Item = (&EntryId, &DeviceId)> {
        self.missing.iter().flat_map(move |(id, places)| {
            places
                .iter()
                .map(move |place| (id, &self.writers[place.writer as usize].device))
        })
    }
}

/// Positions fit 32 bits: the set's budgets stop four orders of magnitude below.
fn count(length: usize) -> u32 {
    #[expect(
        clippy::expect_used,
        reason = "an author may have 50,000 entries here, a post some millions"
    )]
    u32::try_from(length).expect("fewer than 2^32 entries")
}
