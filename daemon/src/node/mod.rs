//! The node: everything this post is, owned by one task. It takes inputs, calls pure code, and has
//! effects performed; each kind of work has its file.

mod authoring;
mod bundles;
mod erasing;
mod founding;
mod handle;
mod ingest;
mod input;
mod inviting;
mod joining;
mod keyring;
mod leaves;
mod life;
mod living;
mod locking;
pub(crate) mod members;
mod mending;
mod network;
mod numbers;
mod outcast;
mod patience;
mod peers;
mod perform;
mod porch;
mod receipts;
mod resealing;
pub(crate) mod roles;
mod rooting;
pub(crate) mod verdicts;
mod waiting;
pub(crate) mod withdrawing;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use beffroi_api::event::Event;
use beffroi_api::problem::Cause;
use beffroi_store::Store;
use beffroi_sync::{Input as SyncInput, PeerId};
use beffroi_trust::EntryId;

pub(crate) use authoring::{Authoring, internal};
pub(crate) use bundles::{OnTheWay, Packing, count as counted};
pub(crate) use founding::stamped;
pub(crate) use handle::{Inputs, NodeHandle};
pub(crate) use input::Input;
pub(crate) use inviting::{Invites, OpenInvite, State as InviteState};
pub(crate) use joining::find;
pub(crate) use life::{Awake, LifeError, genesis};
pub(crate) use living::{Living, SharedRingKeys};
pub(crate) use locking::unsaved;
pub(crate) use network::Network;
pub(crate) use numbers::Numbers;
pub(crate) use peers::Peers;
pub(crate) use resealing::Resealing;
pub(crate) use waiting::{Kept, Waiting};

use crate::config::Config;
use crate::events::EventLog;
use crate::folder::Folder;
use crate::vault::Vault;
use crate::view::{Absorbed, Applied};
use crate::writer::{Trouble, Writer};

/// Namespaces of small values in the store.
pub(crate) const SETTINGS: &str = "settings";
pub(crate) const REMEMBERED: &str = "addresses";
pub(crate) const RECEIPTS: &str = "receipts";
pub(crate) const CHANGES: &str = "changes";
pub(crate) const TYPED: &str = "typed";
/// Devices this post alone does not speak with.
pub(crate) const DENIED: &str = "denied";
pub(crate) const NUMBERS: &str = "numbers";
/// The key of the founding statement among the settings.
pub(crate) const GENESIS: &[u8] = b"genesis";

/// Everything this post is.
pub(crate) struct Node {
    pub(crate) folder: Folder,
    pub(crate) config: Config,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) writer: Writer,
    pub(crate) handle: NodeHandle,
    pub(crate) started: Instant,
    /// Whether the keys wait for their passphrase: nothing of the territory is in memory then.
    pub(crate) locked: Arc<AtomicBool>,
    pub(crate) vault: Option<Vault>,
    pub(crate) living: Option<Living>,
    pub(crate) network: Network,
    pub(crate) peers: Peers,
    pub(crate) invites: Invites,
    pub(crate) waiting: Waiting,
    pub(crate) trouble: Option<Trouble>,
    /// Whether something in hand was lost to the disk's trouble, so that memory is ahead of the disk.
    pub(crate) ahead_of_disk: bool,
    pub(crate) events: Arc<EventLog>,
    pub(crate) offline: bool,
    pub(crate) receipts_changed: bool,
    pub(crate) receipts_kept: Instant,
    pub(crate) numbers: Numbers,
    /// Since when this post is out, if it is.
    pub(crate) outcast_since: Option<Instant>,
    pub(crate) resealing: Resealing,
    /// Written for a post on a key, without a receipt.
    pub(crate) on_the_way: BTreeMap<PeerId, OnTheWay>,
}

impl Node {
    /// Turns to one input.
    pub(crate) fn handle(&mut self, input: Input) {
        match input {
            Input::Net(event) => self.on_net(event),
            Input::Task(task) => task(self),
            Input::Written(written) => self.written(written),
            Input::Checked(peer, verdicts) => self.take_in(peer, verdicts),
            Input::Loaded(ticket, parcels) => self.sync(SyncInput::Loaded(ticket, parcels)),
            Input::Applied(Applied::Absorbed(absorbed)) => self.absorbed(absorbed),
            Input::Applied(Applied::Noted(note)) => self.verdicts_noted(&note),
        }
    }

    /// When the loop must turn to the node by itself.
    pub(crate) fn wake_at(&self) -> Option<Instant> {
        let engine = &self.living.as_ref()?.engine;
        let engine_at = engine.wake_at();
        let engine_at = engine_at.and_then(|(moment, _)| self.started.checked_add(moment.0));
        [engine_at, self.resealing.due].into_iter().flatten().min()
    }

    /// The time of [`Node::wake_at`] has come.
    pub(crate) fn woke(&mut self) {
        self.sync(SyncInput::Woke);
        self.keep_receipts_in_time();
        self.note_verdicts_in_time();
        self.erase_in_time();
        self.destroy_keys_in_time();
        self.reseal_in_time();
        self.close_porch_if_idle();
        self.resume_authors_in_time();
    }

    /// The view has taken entries in: whoever waited for them is answered, open pages are told.
    fn absorbed(&mut self, absorbed: Absorbed) {
        self.waiting.done(&absorbed.entries);
        for changed in absorbed.changed {
            let Some(kind) = crate::service::api_kind(changed.kind) else {
                continue;
            };
            let (id, number, heads) = (changed.id, changed.reference, changed.heads);
            self.events.tell(|cursor| Event::Record {
                kind,
                id,
                number,
                heads,
                cursor,
            });
        }
    }

    /// Acts are on the disk: who stands, what counts and which keys we hold may have changed.
    fn acts_changed(&mut self) {
        self.members_changed();
        self.own_standing_changed();
        self.take_ring_keys();
        self.erasures_changed();
        self.duties_changed();
        self.end_keys();
        self.name_incomplete();
        let Some(living) = &mut self.living else {
            return;
        };
        let recounted: BTreeMap<EntryId, _> = living
            .chronicle
            .recounted()
            .into_iter()
            .map(|id| (id, living.chronicle.count(&id)))
            .collect();
        living.patience.look_soon();
        if !recounted.is_empty() {
            living.applier.recount(recounted);
        }
    }

    fn tell_peer(&self, peer: PeerId) {
        self.events.tell(|_| Event::Peer {
            id: peer.to_string(),
        });
    }

    /// Whether the disk has less room than is kept free.
    fn store_is_full(&self) -> bool {
        !self.store.sizes().is_ok_and(|sizes| sizes.writable)
    }

    pub(crate) fn full_cause(&self) -> Cause {
        Cause::DiskFull {
            path: self.folder.root().display().to_string(),
        }
    }

    pub(crate) fn trouble_cause(&self) -> Cause {
        match self.trouble {
            Some(Trouble::Full) => self.full_cause(),
            Some(Trouble::Failed) | None => Cause::DiskFailed {
                path: self.folder.root().display().to_string(),
            },
        }
    }
}
