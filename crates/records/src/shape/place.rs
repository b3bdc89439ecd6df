//! Places: WGS 84, longitude first, five decimals (about a metre). 0,0 is what empty cells become: it is no point.

use serde_json::{Map, Number, Value, json};

use super::part::Parts;
use super::{Shape, fault};
use crate::canonical::plain_number;
use crate::labels::PRECISION;
use crate::limits::{PARTS_MAX, PLACE_CHARACTERS_MAX, POSITIONS_MAX};
use crate::refused::{Code, Fault};

/// `{label, insee?, point?, geometry?, precision}`; also a label alone. `Null` when it says nothing.
pub(super) fn written(value: &Value) -> Result<Value, Fault> {
    if value.is_string() {
        return written(&json!({ "label": value }));
    }
    let mut parts = Parts::open(value, &["label", "insee", "point", "geometry", "precision"])?;
    let mut says_something =
        parts.taken("label", |label| super::line(label, PLACE_CHARACTERS_MAX))?;
    says_something |= parts.optional("insee", Shape::Insee)?;
    says_something |= parts.taken("point", point)?;
    says_something |= parts.taken("geometry", geometry)?;
    if !says_something {
        return Ok(Value::Null);
    }
    if parts
        .given("label")
        .is_none_or(|label| label.as_str().is_some_and(|text| text.trim().is_empty()))
    {
        parts.put("label", Value::String(String::new()));
    }
    if !parts.optional("precision", Shape::Token(&PRECISION))? {
        parts.put("precision", Value::String("unknown".to_owned()));
    }
    Ok(parts.close())
}

fn point(value: &Value) -> Result<Value, Fault> {
    let position = position(value).ok_or_else(|| fault(Code::BadCoordinates))?;
    Ok(if position == json!([0, 0]) {
        Value::Null
    } else {
        position
    })
}

/// Longitude and latitude, rounded; a third coordinate is dropped.
fn position(value: &Value) -> Option<Value> {
    let numbers = value
        .as_array()
        .filter(|numbers| (2..=3).contains(&numbers.len()))?;
    let longitude = coordinate(&numbers[0], 180.0)?;
    let latitude = coordinate(&numbers[1], 90.0)?;
    Some(Value::Array(vec![longitude, latitude]))
}

fn coordinate(value: &Value, bound: f64) -> Option<Value> {
    let degrees = value.as_f64().filter(|degrees| degrees.abs() <= bound)?;
    // Adding zero makes of −0 a 0.
    let rounded = (degrees * 1e5).round() / 1e5 + 0.0;
    Some(Value::Number(plain_number(&Number::from_f64(rounded)?)))
}

fn geometry(value: &Value) -> Result<Value, Fault> {
    let bad = || fault(Code::BadGeometry);
    let given = value.as_object().ok_or_else(bad)?;
    let kind = given.get("type").and_then(Value::as_str).ok_or_else(bad)?;
    // How deep the positions lie, and how many a line or ring needs.
    let (depth, positions_min) = match kind {
        "Point" => (0, 1),
        "MultiPoint" => (1, 1),
        "LineString" => (1, 2),
        "MultiLineString" => (2, 2),
        "Polygon" => (2, 4),
        "MultiPolygon" => (3, 4),
        _ => return Err(bad()),
    };
    let mut budget = Budget {
        positions: POSITIONS_MAX,
        parts: PARTS_MAX,
    };
    let coordinates = nested(
        given.get("coordinates").ok_or_else(bad)?,
        depth,
        positions_min,
        &mut budget,
    )?;
    let mut stored = Map::new();
    stored.insert("type".to_owned(), Value::String(kind.to_owned()));
    stored.insert("coordinates".to_owned(), coordinates);
    Ok(Value::Object(stored))
}

struct Budget {
    positions: usize,
    parts: usize,
}

fn nested(
    value: &Value,
    depth: usize,
    positions_min: usize,
    budget: &mut Budget,
) -> Result<Value, Fault> {
    if depth == 0 {
        budget.positions = budget
            .positions
            .checked_sub(1)
            .ok_or_else(|| fault(Code::TooMany))?;
        return position(value).ok_or_else(|| fault(Code::BadGeometry));
    }
    budget.parts = budget
        .parts
        .checked_sub(1)
        .ok_or_else(|| fault(Code::TooMany))?;
    let items = value.as_array().ok_or_else(|| fault(Code::BadGeometry))?;
    let items_min = if depth == 1 { positions_min } else { 1 };
    if items.len() < items_min {
        return Err(fault(Code::BadGeometry));
    }
    let stored: Result<Vec<_>, _> = items
        .iter()
        .map(|item| nested(item, depth - 1, positions_min, budget))
        .collect();
    stored.map(Value::Array)
}
