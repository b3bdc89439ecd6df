//! Opening a store: the steps of the design, in their order, and a report of what had to be done.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::carve::{self, Carved};
use super::check::{self, Fault};
use super::engine::{Engine, EngineError};
use super::entry::Counters;
use super::files::{self, failed};
use super::folder::{self, DataFolder, FORMAT_VERSION};
use super::frame::Tree;
use super::mend::{self, Layout};
use super::reader::Reader;
use super::reserve::Reserve;
use super::rows;
use super::watermark::Watermark;
use super::writer::{Writer, counters_row};
use crate::batch::{Batch, Id};
use crate::error::{OpenError, StoreError};
use crate::limits::{CACHE_BYTES_DEFAULT, OPENING_ROOM_BYTES, RESERVE_BYTES_DEFAULT};

/// How long sled's own lock may outlive the handle it belonged to: it is let go by a thread of its own.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);
/// How often to try meanwhile.
const LOCK_PAUSE: Duration = Duration::from_millis(5);

/// How a store is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Bytes of sled's page cache. Default 64 MiB.
    pub cache_bytes: u64,
    /// Bytes of disk space held back. Default 16 MiB; 0 holds nothing back.
    pub reserve_bytes: u64,
    /// Whether to write the store anew from its raw bytes even if nothing seems wrong.
    pub repair: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            cache_bytes: CACHE_BYTES_DEFAULT,
            reserve_bytes: RESERVE_BYTES_DEFAULT,
            repair: false,
        }
    }
}

/// What opening found and did. All defaults: a store closed cleanly, with room.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// The store was not closed cleanly, so everything in it was read and checked.
    pub checked: bool,
    /// `FORMAT` had been lost beside a store, and was written anew.
    pub format_restored: bool,
    /// The disk is full: the reserve was let go in order to open. Nothing is written until room is made.
    pub reserve_dropped: bool,
    /// Order, log and by-record were rebuilt from the entries.
    pub derived_rebuilt: bool,
    /// Entries of an unfinished batch that were whole in the raw bytes and were taken in.
    pub salvaged: u64,
    /// The store was damaged and has been written anew: a person should know.
    pub mended: Option<Mended>,
}

/// What became of a damaged store. Neighbours may have what is missing; named values deleted and entries
/// unparked not long before may be back; a leaf forgotten since may be back when its mark was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// What was wrong.
    pub cause: String,
    /// Where the damaged files are kept.
    pub moved_to: PathBuf,
    /// Entries that were read back whole.
    pub entries: u64,
    /// Entries that were there when it was last written and are not now, as far as its counters tell.
    pub missing: u64,
    /// Those of them of which a part was found: they are not in the store, their rest is in the files kept.
    pub incomplete: Vec<Id>,
    /// Small values that were read back.
    pub named: u64,
    /// Parked and refused entries that were read back.
    pub held: u64,
}

/// A database that has been opened and checked.
pub(crate) struct Ready {
    pub(crate) engine: Engine,
    pub(crate) counters: Counters,
    pub(crate) opened: Opened,
}

/// Opens the store of a data folder that is already held.
pub(crate) fn open(
    folder: &DataFolder,
    layout: &Layout,
    config: &Config,
    reserve: &Reserve,
    watermark: &Watermark,
) -> Result<Ready, OpenError> {
    folder::create_private(&layout.root)?;
    let io = |what| failed(what, &layout.root);
    layout.settle().map_err(io("tidy"))?;
    let opened = Opened {
        format_restored: folder.format_restored(),
        reserve_dropped: reserve.drop_if_full().map_err(io("look at"))?,
        ..Opened::default()
    };
    let found = take_clean_mark(layout).map_err(io("read"))?;
    let opening = Opening {
        data: folder.path(),
        layout,
        config,
        reserve,
        watermark,
    };
    let ready = match found {
        Found::AsClosed if !config.repair => opening.trusted(opened)?,
        Found::AsClosed | Found::NotClosed | Found::Changed => opening.checked(opened, &found)?,
    };
    // Makes the reserve when there is none yet. If there is no room, the next batch says so.
    if let Err(error) = reserve.check_room() {
        tracing::warn!(%error, "the store takes no entries");
    }
    files::sync_all(&layout.live).map_err(io("sync"))?;
    watermark.reset(ready.counters.stamp).map_err(io("sync"))?;
    Ok(ready)
}

/// Opens a database, waiting for a lock that an earlier handle of this process is about to let go.
pub(crate) fn open_engine(path: &Path, cache_bytes: u64) -> Result<Engine, EngineError> {
    let until = Instant::now() + LOCK_PATIENCE;
    loop {
        match Engine::open(path, cache_bytes) {
            Err(EngineError::System(cause))
                if cause.contains("could not acquire lock") && Instant::now() < until =>
            {
                sleep(LOCK_PAUSE);
            }
            answer => return answer,
        }
    }
}

/// What the mark of a clean close says about the files.
enum Found {
    /// They are exactly as they were closed.
    AsClosed,
    /// They were not closed cleanly, or never opened.
    NotClosed,
    /// They were closed cleanly and are different now: something else changed them.
    Changed,
}

/// Compares the files with the mark of a clean close. The mark is good for one opening.
fn take_clean_mark(layout: &Layout) -> std::io::Result<Found> {
    files::remove_generating(&layout.live)?;
    let Ok(mark) = std::fs::read_to_string(&layout.clean) else {
        return Ok(Found::NotClosed);
    };
    let as_closed = files::fingerprint(&layout.live).is_ok_and(|sum| mark == clean_mark(sum));
    files::remove_file(&layout.clean)?;
    // A mark that came back after a power cut would accuse a healthy store.
    files::sync_folder(&layout.root)?;
    Ok(if as_closed {
        Found::AsClosed
    } else {
        Found::Changed
    })
}

/// What the mark of a clean close says.
pub(crate) fn clean_mark(fingerprint: u32) -> String {
    format!("{fingerprint:08x}\n")
}

struct Opening<'a> {
    data: &'a Path,
    layout: &'a Layout,
    config: &'a Config,
    reserve: &'a Reserve,
    watermark: &'a Watermark,
}

impl Opening<'_> {
    /// Opens a database whose files are those of a clean close.
    fn trusted(&self, opened: Opened) -> Result<Ready, OpenError> {
        let engine = match open_engine(&self.layout.live, self.config.cache_bytes) {
            Ok(engine) => engine,
            Err(error) => return self.mend(&self.fault(error.into())?, opened),
        };
        let counters = Reader::new(&engine).value(Tree::Local, rows::COUNTERS_KEY);
        match counters {
            Ok(None) => Ok(Ready {
                engine,
                counters: Counters::default(),
                opened,
            }),
            Ok(Some(bytes)) => match Counters::decode(&bytes) {
                Some(counters) => Ok(Ready {
                    engine,
                    counters,
                    opened,
                }),
                None => {
                    drop(engine);
                    self.mend("the counters are unreadable", opened)
                }
            },
            Err(error) => {
                drop(engine);
                self.mend(&error.to_string(), opened)
            }
        }
    }

    /// Opens a database after a crash, or for the first time, and checks all of it.
    fn checked(&self, mut opened: Opened, found: &Found) -> Result<Ready, OpenError> {
        let io = |what| failed(what, self.data);
        if !self.layout.live.exists() {
            if self.watermark.stamp() == 0 {
                return self.create(opened);
            }
            folder::create_private(&self.layout.live)?;
        }
        opened.checked = true;
        // What a killed process wrote is in memory only, and sled notes durably while it opens how far its
        // log went: that note must not survive a power cut which the log does not.
        files::sync_all(&self.layout.live).map_err(io("sync"))?;
        // sled overwrites with zeros what it takes for the torn end of its log. Without room for a copy, a
        // store that is surely damaged is not given to sled at all.
        let copied = self.copy_if_room()?;
        if !copied && matches!(found, Found::Changed) {
            return self.mend("its files were changed after they were closed", opened);
        }
        if self.config.repair {
            return self.mend("asked for by --repair", opened);
        }
        let checked = open_engine(&self.layout.live, self.config.cache_bytes)
            .map_err(Fault::from)
            .and_then(|engine| self.examine(engine, &mut opened));
        match checked {
            Ok((engine, counters)) => {
                self.layout
                    .drop_folder(&self.layout.before)
                    .map_err(io("tidy"))?;
                Ok(Ready {
                    engine,
                    counters,
                    opened,
                })
            }
            Err(fault) => self.mend(&self.fault(fault)?, opened),
        }
    }

    fn create(&self, opened: Opened) -> Result<Ready, OpenError> {
        let engine =
            open_engine(&self.layout.live, self.config.cache_bytes).map_err(|error| match self
                .fault(error.into())
            {
                Ok(cause) => OpenError::Engine(cause),
                Err(error) => error,
            })?;
        files::sync_folder(&self.layout.root).map_err(failed("sync", &self.layout.root))?;
        files::sync_folder(self.data).map_err(failed("sync", self.data))?;
        Ok(Ready {
            engine,
            counters: Counters::default(),
            opened,
        })
    }

    /// Copies the files aside if the disk has room for them, and says whether it did.
    fn copy_if_room(&self) -> Result<bool, OpenError> {
        let io = |what| failed(what, self.data);
        let bytes = files::disk_bytes(&self.layout.live).map_err(io("read"))?;
        let free = self.reserve.free_bytes().map_err(io("look at"))?;
        if free < bytes + 2 * self.config.reserve_bytes + OPENING_ROOM_BYTES {
            tracing::warn!("no room for a copy of the store while it is opened");
            return Ok(false);
        }
        let copied = self.layout.copy_live();
        if let Err(error) = &copied {
            tracing::warn!(%error, "the store could not be copied before it is opened");
        }
        Ok(copied.is_ok())
    }

    /// Where the store's bytes are as they were before sled opened it, if they were kept.
    fn pristine(&self) -> &Path {
        if self.layout.before.exists() {
            &self.layout.before
        } else {
            &self.layout.live
        }
    }

    /// Checks an open database, rebuilds what is derived, takes in whole entries of an unfinished batch.
    fn examine(&self, engine: Engine, opened: &mut Opened) -> Result<(Engine, Counters), Fault> {
        let checked = check::check(&engine)?;
        let system = |error: std::io::Error| Fault::System(error.to_string());
        let mut counters = checked.counters;
        let newer = carve::carve(self.pristine(), counters.stamp).map_err(system)?;
        if last_flushed(&newer).max(self.watermark.stamp()) > counters.stamp {
            return Err(Fault::Damaged(
                "changes that had reached the disk are missing".into(),
            ));
        }
        if let Some(version) = newer.newer {
            return Err(Fault::Newer(version));
        }
        if checked.derived_wrong {
            opened.derived_rebuilt = true;
            check::rebuild(&engine)?;
        }
        let missing = mend::missing_entries(&newer, &engine)?;
        if !missing.is_empty() && self.reserve.check_room().is_ok() {
            let mut batch = Batch::new();
            missing
                .into_iter()
                .for_each(|entry| _ = batch.append(entry));
            let room = || self.reserve.check_room();
            let mut writer = Writer::new(&engine, counters, &room);
            let committed = writer
                .commit(&batch)
                .map_err(|error| self.write_fault(error))?;
            counters = writer.counters();
            opened.salvaged = committed.appended.len() as u64;
            engine.flush()?;
        } else if checked.derived_wrong {
            engine.transact(&counters_row(&counters).into_iter().collect())?;
            engine.flush()?;
        }
        Ok((engine, counters))
    }

    fn write_fault(&self, error: StoreError) -> Fault {
        match error {
            StoreError::Damaged { what } => Fault::Damaged(what),
            StoreError::Full { .. }
            | StoreError::Stopped { .. }
            | StoreError::TooLarge { .. }
            | StoreError::Namespace(_)
            | StoreError::NotHere { .. }
            | StoreError::Engine(_)
            | StoreError::Closed => Fault::System(error.to_string()),
        }
    }

    /// The cause when a fault is damage to be mended; the error when it is not.
    fn fault(&self, fault: Fault) -> Result<String, OpenError> {
        let free = self.reserve.free_bytes().unwrap_or(u64::MAX);
        let full = OpenError::Full {
            path: self.data.to_path_buf(),
            needed_bytes: OPENING_ROOM_BYTES.saturating_sub(free),
        };
        match fault {
            Fault::Newer(version) => Err(self.newer(version)),
            // On a full disk sled fails in many ways that look like damage.
            Fault::System(_) | Fault::Damaged(_) if free < OPENING_ROOM_BYTES / 4 => Err(full),
            Fault::System(cause) => Err(OpenError::Engine(cause)),
            Fault::Damaged(cause) => Ok(cause),
        }
    }

    fn newer(&self, version: u8) -> OpenError {
        let path = self.data.to_path_buf();
        OpenError::Newer {
            path,
            found: u32::from(version),
            known: FORMAT_VERSION,
        }
    }

    /// Writes the store anew from its raw bytes, keeps the damaged files aside, opens the new one.
    fn mend(&self, cause: &str, mut opened: Opened) -> Result<Ready, OpenError> {
        tracing::error!(%cause, "the store is damaged: writing it anew from what can be read");
        let io = |what| failed(what, self.data);
        let carved = carve::carve(self.pristine(), 0).map_err(io("read"))?;
        if let Some(version) = carved.newer {
            return Err(self.newer(version));
        }
        self.check_room_to_mend(cause, &carved)?;
        let engine = |error: EngineError| OpenError::Engine(error.to_string());
        let new = open_engine(&self.layout.mending, self.config.cache_bytes).map_err(engine)?;
        let ingested = mend::ingest(&carved, &new).map_err(engine)?;
        drop(new);
        self.layout.finish_as("mended").map_err(io("finish"))?;
        let moved = self.layout.settle().map_err(io("tidy"))?;
        let live = open_engine(&self.layout.live, self.config.cache_bytes).map_err(engine)?;
        let counters = match check::check(&live) {
            Ok(checked) => checked.counters,
            Err(fault) => return Err(OpenError::Engine(format!("mending failed: {fault:?}"))),
        };
        opened.mended = Some(Mended {
            cause: cause.to_owned(),
            moved_to: moved.unwrap_or_default(),
            entries: ingested.entries,
            missing: ingested.counted.saturating_sub(ingested.entries),
            incomplete: ingested.incomplete,
            named: ingested.named,
            held: ingested.held,
        });
        tracing::warn!(
            frames = carved.frames(),
            entries = ingested.entries,
            "the store was mended"
        );
        Ok(Ready {
            engine: live,
            counters,
            opened,
        })
    }

    fn check_room_to_mend(&self, cause: &str, carved: &Carved) -> Result<(), OpenError> {
        let free = self
            .reserve
            .free_bytes()
            .map_err(failed("look at", self.data))?;
        let needed_bytes = carved.bytes + OPENING_ROOM_BYTES;
        if free < needed_bytes {
            return Err(OpenError::NoRoomToMend {
                path: self.data.to_path_buf(),
                cause: cause.to_owned(),
                needed_bytes: needed_bytes - free,
            });
        }
        Ok(())
    }
}

/// The last stamp that any of the carved counters says was on the disk.
fn last_flushed(carved: &Carved) -> u64 {
    let newest = carved.newest(Tree::Local, rows::COUNTERS_KEY);
    newest
        .and_then(|(_, bytes)| Counters::decode(&bytes))
        .map_or(0, |counters| counters.flushed)
}
