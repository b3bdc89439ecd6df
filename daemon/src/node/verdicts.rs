//! The guard's verdicts, noted on the disk now and then: a start judges only what came after.

use std::time::{Duration, Instant};

use beffroi_store::{Batch, Store, StoreError};
use beffroi_trust::RingKeys;

use super::living::{Living, SharedRingKeys};
use super::{Node, SETTINGS};
use crate::view::HeldKeys;
use crate::writer::Job;

/// The key of the note among the settings.
const VERDICTS: &[u8] = b"verdicts";
/// The key of the mark that leaves came later than their entries: the note does not say that they were not
/// judged.
pub(super) const JUDGE_ANEW: &[u8] = b"judge-anew";
/// What a kill costs the next start is at most the judging of what came in this time.
const NOTE_EVERY: Duration = Duration::from_secs(60);

/// When verdicts were noted last, and how far.
pub(crate) struct LastNote {
    at: Instant,
    upto: u64,
}

impl LastNote {
    pub(super) fn new(upto: u64) -> LastNote {
        LastNote {
            at: Instant::now(),
            upto,
        }
    }
}

/// The note on the disk.
pub(super) fn read(store: &dyn Store) -> Result<Option<Vec<u8>>, StoreError> {
    if store.value(SETTINGS, JUDGE_ANEW)?.is_some() {
        forget(store)?;
    }
    store.value(SETTINGS, VERDICTS)
}

/// A note, to be written.
pub(crate) fn batch(note: &[u8]) -> Batch {
    let mut batch = Batch::new();
    batch.put(SETTINGS, VERDICTS, note);
    batch
}

/// The note is of a store that was damaged and mended: what it says of is perhaps not what is there.
pub(crate) fn forget(store: &dyn Store) -> Result<(), StoreError> {
    let mut batch = Batch::new();
    batch.delete(SETTINGS, VERDICTS);
    batch.delete(SETTINGS, JUDGE_ANEW);
    store.commit(&batch).map(drop)
}

fn names(keys: &RingKeys) -> HeldKeys {
    keys.iter().map(|(ring, epoch, _)| (ring, epoch)).collect()
}

impl Living {
    /// The names of the ring keys held now.
    pub(crate) fn held_keys(&self) -> HeldKeys {
        self.with_ring_keys(names)
    }
}

/// The names of these ring keys.
pub(super) fn held(keys: &SharedRingKeys) -> HeldKeys {
    names(
        &keys
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner),
    )
}

impl Node {
    /// Has the verdicts noted when entries came in since the last time, at most every [`NOTE_EVERY`].
    pub(super) fn note_verdicts_in_time(&mut self) {
        let Some(living) = &mut self.living else {
            return;
        };
        if living.last_note.at.elapsed() < NOTE_EVERY {
            return;
        }
        let upto = living.view.taken_in();
        living.last_note.at = Instant::now();
        if upto > living.last_note.upto {
            living.last_note.upto = upto;
            living.applier.note(living.held_keys());
        }
    }

    pub(super) fn verdicts_noted(&self, note: &[u8]) {
        self.writer.keep(Job {
            ids: Vec::new(),
            batch: batch(note),
        });
    }
}
