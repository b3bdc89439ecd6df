//! Who waits for what to be on the disk and in the view: a person's answer goes out only then.

use std::collections::{BTreeMap, BTreeSet};

use beffroi_api::problem::Cause;
use beffroi_trust::EntryId;
use tokio::sync::oneshot;

use crate::failure::{Failure, Outcome};

/// The end of a wait: all entries kept and taken in, or the reason why not.
pub(crate) type Kept = oneshot::Receiver<Outcome<()>>;

/// The open waits.
#[derive(Default)]
pub(crate) struct Waiting {
    next: u64,
    waits: BTreeMap<u64, Wait>,
    by_entry: BTreeMap<EntryId, BTreeSet<u64>>,
}

struct Wait {
    missing: BTreeSet<EntryId>,
    answer: oneshot::Sender<Outcome<()>>,
}

impl Waiting {
    /// Waits for entries.
    pub(crate) fn for_entries(&mut self, ids: impl IntoIterator<Item = EntryId>) -> Kept {
        let (answer, kept) = oneshot::channel();
        let missing: BTreeSet<EntryId> = ids.into_iter().collect();
        if missing.is_empty() {
            let _ = answer.send(Ok(()));
            return kept;
        }
        self.next += 1;
        for id in &missing {
            self.by_entry.entry(*id).or_default().insert(self.next);
        }
        self.waits.insert(self.next, Wait { missing, answer });
        kept
    }

    /// These are on the disk and in the view.
    pub(crate) fn done(&mut self, ids: &[EntryId]) {
        for id in ids {
            for wait in self.by_entry.remove(id).unwrap_or_default() {
                let over = self.waits.get_mut(&wait).is_some_and(|wait| {
                    wait.missing.remove(id);
                    wait.missing.is_empty()
                });
                if over {
                    self.end(wait, Ok(()));
                }
            }
        }
    }

    /// These will not be.
    pub(crate) fn fail(&mut self, ids: &[EntryId], cause: &Cause) {
        for id in ids {
            for wait in self.by_entry.remove(id).unwrap_or_default() {
                self.end(wait, Err(Failure::Cause(cause.clone())));
            }
        }
    }

    fn end(&mut self, wait: u64, outcome: Outcome<()>) {
        if let Some(wait) = self.waits.remove(&wait) {
            let _ = wait.answer.send(outcome);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> EntryId {
        EntryId([n; 32])
    }

    #[test]
    fn an_answer_goes_out_when_the_last_entry_is_kept() {
        let mut waiting = Waiting::default();
        let mut both = waiting.for_entries([id(1), id(2)]);
        let mut one = waiting.for_entries([id(1)]);
        waiting.done(&[id(1)]);
        assert_eq!(one.try_recv(), Ok(Ok(())));
        assert!(both.try_recv().is_err());
        waiting.done(&[id(2)]);
        assert_eq!(both.try_recv(), Ok(Ok(())));
        assert!(waiting.waits.is_empty() && waiting.by_entry.is_empty());
    }

    #[test]
    fn one_lost_entry_fails_the_whole_answer() {
        let mut waiting = Waiting::default();
        let mut both = waiting.for_entries([id(1), id(2)]);
        waiting.fail(&[id(2)], &Cause::Internal {});
        assert_eq!(both.try_recv(), Ok(Err(Failure::Cause(Cause::Internal {}))));
        waiting.done(&[id(1)]);
    }
}
