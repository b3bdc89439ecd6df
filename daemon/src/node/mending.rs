//! Gaps: leaves that are gone and that nobody is known to have erased. Each member met is asked for them, and
//! what it has is put in their place.

use std::collections::{BTreeMap, BTreeSet};

use beffroi_store::{Batch, Change, LeafBytes, Store, StoreError};
use beffroi_sync::{Input as SyncInput, PeerId, Reason};
use beffroi_trust::chronicle::LeafAt;
use beffroi_trust::{Checked, EntryId, Parcel};

use super::ingest::verdicts;
use super::input::{Input, Verdict};
use super::living::Living;
use super::{Node, SETTINGS, verdicts as noted};
use crate::custody;

impl Living {
    /// The leaves that are missed here: of a ring this post reads and with a key it holds, gone for a reason
    /// that nobody knows.
    pub(crate) fn gaps(&self) -> BTreeSet<LeafAt> {
        let gone = self.leaves.gone();
        self.with_ring_keys(|keys| {
            gone.filter(|(at, slot)| {
                self.reads(slot.ring)
                    && keys.key(slot.ring, &slot.epoch).is_some()
                    && !self.erasing.explains(at, slot)
            })
            .map(|(at, _)| at)
            .collect()
        })
    }
}

impl Node {
    /// Tells the engine of which entries something is missing here, when that has changed.
    pub(super) fn name_incomplete(&mut self) {
        let Some(living) = &mut self.living else {
            return;
        };
        let gaps = living.gaps();
        let incomplete: BTreeSet<EntryId> = gaps.into_iter().map(|(id, _)| id).collect();
        if incomplete != living.incomplete {
            living.incomplete.clone_from(&incomplete);
            self.sync(SyncInput::Incomplete(incomplete));
        }
    }

    /// Checks further copies from a peer and takes from them what is missing here.
    pub(super) fn mend(&self, peer: PeerId, parcels: Vec<Parcel>) {
        let Some(territory) = self.living.as_ref().map(|living| living.id) else {
            return;
        };
        let node = self.handle.clone();
        tokio::task::spawn_blocking(move || {
            let copies = verdicts(&parcels, &territory);
            node.report(Input::Task(Box::new(move |node| {
                node.mend_with(peer, copies)
            })));
        });
    }

    fn mend_with(&mut self, peer: PeerId, copies: Vec<Verdict>) {
        if copies.iter().any(|copy| copy.checked.is_none()) {
            let reason = Reason::Faulty;
            return self.net_hang_up(peer, &reason.to_string(), reason.ban());
        }
        let Some(living) = &mut self.living else {
            return;
        };
        let gaps = living.gaps();
        let mut missing = BTreeMap::new();
        for checked in copies.into_iter().filter_map(|copy| copy.checked) {
            let (checked, _) = living.without_erased(checked);
            missing.extend(leaves_for(&gaps, &checked));
        }
        if missing.is_empty() {
            return;
        }
        let (store, node) = (self.store.clone(), self.handle.clone());
        tokio::task::spawn_blocking(move || match put_in_place(store.as_ref(), missing) {
            Ok(mended) => {
                let task = move |node: &mut Node| node.mended(&mended);
                node.report(Input::Task(Box::new(task)));
            }
            Err(error) => tracing::error!(%error, "leaves that came were not kept: asked again"),
        });
    }

    /// Missing leaves are on the disk: they go into the view.
    fn mended(&mut self, mended: &[Checked]) {
        let Some(living) = &mut self.living else {
            return;
        };
        tracing::info!(
            entries = mended.len(),
            "missing leaves came from another post"
        );
        for checked in mended {
            living.leaves.note(checked);
        }
        let counts = mended.iter().map(|checked| {
            let id = checked.id();
            (id, living.chronicle.count(&id))
        });
        living.applier.recount(counts.collect());
        self.take_recalled_keys();
        self.name_incomplete();
    }
}

/// Of a copy, the leaves that fill a gap.
fn leaves_for(gaps: &BTreeSet<LeafAt>, copy: &Checked) -> Vec<(LeafAt, Vec<u8>)> {
    let leaves = (0_u8..=u8::MAX).zip(&copy.entry().body.leaves);
    leaves
        .filter_map(|(number, leaf)| {
            let at = (copy.id(), number);
            let bytes = leaf.bytes().filter(|_| gaps.contains(&at))?;
            Some((at, bytes.to_vec()))
        })
        .collect()
}

/// Puts leaves in their place, which the check of the copy's body root found to be theirs.
fn put_in_place(
    store: &dyn Store,
    leaves: BTreeMap<LeafAt, Vec<u8>>,
) -> Result<Vec<Checked>, StoreError> {
    let entries: BTreeSet<EntryId> = leaves.keys().map(|(id, _)| *id).collect();
    for ((id, leaf), bytes) in leaves {
        let mut batch = Batch::new();
        batch.push(Change::Leaf {
            id: id.0,
            leaf,
            bytes: LeafBytes::Here(bytes),
        });
        // Nobody has judged what is in it.
        batch.put(SETTINGS, noted::JUDGE_ANEW, &[1]);
        store.commit(&batch)?;
    }
    store.flush()?;
    custody::read(store, &entries.into_iter().collect::<Vec<_>>())
}
