//! A signed statement of one device: head, signature, body.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::body::{Body, Leaf};
use crate::head;
use crate::ids::EntryId;
use crate::limits::ENTRY_BYTES_MAX;
use crate::wire::{self, DecodeError};

/// An entry as it travels and is stored. Nothing about it is verified: see
/// `check`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The exact bytes the author encoded, signed and hashed.
    pub head: Bytes,
    /// Ed25519 over the domain prefix and `head`.
    #[serde(with = "wire::array")]
    pub signature: [u8; 64],
    /// The leaves, some perhaps gone.
    pub body: Body,
}

impl Entry {
    /// Reads the frame of an entry; the head stays bytes.
    ///
    /// # Errors
    /// When the bytes exceed [`ENTRY_BYTES_MAX`], are malformed or not canonical.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        wire::decode(bytes, ENTRY_BYTES_MAX)
    }

    /// The bytes that travel.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// The id, from the head's bytes.
    #[must_use]
    pub fn id(&self) -> EntryId {
        head::entry_id(&self.head)
    }

    /// Forgets the bytes of one leaf. Id, signature and body root stay as they are. Returns
    /// whether there was something to forget: an act's leaf never is forgotten by a valid entry's
    /// holder, because `check` refuses an act without it.
    pub fn forget(&mut self, leaf_no: usize) -> bool {
        match self.body.leaves.get_mut(leaf_no) {
            Some(leaf @ Leaf::Here { .. }) => {
                *leaf = leaf.forgotten();
                true
            }
            Some(Leaf::Gone { .. }) | None => false,
        }
    }
}
