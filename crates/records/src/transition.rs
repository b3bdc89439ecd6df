//! Checking a step of a state machine before it is written.

use automerge::Automerge;
use serde_json::Value;

use crate::document::values_at;
use crate::edit::Edit;
use crate::field::Field;
use crate::kind::Kind;
use crate::kinds::resource::SET_BY_HAND;
use crate::labels::{CLOSING_REASON, MODE};
use crate::machine::Wants;
use crate::refused::{Code, Fault, Refused};
use crate::shape::Shape;

/// Whether the edit may give the field this value.
pub(crate) fn check(
    base: &Automerge,
    kind: Kind,
    field: &Field,
    value: &Value,
    edit: &Edit,
) -> Result<Result<(), Fault>, Refused> {
    let (Some(machine), Some(to)) = (field.machine, value.as_str()) else {
        return Ok(Ok(()));
    };
    let there = values_at(base, field.name, field.shape)?;
    if there.contains(value) {
        return Ok(Ok(()));
    }
    if kind == Kind::Resource && !SET_BY_HAND.contains(&to) {
        let mode = values_at(base, "mode", Shape::Token(&MODE))?;
        if mode.iter().any(|mode| mode == "unique") {
            return Ok(Err(Fault::new(field.name, Code::SetByAssignments)));
        }
    }
    // Where several states stand, the easiest step from any of them settles it.
    let steps = there.iter().map(|from| machine.step(from.as_str(), to));
    let easiest = if there.is_empty() {
        machine.step(None, to)
    } else {
        steps.flatten().min()
    };
    let missing = match easiest {
        None => Some(Code::BadTransition),
        Some(Wants::Nothing) => None,
        Some(Wants::Reason) => (!edit.has_reason).then_some(Code::ReasonRequired),
        Some(Wants::Note) => (!edit.has_reason).then_some(Code::NoteRequired),
        Some(Wants::ClosingReason) => {
            (!has_closing_reason(base, edit)?).then_some(Code::ClosingReasonRequired)
        }
    };
    Ok(missing.map_or(Ok(()), |code| Err(Fault::new(field.name, code))))
}

fn has_closing_reason(base: &Automerge, edit: &Edit) -> Result<bool, Refused> {
    const FIELD: &str = "closing_reason";
    if let Some(given) = edit.set.get(FIELD) {
        return Ok(given.as_str().is_some_and(|text| !text.trim().is_empty()));
    }
    let there = values_at(base, FIELD, Shape::Token(&CLOSING_REASON))?;
    Ok(!edit.unset.contains(FIELD) && there.iter().any(|value| !value.is_null()))
}
