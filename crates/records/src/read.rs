//! Reading a record: every combination of values is accepted, and nothing panics.

use std::borrow::Cow;
use std::collections::BTreeMap;

use automerge::{Automerge, ChangeHash, ObjId, ROOT, ReadDoc};
use serde_json::Value;
use uuid::Uuid;

use crate::archive::changed_after;
use crate::canonical::canonical_json;
use crate::document::{Cell, Raw, plain_owned, raw_of};
use crate::field::{Field, LAYOUT_VERSION, Rule};
use crate::kind::Kind;
use crate::record::{Candidate, LedgerEntry, Origin, Reading, Record};

/// Tells who made the change of this actor, and when; `None` when unknown: then the change's own time is taken.
pub type Origins<'a> = &'a dyn Fn(&[u8; 16]) -> Option<Origin>;

/// Reads a record from its document.
pub fn read(document: &Automerge, kind: Kind, id: Uuid, origins: Origins<'_>) -> Record {
    let metas = document.get_changes_meta(&[]);
    let mut by_change: BTreeMap<ChangeHash, Origin> = BTreeMap::new();
    let mut updated_ms = 0;
    for meta in &metas {
        let known = <[u8; 16]>::try_from(meta.actor.to_bytes())
            .ok()
            .and_then(|actor| origins(&actor));
        let origin = known.unwrap_or_else(|| Origin {
            author: [0; 32],
            at_ms: u64::try_from(meta.timestamp).unwrap_or(0),
        });
        updated_ms = updated_ms.max(origin.at_ms);
        by_change.insert(meta.hash, origin);
    }
    let cells = cells(document, &by_change);
    let mut record = assemble(cells, kind, id, document.get_heads(), updated_ms);
    let archiving: Vec<ChangeHash> = record
        .field("archived")
        .map(|reading| reading.candidates.as_slice())
        .unwrap_or_default()
        .iter()
        .filter(|candidate| !candidate.value.is_null())
        .flat_map(|candidate| candidate.changes.iter().copied())
        .collect();
    if !archiving.is_empty() && changed_after(document, &archiving) {
        record.changed_after_archive = true;
        if let Some(reading) = record
            .readings
            .iter_mut()
            .find(|reading| reading.name == "archived")
        {
            reading.used = Value::Null;
        }
    }
    record
}

/// The cells under each root key, in byte order of the keys.
fn cells(document: &Automerge, origins: &BTreeMap<ChangeHash, Origin>) -> Vec<(String, Vec<Cell>)> {
    // Most documents have one change: then no operation needs looking up.
    let only = origins.first_key_value().filter(|_| origins.len() == 1);
    let cell = |raw: Raw, id: &ObjId| {
        let change = only
            .map(|(change, _)| *change)
            .or_else(|| document.hash_for_opid(id));
        let change = change.unwrap_or(ChangeHash([0; 32]));
        Cell {
            raw,
            origin: origins.get(&change).copied().unwrap_or_default(),
            change,
        }
    };
    document
        .map_range(ROOT, ..)
        .map(|item| {
            let cells = if item.conflict {
                let all = document
                    .get_all(ROOT, item.key.as_ref())
                    .unwrap_or_default();
                all.iter()
                    .map(|(value, id)| cell(raw_of_owned(document, value, id), id))
                    .collect()
            } else {
                let id = item.id();
                vec![cell(raw_of(document, &item.value, &id), &id)]
            };
            (item.key.into_owned(), cells)
        })
        .collect()
}

fn raw_of_owned(document: &Automerge, value: &automerge::Value<'_>, id: &ObjId) -> Raw {
    match value {
        automerge::Value::Scalar(scalar) => Raw::Scalar(plain_owned(scalar)),
        automerge::Value::Object(automerge::ObjType::Text) => {
            document.text(id).map_or(Raw::Other, Raw::Text)
        }
        automerge::Value::Object(_) => Raw::Other,
    }
}

/// Gives the cells their meaning. `cells` are in byte order of their keys.
pub(crate) fn assemble(
    cells: Vec<(String, Vec<Cell>)>,
    kind: Kind,
    id: Uuid,
    heads: Vec<ChangeHash>,
    updated_ms: u64,
) -> Record {
    let mut root = Root::new(cells);
    let versions = root.take("v").unwrap_or_default().into_iter();
    let version = versions
        .filter_map(|cell| cell.raw.value(None).as_i64())
        .max();
    // The kind is decided by the document's id, whatever stands inside.
    root.take("kind");
    let mut readings = Vec::new();
    for field in kind.fields() {
        let reading = match field.rule {
            Rule::Set | Rule::Ledger => collected(field, root.take_members(field.name)),
            Rule::Once | Rule::Plain | Rule::Critical | Rule::Text => {
                let empty = Reading::of(field, Cow::Borrowed(field.name));
                root.take(field.name)
                    .map(|cells| single(empty, Some(field), cells))
            }
        };
        readings.extend(reading);
    }
    for (key, cells) in root.rest() {
        let field = kind
            .field(&key)
            .filter(|field| matches!(field.rule, Rule::Plain));
        let empty = Reading::empty(Cow::Owned(key), Rule::Plain, false);
        readings.push(single(empty, field, cells));
    }
    Record {
        id,
        kind,
        version: version.unwrap_or(LAYOUT_VERSION),
        heads,
        updated_ms,
        changed_after_archive: false,
        readings,
    }
}

/// The root map's cells, each taken once.
struct Root {
    /// In byte order.
    keys: Vec<String>,
    cells: Vec<Option<Vec<Cell>>>,
}

impl Root {
    fn new(cells: Vec<(String, Vec<Cell>)>) -> Self {
        let (keys, cells): (Vec<String>, Vec<Vec<Cell>>) = cells.into_iter().unzip();
        let cells = cells.into_iter().map(Some).collect();
        Self { keys, cells }
    }

    fn take(&mut self, name: &str) -> Option<Vec<Cell>> {
        let place = self.keys.binary_search_by(|key| key.as_str().cmp(name));
        self.cells.get_mut(place.ok()?)?.take()
    }

    /// The cells under `name/…`, by what stands behind the slash.
    fn take_members(&mut self, name: &str) -> Vec<(String, Vec<Cell>)> {
        let prefix = format!("{name}/");
        let from = self.keys.partition_point(|key| *key < prefix);
        let mut members = Vec::new();
        for place in from..self.keys.len() {
            let Some(member) = self.keys[place].strip_prefix(&prefix) else {
                break;
            };
            if let Some(cells) = self.cells[place].take() {
                members.push((member.to_owned(), cells));
            }
        }
        members
    }

    fn rest(self) -> impl Iterator<Item = (String, Vec<Cell>)> {
        let pairs = self.keys.into_iter().zip(self.cells);
        pairs.filter_map(|(key, cells)| Some((key, cells?)))
    }
}

/// The reading of one root key.
fn single(mut reading: Reading, field: Option<&'static Field>, cells: Vec<Cell>) -> Reading {
    let shape = field.map(|field| field.shape);
    reading.candidates = distinct(
        cells
            .into_iter()
            .map(|cell| (cell.raw.value(shape), cell.origin, cell.change)),
    );
    let newest = || {
        let real = reading
            .candidates
            .iter()
            .find(|candidate| !candidate.value.is_null());
        real.map_or(Value::Null, |candidate| candidate.value.clone())
    };
    reading.shown = match reading.rule {
        Rule::Once if reading.candidates.len() > 1 => {
            let smallest = reading
                .candidates
                .iter()
                .min_by_key(|candidate| canonical_json(&candidate.value));
            smallest.map_or(Value::Null, |candidate| candidate.value.clone())
        }
        Rule::Once | Rule::Plain | Rule::Critical | Rule::Text | Rule::Set | Rule::Ledger => {
            newest()
        }
    };
    let several = reading.candidates.len() > 1;
    reading.conflict = several && matches!(reading.rule, Rule::Critical | Rule::Text);
    reading.used = match field {
        Some(field) if reading.conflict => {
            field.caution.choose(&reading.candidates, &reading.shown)
        }
        Some(_) | None => reading.shown.clone(),
    };
    reading
}

/// Collapses equal values; the newest claim first. A value claimed several times counts by its newest claim.
pub(crate) fn distinct(
    values: impl Iterator<Item = (Value, Origin, ChangeHash)>,
) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (value, origin, change) in values {
        let place = if found.is_empty() {
            None
        } else {
            find(&found, &mut places, &value)
        };
        match place {
            None => found.push(Candidate {
                value,
                origin,
                change,
                changes: vec![change],
            }),
            Some(place) => {
                let candidate = &mut found[place];
                candidate.changes.push(change);
                if (origin.at_ms, change) > (candidate.origin.at_ms, candidate.change) {
                    candidate.origin = origin;
                    candidate.change = change;
                }
            }
        }
    }
    for candidate in &mut found {
        candidate.changes.sort_unstable();
        candidate.changes.dedup();
    }
    found.sort_by(|one, other| {
        let claim = |candidate: &Candidate| (candidate.origin.at_ms, candidate.change);
        // One change can hold two values only when it was forged; then the bytes decide.
        claim(other)
            .cmp(&claim(one))
            .then_with(|| canonical_json(&one.value).cmp(&canonical_json(&other.value)))
    });
    found
}

/// Where an equal value stands. A member may have written thousands of values under one key, hence the index.
fn find(found: &[Candidate], places: &mut BTreeMap<String, usize>, value: &Value) -> Option<usize> {
    for (place, candidate) in found.iter().enumerate().skip(places.len()) {
        places.insert(canonical_json(&candidate.value), place);
    }
    places.get(&canonical_json(value)).copied()
}

/// The reading of a set or a ledger, from its members; `None` when there are none.
fn collected(field: &'static Field, members: Vec<(String, Vec<Cell>)>) -> Option<Reading> {
    let mut reading = Reading::of(field, Cow::Borrowed(field.name));
    let mut items = Vec::with_capacity(members.len());
    for (name, cells) in members {
        if name.is_empty() {
            continue;
        }
        if field.rule == Rule::Set {
            items.push(Value::String(name));
            continue;
        }
        let Some(entry) = ledger_entry(field, &name, cells) else {
            continue;
        };
        if let Value::Object(parts) = &entry.value {
            let mut with_id = parts.clone();
            with_id.insert("id".to_owned(), Value::String(entry.id.clone()));
            items.push(Value::Object(with_id));
        }
        reading.entries.push(entry);
    }
    if items.is_empty() && reading.entries.is_empty() {
        return None;
    }
    reading.shown = Value::Array(items);
    reading.used = reading.shown.clone();
    Some(reading)
}

/// Byte order decides what counts: an entry has one value unless its writer was dishonest.
fn ledger_entry(field: &'static Field, id: &str, cells: Vec<Cell>) -> Option<LedgerEntry> {
    let values = cells
        .into_iter()
        .map(|cell| (cell.raw.value(Some(field.shape)), cell.origin, cell.change));
    let mut candidates = distinct(values);
    candidates.sort_by_cached_key(|candidate| canonical_json(&candidate.value));
    let mut candidates = candidates.into_iter();
    let first = candidates.next()?;
    Some(LedgerEntry {
        id: id.to_owned(),
        value: first.value,
        others: candidates.map(|candidate| candidate.value).collect(),
        origin: first.origin,
        change: first.change,
    })
}
