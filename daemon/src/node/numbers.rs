//! The highest numbers given here, by operation. They are kept in the transaction of what bears them, so that
//! none is given twice, whatever the lists show of its bearer.

use std::collections::BTreeMap;

use beffroi_store::Batch;
use uuid::Uuid;

use super::NUMBERS;

#[derive(Debug, Default)]
struct Given {
    highest: u64,
    /// What the disk was last told.
    kept: u64,
}

/// The highest number given here in each operation.
#[derive(Debug, Default)]
pub(crate) struct Numbers(BTreeMap<Uuid, Given>);

impl Numbers {
    /// The next number of an operation; `known` is the highest found elsewhere, asked once.
    pub(crate) fn next(&mut self, operation: Uuid, known: impl FnOnce() -> u64) -> u64 {
        let given = self.0.entry(operation).or_insert_with(|| {
            let highest = known();
            Given {
                highest,
                kept: highest,
            }
        });
        given.highest += 1;
        given.highest
    }

    /// Adds what the disk was not told of to what is about to be written.
    pub(super) fn keep(&mut self, notes: &mut Batch) {
        for (operation, given) in &mut self.0 {
            if given.highest > given.kept {
                notes.put(NUMBERS, operation.as_bytes(), &given.highest.to_le_bytes());
                given.kept = given.highest;
            }
        }
    }

    /// What was to be written was not: the disk is told again with the next.
    pub(super) fn not_kept(&mut self) {
        self.0.values_mut().for_each(|given| given.kept = 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_kept_with_the_next_writing_and_told_again_when_that_failed() {
        let mut numbers = Numbers::default();
        let kept = |numbers: &mut Numbers| {
            let mut notes = Batch::new();
            numbers.keep(&mut notes);
            notes.changes.len()
        };
        assert_eq!(numbers.next(Uuid::nil(), || 7), 8);
        assert_eq!(numbers.next(Uuid::nil(), || unreachable!()), 9);
        assert_eq!((kept(&mut numbers), kept(&mut numbers)), (1, 0));
        numbers.not_kept();
        assert_eq!(kept(&mut numbers), 1);
    }
}
