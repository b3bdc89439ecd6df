//! The codes of problems, with their HTTP status and the exit of the command that met them.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $token:literal, $status:literal, $exit:literal;)*) => {
        /// What programs tell problems apart by.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $token)] $variant,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The word for it in JSON.
            #[must_use]
            pub const fn token(self) -> &'static str {
                match self { $(Code::$variant => $token,)* }
            }

            /// The HTTP status it is answered with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Code::$variant => $status,)* }
            }

            /// What a command that meets it exits with.
            #[must_use]
            pub const fn exit(self) -> u8 {
                match self { $(Code::$variant => $exit,)* }
            }
        }
    };
}

codes! {
    /// The request cannot be read.
    BadRequest = "bad_request", 400, 2;
    /// The path does not take this method.
    BadMethod = "bad_method", 405, 2;
    /// The body is over its limit.
    TooLarge = "too_large", 413, 2;
    /// The body is of a type, or the file of a format, that is not read here.
    UnsupportedType = "unsupported_type", 415, 2;
    /// A page without its session.
    NoSession = "no_session", 401, 4;
    /// A program without its token, or with a wrong one.
    BadToken = "bad_token", 401, 4;
    /// The keys wait for the passphrase.
    Locked = "locked", 423, 4;
    /// The act asks the passphrase again, and it was not given or is another.
    PassphraseNeeded = "passphrase_needed", 423, 4;
    /// The post's role does not allow it.
    RoleForbids = "role_forbids", 403, 4;
    /// A form that comes from elsewhere.
    BadOrigin = "bad_origin", 403, 4;
    /// A form without its token.
    BadFormToken = "bad_form_token", 403, 4;
    /// Nothing has that name here.
    NotFound = "not_found", 404, 3;
    /// It was here and is not coming back.
    Gone = "gone", 410, 3;
    /// The same id with other content.
    IdReused = "id_reused", 409, 1;
    /// It is done already.
    AlreadySettled = "already_settled", 409, 1;
    /// Others changed the record meanwhile, and the request asked to be refused then.
    HeadsMoved = "heads_moved", 412, 5;
    /// The reference means several records.
    Ambiguous = "ambiguous", 409, 5;
    /// Several operations are open.
    ChooseOperation = "choose_operation", 409, 5;
    /// Fields are at fault.
    FieldInvalid = "field_invalid", 422, 1;
    /// The record is not in a state that allows the step.
    BadTransition = "bad_transition", 422, 1;
    /// The file is not what it claims to be.
    BadFile = "bad_file", 422, 65;
    /// Too many requests.
    RateLimited = "rate_limited", 429, 75;
    /// The daemon is busy, or ending.
    Busy = "busy", 503, 75;
    /// It has not arrived yet.
    NotReceivedYet = "not_received_yet", 503, 75;
    /// The disk is full.
    StoreFull = "store_full", 507, 75;
    /// The disk failed.
    StoreFailed = "store_failed", 500, 1;
    /// The request is for another host.
    WrongHost = "wrong_host", 421, 1;
    /// This post is in no territory.
    NoTerritory = "no_territory", 409, 1;
}

macro_rules! field_codes {
    ($($(#[$doc:meta])* $variant:ident = $token:literal;)*) => {
        /// What is wrong with a field.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum FieldCode {
            $($(#[$doc])* #[serde(rename = $token)] $variant,)*
        }

        impl FieldCode {
            /// Every code.
            pub const ALL: &'static [FieldCode] = &[$(FieldCode::$variant),*];

            /// The word for it in JSON.
            #[must_use]
            pub const fn token(self) -> &'static str {
                match self { $(FieldCode::$variant => $token,)* }
            }
        }
    };
}

field_codes! {
    /// The kind has no such field.
    UnknownField = "unknown_field";
    /// The field is required.
    Missing = "missing";
    /// Written once, at creation, or by the program itself.
    SetOnce = "set_once";
    /// Changed by a step or by another command.
    UseStep = "use_step";
    /// Not a text.
    NotText = "not_text";
    /// Not a number.
    NotANumber = "not_a_number";
    /// Outside what the field allows.
    OutOfRange = "out_of_range";
    /// Longer than the field allows.
    TooLong = "too_long";
    /// Not one of the field's words.
    UnknownToken = "unknown_token";
    /// Not true or false.
    NotABoolean = "not_a_boolean";
    /// Not a date and time.
    NotATime = "not_a_time";
    /// Not a place.
    NotAPlace = "not_a_place";
    /// Not a quantity with its unit.
    NotAQuantity = "not_a_quantity";
    /// Not a record's reference or id.
    NotAReference = "not_a_reference";
    /// Not a list of words.
    NotASet = "not_a_set";
    /// Not of the form the field has.
    WrongShape = "wrong_shape";
    /// Private: it goes to the record's twin.
    Private = "private";
    /// Not a post code.
    NotACode = "not_a_code";
    /// Empty.
    Empty = "empty";
}
