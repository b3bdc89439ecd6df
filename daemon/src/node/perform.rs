//! Performs the engine's effects, in order. “Kept before spoken of” is one sentence, and it is here:
//! the engine speaks of an entry only after `Persisted`, which comes from the writer after its flush.

use beffroi_store::Batch;
use beffroi_sync::{Effect, Input as SyncInput, Moment, Notice, PeerId, Ticket};
use beffroi_trust::{Checked, Class, EntryId, Parcel};

use super::input::Input;
use super::{Node, ingest};
use crate::clock::now_ms;
use crate::custody;
use crate::writer::{Job, Trouble, Written};

/// Whether a leaf of an entry is gone.
fn is_incomplete(checked: &Checked) -> bool {
    let mut leaves = checked.entry().body.leaves.iter();
    leaves.any(|leaf| leaf.bytes().is_none())
}

impl Node {
    /// Hands the engine an input and performs what it asks for.
    pub(super) fn sync(&mut self, input: SyncInput) {
        let now = self.moment();
        let Some(living) = &mut self.living else {
            return;
        };
        living.engine.handle(now, input);
        while let Some(effect) = self
            .living
            .as_mut()
            .and_then(|living| living.engine.next_effect())
        {
            self.perform(effect);
        }
    }

    /// The engine's time: how long this daemon has been running.
    pub(crate) fn moment(&self) -> Moment {
        Moment(self.started.elapsed())
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Verify(peer, parcels) => self.verify(peer, parcels),
            Effect::Persist(parcels) => self.persist(&parcels),
            Effect::Load {
                ticket,
                ids,
                bytes_max,
            } => self.load(ticket, ids, bytes_max),
            Effect::Mend(peer, parcels) => self.mend(peer, parcels),
            Effect::Send(peer, frame) => self.net_send(peer, frame.encode()),
            Effect::Tell(notice) => self.notice(notice),
            Effect::HangUp(peer, reason) => {
                tracing::debug!(%peer, %reason, "hung up");
                self.net_hang_up(peer, &reason.to_string(), reason.ban());
            }
        }
    }

    fn verify(&self, peer: PeerId, parcels: Vec<Parcel>) {
        if let Some(living) = &self.living {
            ingest::verify(self.handle.clone(), living.id, peer, parcels);
        }
    }

    fn persist(&mut self, parcels: &[Parcel]) {
        let Some(living) = &self.living else {
            return;
        };
        let created = living.genesis.created_second();
        let received_ms = now_ms();
        let mut job = Job {
            ids: Vec::new(),
            batch: Batch::new(),
        };
        for parcel in parcels {
            let Some(staged) = living.staged.get(&parcel.id) else {
                continue;
            };
            job.ids.push(parcel.id);
            job.batch
                .append(custody::row(&staged.checked, created, received_ms));
            job.batch
                .changes
                .extend(staged.notes.changes.iter().cloned());
        }
        self.writer.keep(job);
    }

    fn load(&self, ticket: Ticket, ids: Vec<EntryId>, bytes_max: usize) {
        let (Some(living), node) = (&self.living, self.handle.clone()) else {
            return;
        };
        let created = living.genesis.created_second();
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || {
            let parcels = custody::load(store.as_ref(), &ids, bytes_max, created);
            node.report(Input::Loaded(ticket, parcels));
        });
    }

    /// What the writer says.
    pub(super) fn written(&mut self, written: Written) {
        match written {
            Written::Kept(ids, upto) => self.kept(ids, upto),
            Written::Failed(ids, trouble) => self.not_kept(&ids, trouble),
            Written::Recovered => self.recover(),
        }
    }

    fn kept(&mut self, ids: Vec<EntryId>, upto: u64) {
        if ids.is_empty() {
            return;
        }
        let Some(living) = &mut self.living else {
            // Locked meanwhile: on the disk it is, and that is what was waited for.
            self.waiting.done(&ids);
            return;
        };
        let checked: Vec<_> = ids.iter().filter_map(|id| living.take_staged(id)).collect();
        if checked.len() < ids.len() {
            // Kept just before the state was made anew from the disk, which holds them: the wait is over.
            let of_before = ids
                .iter()
                .filter(|id| !checked.iter().any(|one| one.id() == **id));
            self.waiting.done(&of_before.copied().collect::<Vec<_>>());
        }
        let acts = checked
            .iter()
            .filter(|checked| checked.class() == Class::Act);
        let acts: Vec<EntryId> = acts.map(Checked::id).collect();
        let incomplete = checked.iter().any(is_incomplete);
        living.absorb(checked, upto);
        self.take_recalled_keys();
        if incomplete {
            self.name_incomplete();
        }
        self.sync(SyncInput::Persisted(ids));
        if !acts.is_empty() {
            self.acts_changed();
            // Contents are done when they are in the view; acts take effect here.
            self.waiting.done(&acts);
        }
    }

    fn not_kept(&mut self, ids: &[EntryId], trouble: Trouble) {
        self.trouble = Some(trouble);
        self.waiting.fail(ids, &self.trouble_cause());
        if !ids.is_empty() {
            self.ahead_of_disk = true;
            self.numbers.not_kept();
            self.sync(SyncInput::PersistFailed);
        }
    }

    fn notice(&mut self, notice: Notice) {
        match notice {
            Notice::Greeted {
                peer,
                version,
                wall_ms,
                heartbeat: _,
            } => {
                self.peers.greeted(peer, version, wall_ms, now_ms());
                self.tell_peer(peer);
            }
            Notice::Acknowledged(peer, _)
            | Notice::AcknowledgedAll(peer, _)
            | Notice::Retracted(peer, _) => {
                self.receipts_changed(peer);
            }
            Notice::InStep(peer) => {
                if let Some(living) = &mut self.living {
                    living.patience.in_step();
                }
                self.peers.in_step(peer, now_ms());
                self.nothing_on_the_way(peer);
                self.tell_peer(peer);
            }
            Notice::Withheld(peer, count) => {
                tracing::warn!(%peer, count, "entries were named and not handed over");
            }
            Notice::BulkBegan(class) => {
                tracing::info!(?class, "a larger set is being received");
                self.streams(true);
            }
            Notice::BulkEnded(class) => {
                tracing::info!(?class, "the larger set has been received");
                self.streams(false);
            }
            Notice::Addresses(peer, addresses) => self.addresses_told(peer, &addresses),
            Notice::Stopped => {
                tracing::error!("the disk takes no entries: nothing more is asked for")
            }
        }
    }
}
