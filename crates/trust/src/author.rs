//! Making entries: the one place that signs. Nothing here draws or reads a clock; nonce and time
//! are arguments.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use bytes::Bytes;

use crate::act::Act;
use crate::body::{Body, Leaf};
use crate::domains;
use crate::entry::Entry;
use crate::head::{HEAD_VERSION, Head, Slot};
use crate::ids::{Class, DeviceId, DocId, EntryId, Epoch, Ring, TerritoryId};
use crate::keys::Signer;
use crate::leaf::{Circumstances, Item, Payload, WirePayload};
use crate::limits::{BODY_BYTES_MAX, LEAVES_MAX, PAYLOAD_BYTES_MAX, PREV_MAX, SLOTS_MAX};
use crate::ring_keys::{RingKeys, RingSecret};
use crate::wire::DecodeError;

/// Leaves a writer puts in one entry. More are valid, but a hundred already share the cost of head
/// and signature down to three bytes each, and an entry is resent whole when a link breaks.
pub const LEAVES_WRITTEN_MAX: usize = 100;

/// Bytes sealing adds to a payload that does not shrink: id, tag and length, authentication.
const LEAF_OVERHEAD_BYTES: usize = 16 + 4 + 16;

/// Where an entry is put: under which right, after what, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The territory.
    pub territory: TerritoryId,
    /// The author's Grant; for a root, [`EntryId::of_territory`].
    pub grant: EntryId,
    /// The author's tips of the same class, in any order. Of more than [`PREV_MAX`] the lowest are
    /// cited; the next entries heal the rest.
    pub prev: Vec<EntryId>,
    /// 1 + the greatest seq of the tips.
    pub seq: u64,
    /// The author's clock, in milliseconds since 1970.
    pub time_ms: u64,
}

/// Why an entry was not made. Nothing is signed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthorError {
    /// The act breaks a limit of the format: write several.
    #[error("the act is {0}: write several smaller ones")]
    Act(DecodeError),
    /// No payload was given.
    #[error("an entry carries at least one payload")]
    Empty,
    /// More payloads than [`LEAVES_MAX`], or more (kind, ring) than [`SLOTS_MAX`].
    #[error("too many payloads for one entry: write several, as `batches` proposes")]
    TooMany,
    /// The sealed payloads exceed [`BODY_BYTES_MAX`].
    #[error("the payloads are too large for one entry: write several, as `batches` proposes")]
    TooLarge,
    /// One payload exceeds [`PAYLOAD_BYTES_MAX`] before packing.
    #[error("payload {index} has more than {PAYLOAD_BYTES_MAX} bytes: make the change smaller")]
    PayloadTooLarge {
        /// Which one, from 0.
        index: usize,
    },
    /// A change for a kind of records, or the reverse.
    #[error("payload {index} is of the wrong sort for its kind")]
    WrongPayload {
        /// Which one, from 0.
        index: usize,
    },
    /// No epoch was chosen for the ring, or its key is not held.
    #[error("no key to write to ring {ring} with: wait until a coordinator hands one out")]
    NoKey {
        /// The ring.
        ring: Ring,
    },
}

/// Signs one act.
///
/// # Errors
/// When the act breaks a limit.
pub fn act(signer: &Signer, position: &Position, act: &Act) -> Result<Entry, AuthorError> {
    let bytes = act.encode();
    Act::decode(&bytes).map_err(AuthorError::Act)?;
    let body = Body::of_act(bytes);
    Ok(sign(signer, position, Class::Act, Vec::new(), body))
}

/// Packs, seals and signs payloads as one entry, leaves in the order given. `nonce` must be drawn
/// for this call alone: with a key, it seals one entry ever. `epochs` names the key to write to
/// each ring with ([`RingKeys::write_epoch`]).
///
/// # Errors
/// When the payloads break a limit, do not fit their kinds, or a ring's key is missing.
pub fn content(
    signer: &Signer,
    position: &Position,
    nonce: [u8; 16],
    items: &[(DocId, Payload)],
    epochs: &BTreeMap<Ring, Epoch>,
    keys: &RingKeys,
) -> Result<Entry, AuthorError> {
    bound(items)?;
    let slots = slots_of(items, epochs, keys)?;
    let author = signer.id();
    let mut leaves = Vec::with_capacity(items.len());
    for (leaf_no, (doc, payload)) in (0..).zip(items) {
        let place = slots
            .iter()
            .position(|(slot, _)| (slot.kind, slot.ring) == (doc.kind, doc.ring));
        let (slot_no, (slot, key)) = place
            .and_then(|n| Some((u8::try_from(n).ok()?, slots.get(n)?)))
            .ok_or(AuthorError::NoKey { ring: doc.ring })?;
        let sealed = Circumstances {
            territory: &position.territory,
            author: &author,
            slot,
            nonce: &nonce,
            leaf_no,
        }
        .seal(
            key,
            &Item {
                uuid: doc.uuid,
                payload: WirePayload::of(payload),
            },
        );
        leaves.push(Leaf::Here {
            slot: slot_no,
            bytes: Bytes::from(sealed),
        });
    }
    let body = Body { nonce, leaves };
    if body.size() > u64::from(BODY_BYTES_MAX) {
        return Err(AuthorError::TooLarge);
    }
    let slots = slots.into_iter().map(|(slot, _)| slot).collect();
    Ok(sign(signer, position, Class::Content, slots, body))
}

/// Cuts many payloads into runs that [`content`] takes: at most [`LEAVES_WRITTEN_MAX`] leaves and
/// one payload per document each, inside every limit even if nothing packs smaller.
#[must_use]
pub fn batches(items: &[(DocId, Payload)]) -> Vec<Range<usize>> {
    let limit = usize::try_from(BODY_BYTES_MAX).unwrap_or(usize::MAX);
    let mut runs: Vec<Range<usize>> = Vec::new();
    let (mut docs, mut slots, mut bytes) = (BTreeSet::new(), BTreeSet::new(), 0);
    for (n, (doc, payload)) in items.iter().enumerate() {
        let size = payload.bytes().len() + LEAF_OVERHEAD_BYTES;
        let slot_is_new = !slots.contains(&(doc.kind, doc.ring));
        let full = docs.len() == LEAVES_WRITTEN_MAX
            || docs.contains(doc)
            || (slot_is_new && slots.len() == SLOTS_MAX)
            || bytes + size > limit;
        match runs.last_mut() {
            Some(run) if !full => run.end = n + 1,
            Some(_) | None => {
                runs.push(n..n + 1);
                (docs, slots, bytes) = (BTreeSet::new(), BTreeSet::new(), 0);
            }
        }
        docs.insert(*doc);
        slots.insert((doc.kind, doc.ring));
        bytes += size;
    }
    runs
}

fn bound(items: &[(DocId, Payload)]) -> Result<(), AuthorError> {
    if items.is_empty() {
        return Err(AuthorError::Empty);
    }
    if items.len() > LEAVES_MAX {
        return Err(AuthorError::TooMany);
    }
    for (index, (doc, payload)) in items.iter().enumerate() {
        if payload.bytes().len() > PAYLOAD_BYTES_MAX {
            return Err(AuthorError::PayloadTooLarge { index });
        }
        if !payload.fits(doc.kind) {
            return Err(AuthorError::WrongPayload { index });
        }
    }
    Ok(())
}

/// The distinct (kind, ring), ascending, each with the key its leaves are sealed with.
fn slots_of<'k>(
    items: &[(DocId, Payload)],
    epochs: &BTreeMap<Ring, Epoch>,
    keys: &'k RingKeys,
) -> Result<Vec<(Slot, &'k RingSecret)>, AuthorError> {
    let used: BTreeSet<(u8, Ring)> = items.iter().map(|(doc, _)| (doc.kind, doc.ring)).collect();
    if used.len() > SLOTS_MAX {
        return Err(AuthorError::TooMany);
    }
    used.into_iter()
        .map(|(kind, ring)| {
            let epoch = *epochs.get(&ring).ok_or(AuthorError::NoKey { ring })?;
            let key = keys.key(ring, &epoch).ok_or(AuthorError::NoKey { ring })?;
            Ok((Slot { kind, ring, epoch }, key))
        })
        .collect()
}

fn sign(signer: &Signer, position: &Position, class: Class, slots: Vec<Slot>, body: Body) -> Entry {
    let author: DeviceId = signer.id();
    let mut prev = position.prev.clone();
    prev.sort_unstable();
    prev.dedup();
    prev.truncate(PREV_MAX);
    let head = Head {
        v: HEAD_VERSION,
        class,
        territory: position.territory,
        author,
        time_ms: position.time_ms,
        grant: position.grant,
        prev,
        seq: position.seq,
        slots,
        // Callers bound the body far below 4 GiB.
        size: u32::try_from(body.size()).unwrap_or(u32::MAX),
        body: body.root(),
    }
    .encode();
    Entry {
        signature: signer.sign(domains::ENTRY_SIGNATURE, &head),
        head: head.into(),
        body,
    }
}
