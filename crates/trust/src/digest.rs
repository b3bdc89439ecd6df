//! The digest of both sets: thirty-two bytes two posts compare, six words people copy into the
//! paper log, an anchor outside the machines against later rewriting.

use std::fmt;

use crate::domains;
use crate::ids::{DeviceId, EntryId, TerritoryId};
use crate::words;

/// Words of a set digest on paper: 66 bits.
const DIGEST_WORDS: usize = 6;
/// Words of a fingerprint compared by voice: 88 bits.
const FINGERPRINT_WORDS: usize = 8;

/// BLAKE3 over the ascending ids of acts and contents together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SetDigest(pub [u8; 32]);

impl SetDigest {
    /// The digest of these ids, given in any order; an id given twice counts once.
    #[must_use]
    pub fn of(ids: impl IntoIterator<Item = EntryId>) -> Self {
        let mut ids: Vec<EntryId> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        let mut hasher = blake3::Hasher::new_derive_key(domains::DIGEST);
        for id in ids {
            hasher.update(&id.0);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// Its first 66 bits, as six words.
    #[must_use]
    pub fn words(&self) -> String {
        words::spell(&self.0, DIGEST_WORDS).join(" ")
    }
}

impl fmt::Display for SetDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The words by which people compare a device's key.
#[must_use]
pub fn device_words(device: &DeviceId) -> String {
    words::spell(&device.0, FINGERPRINT_WORDS).join(" ")
}

/// The words by which people compare a territory.
#[must_use]
pub fn territory_words(territory: &TerritoryId) -> String {
    words::spell(&territory.0, FINGERPRINT_WORDS).join(" ")
}
