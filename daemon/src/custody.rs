//! From a signed entry to the bytes the store keeps, and back, byte for byte. The store knows nothing
//! of entries, and `trust` nothing of the disk: this is the one place that knows both.

use std::collections::BTreeMap;

use beffroi_store::{LeafBytes, NewEntry, Store, StoreError, StoredEntry, StoredLeaves};
use beffroi_trust::{
    Body, Checked, DocId, Entry, EntryId, Head, Leaf, OpenError, Parcel, Payload, RingKeys, Slot,
    open_leaf_alone,
};
use bytes::Bytes;

/// Bytes of the signature, then of the nonce, before the slot of each leaf.
const SIGNATURE_BYTES: usize = 64;
const NONCE_BYTES: usize = 16;
/// Bytes of the mark that stands for a leaf that is gone: its size and its hash.
const MARK_BYTES: usize = 4 + 32;
/// Entries read at a time: an answer to a peer seldom holds more.
const LOAD_GROUP: usize = 64;

/// What the store gave back is no entry: a frame with a good checksum and a bad content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored entry cannot be put together again")]
pub(crate) struct Torn;

/// The row of the store for an entry. `received_ms` is this post's own clock.
#[must_use]
pub(crate) fn row(checked: &Checked, created_second: u32, received_ms: u64) -> NewEntry {
    let entry = checked.entry();
    NewEntry {
        id: checked.id().0,
        set: checked.class().into(),
        second: checked.key(created_second).second,
        head: head_bytes(entry),
        leaves: entry.body.leaves.iter().map(leaf_bytes).collect(),
        received_ms,
        records: Vec::new(),
    }
}

/// Signature ‖ nonce ‖ number of leaves (u16, little endian) ‖ slot of each leaf ‖ signed head.
fn head_bytes(entry: &Entry) -> Vec<u8> {
    let leaves = &entry.body.leaves;
    let count = u16::try_from(leaves.len()).unwrap_or(u16::MAX);
    let mut bytes =
        Vec::with_capacity(SIGNATURE_BYTES + NONCE_BYTES + 2 + leaves.len() + entry.head.len());
    bytes.extend_from_slice(&entry.signature);
    bytes.extend_from_slice(&entry.body.nonce);
    bytes.extend_from_slice(&count.to_le_bytes());
    bytes.extend(leaves.iter().map(Leaf::slot));
    bytes.extend_from_slice(&entry.head);
    bytes
}

fn leaf_bytes(leaf: &Leaf) -> LeafBytes {
    match leaf {
        Leaf::Here { bytes, .. } => LeafBytes::Here(bytes.to_vec()),
        Leaf::Gone { size, hash, .. } => {
            let mut mark = size.to_le_bytes().to_vec();
            mark.extend_from_slice(hash);
            LeafBytes::Gone(mark)
        }
    }
}

/// The mark that stands for a leaf of these bytes once they are gone.
pub(crate) fn mark(bytes: &[u8]) -> Vec<u8> {
    let gone = Leaf::Here {
        slot: 0,
        bytes: Bytes::copy_from_slice(bytes),
    };
    let (LeafBytes::Here(mark) | LeafBytes::Gone(mark)) = leaf_bytes(&gone.forgotten());
    mark
}

/// The slot of a leaf: its kind, its ring and the key that seals it.
pub(crate) fn slot_of(stored: &StoredLeaves, number: u8) -> Option<Slot> {
    let front = Front::read(&stored.head).ok()?;
    let slot = *front.slots.get(usize::from(number))?;
    let head = Head::decode(front.head).ok()?;
    head.slots.get(usize::from(slot)).copied()
}

/// What stands before the leaves of a row.
struct Front<'a> {
    signature: &'a [u8; SIGNATURE_BYTES],
    nonce: &'a [u8; NONCE_BYTES],
    slots: &'a [u8],
    head: &'a [u8],
}

impl Front<'_> {
    fn read(bytes: &[u8]) -> Result<Front<'_>, Torn> {
        let (signature, rest) = bytes.split_first_chunk().ok_or(Torn)?;
        let (nonce, rest) = rest.split_first_chunk().ok_or(Torn)?;
        let (count, rest) = rest.split_first_chunk::<2>().ok_or(Torn)?;
        let count = u16::from_le_bytes(*count).into();
        let (slots, head) = rest.split_at_checked(count).ok_or(Torn)?;
        Ok(Front {
            signature,
            nonce,
            slots,
            head,
        })
    }
}

/// Some leaves of an entry, found valid when it came in.
pub(crate) struct Part {
    pub(crate) entry: EntryId,
    pub(crate) head: Head,
    nonce: [u8; NONCE_BYTES],
    leaves: Vec<(u8, Leaf)>,
}

impl Part {
    fn read(stored: &StoredLeaves) -> Result<Part, Torn> {
        let front = Front::read(&stored.head)?;
        let leaf = |(number, bytes): &(u8, LeafBytes)| {
            let slot = front.slots.get(usize::from(*number)).ok_or(Torn)?;
            Ok((*number, leaf(*slot, bytes)?))
        };
        Ok(Part {
            entry: EntryId(stored.id),
            head: Head::decode(front.head).map_err(|_| Torn)?,
            nonce: *front.nonce,
            leaves: stored.leaves.iter().map(leaf).collect::<Result<_, _>>()?,
        })
    }

    /// Opens a leaf: its document and its payload.
    pub(crate) fn open(&self, number: u8, keys: &RingKeys) -> Result<(DocId, Payload), OpenError> {
        let found = self.leaves.iter().find(|(of, _)| *of == number);
        let (_, leaf) = found.ok_or(OpenError::NoLeaf)?;
        open_leaf_alone(&self.head, &self.nonce, number.into(), leaf, keys)
    }
}

/// Reads some leaves of entries. What cannot be read is left out and said.
pub(crate) fn parts(store: &dyn Store, wanted: &BTreeMap<EntryId, Vec<u8>>) -> Vec<Part> {
    let wanted: Vec<_> = wanted
        .iter()
        .map(|(id, leaves)| (id.0, leaves.clone()))
        .collect();
    let stored = match store.leaves(&wanted) {
        Ok(stored) => stored,
        Err(error) => {
            tracing::error!(%error, "entries cannot be read");
            return Vec::new();
        }
    };
    let read = |stored: StoredLeaves| {
        Part::read(&stored)
            .inspect_err(|error| {
                tracing::error!(%error, entry = %EntryId(stored.id), "a stored entry is unreadable");
            })
            .ok()
    };
    stored.into_iter().flatten().filter_map(read).collect()
}

/// The entry of a row.
pub(crate) fn entry(stored: &StoredEntry) -> Result<Entry, Torn> {
    let Front {
        signature,
        nonce,
        slots,
        head,
    } = Front::read(&stored.head)?;
    if slots.len() != stored.leaves.len() {
        return Err(Torn);
    }
    let leaves = slots
        .iter()
        .zip(&stored.leaves)
        .map(|(slot, bytes)| leaf(*slot, bytes));
    Ok(Entry {
        head: Bytes::copy_from_slice(head),
        signature: *signature,
        body: Body {
            nonce: *nonce,
            leaves: leaves.collect::<Result<_, _>>()?,
        },
    })
}

fn leaf(slot: u8, bytes: &LeafBytes) -> Result<Leaf, Torn> {
    match bytes {
        LeafBytes::Here(bytes) => Ok(Leaf::Here {
            slot,
            bytes: Bytes::copy_from_slice(bytes),
        }),
        LeafBytes::Gone(mark) => {
            let mark: &[u8; MARK_BYTES] = mark.as_slice().try_into().map_err(|_| Torn)?;
            let (size, hash) = mark.split_first_chunk::<4>().ok_or(Torn)?;
            let hash = hash.try_into().map_err(|_| Torn)?;
            Ok(Leaf::Gone {
                slot,
                size: u32::from_le_bytes(*size),
                hash,
            })
        }
    }
}

/// The entry of a row, found valid when it came in: only its form is looked at again.
pub(crate) fn checked(stored: &StoredEntry) -> Result<Checked, Torn> {
    let checked = Checked::trusted(entry(stored)?).map_err(|_| Torn)?;
    if checked.id() == EntryId(stored.id) {
        Ok(checked)
    } else {
        Err(Torn)
    }
}

/// Reads entries for a peer, in the order asked, until the next would exceed `bytes_max`; one at least.
/// What cannot be read is left out: the peer asks somebody else.
pub(crate) fn load(
    store: &dyn Store,
    ids: &[EntryId],
    bytes_max: usize,
    created_second: u32,
) -> Vec<Parcel> {
    let mut parcels = Vec::new();
    let mut bytes = 0;
    for group in ids.chunks(LOAD_GROUP) {
        let keys: Vec<_> = group.iter().map(|id| id.0).collect();
        let stored = match store.entries(&keys) {
            Ok(stored) => stored,
            Err(error) => {
                tracing::error!(%error, "entries cannot be read");
                return parcels;
            }
        };
        for stored in stored.into_iter().flatten() {
            let encoded = entry(&stored).map(|entry| Bytes::from(entry.encode()));
            let parcel = encoded
                .ok()
                .and_then(|bytes| Parcel::read(bytes, created_second).ok());
            let Some(parcel) = parcel else {
                continue;
            };
            bytes += parcel.bytes.len();
            if bytes > bytes_max && !parcels.is_empty() {
                return parcels;
            }
            parcels.push(parcel);
        }
    }
    parcels
}

/// Reads entries back, found valid when they came in. One that cannot be put together is said and left
/// out: the store's own repair is for `--repair`, and neighbours have it.
pub(crate) fn read(store: &dyn Store, ids: &[EntryId]) -> Result<Vec<Checked>, StoreError> {
    let mut all = Vec::with_capacity(ids.len());
    for group in ids.chunks(LOAD_GROUP) {
        let keys: Vec<_> = group.iter().map(|id| id.0).collect();
        for stored in store.entries(&keys)?.into_iter().flatten() {
            match checked(&stored) {
                Ok(checked) => all.push(checked),
                Err(error) => {
                    tracing::error!(%error, entry = %EntryId(stored.id), "a stored entry is unreadable")
                }
            }
        }
    }
    Ok(all)
}
