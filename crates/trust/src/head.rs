//! The signed part of an entry. Its bytes are encoded once, by the author, then kept, hashed and
//! forwarded as they are.

use serde::{Deserialize, Serialize};

use crate::domains;
use crate::ids::{Class, DeviceId, EntryId, Epoch, Ring, TerritoryId};
use crate::limits::{HEAD_BYTES_MAX, PREV_MAX, SLOTS_MAX};
use crate::wire::{self, DecodeError};

/// The version of head this crate writes and fully reads.
pub const HEAD_VERSION: u8 = 1;

/// What every version of a head begins with, so that entries of a later version can be ordered,
/// signed for and carried by a post that cannot read the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Layout of the head.
    pub v: u8,
    /// Which set and chain the entry belongs to.
    pub class: Class,
    /// The territory it was written for.
    pub territory: TerritoryId,
    /// Who signed it.
    pub author: DeviceId,
    /// The author's clock, in milliseconds since 1970: a claim, for order and display only.
    pub time_ms: u64,
}

impl Opening {
    /// Reads the common beginning of a head of any version. The rest of the bytes is not looked at.
    ///
    /// # Errors
    /// When the bytes exceed [`HEAD_BYTES_MAX`], are cut, or are not canonical.
    pub fn read(head: &[u8]) -> Result<Self, DecodeError> {
        if head.len() > HEAD_BYTES_MAX {
            return Err(DecodeError::TooLong {
                max: HEAD_BYTES_MAX,
            });
        }
        let (opening, _) =
            postcard::take_from_bytes::<Self>(head).map_err(|_| DecodeError::Malformed)?;
        if !head.starts_with(&wire::encode(&opening)) {
            return Err(DecodeError::NotCanonical);
        }
        Ok(opening)
    }
}

/// The signed part of an entry, version 1. The order of the fields is the wire format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// [`HEAD_VERSION`].
    pub v: u8,
    /// Which set and chain the entry belongs to.
    pub class: Class,
    /// The territory it was written for.
    pub territory: TerritoryId,
    /// Who signed it.
    pub author: DeviceId,
    /// The author's clock, in milliseconds since 1970: a claim.
    pub time_ms: u64,
    /// The Grant this is written under; for a root, the territory's id.
    pub grant: EntryId,
    /// The author's own tips of the same class: none first, one normally, more to heal a fork;
    /// ascending.
    #[serde(deserialize_with = "wire::at_most::<_, _, PREV_MAX>")]
    pub prev: Vec<EntryId>,
    /// 1 + the greatest seq of `prev`: shown, never a rule.
    pub seq: u64,
    /// The distinct (kind, ring) of the leaves, in clear, so that roles are checked without a key.
    #[serde(deserialize_with = "wire::at_most::<_, _, SLOTS_MAX>")]
    pub slots: Vec<Slot>,
    /// Sum of the leaf sizes, forgotten leaves included.
    pub size: u32,
    /// The body root, which covers the nonce and every leaf by its hash.
    pub body: [u8; 32],
}

impl Head {
    /// Reads a head of version 1.
    ///
    /// # Errors
    /// When the bytes are too long, malformed, not canonical, or of another version.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let opening = Opening::read(bytes)?;
        if opening.v != HEAD_VERSION {
            return Err(DecodeError::Version(opening.v));
        }
        wire::decode(bytes, HEAD_BYTES_MAX)
    }

    /// The bytes that are signed and hashed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// The fields every version begins with.
    #[must_use]
    pub fn opening(&self) -> Opening {
        Opening {
            v: self.v,
            class: self.class,
            territory: self.territory,
            author: self.author,
            time_ms: self.time_ms,
        }
    }
}

/// One (kind, ring) an entry writes to, and the epoch its leaves are sealed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// Kind of the documents.
    pub kind: u8,
    /// Who can read them.
    pub ring: Ring,
    /// Which key of the ring sealed them.
    pub epoch: Epoch,
}

/// The id of the entry with these head bytes. The signature is not covered: it adds nothing to
/// what was said.
#[must_use]
pub fn entry_id(head: &[u8]) -> EntryId {
    EntryId(blake3::derive_key(domains::ENTRY_ID, head))
}
