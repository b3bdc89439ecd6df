//! GeoJSON: valid for another reader, flat, wound as the standard asks.

use beffroi_formats::{Derived, Exported, GeoJsonWriter, Selection};
use beffroi_records::Kind;
use serde_json::{Value, json};

use crate::support::{geojson, in_conflict, record};

fn parsed(records: &[Exported<'_>], exercise: bool) -> Value {
    let (text, _) = geojson(records, Selection::usual(exercise));
    let collection: geojson::FeatureCollection = text.parse().unwrap();
    assert_eq!(collection.features.len(), records.len());
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_record_is_a_flat_feature() {
    let need = record(
        Kind::Need,
        1,
        &json!({"title": "Eau \"potable\"", "quantity": {"value": "12.5", "unit": "pallet"}, "tags": ["a", "b"],
                "due": {"delay": "asap"}, "place": {"label": "Gymnase", "point": [3.123456, 43.5], "insee": "34190"}}),
    );
    let exported = Exported {
        derived: Derived {
            delivered: Some("3".into()),
            ..Derived::default()
        },
        ..Exported::plain(&need)
    };
    let collection = parsed(&[exported], false);
    assert_eq!(collection["kinds"], json!(["need"]));
    assert_eq!(collection["exercise"], false);
    assert!(collection.get("crs").is_none());
    let feature = &collection["features"][0];
    assert_eq!(feature["id"], "00000000-0000-0000-0000-000000000001");
    assert_eq!(
        feature["geometry"],
        json!({"type": "Point", "coordinates": [3.12346, 43.5]})
    );
    let properties = feature["properties"].as_object().unwrap();
    for (name, expected) in [
        ("kind", json!("need")),
        ("title", json!("Eau \"potable\"")),
        ("quantity", json!(12.5)),
        ("quantity.unit", json!("pallet")),
        ("tags", json!(["a", "b"])),
        ("due.delay", json!("asap")),
        ("place.label", json!("Gymnase")),
        ("place.insee", json!("34190")),
        ("delivered", json!(3)),
        ("exercise", json!(false)),
        ("status", json!("open")),
        ("created_at", json!("2026-11-22T17:40:04+01:00")),
    ] {
        assert_eq!(properties[name], expected, "{name}");
    }
    assert!(properties.values().all(|value| !value.is_object()));
    assert!(!properties.contains_key("conflicts"));
}

#[test]
fn no_record_and_no_place_are_valid_too() {
    let (text, _) = geojson(&[], Selection::usual(false));
    let collection: geojson::FeatureCollection = text.parse().unwrap();
    assert!(collection.features.is_empty());
    let incident = record(Kind::Incident, 1, &json!({"title": "t"}));
    let other = record(
        Kind::Incident,
        2,
        &json!({"title": "u", "place": {"label": "quelque part"}}),
    );
    let collection = parsed(&[Exported::plain(&incident), Exported::plain(&other)], true);
    assert_eq!(collection["features"][0]["geometry"], Value::Null);
    assert_eq!(collection["features"][1]["geometry"], Value::Null);
    assert_eq!(collection["exercise"], true);
    assert_eq!(collection["features"][1]["properties"]["exercise"], true);
}

#[test]
fn several_kinds_share_one_collection_and_each_feature_says_its_own() {
    let placed = json!({"title": "t", "place": {"label": "l", "point": [3.1, 43.5]}});
    let incident = record(Kind::Incident, 1, &placed);
    let need = record(Kind::Need, 2, &json!({"title": "u"}));
    let other = record(Kind::Incident, 3, &json!({"title": "v"}));
    let all = [&incident, &need, &other].map(Exported::plain);
    let collection = parsed(&all, false);
    assert_eq!(collection["kinds"], json!(["incident", "need"]));
    let kinds: Vec<&Value> = collection["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| &feature["properties"]["kind"])
        .collect();
    assert_eq!(kinds, ["incident", "need", "incident"]);
    let (_, summary) = geojson(&all, Selection::usual(false));
    assert_eq!(summary.exported, [(Kind::Incident, 2), (Kind::Need, 1)]);
    assert_eq!(
        summary.without_place, 2,
        "they are in the file, not on a map"
    );
}

#[test]
fn a_kind_nobody_asked_for_stays_out() {
    let need = record(Kind::Need, 1, &json!({"title": "t"}));
    let mut bytes = Vec::new();
    let mut writer =
        GeoJsonWriter::new(&mut bytes, &[Kind::Incident], Selection::usual(false)).unwrap();
    writer.write(&Exported::plain(&need)).unwrap();
    let summary = writer.finish().unwrap();
    assert_eq!(summary.exported, [(Kind::Incident, 0)]);
    let collection: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(collection["features"], json!([]));
}

#[test]
fn outer_rings_turn_left_and_holes_turn_right() {
    let clockwise = json!([[0, 0], [0, 10], [10, 10], [10, 0], [0, 0]]);
    let anticlockwise = json!([[2, 2], [4, 2], [4, 4], [2, 4], [2, 2]]);
    let turned = |ring: &Value| {
        let mut ring = ring.as_array().unwrap().clone();
        ring.reverse();
        Value::from(ring)
    };
    for (kind, given, expected) in [
        (
            "Polygon",
            json!([clockwise, anticlockwise]),
            json!([turned(&clockwise), turned(&anticlockwise)]),
        ),
        (
            "MultiPolygon",
            json!([[clockwise], [anticlockwise]]),
            json!([[turned(&clockwise)], [anticlockwise]]),
        ),
        (
            "LineString",
            json!([[0, 0], [1, 1]]),
            json!([[0, 0], [1, 1]]),
        ),
    ] {
        let record = record(
            Kind::Incident,
            1,
            &json!({"title": "t", "place": {"label": "l", "geometry": {"type": kind, "coordinates": given}}}),
        );
        let geometry =
            parsed(&[Exported::plain(&record)], false)["features"][0]["geometry"].clone();
        let plain = |value: &Value| value.to_string().replace(".0", "");
        assert_eq!(plain(&geometry["coordinates"]), plain(&expected), "{kind}");
    }
}

#[test]
fn a_conflict_is_named_and_its_cautious_value_used() {
    let incident = record(
        Kind::Incident,
        1,
        &json!({"title": "t", "severity": "minor"}),
    );
    let incident = in_conflict(incident, "severity", &json!("severe"));
    let properties =
        parsed(&[Exported::plain(&incident)], false)["features"][0]["properties"].clone();
    assert_eq!(properties["severity"], "severe");
    assert_eq!(properties["conflicts"], json!(["severity"]));
}
