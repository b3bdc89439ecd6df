//! Every bound of the store on one screen, each with its reason.

/// Bytes of rows (keys and frames) one transaction may write. sled keeps a transaction in memory and its
/// log pinned: large ones with a small cache reached 3.7 GB on the disk (measured), 1 MiB never did.
pub const TRANSACTION_BYTES_MAX: usize = 1024 * 1024;

/// Rows one transaction may write, for the same reason.
pub const TRANSACTION_ROWS_MAX: usize = 1_000;

/// Bytes of one framed value. sled puts a page above 128 KiB in a file of its own that it never syncs; a
/// page holds up to 17 values before it splits, so 4 KiB each keeps every page in the synced file.
pub const FRAME_BYTES_MAX: usize = 4 * 1024;

/// Pieces one value may be cut into: the piece number is one byte in the row key.
pub const PIECES_MAX: usize = 255;

/// Bytes of `NewEntry::head`. A head is at most 1 KiB, with signature and nonce; four times that is ample.
pub const HEAD_BYTES_MAX: usize = 4 * 1024;

/// Leaves of one entry: the leaf number is one byte in the row key.
pub const LEAVES_MAX: usize = 256;

/// Record keys of one entry: each leaf may name a record and its private twin.
pub const RECORDS_MAX: usize = 512;

/// Bytes of one entry, head and leaves. A body is at most 128 KiB on the wire; twice that leaves room for
/// what the caller adds, and the rows of one entry always fit one transaction.
pub const ENTRY_BYTES_MAX: usize = 256 * 1024;

/// Bytes of what is kept of a parked entry.
pub const PARKED_ENTRY_BYTES_MAX: usize = 256 * 1024;

/// Bytes of all parked entries. The rules park 32 MiB at most; this is the backstop behind them.
pub const PARKED_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Bytes of what is kept of a refused entry: its head tells what it was.
pub const REFUSED_ENTRY_BYTES_MAX: usize = 4 * 1024;

/// Refused entries remembered. Above it the oldest quarter is dropped.
pub const REFUSED_COUNT_MAX: u64 = 1_024;

/// Bytes of the note kept with a parked or refused entry.
pub const NOTE_BYTES_MAX: usize = 1_024;

/// Bytes of a namespace's name.
pub const NAMESPACE_BYTES_MAX: usize = 32;

/// Bytes of a named value's key: with the namespace it fits the one-byte length in a frame.
pub const NAMED_KEY_BYTES_MAX: usize = 200;

/// Bytes of a named value. They are small by nature (addresses, receipts, answers kept for a retry).
pub const NAMED_VALUE_BYTES_MAX: usize = 256 * 1024;

/// Items of one page of an iteration, whatever was asked for: about 1 MB of keys at the most.
pub const PAGE_COUNT_MAX: usize = 10_000;

/// The reserve of disk space the store starts with (interfaces.md: `disk_reserve`).
pub const RESERVE_BYTES_DEFAULT: u64 = 16 * 1024 * 1024;

/// sled's page cache. With less, overwrites of a large store were rewritten over and over (measured).
pub const CACHE_BYTES_DEFAULT: u64 = 64 * 1024 * 1024;

/// Free space below which opening lets go of the reserve: sled writes a snapshot and rewrites its last
/// segment while it opens, 0.5 to 3 MB at 100,000 entries.
pub const OPENING_ROOM_BYTES: u64 = 4 * 1024 * 1024;
