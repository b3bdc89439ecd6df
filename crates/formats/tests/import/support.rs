//! Options, files and looks that the tests share.

use std::path::PathBuf;

use beffroi_formats::{Destination, FileRefused, ImportOptions, ImportPlan, Reason, parse_pair};
use beffroi_records::{Created, Part, Writing, create};
use serde_json::Value;
use uuid::Uuid;

pub(crate) const OPERATION: Uuid = Uuid::from_u128(0x42);

pub(crate) fn destination() -> Destination {
    Destination {
        operation: OPERATION,
        exercise: false,
        time_zone: "America/Port-au-Prince".into(),
        started_at: "2010-01-12T16:53:00-05:00".into(),
        area: None,
    }
}

pub(crate) fn options() -> ImportOptions {
    ImportOptions::new(destination(), "essai")
}

pub(crate) fn mapped(pairs: &[&str]) -> ImportOptions {
    let mut options = options();
    options.map = pairs.iter().map(|pair| parse_pair(pair).unwrap()).collect();
    options
}

/// Plans, and proves that records take everything that was planned.
pub(crate) fn plan(
    file: impl AsRef<[u8]>,
    options: ImportOptions,
) -> Result<ImportPlan, FileRefused> {
    let plan = beffroi_formats::plan(file.as_ref(), options)?;
    for record in &plan.records {
        let writing = Writing {
            time_ms: 1,
            operation: Some(OPERATION),
            number: None,
            created: Created {
                at: "2010-01-12T16:53:00-05:00".into(),
                by: "import".into(),
                ..Created::default()
            },
            source: record.source.clone(),
        };
        for (part, values) in [
            (Part::Shared, &record.fields),
            (Part::Private, &record.private),
        ] {
            if part == Part::Shared || !values.is_empty() {
                let made = create(record.kind, part, record.id, values, &writing);
                assert!(
                    made.is_ok(),
                    "line {}: {:?} {values:?}",
                    record.line,
                    made.err()
                );
            }
        }
    }
    Ok(plan)
}

/// The value of a field of the n-th record.
pub(crate) fn value<'a>(plan: &'a ImportPlan, at: usize, field: &str) -> &'a Value {
    plan.records[at].fields.get(field).unwrap_or(&Value::Null)
}

/// Lines and reasons of the rejected rows.
pub(crate) fn rejected(plan: &ImportPlan) -> Vec<(u64, Option<&str>, Reason)> {
    let rows = plan.rejected.iter();
    rows.map(|row| (row.line, row.column.as_deref(), row.reason))
        .collect()
}

/// Lines and reasons of the notes.
pub(crate) fn notes(plan: &ImportPlan) -> Vec<(u64, Option<&str>, Reason)> {
    plan.notes
        .iter()
        .map(|note| (note.line, note.column.as_deref(), note.reason))
        .collect()
}

/// A file of the data folder beside the project; `None`, said aloud, when it is absent.
pub(crate) fn data(path: &str) -> Option<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    match std::fs::read(folder.join(path)) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            eprintln!("SKIPPED: {path} is not in the data folder ({error})");
            None
        }
    }
}
