//! The steps of a change, planned against a document and then performed in one transaction.

use automerge::transaction::{Transactable, Transaction};
use automerge::{Automerge, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value};

use crate::difference::Splice;
use crate::refused::Refused;

/// One operation on the document.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Writes a scalar under a root key.
    Put(String, ScalarValue),
    /// Deletes a root key: for members of sets only.
    Delete(String),
    /// Changes a Text object.
    Splice(ObjId, Splice),
    /// Makes a Text object under a root key that has none.
    MakeText(String, String),
}

/// The steps that make a key hold one value and nothing beside it; none when it does already.
///
/// Where several values stand, the value is written anew behind a placeholder: Automerge would answer the choice of
/// its own winner by deleting the others, and such a choice vanishes without a trace when someone else, meanwhile,
/// chooses another value.
pub(crate) fn put(base: &Automerge, key: &str, value: ScalarValue) -> Result<Vec<Step>, Refused> {
    let there = base.get_all(ROOT, key)?;
    let same = |(value_there, _): &(Value<'_>, ObjId)| match value_there {
        Value::Scalar(scalar) => scalar.as_ref() == &value,
        Value::Object(_) => false,
    };
    let all_same = there.iter().all(same);
    if all_same && (!there.is_empty() || value == ScalarValue::Null) {
        return Ok(Vec::new());
    }
    let mut steps = Vec::new();
    if there.len() > 1 {
        let placeholder = if value == ScalarValue::Null {
            ScalarValue::Boolean(false)
        } else {
            ScalarValue::Null
        };
        steps.push(Step::Put(key.to_owned(), placeholder));
    }
    steps.push(Step::Put(key.to_owned(), value));
    Ok(steps)
}

/// Performs the steps in order.
pub(crate) fn perform(transaction: &mut Transaction<'_>, steps: Vec<Step>) -> Result<(), Refused> {
    for step in steps {
        match step {
            Step::Put(key, value) => transaction.put(ROOT, key, value)?,
            Step::Delete(key) => transaction.delete(ROOT, key)?,
            Step::Splice(object, splice) => {
                let delete = isize::try_from(splice.delete).unwrap_or(isize::MAX);
                transaction.splice_text(&object, splice.at, delete, &splice.insert)?;
            }
            Step::MakeText(key, text) => {
                let object = transaction.put_object(ROOT, key, ObjType::Text)?;
                transaction.splice_text(&object, 0, 0, &text)?;
            }
        }
    }
    Ok(())
}
