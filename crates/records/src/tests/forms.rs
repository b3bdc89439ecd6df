//! Forms of values: what is taken, how it is stored, and that it reads back.

use serde_json::{Value, json};

use super::{Post, faults, set};
use crate::Kind;

/// What a field holds after this value was given, or why it was not taken.
pub(super) fn written(kind: Kind, field: &str, value: Value) -> Result<Value, String> {
    let mut post = Post::with(1, kind, json!({}));
    match post.try_edit(1, &set(field, value)) {
        Ok(_) => {
            let record = post.read();
            let first = record.shown(field).clone();
            // What reads back can be written again and is then no change.
            if !first.is_null() {
                assert_eq!(
                    post.try_edit(2, &set(field, first.clone())),
                    Ok(None),
                    "{field}"
                );
            }
            Ok(first)
        }
        Err(refused) => Err(faults(Err::<(), _>(refused)).join(", ")),
    }
}

pub(super) fn taken(kind: Kind, field: &str, value: Value, stored: Value) {
    assert_eq!(
        written(kind, field, value.clone()),
        Ok(stored),
        "{field}: {value}"
    );
}

pub(super) fn refused(kind: Kind, field: &str, value: Value, told: &str) {
    assert_eq!(
        written(kind, field, value.clone()),
        Err(told.to_owned()),
        "{field}: {value}"
    );
}

#[test]
fn lines_and_tokens() {
    taken(
        Kind::Incident,
        "title",
        json!(" e\u{301}cole\r\nbrûlée\u{7} "),
        json!("école brûlée"),
    );
    taken(
        Kind::Incident,
        "title",
        json!("x".repeat(200)),
        json!("x".repeat(200)),
    );
    refused(
        Kind::Incident,
        "title",
        json!("x".repeat(201)),
        "title: too_long",
    );
    refused(Kind::Incident, "title", json!(7), "title: wrong_form");
    taken(
        Kind::Incident,
        "event_type",
        json!("Road-Blocked"),
        json!("road_blocked"),
    );
    refused(
        Kind::Incident,
        "event_type",
        json!("incendie"),
        "event_type: unknown_token",
    );
    taken(
        Kind::Incident,
        "tags",
        json!(["x".repeat(80)]),
        json!(["x".repeat(80)]),
    );
    refused(
        Kind::Incident,
        "tags",
        json!(["x".repeat(81)]),
        "tags: too_long",
    );
    taken(
        Kind::Need,
        "constraints",
        json!("oxygen, language:ar, escalier"),
        json!(["escalier", "language:ar", "oxygen"]),
    );
    taken(
        Kind::Need,
        "emsi_rclass",
        json!("MAT/VEH/ROADVE/BUS"),
        json!("MAT/VEH/ROADVE/BUS"),
    );
    refused(
        Kind::Need,
        "emsi_rclass",
        json!("un bus"),
        "emsi_rclass: bad_code",
    );
    taken(Kind::Operation, "director", json!("mayor"), json!("mayor"));
    taken(
        Kind::Operation,
        "territory",
        json!("34120,2a004"),
        json!(["2A004", "34120"]),
    );
    refused(
        Kind::Operation,
        "territory",
        json!("3412"),
        "territory: bad_insee",
    );
}

#[test]
fn texts_are_cleaned_and_bounded() {
    taken(
        Kind::Incident,
        "description",
        json!("a\r\nb\u{2028}c\u{0}d\te\u{301}"),
        json!("a\nb\ncd\té"),
    );
    refused(
        Kind::Incident,
        "description",
        json!("é".repeat(10_001)),
        "description: too_long",
    );
}

#[test]
fn numbers_times_and_ids() {
    taken(Kind::Need, "beneficiaries", json!("12"), json!(12));
    taken(Kind::Need, "beneficiaries", json!(12.0), json!(12));
    refused(
        Kind::Need,
        "beneficiaries",
        json!(1.5),
        "beneficiaries: not_an_integer",
    );
    refused(
        Kind::Need,
        "beneficiaries",
        json!("-1"),
        "beneficiaries: negative",
    );
    refused(
        Kind::Need,
        "beneficiaries",
        json!(true),
        "beneficiaries: not_a_number",
    );
    refused(
        Kind::Need,
        "beneficiaries",
        json!("999999999999999999"),
        "beneficiaries: not_a_number",
    );
    taken(
        Kind::Incident,
        "occurred_at",
        json!("2026-11-22t17:40:04.50+01:00"),
        json!("2026-11-22T17:40:04.5+01:00"),
    );
    refused(
        Kind::Incident,
        "occurred_at",
        json!("22/11/2026"),
        "occurred_at: bad_date",
    );
    let id = "019AB000-0000-7000-8000-000000000001";
    taken(
        Kind::Incident,
        "parent",
        json!(id),
        json!(id.to_lowercase()),
    );
    refused(Kind::Incident, "parent", json!("MAI-014"), "parent: bad_id");
}

#[test]
fn quantities() {
    let each = |value: &str| json!({"unit": "each", "value": value});
    taken(Kind::Need, "quantity", json!(40), each("40"));
    taken(Kind::Need, "quantity", json!("2,50"), each("2.5"));
    taken(
        Kind::Need,
        "quantity",
        json!("40 litre"),
        json!({"unit": "litre", "value": "40"}),
    );
    taken(
        Kind::Need,
        "quantity",
        json!({"value": "0.125", "unit": "emsi:X"}),
        json!({"unit": "emsi:X", "value": "0.125"}),
    );
    refused(
        Kind::Need,
        "quantity",
        json!({"value": "x"}),
        "quantity: not_a_number",
    );
    refused(
        Kind::Need,
        "quantity",
        json!({"value": -1}),
        "quantity: negative",
    );
    refused(
        Kind::Need,
        "quantity",
        json!({"value": 1, "unit": "lots"}),
        "quantity.unit: unknown_token",
    );
    refused(
        Kind::Need,
        "quantity",
        json!({"unit": "each"}),
        "quantity.value: required",
    );
    refused(
        Kind::Need,
        "quantity",
        json!({"value": 1, "of": "x"}),
        "quantity.of: unknown_part",
    );
    refused(
        Kind::Need,
        "quantity",
        json!("1.2345"),
        "quantity: not_a_number",
    );
    refused(Kind::Need, "quantity", json!([]), "quantity: wrong_form");
}

#[test]
fn delays() {
    taken(
        Kind::Need,
        "due",
        json!("within-2-h"),
        json!({"delay": "within_2_h"}),
    );
    taken(
        Kind::Need,
        "due",
        json!("2026-11-22T17:40:04Z"),
        json!({"at": "2026-11-22T17:40:04Z", "delay": "at_time"}),
    );
    refused(
        Kind::Need,
        "due",
        json!("bientôt"),
        "due.delay: unknown_token",
    );
    refused(
        Kind::Need,
        "due",
        json!({"delay": "asap", "at": "2026-11-22T17:40:04Z"}),
        "due.at: unknown_part",
    );
    refused(
        Kind::Need,
        "due",
        json!({"at": "2026-11-22T17:40:04Z"}),
        "due.delay: required",
    );
}

#[test]
fn other_composites() {
    taken(
        Kind::Incident,
        "emsi_etype",
        json!({"category": "FLD/PLN", "actor": ""}),
        json!({"category": "FLD/PLN"}),
    );
    taken(Kind::Incident, "emsi_etype", json!({}), json!(null));
    refused(
        Kind::Incident,
        "archived",
        json!({"reason": "x"}),
        "archived.at: required",
    );
    refused(
        Kind::Incident,
        "archived",
        json!("x"),
        "archived: wrong_form",
    );
    taken(
        Kind::Resource,
        "capacity",
        json!("8 person"),
        json!({"unit": "person", "value": "8"}),
    );
    let mut twin = Post::new(1, Kind::Need);
    twin.part = crate::Part::Private;
    let none = crate::Values::new();
    let raw = crate::create(
        Kind::Need,
        twin.part,
        super::record_id(),
        &none,
        &crate::Writing::default(),
    );
    twin.take(&raw.unwrap());
    twin.set(1, "contact", json!({"name": "Mme Roux", "phone": "06 12 34 ou la voisine", "note": "sourde\nd'une oreille"}));
    assert_eq!(
        twin.read().used("contact")["phone"],
        json!("06 12 34 ou la voisine"),
        "kept raw"
    );
    assert_eq!(
        faults(twin.try_edit(2, &set("contact", json!({"mail": "x"})))),
        ["contact.mail: unknown_part"]
    );
}

#[test]
fn ledger_entries() {
    let entry = |entry: Value| {
        let mut post = Post::with(1, Kind::Incident, json!({}));
        let append = crate::Append {
            field: "observations".to_owned(),
            id: uuid::Uuid::from_u128(1),
            entry,
        };
        let edit = crate::Edit {
            append: vec![append],
            ..Default::default()
        };
        post.try_edit(1, &edit)
            .map(|_| post.read().entries("observations")[0].value.clone())
    };
    let full = json!({"at": "2026-11-22T17:00:00Z", "by": "op-1", "source": "SDIS", "involved": 12, "deceased": 0,
        "water_level_cm": "140", "note": "au pont"});
    assert_eq!(entry(full.clone()).unwrap()["water_level_cm"], json!(140));
    let mut wrong = full;
    wrong["missing"] = json!(-2);
    assert_eq!(faults(entry(wrong)), ["observations.missing: negative"]);
    assert_eq!(
        faults(entry(json!({"by": "op-1"}))),
        ["observations.at: required"]
    );
    assert_eq!(faults(entry(json!("x"))), ["observations: wrong_form"]);
}
