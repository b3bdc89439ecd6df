//! The only file that calls sled: opens it, reads, runs a transaction, makes it durable.
//!
//! sled may panic on a damaged file or a full disk, so every call runs under `catch_unwind`. Its `flush`
//! is only a `sync_file_range` on Linux, which a power cut does not respect (0 of 25 cuts survived): the
//! engine keeps its own handle of the database file and calls `sync_data` on it.

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::{Bound, ControlFlow};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use sled::Transactional;
use sled::transaction::{ConflictableTransactionError, TransactionError, TransactionalTree};

use super::frame::Tree;

/// Why the engine failed.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum EngineError {
    /// The system refused: no room, no right, no memory. The files may be whole.
    #[error("{0}")]
    System(String),
    /// What is on the disk is not what was written.
    #[error("{0}")]
    Damaged(String),
}

/// A row to write: where it stands, and its value or `None` to remove it.
pub(crate) type Row = ((Tree, Vec<u8>), Option<Vec<u8>>);

/// Rows to write in one transaction.
pub(crate) type RowMap = BTreeMap<(Tree, Vec<u8>), Option<Vec<u8>>>;

/// An open database.
pub(crate) struct Engine {
    /// In the order of `Tree::ALL`. Dropped before `db`.
    trees: Vec<sled::Tree>,
    db: sled::Db,
    /// Our own handle of the database file: syncing works on the file, whichever handle asks.
    file: File,
}

impl Engine {
    /// Opens or creates the database in `folder`.
    pub(crate) fn open(folder: &Path, cache_bytes: u64) -> Result<Self, EngineError> {
        guarded(|| {
            let db = sled::Config::new()
                .path(folder)
                .cache_capacity(cache_bytes)
                .mode(sled::Mode::LowSpace)
                .flush_every_ms(None)
                .use_compression(false)
                .open()?;
            let trees = Tree::ALL
                .iter()
                .map(|tree| db.open_tree(tree.name()))
                .collect::<sled::Result<Vec<_>>>()?;
            let file = File::open(folder.join("db"))?;
            Ok(Engine { trees, db, file })
        })
    }

    fn tree(&self, tree: Tree) -> &sled::Tree {
        &self.trees[tree as usize]
    }

    /// The value of a row.
    pub(crate) fn get(&self, tree: Tree, row: &[u8]) -> Result<Option<sled::IVec>, EngineError> {
        guarded(|| self.tree(tree).get(row))
    }

    /// Visits rows in order from `from` until the visitor breaks.
    pub(crate) fn scan<B>(
        &self,
        tree: Tree,
        from: Bound<&[u8]>,
        mut visit: impl FnMut(&[u8], &[u8]) -> ControlFlow<B>,
    ) -> Result<Option<B>, EngineError> {
        guarded(|| {
            for row in self.tree(tree).range::<&[u8], _>((from, Bound::Unbounded)) {
                let (key, value) = row?;
                if let ControlFlow::Break(end) = visit(&key, &value) {
                    return Ok(Some(end));
                }
            }
            Ok(None)
        })
    }

    /// Writes rows in one transaction: after a crash all of them are here, or none.
    pub(crate) fn transact(&self, rows: &RowMap) -> Result<(), EngineError> {
        guarded(|| {
            let outcome = self.trees[..].transaction(|views: &Vec<TransactionalTree>| {
                for ((tree, row), value) in rows {
                    let view = &views[*tree as usize];
                    match value {
                        Some(value) => view.insert(row.as_slice(), value.as_slice())?,
                        None => view.remove(row.as_slice())?,
                    };
                }
                Ok::<(), ConflictableTransactionError<()>>(())
            });
            outcome.map_err(|error| match error {
                TransactionError::Storage(error) => error,
                TransactionError::Abort(()) => sled::Error::Unsupported("aborted".into()),
            })?;
            // sled splits and merges pages when it next walks past them, readers included: a reader would
            // then fail on a full disk. Walking once more past every row leaves nothing to do for readers.
            for (tree, row) in rows.keys() {
                self.tree(*tree).get(row)?;
            }
            Ok(())
        })
    }

    /// Returns when all that was written is on the disk.
    pub(crate) fn flush(&self) -> Result<(), EngineError> {
        guarded(|| {
            self.db.flush()?;
            self.file.sync_data()?;
            Ok(())
        })
    }
}

/// Runs a call of sled; its panic becomes an error.
fn guarded<T>(call: impl FnOnce() -> sled::Result<T>) -> Result<T, EngineError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(answer) => answer.map_err(|error| classify(&error)),
        Err(panic) => Err(EngineError::Damaged(panic_text(panic.as_ref()))),
    }
}

/// Tells the system's refusals from damage. What sled could not make sense of is damage.
fn classify(error: &sled::Error) -> EngineError {
    use std::io::ErrorKind;
    let text = error.to_string();
    let sled::Error::Io(io) = error else {
        return EngineError::Damaged(text);
    };
    // sled words its own lock's failure as a plain error; reading past the end of a file that was cut
    // short, or a bad sector (which has no kind of its own), is damage.
    let damaged = io.kind() == ErrorKind::UnexpectedEof
        || (io.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()));
    if damaged {
        EngineError::Damaged(text)
    } else {
        EngineError::System(text)
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no reason given");
    // sled prints whole pages in some of its assertions.
    format!(
        "the engine gave up: {}",
        text.chars().take(200).collect::<String>()
    )
}
