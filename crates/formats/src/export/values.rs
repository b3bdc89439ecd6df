//! The value of a column for a record: the one that is used, the cautious one in a conflict.

use beffroi_records::labels::List;
use beffroi_records::{Record, Shape};
use serde_json::Value;

use super::selection::{Exported, Stock, conflicts};

/// Between the members of a set: a line feed cannot be in one.
const MEMBER_SEPARATOR: &str = "\n";

/// A cell before it is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CellValue {
    /// Nothing.
    Empty,
    /// What people typed: guarded against spreadsheets.
    Text(String),
    /// A token of a list.
    Token(&'static List, String),
    /// Decimal text.
    Number(String),
    /// An id, a time, a flag: our own forms, which no spreadsheet runs.
    Plain(String),
}

/// The value of a column. `stock` is the site of this row, for a lot.
pub(crate) fn cell(
    exported: &Exported<'_>,
    stock: Option<&Stock>,
    column: &str,
    exercise: bool,
) -> CellValue {
    let record = exported.record;
    match column {
        "id" => CellValue::Plain(record.id.hyphenated().to_string()),
        "number" => plain_or_empty(record.shown("number")),
        "exercise" => CellValue::Plain(if exercise {
            "true".to_owned()
        } else {
            String::new()
        }),
        "tags" => text(
            record
                .members("tags")
                .collect::<Vec<_>>()
                .join(MEMBER_SEPARATOR),
        ),
        "conflicts" => text(conflicts(record).collect::<Vec<_>>().join(" ")),
        "delivered" => number(exported.derived.delivered.clone().unwrap_or_default()),
        "stock" => number(stock.map(|stock| stock.amount.clone()).unwrap_or_default()),
        _ => match column.split_once('.') {
            Some(("place", part)) => {
                let place = stock.and_then(|stock| stock.place.as_ref());
                place_part(place.unwrap_or_else(|| record.used("place")), part)
            }
            Some((field, part)) => composite_part(record, field, part),
            None => whole(record, column),
        },
    }
}

fn whole(record: &Record, name: &str) -> CellValue {
    let value = record.used(name);
    let Some(field) = record.kind.field(name) else {
        return CellValue::Empty;
    };
    match (field.shape, value) {
        (_, Value::Null) => CellValue::Empty,
        (Shape::Token(list), Value::String(token)) => CellValue::Token(list, token.clone()),
        (Shape::Quantity, quantity) => number(string(&quantity["value"])),
        (Shape::Moment | Shape::Id | Shape::Flag, value) => plain_or_empty(value),
        (_, Value::Number(figure)) => number(figure.to_string()),
        (_, value) => text(string(value)),
    }
}

fn place_part(place: &Value, part: &str) -> CellValue {
    match part {
        "lon" => number(string(&place["point"][0])),
        "lat" => number(string(&place["point"][1])),
        "insee" => text(string(&place["insee"])),
        _ => text(string(&place[part])),
    }
}

fn composite_part(record: &Record, field: &str, part: &str) -> CellValue {
    let value = string(&record.used(field)[part]);
    if value.is_empty() {
        return CellValue::Empty;
    }
    match (field, part) {
        (_, "unit") => CellValue::Token(&beffroi_records::labels::UNIT, value),
        ("due", "delay") => CellValue::Token(&beffroi_records::labels::DELAY, value),
        ("due", "at") => CellValue::Plain(value),
        _ => text(value),
    }
}

/// The text of a string or of a number; empty for the rest.
fn string(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

fn text(text: String) -> CellValue {
    if text.is_empty() {
        CellValue::Empty
    } else {
        CellValue::Text(text)
    }
}

/// A number of ours is digits, a point and a sign. Anything else under its name came from a stranger:
/// it is text, and guarded as text.
fn number(decimal: String) -> CellValue {
    let unsigned = decimal.strip_prefix('-').unwrap_or(&decimal);
    let plain = !unsigned.is_empty()
        && unsigned
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if plain {
        CellValue::Number(decimal)
    } else {
        text(decimal)
    }
}

/// Readers accept what any writer put under a name: only what has the look of our own forms goes
/// out unguarded.
fn plain_or_empty(value: &Value) -> CellValue {
    let plain = match value {
        Value::Bool(flag) => flag.to_string(),
        Value::String(_) | Value::Number(_) | Value::Null | Value::Array(_) | Value::Object(_) => {
            string(value)
        }
    };
    let ours = plain.starts_with(|c: char| c.is_ascii_alphanumeric());
    match (plain.is_empty(), ours) {
        (true, _) => CellValue::Empty,
        (false, true) => CellValue::Plain(plain),
        (false, false) => CellValue::Text(plain),
    }
}
