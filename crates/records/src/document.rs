//! The Automerge side: the one constructor, scalars and JSON values, and cells (what stands under a root key).

use automerge::transaction::CommitOptions;
use automerge::{
    ActorId, Automerge, Change, ChangeHash, ObjType, ROOT, ReadDoc, ScalarValue, ScalarValueRef,
    TextEncoding,
};
use automerge::{ObjId, ValueRef};
use serde_json::{Number, Value};

use crate::canonical::{canonical_json, plain_value};
use crate::limits::{CHANGE_BYTES_MAX, CHANGE_OPERATIONS_MAX, HEADS_MAX};
use crate::record::Origin;
use crate::refused::Refused;
use crate::shape::Shape;

/// The actor under which every change is made. The trust layer replaces it by one of its own per change.
const ZERO_ACTOR: [u8; 16] = [0; 16];

/// The actor of a change that is being made.
pub(crate) fn zero_actor() -> ActorId {
    ActorId::from(ZERO_ACTOR)
}

/// An empty document. Text positions count Unicode characters; the actor is never a drawn one.
pub(crate) fn empty() -> Automerge {
    Automerge::new_with_encoding(TextEncoding::UnicodeCodePoint).with_actor(zero_actor())
}

/// The document made of these changes, given as bytes in any order.
///
/// For tests, tools and simulations that trust their input: foreign changes pass the trust layer's guard first.
pub fn document<'a>(changes: impl IntoIterator<Item = &'a [u8]>) -> Result<Automerge, Refused> {
    let decoded: Result<Vec<Change>, _> = changes.into_iter().map(Change::try_from).collect();
    let decoded = decoded.map_err(|error| Refused::Document(error.to_string()))?;
    let mut document = empty();
    document.apply_changes(decoded)?;
    Ok(document)
}

/// A copy of the document as it was at these heads, ready for one change.
///
/// A change made at old heads must number its operations from there, so it is made on a document that holds nothing
/// newer, not in a transaction isolated inside the live one.
pub(crate) fn at_heads(document: &Automerge, heads: &[ChangeHash]) -> Result<Automerge, Refused> {
    let mut wanted = heads.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Err(Refused::UnknownHeads);
    }
    // What is left out stays beside the change, and is gathered by the next one.
    wanted.truncate(HEADS_MAX);
    let mut base = if wanted == document.get_heads() {
        document.clone()
    } else {
        document
            .fork_at(&wanted)
            .map_err(|_| Refused::UnknownHeads)?
    };
    if base.text_encoding() != TextEncoding::UnicodeCodePoint {
        let changes = base.get_changes(&[]);
        base = empty();
        base.apply_changes(changes)?;
    }
    base.set_actor(zero_actor());
    Ok(base)
}

/// Ends a change: what the closure did, as bytes; `None` when it did nothing.
pub(crate) fn commit(
    mut base: Automerge,
    time_ms: u64,
    work: impl FnOnce(&mut automerge::transaction::Transaction<'_>) -> Result<(), Refused>,
) -> Result<Option<Vec<u8>>, Refused> {
    let mut transaction = base.transaction();
    // On an error the transaction is dropped, which rolls it back, and so is the copy it was made on.
    work(&mut transaction)?;
    let options = CommitOptions::default().with_time(claimed(time_ms));
    let (hash, _) = transaction.commit_with(options);
    let Some(change) = hash.and_then(|hash| base.get_change_by_hash(&hash)) else {
        return Ok(None);
    };
    if change.seq() != 1 {
        return Err(Refused::Document(
            "it holds a change that was never stamped".to_owned(),
        ));
    }
    sized(&change).map(Some)
}

/// The bytes of a change, if the trust layer carries as much.
pub(crate) fn sized(change: &Change) -> Result<Vec<u8>, Refused> {
    let (bytes, operations) = (change.raw_bytes().len(), change.len());
    if bytes > CHANGE_BYTES_MAX || operations > CHANGE_OPERATIONS_MAX {
        return Err(Refused::TooLarge { bytes, operations });
    }
    Ok(change.raw_bytes().to_vec())
}

/// Milliseconds as the document's signed time.
pub(crate) fn claimed(time_ms: u64) -> i64 {
    i64::try_from(time_ms).unwrap_or(i64::MAX)
}

/// What a post writes for a checked value.
pub(crate) fn scalar(value: &Value, shape: Shape) -> ScalarValue {
    match value {
        Value::Null => ScalarValue::Null,
        Value::Bool(flag) => ScalarValue::Boolean(*flag),
        Value::Number(number) => number.as_i64().map_or_else(
            || ScalarValue::Str(number.to_string().into()),
            ScalarValue::Int,
        ),
        Value::String(text) if !shape.is_composite() => ScalarValue::Str(text.as_str().into()),
        Value::String(_) | Value::Array(_) | Value::Object(_) => {
            ScalarValue::Str(canonical_json(value).into())
        }
    }
}

/// What stands under a root key, before its field gives it a meaning.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Raw {
    /// A scalar, as JSON.
    Scalar(Value),
    /// A Text object.
    Text(String),
    /// A map or a list, which no version of the layout writes.
    Other,
}

impl Raw {
    /// The value of a field of this shape. What cannot be read as the shape is kept as it stands.
    pub(crate) fn value(self, shape: Option<Shape>) -> Value {
        match self {
            Self::Text(text) => Value::String(text),
            Self::Other => Value::Null,
            Self::Scalar(Value::String(text))
                if shape.is_none_or(Shape::is_composite) && text.starts_with('{') =>
            {
                serde_json::from_str(&text).map_or(Value::String(text), plain_value)
            }
            Self::Scalar(value) => value,
        }
    }
}

/// One of the values under a root key, with the change that put it there.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    /// What stands there.
    pub(crate) raw: Raw,
    /// Who put it there.
    pub(crate) origin: Origin,
    /// The change that put it there.
    pub(crate) change: ChangeHash,
}

/// JSON of a foreign or own scalar. Bytes read as hexadecimal; what JSON has no word for reads as `Null`.
pub(crate) fn plain(scalar: &ScalarValueRef<'_>) -> Value {
    match scalar {
        ScalarValueRef::Str(text) => Value::String(text.to_string()),
        ScalarValueRef::Int(number)
        | ScalarValueRef::Counter(number)
        | ScalarValueRef::Timestamp(number) => Value::Number(Number::from(*number)),
        ScalarValueRef::Uint(number) => Value::Number(Number::from(*number)),
        ScalarValueRef::F64(number) => {
            plain_value(Number::from_f64(*number).map_or(Value::Null, Value::Number))
        }
        ScalarValueRef::Boolean(flag) => Value::Bool(*flag),
        ScalarValueRef::Bytes(bytes) => Value::String(hexadecimal(bytes)),
        ScalarValueRef::Unknown { .. } | ScalarValueRef::Null => Value::Null,
    }
}

/// The same for an owned scalar.
pub(crate) fn plain_owned(scalar: &ScalarValue) -> Value {
    match scalar {
        ScalarValue::Str(text) => Value::String(text.to_string()),
        ScalarValue::Int(number) | ScalarValue::Timestamp(number) => {
            Value::Number(Number::from(*number))
        }
        ScalarValue::Counter(counter) => Value::Number(Number::from(i64::from(counter))),
        ScalarValue::Uint(number) => Value::Number(Number::from(*number)),
        ScalarValue::F64(number) => {
            plain_value(Number::from_f64(*number).map_or(Value::Null, Value::Number))
        }
        ScalarValue::Boolean(flag) => Value::Bool(*flag),
        ScalarValue::Bytes(bytes) => Value::String(hexadecimal(bytes)),
        ScalarValue::Unknown { .. } | ScalarValue::Null => Value::Null,
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What an item of the root map holds.
pub(crate) fn raw_of(document: &impl ReadDoc, value: &ValueRef<'_>, id: &ObjId) -> Raw {
    match value {
        ValueRef::Scalar(scalar) => Raw::Scalar(plain(scalar)),
        ValueRef::Object(ObjType::Text) => document.text(id).map_or(Raw::Other, Raw::Text),
        ValueRef::Object(ObjType::Map | ObjType::List | ObjType::Table) => Raw::Other,
    }
}

/// The values under a key of a document that is being edited.
pub(crate) fn values_at(
    document: &impl ReadDoc,
    key: &str,
    shape: Shape,
) -> Result<Vec<Value>, Refused> {
    let mut values = Vec::new();
    for (value, id) in document.get_all(ROOT, key)? {
        let raw = match &value {
            automerge::Value::Scalar(scalar) => Raw::Scalar(plain_owned(scalar)),
            automerge::Value::Object(ObjType::Text) => Raw::Text(document.text(&id)?),
            automerge::Value::Object(ObjType::Map | ObjType::List | ObjType::Table) => Raw::Other,
        };
        values.push(raw.value(Some(shape)));
    }
    Ok(values)
}
