//! What stands under the many root keys of sets and ledgers.

use serde_json::Value;

use crate::field::Field;
use crate::refused::{Code, Fault};

/// The scalar under a set member's key: claimed time and four bytes of what the writer stood on.
///
/// It must differ from the one that is there, so that adding a member again is a change and beats a concurrent
/// removal. Whoever adds again stands on other heads.
pub(crate) fn fresh(time_ms: u64, standing_on: &[u8]) -> [u8; 12] {
    let mut stamp = [0; 12];
    stamp[..8].copy_from_slice(&time_ms.to_be_bytes());
    for (place, byte) in standing_on.iter().enumerate() {
        stamp[8 + place % 4] ^= byte;
    }
    stamp
}

/// The members a writer gives: an array, or words between commas. Each once, in byte order.
pub(crate) fn members(field: &Field, value: &Value) -> Result<Vec<String>, Fault> {
    let words: Vec<Value>;
    let given = match value {
        Value::Array(items) => items.as_slice(),
        Value::String(text) => {
            words = text
                .split(',')
                .map(|word| Value::String(word.to_owned()))
                .collect();
            words.as_slice()
        }
        Value::Null => &[],
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
            return Err(Fault::new(field.name, Code::WrongForm));
        }
    };
    let mut members = Vec::with_capacity(given.len());
    for item in given {
        match field
            .shape
            .written(item)
            .map_err(|fault| fault.within(field.name))?
        {
            Value::String(member) => members.push(member),
            Value::Null => {}
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                return Err(Fault::new(field.name, Code::WrongForm));
            }
        }
    }
    members.sort_unstable();
    members.dedup();
    Ok(members)
}

/// A ledger's entry as it is stored; an `id` among its parts names its key and is not stored twice.
pub(crate) fn entry(field: &Field, value: &Value) -> Result<Value, Fault> {
    let mut given = value.clone();
    if let Value::Object(parts) = &mut given {
        parts.remove("id");
    }
    let stored = field
        .shape
        .written(&given)
        .map_err(|fault| fault.within(field.name))?;
    if stored.is_null() {
        return Err(Fault::new(field.name, Code::Required));
    }
    Ok(stored)
}
