//! What is to be known of the journal, counted by kind, and by post and class.

use std::collections::{BTreeMap, BTreeSet};

use beffroi_api::reply::journal::FINDING_ENTRIES_MAX;
use beffroi_api::reply::{Finding, FindingKind, JournalCount};
use beffroi_trust::chronicle::LeafAt;
use beffroi_trust::{Class, Count, DeviceId, EntryId};

use super::{Names, Read, Said, class_word};

/// Of one kind, one device and one class: how many, and of which entries.
type Found = (u64, BTreeSet<EntryId>);

/// All that was found.
pub(super) struct Findings<'a> {
    read: &'a Read,
    names: &'a Names,
    found: BTreeMap<(FindingKind, DeviceId, Class), Found>,
}

impl<'a> Findings<'a> {
    pub(super) fn of(read: &'a Read, said: &'a Said, called_in: &[LeafAt]) -> Findings<'a> {
        let mut findings = Findings {
            read,
            names: &said.names,
            found: BTreeMap::new(),
        };
        let chronicle = &read.chronicle;
        // What is damaged does not say whose it was.
        for id in &read.damaged {
            let nobody = DeviceId([0; 32]);
            findings.add(FindingKind::Damaged, nobody, Class::Content, *id);
        }
        for fork in chronicle.forks() {
            let known = (FindingKind::Fork, fork.author, fork.class);
            let (count, entries) = findings.found.entry(known).or_default();
            *count += 1;
            entries.extend(fork.tips);
        }
        for hole in chronicle.holes() {
            findings.add(FindingKind::Hole, hole.author, hole.class, hole.missing);
        }
        for id in chronicle.acts_set_aside() {
            findings.of_entry(FindingKind::SetAside, id);
        }
        for (kind, count) in [
            (FindingKind::SetAside, Count::SetAside),
            (FindingKind::Adopted, Count::Adopted),
        ] {
            for id in chronicle.contents(count) {
                findings.of_entry(kind, &id);
            }
        }
        for parked in &said.parked {
            let (author, class) = (parked.author(), parked.class());
            findings.add(FindingKind::Parked, author, class, parked.id());
        }
        for ((id, _), kind) in &said.gone {
            findings.of_entry(*kind, id);
        }
        for (id, _) in &said.refused {
            findings.of_entry(FindingKind::Refused, id);
        }
        for (id, _) in called_in {
            findings.of_entry(FindingKind::CalledIn, id);
        }
        findings
    }

    fn of_entry(&mut self, kind: FindingKind, id: &EntryId) {
        if let Some((author, class, _)) = self.read.places.get(id) {
            self.add(kind, *author, *class, *id);
        }
    }

    fn add(&mut self, kind: FindingKind, author: DeviceId, class: Class, id: EntryId) {
        let (count, entries) = self.found.entry((kind, author, class)).or_default();
        *count += 1;
        entries.insert(id);
    }

    /// The counts by kind, and the findings.
    pub(super) fn told(self) -> (Vec<JournalCount>, Vec<Finding>) {
        let mut counts: BTreeMap<FindingKind, u64> = BTreeMap::new();
        let mut findings = Vec::new();
        for ((kind, author, class), (count, entries)) in self.found {
            *counts.entry(kind).or_default() += count;
            let listed = entries.iter().take(FINDING_ENTRIES_MAX);
            findings.push(Finding {
                kind,
                post: self.names.of(&author).map(|post| post.name.clone()),
                author: author.to_string(),
                class: class_word(class).to_owned(),
                count,
                entries: listed.map(ToString::to_string).collect(),
            });
        }
        let count = |(kind, count)| JournalCount { kind, count };
        (counts.into_iter().map(count).collect(), findings)
    }
}

#[cfg(test)]
mod tests;
