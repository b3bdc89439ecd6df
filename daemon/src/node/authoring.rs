//! What this post writes: signed, placed in the set, handed to the engine, and waited for.

use std::collections::BTreeMap;

use beffroi_api::problem::Cause;
use beffroi_store::Batch;
use beffroi_sync::Input as SyncInput;
use beffroi_trust::author::{self, Position};
use beffroi_trust::{Act, Checked, Class, DocId, Entry, EntryId, Payload, Refusal, Ring, Signer};

use super::living::{Living, Staged};
use super::waiting::Kept;
use super::{Node, roles};
use crate::clock::now_ms;
use crate::dice;
use crate::failure::Outcome;

/// Contents to be written as one entry.
pub(crate) struct Authoring {
    /// Each payload with its document; the changes are stamped.
    pub(crate) items: Vec<(DocId, Payload)>,
    /// The time in the changes, which is the entry's.
    pub(crate) time_ms: u64,
    /// Values kept in the same transaction: idempotency keys.
    pub(crate) notes: Batch,
}

impl Node {
    /// Signs contents and sends them on their way.
    pub(crate) fn author(&mut self, mut authoring: Authoring) -> Outcome<Kept> {
        self.refuse_in_trouble()?;
        let absent = self.absent();
        let living = self.living.as_mut().ok_or(absent)?;
        let entry = living.sign_content(&authoring)?;
        self.numbers.keep(&mut authoring.notes);
        self.publish(vec![(entry, authoring.notes)])
    }

    /// Signs acts as this device and sends them on their way, each after the one before.
    pub(crate) fn act(&mut self, acts: Vec<Act>) -> Outcome<(Vec<EntryId>, Kept)> {
        self.act_by(None, acts)
    }

    /// The same as a root, when there is one.
    pub(super) fn act_by(
        &mut self,
        root: Option<&Signer>,
        acts: Vec<Act>,
    ) -> Outcome<(Vec<EntryId>, Kept)> {
        self.refuse_in_trouble()?;
        let mut ids = Vec::new();
        let mut parcels = Vec::new();
        for act in acts {
            let absent = self.absent();
            let living = self.living.as_mut().ok_or(absent)?;
            let keys = living.keys.clone();
            let signer = root.unwrap_or(&keys.signer);
            let by = signer.id();
            let cites = living
                .chronicle
                .may_act(&by, &act)
                .map_err(|refusal| living.refused(&refusal))?;
            let (prev, seq) = living.chronicle.tips(&by, Class::Act);
            let position = living.position(cites, prev, seq, now_ms());
            let entry = author::act(signer, &position, &act).map_err(|error| internal(&error))?;
            let checked = living.adopt_own(entry, Batch::new())?;
            ids.push(checked.id());
            parcels.extend(living.parcel(&checked));
        }
        let kept = self.waiting.for_entries(ids.iter().copied());
        self.sync(SyncInput::Authored(parcels));
        Ok((ids, kept))
    }

    fn publish(&mut self, entries: Vec<(Entry, Batch)>) -> Outcome<Kept> {
        let absent = self.absent();
        let living = self.living.as_mut().ok_or(absent)?;
        let mut parcels = Vec::new();
        for (entry, notes) in entries {
            let checked = living.adopt_own(entry, notes)?;
            parcels.extend(living.parcel(&checked));
        }
        let kept = self
            .waiting
            .for_entries(parcels.iter().map(|parcel| parcel.id));
        self.sync(SyncInput::Authored(parcels));
        Ok(kept)
    }

    /// Nothing may be typed that could not be kept.
    pub(crate) fn refuse_in_trouble(&self) -> Outcome<()> {
        match self.trouble {
            None if self.store_is_full() => Err(self.full_cause().into()),
            None => Ok(()),
            Some(_) => Err(self.trouble_cause().into()),
        }
    }
}

impl Living {
    fn sign_content(&mut self, authoring: &Authoring) -> Outcome<Entry> {
        let me = self.me();
        let parts: Vec<_> = authoring
            .items
            .iter()
            .map(|(doc, _)| (doc.kind, doc.ring))
            .collect();
        let cites = self
            .chronicle
            .may_write(&me, &parts)
            .map_err(|refusal| self.refused(&refusal))?;
        let announced = self.chronicle.announced();
        let standing = self.chronicle.standing();
        let mut epochs = BTreeMap::new();
        self.with_ring_keys(|keys| -> Outcome<()> {
            for (_, ring) in &parts {
                let lost = |device: &_| !standing.stands(device);
                let epoch = keys
                    .write_epoch(*ring, &announced, lost)
                    .ok_or(Cause::KeysNotReceived {})?;
                epochs.insert(*ring, epoch.epoch());
            }
            Ok(())
        })?;
        let (prev, seq) = self.chronicle.tips(&me, Class::Content);
        let position = self.position(cites, prev, seq, authoring.time_ms);
        self.with_ring_keys(|keys| {
            author::content(
                &self.keys.signer,
                &position,
                dice::bytes(),
                &authoring.items,
                &epochs,
                keys,
            )
        })
        .map_err(|error| internal(&error).into())
    }

    /// Where an entry of ours is put.
    pub(super) fn position(
        &self,
        grant: EntryId,
        prev: Vec<EntryId>,
        seq: u64,
        time_ms: u64,
    ) -> Position {
        Position {
            territory: self.id,
            grant,
            prev,
            seq,
            time_ms,
        }
    }

    /// Puts an entry made here into the set and keeps it in hand until it is on the disk.
    pub(super) fn adopt_own(&mut self, entry: Entry, notes: Batch) -> Outcome<Checked> {
        let checked = Checked::trusted(entry).map_err(|error| internal(&error))?;
        self.chronicle.offer(&checked, None);
        self.staged.insert(
            checked.id(),
            Staged {
                checked: checked.clone(),
                notes,
            },
        );
        Ok(checked)
    }

    /// Whether this device may now write contents of these (kind, ring).
    pub(crate) fn may_write(&self, parts: &[(u8, Ring)]) -> Result<(), Cause> {
        let may = self.chronicle.may_write(&self.me(), parts);
        may.map(drop).map_err(|refusal| self.refused(&refusal))
    }

    /// Whether this device may now do an act.
    pub(crate) fn may_act(&self, act: &Act) -> Result<(), Cause> {
        let may = self.chronicle.may_act(&self.me(), act);
        may.map(drop).map_err(|refusal| self.refused(&refusal))
    }

    /// Why this device may not write, for the person who tried.
    pub(super) fn refused(&self, refusal: &Refusal) -> Cause {
        match refusal {
            Refusal::Stranger | Refusal::Withdrawn | Refusal::Void => Cause::NotAMember {},
            Refusal::Ring(_) => Cause::PeopleNotHeld {},
            Refusal::Role | Refusal::Rank | Refusal::UnknownGrant | Refusal::Chain => {
                let role = self
                    .chronicle
                    .standing()
                    .member(&self.me())
                    .and_then(|member| member.role);
                Cause::RoleTooNarrow {
                    role: role
                        .and_then(roles::shown)
                        .map_or_else(String::new, |role| role.token().into()),
                }
            }
        }
    }

    /// Signs an act of a root at the founding.
    pub(super) fn act_of_root(&mut self, root: &Signer, act: &Act) -> Outcome<Checked> {
        let territory = EntryId::of_territory(&self.id);
        let (prev, seq) = self.chronicle.tips(&root.id(), Class::Act);
        let position = self.position(territory, prev, seq, now_ms());
        let entry = author::act(root, &position, act).map_err(|error| internal(&error))?;
        self.adopt_own(entry, Batch::new())
    }
}

/// A fault of ours: logged, and answered as one.
pub(crate) fn internal(error: &dyn std::fmt::Display) -> Cause {
    tracing::error!(%error, "a fault of the program");
    Cause::Internal {}
}
