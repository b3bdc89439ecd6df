//! Which judged leaves the guard refused. Every other judged leaf is sound, so this is all that must be
//! remembered of verdicts, with the version of Automerge they were given under.

use std::collections::BTreeMap;

use beffroi_trust::EntryId;
use beffroi_trust::guard::{Bad, Verdict};

/// The refused leaves.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    refused: BTreeMap<(EntryId, u8), Bad>,
}

impl Refusals {
    pub(super) fn note(&mut self, entry: EntryId, leaf: u8, bad: Bad) {
        self.refused.insert((entry, leaf), bad);
    }

    /// Whether a judged leaf was refused.
    pub(super) fn refuses(&self, entry: EntryId, leaf: u8) -> bool {
        self.refused.contains_key(&(entry, leaf))
    }

    /// What is known of a leaf that was judged.
    pub(super) fn verdict(&self, entry: EntryId, leaf: u8) -> Verdict {
        Verdict::now(
            self.refused
                .get(&(entry, leaf))
                .map_or(Ok(()), |bad| Err(*bad)),
        )
    }
}
