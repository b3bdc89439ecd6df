//! Where a passphrase comes from when an act asks for it again.

use std::fmt;
use std::sync::Arc;

type Source = dyn Fn(u32) -> Option<String> + Send + Sync;

/// Gives the passphrase when the daemon asks for it: from a file, from a person.
#[derive(Clone)]
pub struct Passphrases(Arc<Source>);

impl Passphrases {
    /// `source` is given how many passphrases were wrong so far in this request, and gives the next to
    /// try; none ends the request as refused.
    pub fn new(source: impl Fn(u32) -> Option<String> + Send + Sync + 'static) -> Passphrases {
        Passphrases(Arc::new(source))
    }

    pub(super) fn after(&self, wrong: u32) -> Option<String> {
        (self.0)(wrong)
    }
}

impl fmt::Debug for Passphrases {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Passphrases")
    }
}
