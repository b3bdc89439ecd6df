//! What one author may fill of a post, in all: patience, not validity. An author over it is not taken from
//! any further *here*, until a person raises the budget or withdraws him; what is in the set stays, and the
//! sets become equal once there is room. Nothing here is a rule: two posts may answer differently.

use std::collections::BTreeSet;

use super::{Chronicle, Count};
use crate::ids::{Class, DeviceId, EntryId};
use crate::standing::Status;

/// Entries of contents of one author: ten a minute, day and night, for three days and a half.
pub const AUTHOR_ENTRIES_MAX: u64 = 50_000;
/// Bytes of both classes of one author: fifty such and a laptop's free disk is gone.
pub const AUTHOR_BYTES_MAX: u64 = 200 << 20;
/// Acts of one author: standing is computed anew over all of them at each.
pub const AUTHOR_ACTS_MAX: u64 = 1_000;
/// Contents set aside of an author without standing: a field team's week behind a withdrawal.
pub const ASIDE_ENTRIES_MAX: u64 = 2_000;
/// Their bytes.
pub const ASIDE_BYTES_MAX: u64 = 8 << 20;
/// Bytes set aside of all authors without standing: a stolen coordinator mints authors for nothing.
pub const ALL_ASIDE_BYTES_MAX: u64 = 64 << 20;
/// Tips of one author and class: each costs in every past that is computed. A clone makes two or three.
pub const TIPS_MAX: usize = 64;

/// What an author fills.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Contents in the set.
    pub contents: u64,
    /// Acts in the set.
    pub acts: u64,
    /// Bytes of both, as encoded.
    pub bytes: u64,
}

/// Why no more is taken from an author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Over {
    /// More than [`AUTHOR_ENTRIES_MAX`] contents.
    Contents,
    /// More than [`AUTHOR_ACTS_MAX`] acts.
    Acts,
    /// More than [`AUTHOR_BYTES_MAX`].
    Bytes,
    /// More than [`TIPS_MAX`] tips of one class, those aside that a missing entry explains.
    Tips,
    /// Without standing, and more than [`ASIDE_ENTRIES_MAX`] or [`ASIDE_BYTES_MAX`] set aside.
    Aside,
    /// Without standing, and all such authors together beyond [`ALL_ASIDE_BYTES_MAX`].
    AllAside,
}

impl Chronicle {
    /// What an author fills.
    pub fn load(&self, author: &DeviceId) -> Load {
        self.loads.get(author).copied().unwrap_or_default()
    }

    /// Whether and why nothing more of this class is to be taken from an author. `percent` of the usual
    /// budgets; below 100 those of acts and tips stay, which an honest device never nears.
    pub fn over_budget(&self, author: &DeviceId, class: Class, percent: u64) -> Option<Over> {
        let load = self.load(author);
        let full = |has: u64, most: u64| has >= most.saturating_mul(percent) / 100;
        let never_less = |has: u64, most: u64| has >= most.saturating_mul(percent.max(100)) / 100;
        if class == Class::Content && full(load.contents, AUTHOR_ENTRIES_MAX) {
            return Some(Over::Contents);
        }
        if class == Class::Act && never_less(load.acts, AUTHOR_ACTS_MAX) {
            return Some(Over::Acts);
        }
        if full(load.bytes, AUTHOR_BYTES_MAX) {
            return Some(Over::Bytes);
        }
        if never_less(self.fork_count(author, class), TIPS_MAX as u64) {
            return Some(Over::Tips);
        }
        if class == Class::Content && self.is_bounded_aside(author) {
            let (entries, bytes) = self.set_aside(author);
            if full(entries, ASIDE_ENTRIES_MAX) || full(bytes, ASIDE_BYTES_MAX) {
                return Some(Over::Aside);
            }
            let outsiders = self
                .loads
                .keys()
                .filter(|other| self.is_bounded_aside(other));
            let all: u64 = outsiders.map(|other| self.set_aside(other).1).sum();
            if full(all, ALL_ASIDE_BYTES_MAX) {
                return Some(Over::AllAside);
            }
        }
        None
    }

    /// Authors from whom nothing more is taken, and why, ascending.
    pub fn authors_over_budget(&self, percent: u64) -> Vec<(DeviceId, Over)> {
        let over = |author: &DeviceId| {
            let classes = [Class::Act, Class::Content].into_iter();
            let over = classes
                .filter_map(|class| self.over_budget(author, class, percent))
                .next()?;
            Some((*author, over))
        };
        self.loads.keys().filter_map(over).collect()
    }

    pub(super) fn note_load(&mut self, author: DeviceId, class: Class, bytes: usize) {
        let load = self.loads.entry(author).or_default();
        load.bytes = load.bytes.saturating_add(bytes as u64);
        match class {
            Class::Act => load.acts += 1,
            Class::Content => load.contents += 1,
        }
    }

    /// Tips that no missing entry explains: while a chain is being received in pieces, each piece ends in
    /// a tip, and all but one begin behind an entry that is still to come.
    fn fork_count(&self, author: &DeviceId, class: Class) -> u64 {
        let tips = match class {
            Class::Act => self.all_tips(author, class).len(),
            Class::Content => {
                let writer = self.contents.writer_of(author);
                let writer = writer.and_then(|writer| self.contents.writers().get(writer as usize));
                writer.map_or(0, |writer| writer.tips.len())
            }
        };
        if tips < TIPS_MAX {
            return tips as u64;
        }
        let holes = self.holes().into_iter();
        let of_it = holes.filter(|hole| hole.author == *author && hole.class == class);
        let missing: BTreeSet<EntryId> = of_it.map(|hole| hole.missing).collect();
        tips.saturating_sub(missing.len()) as u64
    }

    /// Whether the budget for what is set aside binds this author: he has no standing, and all that a
    /// withdrawal keeps of him has come. Before that nobody knows what of his will count: a fresh post
    /// must get it.
    fn is_bounded_aside(&self, author: &DeviceId) -> bool {
        if self.genesis.is_root(author) {
            return false;
        }
        let Some(member) = self.standing().member(author) else {
            return true;
        };
        let mut permits = member
            .grants
            .iter()
            .filter_map(|id| self.standing().permit(id));
        member.status != Status::Stands
            && permits.all(|permit| {
                let cut = permit.cut.iter().filter(|_| permit.authorised);
                cut.flat_map(|cut| &cut.keep)
                    .all(|kept| self.contains(kept))
            })
    }

    /// Contents of an author that do not count, and their bytes by his average entry.
    fn set_aside(&self, author: &DeviceId) -> (u64, u64) {
        let load = self.load(author);
        let Some(writer) = self.contents.writer_of(author) else {
            return (0, 0);
        };
        let judged = self.judged();
        let places = self.contents.places_of(writer);
        let aside = places
            .filter(|place| judged.count(&self.contents, *place) == Count::SetAside)
            .count() as u64;
        let average = load.bytes / (load.contents + load.acts).max(1);
        (aside, aside.saturating_mul(average))
    }
}
