//! The small composite values: quantity, delay, person, codes, and what the record says of its own making.

use serde_json::{Value, json};

use super::part::Parts;
use super::{Shape, fault, positive_decimal};
use crate::labels::{DELAY, SOURCE_TYPE, UNIT};
use crate::limits::{NOTE_CHARACTERS_MAX, PHONE_CHARACTERS_MAX};
use crate::moment::Moment;
use crate::refused::{Code, Fault};

/// The unit of a quantity given without one.
const UNIT_DEFAULT: &str = "each";

/// `{value, unit}`; also a number, or `"40 litre"`.
pub(super) fn quantity(value: &Value) -> Result<Value, Fault> {
    if let Value::Number(_) = value {
        return quantity(&json!({ "value": value }));
    }
    if let Some(text) = value.as_str() {
        let text = text.trim();
        return match text.rsplit_once(' ') {
            Some((number, unit)) if UNIT.written(unit).is_some() => {
                quantity(&json!({"value": number, "unit": unit}))
            }
            Some(_) | None => quantity(&json!({ "value": text })),
        };
    }
    let mut parts = Parts::open(value, &["value", "unit"])?;
    let number = parts
        .given("value")
        .ok_or_else(|| Fault::new("value", Code::Required))?;
    // A quantity is one field on every form: its fault names the field, as the API's example does.
    let number = positive_decimal(number)?;
    parts.put("value", Value::String(number.to_string()));
    if !parts.optional("unit", Shape::Token(&UNIT))? {
        parts.put("unit", Value::String(UNIT_DEFAULT.to_owned()));
    }
    Ok(parts.close())
}

/// `{delay, at?}`; also a delay's token, or a time.
pub(super) fn due(value: &Value) -> Result<Value, Fault> {
    if let Some(text) = value.as_str() {
        return if Moment::parse(text).is_some() {
            due(&json!({"delay": "at_time", "at": text}))
        } else {
            due(&json!({ "delay": text }))
        };
    }
    let mut parts = Parts::open(value, &["delay", "at"])?;
    parts.required("delay", Shape::Token(&DELAY))?;
    let timed = parts.optional("at", Shape::Moment)?;
    let due = parts.close();
    match (due["delay"] == "at_time", timed) {
        (true, false) => Err(Fault::new("at", Code::Required)),
        (false, true) => Err(Fault::new("at", Code::UnknownPart)),
        (true, true) | (false, false) => Ok(due),
    }
}

/// `{name?, phone?, note?}`; also a name. A telephone is kept as it was typed.
pub(super) fn person(value: &Value) -> Result<Value, Fault> {
    if value.is_string() {
        return person(&json!({ "name": value }));
    }
    let mut parts = Parts::open(value, &["name", "phone", "note"])?;
    parts.optional("name", Shape::Title)?;
    parts.optional("phone", Shape::Lines(PHONE_CHARACTERS_MAX))?;
    parts.optional("note", Shape::Lines(NOTE_CHARACTERS_MAX))?;
    Ok(parts.close())
}

/// `{category?, actor?, loctype?}`: codes of EMSI's ETYPE.
pub(super) fn emsi_type(value: &Value) -> Result<Value, Fault> {
    let mut parts = Parts::open(value, &["category", "actor", "loctype"])?;
    for part in ["category", "actor", "loctype"] {
        parts.optional(part, Shape::Code)?;
    }
    Ok(parts.close())
}

/// `{at, by?, org?, post?}`.
pub(super) fn created(value: &Value) -> Result<Value, Fault> {
    let mut parts = Parts::open(value, &["at", "by", "org", "post"])?;
    parts.required("at", Shape::Moment)?;
    for part in ["by", "org", "post"] {
        parts.optional(part, Shape::Title)?;
    }
    Ok(parts.close())
}

/// `{type, format?, name?, id?, file_hash?}`.
pub(super) fn source(value: &Value) -> Result<Value, Fault> {
    let mut parts = Parts::open(value, &["type", "format", "name", "id", "file_hash"])?;
    parts.required("type", Shape::Token(&SOURCE_TYPE))?;
    parts.optional("format", Shape::Code)?;
    parts.optional("name", Shape::Title)?;
    parts.optional("id", Shape::Title)?;
    parts.taken("file_hash", |value| {
        let hash = value.as_str().unwrap_or_default().to_ascii_lowercase();
        let right = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if right {
            Ok(Value::String(hash))
        } else {
            Err(fault(Code::BadCode))
        }
    })?;
    Ok(parts.close())
}

/// `{reason, at, by?}`.
pub(super) fn archived(value: &Value) -> Result<Value, Fault> {
    let mut parts = Parts::open(value, &["reason", "at", "by"])?;
    parts.required("reason", Shape::Lines(NOTE_CHARACTERS_MAX))?;
    parts.required("at", Shape::Moment)?;
    parts.optional("by", Shape::Title)?;
    Ok(parts.close())
}
