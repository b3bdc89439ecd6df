//! Settling a conflict: a normal write that covers exactly the values that were seen. A later one opens it again.

use std::collections::BTreeSet;

use automerge::{Automerge, ChangeHash, ROOT, ReadDoc, ScalarValue};
use serde_json::Value;

use crate::document::{at_heads, commit, scalar};
use crate::edit::{Edit, writable};
use crate::field::{Field, Rule};
use crate::kind::{Kind, Part};
use crate::refused::{Code, Refused};
use crate::step::{Step, perform, put};
use crate::text;
use crate::transition;

/// A person's choice among values that stand beside each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The field.
    pub field: String,
    /// The changes behind the values that the person was shown.
    pub seen: Vec<ChangeHash>,
    /// The value that shall stand: one of those seen, or another.
    pub value: Value,
    /// True when the writer adds a log entry that says why.
    pub has_reason: bool,
}

/// One change that settles a field: bytes under the zero actor, for the trust layer to stamp and sign.
pub fn settle(
    document: &Automerge,
    kind: Kind,
    part: Part,
    choice: &Choice,
    time_ms: u64,
) -> Result<Vec<u8>, Refused> {
    let name = choice.field.as_str();
    let field = kind
        .field(name)
        .ok_or_else(|| Refused::field(name, Code::UnknownField))?;
    if field.private != (part == Part::Private) {
        let code = if field.private {
            Code::Private
        } else {
            Code::NotPrivate
        };
        return Err(Refused::field(name, code));
    }
    writable(document)?;
    let value = field
        .shape
        .written(&choice.value)
        .map_err(|fault| fault.within(name))?;
    if value.is_null() && field.required {
        return Err(Refused::field(name, Code::Required));
    }
    let raw = match field.rule {
        Rule::Plain | Rule::Critical => {
            settle_value(document, kind, field, choice, &value, time_ms)?
        }
        Rule::Text => settle_text(
            document,
            field,
            choice,
            value.as_str().unwrap_or_default(),
            time_ms,
        )?,
        Rule::Once | Rule::Set | Rule::Ledger => {
            return Err(Refused::field(name, Code::WrongOperation));
        }
    };
    raw.ok_or(Refused::AlreadySettled)
}

fn settle_value(
    document: &Automerge,
    kind: Kind,
    field: &'static Field,
    choice: &Choice,
    value: &Value,
    time_ms: u64,
) -> Result<Option<Vec<u8>>, Refused> {
    let name = choice.field.as_str();
    let standing = standing(document, name)?;
    let seen_values: Vec<&Option<ScalarValue>> = standing
        .iter()
        .filter(|(change, _)| choice.seen.contains(change))
        .map(|(_, value)| value)
        .collect();
    // A value seen under one change is covered under all: equal values are shown as one.
    let covered: BTreeSet<ChangeHash> = standing
        .iter()
        .filter(|(_, value)| seen_values.contains(&value))
        .map(|(change, _)| *change)
        .collect();
    let differ = standing.iter().any(|(_, value)| *value != standing[0].1);
    if covered.is_empty() || !differ {
        return Err(Refused::AlreadySettled);
    }
    let all_seen = standing.iter().all(|(change, _)| covered.contains(change));
    // Standing on the changes of the values seen and on nothing else leaves the other values where they are.
    let heads: Vec<ChangeHash> = if all_seen {
        document.get_heads()
    } else {
        covered.into_iter().collect()
    };
    let edit = Edit {
        has_reason: choice.has_reason,
        ..Edit::default()
    };
    transition::check(document, kind, field, value, &edit)??;
    let base = at_heads(document, &heads)?;
    let mut steps = put(&base, name, scalar(value, field.shape))?;
    if steps.is_empty() {
        // The only value seen is the one chosen, beside others that were not: written anew, it is the newer claim.
        let placeholder = if value.is_null() {
            ScalarValue::Boolean(false)
        } else {
            ScalarValue::Null
        };
        steps.push(Step::Put(name.to_owned(), placeholder));
        steps.push(Step::Put(name.to_owned(), scalar(value, field.shape)));
    }
    commit(base, time_ms, |transaction| perform(transaction, steps))
}

/// The values under a key with their changes; `None` for what is no scalar.
fn standing(
    document: &Automerge,
    key: &str,
) -> Result<Vec<(ChangeHash, Option<ScalarValue>)>, Refused> {
    let values = document.get_all(ROOT, key)?;
    let with_change = values.into_iter().filter_map(|(value, id)| {
        let change = document.hash_for_opid(&id)?;
        Some((change, value.into_scalar().ok()))
    });
    Ok(with_change.collect())
}

/// Every Text object seen gets the chosen text: none is dropped, so an edit that is still on its way into one of them
/// shows as a difference again.
fn settle_text(
    document: &Automerge,
    field: &'static Field,
    choice: &Choice,
    chosen: &str,
    time_ms: u64,
) -> Result<Option<Vec<u8>>, Refused> {
    let base = at_heads(document, &document.get_heads())?;
    let objects = text::objects(&base, field)?;
    // Objects that hold the same text were shown as one.
    let seen_texts: BTreeSet<&str> = objects
        .iter()
        .filter(|object| choice.seen.contains(&object.change))
        .map(|object| object.text.as_str())
        .collect();
    if seen_texts.is_empty() || objects.iter().all(|object| object.text == objects[0].text) {
        return Err(Refused::AlreadySettled);
    }
    let seen = objects
        .iter()
        .filter(|object| seen_texts.contains(object.text.as_str()));
    let steps: Vec<Step> = seen
        .flat_map(|object| text::towards(object, chosen))
        .collect();
    commit(base, time_ms, |transaction| perform(transaction, steps))
}
