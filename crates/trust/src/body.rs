//! The detachable part of an entry: leaves that can be forgotten one by one while the signature
//! still verifies, because the head covers them by their hashes.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::domains;
use crate::limits::LEAVES_MAX;
use crate::wire;

/// A nonce and one to [`LEAVES_MAX`] leaves. An act's nonce is zero and its one leaf is in clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Random, drawn for this entry alone; extended by the leaf index it seals every leaf.
    pub nonce: [u8; 16],
    /// The leaves, in the order the body root covers.
    #[serde(deserialize_with = "wire::at_most::<_, _, LEAVES_MAX>")]
    pub leaves: Vec<Leaf>,
}

/// One payload of an entry, or the mark of one that was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Leaf {
    /// Carried: an encoded act in clear, or a sealed item.
    Here {
        /// Index into the head's slots; 0 for an act.
        slot: u8,
        /// The bytes the leaf hash is over.
        bytes: Bytes,
    },
    /// Forgotten, or not carried by this post.
    Gone {
        /// Index into the head's slots.
        slot: u8,
        /// How many bytes it had.
        size: u32,
        /// The hash they had.
        hash: [u8; 32],
    },
}

impl Leaf {
    /// The hash of a leaf's bytes.
    #[must_use]
    pub fn hash_of(bytes: &[u8]) -> [u8; 32] {
        blake3::derive_key(domains::LEAF, bytes)
    }

    /// Index into the head's slots.
    #[must_use]
    pub fn slot(&self) -> u8 {
        match self {
            Leaf::Here { slot, .. } | Leaf::Gone { slot, .. } => *slot,
        }
    }

    /// Bytes it has, or had.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Leaf::Here { bytes, .. } => bytes.len(),
            Leaf::Gone { size, .. } => usize::try_from(*size).unwrap_or(usize::MAX),
        }
    }

    /// The hash its bytes have, or had.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        match self {
            Leaf::Here { bytes, .. } => Self::hash_of(bytes),
            Leaf::Gone { hash, .. } => *hash,
        }
    }

    /// Its bytes, unless they are gone.
    #[must_use]
    pub fn bytes(&self) -> Option<&Bytes> {
        match self {
            Leaf::Here { bytes, .. } => Some(bytes),
            Leaf::Gone { .. } => None,
        }
    }

    /// The same leaf without its bytes; the body root does not change.
    #[must_use]
    pub fn forgotten(&self) -> Leaf {
        match self {
            Leaf::Here { slot, bytes } => Leaf::Gone {
                slot: *slot,
                // A leaf of an entry in memory is far below 4 GiB; a larger one fits no entry.
                size: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
                hash: Self::hash_of(bytes),
            },
            Leaf::Gone { .. } => self.clone(),
        }
    }
}

impl Body {
    /// The body of an act: nonce zero, one leaf in clear.
    #[must_use]
    pub fn of_act(act: Vec<u8>) -> Self {
        Body {
            nonce: [0; 16],
            leaves: vec![Leaf::Here {
                slot: 0,
                bytes: act.into(),
            }],
        }
    }

    /// What the head covers: nonce ‖ for each leaf its slot, size (big endian) and hash.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(domains::BODY);
        hasher.update(&self.nonce);
        for leaf in &self.leaves {
            let size = u32::try_from(leaf.size()).unwrap_or(u32::MAX);
            hasher.update(&[leaf.slot()]);
            hasher.update(&size.to_be_bytes());
            hasher.update(&leaf.hash());
        }
        *hasher.finalize().as_bytes()
    }

    /// Sum of the leaf sizes, as the head states it.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.leaves.iter().map(|leaf| leaf.size() as u64).sum()
    }
}
