//! The columns of our tables (formats.md §10). Their names are the fields that a map takes, so
//! that our own files come back in by their header alone.

use beffroi_records::Kind;

/// Columns that every table begins with.
const FIRST: &[&str] = &[
    "id",
    "number",
    "exercise",
    "place.insee",
    "place.label",
    "place.lat",
    "place.lon",
];

/// Columns that every table ends with: tags, and the fields whose value is the cautious one.
const LAST: &[&str] = &["tags", "conflicts"];

const INCIDENT: &[&str] = &[
    "occurred_at",
    "reported_at",
    "title",
    "event_type",
    "severity",
    "status",
    "verification",
    "description",
];

const NEED: &[&str] = &[
    "title",
    "need_type",
    "priority",
    "item",
    "quantity",
    "quantity.unit",
    "delivered",
    "beneficiaries",
    "due.delay",
    "due.at",
    "status",
    "requester_org",
];

const RESOURCE: &[&str] = &[
    "name",
    "resource_type",
    "stock",
    "unit",
    "capacity",
    "capacity.unit",
    "owner_org",
    "status",
];

/// Kinds that have a table.
pub(crate) const KINDS: [Kind; 3] = [Kind::Incident, Kind::Need, Kind::Resource];

/// Columns that say what a record adds up to, or who it is: not read back.
pub(crate) const NOT_READ_BACK: &[&str] = &["number", "delivered", "conflicts"];

/// The columns of a kind's table, in order; none for a kind without a table.
pub(crate) fn columns(kind: Kind) -> impl Iterator<Item = &'static str> + Clone {
    let own = match kind {
        Kind::Incident => INCIDENT,
        Kind::Need => NEED,
        Kind::Resource => RESOURCE,
        Kind::Operation | Kind::Post | Kind::Territory => &[],
    };
    let (first, last) = if own.is_empty() {
        (&[][..], &[][..])
    } else {
        (FIRST, LAST)
    };
    first.iter().chain(own).chain(last).copied()
}

/// The key of a column's heading in the catalogues.
pub(crate) fn heading_key(column: &str) -> String {
    format!("column-{}", column.replace('.', "-"))
}
