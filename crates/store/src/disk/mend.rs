//! Writes a store anew beside the old one: from carved frames after damage, from itself to forget for good.
//!
//! The folder `store` holds, besides the `live` database, copies on their way in or out. Their names say
//! what they are, so that whatever moment a power cut chooses, `settle` knows how to go on:
//!
//! | name | what | at the next opening |
//! |---|---|---|
//! | `copying`, `mending`, `dropped` | unfinished, or no longer wanted | removed |
//! | `before` | the whole of `live` as it was before sled opened it | takes its place again |
//! | `mended` | what could be read of a damaged store | takes its place; the damaged one becomes `damaged-<n>` |
//! | `scrubbed` | the store without the bytes of forgotten leaves | takes its place; the old one is removed |

use std::fs;
use std::io;
use std::ops::{Bound, ControlFlow};
use std::path::{Path, PathBuf};

use super::carve::Carved;
use super::engine::{Engine, EngineError, RowMap};
use super::entry::{Counters, EntryValue, Leaves, decode_held, decode_leaf};
use super::files;
use super::frame::{self, Tree};
use super::rows;
use super::writer::{counters_row, derived};
use crate::batch::{Id, NewEntry};
use crate::limits::{REFUSED_COUNT_MAX, TRANSACTION_BYTES_MAX, TRANSACTION_ROWS_MAX};

/// Damaged stores kept aside at most: each is as large as a store, and a person should have looked by then.
const DAMAGED_KEPT_MAX: u32 = 1_000;

/// Where everything of a store lies.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// The folder of it all.
    pub(crate) root: PathBuf,
    /// The database.
    pub(crate) live: PathBuf,
    /// A copy of it from before it was opened.
    pub(crate) before: PathBuf,
    /// A database being written.
    pub(crate) mending: PathBuf,
    /// The mark of a clean close.
    pub(crate) clean: PathBuf,
}

impl Layout {
    /// The layout below a data folder.
    pub(crate) fn new(data: &Path) -> Self {
        let root = data.join("store");
        let at = |name: &str| root.join(name);
        Layout {
            live: at("live"),
            before: at("before"),
            mending: at("mending"),
            clean: at("clean"),
            root,
        }
    }

    /// Copies `live` to `before`, whole or not at all, also after a power cut: the next opening takes what
    /// is called `before` for the store, and a name may be on the disk sooner than the bytes it names.
    pub(crate) fn copy_live(&self) -> io::Result<()> {
        let copying = self.root.join("copying");
        let copied = files::copy_folder(&self.live, &copying);
        let copied = copied.and_then(|()| files::sync_all(&copying));
        if let Err(error) = copied {
            files::remove_folder(&copying)?;
            return Err(error);
        }
        fs::rename(copying, &self.before)?;
        files::sync_folder(&self.root)
    }

    /// Removes a folder in one step as far as a power cut can see. It is gone for good when this returns: a
    /// `before` that came back would take the place of all that was acknowledged since.
    pub(crate) fn drop_folder(&self, folder: &Path) -> io::Result<()> {
        if folder.exists() {
            let dropped = self.root.join("dropped");
            files::remove_folder(&dropped)?;
            fs::rename(folder, &dropped)?;
            files::sync_folder(&self.root)?;
            files::remove_folder(&dropped)?;
        }
        Ok(())
    }

    /// Brings whatever was under way to its end. Says where a damaged store was moved to.
    pub(crate) fn settle(&self) -> io::Result<Option<PathBuf>> {
        for unfinished in ["copying", "mending", "dropped"] {
            files::remove_folder(&self.root.join(unfinished))?;
        }
        let (mended, scrubbed) = (self.root.join("mended"), self.root.join("scrubbed"));
        let mut moved = None;
        if mended.exists() {
            let damaged = self.unused_name()?;
            if self.before.exists() {
                fs::rename(&self.before, &damaged)?;
                self.drop_folder(&self.live)?;
            } else if self.live.exists() {
                fs::rename(&self.live, &damaged)?;
            }
            fs::rename(mended, &self.live)?;
            moved = Some(damaged);
        } else if scrubbed.exists() {
            self.drop_folder(&self.live)?;
            fs::rename(scrubbed, &self.live)?;
        }
        if self.before.exists() {
            self.drop_folder(&self.live)?;
            fs::rename(&self.before, &self.live)?;
        }
        files::sync_folder(&self.root)?;
        Ok(moved)
    }

    /// Gives a finished database the name that `settle` acts on.
    pub(crate) fn finish_as(&self, name: &str) -> io::Result<()> {
        files::sync_all(&self.mending)?;
        fs::rename(&self.mending, self.root.join(name))?;
        files::sync_folder(&self.root)
    }

    fn unused_name(&self) -> io::Result<PathBuf> {
        (1..=DAMAGED_KEPT_MAX)
            .map(|number| self.root.join(format!("damaged-{number}")))
            .find(|path| !path.exists())
            .ok_or_else(|| io::Error::other("too many damaged stores are kept: remove some"))
    }
}

/// What was written anew from carved frames.
#[derive(Debug, Default)]
pub(crate) struct Ingested {
    pub(crate) entries: u64,
    /// Entries the newest counters found speak of.
    pub(crate) counted: u64,
    pub(crate) incomplete: Vec<Id>,
    pub(crate) named: u64,
    pub(crate) held: u64,
}

/// Writes all that is whole among carved frames into an empty database, and makes it durable.
pub(crate) fn ingest(carved: &Carved, engine: &Engine) -> Result<Ingested, EngineError> {
    let mut into = Ingest {
        engine,
        rows: RowMap::new(),
        bytes: 0,
        counters: Counters::default(),
    };
    let mut done = Ingested::default();
    for key in carved.keys(Tree::Entries) {
        let Ok(id) = Id::try_from(key.as_ref()) else {
            continue;
        };
        if into.entry(carved, &id)? {
            done.entries += 1;
        } else {
            done.incomplete.push(id);
        }
    }
    for tree in [Tree::Parked, Tree::Refused] {
        for key in carved.keys(tree) {
            done.held += u64::from(into.held(carved, tree, &key)?);
        }
    }
    for key in carved.keys(Tree::Local) {
        let Some((stamp, value)) = carved.newest(Tree::Local, &key) else {
            continue;
        };
        if key.as_ref() == rows::COUNTERS_KEY {
            let old = Counters::decode(&value).unwrap_or_default();
            into.counters.append = into.counters.append.max(old.append);
            done.counted = old.entries;
            into.saw(stamp);
        } else {
            done.named += 1;
            into.put(Tree::Local, &key, stamp, &value)?;
        }
    }
    into.finish()?;
    Ok(done)
}

/// Rows on their way into a database.
struct Ingest<'a> {
    engine: &'a Engine,
    rows: RowMap,
    bytes: usize,
    counters: Counters,
}

impl Ingest<'_> {
    /// Takes an entry if it and all its leaves were found whole.
    fn entry(&mut self, carved: &Carved, id: &Id) -> Result<bool, EngineError> {
        let Some(Whole {
            stamp,
            value,
            leaves,
        }) = whole_entry(carved, id)
        else {
            return Ok(false);
        };
        self.put(Tree::Entries, id, stamp, &value.encode())?;
        for (leaf, (stamp, bytes)) in (0..=u8::MAX).zip(leaves) {
            self.put(Tree::Leaves, &rows::leaf_key(id, leaf), stamp, &bytes)?;
        }
        for (tree, row, bytes) in derived(id, &value) {
            self.bytes += row.len() + bytes.len();
            self.rows.insert((tree, row), Some(bytes));
        }
        self.counters.entries += 1;
        self.counters.append = self.counters.append.max(value.append);
        Ok(true)
    }

    /// Takes a parked or refused entry, unless it is in the sets by now.
    fn held(&mut self, carved: &Carved, tree: Tree, key: &[u8]) -> Result<bool, EngineError> {
        let full = tree == Tree::Refused && self.counters.refused >= REFUSED_COUNT_MAX;
        let Ok(id) = Id::try_from(key) else {
            return Ok(false);
        };
        if full || whole_entry(carved, &id).is_some() {
            return Ok(false);
        }
        let Some((stamp, value)) = carved.newest(tree, key) else {
            return Ok(false);
        };
        if decode_held(id, &value).is_none() {
            return Ok(false);
        }
        if tree == Tree::Parked {
            self.counters.parked_bytes += value.len() as u64;
        } else {
            self.counters.refused += 1;
        }
        self.put(tree, key, stamp, &value)?;
        Ok(true)
    }

    fn put(&mut self, tree: Tree, key: &[u8], stamp: u64, value: &[u8]) -> Result<(), EngineError> {
        self.saw(stamp);
        let frames = frame::encode(tree, key, stamp, value).unwrap_or_default();
        for (piece, bytes) in (0..=u8::MAX).zip(frames) {
            self.bytes += key.len() + bytes.len();
            self.rows.insert((tree, rows::row(key, piece)), Some(bytes));
        }
        // Nothing reads this database before it is finished, so an entry may be split here.
        if self.bytes > TRANSACTION_BYTES_MAX || self.rows.len() > TRANSACTION_ROWS_MAX {
            self.write()?;
        }
        Ok(())
    }

    fn saw(&mut self, stamp: u64) {
        self.counters.stamp = self.counters.stamp.max(stamp);
    }

    fn write(&mut self) -> Result<(), EngineError> {
        self.bytes = 0;
        self.engine.transact(&std::mem::take(&mut self.rows))
    }

    fn finish(&mut self) -> Result<(), EngineError> {
        self.counters.flushed = self.counters.stamp;
        let counters = counters_row(&self.counters);
        self.rows.extend(counters);
        self.write()?;
        self.engine.flush()
    }
}

/// An entry found whole, with the stamps of its parts.
struct Whole {
    stamp: u64,
    value: EntryValue,
    /// Those that stand apart.
    leaves: Vec<(u64, Vec<u8>)>,
}

/// The newest version of an entry that was found with all its leaves.
fn whole_entry(carved: &Carved, id: &Id) -> Option<Whole> {
    carved
        .versions(Tree::Entries, id)
        .find_map(|(stamp, bytes)| {
            let value = EntryValue::decode(&bytes)?;
            let apart = match value.leaves {
                Leaves::Apart(count) => count,
                Leaves::Within(_) => 0,
            };
            let leaves = (0..=u8::MAX).zip(0..apart).map(|(leaf, _)| {
                let found = carved.newest(Tree::Leaves, &rows::leaf_key(id, leaf))?;
                decode_leaf(&found.1).map(|_| found)
            });
            let leaves = leaves.collect::<Option<Vec<_>>>()?;
            Some(Whole {
                stamp,
                value,
                leaves,
            })
        })
}

/// The whole entries among carved frames that a database does not have.
pub(crate) fn missing_entries(
    carved: &Carved,
    engine: &Engine,
) -> Result<Vec<NewEntry>, EngineError> {
    let mut missing = Vec::new();
    for key in carved.keys(Tree::Entries) {
        let Ok(id) = Id::try_from(key.as_ref()) else {
            continue;
        };
        if engine.get(Tree::Entries, &rows::row(&id, 0))?.is_some() {
            continue;
        }
        let Some(Whole { value, leaves, .. }) = whole_entry(carved, &id) else {
            continue;
        };
        let apart = leaves.iter().filter_map(|(_, leaf)| decode_leaf(leaf));
        let leaves = match value.leaves {
            Leaves::Within(leaves) => leaves,
            Leaves::Apart(_) => apart.collect(),
        };
        missing.push(NewEntry {
            id,
            set: value.set,
            second: value.second,
            head: value.head,
            leaves,
            received_ms: value.received_ms,
            records: value.records,
        });
    }
    Ok(missing)
}

/// Copies every row of a database into an empty one, and makes it durable.
pub(crate) fn transcribe(from: &Engine, to: &Engine) -> Result<(), EngineError> {
    for tree in Tree::ALL {
        let mut after: Option<Vec<u8>> = None;
        loop {
            let start = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
            let (mut batch, mut bytes) = (RowMap::new(), 0);
            from.scan(tree, start, |row, value| {
                bytes += row.len() + value.len();
                batch.insert((tree, row.to_vec()), Some(value.to_vec()));
                if bytes > TRANSACTION_BYTES_MAX || batch.len() >= TRANSACTION_ROWS_MAX {
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            })?;
            let Some(((_, last), _)) = batch.last_key_value() else {
                break;
            };
            after = Some(last.clone());
            to.transact(&batch)?;
        }
    }
    to.flush()
}
