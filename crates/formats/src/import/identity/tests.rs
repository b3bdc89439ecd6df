//! Identities that every post computes alike.

use super::*;

#[test]
fn the_namespace_is_the_one_of_the_design() {
    assert_eq!(
        Uuid::new_v5(&Uuid::NAMESPACE_URL, b"urn:beffroi:import:1"),
        NAMESPACE
    );
    assert_eq!(
        NAMESPACE.to_string(),
        "08589c6c-a826-5bad-b9a0-a31d519bd262"
    );
}

#[test]
fn an_id_is_the_uuid_of_five_texts_as_canonical_json() {
    let operation = Uuid::from_u128(7);
    let json =
        r#"["00000000-0000-0000-0000-000000000007","incident","ushahidi","Haiti \"2010\"","4052"]"#;
    assert_eq!(
        record_id(operation, "incident", "ushahidi", "Haiti \"2010\"", "4052"),
        Uuid::new_v5(&NAMESPACE, json.as_bytes())
    );
}

#[test]
fn composed_and_decomposed_letters_are_one_identity() {
    let id = |key| record_id(Uuid::nil(), "need", "csv", "s", key);
    assert_eq!(id("e\u{301}cole"), id("école"));
    assert_ne!(id("ecole"), id("école"));
}

#[test]
fn every_part_of_an_identity_counts() {
    let id = record_id(Uuid::nil(), "incident", "csv", "a", "1");
    assert_ne!(
        id,
        record_id(Uuid::from_u128(1), "incident", "csv", "a", "1")
    );
    assert_ne!(id, record_id(Uuid::nil(), "need", "csv", "a", "1"));
    assert_ne!(id, record_id(Uuid::nil(), "incident", "ushahidi", "a", "1"));
    assert_ne!(id, record_id(Uuid::nil(), "incident", "csv", "b", "1"));
    assert_ne!(id, record_id(Uuid::nil(), "incident", "csv", "a", "2"));
    assert_ne!(content_key(&["a", "b"], 0), content_key(&["a,b"], 0));
    assert_ne!(content_key(&["a"], 0), content_key(&["a"], 1));
}

#[test]
fn a_copied_file_keeps_its_label() {
    for name in [
        "Haiti.csv",
        "Haiti (1).csv",
        "Haiti - copie.csv",
        "Haiti - Copie (2).csv",
        "Haiti - Copy.CSV",
        "/home/mai/Haiti.rejected.csv",
        "C:\\Temp\\Haiti.csv",
        "Haiti",
    ] {
        assert_eq!(source_label(name), "Haiti", "{name}");
    }
    assert_eq!(source_label("crue (aval).csv"), "crue (aval)");
    assert_eq!(source_label("v1.2.csv"), "v1.2");
    assert_eq!(source_label(".csv"), ".csv");
    assert_eq!(source_label(" (1).csv"), "(1)");
}
