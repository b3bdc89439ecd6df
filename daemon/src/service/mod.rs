//! What the API answers: each question and each order in its file. Handlers in `http` only carry.

mod bundle;
mod changes;
mod context;
mod digest;
mod doctor;
mod export;
mod forgetting;
mod import;
mod journal;
mod journal_export;
mod lists;
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
    /// `Ok` when the loop turned lately; else one word.
    pub(crate) fn health(&self) -> Result<(), &'static str> {
        let turned = *self.turned.lock().unwrap_or_else(PoisonError::into_inner);
        if turned.elapsed() > LOOP_PATIENCE {
            Err("stuck")
        } else {
            Ok(())
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
