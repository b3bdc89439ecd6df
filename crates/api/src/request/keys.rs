//! The keys: changing their passphrase. Opening and locking them take no body.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `POST /passphrase`: sets, changes or removes the passphrase of the keys.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangePassphrase {
    /// The new one; `null` leaves the keys without.
    pub new: Option<String>,
}

impl fmt::Debug for ChangePassphrase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let new = if self.new.is_some() { "secret" } else { "none" };
        write!(formatter, "ChangePassphrase({new})")
    }
}
