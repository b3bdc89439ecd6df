//! GeoJSON (RFC 7946): one FeatureCollection of records of one or several kinds, flat properties
//! with our field names.

use std::io::{self, Write};

use beffroi_records::{Kind, Record, Rule, Shape};
use serde_json::{Map, Value, json};

use super::selection::{Exported, Selection, Summary, conflicts};

/// Writes the records of some kinds: [`GeoJsonWriter::new`], then [`GeoJsonWriter::write`] for each,
/// then [`GeoJsonWriter::finish`], without which the file is not whole. Each feature says its `kind`.
pub struct GeoJsonWriter<W: Write> {
    writer: W,
    selection: Selection,
    summary: Summary,
}

impl<W: Write> GeoJsonWriter<W> {
    /// Opens the collection.
    pub fn new(mut writer: W, kinds: &[Kind], selection: Selection) -> io::Result<Self> {
        let summary = Summary::new(kinds);
        let tokens: Value = summary
            .exported
            .iter()
            .map(|(kind, _)| kind.token())
            .collect();
        write!(
            writer,
            "{{\"type\":\"FeatureCollection\",\"kinds\":{tokens},\"exercise\":{},\"features\":[",
            selection.exercise,
        )?;
        Ok(Self {
            writer,
            selection,
            summary,
        })
    }

    /// Writes one record as a feature, when the selection admits it.
    pub fn write(&mut self, exported: &Exported<'_>) -> io::Result<()> {
        let first = self.summary.total() == 0;
        if !self.summary.admits(exported, self.selection) {
            return Ok(());
        }
        let feature = feature(exported, self.selection.exercise);
        if feature["geometry"].is_null() {
            self.summary.without_place += 1;
        }
        self.writer.write_all(if first { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut self.writer, &feature)?;
        Ok(())
    }

    /// Closes the collection, and says what went out and what did not.
    pub fn finish(mut self) -> io::Result<Summary> {
        self.writer.write_all(b"\n]}\n")?;
        self.writer.flush()?;
        Ok(self.summary)
    }
}

fn feature(exported: &Exported<'_>, exercise: bool) -> Value {
    let record = exported.record;
    json!({
        "type": "Feature",
        "id": record.id.hyphenated().to_string(),
        "geometry": geometry(record.used("place")),
        "properties": properties(exported, exercise),
    })
}

/// The outline of a place when it has one, else its point, else null.
fn geometry(place: &Value) -> Value {
    let outline = &place["geometry"];
    if let Some(kind) = outline["type"].as_str() {
        let coordinates = positions(&outline["coordinates"]);
        return json!({"type": kind, "coordinates": rewound(kind, coordinates)});
    }
    match place["point"].as_array() {
        Some(_) => json!({"type": "Point", "coordinates": positions(&place["point"])}),
        None => Value::Null,
    }
}

/// Five decimals at every depth.
fn positions(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(positions).collect(),
        Value::Number(number) => {
            json!((number.as_f64().unwrap_or_default() * 1e5).round() / 1e5 + 0.0)
        }
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Object(_) => Value::Null,
    }
}

/// Outer rings anticlockwise, holes clockwise (RFC 7946 §3.1.6).
fn rewound(kind: &str, mut coordinates: Value) -> Value {
    let polygons = match (kind, &mut coordinates) {
        ("Polygon", polygon) => std::slice::from_mut(polygon),
        ("MultiPolygon", Value::Array(polygons)) => polygons.as_mut_slice(),
        _ => return coordinates,
    };
    for rings in polygons.iter_mut().filter_map(Value::as_array_mut) {
        for (at, ring) in rings.iter_mut().filter_map(Value::as_array_mut).enumerate() {
            let anticlockwise = doubled_area(ring) > 0.0;
            if anticlockwise != (at == 0) {
                ring.reverse();
            }
        }
    }
    coordinates
}

/// Twice the signed area of a ring: positive when anticlockwise.
fn doubled_area(ring: &[Value]) -> f64 {
    let at = |position: &Value, axis: usize| position[axis].as_f64().unwrap_or_default();
    ring.windows(2)
        .map(|pair| at(&pair[0], 0) * at(&pair[1], 1) - at(&pair[1], 0) * at(&pair[0], 1))
        .sum()
}

fn properties(exported: &Exported<'_>, exercise: bool) -> Value {
    let record = exported.record;
    let mut properties = Map::new();
    properties.insert("kind".to_owned(), record.kind.token().into());
    properties.insert("exercise".to_owned(), exercise.into());
    for reading in record.readings.iter().filter(|reading| !reading.private) {
        if reading.rule != Rule::Ledger && !reading.used.is_null() {
            flatten(record, &reading.name, &reading.used, &mut properties);
        }
    }
    let derived = &exported.derived;
    if let Some(delivered) = &derived.delivered {
        properties.insert("delivered".to_owned(), decimal(delivered));
    }
    if !derived.stock.is_empty() {
        let amounts = derived.stock.iter().map(|stock| decimal(&stock.amount));
        properties.insert("stock".to_owned(), amounts.collect());
    }
    let conflicts: Vec<&str> = conflicts(record).collect();
    if !conflicts.is_empty() {
        properties.insert("conflicts".to_owned(), conflicts.into());
    }
    Value::Object(properties)
}

/// Composite values become `quantity` and `quantity.unit`, `place.label`, `due.delay`, `source.id`.
/// What tells who wrote the record (`created`, `archived`) stays in.
fn flatten(record: &Record, name: &str, used: &Value, properties: &mut Map<String, Value>) {
    let shape = record.kind.field(name).map(|field| field.shape);
    match (shape, used) {
        (Some(Shape::Created), created) => {
            properties.insert("created_at".to_owned(), created["at"].clone());
        }
        (Some(Shape::Archived), archived) => {
            properties.insert("archived_at".to_owned(), archived["at"].clone());
        }
        (Some(Shape::Quantity), quantity) => {
            let amount = quantity["value"].as_str().unwrap_or_default();
            properties.insert(name.to_owned(), decimal(amount));
            properties.insert(format!("{name}.unit"), quantity["unit"].clone());
        }
        (_, Value::Object(parts)) => {
            // The geometry says where; a nested value would not be flat.
            let flat = parts
                .iter()
                .filter(|(_, part)| !part.is_object() && !part.is_array());
            for (part, value) in flat {
                properties.insert(format!("{name}.{part}"), value.clone());
            }
        }
        _ if matches!(name, "v" | "kind" | "operation") => {}
        (_, value) => {
            properties.insert(name.to_owned(), value.clone());
        }
    }
}

/// A number when it is one; the text else.
fn decimal(text: &str) -> Value {
    serde_json::from_str::<serde_json::Number>(text).map_or_else(|_| text.into(), Value::Number)
}
