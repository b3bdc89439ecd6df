//! Records made as a post makes them.

use beffroi_formats::{CsvOptions, CsvWriter, Exported, GeoJsonWriter, Selection, Summary};
use beffroi_records::{
    Created, Kind, Origin, Part, Record, Values, Writing, create, document, read,
};
use serde_json::Value;
use uuid::Uuid;

pub(crate) const OPERATION: Uuid = Uuid::from_u128(0x42);

/// A record with these values, created at a fixed time.
pub(crate) fn record(kind: Kind, id: u128, values: &Value) -> Record {
    let values: Values = values.as_object().unwrap().clone().into_iter().collect();
    let writing = Writing {
        time_ms: 1_795_365_604_000,
        operation: Some(OPERATION),
        created: Created {
            at: "2026-11-22T17:40:04+01:00".into(),
            by: "mairie-3".into(),
            ..Created::default()
        },
        ..Writing::default()
    };
    let id = Uuid::from_u128(id);
    let change = create(kind, Part::Shared, id, &values, &writing).unwrap();
    let document = document([change.as_slice()]).unwrap();
    read(&document, kind, id, &|_actor| Some(Origin::default()))
}

/// The same record with two values in conflict, the cautious one used.
pub(crate) fn in_conflict(mut record: Record, field: &str, cautious: &Value) -> Record {
    let reading = record
        .readings
        .iter_mut()
        .find(|reading| reading.name == field)
        .unwrap();
    reading.used = cautious.clone();
    reading.conflict = true;
    record
}

pub(crate) fn csv(
    records: &[Exported<'_>],
    options: CsvOptions,
    selection: Selection,
) -> (String, Summary) {
    let mut bytes = Vec::new();
    let kind = records
        .first()
        .map_or(Kind::Incident, |exported| exported.record.kind);
    let mut writer = CsvWriter::new(&mut bytes, kind, options, selection).unwrap();
    for exported in records {
        writer.write(exported).unwrap();
    }
    let summary = writer.finish().unwrap();
    (String::from_utf8(bytes).unwrap(), summary)
}

/// The kinds asked for are those of the records.
pub(crate) fn geojson(records: &[Exported<'_>], selection: Selection) -> (String, Summary) {
    let mut bytes = Vec::new();
    let kinds: Vec<Kind> = records
        .iter()
        .map(|exported| exported.record.kind)
        .collect();
    let mut writer = GeoJsonWriter::new(&mut bytes, &kinds, selection).unwrap();
    for exported in records {
        writer.write(exported).unwrap();
    }
    let summary = writer.finish().unwrap();
    (String::from_utf8(bytes).unwrap(), summary)
}

/// The cells of a table, headings first, read by another parser.
pub(crate) fn cells(table: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

/// The cell of a column in the n-th row.
pub(crate) fn cell<'a>(table: &'a [Vec<String>], row: usize, column: &str) -> &'a str {
    let at = table[0]
        .iter()
        .position(|heading| heading == column)
        .unwrap();
    &table[row][at]
}
