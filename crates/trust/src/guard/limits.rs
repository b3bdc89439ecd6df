//! What a change may be at most. These are rules of validity: the same constants at every post,
//! for ever, or two posts would show different documents.

/// Bytes of one raw change: as large as a payload may be.
pub const CHANGE_BYTES_MAX: usize = 64 << 10;
/// Operations in one change, counted before anything is decoded: 104 bytes can claim a million.
pub const CHANGE_OPERATIONS_MAX: u64 = 10_000;
/// Predecessors named by all operations of a change together.
pub const CHANGE_PREDECESSORS_MAX: u64 = 4 * CHANGE_OPERATIONS_MAX;
/// Heads a change may build on: more concurrent heads than that are joined in two steps.
pub const CHANGE_DEPS_MAX: u64 = 64;
/// Other actors a change may name; with one actor a change, those of all values it overwrites.
pub const CHANGE_ACTORS_MAX: u64 = 1_024;
/// Columns of a change: Automerge writes fifteen.
pub const CHANGE_COLUMNS_MAX: u64 = 32;
/// Bytes of all text in the run-length encoded columns (keys, mark names) once written out. A run
/// repeats one text thousands of times at no cost in the change, and Automerge copies it each time.
pub const CHANGE_KEY_BYTES_MAX: u64 = 1 << 20;
/// Bytes of an actor id: those of a one-shot actor.
pub(super) const ACTOR_BYTES: usize = 16;
/// Bytes of a change's hash.
pub(super) const HASH_BYTES: usize = 32;
