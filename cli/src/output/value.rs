//! A field's value as people read it.

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
            "source" => printable(&format!("{} {}", part("name"), part("id"))),
            _ => printable(&Value::Object(parts.clone()).to_string()),
        }
    }
}

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
