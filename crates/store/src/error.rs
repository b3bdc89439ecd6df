//! What can go wrong, by operation: opening the folder and the store, and using the store.

use std::path::PathBuf;

/// Why a data folder or the store in it did not open. Nothing was lost by the attempt.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds the folder.
    #[error(
        "{} is in use by {} (pid {}): stop it first, or give this one another folder with --data",
        path.display(), name.as_deref().unwrap_or("another program"), pid.map_or("unknown".into(), |pid| pid.to_string())
    )]
    Locked {
        /// The data folder.
        path: PathBuf,
        /// The process that holds it, when it wrote its number.
        pid: Option<u32>,
        /// That process's name, when it can be read.
        name: Option<String>,
    },
    /// The store was written by a newer release.
    #[error(
        "{} has store format {found}, this program knows up to {known}: \
         start the version that wrote it, or a later one (nothing was changed)", path.display()
    )]
    Newer {
        /// The data folder.
        path: PathBuf,
        /// The format found.
        found: u32,
        /// The newest format this release reads.
        known: u32,
    },
    /// The store has a format no release ever wrote.
    #[error("{} has store format {found}, which no version wrote: is this a Beffroi data folder?", path.display())]
    Unknown {
        /// The data folder.
        path: PathBuf,
        /// The format found.
        found: u32,
    },
    /// The disk is full, and the reserve was not enough to open.
    #[error(
        "the disk is full and the store cannot be opened: free {} MiB under {}, then start again",
        needed_bytes.div_ceil(1 << 20), path.display()
    )]
    Full {
        /// The data folder.
        path: PathBuf,
        /// About what is needed, in bytes.
        needed_bytes: u64,
    },
    /// The store is damaged, and there is no room to write what can be read of it anew.
    #[error(
        "the store is damaged ({cause}) and mending it needs room: free {} MiB under {}, then start again",
        needed_bytes.div_ceil(1 << 20), path.display()
    )]
    NoRoomToMend {
        /// The data folder.
        path: PathBuf,
        /// What is wrong with the store.
        cause: String,
        /// What must be freed for mending, in bytes.
        needed_bytes: u64,
    },
    /// A file of the folder could not be read or written.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// What was attempted, as a verb.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The engine refused to open, or failed again on a store just written anew.
    #[error("the store cannot be opened: {0}")]
    Engine(String),
}

/// Why a reading or a writing of an open store failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Less room is left than the reserve: nothing of the batch was written. Reading goes on.
    #[error(
        "the disk is full: free {} MiB under {}, and writing goes on by itself",
        missing_bytes.div_ceil(1 << 20).max(1), path.display()
    )]
    Full {
        /// The data folder.
        path: PathBuf,
        /// What must be freed for writing to go on, in bytes.
        missing_bytes: u64,
    },
    /// An earlier transaction or flush failed: nothing is written until `recover` succeeded. Reading goes on.
    #[error("writing stopped after a failure ({cause}): the store must be recovered first")]
    Stopped {
        /// The failure that stopped it.
        cause: String,
    },
    /// Something given is larger than the store takes: nothing of the batch was written.
    #[error("{what} is too large: {found}, at most {max}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Its size or count.
        found: u64,
        /// The limit.
        max: u64,
    },
    /// A namespace's name is empty, or has other characters than `a`–`z`, `0`–`9` and `-`.
    #[error("not a namespace: {0:?}")]
    Namespace(String),
    /// A change names an entry, or a leaf of one, that is not here: nothing of the batch was written.
    #[error("no leaf {leaf} of an entry {}", hex(id))]
    NotHere {
        /// The entry.
        id: [u8; 32],
        /// The leaf, 0 when it is the entry that is missing.
        leaf: u8,
    },
    /// A stored value cannot be read back. Opening with `repair` finds what is left.
    #[error("the store is damaged ({what}): stop, then start with --repair")]
    Damaged {
        /// What cannot be read.
        what: String,
    },
    /// The engine failed to read.
    #[error("the store cannot be read: {0}")]
    Engine(String),
    /// The store was closed, or a recovery failed halfway.
    #[error("the store is closed")]
    Closed,
}

/// The first bytes of an id, enough to find it in a log.
fn hex(id: &[u8; 32]) -> String {
    id.iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
