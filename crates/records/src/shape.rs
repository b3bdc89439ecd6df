//! What a value may be. A writer's value is checked and brought to its one stored form; readers take anything.

mod composite;
mod ledger;
mod part;
mod place;

use serde_json::{Number as JsonNumber, Value};
use uuid::Uuid;

use crate::canonical::{clean_line, clean_text, plain_number};
use crate::decimal::Decimal;
use crate::labels::List;
use crate::limits::{
    CODE_CHARACTERS_MAX, INTEGER_MAX, MEMBER_CHARACTERS_MAX, TEXT_CHARACTERS_MAX,
    TITLE_CHARACTERS_MAX,
};
use crate::moment::Moment;
use crate::number::{Number, is_post_code};
use crate::refused::{Code, Fault};

/// The form of a field's value, of a set's member or of a ledger's entry.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// One line: a title, a name, an organisation.
    Title,
    /// One short line: a member of a set.
    Line,
    /// Several lines, at most so many characters.
    Lines(usize),
    /// A collaborative text.
    Text,
    /// A token of a list.
    Token(&'static List),
    /// The id of a record or of a ledger's entry.
    Id,
    /// A whole number from zero.
    Integer,
    /// True or false.
    Flag,
    /// An RFC 3339 time with its offset.
    Moment,
    /// The IANA name of a time zone.
    TimeZone,
    /// The INSEE code of a commune.
    Insee,
    /// A record's number.
    Number,
    /// A post's code.
    PostCode,
    /// A code of another tool's list.
    Code,
    /// `{label, insee?, point?, geometry?, precision}`.
    Place,
    /// `{value, unit}`.
    Quantity,
    /// `{delay, at?}`.
    Due,
    /// `{name?, phone?, note?}`.
    Person,
    /// `{category?, actor?, loctype?}`.
    EmsiType,
    /// `{at, by?, org?, post?}`.
    Created,
    /// `{type, format?, name?, id?, file_hash?}`.
    Source,
    /// `{reason, at, by?}`.
    Archived,
    /// An entry of `observations`.
    Observation,
    /// An entry of `movements`.
    Movement,
}

impl Shape {
    /// True for values stored as canonical JSON in one string.
    pub(crate) const fn is_composite(self) -> bool {
        match self {
            Self::Place
            | Self::Quantity
            | Self::Due
            | Self::Person
            | Self::EmsiType
            | Self::Created
            | Self::Source
            | Self::Archived
            | Self::Observation
            | Self::Movement => true,
            Self::Title
            | Self::Line
            | Self::Lines(_)
            | Self::Text
            | Self::Token(_)
            | Self::Id
            | Self::Integer
            | Self::Flag
            | Self::Moment
            | Self::TimeZone
            | Self::Insee
            | Self::Number
            | Self::PostCode
            | Self::Code => false,
        }
    }

    /// The value as it is stored; `Null` for an empty one. A text stands for what it spells: forms and command lines
    /// know nothing else.
    pub(crate) fn written(self, value: &Value) -> Result<Value, Fault> {
        if value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty()) {
            return Ok(Value::Null);
        }
        match self {
            Self::Title => line(value, TITLE_CHARACTERS_MAX),
            Self::Line => line(value, MEMBER_CHARACTERS_MAX),
            Self::Lines(characters_max) => lines(value, characters_max),
            Self::Text => lines(value, TEXT_CHARACTERS_MAX),
            Self::Token(list) => token(value, list),
            Self::Id => id(value),
            Self::Integer => integer(value),
            Self::Flag => flag(value),
            Self::Moment => moment(value),
            Self::TimeZone => matching(value, Code::BadTimeZone, is_time_zone),
            Self::Insee => matching(&upper(value)?, Code::BadInsee, is_insee),
            Self::Number => {
                let number = Number::parse(text(value)?).ok_or_else(|| fault(Code::BadNumber))?;
                Ok(Value::String(number.to_string()))
            }
            Self::PostCode => matching(&upper(value)?, Code::BadCode, is_post_code),
            Self::Code => matching(value, Code::BadCode, is_code),
            Self::Place => place::written(value),
            Self::Quantity => composite::quantity(value),
            Self::Due => composite::due(value),
            Self::Person => composite::person(value),
            Self::EmsiType => composite::emsi_type(value),
            Self::Created => composite::created(value),
            Self::Source => composite::source(value),
            Self::Archived => composite::archived(value),
            Self::Observation => ledger::observation(value),
            Self::Movement => ledger::movement(value),
        }
    }
}

fn fault(code: Code) -> Fault {
    Fault::new("", code)
}

fn text(value: &Value) -> Result<&str, Fault> {
    value.as_str().ok_or_else(|| fault(Code::WrongForm))
}

fn upper(value: &Value) -> Result<Value, Fault> {
    Ok(Value::String(text(value)?.to_ascii_uppercase()))
}

fn within(text: String, characters_max: usize) -> Result<Value, Fault> {
    if text.len() > characters_max && text.chars().count() > characters_max {
        return Err(fault(Code::TooLong));
    }
    Ok(if text.trim().is_empty() {
        Value::Null
    } else {
        Value::String(text)
    })
}

fn line(value: &Value, characters_max: usize) -> Result<Value, Fault> {
    within(clean_line(text(value)?), characters_max)
}

fn lines(value: &Value, characters_max: usize) -> Result<Value, Fault> {
    within(clean_text(text(value)?), characters_max)
}

fn token(value: &Value, list: &List) -> Result<Value, Fault> {
    let spelled = clean_line(text(value)?);
    if spelled.chars().count() > MEMBER_CHARACTERS_MAX {
        return Err(fault(Code::TooLong));
    }
    list.written(&spelled)
        .map(Value::String)
        .ok_or_else(|| fault(Code::UnknownToken))
}

fn id(value: &Value) -> Result<Value, Fault> {
    let id = Uuid::try_parse(text(value)?.trim()).map_err(|_| fault(Code::BadId))?;
    Ok(Value::String(id.hyphenated().to_string()))
}

fn decimal(value: &Value) -> Result<Decimal, Fault> {
    let spelled = match value {
        Value::Number(number) => plain_number(number).to_string(),
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            return Err(fault(Code::NotANumber));
        }
    };
    Decimal::parse(&spelled).ok_or_else(|| fault(Code::NotANumber))
}

fn positive_decimal(value: &Value) -> Result<Decimal, Fault> {
    let decimal = decimal(value)?;
    if decimal.is_negative() {
        Err(fault(Code::Negative))
    } else {
        Ok(decimal)
    }
}

fn integer(value: &Value) -> Result<Value, Fault> {
    let spelled = positive_decimal(value)?.to_string();
    let whole: i64 = spelled.parse().map_err(|_| fault(Code::NotAnInteger))?;
    if whole > INTEGER_MAX {
        return Err(fault(Code::NotANumber));
    }
    Ok(Value::Number(JsonNumber::from(whole)))
}

fn flag(value: &Value) -> Result<Value, Fault> {
    match value.as_str() {
        None => value.as_bool(),
        Some(text) => text.trim().parse().ok(),
    }
    .map(Value::Bool)
    .ok_or_else(|| fault(Code::WrongForm))
}

fn moment(value: &Value) -> Result<Value, Fault> {
    let moment = Moment::parse(text(value)?).ok_or_else(|| fault(Code::BadDate))?;
    Ok(Value::String(moment.text))
}

fn matching(value: &Value, code: Code, right: fn(&str) -> bool) -> Result<Value, Fault> {
    let trimmed = text(value)?.trim();
    if right(trimmed) {
        Ok(Value::String(trimmed.to_owned()))
    } else {
        Err(fault(code))
    }
}

fn is_time_zone(text: &str) -> bool {
    text.len() <= CODE_CHARACTERS_MAX
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_+-/".contains(&byte))
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
}

fn is_insee(text: &str) -> bool {
    text.len() == 5
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn is_code(text: &str) -> bool {
    text.len() <= CODE_CHARACTERS_MAX
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/_.-".contains(&byte))
}
