//! Records as people read them, in both languages.

use beffroi_api::record::StoredBy;
use beffroi_api::{Kind, Language, Record};
use serde_json::{Value, json};

use super::{line, reader, stored};
use crate::session::of_tests;

fn record(kind: &str, fields: &Value) -> Record {
    let mut json = json!({
        "id": "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001", "kind": kind, "number": "MAI-014",
        "ref": "MAI-014", "operation": null, "heads": [], "status": "new",
        "created": {"at": null, "by": null, "post": null}, "updated": null, "conflicts": [],
        "stored_by": {"acknowledged": 1, "posts": 2}
    });
    for (field, value) in fields.as_object().unwrap() {
        json[field] = value.clone();
    }
    serde_json::from_value(json).unwrap()
}

#[test]
fn a_record_in_one_line_says_how_far_it_is_stored() {
    let fields = json!({"title": "Cave inondée, 3 personnes", "severity": "severe"});
    let record = record("incident", &fields);
    assert_eq!(
        line(&of_tests(Language::English), &record),
        "MAI-014   Cave inondée, 3 personnes   severe   kept here · stored by 1 of 2 posts"
    );
    assert_eq!(
        line(&of_tests(Language::French), &record),
        "MAI-014   Cave inondée, 3 personnes   grave   gardé ici · enregistré par 1 poste sur 2"
    );
}

#[test]
fn a_title_cannot_steer_the_terminal() {
    let record = record(
        "need",
        &json!({"title": "Eau\u{1b}[2J\nOK", "priority": "vital"}),
    );
    let shown = line(&of_tests(Language::English), &record);
    assert!(shown.starts_with("MAI-014   Eau?[2J OK   vital"), "{shown}");
}

#[test]
fn stored_is_said_in_the_words_of_the_design() {
    let session = of_tests(Language::English);
    let said = |acknowledged, posts| {
        stored(
            StoredBy {
                acknowledged,
                posts,
            },
            &session.texts,
        )
    };
    assert_eq!(said(0, 0), "kept here");
    assert_eq!(said(0, 2), "kept here · stored by 0 of 2 posts");
    assert_eq!(said(1, 1), "stored by 1 of 1 post");
    assert_eq!(said(2, 2), "stored by 2 of 2 posts");
}

#[test]
fn composite_values_read_as_people_write_them() {
    let session = of_tests(Language::French);
    let reader = reader(&session, Kind::Need);
    let text = |field, value: Value| reader.text(field, &value);
    assert_eq!(
        text("quantity", json!({"value": "40", "unit": "each"})),
        "40 unité"
    );
    assert_eq!(text("due", json!({"delay": "within_1_h"})), "sous 1 heure");
    assert_eq!(
        text(
            "place",
            json!({"label": "Gymnase", "point": [3.88, 43.61], "precision": "exact"})
        ),
        "Gymnase (43.61, 3.88)"
    );
    assert_eq!(text("tags", json!(["a", "b"])), "a, b");
    assert_eq!(text("priority", json!("vital")), "vitale");
    assert_eq!(text("priority", Value::Null), "–");
    assert_eq!(text("exercise", json!(true)), "oui");
    assert_eq!(reader.name("priority"), "priorité");
    assert_eq!(reader.name("ext/own"), "ext/own");
}
