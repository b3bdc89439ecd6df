//! The store on the disk, as everybody else sees it.

use std::ops::Bound;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use super::engine::Engine;
use super::entry::Counters;
use super::files::{self, failed};
use super::folder::DataFolder;
use super::frame::Tree;
use super::mend::{self, Layout};
use super::opening::{self, Config, Opened, Ready, clean_mark, open_engine};
use super::reader::Reader;
use super::reserve::Reserve;
use super::rows;
use super::watermark::Watermark;
use super::writer::Writer;
use crate::batch::{Batch, Committed, Held, Id, check_namespace};
use crate::error::{OpenError, StoreError};
use crate::limits::OPENING_ROOM_BYTES;
use crate::store::{Named, OrderKey, Sizes, Store, StoredEntry, StoredLeaves};

/// The store of a data folder, in sled.
///
/// Every value lies on the disk in a frame that says by itself what it is, so that a damaged database can be
/// written anew from its raw bytes. A failed transaction or flush stops writing until `recover`.
pub struct SledStore {
    /// `None` when closed, or when a recovery failed.
    engine: RwLock<Option<Engine>>,
    writing: Mutex<Writing>,
    /// What `sizes` tells of the writer without waiting for it.
    entries: AtomicU64,
    stopped: AtomicBool,
    reserve: Reserve,
    watermark: Watermark,
    layout: Layout,
    config: Config,
    folder: DataFolder,
}

/// What the one writer at a time knows.
#[derive(Debug, Default)]
struct Writing {
    counters: Counters,
    /// Whether something was committed since the last flush.
    unflushed: bool,
    /// Why nothing may be written.
    stopped: Option<String>,
    /// Whether the database was opened again since it stopped, so that reading goes on.
    reopened: bool,
    closed: bool,
}

impl SledStore {
    /// Opens the store of a folder that this process holds, mending it when it is damaged.
    ///
    /// # Errors
    /// `Full` when even the reserve does not give room to open; `NoRoomToMend` before anything is changed;
    /// `Newer` when a later release wrote it.
    pub fn open(folder: DataFolder, config: Config) -> Result<(Self, Opened), OpenError> {
        let layout = Layout::new(folder.path());
        super::folder::create_private(&layout.root)?;
        let reserve = Reserve::new(&layout.root, config.reserve_bytes);
        let watermark = Watermark::open(&layout.root).map_err(failed("open", &layout.root))?;
        let ready = opening::open(&folder, &layout, &config, &reserve, &watermark)?;
        let writing = Writing {
            counters: ready.counters,
            ..Writing::default()
        };
        let store = SledStore {
            engine: RwLock::new(Some(ready.engine)),
            writing: Mutex::new(writing),
            entries: ready.counters.entries.into(),
            stopped: false.into(),
            reserve,
            watermark,
            layout,
            config: Config {
                repair: false,
                ..config
            },
            folder,
        };
        Ok((store, ready.opened))
    }

    /// Runs a reading on the open database.
    fn read<T>(
        &self,
        call: impl FnOnce(Reader<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let engine = self.shared();
        call(Reader::new(engine.as_ref().ok_or(StoreError::Closed)?))
    }

    /// Lets `sizes` know what the writer knows.
    fn tell(&self, writing: &Writing) {
        self.entries
            .store(writing.counters.entries, Ordering::Relaxed);
        self.stopped
            .store(writing.check().is_err(), Ordering::Relaxed);
    }

    fn shared(&self) -> RwLockReadGuard<'_, Option<Engine>> {
        // The engine's calls catch their panics, so a poisoned lock guards nothing half done.
        self.engine.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the database away from everybody and lets go of its files.
    fn take_engine(&self) {
        let engine = self
            .engine
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let_go(engine);
    }

    fn set_engine(&self, engine: Engine) {
        *self.engine.write().unwrap_or_else(PoisonError::into_inner) = Some(engine);
    }

    fn commit_held(&self, writing: &mut Writing, batch: &Batch) -> Result<Committed, StoreError> {
        let engine = self.shared();
        let engine = engine.as_ref().ok_or(StoreError::Closed)?;
        let room = || self.reserve.check_room();
        let mut writer = Writer::new(engine, writing.counters, &room);
        let committed = writer.commit(batch);
        writing.unflushed |= writer.counters() != writing.counters;
        writing.counters = writer.counters();
        committed
    }

    fn flush_held(&self, writing: &mut Writing) -> Result<(), StoreError> {
        if !writing.unflushed {
            return Ok(());
        }
        let engine = self.shared();
        let flushed = engine.as_ref().ok_or(StoreError::Closed)?.flush();
        flushed.map_err(|error| StoreError::Stopped {
            cause: error.to_string(),
        })?;
        writing.unflushed = false;
        writing.counters.flushed = writing.counters.stamp;
        self.watermark.set(writing.counters.stamp);
        Ok(())
    }

    /// Stops all writing when a writing failed in the engine.
    fn after_writing<T>(&self, writing: &mut Writing, outcome: &Result<T, StoreError>) {
        if let Err(StoreError::Stopped { cause }) = outcome {
            tracing::error!(%cause, "the store stopped writing");
            writing.stopped = Some(cause.clone());
            self.reopen_to_read(writing);
        }
        self.tell(writing);
    }

    fn open_again(&self) -> Result<Ready, OpenError> {
        opening::open(
            &self.folder,
            &self.layout,
            &self.config,
            &self.reserve,
            &self.watermark,
        )
    }

    /// After a failure on a full disk the engine refuses even to read some pages: the reserve gives the room
    /// to open the database again. Without that room, and after other failures, it reads what it can.
    fn reopen_to_read(&self, writing: &mut Writing) {
        let dropped = self.reserve.drop_if_full();
        let room = self
            .reserve
            .free_bytes()
            .is_ok_and(|free| free >= OPENING_ROOM_BYTES);
        if matches!(dropped, Ok(true)) && room {
            match self.reopen() {
                Ok(counters) => {
                    writing.counters = counters;
                    writing.reopened = true;
                }
                Err(error) => tracing::error!(%error, "the store cannot be read until recovered"),
            }
        }
    }

    /// Closes the database and opens it again from what the disk really holds.
    fn reopen(&self) -> Result<Counters, OpenError> {
        self.take_engine();
        let live = &self.layout.live;
        files::forget_cached(live).map_err(failed("read", live))?;
        let ready = self.open_again()?;
        self.set_engine(ready.engine);
        tracing::info!(
            entries = ready.counters.entries,
            "the store was opened again"
        );
        Ok(ready.counters)
    }

    fn leave_clean_mark(&self) -> std::io::Result<()> {
        let sum = files::fingerprint(&self.layout.live)?;
        files::write_whole(&self.layout.clean, clean_mark(sum).as_bytes())
    }

    fn scrub_held(&self) -> Result<(), StoreError> {
        let live = &self.layout.live;
        self.reserve.check_room()?;
        let bytes = files::disk_bytes(live).map_err(unreadable)? + self.config.reserve_bytes;
        let free = self.reserve.free_bytes().map_err(unreadable)?;
        if free < bytes {
            let path = self.folder.path().to_path_buf();
            return Err(StoreError::Full {
                path,
                missing_bytes: bytes - free,
            });
        }
        self.write_anew()?;
        // Readers wait while one database is put in the place of the other: none is turned away.
        let mut engine = self.engine.write().unwrap_or_else(PoisonError::into_inner);
        let_go(engine.take());
        let stopped = |cause: String| StoreError::Stopped { cause };
        self.layout
            .settle()
            .map_err(|error| stopped(error.to_string()))?;
        let opened = open_engine(live, self.config.cache_bytes);
        *engine = Some(opened.map_err(|error| stopped(error.to_string()))?);
        Ok(())
    }

    /// Writes the database anew without what it no longer refers to, beside the one in use.
    fn write_anew(&self) -> Result<(), StoreError> {
        files::remove_folder(&self.layout.mending).map_err(unreadable)?;
        let new = open_engine(&self.layout.mending, self.config.cache_bytes)?;
        {
            let engine = self.shared();
            mend::transcribe(engine.as_ref().ok_or(StoreError::Closed)?, &new)?;
        }
        drop(new);
        self.layout.finish_as("scrubbed").map_err(unreadable)
    }
}

/// Closes a database. That flushes once more; sled may panic there when the disk is full or broken.
fn let_go(engine: Option<Engine>) {
    let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || drop(engine)));
    if dropped.is_err() {
        tracing::warn!("the database gave up while it was closed");
    }
}

/// The system's answer to a reading.
fn unreadable(error: std::io::Error) -> StoreError {
    StoreError::Engine(error.to_string())
}

impl Writing {
    /// Refuses to write when closed or stopped.
    fn check(&self) -> Result<(), StoreError> {
        if self.closed {
            return Err(StoreError::Closed);
        }
        self.stopped
            .clone()
            .map_or(Ok(()), |cause| Err(StoreError::Stopped { cause }))
    }
}

impl Store for SledStore {
    fn commit(&self, batch: &Batch) -> Result<Committed, StoreError> {
        let mut writing = self.writing();
        writing.check()?;
        let committed = self.commit_held(&mut writing, batch);
        self.after_writing(&mut writing, &committed);
        committed
    }

    fn flush(&self) -> Result<(), StoreError> {
        let mut writing = self.writing();
        writing.check()?;
        let flushed = self.flush_held(&mut writing);
        self.after_writing(&mut writing, &flushed);
        flushed
    }

    fn entries(&self, ids: &[Id]) -> Result<Vec<Option<StoredEntry>>, StoreError> {
        self.read(|reader| ids.iter().map(|id| reader.entry(id)).collect())
    }

    fn leaves(&self, wanted: &[(Id, Vec<u8>)]) -> Result<Vec<Option<StoredLeaves>>, StoreError> {
        self.read(|reader| {
            let leaves = wanted.iter().map(|(id, leaves)| reader.leaves(id, leaves));
            leaves.collect()
        })
    }

    fn order(&self, from: Bound<OrderKey>, count: usize) -> Result<Vec<OrderKey>, StoreError> {
        self.read(|reader| reader.order(from, count))
    }

    fn log(&self, cursor: u64, count: usize) -> Result<Vec<(u64, Id)>, StoreError> {
        self.read(|reader| reader.log(cursor, count))
    }

    fn by_record(
        &self,
        record: &Id,
        after: Option<(u32, Id)>,
        count: usize,
    ) -> Result<Vec<(u32, Id)>, StoreError> {
        self.read(|reader| reader.by_record(record, after, count))
    }

    fn parked(&self, after: Option<Id>, count: usize) -> Result<Vec<Held>, StoreError> {
        self.read(|reader| reader.held(Tree::Parked, after, count))
    }

    fn refused(&self, after: Option<Id>, count: usize) -> Result<Vec<Held>, StoreError> {
        self.read(|reader| reader.held(Tree::Refused, after, count))
    }

    fn value(&self, namespace: &str, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        check_namespace(namespace)?;
        self.read(|reader| reader.value(Tree::Local, &rows::named_key(namespace, key)))
    }

    fn values(
        &self,
        namespace: &str,
        prefix: &[u8],
        after: Option<&[u8]>,
        count: usize,
    ) -> Result<Vec<Named>, StoreError> {
        check_namespace(namespace)?;
        self.read(|reader| reader.named(namespace, prefix, after, count))
    }

    fn sizes(&self) -> Result<Sizes, StoreError> {
        self.read(|_| Ok(()))?;
        let entries = self.entries.load(Ordering::Relaxed);
        let stopped = self.stopped.load(Ordering::Relaxed);
        Ok(Sizes {
            entries,
            disk_bytes: files::disk_bytes(&self.layout.live).map_err(unreadable)?,
            free_bytes: self.reserve.free_bytes().map_err(unreadable)?,
            writable: !stopped && self.reserve.check_room().is_ok(),
        })
    }

    fn scrub(&self) -> Result<(), StoreError> {
        let mut writing = self.writing();
        writing.check()?;
        let scrubbed = self
            .flush_held(&mut writing)
            .and_then(|()| self.scrub_held());
        self.after_writing(&mut writing, &scrubbed);
        scrubbed
    }

    fn recover(&self) -> Result<(), StoreError> {
        let mut writing = self.writing();
        if writing.closed {
            return Err(StoreError::Closed);
        }
        if writing.stopped.is_none() {
            return Ok(());
        }
        let counters = if writing.reopened {
            writing.counters
        } else {
            self.reopen().map_err(|error| StoreError::Stopped {
                cause: error.to_string(),
            })?
        };
        *writing = Writing {
            counters,
            ..Writing::default()
        };
        self.tell(&writing);
        Ok(())
    }

    fn close(&self) -> Result<(), StoreError> {
        let mut writing = self.writing();
        if writing.closed {
            return Ok(());
        }
        let flushed = writing.check().and_then(|()| self.flush_held(&mut writing));
        writing.closed = true;
        self.take_engine();
        flushed?;
        self.leave_clean_mark()
            .map_err(|error| StoreError::Engine(error.to_string()))
    }
}
