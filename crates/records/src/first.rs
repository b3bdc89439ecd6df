//! The fast path: a record that has one change is read from the change itself, without building a document.

use automerge::legacy::{ElementId, Key, ObjectId, OpId, OpType};
use automerge::{Change, ObjType};
use uuid::Uuid;

use crate::document::{Cell, Raw, plain_owned};
use crate::kind::Kind;
use crate::read::assemble;
use crate::record::{Origin, Record};

/// Reads a record whose only change is this one. `None` when the change is not of the plain form that creations
/// have (each key written once, texts typed from left to right): then build the document and [`crate::read()`] it.
///
/// Both end in the same function, so what this returns is what `read` would return.
pub fn read_first_change(change: &Change, kind: Kind, id: Uuid, origin: Origin) -> Option<Record> {
    if !change.deps().is_empty() {
        return None;
    }
    let hash = change.hash();
    let mut keys: Vec<(String, Raw)> = Vec::new();
    // The text being typed: its object, and the element after which the next character comes.
    let mut typing: Option<(ObjectId, ElementId)> = None;
    let first = change.start_op().get();
    for (place, operation) in (first..).zip(change.decode().operations) {
        if !operation.pred.is_empty() {
            return None;
        }
        let own = OpId::new(place, change.actor_id());
        match (
            operation.obj,
            operation.key,
            operation.action,
            operation.insert,
        ) {
            (ObjectId::Root, Key::Map(key), OpType::Put(value), false) => {
                keys.push((key.to_string(), Raw::Scalar(plain_owned(&value))));
                typing = None;
            }
            (ObjectId::Root, Key::Map(key), OpType::Make(ObjType::Text), false) => {
                keys.push((key.to_string(), Raw::Text(String::new())));
                typing = Some((ObjectId::Id(own), ElementId::Head));
            }
            (object, Key::Seq(after), OpType::Put(value), true) => {
                let (typed_object, last) = typing.as_mut()?;
                let Some((_, Raw::Text(text))) = keys.last_mut() else {
                    return None;
                };
                if *typed_object != object || *last != after {
                    return None;
                }
                text.push_str(value.as_str()?);
                *last = ElementId::Id(own);
            }
            (_, _, _, _) => return None,
        }
    }
    keys.sort_by(|(one, _), (other, _)| one.cmp(other));
    if keys.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return None;
    }
    let cell = |raw| Cell {
        raw,
        origin,
        change: hash,
    };
    let cells = keys
        .into_iter()
        .map(|(key, raw)| (key, vec![cell(raw)]))
        .collect();
    Some(assemble(cells, kind, id, vec![hash], origin.at_ms))
}
