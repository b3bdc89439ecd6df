//! What the API answers: each question and each order in its file. Handlers in `http` only carry.

mod alarms;
mod bundle;
mod changes;
mod closing;
mod context;
mod digest;
mod doctor;
mod export;
mod forgetting;
mod import;
mod journal;
mod journal_export;
mod keys;
mod lists;
mod members;
mod membership;
mod notes;
mod numbers;
mod openings;
mod peers;
mod phones;
mod private;
mod reading;
mod references;
mod refusals;
mod routes;
mod shape;
mod status;
mod writing;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use beffroi_api::Schema;
use beffroi_api::problem::Cause;
use beffroi_api::reply::status::Version;
use beffroi_store::{Mended, Store};
use tokio::sync::watch;
use uuid::Uuid;

use crate::config::Discovery;
use crate::events::{EventLog, EventStream};
use crate::failure::Outcome;
use crate::folder::Folder;
use crate::node::NodeHandle;
use crate::phones::Phones;
use crate::streams::Streams;
use crate::tries::Tries;

pub(crate) use context::Context;
pub(crate) use phones::Around;
pub(crate) use refusals::refused;
pub(crate) use shape::api_kind;

/// How long the loop may be busy before a supervisor is told that it is stuck.
const LOOP_PATIENCE: Duration = Duration::from_secs(10);

/// Everything the handlers need.
pub(crate) struct Service {
    pub(crate) node: NodeHandle,
    pub(crate) events: Arc<EventLog>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) folder: Folder,
    pub(crate) discovery: Discovery,
    pub(crate) boot: String,
    /// The address of the loopback door, when there is one.
    pub(crate) url_port: Option<u16>,
    pub(crate) turned: Arc<Mutex<Instant>>,
    /// What became of the store at this start, when it was damaged.
    pub(crate) mended: Option<Mended>,
    /// Whether the keys wait for their passphrase, for who must not wait for the loop.
    pub(crate) locked: Arc<AtomicBool>,
    /// Where a passphrase is taken from at each start.
    pub(crate) passphrase_file: Option<PathBuf>,
    /// The wrong passphrases of late. Held while one is stretched, so that the memory this takes is taken
    /// once, and guesses come one after the other.
    pub(crate) tries: tokio::sync::Mutex<Tries>,
    /// The phones let in, and their door.
    pub(crate) phones: Arc<Phones>,
    /// Who listens to events.
    pub(crate) streams: Streams,
    /// Becomes true when the daemon ends.
    pub(crate) ending: watch::Receiver<bool>,
    /// Ids being written, so that a request sent twice at once is one record.
    pub(crate) under_way: Mutex<BTreeSet<Uuid>>,
}

impl Service {
    /// A word when the loop turned lately: whether the post is locked; else one word as well.
    pub(crate) fn health(&self) -> Result<&'static str, &'static str> {
        let turned = *self.turned.lock().unwrap_or_else(PoisonError::into_inner);
        if turned.elapsed() > LOOP_PATIENCE {
            Err("stuck")
        } else if self.locked.load(Ordering::Relaxed) {
            Ok("locked")
        } else {
            Ok("ok")
        }
    }

    pub(crate) fn version(&self) -> Version {
        Version {
            schema: Schema,
            version: env!("CARGO_PKG_VERSION").into(),
            api: "v1".into(),
            boot: self.boot.clone(),
        }
    }

    pub(crate) fn events(&self, from: Option<u64>) -> Outcome<EventStream> {
        self.events
            .subscribe(from)
            .ok_or_else(|| Cause::TooManyRequests {}.into())
    }

    /// Claims an id while it is being written.
    pub(crate) fn claim(&self, id: Uuid) -> Outcome<Claimed<'_>> {
        let mut under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if under_way.insert(id) {
            Ok(Claimed { service: self, id })
        } else {
            Err(Cause::UnderWay {}.into())
        }
    }
}

/// An id being written; let go when dropped.
pub(crate) struct Claimed<'a> {
    service: &'a Service,
    id: Uuid,
}

impl Drop for Claimed<'_> {
    fn drop(&mut self) {
        let mut under_way = self
            .service
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        under_way.remove(&self.id);
    }
}

/// Work that blocks, on a thread that may.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Outcome<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| crate::node::internal(&error).into())
}
