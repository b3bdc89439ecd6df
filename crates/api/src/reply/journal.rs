//! The reply about the journal: whether all of it is what was signed, and what is to be known of it.

use serde::{Deserialize, Serialize};

use crate::Schema;

/// Entries named in one [`Finding`] at most: a list for a person or a program to go on from, not the journal.
pub const FINDING_ENTRIES_MAX: usize = 1_000;

/// `GET /journal`: the whole journal read again, every signature checked, standing worked out anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    /// The schema.
    pub schema: Schema,
    /// Every signature and every hash is right. What is missing or set aside is no fault.
    pub ok: bool,
    /// Entries read.
    pub entries: u64,
    /// Entries whose signature and form were checked and found good.
    pub verified: u64,
    /// Entries that wait outside for a permit.
    pub parked: u64,
    /// One chain for each device and class.
    pub chains: Vec<JournalChain>,
    /// What the guard said of the changes that this post can read.
    pub judged: JournalJudged,
    /// How many there are of each kind; a kind without any is left out.
    pub counts: Vec<JournalCount>,
    /// The same by post and class, with the entries.
    pub findings: Vec<Finding>,
    /// As in [`Digest`](super::Digest).
    pub set_digest: String,
    /// As in [`Digest`](super::Digest).
    pub words: Vec<String>,
}

/// The entries of one device in one class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalChain {
    /// The name of the post; `null` for a root or while not received.
    pub post: Option<String>,
    /// The device key, in hexadecimal.
    pub author: String,
    /// `act` or `content`.
    pub class: String,
    /// Entries held.
    pub entries: u64,
    /// The number of the last.
    pub last_seq: u64,
}

/// The guard's verdicts on changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalJudged {
    /// Changes and lines that this post opened.
    pub opened: u64,
    /// Those that were refused: they take no effect at any post.
    pub refused: u64,
    /// Those that the guard was not asked about, since nobody counts them.
    pub unjudged: u64,
}

/// How many there are of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalCount {
    /// The kind.
    pub kind: FindingKind,
    /// How many: entries, for leaves the leaves.
    pub count: u64,
}

/// Something to be known of the journal: of one post, in one class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// The name of the post.
    pub post: Option<String>,
    /// The device key, in hexadecimal; all zeros when it cannot be read any more.
    pub author: String,
    /// `act` or `content`.
    pub class: String,
    /// How many.
    pub count: u64,
    /// The entries concerned, in hexadecimal: the first [`FINDING_ENTRIES_MAX`].
    pub entries: Vec<String>,
}

macro_rules! finding_kinds {
    ($($(#[$doc:meta])* $variant:ident = $token:literal;)*) => {
        /// The kind of a finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum FindingKind {
            $($(#[$doc])* $variant,)*
            /// Of a later version.
            #[serde(other)]
            Other,
        }

        impl FindingKind {
            /// Every kind, the worst first.
            pub const ALL: &'static [FindingKind] =
                &[$(FindingKind::$variant,)* FindingKind::Other];

            /// The word for it in JSON.
            #[must_use]
            pub const fn token(self) -> &'static str {
                match self {
                    $(FindingKind::$variant => $token,)*
                    FindingKind::Other => "other",
                }
            }
        }
    };
}

finding_kinds! {
    /// An entry on the disk is no longer what was signed.
    Damaged = "damaged";
    /// Several entries stand at one place of a chain: a restored backup, or a copied key.
    Fork = "fork";
    /// An entry that another cites is not here yet.
    Hole = "hole";
    /// A leaf that this post could read is gone, and nobody is known to have erased it: others are asked.
    Gap = "gap";
    /// Changes that the guard refused: they take no effect at any post.
    Refused = "refused";
    /// In the set, not counted: its author had no right to it.
    SetAside = "set_aside";
    /// Written without a right, and adopted by a coordinator.
    Adopted = "adopted";
    /// Set aside, and in effect nevertheless: counted changes were built on it.
    CalledIn = "called_in";
    /// Outside the set: its author is not known yet.
    Parked = "parked";
    /// Leaves that were erased: somebody forgot them, or their operation was closed long enough ago.
    Erased = "erased";
    /// Leaves that are gone, which this post could not read: carried for others and dropped, or never carried.
    Carried = "carried";
}
