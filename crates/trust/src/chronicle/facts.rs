//! What the rules read of an entry: its place in a chain, and what it asks to be allowed. No
//! payload, no signature; contents shrink to a few words, since there may be a hundred thousand.

use crate::act::Act;
use crate::body::Leaf;
use crate::check::Checked;
use crate::entry::Entry;
use crate::ids::{Class, DeviceId, EntryId, KIND_COMMAND, Ring};

/// The facts of one valid entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) id: EntryId,
    pub(crate) author: DeviceId,
    /// The Grant it is written under; the territory for a root.
    pub(crate) grant: EntryId,
    /// The author's earlier entries of the same class it names.
    pub(crate) prev: Vec<EntryId>,
    pub(crate) seq: u64,
    pub(crate) time_ms: u64,
    /// Bytes of the encoded entry, for the room of the park.
    pub(crate) bytes: usize,
    pub(crate) substance: Substance,
}

/// What an entry does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Substance {
    /// An act of this version.
    Act(Act),
    /// Payloads for some (group, ring).
    Content(Shape),
    /// Something of a newer version: carried, without effect.
    Newer(Class),
}

impl Facts {
    /// The facts of an entry found valid.
    pub(crate) fn of(checked: &Checked) -> Self {
        let substance = match (checked.act(), checked.head()) {
            (Some(act), _) => Substance::Act(act.clone()),
            (None, Some(head)) if checked.class() == Class::Content => {
                let slots = head.slots.iter().map(|slot| (slot.kind, slot.ring));
                Substance::Content(Shape::of(slots))
            }
            (None, _) => Substance::Newer(checked.class()),
        };
        let (grant, prev, seq) = match checked.head() {
            Some(head) => (head.grant, head.prev.clone(), head.seq),
            None => (EntryId([0; 32]), Vec::new(), 0),
        };
        Self {
            id: checked.id(),
            author: checked.author(),
            grant,
            prev,
            seq,
            time_ms: checked.time_ms(),
            bytes: encoded_bytes(checked.entry()),
            substance,
        }
    }

    pub(crate) fn class(&self) -> Class {
        match &self.substance {
            Substance::Act(_) => Class::Act,
            Substance::Content(_) => Class::Content,
            Substance::Newer(class) => *class,
        }
    }
}

/// About what an entry takes encoded: signature and nonce, and per leaf its bytes or its hash with
/// a few of frame.
fn encoded_bytes(entry: &Entry) -> usize {
    let leaf = |leaf: &Leaf| match leaf {
        Leaf::Here { bytes, .. } => bytes.len() + 4,
        Leaf::Gone { .. } => 37,
    };
    let leaves: usize = entry.body.leaves.iter().map(leaf).sum();
    entry.head.len() + 64 + 16 + 4 + leaves
}

/// Which group of kinds in which rings an entry of contents writes: all that roles look at.
/// Ascending and distinct, so that entries of one shape share one verdict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shape(Box<[(bool, Ring)]>);

impl Shape {
    /// The shape of slots given as (kind, ring).
    pub(crate) fn of(slots: impl IntoIterator<Item = (u8, Ring)>) -> Self {
        let mut pairs: Vec<(bool, Ring)> = slots
            .into_iter()
            .map(|(kind, ring)| (kind & KIND_COMMAND != 0, ring))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        Self(pairs.into())
    }

    /// A shape no grant permits: of entries this version cannot read.
    pub(crate) fn unreadable() -> Self {
        Self(Box::default())
    }

    /// Each (is a command kind, ring).
    pub(crate) fn parts(&self) -> &[(bool, Ring)] {
        &self.0
    }
}
