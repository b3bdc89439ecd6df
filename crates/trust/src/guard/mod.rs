//! The guard before Automerge: which raw changes may reach it, judged so that every post agrees.
//!
//! Automerge is a fine CRDT and no safe parser of hostile input: some bytes make it panic, others
//! are accepted and then cannot be loaded again, a hundred bytes can ask for minutes of work. The
//! guard counts before decoding ([`outline()`]), binds each change to its author, document and
//! content ([`stamp()`]), and tries it in its own causal past, with panics contained ([`judge`]).
//! The verdict never depends on what else this post holds; [`merge`] then joins a sound change to
//! the live document. The process's panic hook still sees a contained panic: keeping it short and
//! quiet is the daemon's business.

mod bad;
mod creation;
mod limits;
mod outline;
mod reader;
mod stamp;
mod trial;

pub use bad::{AutomergeVersion, Bad, Verdict};
pub use limits::{
    CHANGE_ACTORS_MAX, CHANGE_BYTES_MAX, CHANGE_COLUMNS_MAX, CHANGE_DEPS_MAX, CHANGE_KEY_BYTES_MAX,
    CHANGE_OPERATIONS_MAX, CHANGE_PREDECESSORS_MAX,
};
pub use outline::{ChangeId, Outline, outline};
pub use stamp::{ActorBytes, stamp};
pub use trial::{blank, judge, merge};

pub(crate) use creation::created;
pub(crate) use trial::{apply_all, bound_to, decode, follows, join, sorted_heads, try_in_past};
