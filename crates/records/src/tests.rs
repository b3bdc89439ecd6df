//! Stories about records, and the helpers they are told with.

mod archiving;
mod caution;
mod creation;
mod editing;
mod first_change;
mod forms;
mod hostile;
mod lists;
mod machines;
mod pitfalls;
mod places;
mod properties;
mod settling;
mod stocks;
mod tables;
mod telling;
mod texts;

use std::collections::BTreeMap;

use automerge::legacy::{ElementId, Key, ObjectId, OpId, SortedVec};
use automerge::{ActorId, Automerge, Change, ChangeHash};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::document::empty;
use crate::{
    Choice, Created, Edit, Kind, Origin, Part, Record, Refused, Source, Values, Writing, create,
    edit, read, settle,
};

/// 2026-11-22T16:40:04Z, when the stories begin.
pub(crate) const START_MS: u64 = 1_795_365_604_000;

/// A seeded die (xorshift64*): the same seed, the same throws.
pub(crate) struct Seeded(u64);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 33) as usize % bound
    }
}

/// What the trust layer does to a change: replaces the zero actor by one made of its content and its author.
pub(crate) fn stamp(raw: &[u8], author: u8) -> Change {
    let change = Change::try_from(raw).unwrap();
    let mut bytes: [u8; 16] = change.hash().0[..16].try_into().unwrap();
    bytes[0] ^= author;
    let (zero, actor) = (ActorId::from([0; 16]), ActorId::from(bytes));
    assert_eq!(*change.actor_id(), zero);
    assert_eq!(change.seq(), 1);
    let named = |id: OpId| {
        if id.1 == zero {
            OpId(id.0, actor.clone())
        } else {
            id
        }
    };
    let mut expanded = change.decode();
    expanded.actor_id = actor.clone();
    for operation in &mut expanded.operations {
        operation.obj = match operation.obj.clone() {
            ObjectId::Id(id) => ObjectId::Id(named(id)),
            ObjectId::Root => ObjectId::Root,
        };
        operation.key = match operation.key.clone() {
            Key::Seq(ElementId::Id(id)) => Key::Seq(ElementId::Id(named(id))),
            other @ (Key::Map(_) | Key::Seq(ElementId::Head)) => other,
        };
        operation.pred = operation
            .pred
            .iter()
            .cloned()
            .map(named)
            .collect::<SortedVec<_>>();
    }
    Change::from(expanded)
}

/// What one post holds of one record.
#[derive(Clone)]
pub(crate) struct Post {
    pub(crate) author: u8,
    pub(crate) kind: Kind,
    pub(crate) part: Part,
    pub(crate) changes: BTreeMap<ChangeHash, Change>,
    origins: BTreeMap<[u8; 16], Origin>,
}

pub(crate) fn record_id() -> Uuid {
    Uuid::from_u128(0x019a_b000_0000_7000_8000_0000_0000_0001)
}

pub(crate) fn writing(time_ms: u64) -> Writing {
    Writing {
        time_ms,
        operation: Some(Uuid::from_u128(0x019a_a000_0000_7000_8000_0000_0000_0001)),
        number: None,
        created: Created {
            at: crate::Moment::utc(time_ms as i64).text,
            by: "import".to_owned(),
            ..Created::default()
        },
        source: Source::Manual,
    }
}

pub(crate) fn values(value: Value) -> Values {
    value.as_object().unwrap().clone().into_iter().collect()
}

impl Post {
    pub(crate) fn new(author: u8, kind: Kind) -> Self {
        Self {
            author,
            kind,
            part: Part::Shared,
            changes: BTreeMap::new(),
            origins: BTreeMap::new(),
        }
    }

    /// A post that has just created a record with these values.
    pub(crate) fn with(author: u8, kind: Kind, given: Value) -> Self {
        let mut post = Self::new(author, kind);
        let mut given = values(given);
        given
            .entry(kind.title_field().to_owned())
            .or_insert(json!("Titre"));
        post.take(&create(kind, Part::Shared, record_id(), &given, &writing(START_MS)).unwrap());
        post
    }

    /// Another post that holds the same changes.
    pub(crate) fn copied(&self, author: u8) -> Self {
        Self {
            author,
            ..self.clone()
        }
    }

    pub(crate) fn take(&mut self, raw: &[u8]) -> ChangeHash {
        let change = stamp(raw, self.author);
        let actor: [u8; 16] = change.actor_id().to_bytes().try_into().unwrap();
        let origin = Origin {
            author: [self.author; 32],
            at_ms: change.timestamp() as u64,
        };
        let hash = change.hash();
        self.origins.insert(actor, origin);
        self.changes.insert(hash, change);
        hash
    }

    /// Two posts exchange what they lack.
    pub(crate) fn meet(&mut self, other: &mut Self) {
        self.changes.extend(other.changes.clone());
        self.origins.extend(other.origins.clone());
        other.changes.extend(self.changes.clone());
        other.origins.extend(self.origins.clone());
    }

    pub(crate) fn document(&self) -> Automerge {
        let mut document = empty();
        document
            .apply_changes(self.changes.values().cloned())
            .unwrap();
        assert_eq!(
            document.get_changes_meta(&[]).len(),
            self.changes.len(),
            "a dependency is missing"
        );
        document
    }

    pub(crate) fn read(&self) -> Record {
        self.read_from(&self.document())
    }

    pub(crate) fn read_from(&self, document: &Automerge) -> Record {
        read(document, self.kind, record_id(), &|actor| {
            self.origins.get(actor).copied()
        })
    }

    pub(crate) fn heads(&self) -> Vec<ChangeHash> {
        self.document().get_heads()
    }

    pub(crate) fn try_edit_at(
        &mut self,
        heads: &[ChangeHash],
        minute: u64,
        wanted: &Edit,
    ) -> Result<Option<ChangeHash>, Refused> {
        let raw = edit(
            &self.document(),
            self.kind,
            self.part,
            heads,
            wanted,
            START_MS + minute * 60_000,
        )?;
        Ok(raw.map(|raw| self.take(&raw)))
    }

    pub(crate) fn try_edit(
        &mut self,
        minute: u64,
        wanted: &Edit,
    ) -> Result<Option<ChangeHash>, Refused> {
        self.try_edit_at(&self.heads(), minute, wanted)
    }

    pub(crate) fn edit(&mut self, minute: u64, wanted: &Edit) -> ChangeHash {
        self.try_edit(minute, wanted)
            .unwrap()
            .expect("the edit changes nothing")
    }

    pub(crate) fn set(&mut self, minute: u64, field: &str, value: Value) -> ChangeHash {
        self.edit(minute, &set(field, value))
    }

    pub(crate) fn settle(
        &mut self,
        minute: u64,
        field: &str,
        seen: &[ChangeHash],
        value: Value,
    ) -> ChangeHash {
        self.try_settle(minute, field, seen, value).unwrap()
    }

    pub(crate) fn try_settle(
        &mut self,
        minute: u64,
        field: &str,
        seen: &[ChangeHash],
        value: Value,
    ) -> Result<ChangeHash, Refused> {
        let choice = Choice {
            field: field.to_owned(),
            seen: seen.to_vec(),
            value,
            has_reason: true,
        };
        let raw = settle(
            &self.document(),
            self.kind,
            self.part,
            &choice,
            START_MS + minute * 60_000,
        )?;
        Ok(self.take(&raw))
    }
}

/// An edit that sets one field, with a reason at hand.
pub(crate) fn set(field: &str, value: Value) -> Edit {
    let mut edit = Edit {
        has_reason: true,
        ..Edit::default()
    };
    edit.set.insert(field.to_owned(), value);
    edit
}

/// Two posts that each set the field, not knowing of each other, and then meet.
pub(crate) fn apart(
    kind: Kind,
    given: Value,
    field: &str,
    one: Value,
    other: Value,
) -> (Post, Post) {
    let mut alice = Post::with(1, kind, given);
    let mut bob = alice.copied(2);
    alice.set(1, field, one);
    bob.set(2, field, other);
    alice.meet(&mut bob);
    (alice, bob)
}

/// The codes of the fields a writer refused, as `field: code`.
pub(crate) fn faults<T: std::fmt::Debug>(result: Result<T, Refused>) -> Vec<String> {
    let faults = result.unwrap_err();
    faults
        .faults()
        .iter()
        .map(|fault| format!("{}: {}", fault.field, fault.code))
        .collect()
}
