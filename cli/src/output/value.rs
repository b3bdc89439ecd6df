//! A field's value as people read it.

use beffroi_api::reply::FieldChange;
use beffroi_api::{Kind, Language, labels};
use serde_json::{Map, Value};

use super::table::printable;
use super::time::Clock;
use crate::catalogue::Texts;

/// What the reader of a value needs.
pub(crate) struct Reader<'a> {
    pub(crate) texts: &'a Texts,
    pub(crate) clock: &'a Clock,
    pub(crate) kind: Kind,
}

impl Reader<'_> {
    /// The value of a field, in one line; what is not known is a dash.
    pub(crate) fn text(&self, field: &str, value: &Value) -> String {
        match value {
            Value::Null => "–".to_owned(),
            Value::Bool(flag) => self.texts.say(if *flag { "value-yes" } else { "value-no" }),
            Value::Number(number) => number.to_string(),
            Value::String(text) => self.word(field, text),
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.text(field, item)).collect();
                items.join(", ")
            }
            Value::Object(parts) => self.parts(field, parts),
        }
    }

    /// The name of a field.
    pub(crate) fn name(&self, field: &str) -> String {
        let name = self.texts.find(&format!("field-{field}"));
        name.unwrap_or_else(|| printable(field))
    }

    /// What a change did to a field; `None` when a text was opened and nothing written in it.
    pub(crate) fn change(&self, change: &FieldChange) -> Option<String> {
        if let Some((set, member)) = change.field.split_once('/') {
            let sign = if change.to.is_null() { '−' } else { '+' };
            return Some(format!("{}: {sign} {}", self.name(set), printable(member)));
        }
        let name = self.name(&change.field);
        if let Some(inserted) = change.to.get("inserted").and_then(Value::as_str) {
            let deleted = change
                .from
                .get("deleted")
                .and_then(Value::as_u64)
                .unwrap_or_default();
            let mut parts = Vec::new();
            if deleted > 0 {
                parts.push(
                    self.texts
                        .with("history-deleted", &[("count", deleted.into())]),
                );
            }
            if !inserted.is_empty() {
                parts.push(format!("+ {}", printable(inserted)));
            }
            return (!parts.is_empty()).then(|| format!("{name}: {}", parts.join("   ")));
        }
        let to = self.text(&change.field, &change.to);
        if change.from.is_null() {
            Some(format!("{name}: {to}"))
        } else {
            Some(format!(
                "{name}: {} → {to}",
                self.text(&change.field, &change.from)
            ))
        }
    }

    fn word(&self, field: &str, text: &str) -> String {
        if TIME_FIELDS.contains(&field) {
            return self.clock.long(text);
        }
        let label = labels::label(self.kind, field, text, self.language());
        printable(&label)
    }

    fn language(&self) -> Language {
        self.texts.language()
    }

    fn parts(&self, field: &str, parts: &Map<String, Value>) -> String {
        let part = |name: &str| parts.get(name).and_then(Value::as_str).unwrap_or_default();
        match field {
            "place" => place(parts),
            "quantity" | "capacity" => {
                let unit = labels::unit(part("unit"), self.language());
                printable(&format!("{} {unit}", part("value")))
            }
            "due" if part("delay") == "at_time" => self.clock.long(part("at")),
            "due" => printable(&labels::delay(part("delay"), self.language())),
            "archived" => {
                let at = self.clock.long(part("at"));
                printable(&format!("{} ({at}, {})", part("reason"), part("by")))
            }
            "source" if part("name").is_empty() => self.texts.say("source-manual"),
            "source" => printable(&format!("{} {}", part("name"), part("id"))),
            _ if !parts.is_empty()
                && parts
                    .keys()
                    .all(|name| OF_A_PERSON.contains(&name.as_str())) =>
            {
                let said = OF_A_PERSON.iter().map(|name| part(name));
                let said: Vec<&str> = said.filter(|text| !text.is_empty()).collect();
                printable(&said.join(", "))
            }
            _ => printable(&Value::Object(parts.clone()).to_string()),
        }
    }
}

/// What is kept of a person who called or who is to be called, in the order it is said.
const OF_A_PERSON: [&str; 3] = ["name", "phone", "note"];

/// Fields that hold a time.
const TIME_FIELDS: &[&str] = &[
    "occurred_at",
    "reported_at",
    "activated_at",
    "closed_at",
    "updated",
];

/// A place: its label, its commune, its point as people say it (latitude first).
pub(crate) fn place(parts: &Map<String, Value>) -> String {
    let mut words = Vec::new();
    if let Some(label) = parts.get("label").and_then(Value::as_str) {
        words.push(label.to_owned());
    }
    if let Some(code) = parts.get("insee").and_then(Value::as_str) {
        words.push(format!("INSEE {code}"));
    }
    if let Some([longitude, latitude, ..]) = parts
        .get("point")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        words.push(format!("({latitude}, {longitude})"));
    }
    words.retain(|word| !word.is_empty());
    printable(&words.join(" "))
}
