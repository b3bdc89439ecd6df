//! Is an entry valid on its own? The first of the three verdicts: it looks at the entry, the
//! territory and constants, so it is the same at every post for ever.

use std::collections::BTreeSet;

use crate::act::Act;
use crate::body::{Body, Leaf};
use crate::domains;
use crate::entry::Entry;
use crate::head::{HEAD_VERSION, Head, Opening};
use crate::ids::{Class, DeviceId, EntryId, OrderKey, TerritoryId, order_second};
use crate::keys;
use crate::limits::{ACT_BYTES_MAX, BODY_BYTES_MAX, LEAVES_MAX, PREV_MAX, SLOTS_MAX};
use crate::wire::DecodeError;

/// Why an entry is not valid. Whoever sent it is at fault: he checked it before passing it on, or
/// should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// The head cannot be read.
    #[error("the head is {0}")]
    Head(DecodeError),
    /// Written for another territory.
    #[error("the entry belongs to another territory")]
    Territory,
    /// More tips than [`PREV_MAX`], or not ascending.
    #[error("the tips are not an ascending list of at most {PREV_MAX}")]
    Prev,
    /// An act with slots, or content with none, too many, or one (kind, ring) twice.
    #[error("the slots do not fit the class")]
    Slots,
    /// None or too many, one in a slot that is not there, or a slot without leaf.
    #[error("the leaf list does not fit the slots")]
    Leaves,
    /// The leaves do not sum to the size in the head, or exceed [`BODY_BYTES_MAX`].
    #[error("the leaf sizes do not add up")]
    Size,
    /// The body is not the one that was signed.
    #[error("the body root differs from the head's")]
    BodyRoot,
    /// An act whose one leaf is gone, or under a nonce, or is no act.
    #[error("the act is not well formed")]
    Act,
    /// Not signed by its author.
    #[error("the signature is not the author's")]
    Signature,
}

/// An entry found valid on its own. There is no other way to hold one, so a function that takes it
/// need not ask again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    id: EntryId,
    opening: Opening,
    head: Option<Head>,
    act: Option<Act>,
    entry: Entry,
}

/// The verdict on an entry from anywhere. Cheap tests come first, the signature last.
///
/// # Errors
/// The first rule the entry breaks.
pub fn check(entry: &Entry, territory: &TerritoryId) -> Result<Checked, Invalid> {
    let checked = Checked::trusted(entry.clone())?;
    if checked.opening.territory != *territory {
        return Err(Invalid::Territory);
    }
    let author = &checked.opening.author;
    if !keys::verifies(
        author,
        domains::ENTRY_SIGNATURE,
        &entry.head,
        &entry.signature,
    ) {
        return Err(Invalid::Signature);
    }
    Ok(checked)
}

impl Checked {
    /// The verdict on an entry read back from our own store, which checked it before it was stored
    /// and frames and sums what it keeps: everything but territory and signature.
    ///
    /// # Errors
    /// The first rule the entry breaks. For a stored entry: the store is damaged.
    pub fn trusted(entry: Entry) -> Result<Self, Invalid> {
        let opening = Opening::read(&entry.head).map_err(Invalid::Head)?;
        bound_leaves(&entry.body)?;
        let (head, act) = if opening.v == HEAD_VERSION {
            let head = Head::decode(&entry.head).map_err(Invalid::Head)?;
            let act = match head.class {
                Class::Act => act_of(&head, &entry.body)?,
                Class::Content => {
                    fit_slots(&head, &entry.body)?;
                    None
                }
            };
            bind_body(&head, &entry.body)?;
            (Some(head), act)
        } else {
            (None, None)
        };
        Ok(Self {
            id: entry.id(),
            opening,
            head,
            act,
            entry,
        })
    }

    /// The entry's id.
    #[must_use]
    pub fn id(&self) -> EntryId {
        self.id
    }

    /// Which set and chain it belongs to.
    #[must_use]
    pub fn class(&self) -> Class {
        self.opening.class
    }

    /// Who signed it.
    #[must_use]
    pub fn author(&self) -> DeviceId {
        self.opening.author
    }

    /// The territory it was written for.
    #[must_use]
    pub fn territory(&self) -> TerritoryId {
        self.opening.territory
    }

    /// The author's clock, in milliseconds since 1970.
    #[must_use]
    pub fn time_ms(&self) -> u64 {
        self.opening.time_ms
    }

    /// Where it sorts in its set.
    #[must_use]
    pub fn key(&self, created_second: u32) -> OrderKey {
        OrderKey {
            second: order_second(self.opening.time_ms, created_second),
            id: self.id,
        }
    }

    /// The head, or `None` when it is of a newer version: the entry is in the set, without effect.
    #[must_use]
    pub fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    /// The act, or `None` for content and for an act of a newer version, which has no effect.
    #[must_use]
    pub fn act(&self) -> Option<&Act> {
        self.act.as_ref()
    }

    /// Whether something in it is of a newer version, to be said on screen.
    #[must_use]
    pub fn is_newer(&self) -> bool {
        match self.class() {
            Class::Act => self.act.is_none(),
            Class::Content => self.head.is_none(),
        }
    }

    /// The entry.
    #[must_use]
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Gives the entry back.
    #[must_use]
    pub fn into_entry(self) -> Entry {
        self.entry
    }
}

/// What holds for a body of any version.
fn bound_leaves(body: &Body) -> Result<(), Invalid> {
    if body.leaves.is_empty() || body.leaves.len() > LEAVES_MAX {
        return Err(Invalid::Leaves);
    }
    if body.size() > u64::from(BODY_BYTES_MAX) {
        return Err(Invalid::Size);
    }
    Ok(())
}

/// That the head's list, size and root are those of this body.
fn bind_body(head: &Head, body: &Body) -> Result<(), Invalid> {
    if head.prev.len() > PREV_MAX || !head.prev.is_sorted_by(|a, b| a < b) {
        return Err(Invalid::Prev);
    }
    if u64::from(head.size) != body.size() {
        return Err(Invalid::Size);
    }
    if head.body != body.root() {
        return Err(Invalid::BodyRoot);
    }
    Ok(())
}

fn fit_slots(head: &Head, body: &Body) -> Result<(), Invalid> {
    let distinct: BTreeSet<_> = head
        .slots
        .iter()
        .map(|slot| (slot.kind, slot.ring))
        .collect();
    if head.slots.is_empty() || head.slots.len() > SLOTS_MAX || distinct.len() != head.slots.len() {
        return Err(Invalid::Slots);
    }
    let used: BTreeSet<u8> = body.leaves.iter().map(Leaf::slot).collect();
    let all = (0..).take(head.slots.len());
    if !used.into_iter().eq(all) {
        return Err(Invalid::Leaves);
    }
    Ok(())
}

fn act_of(head: &Head, body: &Body) -> Result<Option<Act>, Invalid> {
    if !head.slots.is_empty() {
        return Err(Invalid::Slots);
    }
    match body.leaves.as_slice() {
        [Leaf::Here { slot: 0, bytes }]
            if body.nonce == [0; 16] && bytes.len() <= ACT_BYTES_MAX =>
        {
            Act::decode(bytes).map_err(|_| Invalid::Act)
        }
        _ => Err(Invalid::Act),
    }
}
