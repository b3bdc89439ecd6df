//! What standing means for contents: which entries count. Settled anew when an act arrives, one
//! past per (author, cut); a content that arrives is judged alone, and only wakes what its coming
//! joins to a kept past.

use std::collections::{BTreeMap, BTreeSet};

use super::acts::Acts;
use super::contents::{Added, Contents, Group, Place, Writer};
use crate::act::Act;
use crate::genesis::Genesis;
use crate::ids::EntryId;
use crate::standing::Standing;

/// How an entry of contents counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Count {
    /// Written with a right that holds.
    Authorised,
    /// Without such a right, but a coordinator adopted it: it counts, and is shown with a mark.
    Adopted,
    /// In the set, without effect, unless a counted change builds on one of its own.
    SetAside,
}

impl Count {
    /// Whether it takes effect.
    pub fn is_counted(self) -> bool {
        match self {
            Self::Authorised | Self::Adopted => true,
            Self::SetAside => false,
        }
    }
}

/// Some entries of one writer and their past: what a cut keeps, or what Keeps adopt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Past {
    tips: BTreeSet<EntryId>,
    /// One bit an entry, by number.
    members: Vec<u64>,
}

impl Past {
    fn of(tips: BTreeSet<EntryId>, contents: &Contents, writer: u32) -> Self {
        let mut past = Self {
            tips,
            members: Vec::new(),
        };
        let places = past.tips.iter().filter_map(|tip| contents.place(tip));
        let starts: Vec<u32> = places
            .filter(|place| place.writer == writer)
            .map(|place| place.number)
            .collect();
        let writer = &contents.writers()[writer as usize];
        for start in starts {
            past.flood(writer, start, &mut Vec::new());
        }
        if fault!(CutByPosition) {
            past.keep_by_position(writer);
        }
        past
    }

    fn has(&self, number: u32) -> bool {
        let word = self.members.get(number as usize / 64).copied();
        word.unwrap_or(0) >> (number % 64) & 1 == 1
    }

    /// Takes an entry and its past in; pushes those that were not in.
    fn flood(&mut self, writer: &Writer, start: u32, joined: &mut Vec<u32>) {
        let mut to_do = vec![start];
        while let Some(number) = to_do.pop() {
            if self.has(number) {
                continue;
            }
            let word = number as usize / 64;
            if self.members.len() <= word {
                self.members.resize(word + 1, 0);
            }
            self.members[word] |= 1 << (number % 64);
            joined.push(number);
            to_do.extend(writer.entries[number as usize].links());
        }
    }

    /// A new entry of the writer: it is in if it was kept by name or an entry in names it.
    fn arrived(&mut self, writer: &Writer, id: &EntryId, added: &Added, joined: &mut Vec<u32>) {
        if self.tips.contains(id) || added.named_by.iter().any(|child| self.has(*child)) {
            self.flood(writer, added.place.number, joined);
        }
        if fault!(CutByPosition) {
            self.keep_by_position(writer);
        }
    }

    fn keep_by_position(&mut self, writer: &Writer) {
        let numbered = || (0_u32..).zip(&writer.entries);
        let seqs = numbered()
            .filter(|(number, _)| self.has(*number))
            .map(|(_, e)| e.seq);
        let top = seqs.max().unwrap_or(0);
        let under: Vec<u32> = numbered()
            .filter(|(_, e)| e.seq <= top)
            .map(|(n, _)| n)
            .collect();
        for number in under {
            self.flood(writer, number, &mut Vec::new());
        }
    }
}

/// What a group of contents may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leave {
    /// Not authorised at all.
    Refused,
    /// Authorised as a whole.
    Whole,
    /// Authorised within this past of its writer.
    Within(u32),
}

/// Standing, and the verdict on every content.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    pub(crate) standing: Standing,
    leave: Vec<Leave>,
    /// By writer: the pasts its cuts keep.
    kept: BTreeMap<u32, Vec<Past>>,
    /// By writer: what authorised Keeps adopt.
    adopted: BTreeMap<u32, Past>,
    adopting: BTreeSet<EntryId>,
}

impl Judged {
    pub(crate) fn of(genesis: &Genesis, acts: &Acts, contents: &Contents) -> Self {
        let standing = Standing::of(genesis, acts);
        let adopting = adopting(&standing, acts);
        let mut judged = Self {
            standing,
            leave: Vec::new(),
            kept: BTreeMap::new(),
            adopted: BTreeMap::new(),
            adopting: BTreeSet::new(),
        };
        for group in contents.groups() {
            let leave = judged.leave_of(contents, group);
            judged.leave.push(leave);
        }
        let mut tips: BTreeMap<u32, BTreeSet<EntryId>> = BTreeMap::new();
        for tip in &adopting {
            if let Some(place) = contents.place(tip) {
                tips.entry(place.writer).or_default().insert(*tip);
            }
        }
        for (writer, tips) in tips {
            judged
                .adopted
                .insert(writer, Past::of(tips, contents, writer));
        }
        judged.adopting = adopting;
        judged
    }

    /// The verdict a group shares, its cut's past followed at most once.
    fn leave_of(&mut self, contents: &Contents, group: &Group) -> Leave {
        let device = &contents.writers()[group.writer as usize].device;
        let permit = self
            .standing
            .permit_for_contents(&group.grant, device, &group.shape);
        let Some(permit) = permit else {
            return Leave::Refused;
        };
        let Some(cut) = &permit.cut else {
            return Leave::Whole;
        };
        let pasts = self.kept.entry(group.writer).or_default();
        let known = pasts.iter().position(|past| past.tips == cut.keep);
        let at = known.unwrap_or_else(|| {
            pasts.push(Past::of(cut.keep.clone(), contents, group.writer));
            pasts.len() - 1
        });
        u32::try_from(at).map_or(Leave::Refused, Leave::Within)
    }

    /// A content arrived. The numbers of its writer's *earlier* entries that it may have joined to
    /// a past, because it fills a hole.
    pub(crate) fn arrived(&mut self, contents: &Contents, added: &Added) -> Vec<u32> {
        let content = contents.at(added.place);
        if content.group as usize == self.leave.len() {
            let group = contents.groups()[content.group as usize].clone();
            let leave = self.leave_of(contents, &group);
            self.leave.push(leave);
        }
        let writer_no = added.place.writer;
        let writer = &contents.writers()[writer_no as usize];
        let mut joined = Vec::new();
        for past in self.kept.get_mut(&writer_no).into_iter().flatten() {
            past.arrived(writer, &content.id, added, &mut joined);
        }
        if self.adopting.contains(&content.id) {
            let adopted = self.adopted.entry(writer_no).or_default();
            adopted.tips.insert(content.id);
        }
        if let Some(adopted) = self.adopted.get_mut(&writer_no) {
            adopted.arrived(writer, &content.id, added, &mut joined);
        }
        joined.retain(|number| *number != added.place.number);
        joined
    }

    /// How an entry counts.
    pub(crate) fn count(&self, contents: &Contents, place: Place) -> Count {
        let authorised = match self.leave[contents.at(place).group as usize] {
            Leave::Refused => false,
            Leave::Whole => true,
            Leave::Within(past) => self
                .kept
                .get(&place.writer)
                .and_then(|pasts| pasts.get(past as usize))
                .is_some_and(|past| past.has(place.number)),
        };
        if authorised {
            return Count::Authorised;
        }
        match self.adopted.get(&place.writer) {
            Some(past) if past.has(place.number) => Count::Adopted,
            Some(_) | None => Count::SetAside,
        }
    }

    /// The authorised Keeps in whose adopted past an entry lies.
    pub(crate) fn adopters(
        &self,
        acts: &Acts,
        contents: &Contents,
        content: &EntryId,
    ) -> Vec<EntryId> {
        let Some(place) = contents.place(content) else {
            return Vec::new();
        };
        keeps(&self.standing, acts)
            .filter(|(_, tips)| {
                let tips = tips.iter().copied().collect();
                Past::of(tips, contents, place.writer).has(place.number)
            })
            .map(|(id, _)| *id)
            .collect()
    }
}

/// What authorised Keeps adopt.
fn adopting(standing: &Standing, acts: &Acts) -> BTreeSet<EntryId> {
    keeps(standing, acts)
        .flat_map(|(_, tips)| tips)
        .copied()
        .collect()
}

fn keeps<'a>(
    standing: &'a Standing,
    acts: &'a Acts,
) -> impl Iterator<Item = (&'a EntryId, &'a Vec<EntryId>)> {
    let counts = |id: &EntryId| fault!(AnyoneAdopts) || standing.authorised(id);
    acts.iter().filter_map(move |(id, deed)| {
        let Some(Act::Keep { tips }) = &deed.act else {
            return None;
        };
        counts(id).then_some((id, tips))
    })
}
