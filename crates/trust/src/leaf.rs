//! One payload of an entry: packed, sealed under a ring's key, and opened again.

use bytes::Bytes;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload as Sealing};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};

use crate::body::Leaf;
use crate::check::Checked;
use crate::domains;
use crate::head::{Head, Slot};
use crate::ids::{DeviceId, DocId, Epoch, KIND_RECORD, Ring, TerritoryId};
use crate::limits::{BODY_BYTES_MAX, PAYLOAD_BYTES_MAX};
use crate::pack;
use crate::ring_keys::{RingKeys, RingSecret};
use crate::wire;

/// What a leaf says about its document, unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// A raw Automerge change.
    Change(Bytes),
    /// An immutable record: a log line, a decision.
    Record(Bytes),
}

impl Payload {
    /// The bytes, whichever they are.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        match self {
            Payload::Change(bytes) | Payload::Record(bytes) => bytes,
        }
    }

    /// Whether documents of this kind take this sort of payload.
    #[must_use]
    pub fn fits(&self, kind: u8) -> bool {
        match self {
            Payload::Change(_) => kind & KIND_RECORD == 0,
            Payload::Record(_) => kind & KIND_RECORD != 0,
        }
    }
}

/// Why a leaf gives no payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The entry is an act, of a newer version, or has no leaf of this number.
    #[error("there is no such leaf")]
    NoLeaf,
    /// Its bytes are forgotten, or were never carried.
    #[error("the leaf is gone")]
    Gone,
    /// We hold no such key: not a reader of the ring, or the key has not come yet.
    #[error("no key of ring {ring} and epoch {epoch}")]
    NoKey {
        /// The ring.
        ring: Ring,
        /// The epoch.
        epoch: Epoch,
    },
    /// A payload of a newer version: it has no effect here.
    #[error("a newer version is in use: update this post")]
    Newer,
    /// Not sealed under the key and circumstances it states. The author's fault.
    #[error("the leaf does not open")]
    Unsealing,
    /// Opens to no item, unpacks to no payload, or to a sort its kind does not take. The author's
    /// fault.
    #[error("the leaf holds no payload of its kind")]
    Malformed,
}

impl OpenError {
    /// Whether only the author can have caused it: no carrier sees inside a leaf.
    #[must_use]
    pub fn is_authors_fault(&self) -> bool {
        match self {
            OpenError::Unsealing | OpenError::Malformed => true,
            OpenError::NoLeaf | OpenError::Gone | OpenError::NoKey { .. } | OpenError::Newer => {
                false
            }
        }
    }
}

/// The plaintext of a leaf; kind and ring come from its slot. The order is the wire format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) uuid: [u8; 16],
    pub(crate) payload: WirePayload,
}

/// A payload as it is sealed. The order is the wire format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum WirePayload {
    Change(Bytes),
    Record(Bytes),
    PackedChange(Bytes),
    PackedRecord(Bytes),
}

/// How many payload tags this version knows.
const KNOWN_TAGS: u32 = 4;

impl WirePayload {
    /// The smaller of the plain and the packed form.
    pub(crate) fn of(payload: &Payload) -> Self {
        let packed = pack::pack(payload.bytes()).map(Bytes::from);
        match (payload, packed) {
            (Payload::Change(plain), None) => Self::Change(plain.clone()),
            (Payload::Record(plain), None) => Self::Record(plain.clone()),
            (Payload::Change(_), Some(packed)) => Self::PackedChange(packed),
            (Payload::Record(_), Some(packed)) => Self::PackedRecord(packed),
        }
    }

    fn unpacked(self) -> Result<Payload, OpenError> {
        let unpack = |packed: Bytes| match pack::unpack(&packed) {
            Some(plain) => Ok(Bytes::from(plain)),
            None => Err(OpenError::Malformed),
        };
        let payload = match self {
            Self::Change(plain) => Payload::Change(plain),
            Self::Record(plain) => Payload::Record(plain),
            Self::PackedChange(packed) => Payload::Change(unpack(packed)?),
            Self::PackedRecord(packed) => Payload::Record(unpack(packed)?),
        };
        if payload.bytes().len() > PAYLOAD_BYTES_MAX {
            return Err(OpenError::Malformed);
        }
        Ok(payload)
    }
}

/// What a leaf is sealed for, so that it opens nowhere else: not under another's name, not as
/// another kind, not in another entry or place.
pub(crate) struct Circumstances<'a> {
    pub(crate) territory: &'a TerritoryId,
    pub(crate) author: &'a DeviceId,
    pub(crate) slot: &'a Slot,
    pub(crate) nonce: &'a [u8; 16],
    pub(crate) leaf_no: u64,
}

impl Circumstances<'_> {
    fn nonce(&self) -> XNonce {
        let mut nonce = [0; 24];
        nonce[..16].copy_from_slice(self.nonce);
        nonce[16..].copy_from_slice(&self.leaf_no.to_be_bytes());
        nonce.into()
    }

    fn associated_data(&self) -> Vec<u8> {
        [
            domains::LEAF_SEALING,
            &self.territory.0,
            &self.author.0,
            &[self.slot.kind],
            &self.slot.ring.to_be_bytes(),
            &self.slot.epoch.0,
        ]
        .concat()
    }

    /// The sealed bytes of an item.
    pub(crate) fn seal(&self, key: &RingSecret, item: &Item) -> Vec<u8> {
        let plain = wire::encode(item);
        #[expect(
            clippy::expect_used,
            reason = "XChaCha20-Poly1305 fails above 256 GiB only"
        )]
        XChaCha20Poly1305::new(key.bytes().into())
            .encrypt(
                &self.nonce(),
                Sealing {
                    msg: &plain,
                    aad: &self.associated_data(),
                },
            )
            .expect("a payload is small")
    }

    /// The item in sealed bytes.
    pub(crate) fn open(&self, key: &RingSecret, sealed: &[u8]) -> Result<Item, OpenError> {
        let plain = XChaCha20Poly1305::new(key.bytes().into())
            .decrypt(
                &self.nonce(),
                Sealing {
                    msg: sealed,
                    aad: &self.associated_data(),
                },
            )
            .map_err(|_| OpenError::Unsealing)?;
        let tag = plain.get(16..).unwrap_or_default();
        let (tag, _) = postcard::take_from_bytes::<u32>(tag).map_err(|_| OpenError::Malformed)?;
        if tag >= KNOWN_TAGS {
            return Err(OpenError::Newer);
        }
        let max = usize::try_from(BODY_BYTES_MAX).unwrap_or(usize::MAX);
        wire::decode(&plain, max).map_err(|_| OpenError::Malformed)
    }
}

/// Opens one leaf of a content entry: its document and its payload, unpacked. Says nothing of
/// whether the payload is good: that is the guard's verdict.
///
/// # Errors
/// See [`OpenError`]; some pass when a key arrives or the post is updated.
pub fn open_leaf(
    checked: &Checked,
    leaf_no: usize,
    keys: &RingKeys,
) -> Result<(DocId, Payload), OpenError> {
    let body = &checked.entry().body;
    let leaf = body.leaves.get(leaf_no).ok_or(OpenError::NoLeaf)?;
    let head = checked.head().ok_or(OpenError::NoLeaf)?;
    open_leaf_alone(head, &body.nonce, leaf_no, leaf, keys)
}

/// The same of a leaf that our own store gives back alone, without its neighbours: it was held against
/// the body root when its entry came in, and is sealed to its place.
///
/// # Errors
/// See [`OpenError`]; some pass when a key arrives or the post is updated.
pub fn open_leaf_alone(
    head: &Head,
    nonce: &[u8; 16],
    leaf_no: usize,
    leaf: &Leaf,
    keys: &RingKeys,
) -> Result<(DocId, Payload), OpenError> {
    let slot = head
        .slots
        .get(usize::from(leaf.slot()))
        .ok_or(OpenError::NoLeaf)?;
    let sealed = leaf.bytes().ok_or(OpenError::Gone)?;
    let key = keys.key(slot.ring, &slot.epoch).ok_or(OpenError::NoKey {
        ring: slot.ring,
        epoch: slot.epoch,
    })?;
    let item = Circumstances {
        territory: &head.territory,
        author: &head.author,
        slot,
        nonce,
        leaf_no: leaf_no as u64,
    }
    .open(key, sealed)?;
    let payload = item.payload.unpacked()?;
    if !payload.fits(slot.kind) {
        return Err(OpenError::Malformed);
    }
    let doc = DocId {
        kind: slot.kind,
        ring: slot.ring,
        uuid: item.uuid,
    };
    Ok((doc, payload))
}
