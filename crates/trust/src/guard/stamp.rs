//! The one-shot actor: one change, one actor, bound to its author, its document and its content.
//! Two contents are two actors, so a clone, a restored backup or a liar only ever makes ordinary
//! concurrent changes, and nobody can write under another's actor.

use sha2::{Digest, Sha256};

use super::Bad;
use super::limits::ACTOR_BYTES;
use super::outline::{CHECKED_FROM, CHECKSUM_AT, Outline, measure};
use crate::domains;
use crate::ids::{DeviceId, DocId};

/// The bytes of a one-shot actor.
pub type ActorBytes = [u8; ACTOR_BYTES];

/// The only actor this author may use for this change in this document.
pub(crate) fn actor_for(
    author: &DeviceId,
    document: &DocId,
    raw: &[u8],
    outline: &Outline,
) -> ActorBytes {
    let mut hasher = blake3::Hasher::new_derive_key(domains::ONE_SHOT_ACTOR);
    hasher.update(&author.0);
    hasher.update(&document.to_bytes());
    hasher.update(&raw[outline.body_at..outline.actor_at]);
    hasher.update(&[0; ACTOR_BYTES]);
    hasher.update(&raw[outline.actor_at + ACTOR_BYTES..]);
    let mut actor = [0; ACTOR_BYTES];
    hasher.finalize_xof().fill(&mut actor);
    actor
}

/// Writes the one-shot actor and the checksum into a raw change committed under any 16-byte actor
/// (the zero actor, by habit), after which [`judge`](super::judge) takes it from `author` for
/// `document`. Errors if the change breaks a bound: it must not be sent.
pub fn stamp(author: &DeviceId, document: &DocId, raw: &mut [u8]) -> Result<(), Bad> {
    let outline = measure(raw)?;
    let actor = actor_for(author, document, raw, &outline);
    raw[outline.actor_at..outline.actor_at + ACTOR_BYTES].copy_from_slice(&actor);
    let hash = Sha256::digest(&raw[CHECKED_FROM..]);
    raw[CHECKSUM_AT..CHECKED_FROM].copy_from_slice(&hash[..CHECKED_FROM - CHECKSUM_AT]);
    Ok(())
}
