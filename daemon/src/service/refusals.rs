//! From a refusal of `records` to the sentence a person reads.

use beffroi_api::problem::{Cause, FieldCode};
use beffroi_records::{Code, Refused};

use crate::failure::Failure;
use crate::node::internal;

/// Why a change was not made, for the person who wanted it.
pub(crate) fn refused(refused: Refused) -> Failure {
    match refused {
        Refused::Fields(faults) => {
            if let Some(transition) = faults.iter().find(|fault| fault.code.is_transition()) {
                return transition_refused(transition.code, &transition.field).into();
            }
            Failure::Fields(
                faults
                    .into_iter()
                    .map(|fault| (fault.field, field_code(fault.code)))
                    .collect(),
            )
        }
        Refused::TooLarge { .. } => Cause::BodyTooLarge {
            limit: beffroi_records::limits::CHANGE_BYTES_MAX as u64,
        }
        .into(),
        Refused::ReadOnly(_) => Cause::RecordTooNew {
            reference: String::new(),
        }
        .into(),
        Refused::UnknownHeads => Cause::RecordNotReceived {
            reference: String::new(),
        }
        .into(),
        Refused::AlreadySettled => Cause::ConflictSettled {
            reference: String::new(),
            field: String::new(),
        }
        .into(),
        Refused::Document(error) => internal(&error).into(),
    }
}

fn transition_refused(code: Code, field: &str) -> Cause {
    let reason = [
        Code::ReasonRequired,
        Code::NoteRequired,
        Code::ClosingReasonRequired,
    ];
    if reason.contains(&code) {
        return Cause::ReasonMissing {};
    }
    if code == Code::NoSuchVerb {
        return Cause::StepUnknown { kind: field.into() };
    }
    Cause::StepForbidden {
        from: field.into(),
        to: String::new(),
    }
}

fn field_code(code: Code) -> FieldCode {
    match code {
        Code::UnknownField | Code::UnknownPart => FieldCode::UnknownField,
        Code::WrongForm | Code::BadTimeZone | Code::TooMany | Code::OutOfText => {
            FieldCode::WrongShape
        }
        Code::UnknownToken => FieldCode::UnknownToken,
        Code::NotANumber | Code::NotAnInteger => FieldCode::NotANumber,
        Code::Negative => FieldCode::OutOfRange,
        Code::TooLong => FieldCode::TooLong,
        Code::Required => FieldCode::Empty,
        Code::BadDate => FieldCode::NotATime,
        Code::BadCoordinates | Code::BadGeometry | Code::BadInsee => FieldCode::NotAPlace,
        Code::BadId => FieldCode::NotAReference,
        Code::BadCode | Code::BadNumber => FieldCode::NotACode,
        Code::SetOnce | Code::AlreadyThere => FieldCode::SetOnce,
        Code::Private | Code::NotPrivate => FieldCode::Private,
        Code::WrongOperation => FieldCode::UseStep,
        Code::BadTransition
        | Code::ReasonRequired
        | Code::NoteRequired
        | Code::ClosingReasonRequired
        | Code::SetByAssignments
        | Code::NoSuchVerb => FieldCode::UseStep,
    }
}
