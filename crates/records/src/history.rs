//! The history of a record: who changed what, when, and what stood there before.

use std::collections::{BTreeMap, BTreeSet};

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType};
use automerge::{Automerge, Change, ChangeHash};
use serde_json::Value;

use crate::document::{Raw, plain_owned};
use crate::field::Rule;
use crate::kind::Kind;
use crate::read::Origins;
use crate::record::Origin;

/// One change of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryItem {
    /// The change.
    pub change: ChangeHash,
    /// Who made it, and when by his own claim.
    pub origin: Origin,
    /// What it touched, in byte order of the names.
    pub touched: Vec<Touched>,
}

/// What a change did to one field, one member of a set or one entry of a ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Touched {
    /// The field; for a key no table knows, the key.
    pub field: String,
    /// The member or the entry's id, in sets and ledgers.
    pub member: Option<String>,
    /// What it did.
    pub what: What,
}

/// What a change did.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Wrote a value over others; several when it settled a conflict, none when the field held nothing.
    Wrote {
        /// The values it covered.
        before: Vec<Value>,
        /// What it wrote; `Null` when it cleared the field.
        after: Value,
    },
    /// Added a member to a set.
    Added,
    /// Removed a member from a set, or a foreign writer deleted a key.
    Removed,
    /// Changed a text.
    Typed {
        /// The characters it inserted, in order of typing.
        inserted: String,
        /// How many characters it deleted.
        deleted: usize,
    },
}

/// The changes of a record: causes before effects, and by claimed time among changes that did not know each other.
pub fn history(document: &Automerge, kind: Kind, origins: Origins<'_>) -> Vec<HistoryItem> {
    let mut walk = Walk {
        kind,
        values: BTreeMap::new(),
        texts: BTreeMap::new(),
    };
    ordered(document.get_changes(&[]), origins)
        .into_iter()
        .map(|(change, origin)| HistoryItem {
            change: change.hash(),
            origin,
            touched: walk.touched(&change),
        })
        .collect()
}

/// The changes that someone who saw these heads has not seen.
pub fn history_since(
    document: &Automerge,
    kind: Kind,
    heads: &[ChangeHash],
    origins: Origins<'_>,
) -> Vec<HistoryItem> {
    let unseen: BTreeSet<ChangeHash> = document
        .get_changes(heads)
        .iter()
        .map(Change::hash)
        .collect();
    let mut items = history(document, kind, origins);
    items.retain(|item| unseen.contains(&item.change));
    items
}

fn ordered(changes: Vec<Change>, origins: Origins<'_>) -> Vec<(Change, Origin)> {
    let present: BTreeSet<ChangeHash> = changes.iter().map(Change::hash).collect();
    let mut waiting: BTreeMap<ChangeHash, (usize, Change, Origin)> = BTreeMap::new();
    let mut effects: BTreeMap<ChangeHash, Vec<ChangeHash>> = BTreeMap::new();
    let mut ready: BTreeSet<(u64, ChangeHash)> = BTreeSet::new();
    for change in changes {
        let hash = change.hash();
        let known = <[u8; 16]>::try_from(change.actor_id().to_bytes())
            .ok()
            .and_then(|actor| origins(&actor));
        let origin = known.unwrap_or_else(|| Origin {
            author: [0; 32],
            at_ms: u64::try_from(change.timestamp()).unwrap_or(0),
        });
        let causes: Vec<ChangeHash> = change
            .deps()
            .iter()
            .copied()
            .filter(|dep| present.contains(dep))
            .collect();
        if causes.is_empty() {
            ready.insert((origin.at_ms, hash));
        }
        for cause in &causes {
            effects.entry(*cause).or_default().push(hash);
        }
        waiting.insert(hash, (causes.len(), change, origin));
    }
    let mut ordered = Vec::with_capacity(waiting.len());
    while let Some((_, hash)) = ready.pop_first() {
        for effect in effects.remove(&hash).unwrap_or_default() {
            if let Some((causes, _, origin)) = waiting.get_mut(&effect) {
                *causes -= 1;
                if *causes == 0 {
                    ready.insert((origin.at_ms, effect));
                }
            }
        }
        if let Some((_, change, origin)) = waiting.remove(&hash) {
            ordered.push((change, origin));
        }
    }
    ordered
}

/// What earlier operations wrote, so that a later one can tell what it covered.
struct Walk {
    kind: Kind,
    values: BTreeMap<OpId, Value>,
    texts: BTreeMap<OpId, String>,
}

impl Walk {
    fn touched(&mut self, change: &Change) -> Vec<Touched> {
        let mut touched: BTreeMap<String, What> = BTreeMap::new();
        // Operations of this change under one key cover one another: only the first tells what stood there before.
        let mut written_here: BTreeSet<OpId> = BTreeSet::new();
        for (counter, operation) in (change.start_op().get()..).zip(change.decode().operations) {
            let own = OpId::new(counter, change.actor_id());
            match (&operation.obj, &operation.key) {
                (ObjectId::Root, Key::Map(key)) => {
                    let key = key.to_string();
                    let what = self.at_root(&key, &own, &operation, &written_here);
                    written_here.insert(own);
                    let merged = match (touched.remove(&key), what) {
                        (Some(What::Wrote { before, .. }), What::Wrote { after, .. }) => {
                            What::Wrote { before, after }
                        }
                        (Some(_) | None, what) => what,
                    };
                    touched.insert(key, merged);
                }
                (ObjectId::Id(object), _) => {
                    if let Some(key) = self.texts.get(object) {
                        type_into(
                            touched.entry(key.clone()).or_insert_with(nothing_typed),
                            &operation,
                        );
                    }
                }
                (ObjectId::Root, Key::Seq(_)) => {}
            }
        }
        touched
            .into_iter()
            .map(|(key, what)| self.named(key, what))
            .collect()
    }

    fn at_root(
        &mut self,
        key: &str,
        own: &OpId,
        operation: &Op,
        written_here: &BTreeSet<OpId>,
    ) -> What {
        let (name, member) = self.split(key);
        let is_set = self
            .kind
            .field(name)
            .is_some_and(|field| field.rule == Rule::Set)
            && member.is_some();
        match &operation.action {
            OpType::Put(_) if is_set => What::Added,
            OpType::Put(scalar) => {
                let shape = self.kind.field(name).map(|field| field.shape);
                let after = Raw::Scalar(plain_owned(scalar)).value(shape);
                let mut before = Vec::new();
                for covered in operation
                    .pred
                    .iter()
                    .filter(|covered| !written_here.contains(covered))
                {
                    let value = self.values.get(covered).cloned().unwrap_or(Value::Null);
                    if !before.contains(&value) {
                        before.push(value);
                    }
                }
                self.values.insert(own.clone(), after.clone());
                What::Wrote { before, after }
            }
            OpType::Make(_) => {
                self.texts.insert(own.clone(), key.to_owned());
                nothing_typed()
            }
            OpType::Delete | OpType::Increment(_) | OpType::MarkBegin(_) | OpType::MarkEnd(_) => {
                What::Removed
            }
        }
    }

    /// The field's name and, in sets and ledgers, the member.
    fn split<'a>(&self, key: &'a str) -> (&'a str, Option<&'a str>) {
        match key.split_once('/') {
            Some((name, member)) if self.collects(name) => (name, Some(member)),
            Some(_) | None => (key, None),
        }
    }

    fn collects(&self, name: &str) -> bool {
        self.kind
            .field(name)
            .is_some_and(|field| matches!(field.rule, Rule::Set | Rule::Ledger))
    }

    fn named(&self, key: String, what: What) -> Touched {
        let (name, member) = self.split(&key);
        Touched {
            field: name.to_owned(),
            member: member.map(str::to_owned),
            what,
        }
    }
}

fn nothing_typed() -> What {
    What::Typed {
        inserted: String::new(),
        deleted: 0,
    }
}

fn type_into(what: &mut What, operation: &Op) {
    let What::Typed { inserted, deleted } = what else {
        return;
    };
    match &operation.action {
        OpType::Put(value) => inserted.push_str(value.as_str().unwrap_or_default()),
        OpType::Delete => *deleted += 1,
        OpType::Make(_) | OpType::Increment(_) | OpType::MarkBegin(_) | OpType::MarkEnd(_) => {}
    }
}
