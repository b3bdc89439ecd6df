//! What the guard said of every leaf, kept small: which were refused, and which it was not yet asked about.
//! All others are sound. A note of it is kept on the disk, so that a start need not judge again what this
//! very version has judged.

use std::collections::{BTreeMap, BTreeSet};

use beffroi_trust::guard::{AutomergeVersion, Bad, Verdict};
use beffroi_trust::{EntryId, Epoch, Ring};
use serde::{Deserialize, Serialize};

/// Leaves listed in a note at most (0.4 MB). Somebody who writes more bad changes than that makes starts
/// slower, not wrong.
const LISTED_MAX: usize = 10_000;

/// Where a leaf stands: its entry, and its number there.
pub(super) type Leaf = (EntryId, u8);

/// The verdicts on all leaves.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    refused: BTreeMap<Leaf, Bad>,
    unjudged: BTreeSet<Leaf>,
    /// The append number up to which entries have been taken in.
    upto: u64,
    /// That of the note from which this started.
    noted: u64,
}

/// The ring keys held, by name.
pub(crate) type HeldKeys = Vec<(Ring, Epoch)>;

/// Verdicts as they are kept. Only the version that gave them believes them: another guard or another
/// Automerge might see it otherwise, and all posts must see it alike.
#[derive(Serialize, Deserialize)]
struct Note {
    program: String,
    automerge: AutomergeVersion,
    /// With another key, leaves show that nobody had judged.
    keys: HeldKeys,
    upto: u64,
    refused: Vec<(Leaf, Bad)>,
    unjudged: Vec<Leaf>,
}

impl Verdicts {
    /// From a note, or from nothing when another version wrote it, or this one with other keys.
    pub(super) fn from_note(bytes: &[u8], keys: &HeldKeys) -> Verdicts {
        let note = postcard::from_bytes::<Note>(bytes).ok();
        let own = note.filter(|note| {
            note.program == env!("CARGO_PKG_VERSION")
                && note.automerge == AutomergeVersion::CURRENT
                && note.keys == *keys
        });
        own.map_or_else(Verdicts::default, |note| Verdicts {
            refused: note.refused.into_iter().collect(),
            unjudged: note.unjudged.into_iter().collect(),
            upto: 0,
            noted: note.upto,
        })
    }

    /// The note to keep; `None` when it would be too long.
    pub(super) fn to_note(&self, keys: HeldKeys) -> Option<Vec<u8>> {
        if self.refused.len() + self.unjudged.len() > LISTED_MAX {
            return None;
        }
        let note = Note {
            program: env!("CARGO_PKG_VERSION").into(),
            automerge: AutomergeVersion::CURRENT,
            keys,
            upto: self.upto.max(self.noted),
            refused: self
                .refused
                .iter()
                .map(|(leaf, bad)| (*leaf, *bad))
                .collect(),
            unjudged: self.unjudged.iter().copied().collect(),
        };
        postcard::to_allocvec(&note).ok()
    }

    /// Whether the entry with this append number was taken in before the note was written.
    pub(super) fn covers(&self, append: u64) -> bool {
        append <= self.noted
    }

    /// Everything up to this append number has been taken in.
    pub(super) fn taken_in(&mut self, append: u64) {
        self.upto = self.upto.max(append);
    }

    /// The append number up to which entries have been taken in.
    pub(super) fn upto(&self) -> u64 {
        self.upto
    }

    /// A leaf the guard has not been asked about.
    pub(super) fn expect(&mut self, leaf: Leaf) {
        self.unjudged.insert(leaf);
    }

    /// The guard has spoken.
    pub(super) fn judged(&mut self, leaf: Leaf, outcome: Result<(), Bad>) {
        self.unjudged.remove(&leaf);
        if let Err(bad) = outcome {
            self.refused.insert(leaf, bad);
        }
    }

    /// The refused leaves, and how many were not judged.
    pub(super) fn told(&self) -> (Vec<Leaf>, u64) {
        let refused = self.refused.keys().copied().collect();
        (refused, self.unjudged.len() as u64)
    }

    /// What is known of a leaf that is on a shelf; `None` when the guard must be asked.
    pub(super) fn of(&self, leaf: Leaf) -> Option<Verdict> {
        let outcome = self.refused.get(&leaf).map_or(Ok(()), |bad| Err(*bad));
        (!self.unjudged.contains(&leaf)).then(|| Verdict::now(outcome))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> HeldKeys {
        vec![(1, Epoch([1; 16]))]
    }

    fn leaf(n: u8) -> Leaf {
        (EntryId([n; 32]), n)
    }

    #[test]
    fn a_note_gives_back_every_verdict_and_covers_what_it_knew() {
        let mut verdicts = Verdicts::default();
        (1..=3).for_each(|n| verdicts.expect(leaf(n)));
        verdicts.judged(leaf(1), Ok(()));
        verdicts.judged(leaf(2), Err(Bad::Checksum));
        verdicts.taken_in(7);
        let again = Verdicts::from_note(&verdicts.to_note(keys()).unwrap(), &keys());
        assert_eq!(again.of(leaf(1)), Some(Verdict::now(Ok(()))));
        assert_eq!(again.of(leaf(2)), Some(Verdict::now(Err(Bad::Checksum))));
        assert_eq!(again.of(leaf(3)), None);
        assert!(again.covers(7) && !again.covers(8));
    }

    #[test]
    fn a_note_written_without_a_key_is_not_believed_with_it() {
        let mut verdicts = Verdicts::default();
        verdicts.taken_in(7);
        let note = verdicts.to_note(Vec::new()).unwrap();
        assert!(!Verdicts::from_note(&note, &keys()).covers(1));
    }

    #[test]
    fn a_note_of_another_version_is_not_believed() {
        let mut verdicts = Verdicts::default();
        verdicts.taken_in(7);
        let mut note = verdicts.to_note(keys()).unwrap();
        assert!(Verdicts::from_note(&note, &keys()).covers(7));
        note[1] ^= 1;
        assert!(!Verdicts::from_note(&note, &keys()).covers(1));
        assert!(!Verdicts::from_note(b"", &keys()).covers(1));
    }
}
