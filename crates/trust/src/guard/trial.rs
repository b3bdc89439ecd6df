//! Tries a change: on the document made of its causal past alone for the verdict, then on the
//! live one. Every call into Automerge with foreign bytes is made here, with panics contained.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{ActorId, Automerge, Change, ChangeHash, ReadDoc};

use super::limits::ACTOR_BYTES;
use super::outline::{Outline, outline};
use super::stamp::actor_for;
use super::{ActorBytes, Bad};
use crate::ids::{DeviceId, DocId};

/// An empty document under the zero actor, which `stamp` replaces in every change committed under
/// it. The only place of this crate that makes one from nothing.
#[expect(
    clippy::disallowed_methods,
    reason = "the random actor drawn inside is replaced at once and never read"
)]
pub fn blank() -> Automerge {
    Automerge::new().with_actor(ActorId::from(ActorBytes::default()))
}

/// The verdict on a change: a function of the change and its causal past, never of what else this
/// post holds. `holding` must contain that past and may contain more; `time_ms` is the time of the
/// entry that carries the change. [`Bad::MissingDeps`] means "not yet"; any other error is final.
pub fn judge(
    holding: &Automerge,
    author: &DeviceId,
    document: &DocId,
    time_ms: u64,
    raw: &[u8],
) -> Result<Change, Bad> {
    let outline = outline(raw)?;
    bound_to(&outline, raw, author, document, time_ms)?;
    let deps = outline.change_deps();
    let past = contained(|| {
        let mut last = 0;
        for dep in &deps {
            let dep = holding.get_change_by_hash(dep).ok_or(Bad::MissingDeps)?;
            last = last.max(dep.max_op());
        }
        follows(&outline, last)?;
        holding.fork_at(&deps).map_err(|_| Bad::MissingDeps)
    })?;
    let change = decode(raw, &outline)?;
    try_in_past(&past, &change).map(|_| change)
}

/// A change that was judged sound, joined to a copy of the live document. An error is no verdict on
/// the change but a fault of Automerge: the document must be frozen as it was.
pub fn merge(live: &Automerge, change: &Change) -> Result<Automerge, Bad> {
    contained(|| onto(live, std::slice::from_ref(change)))
}

/// [`merge`] for many changes at once.
pub(crate) fn join(live: &Automerge, changes: &[Change]) -> Result<Automerge, Bad> {
    contained(|| onto(live, changes))
}

/// Sound changes applied together, without saving and loading: each passed that on its own.
pub(crate) fn apply_all(document: &Automerge, changes: &[Change]) -> Result<Automerge, Bad> {
    contained(|| applied(document, changes))
}

/// Whether the change is what `author` could write into `document` in an entry of this time.
pub(crate) fn bound_to(
    outline: &Outline,
    raw: &[u8],
    author: &DeviceId,
    document: &DocId,
    time_ms: u64,
) -> Result<(), Bad> {
    if actor_for(author, document, raw, outline) != outline.actor {
        return Err(Bad::Actor);
    }
    if i64::try_from(time_ms) != Ok(outline.time_ms) {
        return Err(Bad::Time);
    }
    Ok(())
}

/// Whether the change numbers its operations right after `last`, the highest it builds on.
pub(crate) fn follows(outline: &Outline, last: u64) -> Result<(), Bad> {
    if Some(outline.start_operation) == last.checked_add(1) {
        Ok(())
    } else {
        Err(Bad::StartOperation)
    }
}

/// Decodes a change whose outline holds.
pub(crate) fn decode(raw: &[u8], outline: &Outline) -> Result<Change, Bad> {
    contained(|| {
        let change = Change::from_bytes(raw.to_vec()).map_err(|_| Bad::Undecodable)?;
        if change.len() as u64 != outline.operations {
            return Err(Bad::Operations);
        }
        if change.hash().0 != outline.hash {
            return Err(Bad::Undecodable);
        }
        Ok(change)
    })
}

/// Tries a change on `past`, which must be exactly its causal past: the changes it builds on are
/// the heads of `past`, none named twice, none the ancestor of another. Returns past and change as
/// one document.
pub(crate) fn try_in_past(past: &Automerge, change: &Change) -> Result<Automerge, Bad> {
    contained(|| {
        let mut deps = change.deps().to_vec();
        deps.sort();
        if deps != sorted_heads(past) {
            return Err(Bad::Deps);
        }
        onto(past, std::slice::from_ref(change))
    })
}

/// The heads of a document, ascending.
pub(crate) fn sorted_heads(document: &Automerge) -> Vec<ChangeHash> {
    let mut heads = document.get_heads();
    heads.sort();
    heads
}

/// Applies, then saves and loads again: some changes are taken in silence and make a document that
/// cannot be loaded.
fn onto(document: &Automerge, changes: &[Change]) -> Result<Automerge, Bad> {
    let tried = applied(document, changes)?;
    match Automerge::load(&tried.save_nocompress()) {
        Ok(loaded) if sorted_heads(&loaded) == sorted_heads(&tried) => Ok(tried),
        Ok(_) | Err(_) => Err(Bad::Corrupt),
    }
}

fn applied(document: &Automerge, changes: &[Change]) -> Result<Automerge, Bad> {
    let mut tried = document.clone();
    tried
        .apply_changes(changes.iter().cloned())
        .map_err(|_| Bad::Apply)?;
    let held = document.stats().num_changes;
    if tried.stats().num_changes != held + changes.len() as u64 {
        return Err(Bad::Apply);
    }
    Ok(tried)
}

/// Runs Automerge on foreign bytes. A panic drops what it was building; the documents it was given
/// are only read, and it holds no lock and no global, so nothing half done is left behind.
pub(super) fn contained<T>(work: impl FnOnce() -> Result<T, Bad>) -> Result<T, Bad> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Bad::Panic))
}

const _: () = assert!(
    ACTOR_BYTES == 16,
    "the rules fix one-shot actors at 16 bytes"
);
