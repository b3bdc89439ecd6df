//! What survives a crash: the entries of a post, in sled, and the same contract in memory for tests.
//!
//! The store keeps bytes under keys and understands nothing: no signature, no record, no peer.
//!
//! ```
//! use beffroi_store::{Batch, Config, DataFolder, LeafBytes, NewEntry, SledStore, Store};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let place = tempfile::tempdir()?;
//! # let path = place.path();
//! // One process at a time holds a folder; a newer format is refused here, before anything is touched.
//! let folder = DataFolder::open(path)?;
//! let (store, opened) = SledStore::open(folder, Config { reserve_bytes: 0, ..Config::default() })?;
//! assert_eq!(opened.mended, None);
//!
//! let mut batch = Batch::new();
//! batch.append(NewEntry {
//!     id: [1; 32],
//!     set: 1,
//!     second: 1_780_000_000,
//!     head: b"head and signature".to_vec(),
//!     leaves: vec![LeafBytes::Here(b"sealed".to_vec())],
//!     received_ms: 1_780_000_000_000,
//!     records: vec![[7; 32]],
//! });
//! batch.put("retry", b"the request's key", b"the answer given");
//! store.commit(&batch)?;
//! store.flush()?; // only now acknowledge, index, announce
//!
//! assert_eq!(store.log(0, 100)?, [(1, [1; 32])]);
//! store.close()?;
//! # Ok(())
//! # }
//! ```
//!
//! - [`Store`]: the contract, and the order to call its methods.
//! - [`Batch`]: what is written, and what is one transaction.
//! - [`SledStore`], [`MemoryStore`]: the two that keep it. The conformance suite in `tests/` runs on both.
//! - [`DataFolder`]: the lock and `FORMAT`; [`Config`], [`Opened`], [`Mended`]: how it opened and what it found.
//! - [`limits`]: every bound, with its reason.
//!
//! # What is promised
//! After a crash or a power cut, everything flushed is here and no entry is here in part. Of a damaged
//! database every entry that can still be read is kept. On a full disk nothing acknowledged is lost, the
//! store opens, reads, and says that it does not write.

mod batch;
mod disk;
mod error;
pub mod limits;
mod memory;
mod store;

pub use batch::{Batch, Change, Committed, Held, Id, LeafBytes, NewEntry};
pub use disk::{Config, DataFolder, FORMAT_VERSION, Mended, Opened, SledStore};
pub use error::{OpenError, StoreError};
pub use memory::MemoryStore;
pub use store::{Named, OrderKey, Sizes, Store, StoredEntry, StoredLeaves};
