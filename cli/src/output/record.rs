//! Records: one in a line, one in full, many in columns.

use std::io;

use beffroi_api::record::{PrivateFields, StoredBy};
use beffroi_api::{Kind, Record};
use serde_json::Value;

use super::table::{Columns, printable, printable_lines};
use super::value::{Reader, place};
use crate::catalogue::Texts;
use crate::session::Session;

/// Fields shown with a record in one line, the first that is there.
const FIRST_TOKENS: &[&str] = &["severity", "priority", "status", "phase"];

/// Fields whose cells may be broken into lines in a list.
const BREAKABLE: &[&str] = &["title", "status", "place"];

/// Columns a terminal needs for a list with places: below, titles would be one word a line.
const WIDTH_WITH_PLACES: u16 = 90;

/// Fields that stand elsewhere in the full view.
const SHOWN_APART: &[&str] = &["title", "name", "created", "v"];

/// Collaborative texts, shown with their lines.
const LONG_TEXTS: &[&str] = &["description", "details", "conditions", "instructions"];

/// Every field with a name of its own in the catalogues.
#[cfg(test)]
pub(crate) const NAMED_FIELDS: &[&str] = &[
    "title",
    "name",
    "description",
    "details",
    "conditions",
    "instructions",
    "event_type",
    "need_type",
    "resource_type",
    "category",
    "severity",
    "urgency",
    "verification",
    "status",
    "duplicate_of",
    "parent",
    "occurred_at",
    "reported_at",
    "channel",
    "priority",
    "due",
    "quantity",
    "beneficiaries",
    "incident",
    "site",
    "item",
    "requester_org",
    "constraints",
    "closing_reason",
    "mode",
    "owner_org",
    "unit",
    "capacity",
    "home_site",
    "skills",
    "basis",
    "phase",
    "exercise",
    "hazards",
    "territory",
    "time_zone",
    "director",
    "director_name",
    "caller",
    "contact",
    "activated_at",
    "closed_at",
    "place",
    "tags",
    "scope",
    "archived",
    "source",
];

/// How far a record is stored, in the words of the design: nothing is inferred.
pub(crate) fn stored(by: StoredBy, texts: &Texts) -> String {
    let arguments = [
        ("acknowledged", by.acknowledged.into()),
        ("posts", by.posts.into()),
    ];
    if by.posts == 0 {
        texts.say("stored-here")
    } else if by.acknowledged >= by.posts {
        texts.with("stored-by-all", &arguments)
    } else {
        texts.with("stored-by-some", &arguments)
    }
}

/// A record in one line: number, title, what matters most, how far it is stored.
pub(crate) fn line(session: &Session, record: &Record) -> String {
    let mut words = vec![record.reference.clone(), title(record)];
    let reader = reader(session, record.kind);
    let token = FIRST_TOKENS
        .iter()
        .find_map(|field| Some((field, value_of(record, field)?)));
    if let Some((field, value)) = token {
        words.push(reader.text(field, &value));
    }
    words.push(stored(record.stored_by, &session.texts));
    printable(&words.join("   "))
}

/// What is shown where a record is named.
pub(crate) fn title(record: &Record) -> String {
    printable(record.title())
}

/// Records in columns.
pub(crate) fn list(session: &Session, kind: Kind, records: &[Record]) -> io::Result<()> {
    let (type_field, rank_field) = match kind {
        Kind::Operation => (None, None),
        Kind::Incident => (Some("event_type"), Some("severity")),
        Kind::Need => (Some("need_type"), Some("priority")),
        Kind::Resource => (Some("resource_type"), Some("quantity")),
    };
    let rank_field = rank_field.filter(|_| kind != Kind::Resource);
    let mut fields = vec!["title"];
    fields.extend(type_field);
    fields.extend(rank_field);
    fields.push("status");
    let narrow = session
        .screen
        .width()
        .is_some_and(|width| width < WIDTH_WITH_PLACES);
    if !narrow {
        fields.push("place");
    }
    let reader = reader(session, kind);
    let mut headings = vec![session.texts.say("column-number")];
    headings.extend(fields.iter().map(|field| reader.name(field)));
    headings.extend(["column-updated", "column-stored"].map(|key| session.texts.say(key)));
    let mut columns = Columns::new(&session.screen, &headings);
    let breakable: Vec<usize> = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| BREAKABLE.contains(*field))
        .map(|(index, _)| index + 1)
        .collect();
    columns.break_only(&breakable);
    for record in records {
        let mut cells = vec![marked(record)];
        cells.extend(fields.iter().map(|field| cell(&reader, record, field)));
        cells.push(
            record
                .updated
                .as_deref()
                .map(|at| session.clock.short(at))
                .unwrap_or_default(),
        );
        cells.push(format!(
            "{}/{}",
            record.stored_by.acknowledged, record.stored_by.posts
        ));
        columns.row(&cells);
    }
    columns.print(&session.screen)
}

/// The number, with a mark when people disagree on something in the record.
fn marked(record: &Record) -> String {
    let mark = if record.conflicts.is_empty() {
        ""
    } else {
        " !"
    };
    format!("{}{mark}", record.reference)
}

fn cell(reader: &Reader<'_>, record: &Record, field: &str) -> String {
    if field == "title" {
        return title(record);
    }
    match value_of(record, field) {
        Some(Value::Object(parts)) if field == "place" => place(&parts),
        Some(value) => reader.text(field, &value),
        None => String::new(),
    }
}

/// A field of the record, common or of its kind; `None` when it has no value.
fn value_of(record: &Record, field: &str) -> Option<Value> {
    if field == "status" {
        return record.status.clone().map(Value::String);
    }
    record
        .fields
        .get(field)
        .filter(|value| !value.is_null())
        .cloned()
}

/// A record in full.
pub(crate) fn full(session: &Session, record: &Record) -> io::Result<()> {
    let screen = &session.screen;
    let reader = reader(session, record.kind);
    screen.line(&format!("{}   {}", marked(record), title(record)))?;
    let mut columns = Columns::bare(screen);
    let mut add = |name: String, text: String| columns.row(&[name, text]);
    if let Some(status) = value_of(record, "status") {
        add(reader.name("status"), reader.text("status", &status));
    }
    for (field, value) in &record.fields {
        let apart = SHOWN_APART.contains(&field.as_str()) || LONG_TEXTS.contains(&field.as_str());
        if !apart && !value.is_null() && value != &Value::Array(Vec::new()) {
            add(reader.name(field), reader.text(field, value));
        }
    }
    add(session.texts.say("shown-created"), created(session, record));
    if let Some(updated) = &record.updated {
        add(
            session.texts.say("column-updated"),
            session.clock.long(updated),
        );
    }
    add(
        session.texts.say("column-stored"),
        stored(record.stored_by, &session.texts),
    );
    if session.verbose {
        add("id".to_owned(), record.id.to_string());
        add("heads".to_owned(), record.heads.join(" "));
    }
    columns.print(screen)?;
    for field in LONG_TEXTS {
        let Some(text) = record.text(field).filter(|text| !text.is_empty()) else {
            continue;
        };
        screen.line("")?;
        screen.line(&reader.name(field))?;
        for line in printable_lines(text) {
            screen.line(&format!("  {line}"))?;
        }
    }
    if let Some(private) = &record.private {
        about_people(session, record, private)?;
    }
    if !record.conflicts.is_empty() {
        let names: Vec<String> = record
            .conflicts
            .iter()
            .map(|field| reader.name(field))
            .collect();
        let arguments = [
            ("fields", names.join(", ").into()),
            ("reference", record.reference.as_str().into()),
        ];
        screen.line("")?;
        screen.line(&session.texts.with("shown-conflicts", &arguments))?;
    }
    Ok(())
}

/// Which private fields there are, and how to read them.
fn about_people(session: &Session, record: &Record, private: &PrivateFields) -> io::Result<()> {
    let reader = reader(session, record.kind);
    let names: Vec<String> = private
        .fields
        .iter()
        .map(|field| reader.name(field))
        .collect();
    let arguments = [
        ("fields", names.join(", ").into()),
        ("reference", record.reference.as_str().into()),
    ];
    let key = if private.forgotten {
        "shown-private-forgotten"
    } else if names.is_empty() {
        return Ok(());
    } else {
        "shown-private"
    };
    session.screen.line("")?;
    session.screen.line(&session.texts.with(key, &arguments))
}

fn created(session: &Session, record: &Record) -> String {
    let created = &record.created;
    let mut words = Vec::new();
    words.extend(created.at.as_deref().map(|at| session.clock.long(at)));
    words.extend(
        [&created.by, &created.org, &created.post]
            .into_iter()
            .flatten()
            .cloned(),
    );
    printable(&words.join(", "))
}

/// The reader of a record's values.
pub(crate) fn reader(session: &Session, kind: Kind) -> Reader<'_> {
    Reader {
        texts: &session.texts,
        clock: &session.clock,
        kind,
    }
}

#[cfg(test)]
mod tests;
