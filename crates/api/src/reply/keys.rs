//! Replies about the keys of the post: whether they are locked, whether a passphrase protects them.

use serde::{Deserialize, Serialize};

use crate::Schema;

/// `GET /passphrase`, `POST /unlock`, `POST /lock`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    /// The schema.
    pub schema: Schema,
    /// Whether the post has keys; before it founds or joins it has none.
    pub present: bool,
    /// Whether they wait for the passphrase.
    pub locked: bool,
    /// Whether a passphrase protects them.
    pub sealed: bool,
    /// Words drawn for a new passphrase, other ones each time; asked for by `GET` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<String>,
}

/// `POST /passphrase`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassphraseChanged {
    /// The schema.
    pub schema: Schema,
    /// Whether a passphrase protects the keys now.
    pub sealed: bool,
    /// The file this post takes its passphrase from at each start, when it holds another one.
    pub stale_file: Option<String>,
}
