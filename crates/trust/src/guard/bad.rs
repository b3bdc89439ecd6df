//! Why a change is refused, and the verdict as it may be stored.

use serde::{Deserialize, Serialize};

/// Why the guard refuses a change. [`Bad::MissingDeps`] means "not yet" and is no verdict; every
/// other reason is final for the Automerge version that gave it.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    thiserror::Error,
)]
pub enum Bad {
    /// The first four bytes are not those of an Automerge chunk.
    #[error("not an automerge chunk")]
    Magic,
    /// A document, deflated change or bundle, all of which inflate without a cap.
    #[error("not a plain change chunk")]
    ChunkKind,
    /// A field or column ends before its claimed length, or a number is malformed.
    #[error("the change ends early")]
    Truncated,
    /// Bytes remain after the last column, or the chunk is longer or shorter than it says.
    #[error("the change has bytes that belong to no field")]
    Trailing,
    /// The checksum is not that of the content.
    #[error("the checksum is wrong")]
    Checksum,
    /// Over [`CHANGE_BYTES_MAX`](super::CHANGE_BYTES_MAX).
    #[error("the change is too large")]
    Bytes,
    /// Over [`CHANGE_DEPS_MAX`](super::CHANGE_DEPS_MAX).
    #[error("the change builds on too many heads")]
    TooManyDeps,
    /// Over [`CHANGE_ACTORS_MAX`](super::CHANGE_ACTORS_MAX).
    #[error("the change names too many actors")]
    TooManyActors,
    /// Over [`CHANGE_COLUMNS_MAX`](super::CHANGE_COLUMNS_MAX), or columns out of order, twice, or
    /// deflated.
    #[error("the columns of the change are malformed")]
    Columns,
    /// Over [`CHANGE_OPERATIONS_MAX`](super::CHANGE_OPERATIONS_MAX), none at all, or not as many
    /// as the action column says.
    #[error("the change has too many operations, or none")]
    Operations,
    /// Over [`CHANGE_PREDECESSORS_MAX`](super::CHANGE_PREDECESSORS_MAX).
    #[error("the change names too many predecessors")]
    TooManyPredecessors,
    /// Over [`CHANGE_KEY_BYTES_MAX`](super::CHANGE_KEY_BYTES_MAX).
    #[error("the keys of the change are too long once written out")]
    KeyBytes,
    /// The actor is not the one-shot actor of this author, document and content.
    #[error("the actor is not bound to this author, document and content")]
    Actor,
    /// A one-shot actor writes its first and only change: `seq` is 1.
    #[error("the sequence number is not 1")]
    Sequence,
    /// The change carries a message, which nobody shows.
    #[error("the change carries a message")]
    Message,
    /// The time in the change is not that of the entry that carries it.
    #[error("the time is not that of the entry")]
    Time,
    /// Automerge cannot decode the change.
    #[error("the change cannot be decoded")]
    Undecodable,
    /// A change this one builds on is not here: no verdict yet.
    #[error("a change this one builds on has not arrived")]
    MissingDeps,
    /// The changes it builds on are named twice, or one is the ancestor of another.
    #[error("the changes it builds on are not the heads of their past")]
    Deps,
    /// The first operation is not numbered one above the highest it builds on.
    #[error("the first operation has the wrong number")]
    StartOperation,
    /// Automerge panicked while trying the change.
    #[error("automerge panics on the change")]
    Panic,
    /// Automerge refuses the change in its own past.
    #[error("automerge refuses the change")]
    Apply,
    /// Automerge takes the change, and then cannot load what it saved.
    #[error("the document cannot be loaded again after the change")]
    Corrupt,
}

/// The release of Automerge that gave a verdict. A verdict of another release is not believed: the
/// change is judged again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AutomergeVersion {
    /// Major version.
    pub major: u16,
    /// Minor version.
    pub minor: u16,
    /// Patch version.
    pub patch: u16,
}

impl AutomergeVersion {
    /// The release this build is made with, pinned in the workspace's `Cargo.toml`.
    pub const CURRENT: Self = Self {
        major: 0,
        minor: 12,
        patch: 0,
    };
}

/// What the guard found about one change in its own causal past, fit to be stored beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The release of Automerge that was asked.
    pub version: AutomergeVersion,
    /// Sound, or why not; never [`Bad::MissingDeps`].
    pub outcome: Result<(), Bad>,
}

impl Verdict {
    /// A verdict of this build.
    pub fn now(outcome: Result<(), Bad>) -> Self {
        Self {
            version: AutomergeVersion::CURRENT,
            outcome,
        }
    }

    /// The outcome, if this build may believe it.
    pub fn outcome_if_current(&self) -> Option<Result<(), Bad>> {
        (self.version == AutomergeVersion::CURRENT && self.outcome != Err(Bad::MissingDeps))
            .then_some(self.outcome)
    }
}
