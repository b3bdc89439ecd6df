//! An entry as transfer sees it: bytes, and the few facts that sorting and asking need.

use bytes::Bytes;

use crate::head::{self, Opening};
use crate::ids::{Class, DeviceId, EntryId, OrderKey, order_second};
use crate::limits::{ENTRY_BYTES_MAX, HEAD_BYTES_MAX};
use crate::wire::DecodeError;

/// An encoded entry, with what its head says of it. No signature was checked, and the body was not
/// looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// The entry's id, computed from its head.
    pub id: EntryId,
    /// Which set it would enter.
    pub class: Class,
    /// The second it sorts under.
    pub second: u32,
    /// Who it says signed it.
    pub author: DeviceId,
    /// The encoded entry.
    pub bytes: Bytes,
}

impl Parcel {
    /// Reads the head of an encoded entry, of any version. `created_second` is the territory's
    /// ([`Genesis::created_second`](crate::Genesis::created_second)).
    ///
    /// # Errors
    /// When the bytes are too long, or do not begin with a readable head.
    pub fn read(bytes: Bytes, created_second: u32) -> Result<Self, DecodeError> {
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(DecodeError::TooLong {
                max: ENTRY_BYTES_MAX,
            });
        }
        let (head, _) =
            postcard::take_from_bytes::<&[u8]>(&bytes).map_err(|_| DecodeError::Malformed)?;
        if head.len() > HEAD_BYTES_MAX {
            return Err(DecodeError::TooLong {
                max: HEAD_BYTES_MAX,
            });
        }
        let opening = Opening::read(head)?;
        let id = head::entry_id(head);
        Ok(Parcel {
            id,
            class: opening.class,
            second: order_second(opening.time_ms, created_second),
            author: opening.author,
            bytes,
        })
    }

    /// Where it sorts in its set.
    #[must_use]
    pub fn key(&self) -> OrderKey {
        OrderKey {
            second: self.second,
            id: self.id,
        }
    }
}
