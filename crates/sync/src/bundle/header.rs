//! What a bundle says of itself, and what its reader signs when all of it is on the disk.

use beffroi_trust::{DeviceId, Signer, Statement, TerritoryId};
use serde::{Deserialize, Serialize};

/// The first part: who wrote the bundle, in which territory, when and for whom. No name: names are data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The territory all its entries are of.
    pub territory: TerritoryId,
    /// The device that wrote and signed it.
    pub writer: DeviceId,
    /// When, in milliseconds since 1970, by the writer's clock: a claim.
    pub created_ms: u64,
    /// The post it leaves out what it acknowledged for; none: it holds everything.
    pub to: Option<DeviceId>,
}

/// What is in a bundle.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Entries that decide who is a member.
    pub acts: u64,
    /// Entries with sealed payloads.
    pub contents: u64,
    /// Leaves of the ring of personal data among them, sealed.
    pub private_leaves: u64,
    /// Receipts.
    pub receipts: u64,
}

impl Counts {
    /// Entries of both sets.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.acts.saturating_add(self.contents)
    }
}

/// The last part: counts, hash of all that stands before it, signature over both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// What the file holds.
    pub counts: Counts,
    /// BLAKE3 of every byte before this part. It names the bundle.
    pub hash: [u8; 32],
    signature: [[u8; 32]; 2],
}

impl Ending {
    pub(super) fn sign(signer: &Signer, counts: Counts, hash: [u8; 32]) -> Self {
        let signature = Statement::Bundle.sign(signer, &encoded(&(counts, hash)));
        Self {
            counts,
            hash,
            signature: halves(signature),
        }
    }

    pub(super) fn is_signed(&self, by: &DeviceId) -> bool {
        let message = encoded(&(self.counts, self.hash));
        Statement::Bundle.is_signed(by, &message, &whole(self.signature))
    }
}

/// A signed statement of the reader of a bundle: every entry of it is on my disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleReceipt {
    /// What is stated.
    pub said: Said,
    signature: [[u8; 32]; 2],
}

/// What a receipt states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The territory.
    pub territory: TerritoryId,
    /// The hash that names the bundle.
    pub bundle: [u8; 32],
    /// Who wrote the bundle: whom the receipt is for.
    pub writer: DeviceId,
    /// Who read it, and signs.
    pub reader: DeviceId,
    /// Entries in it.
    pub entries: u64,
    /// When they were all on the disk, in milliseconds since 1970, by the reader's clock: a claim.
    pub at_ms: u64,
}

impl BundleReceipt {
    /// Says it. To be called after the flush, and only when no entry was refused.
    #[must_use]
    pub fn sign(signer: &Signer, header: &Header, ending: &Ending, at_ms: u64) -> Self {
        let said = Said {
            territory: header.territory,
            bundle: ending.hash,
            writer: header.writer,
            reader: signer.id(),
            entries: ending.counts.entries(),
            at_ms,
        };
        let signature = Statement::Receipt.sign(signer, &encoded(&said));
        Self {
            said,
            signature: halves(signature),
        }
    }

    /// Whether its reader signed it.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        let message = encoded(&self.said);
        Statement::Receipt.is_signed(&self.said.reader, &message, &whole(self.signature))
    }

    /// The bytes that travel and are kept.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encoded(self)
    }

    /// Reads one; nothing is verified. `None`: the bytes are none.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > super::SMALL_PART_MAX {
            return None;
        }
        let (receipt, rest) = postcard::take_from_bytes(bytes).ok()?;
        rest.is_empty().then_some(receipt)
    }
}

/// The entries given do not fit one pack: give fewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the entries do not fit one pack")]
pub struct PackFull;

/// Only sequences of unknown length fail to encode, and these types have none.
pub(super) fn encoded<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_allocvec(value).unwrap_or_default()
}

fn halves(signature: [u8; 64]) -> [[u8; 32]; 2] {
    let mut halves = [[0; 32]; 2];
    for (half, bytes) in halves.iter_mut().zip(signature.chunks_exact(32)) {
        half.copy_from_slice(bytes);
    }
    halves
}

fn whole([left, right]: [[u8; 32]; 2]) -> [u8; 64] {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&left);
    signature[32..].copy_from_slice(&right);
    signature
}
