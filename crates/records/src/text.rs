//! Writing collaborative text. The Text object made with the record is kept for ever: replacing it would lose the
//! edits that others are making inside it.

use automerge::{Automerge, ChangeHash, ObjId, ObjType, ROOT, ReadDoc, Value};

use crate::canonical::clean_text;
use crate::difference::{Splice, difference, spliced};
use crate::field::Field;
use crate::limits::TEXT_CHARACTERS_MAX;
use crate::refused::{Code, Refused};
use crate::step::Step;

/// A Text object under a field's key, and the change that made it.
pub(crate) struct TextObject {
    pub(crate) id: ObjId,
    pub(crate) text: String,
    pub(crate) change: ChangeHash,
    claimed_ms: i64,
}

/// The Text objects of a field, the one that is shown first. There are several when the record was created twice.
pub(crate) fn objects(base: &Automerge, field: &Field) -> Result<Vec<TextObject>, Refused> {
    let mut objects = Vec::new();
    for (value, id) in base.get_all(ROOT, field.name)? {
        if let (Value::Object(ObjType::Text), Some(change)) = (value, base.hash_for_opid(&id)) {
            objects.push(TextObject {
                text: base.text(&id)?,
                id,
                change,
                claimed_ms: base
                    .get_change_meta_by_hash(&change)
                    .map_or(0, |meta| meta.timestamp),
            });
        }
    }
    objects.sort_by_key(|object| std::cmp::Reverse((object.claimed_ms, object.change)));
    Ok(objects)
}

/// Makes every Text object of the field hold this text, so that none of them differs.
pub(crate) fn replace(base: &Automerge, field: &Field, text: &str) -> Result<Vec<Step>, Refused> {
    let objects = objects(base, field)?;
    if objects.is_empty() && !text.is_empty() {
        return Ok(vec![Step::MakeText(field.name.to_owned(), text.to_owned())]);
    }
    Ok(objects
        .iter()
        .flat_map(|object| towards(object, text))
        .collect())
}

/// The steps that make one object hold this text.
pub(crate) fn towards(object: &TextObject, text: &str) -> Vec<Step> {
    let splices = difference(&object.text, text);
    splices
        .into_iter()
        .map(|splice| Step::Splice(object.id.clone(), splice))
        .collect()
}

/// Applies splices to the text that is shown, and alike to objects that hold the same text.
pub(crate) fn splice(
    base: &Automerge,
    field: &Field,
    splices: &[Splice],
) -> Result<Vec<Step>, Refused> {
    let objects = objects(base, field)?;
    let shown = objects
        .first()
        .map(|object| object.text.clone())
        .unwrap_or_default();
    let mut text = shown.clone();
    let mut cleaned = Vec::with_capacity(splices.len());
    for splice in splices {
        let splice = Splice {
            insert: clean_text(&splice.insert),
            ..splice.clone()
        };
        text =
            spliced(&text, &splice).ok_or_else(|| Refused::field(field.name, Code::OutOfText))?;
        cleaned.push(splice);
    }
    if text.chars().count() > TEXT_CHARACTERS_MAX {
        return Err(Refused::field(field.name, Code::TooLong));
    }
    if objects.is_empty() {
        return replace(base, field, &text);
    }
    let alike = objects.iter().filter(|object| object.text == shown);
    let steps = alike.flat_map(|object| {
        cleaned
            .iter()
            .map(|splice| Step::Splice(object.id.clone(), splice.clone()))
    });
    Ok(steps.collect())
}
