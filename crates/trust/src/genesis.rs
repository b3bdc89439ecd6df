//! The first words of a territory: its name, its roots. Their hash is the territory's id, so they
//! can never change.

use serde::{Deserialize, Serialize};

use crate::domains;
use crate::ids::{DeviceId, TerritoryId};
use crate::limits::{GENESIS_BYTES_MAX, ROOTS_MAX, TERRITORY_NAME_BYTES_MAX};
use crate::wire::{self, DecodeError};

/// The version of genesis this crate writes and reads.
const VERSION: u8 = 1;
/// How many roots must agree: any one acts, because a threshold would put the keys together on one
/// laptop or need everybody online.
const THRESHOLD: u8 = 1;

/// A genesis that obeys the rules of version 1. The order of the fields is the wire format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Genesis {
    v: u8,
    name: String,
    created_ms: u64,
    #[serde(deserialize_with = "wire::at_most::<_, _, ROOTS_MAX>")]
    roots: Vec<DeviceId>,
    threshold: u8,
    nonce: [u8; 16],
}

/// Why a genesis cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GenesisError {
    /// The bytes are no genesis.
    #[error("the territory's founding statement is {0}")]
    Decode(#[from] DecodeError),
    /// Empty, or longer than [`TERRITORY_NAME_BYTES_MAX`].
    #[error("a territory's name has 1 to {TERRITORY_NAME_BYTES_MAX} bytes")]
    Name,
    /// None, too many, or one twice.
    #[error("a territory has 1 to {ROOTS_MAX} different root keys")]
    Roots,
    /// Asks for several roots to agree.
    #[error("the territory asks for several root keys at once: update this post")]
    Threshold,
}

impl Genesis {
    /// Founds a territory. `nonce` is random, so that two territories of one name and instant
    /// differ.
    ///
    /// # Errors
    /// When the name is empty or too long, or the roots are none, too many or repeated.
    pub fn new(
        name: &str,
        created_ms: u64,
        roots: &[DeviceId],
        nonce: [u8; 16],
    ) -> Result<Self, GenesisError> {
        Self {
            v: VERSION,
            name: name.to_owned(),
            created_ms,
            roots: roots.to_vec(),
            threshold: THRESHOLD,
            nonce,
        }
        .obeying_the_rules()
    }

    /// Reads a genesis.
    ///
    /// # Errors
    /// When the bytes are not a canonical genesis of version 1, or break its rules.
    pub fn decode(bytes: &[u8]) -> Result<Self, GenesisError> {
        match bytes.first() {
            Some(&VERSION) => wire::decode::<Self>(bytes, GENESIS_BYTES_MAX)?.obeying_the_rules(),
            Some(&other) => Err(DecodeError::Version(other).into()),
            None => Err(DecodeError::Malformed.into()),
        }
    }

    fn obeying_the_rules(self) -> Result<Self, GenesisError> {
        if self.name.is_empty() || self.name.len() > TERRITORY_NAME_BYTES_MAX {
            return Err(GenesisError::Name);
        }
        let twice = self
            .roots
            .iter()
            .enumerate()
            .any(|(n, root)| self.roots[..n].contains(root));
        if self.roots.is_empty() || self.roots.len() > ROOTS_MAX || twice {
            return Err(GenesisError::Roots);
        }
        if self.threshold != THRESHOLD {
            return Err(GenesisError::Threshold);
        }
        Ok(self)
    }

    /// The bytes whose hash names the territory.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// The territory's id.
    #[must_use]
    pub fn territory(&self) -> TerritoryId {
        TerritoryId(blake3::derive_key(domains::TERRITORY, &self.encode()))
    }

    /// The name it was founded under; the current one is a record.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When it was founded, in milliseconds since 1970, by the founder's clock.
    #[must_use]
    pub fn created_ms(&self) -> u64 {
        self.created_ms
    }

    /// The least second any entry sorts under.
    #[must_use]
    pub fn created_second(&self) -> u32 {
        u32::try_from(self.created_ms / 1_000).unwrap_or(u32::MAX)
    }

    /// The root keys, any one of which may act.
    #[must_use]
    pub fn roots(&self) -> &[DeviceId] {
        &self.roots
    }

    /// Whether this key is a root.
    #[must_use]
    pub fn is_root(&self, key: &DeviceId) -> bool {
        self.roots.contains(key)
    }
}
