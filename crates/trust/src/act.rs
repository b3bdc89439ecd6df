//! Acts: what decides who is a member, who may read and what is forgotten. One per entry, in clear,
//! so that relays can judge them; they hold keys and hashes, never names.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{DeviceId, DocId, EntryId, Epoch, Ring};
use crate::limits::{
    ACT_BYTES_MAX, FORGET_LEAVES_MAX, KEEP_MAX, REPLACES_MAX, RINGS_MAX, SEALED_TO_MAX,
};
use crate::wire::{self, DecodeError, NewerTag, open_enum};

/// How many act tags this version knows; a greater tag is an act of a newer version.
const KNOWN_TAGS: u32 = 7;

/// One act. The order of variants and fields is the wire format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// Lets a device in.
    Grant {
        /// The device's signing key.
        device: DeviceId,
        /// The device's X25519 public key: ring keys are sealed to it.
        seal: [u8; 32],
        /// What it may write.
        role: Role,
        /// What it may read.
        #[serde(deserialize_with = "wire::at_most::<_, _, RINGS_MAX>")]
        rings: Vec<Ring>,
        /// The Invite whose code brought the device, if one did.
        invite: Option<EntryId>,
    },
    /// Withdraws a grant, keeping what was written up to some entries.
    Revoke {
        /// The Grant withdrawn.
        grant: EntryId,
        /// Tips of the device's two chains: their past stays counted.
        #[serde(deserialize_with = "wire::at_most::<_, _, KEEP_MAX>")]
        keep: Vec<EntryId>,
        /// Shown to people; changes no verdict.
        why: Why,
    },
    /// Adopts contents, each with its author's earlier ones. Never acts.
    Keep {
        /// The last entries adopted.
        #[serde(deserialize_with = "wire::at_most::<_, _, KEEP_MAX>")]
        tips: Vec<EntryId>,
    },
    /// Hands a ring's key to devices.
    RingKey {
        /// The ring.
        ring: Ring,
        /// The key's name, which commits to it.
        epoch: Epoch,
        /// Epochs not to be written with from now on.
        #[serde(deserialize_with = "wire::at_most::<_, _, REPLACES_MAX>")]
        replaces: Vec<Epoch>,
        /// The key, sealed to each device.
        #[serde(deserialize_with = "wire::at_most::<_, _, SEALED_TO_MAX>")]
        to: Vec<(DeviceId, Sealed)>,
    },
    /// Announces a code, by the public key derived from it.
    Invite {
        /// The invite key: claims are signed with its secret half.
        key: DeviceId,
        /// What the joiner will be.
        role: Role,
        /// What the joiner will read.
        #[serde(deserialize_with = "wire::at_most::<_, _, RINGS_MAX>")]
        rings: Vec<Ring>,
        /// Until when the inviter means to answer, in milliseconds since 1970: her patience, not
        /// a rule.
        until_ms: u64,
    },
    /// Erases a document.
    Forget {
        /// The document, for readers.
        doc: DocId,
        /// Its leaves (entry, leaf number), for carriers, who cannot see document ids.
        #[serde(deserialize_with = "wire::at_most::<_, _, FORGET_LEAVES_MAX>")]
        leaves: Vec<(EntryId, u8)>,
    },
    /// Ends an operation and starts the delay after which its personal data go.
    Close {
        /// The operation's record id.
        operation: [u8; 16],
        /// Days until readers destroy the private twins.
        purge_after_days: u16,
    },
}

impl Act {
    /// Reads an act. `None` is an act of a newer version: carried, without effect here.
    ///
    /// # Errors
    /// When the bytes exceed [`ACT_BYTES_MAX`], break a list's limit, are malformed or not
    /// canonical.
    pub fn decode(bytes: &[u8]) -> Result<Option<Self>, DecodeError> {
        if bytes.len() > ACT_BYTES_MAX {
            return Err(DecodeError::TooLong { max: ACT_BYTES_MAX });
        }
        let (tag, _) =
            postcard::take_from_bytes::<u32>(bytes).map_err(|_| DecodeError::Malformed)?;
        if tag >= KNOWN_TAGS {
            return Ok(None);
        }
        wire::decode(bytes, ACT_BYTES_MAX).map(Some)
    }

    /// The bytes of the one leaf that carries it.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        wire::encode(self)
    }
}

/// What a member may write. The order is that of the wire, and of rights, the most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Acts, command kinds, field kinds.
    Coordinator,
    /// Field kinds.
    Operator,
    /// Reads only.
    Observer,
    /// Carries only.
    Relay,
    /// A role of a newer version: it writes nothing that counts here, yet its holder is known, so
    /// that old and new posts hold the same sets.
    Newer(NewerTag),
}

/// Why a grant was withdrawn, as shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The device is lost or stolen.
    Lost,
    /// Its people left.
    Left,
    /// It was misused.
    Abuse,
    /// Another grant takes its place: a role was changed.
    Replaced,
    /// A reason of a newer version; the withdrawal holds all the same.
    Newer(NewerTag),
}

open_enum!(Role: Coordinator = 0, Operator = 1, Observer = 2, Relay = 3);
open_enum!(Why: Lost = 0, Left = 1, Abuse = 2, Replaced = 3);

/// A ring key sealed to one device: 32 bytes of encapsulated key, 48 of ciphertext.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed(#[serde(with = "wire::array")] pub [u8; 80]);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(80 bytes)")
    }
}
