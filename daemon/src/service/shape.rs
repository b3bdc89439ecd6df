//! From a record as `records` reads it to the record of the API. The two are different types, so that a
//! changed page never changes what posts say to each other.

use automerge::ChangeHash;
use beffroi_api::record::{Created, StoredBy};
use beffroi_api::{Kind, Record};
use beffroi_records::{Kind as RecordKind, Reading, Record as Read, Row};
use beffroi_trust::DeviceId;
use serde_json::{Map, Value};

use crate::clock::rfc3339;
use crate::view::Names;

/// Fields that have their own place in the API's record.
const PLACED: [&str; 6] = ["v", "kind", "number", "operation", "created", "status"];

/// The kind in `records`.
pub(crate) fn record_kind(kind: Kind) -> RecordKind {
    match kind {
        Kind::Operation => RecordKind::Operation,
        Kind::Incident => RecordKind::Incident,
        Kind::Need => RecordKind::Need,
        Kind::Resource => RecordKind::Resource,
    }
}

/// The kind of the API, for those it serves.
pub(crate) fn api_kind(kind: RecordKind) -> Option<Kind> {
    match kind {
        RecordKind::Operation => Some(Kind::Operation),
        RecordKind::Incident => Some(Kind::Incident),
        RecordKind::Need => Some(Kind::Need),
        RecordKind::Resource => Some(Kind::Resource),
        RecordKind::Post | RecordKind::Territory => None,
    }
}

/// A head or a change, as the API writes it.
pub(crate) fn hash_text(hash: &ChangeHash) -> String {
    hash.to_string()
}

/// The record of the API. Its fields are the values used: where two disagree, the cautious one (records.md §3);
/// both stand in the list of conflicts.
pub(crate) fn record(read: &Read, kind: Kind, names: &Names, stored_by: StoredBy) -> Record {
    let used = |reading: &Reading| (reading.name.to_string(), reading.used.clone());
    let placed = |reading: &&Reading| !reading.private && !PLACED.contains(&reading.name.as_ref());
    let fields: Map<String, Value> = read.readings.iter().filter(placed).map(used).collect();
    let status = read.used(kind_status(kind)).as_str().map(str::to_owned);
    let operation = match kind {
        Kind::Operation => None,
        Kind::Incident | Kind::Need | Kind::Resource => read.operation(),
    };
    Record {
        id: read.id,
        reference: reference(read),
        kind,
        number: read.numbers().first().map(|number| (*number).to_owned()),
        operation,
        heads: read.heads.iter().map(hash_text).collect(),
        status,
        fields,
        created: created(read, names),
        updated: Some(rfc3339(read.updated_ms)),
        conflicts: read
            .conflicts()
            .map(|reading| reading.name.to_string())
            .collect(),
        stored_by,
        private: None,
    }
}

/// Characters of an id shown when a record has nothing better: two groups of a UUID.
const ID_SHOWN: usize = 13;

/// What a person types to name a record.
pub(crate) fn reference(read: &Read) -> String {
    let row = Row::new(read);
    if row.reference.is_empty() {
        return read.id.to_string().chars().take(ID_SHOWN).collect();
    }
    row.reference.into_string()
}

fn kind_status(kind: Kind) -> &'static str {
    match kind {
        Kind::Operation => "phase",
        Kind::Incident | Kind::Need | Kind::Resource => "status",
    }
}

/// The post is who signed the creation, not what the record says of itself.
fn created(read: &Read, names: &Names) -> Created {
    let said = |name: &str| {
        read.shown("created")
            .get(name)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let post = read
        .creators()
        .first()
        .map(|author| names.shown(&DeviceId(*author)));
    Created {
        at: said("at"),
        by: said("by"),
        org: said("org"),
        post,
    }
}
