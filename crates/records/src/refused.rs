//! Why a writer's change was not made: which field, and a code that pages and programs turn into a sentence.

use std::fmt;

use thiserror::Error;

/// Why a field's value was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// The kind has no field of this name.
    UnknownField,
    /// A composite value has no part of this name.
    UnknownPart,
    /// The value is not of the form this field takes.
    WrongForm,
    /// The list has no such token.
    UnknownToken,
    /// Not a number, or with more digits than are kept.
    NotANumber,
    /// A number, but not a whole one.
    NotAnInteger,
    /// Below zero.
    Negative,
    /// More characters than the field holds.
    TooLong,
    /// More items or positions than the field holds.
    TooMany,
    /// Every record has this field: it cannot be absent or empty.
    Required,
    /// Not an RFC 3339 time with an offset.
    BadDate,
    /// Not the name of a time zone.
    BadTimeZone,
    /// Not a longitude and a latitude.
    BadCoordinates,
    /// Not a GeoJSON geometry.
    BadGeometry,
    /// Not a record's id.
    BadId,
    /// Not an INSEE code: five digits or letters.
    BadInsee,
    /// Not a code: a post's (2 to 6 capitals and digits, a letter first), or one of another tool's list.
    BadCode,
    /// Not a record's number, such as `MAI-014`.
    BadNumber,
    /// This field is written once, when the record is made.
    SetOnce,
    /// This field lives in the private twin of the record.
    Private,
    /// This field does not live in the private twin.
    NotPrivate,
    /// This way of writing does not suit the field: text is spliced, sets are added to, ledgers appended to.
    WrongOperation,
    /// The ledger has another entry under this id.
    AlreadyThere,
    /// A splice lies outside the text.
    OutOfText,
    /// The state machine has no such step.
    BadTransition,
    /// This step asks for a reason.
    ReasonRequired,
    /// This step asks for a note.
    NoteRequired,
    /// This step asks for a closing reason.
    ClosingReasonRequired,
    /// For a single item this state follows from its assignments.
    SetByAssignments,
    /// This kind has no such verb.
    NoSuchVerb,
}

impl Code {
    /// Every code, for the test that each has its sentences.
    pub const ALL: [Self; 30] = [
        Self::UnknownField,
        Self::UnknownPart,
        Self::WrongForm,
        Self::UnknownToken,
        Self::NotANumber,
        Self::NotAnInteger,
        Self::Negative,
        Self::TooLong,
        Self::TooMany,
        Self::Required,
        Self::BadDate,
        Self::BadTimeZone,
        Self::BadCoordinates,
        Self::BadGeometry,
        Self::BadId,
        Self::BadInsee,
        Self::BadCode,
        Self::BadNumber,
        Self::SetOnce,
        Self::Private,
        Self::NotPrivate,
        Self::WrongOperation,
        Self::AlreadyThere,
        Self::OutOfText,
        Self::BadTransition,
        Self::ReasonRequired,
        Self::NoteRequired,
        Self::ClosingReasonRequired,
        Self::SetByAssignments,
        Self::NoSuchVerb,
    ];

    /// The word on the wire and in catalogues.
    pub const fn token(self) -> &'static str {
        match self {
            Self::UnknownField => "unknown_field",
            Self::UnknownPart => "unknown_part",
            Self::WrongForm => "wrong_form",
            Self::UnknownToken => "unknown_token",
            Self::NotANumber => "not_a_number",
            Self::NotAnInteger => "not_an_integer",
            Self::Negative => "negative",
            Self::TooLong => "too_long",
            Self::TooMany => "too_many",
            Self::Required => "required",
            Self::BadDate => "bad_date",
            Self::BadTimeZone => "bad_time_zone",
            Self::BadCoordinates => "bad_coordinates",
            Self::BadGeometry => "bad_geometry",
            Self::BadId => "bad_id",
            Self::BadInsee => "bad_insee",
            Self::BadCode => "bad_code",
            Self::BadNumber => "bad_number",
            Self::SetOnce => "set_once",
            Self::Private => "private",
            Self::NotPrivate => "not_private",
            Self::WrongOperation => "wrong_operation",
            Self::AlreadyThere => "already_there",
            Self::OutOfText => "out_of_text",
            Self::BadTransition => "bad_transition",
            Self::ReasonRequired => "reason_required",
            Self::NoteRequired => "note_required",
            Self::ClosingReasonRequired => "closing_reason_required",
            Self::SetByAssignments => "set_by_assignments",
            Self::NoSuchVerb => "no_such_verb",
        }
    }

    /// True for what a state machine refuses: the API's `bad_transition` rather than `field_invalid`.
    pub const fn is_transition(self) -> bool {
        matches!(
            self,
            Self::BadTransition
                | Self::ReasonRequired
                | Self::NoteRequired
                | Self::ClosingReasonRequired
                | Self::SetByAssignments
                | Self::NoSuchVerb
        )
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.token())
    }
}

/// One field that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field, with the part of a composite value behind a point: `place.label`.
    pub field: String,
    /// Why.
    pub code: Code,
}

impl Fault {
    pub(crate) fn new(field: impl Into<String>, code: Code) -> Self {
        Self {
            field: field.into(),
            code,
        }
    }

    /// The same fault, its field named from outside: `label` in `place` is `place.label`.
    pub(crate) fn within(self, outer: &str) -> Self {
        let field = if self.field.is_empty() {
            outer.to_owned()
        } else {
            format!("{outer}.{}", self.field)
        };
        Self { field, ..self }
    }
}

/// Why a change was not made. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    /// Some fields were not taken; all of them are listed.
    #[error("not taken: {}", listed(.0))]
    Fields(Vec<Fault>),
    /// The change is larger than the trust layer carries: write long texts in several edits.
    #[error(
        "the change is too large ({bytes} bytes, {operations} operations): write it in several edits"
    )]
    TooLarge {
        /// Bytes it would have.
        bytes: usize,
        /// Operations it would have.
        operations: usize,
    },
    /// The record has a newer layout: update Beffroi to edit it.
    #[error("the record has layout {0}, newer than this version: update Beffroi to edit it")]
    ReadOnly(i64),
    /// The edit was made on a state this post has not received.
    #[error(
        "the state that was edited has not been received yet: wait for the sync, or read the record again"
    )]
    UnknownHeads,
    /// No value that was shown is still in conflict: someone settled it meanwhile.
    #[error("the field is settled already: read the record again")]
    AlreadySettled,
    /// The document refused the operation: it holds what this version cannot edit.
    #[error("the document cannot take the change: {0}")]
    Document(String),
}

impl Refused {
    /// The refusal of one field.
    pub fn field(field: impl Into<String>, code: Code) -> Self {
        Self::Fields(vec![Fault::new(field, code)])
    }

    /// The fields that were not taken; none when the reason is another.
    pub fn faults(&self) -> &[Fault] {
        match self {
            Self::Fields(faults) => faults,
            Self::TooLarge { .. }
            | Self::ReadOnly(_)
            | Self::UnknownHeads
            | Self::AlreadySettled
            | Self::Document(_) => &[],
        }
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Fields(vec![fault])
    }
}

impl From<automerge::AutomergeError> for Refused {
    fn from(error: automerge::AutomergeError) -> Self {
        Self::Document(error.to_string())
    }
}

fn listed(faults: &[Fault]) -> String {
    let one = |fault: &Fault| format!("{}: {}", fault.field, fault.code);
    faults.iter().map(one).collect::<Vec<_>>().join(", ")
}
