//! Flags for the usual fields, and the values they become. Any other field goes by `--set`.

use beffroi_api::Kind;
use clap::{Args, FromArgMatches};
use serde_json::{Map, Value, json};

use super::parse::{self, Point};

/// The flags one kind has beside the common ones.
pub(crate) trait Usual: Args + FromArgMatches + std::fmt::Debug {
    /// The kind.
    const KIND: Kind;

    /// The field that `new TITLE` fills.
    const TITLE: &'static str;

    /// Fields and values, as the API takes them.
    fn values(&self) -> Map<String, Value>;

    /// Fields that name another record, by what was typed: they travel as ids.
    fn references(&self) -> Vec<(&'static str, &str)> {
        Vec::new()
    }
}

/// Flags of every kind.
#[derive(Debug, Args)]
pub(crate) struct Common {
    #[arg(long, value_name = "LAT,LON", allow_hyphen_values = true, value_parser = parse::point)]
    pub(crate) at: Option<Point>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) place: Option<String>,
    #[arg(long, value_name = "CODE")]
    pub(crate) insee: Option<String>,
    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Vec<String>,
    #[arg(long, value_name = "FIELD=VALUE", value_parser = parse::assignment)]
    pub(crate) set: Vec<(String, String)>,
}

impl Common {
    /// Whether a part of the place was given.
    pub(crate) const fn moves(&self) -> bool {
        self.at.is_some() || self.place.is_some() || self.insee.is_some()
    }

    /// The place with what was given put over what was there: it is one value, written whole.
    pub(crate) fn placed(&self, before: Option<&Value>) -> Value {
        let mut place = before
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        if let Some(label) = &self.place {
            place.insert("label".into(), json!(label));
        }
        if let Some(code) = &self.insee {
            place.insert("insee".into(), json!(code));
        }
        if let Some(point) = self.at {
            place.insert("point".into(), json!([point.longitude, point.latitude]));
            place.insert("precision".into(), json!("exact"));
            // A shape drawn around the place that was left says nothing of the new one.
            place.remove("geometry");
        }
        Value::Object(place)
    }

    /// What `--set` gave.
    pub(crate) fn assigned(&self) -> impl Iterator<Item = (String, Value)> {
        self.set
            .iter()
            .map(|(field, text)| (field.clone(), parse::field_value(text)))
    }
}

/// Flags of an incident.
#[derive(Debug, Args)]
pub(crate) struct IncidentFields {
    #[arg(long = "type", value_name = "TOKEN")]
    event_type: Option<String>,
    #[arg(long, value_name = "TOKEN", value_parser = ["extreme", "severe", "moderate", "minor", "unknown"])]
    severity: Option<String>,
    #[arg(long, value_name = "TOKEN", value_parser = ["immediate", "expected", "future", "past", "unknown"])]
    urgency: Option<String>,
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    #[arg(long, value_name = "TIME")]
    occurred: Option<String>,
    #[arg(long, value_name = "TOKEN")]
    channel: Option<String>,
}

impl Usual for IncidentFields {
    const KIND: Kind = Kind::Incident;
    const TITLE: &'static str = "title";

    fn values(&self) -> Map<String, Value> {
        given([
            ("event_type", self.event_type.as_deref().map(token)),
            ("severity", self.severity.as_deref().map(token)),
            ("urgency", self.urgency.as_deref().map(token)),
            ("description", self.description.as_deref().map(text)),
            ("occurred_at", self.occurred.as_deref().map(text)),
            ("channel", self.channel.as_deref().map(token)),
        ])
    }
}

/// Flags of a need.
#[derive(Debug, Args)]
pub(crate) struct NeedFields {
    #[arg(long = "type", value_name = "TOKEN")]
    need_type: Option<String>,
    #[arg(long, value_name = "TOKEN", value_parser = ["vital", "urgent", "normal", "deferred"])]
    priority: Option<String>,
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    quantity: Option<String>,
    #[arg(long = "unit", value_name = "UNIT", requires = "quantity")]
    quantity_unit: Option<String>,
    #[arg(long, value_name = "TOKEN|TIME")]
    due: Option<String>,
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    beneficiaries: Option<String>,
    #[arg(long, value_name = "TEXT")]
    item: Option<String>,
    #[arg(long, value_name = "TEXT")]
    details: Option<String>,
    #[arg(long, value_name = "ORG")]
    requester: Option<String>,
    #[arg(long, value_name = "REF")]
    incident: Option<String>,
}

impl Usual for NeedFields {
    const KIND: Kind = Kind::Need;
    const TITLE: &'static str = "title";

    fn values(&self) -> Map<String, Value> {
        let quantity = self.quantity.as_deref();
        given([
            ("need_type", self.need_type.as_deref().map(token)),
            ("priority", self.priority.as_deref().map(token)),
            (
                "quantity",
                quantity.map(|value| amount(value, self.quantity_unit.as_deref())),
            ),
            ("due", self.due.as_deref().map(due)),
            ("beneficiaries", self.beneficiaries.as_deref().map(text)),
            ("item", self.item.as_deref().map(text)),
            ("details", self.details.as_deref().map(text)),
            ("requester_org", self.requester.as_deref().map(text)),
        ])
    }

    fn references(&self) -> Vec<(&'static str, &str)> {
        let incident = self.incident.as_deref();
        incident
            .map(|typed| ("incident", typed))
            .into_iter()
            .collect()
    }
}

/// Flags of a resource.
#[derive(Debug, Args)]
pub(crate) struct ResourceFields {
    #[arg(long = "type", value_name = "TOKEN")]
    resource_type: Option<String>,
    #[arg(long, value_name = "TOKEN", value_parser = ["unique", "lot"])]
    mode: Option<String>,
    #[arg(long = "unit", value_name = "UNIT")]
    lot_unit: Option<String>,
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    capacity: Option<String>,
    #[arg(long, value_name = "UNIT", requires = "capacity")]
    capacity_unit: Option<String>,
    #[arg(long, value_name = "ORG")]
    owner: Option<String>,
    #[arg(long, value_name = "TOKEN")]
    basis: Option<String>,
    #[arg(long, value_name = "TEXT")]
    conditions: Option<String>,
}

impl Usual for ResourceFields {
    const KIND: Kind = Kind::Resource;
    const TITLE: &'static str = "name";

    fn values(&self) -> Map<String, Value> {
        let capacity = self.capacity.as_deref();
        given([
            ("resource_type", self.resource_type.as_deref().map(token)),
            ("mode", self.mode.as_deref().map(token)),
            ("unit", self.lot_unit.as_deref().map(token)),
            (
                "capacity",
                capacity.map(|value| amount(value, self.capacity_unit.as_deref())),
            ),
            ("owner_org", self.owner.as_deref().map(text)),
            ("basis", self.basis.as_deref().map(token)),
            ("conditions", self.conditions.as_deref().map(text)),
        ])
    }
}

fn given<const N: usize>(fields: [(&str, Option<Value>); N]) -> Map<String, Value> {
    fields
        .into_iter()
        .filter_map(|(field, value)| value.map(|value| (field.to_owned(), value)))
        .collect()
}

fn token(typed: &str) -> Value {
    Value::String(parse::token(typed))
}

fn text(typed: &str) -> Value {
    Value::String(typed.to_owned())
}

fn amount(value: &str, unit: Option<&str>) -> Value {
    match unit {
        Some(unit) => json!({"value": value, "unit": parse::token(unit)}),
        None => json!({ "value": value }),
    }
}

/// A delay by its token, or a time: times hold a colon, tokens never do.
fn due(typed: &str) -> Value {
    if typed.contains(':') {
        text(typed)
    } else {
        token(typed)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use serde_json::{Value, json};

    use super::{NeedFields, Usual as _};
    use crate::args::{Arguments, NeedVerb, NewArgs, Noun};

    fn need(arguments: &[&str]) -> NewArgs<NeedFields> {
        let line = ["beffroi", "need", "new", "Lits"].iter().chain(arguments);
        let command = Arguments::try_parse_from(line).unwrap().command;
        let Noun::Need(NeedVerb::New(new)) = command else {
            panic!("{command:?}");
        };
        new
    }

    #[test]
    fn flags_become_the_fields_of_the_kind() {
        let new = need(&[
            "--type",
            "medical-care",
            "--quantity",
            "40",
            "--unit",
            "each",
            "--due",
            "within-1-h",
        ]);
        assert_eq!(
            Value::Object(new.usual.values()),
            json!({
                "need_type": "medical_care", "due": "within_1_h",
                "quantity": {"value": "40", "unit": "each"}
            })
        );
        let new = need(&["--incident", "mai-14"]);
        assert_eq!(new.usual.references(), [("incident", "mai-14")]);
    }

    #[test]
    fn a_part_of_the_place_is_put_over_the_place_that_was() {
        let new = need(&["--at", "-21.1,55.5"]);
        let before = json!({"label": "Gymnase", "insee": "97411", "geometry": {}});
        assert_eq!(
            new.common.placed(Some(&before)),
            json!({"label": "Gymnase", "insee": "97411", "point": [55.5, -21.1], "precision": "exact"})
        );
        assert!(!need(&[]).common.moves());
    }
}
