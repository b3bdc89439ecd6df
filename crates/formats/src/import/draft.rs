//! The record that grows out of one row, cell by cell.

use std::collections::{BTreeMap, BTreeSet};

use beffroi_records::Values;
use serde_json::{Map, Value, json};

use super::plan::Note;
use super::reason::Reason;
use super::target::PersonPart;
use super::text::shortened;
use crate::limits::{
    PLACE_CHARACTERS_MAX, TAG_CHARACTERS_MAX, TEXT_CHARACTERS_MAX, TITLE_CHARACTERS_MAX,
};

/// What a row has given so far.
#[derive(Default)]
pub(crate) struct Draft {
    /// The row's own identity.
    pub(crate) key: Option<String>,
    /// Values with one plain value.
    pub(crate) fields: Values,
    /// Members of sets, tags among them.
    pub(crate) sets: BTreeMap<&'static str, BTreeSet<String>>,
    /// Parts of `place`.
    pub(crate) place: Place,
    /// Numbers and units of quantities.
    pub(crate) quantities: BTreeMap<&'static str, (Option<String>, Option<String>)>,
    /// `due`: delay and time.
    pub(crate) due: (Option<String>, Option<String>),
    /// Figures of one observation.
    pub(crate) figures: BTreeMap<&'static str, i64>,
    /// The first count of a lot.
    pub(crate) stock: Option<String>,
    /// Private people, by field.
    pub(crate) people: BTreeMap<&'static str, Person>,
    /// Types of need that the labels of a report ask for.
    pub(crate) need_types: Vec<&'static str>,
    /// Doubts.
    pub(crate) notes: Vec<Note>,
    /// Text cells that a spreadsheet would run.
    pub(crate) formula_cells: u64,
    /// The title as it was, when it had to be shortened.
    pub(crate) whole_title: Option<String>,
}

/// Parts of a place.
#[derive(Default)]
pub(crate) struct Place {
    pub(crate) label: String,
    pub(crate) insee: Option<String>,
    pub(crate) precision: Option<String>,
    pub(crate) latitude: Option<f64>,
    pub(crate) longitude: Option<f64>,
}

/// Parts of a private person.
#[derive(Default)]
pub(crate) struct Person {
    first_name: String,
    name: String,
    phone: String,
    notes: Vec<String>,
}

impl Person {
    /// Takes one part.
    pub(crate) fn take(&mut self, part: PersonPart, text: String) {
        match part {
            PersonPart::FirstName => self.first_name = text,
            PersonPart::Name => self.name = text,
            PersonPart::Phone => self.phone = text,
            PersonPart::Note => self.notes.push(text),
        }
    }

    fn value(self) -> Value {
        let mut value = Map::new();
        let name = format!("{} {}", self.first_name, self.name);
        let parts = [
            ("name", name.trim(), TITLE_CHARACTERS_MAX),
            ("phone", &self.phone, TAG_CHARACTERS_MAX),
            (
                "note",
                &self.notes.join("\n"),
                crate::limits::EXTRA_CHARACTERS_MAX,
            ),
        ];
        for (part, text, characters_max) in parts {
            if !text.is_empty() {
                value.insert(
                    part.to_owned(),
                    shortened(text.to_owned(), characters_max).0.into(),
                );
            }
        }
        Value::Object(value)
    }
}

impl Draft {
    /// Adds a member to a set, cut to what a set takes.
    pub(crate) fn add_member(&mut self, set: &'static str, member: String) {
        let member = shortened(member, TAG_CHARACTERS_MAX).0;
        self.sets.entry(set).or_default().insert(member);
    }

    /// Adds a tag.
    pub(crate) fn add_tag(&mut self, tag: String) {
        self.add_member("tags", tag);
    }

    /// Adds a type of need, once.
    pub(crate) fn add_need_type(&mut self, need_type: &'static str) {
        if !self.need_types.contains(&need_type) {
            self.need_types.push(need_type);
        }
    }

    /// The point, when there is one: 0,0 is what empty cells become.
    pub(crate) fn point(&self) -> Option<(f64, f64)> {
        let (longitude, latitude) = (self.place.longitude?, self.place.latitude?);
        (longitude != 0.0 || latitude != 0.0).then_some((longitude, latitude))
    }

    /// True when exactly one of latitude and longitude was given.
    pub(crate) fn has_half_a_point(&self) -> bool {
        self.place.longitude.is_some() != self.place.latitude.is_some()
    }

    /// Gives the record a title when its row has none: the first line of its text, else its place.
    /// False when there is nothing to call it by. A shortened title is kept whole in the text.
    pub(crate) fn settle_title(
        &mut self,
        title_field: &str,
        text_field: Option<&str>,
    ) -> Option<bool> {
        if let (Some(whole), Some(text_field)) = (self.whole_title.take(), text_field) {
            let text = self.text(text_field);
            let joined = if text.is_empty() {
                whole
            } else {
                format!("{whole}\n\n{text}")
            };
            let joined = shortened(joined, TEXT_CHARACTERS_MAX).0;
            self.fields.insert(text_field.to_owned(), joined.into());
        }
        if !self.text(title_field).is_empty() {
            return Some(false);
        }
        let text = text_field.map(|field| self.text(field)).unwrap_or_default();
        let first_line = text.lines().map(str::trim).find(|line| !line.is_empty());
        let borrowed = first_line.unwrap_or(&self.place.label);
        if borrowed.is_empty() {
            return None;
        }
        let title = shortened(borrowed.to_owned(), TITLE_CHARACTERS_MAX).0;
        self.fields.insert(title_field.to_owned(), title.into());
        Some(true)
    }

    fn text(&self, field: &str) -> &str {
        self.fields
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// `place`, or `None` when the row says nothing of it.
    pub(crate) fn place_value(&self) -> Option<Value> {
        let mut place = Map::new();
        if let Some(insee) = &self.place.insee {
            place.insert("insee".to_owned(), insee.as_str().into());
        }
        if let Some((longitude, latitude)) = self.point() {
            place.insert(
                "point".to_owned(),
                json!([rounded(longitude), rounded(latitude)]),
            );
        }
        if place.is_empty() && self.place.label.is_empty() {
            return None;
        }
        let label = shortened(self.place.label.clone(), PLACE_CHARACTERS_MAX).0;
        place.insert("label".to_owned(), label.into());
        let precision = self.place.precision.as_deref().unwrap_or("unknown");
        place.insert("precision".to_owned(), precision.into());
        Some(Value::Object(place))
    }

    /// The shared fields. `at` is the time of the ledger entries that have none of their own.
    pub(crate) fn take_fields(&mut self, record: uuid::Uuid, at: &str) -> Values {
        let mut fields = std::mem::take(&mut self.fields);
        if let Some(place) = self.place_value() {
            fields.insert("place".to_owned(), place);
        }
        for (set, members) in std::mem::take(&mut self.sets) {
            fields.insert(
                set.to_owned(),
                members.into_iter().collect::<Vec<_>>().into(),
            );
        }
        for (field, (amount, unit)) in std::mem::take(&mut self.quantities) {
            if let Some(amount) = amount {
                let unit = unit.unwrap_or_else(|| "each".to_owned());
                fields.insert(field.to_owned(), json!({"value": amount, "unit": unit}));
            }
        }
        if let Some(due) = due(&self.due) {
            fields.insert("due".to_owned(), due);
        }
        if !self.figures.is_empty() {
            let mut entry = json!({"at": at, "by": IMPORTED_BY});
            for (figure, value) in std::mem::take(&mut self.figures) {
                entry[figure] = value.into();
            }
            fields.insert(
                "observations".to_owned(),
                ledger(record, "observations", entry),
            );
        }
        if let Some(count) = self.stock.take() {
            let entry = json!({"at": at, "by": IMPORTED_BY, "count": count, "covers": []});
            fields.insert("movements".to_owned(), ledger(record, "movements", entry));
            fields.insert("mode".to_owned(), "lot".into());
        }
        fields
    }

    /// The private fields.
    pub(crate) fn take_private(&mut self) -> Values {
        std::mem::take(&mut self.people)
            .into_iter()
            .map(|(field, person)| (field.to_owned(), person.value()))
            .collect()
    }

    /// Notes a doubt.
    pub(crate) fn note(
        &mut self,
        line: u64,
        column: Option<&str>,
        reason: Reason,
        excerpt: Option<String>,
    ) {
        self.notes.push(Note {
            line,
            column: column.map(str::to_owned),
            reason,
            excerpt,
        });
    }
}

/// Who writes an imported ledger entry: nothing that depends on the post, so that two imports of
/// one file give equal bytes (records.md §9).
const IMPORTED_BY: &str = "import";

fn ledger(record: uuid::Uuid, name: &str, mut entry: Value) -> Value {
    let id = super::identity::ledger_entry_id(record, name);
    entry["id"] = id.to_string().into();
    json!([entry])
}

fn due((delay, at): &(Option<String>, Option<String>)) -> Option<Value> {
    match (delay, at) {
        (_, Some(at)) => Some(json!({"delay": "at_time", "at": at})),
        // A set time without its time says nothing.
        (Some(delay), None) if delay != "at_time" => Some(json!({ "delay": delay })),
        (Some(_) | None, None) => None,
    }
}

/// Five decimals: about a metre.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e5).round() / 1e5 + 0.0
}
