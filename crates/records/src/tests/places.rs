//! Places and geometries.

use serde_json::{Value, json};

use super::forms::{refused, taken, written};
use crate::Kind;

#[test]
fn places() {
    let place = |label: &str| json!({"label": label, "precision": "unknown"});
    taken(
        Kind::Incident,
        "place",
        json!("12 rue des Écoles"),
        place("12 rue des Écoles"),
    );
    taken(
        Kind::Incident,
        "place",
        json!({"point": [3.123456, 43.0, 12.0]}),
        json!({"label": "", "point": [3.12346, 43], "precision": "unknown"}),
    );
    taken(
        Kind::Incident,
        "place",
        json!({"label": "x", "point": [0, 0.000001]}),
        place("x"),
    );
    taken(
        Kind::Incident,
        "place",
        json!({"point": [0, 0]}),
        json!(null),
    );
    taken(
        Kind::Incident,
        "place",
        json!({"insee": "2a004"}),
        json!({"insee": "2A004", "label": "", "precision": "unknown"}),
    );
    for point in [
        json!([3.5]),
        json!([181, 0]),
        json!([0, 90.5]),
        json!(["3", "43"]),
        json!("3,43"),
        json!([1, 2, 3, 4]),
    ] {
        refused(
            Kind::Incident,
            "place",
            json!({ "point": point }),
            "place.point: bad_coordinates",
        );
    }
    refused(
        Kind::Incident,
        "place",
        json!({"label": "x".repeat(301)}),
        "place.label: too_long",
    );
    refused(
        Kind::Incident,
        "place",
        json!({"lat": 43}),
        "place.lat: unknown_part",
    );
    refused(
        Kind::Incident,
        "place",
        json!({"label": "x", "precision": "near"}),
        "place.precision: unknown_token",
    );
}

#[test]
fn geometries() {
    let ring = |positions: usize| {
        let positions: Vec<Value> = (0..positions)
            .map(|n| json!([3.0 + n as f64 * 1e-5, 43.123456789, 7]))
            .collect();
        json!({"geometry": {"type": "Polygon", "coordinates": [positions], "crs": "dropped"}})
    };
    let stored = written(Kind::Incident, "place", ring(500)).unwrap();
    assert_eq!(
        stored["geometry"]["coordinates"][0][1],
        json!([3.00001, 43.12346])
    );
    assert_eq!(stored["geometry"].as_object().unwrap().len(), 2);
    refused(
        Kind::Incident,
        "place",
        ring(501),
        "place.geometry: too_many",
    );
    refused(
        Kind::Incident,
        "place",
        ring(3),
        "place.geometry: bad_geometry",
    );
    for geometry in [
        json!({}),
        json!({"type": "Circle", "coordinates": []}),
        json!({"type": "LineString", "coordinates": [[1, 2]]}),
        json!({"type": "Point", "coordinates": [1, 91]}),
        json!({"type": "Polygon", "coordinates": []}),
        json!({"type": "MultiPolygon", "coordinates": [[1, 2]]}),
        json!("POINT(1 2)"),
    ] {
        refused(
            Kind::Incident,
            "place",
            json!({ "geometry": geometry }),
            "place.geometry: bad_geometry",
        );
    }
    let nested: Value = (0..600).map(|_| json!([])).collect();
    refused(
        Kind::Incident,
        "place",
        json!({"geometry": {"type": "MultiPolygon", "coordinates": nested}}),
        "place.geometry: bad_geometry",
    );
    for (kind, coordinates) in [
        ("Point", json!([1, 2])),
        ("MultiPoint", json!([[1, 2]])),
        ("LineString", json!([[1, 2], [3, 4]])),
        ("MultiLineString", json!([[[1, 2], [3, 4]]])),
        ("MultiPolygon", json!([[[[1, 2], [3, 4], [5, 6], [1, 2]]]])),
    ] {
        let geometry = json!({"type": kind, "coordinates": coordinates});
        assert_eq!(
            written(Kind::Need, "place", json!({ "geometry": geometry })).unwrap()["geometry"],
            geometry
        );
    }
}
