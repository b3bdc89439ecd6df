//! All that a person can see of a chronicle: which acts and contents count, and which changes each
//! reader shows.

use std::collections::{BTreeMap, BTreeSet};

use super::world::{Document, World};
use crate::chronicle::{Chronicle, Count};
use crate::document::Admission;
use crate::guard::ChangeId;
use crate::ids::{Class, EntryId, Ring};

/// What counts, and what is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    pub(super) acts: BTreeSet<EntryId>,
    pub(super) contents: BTreeSet<EntryId>,
    /// To a reader of both rings.
    pub(super) both: BTreeSet<ChangeId>,
    /// To a reader of ring 1 alone.
    pub(super) common: BTreeSet<ChangeId>,
}

pub(super) fn view(world: &World, chronicle: &Chronicle) -> View {
    View {
        acts: chronicle.standing().authorised_acts().copied().collect(),
        contents: counted(chronicle),
        both: shown(world, chronicle, &[1, 2]),
        common: shown(world, chronicle, &[1]),
    }
}

pub(super) fn counted(chronicle: &Chronicle) -> BTreeSet<EntryId> {
    let ids = chronicle.ids(Class::Content);
    ids.filter(|id| chronicle.counted(id)).copied().collect()
}

/// The changes a reader of `rings` shows. `sound` is taken as "its whole past is here".
pub(super) fn shown(world: &World, chronicle: &Chronicle, rings: &[Ring]) -> BTreeSet<ChangeId> {
    let mut documents: BTreeMap<Document, Admission> = BTreeMap::new();
    for (entry, leaves) in &world.leaves {
        if !chronicle.contains(entry) {
            continue;
        }
        for (number, leaf) in (0..).zip(leaves) {
            if rings.contains(&leaf.document.1) {
                let document = documents.entry(leaf.document).or_default();
                let count = chronicle.count(entry);
                document.carry(leaf.change, &leaf.deps, (*entry, number), count);
                settle(document);
            }
        }
    }
    if fault!(EntryCalledIn) {
        bring_whole_entries(&mut documents);
    }
    documents
        .values()
        .flat_map(|document| document.admitted().copied())
        .collect()
}

pub(super) fn settle(document: &mut Admission) {
    while let Some(change) = document.next_to_judge() {
        document.decided(change, Ok(()));
    }
}

/// The fault M10: where a change is called in, its neighbours come too.
fn bring_whole_entries(documents: &mut BTreeMap<Document, Admission>) {
    loop {
        let called_in: BTreeSet<EntryId> = documents
            .values()
            .flat_map(|document| {
                document
                    .admitted()
                    .filter_map(|change| document.origin(change))
            })
            .filter(|(_, count)| *count == Count::SetAside)
            .map(|((entry, _), _)| entry)
            .collect();
        if called_in.is_empty() {
            return;
        }
        for entry in called_in {
            for document in documents.values_mut() {
                document.recount(entry, Count::Adopted);
                settle(document);
            }
        }
    }
}
