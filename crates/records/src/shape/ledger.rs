//! Entries of ledgers: written whole, once.

use serde_json::Value;

use super::part::Parts;
use super::{Shape, decimal, fault, positive_decimal};
use crate::labels::MOVEMENT_REASON;
use crate::limits::{COVERS_MAX, NOTE_CHARACTERS_MAX};
use crate::refused::{Code, Fault};

/// The figures of an observation: listed per observer, never summed.
pub(crate) const FIGURES: [&str; 8] = [
    "involved",
    "seriously_injured",
    "slightly_injured",
    "deceased",
    "missing",
    "evacuated",
    "to_shelter",
    "water_level_cm",
];

/// `{at, by, source?, figures…, note?}`.
pub(super) fn observation(value: &Value) -> Result<Value, Fault> {
    let mut known = vec!["at", "by", "source", "note"];
    known.extend(FIGURES);
    let mut parts = Parts::open(value, &known)?;
    parts.required("at", Shape::Moment)?;
    parts.required("by", Shape::Title)?;
    parts.optional("source", Shape::Title)?;
    parts.optional("note", Shape::Lines(NOTE_CHARACTERS_MAX))?;
    for figure in FIGURES {
        parts.optional(figure, Shape::Integer)?;
    }
    Ok(parts.close())
}

/// A movement `{at, by, site?, delta, reason, assignment?, pair?}`, or a count `{at, by, site?, count, covers}`.
pub(super) fn movement(value: &Value) -> Result<Value, Fault> {
    let is_count = value.get("count").is_some_and(|count| !count.is_null());
    let known: &[&str] = if is_count {
        &["at", "by", "site", "count", "covers"]
    } else {
        &["at", "by", "site", "delta", "reason", "assignment", "pair"]
    };
    let mut parts = Parts::open(value, known)?;
    parts.required("at", Shape::Moment)?;
    parts.required("by", Shape::Title)?;
    parts.optional("site", Shape::Id)?;
    if is_count {
        parts.taken("count", |count| {
            Ok(Value::String(positive_decimal(count)?.to_string()))
        })?;
        if !parts.taken("covers", covers)? {
            parts.put("covers", Value::Array(Vec::new()));
        }
    } else {
        if !parts.taken("delta", |delta| {
            Ok(Value::String(decimal(delta)?.to_string()))
        })? {
            return Err(Fault::new("delta", Code::Required));
        }
        parts.required("reason", Shape::Token(&MOVEMENT_REASON))?;
        parts.optional("assignment", Shape::Id)?;
        parts.optional("pair", Shape::Id)?;
    }
    Ok(parts.close())
}

/// Entry ids, sorted and each once: what a count saw is a set.
fn covers(value: &Value) -> Result<Value, Fault> {
    let given = value.as_array().ok_or_else(|| fault(Code::WrongForm))?;
    if given.len() > COVERS_MAX {
        return Err(fault(Code::TooMany));
    }
    let mut ids: Vec<String> = Vec::with_capacity(given.len());
    for id in given {
        match Shape::Id.written(id)? {
            Value::String(id) => ids.push(id),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => {
                return Err(fault(Code::BadId));
            }
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(Value::Array(ids.into_iter().map(Value::String).collect()))
}
