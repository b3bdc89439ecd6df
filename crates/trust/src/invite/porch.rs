//! The two questions a porch takes and its answers, as bytes.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::chain::{ChainError, verify_chain};
use super::claim::Claim;
use super::welcome::Welcome;
use crate::check::{Checked, check};
use crate::entry::Entry;
use crate::genesis::Genesis;
use crate::ids::{DeviceId, TerritoryId};
use crate::limits::{CHAIN_MAX, PORCH_BYTES_MAX, PORCH_ENTRIES_MAX};
use crate::wire::{self, DecodeError, NewerTag, open_enum};

/// What may be asked at a porch. The order is the wire format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PorchRequest {
    /// Let me in, I know the code.
    Claim(Box<Claim>),
    /// I am a member: here are my grants.
    Present(Present),
}

/// What a porch answers. The order is the wire format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PorchReply {
    /// You are in.
    Welcome(Welcome),
    /// Your grants are taken: connect to the main port.
    Allowed,
    /// Your grant was withdrawn, and this is the proof.
    Withdrawn(Withdrawn),
    /// No, and why.
    Refused(PorchRefusal),
}

/// Why a porch says no, to be said to the person who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PorchRefusal {
    /// Not our code: ask the post that made it.
    OtherInviter,
    /// Another device used the code.
    CodeUsed,
    /// The code is over.
    CodeExpired,
    /// The claim or the grants do not hold, or are of another territory.
    NotProven,
    /// Too many ask at once: try again.
    Busy,
    /// A reason of a newer version.
    Newer(NewerTag),
}

open_enum!(PorchRefusal: OtherInviter = 0, CodeUsed = 1, CodeExpired = 2, NotProven = 3, Busy = 4);

/// A member's grants, the root's first, for a post that may not have heard of them. Holding the
/// device's key is proven afterwards, by the transport of the main port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    #[serde(deserialize_with = "wire::at_most::<_, _, CHAIN_MAX>")]
    chain: Vec<Bytes>,
}

impl Present {
    /// Shows these grants, the root's first.
    ///
    /// # Errors
    /// When they are none or more than a chain may have.
    pub fn new(chain: &[Entry]) -> Result<Self, ChainError> {
        if chain.is_empty() || chain.len() > CHAIN_MAX {
            return Err(ChainError::Length);
        }
        let chain = chain.iter().map(|entry| entry.encode().into()).collect();
        Ok(Self { chain })
    }

    /// The device and its grants, verified. They are to be offered to the chronicle, which knows
    /// of withdrawals.
    ///
    /// # Errors
    /// When they are no chain of grants of this territory.
    pub fn open(&self, genesis: &Genesis) -> Result<(DeviceId, Vec<Checked>), ChainError> {
        verify_chain(genesis, &self.chain)
    }
}

/// The Revoke that ended a grant, with the grants its author wrote it under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    #[serde(deserialize_with = "wire::at_most::<_, _, PORCH_ENTRIES_MAX>")]
    entries: Vec<Bytes>,
}

impl Withdrawn {
    /// Tells of a withdrawal: the grants of its author, if it is no root's, and the Revoke.
    ///
    /// # Errors
    /// When there is none, or more than a chain and one.
    pub fn new(entries: &[Entry]) -> Result<Self, ChainError> {
        if entries.is_empty() || entries.len() > PORCH_ENTRIES_MAX {
            return Err(ChainError::Length);
        }
        let entries = entries.iter().map(|entry| entry.encode().into()).collect();
        Ok(Self { entries })
    }

    /// The entries, each valid on its own. Whether they withdraw anything is for the chronicle they
    /// are offered to: a stranger's porch may say what it likes.
    ///
    /// # Errors
    /// When one is not valid.
    pub fn open(&self, territory: &TerritoryId) -> Result<Vec<Checked>, ChainError> {
        self.entries
            .iter()
            .map(|bytes| Ok(check(&Entry::decode(bytes)?, territory)?))
            .collect()
    }
}

impl PorchRequest {
    /// Reads a request; nothing in it is verified yet.
    ///
    /// # Errors
    /// When the bytes are too long, malformed or not canonical.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        wire::decode(bytes, PORCH_BYTES_MAX)
    }

    /// The bytes that travel.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        wire::encode(self)
    }
}

impl PorchReply {
    /// Reads a reply; nothing in it is verified yet.
    ///
    /// # Errors
    /// When the bytes are too long, malformed or not canonical.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        wire::decode(bytes, PORCH_BYTES_MAX)
    }

    /// The bytes that travel.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        wire::encode(self)
    }
}
