//! Every message a post can send to a peer.

use std::time::Duration;

use beffroi_trust::{Class, OrderKey};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::bounded::{List, Text};
use super::pack::Pack;
use super::ranges::{Prefix, Ranges};
use crate::limits::{
    ADDRESS_BYTES_MAX, ADDRESSES_MAX, FRAME_BYTES_MAX, HAVE_IDS_MAX, PARTS_MAX, VERSION_BYTES_MAX,
    WANT_IDS_MAX,
};
use crate::peer::PeerId;

/// One message between two posts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Frame {
    /// The first words on a link.
    Hello(Hello),
    /// The heartbeat.
    Summary(Summary),
    /// One step of a reconciliation.
    Compare(Compare),
    /// These are on my disk.
    Have(Have),
    /// Send me these.
    Want(Want),
    /// Into how many parts could this set of yours be divided, and where?
    Survey(Class),
    /// The answer to `Survey`.
    Outline(Outline),
    /// Send me this part of your set, from here on.
    Stream(Stream),
    /// Entries, whole.
    Entries(Entries),
    /// Where members can be dialled.
    Addresses(List<Address, ADDRESSES_MAX>),
}

/// How many entries a set has, and a hash that differs when the set differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Digest {
    /// How many entries are in the set, on the disk of the sender.
    pub count: u64,
    /// The first 16 bytes of a hash over the sum of the ids and their count.
    pub root: [u8; 16],
}

/// Who speaks and how, with a first heartbeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Which meaning the frames have ([`crate::limits::PROTOCOL`]).
    pub protocol: u16,
    /// The sender's program version, to be shown.
    pub version: Text<VERSION_BYTES_MAX>,
    /// The sender's wall clock, ms since 1970.
    pub wall_ms: u64,
    /// How often the sender will be heard at least, in ms.
    pub heartbeat_ms: u32,
    /// The sender's sets.
    pub summary: Summary,
}

impl Hello {
    /// How often the sender will be heard at least.
    #[must_use]
    pub fn heartbeat(&self) -> Duration {
        Duration::from_millis(u64::from(self.heartbeat_ms))
    }
}

/// The sender's two sets, as they are on its disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The set of acts.
    pub acts: Digest,
    /// The set of contents.
    pub contents: Digest,
    /// Whether the sender would like the peer's summary in return.
    pub ask: bool,
}

/// One message of a reconciliation session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compare {
    /// Names the session, and keys its fingerprints.
    pub session: [u8; 16],
    /// Which set.
    pub class: Class,
    /// Whether fingerprints are over sums of keyed ids (slow, for the audit).
    pub audit: bool,
    /// 0 opens the session.
    pub step: u8,
    /// What is said and asked.
    pub ranges: Ranges,
    /// Whether the sender stopped at its limit: it says nothing of what follows the last range.
    pub cut: bool,
}

/// Ids that are on the sender's disk: news for who lacks them, an acknowledgement for who has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Have {
    /// Which set they are in.
    pub class: Class,
    /// That set, with them.
    pub digest: Digest,
    /// The ids.
    pub ids: List<Prefix, HAVE_IDS_MAX>,
    /// Whether the sender heard no acknowledgement of them, and would like one.
    pub again: bool,
}

/// Entries that the sender lacks, or has not whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want {
    /// The sender's number for this request; the answer repeats it. From 2³¹ on, the sender has the entries
    /// and asks for another copy, of which something may not be missing.
    pub number: u32,
    /// How many bytes of entries the sender can take now.
    pub bytes: u32,
    /// The ids.
    pub ids: List<Prefix, WANT_IDS_MAX>,
}

/// Bounds that divide a set into parts of about equal size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// Which set.
    pub class: Class,
    /// The inner bounds, ascending.
    pub seconds: List<u32, PARTS_MAX>,
}

/// A request for a part of a set, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    /// The sender's number for this request; the answer repeats it.
    pub number: u32,
    /// Which set.
    pub class: Class,
    /// The first key of interest.
    pub from: OrderKey,
    /// The second before which the part ends; none: to the end of the set.
    pub to_second: Option<u32>,
    /// How many bytes of entries the sender can take now.
    pub bytes: u32,
}

/// A pack of entries. Whoever sends an entry states that it is on its disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entries {
    /// Why they are sent.
    pub cause: Cause,
    /// The entries.
    pub pack: Pack,
}

/// Why entries are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// They are new; nobody asked.
    Pushed {
        /// Which set they are in.
        class: Class,
        /// That set, with them.
        digest: Digest,
    },
    /// A [`Want`] asked for them.
    Wanted {
        /// The number of the request.
        number: u32,
        /// Whether this answer ends here.
        last: bool,
    },
    /// A [`Stream`] asked for them.
    Streamed {
        /// The number of the request.
        number: u32,
        /// Whether this answer ends here.
        last: bool,
        /// Where the next request should begin; none: the part is complete.
        next: Option<OrderKey>,
    },
}

/// Where a member can be dialled; only `net` understands the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Address {
    /// The member's device key.
    pub peer: [u8; 32],
    /// The address.
    pub address: Text<ADDRESS_BYTES_MAX>,
}

impl Address {
    /// An address of a member, or `None` when it is too long to be told.
    #[must_use]
    pub fn new(peer: PeerId, address: &str) -> Option<Self> {
        Some(Self {
            peer: peer.0,
            address: Text::new(address)?,
        })
    }
}

/// Why bytes are not a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Longer than any frame may be.
    #[error("longer than {FRAME_BYTES_MAX} bytes")]
    TooLong,
    /// No frame of this protocol, or one that breaks a bound.
    #[error("not a frame of this protocol")]
    Malformed,
    /// A frame with something behind it.
    #[error("bytes behind the frame")]
    Trailing,
}

impl Frame {
    /// The bytes to send.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        // Into growing memory, and with no map or unsized list in any frame, encoding cannot fail;
        // should it ever, an empty frame is refused by the peer and the link begins anew.
        postcard::to_allocvec(self).unwrap_or_default().into()
    }

    /// Reads a frame. Nothing is allocated for a length that is only claimed.
    ///
    /// # Errors
    /// When the bytes are not exactly one frame within its bounds.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        if bytes.len() > FRAME_BYTES_MAX {
            return Err(FrameError::TooLong);
        }
        let (frame, rest) = postcard::take_from_bytes(bytes).map_err(|_| FrameError::Malformed)?;
        if !rest.is_empty() {
            return Err(FrameError::Trailing);
        }
        Ok(frame)
    }
}
