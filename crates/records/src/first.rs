//! The fast path: a record that has one change is read from the change itself, without building a document.

use automerge::ChangeHash;
use serde_json::{Number, Value};
use uuid::Uuid;

use crate::columns::{Scalar, Written, rows};
use crate::document::{Cell, Raw, hexadecimal};
use crate::kind::Kind;
use crate::read::assemble;
use crate::record::{Origin, Record};

/// Reads a record whose only change has these bytes and this hash. The change must have passed the trust layer's
/// guard. `None` when it is not of the plain form that creations have (each key written once, texts typed from left
/// to right): then build the document and [`crate::read()`] it.
///
/// Both end in the same function, so what this returns is what `read` would return.
pub fn read_first_change(
    raw: &[u8],
    hash: ChangeHash,
    kind: Kind,
    id: Uuid,
    origin: Origin,
) -> Option<Record> {
    let mut keys: Vec<(&str, Raw)> = Vec::new();
    // The text being typed: its object, and the element after which the next character comes.
    let mut typing: Option<(u64, u64)> = None;
    for (own, row) in (1_u64..).zip(rows(raw)?) {
        match row {
            Written::Put(key, scalar) => {
                keys.push((key, Raw::Scalar(value(scalar))));
                typing = None;
            }
            Written::MakeText(key) => {
                keys.push((key, Raw::Text(String::new())));
                typing = Some((own, 0));
            }
            Written::Insert {
                object,
                after,
                text,
            } => {
                let Some((_, Raw::Text(typed))) = keys.last_mut() else {
                    return None;
                };
                if typing != Some((object, after)) {
                    return None;
                }
                typed.push_str(text);
                typing = Some((object, own));
            }
        }
    }
    keys.sort_by_key(|(key, _)| *key);
    if keys.is_empty() || keys.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return None;
    }
    let cell = |raw| Cell {
        raw,
        origin,
        change: hash,
    };
    let cells = keys
        .into_iter()
        .map(|(key, raw)| (key.to_owned(), vec![cell(raw)]))
        .collect();
    Some(assemble(cells, kind, id, vec![hash], origin.at_ms))
}

fn value(scalar: Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Bool(flag) => Value::Bool(flag),
        Scalar::Int(number) => Value::Number(Number::from(number)),
        Scalar::Text(text) => Value::String(text.to_owned()),
        Scalar::Bytes(bytes) => Value::String(hexadecimal(bytes)),
    }
}
