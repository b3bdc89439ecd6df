//! The invented exercise, as it stands in `cli/demo/scenario.json`: who types what at which post.

use beffroi_api::Kind;
use beffroi_api::request::Step;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The whole exercise. Everyone and everything in it is invented.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    /// The name of the territory.
    pub(super) territory: String,
    /// The fields of the operation, an exercise.
    pub(super) operation: Map<String, Value>,
    /// The posts, in the order in which they join; the first founds the territory.
    pub(super) posts: Vec<Named>,
    /// What is reported, asked for and available.
    pub(super) records: Vec<Typed>,
    /// What is done with it afterwards, in this order.
    pub(super) acts: Vec<Act>,
    /// What two posts do while they cannot hear each other.
    pub(super) apart: Apart,
}

/// A post, by name and code.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) code: String,
}

/// A record, and the post it is typed at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    /// What the scenario calls it.
    pub(super) local: String,
    pub(super) kind: Kind,
    /// Its place among the posts, from 0; with fewer posts, what is left after division.
    pub(super) post: usize,
    pub(super) set: Map<String, Value>,
    /// Of a need: the incident it comes from, as the scenario calls it.
    pub(super) incident: Option<String>,
}

/// An edit or a step of a record.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Act {
    /// The record, as the scenario calls it.
    pub(super) on: String,
    /// As in [`Typed`].
    pub(super) post: usize,
    /// The fields of an edit; empty for a step.
    #[serde(default)]
    pub(super) set: Map<String, Value>,
    pub(super) step: Option<Step>,
}

/// Two edits of one record at two posts that cannot hear each other.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Apart {
    /// The record, as the scenario calls it.
    pub(super) on: String,
    /// What the first post writes.
    pub(super) here: Map<String, Value>,
    /// What the post that is cut off writes.
    pub(super) there: Map<String, Value>,
    /// What `details` then is everywhere.
    pub(super) merged: String,
    /// The field on which they disagree.
    pub(super) field: String,
    /// The fields of the incident reported at the post that is cut off.
    pub(super) incident: Map<String, Value>,
}

impl Scenario {
    /// The exercise that comes with the program.
    #[expect(
        clippy::expect_used,
        reason = "the text is part of the program, and a test reads it"
    )]
    pub(super) fn embedded() -> Scenario {
        let text = include_str!("../../../demo/scenario.json");
        serde_json::from_str(text).expect("the scenario that comes with the program reads")
    }

    /// A record by its local name.
    #[cfg(test)]
    pub(super) fn record(&self, local: &str) -> Option<&Typed> {
        self.records.iter().find(|record| record.local == local)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use beffroi_api::{Kind, Language, labels};
    use serde_json::{Map, Value};

    use super::Scenario;
    use crate::args::{DEMO_POSTS_MAX, DEMO_POSTS_MIN};

    /// Fields whose value is one word of a list, whose label differs from the word in French or
    /// English or both unless the word is unknown.
    const TOKENS: &[&str] = &[
        "event_type",
        "severity",
        "urgency",
        "channel",
        "need_type",
        "priority",
        "resource_type",
        "basis",
        "mode",
    ];

    /// Words whose labels are the word itself in both languages.
    const SAME_IN_ALL: &[&str] = &[
        "communication",
        "generator",
        "information",
        "lot",
        "personnel",
        "pollution",
        "radio",
        "transport",
        "web",
    ];

    const TEXTS: &[&str] = &["description", "details", "conditions", "instructions"];

    fn words_are_known(kind: Kind, set: &Map<String, Value>) {
        for field in TOKENS {
            let Some(word) = set.get(*field).and_then(Value::as_str) else {
                continue;
            };
            let french = labels::label(kind, field, word, Language::French);
            let english = labels::label(kind, field, word, Language::English);
            assert!(
                french != word || english != word || SAME_IN_ALL.contains(&word),
                "{field}={word}"
            );
        }
        for part in ["quantity", "capacity"] {
            if let Some(amount) = set.get(part) {
                assert!(amount["unit"].is_string());
                assert!(amount["value"].as_str().unwrap().parse::<u32>().is_ok());
            }
        }
    }

    fn texts_say_that_it_is_an_exercise(set: &Map<String, Value>) {
        for field in TEXTS {
            if let Some(text) = set.get(*field).and_then(Value::as_str) {
                assert!(text.starts_with("EXERCICE. "), "{text}");
            }
        }
    }

    #[test]
    fn every_record_is_one_its_kind_could_have() {
        let scenario = Scenario::embedded();
        let titled = |kind: Kind| match kind {
            Kind::Incident | Kind::Need => "title",
            Kind::Resource | Kind::Operation => "name",
        };
        let mut locals = BTreeSet::new();
        assert_eq!(scenario.records.len(), 60);
        for record in &scenario.records {
            assert!(locals.insert(record.local.as_str()), "{}", record.local);
            assert_ne!(record.kind, Kind::Operation);
            assert!(record.post < scenario.posts.len(), "{}", record.local);
            let title = record.set[titled(record.kind)].as_str().unwrap();
            assert!(!title.is_empty() && title.chars().count() <= 200);
            words_are_known(record.kind, &record.set);
            texts_say_that_it_is_an_exercise(&record.set);
            if let Some(incident) = &record.incident {
                assert_eq!(record.kind, Kind::Need);
                let named = scenario.record(incident).unwrap();
                assert_eq!(named.kind, Kind::Incident, "{incident}");
            }
        }
    }

    #[test]
    fn every_act_is_an_edit_or_a_step_of_a_record_that_is_there() {
        let scenario = Scenario::embedded();
        for act in &scenario.acts {
            let record = scenario.record(&act.on).unwrap();
            assert!(act.post < scenario.posts.len());
            assert!(act.set.is_empty() == act.step.is_some(), "{}", act.on);
            words_are_known(record.kind, &act.set);
            texts_say_that_it_is_an_exercise(&act.set);
        }
    }

    #[test]
    fn the_operation_is_an_exercise_and_says_so() {
        let scenario = Scenario::embedded();
        assert_eq!(scenario.operation["exercise"], true);
        let name = scenario.operation["name"].as_str().unwrap();
        assert!(name.starts_with("EXERCICE"), "{name}");
        texts_say_that_it_is_an_exercise(&scenario.operation);
    }

    #[test]
    fn two_posts_disagree_on_one_field_and_agree_on_the_text() {
        let apart = Scenario::embedded().apart;
        assert_ne!(apart.here[&apart.field], apart.there[&apart.field]);
        for set in [&apart.here, &apart.there] {
            words_are_known(Kind::Need, set);
            texts_say_that_it_is_an_exercise(set);
            assert_ne!(set["details"], Value::from(apart.merged.clone()));
        }
        texts_say_that_it_is_an_exercise(&apart.incident);
        words_are_known(Kind::Incident, &apart.incident);
    }

    #[test]
    fn there_is_a_name_for_each_post_that_can_be_asked_for() {
        let scenario = Scenario::embedded();
        const { assert!(DEMO_POSTS_MIN >= 2, "somebody to disagree with") };
        assert_eq!(i64::try_from(scenario.posts.len()), Ok(DEMO_POSTS_MAX));
        let codes: BTreeSet<&str> = scenario.posts.iter().map(|post| &*post.code).collect();
        assert_eq!(codes.len(), scenario.posts.len());
    }
}
