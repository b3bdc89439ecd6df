//! Creating records.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ObjType, ROOT, ReadDoc, ScalarValue};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Post, START_MS, faults, record_id, stamp, values, writing};
use crate::document::empty;
use crate::{Change, Created, Kind, Number, Part, Refused, Source, Writing, create, read};

fn incident(given: Value) -> Result<Vec<u8>, Refused> {
    create(
        Kind::Incident,
        Part::Shared,
        record_id(),
        &values(given),
        &writing(START_MS),
    )
}

fn full_incident() -> Value {
    json!({
        "title": "Cave inondée, 3 personnes", "description": "Rez-de-chaussée sous 40 cm d'eau, l'électricité est coupée.",
        "event_type": "flood", "severity": "severe", "urgency": "immediate", "channel": "phone",
        "occurred_at": "2026-11-22T17:30:00+01:00", "tags": ["cave", "quai"],
        "place": {"label": "12 rue des Écoles", "insee": "34120", "point": [3.21234, 43.51234], "precision": "address"},
    })
}

#[test]
fn a_title_is_enough() {
    let alice = Post::with(1, Kind::Incident, json!({"title": "Cave inondée"}));
    let record = alice.read();
    assert_eq!(
        (record.title(), record.status(), record.text("verification")),
        ("Cave inondée", "new", "unverified")
    );
    assert_eq!(record.scope(), "partners");
    assert_eq!(record.version, 1);
    assert_eq!(record.used("source"), &json!({"type": "manual"}));
    assert_eq!(record.updated_ms, START_MS);
    assert_eq!(record.creators(), [[1; 32]]);
    assert_eq!(record.operation(), writing(0).operation);
    let need = Post::with(1, Kind::Need, json!({})).read();
    assert_eq!(
        (need.status(), need.used("priority")),
        ("open", &json!(null))
    );
    let operation = Post::with(1, Kind::Operation, json!({})).read();
    assert_eq!(
        (operation.status(), operation.used("exercise")),
        ("preparation", &json!(false))
    );
    let resource = Post::with(1, Kind::Resource, json!({})).read();
    assert_eq!(
        (resource.status(), resource.text("mode")),
        ("available", "unique")
    );
    let lot = Post::with(1, Kind::Resource, json!({"unit": "box"})).read();
    assert_eq!(lot.text("mode"), "lot");
}

#[test]
fn a_full_incident_takes_about_half_a_kilobyte() {
    let mut writing = writing(START_MS);
    writing.number = Number::parse("MAI-014");
    writing.created = Created {
        at: "2026-11-22T17:40:04+01:00".to_owned(),
        by: "op-2".to_owned(),
        org: String::new(),
        post: "MAI".to_owned(),
    };
    let raw = create(
        Kind::Incident,
        Part::Shared,
        record_id(),
        &values(full_incident()),
        &writing,
    )
    .unwrap();
    assert!((500..1_000).contains(&raw.len()), "{} bytes", raw.len());
    let mut post = Post::new(1, Kind::Incident);
    post.take(&raw);
    let record = post.read();
    assert_eq!(record.numbers(), ["MAI-014"]);
    assert_eq!(record.point(), Some((3.21234, 43.51234)));
    assert_eq!(
        record.categories(),
        ["met"],
        "the event type stands for a category when none was chosen"
    );
}

#[test]
fn what_is_missing_or_misnamed_is_refused_all_at_once() {
    assert_eq!(faults(incident(json!({}))), ["title: required"]);
    assert_eq!(
        faults(incident(
            json!({"title": " ", "colour": "red", "severity": "huge", "caller": "M.", "number": "MAI-1"})
        )),
        [
            "caller: private",
            "colour: unknown_field",
            "number: set_once",
            "title: required",
            "severity: unknown_token"
        ]
    );
    let mut alone = writing(START_MS);
    alone.operation = None;
    let raw = create(
        Kind::Need,
        Part::Shared,
        record_id(),
        &values(json!({"title": "x"})),
        &alone,
    );
    assert_eq!(faults(raw), ["operation: required"]);
    alone.created.at = "hier".to_owned();
    let raw = create(
        Kind::Operation,
        Part::Shared,
        record_id(),
        &values(json!({"name": "x"})),
        &alone,
    );
    assert_eq!(faults(raw), ["created.at: bad_date"]);
}

#[test]
fn the_private_twin_holds_the_private_fields_and_nothing_else() {
    let given = values(
        json!({"title": "x", "caller": {"name": "Mme Roux", "phone": "06 12"}, "unheard_of": 1}),
    );
    let (shared, private) = crate::split(Kind::Incident, given);
    assert_eq!(shared.keys().collect::<Vec<_>>(), ["title", "unheard_of"]);
    let raw = create(
        Kind::Incident,
        Part::Private,
        record_id(),
        &private,
        &Writing::default(),
    )
    .unwrap();
    let mut twin = Post::new(1, Kind::Incident);
    twin.part = Part::Private;
    twin.take(&raw);
    let record = twin.read();
    assert_eq!(
        record.used("caller"),
        &json!({"name": "Mme Roux", "phone": "06 12"})
    );
    assert!(record.field("caller").unwrap().private);
    assert_eq!(record.readings.len(), 1);
    let refused = create(
        Kind::Incident,
        Part::Private,
        record_id(),
        &shared,
        &Writing::default(),
    );
    assert_eq!(
        faults(refused),
        ["title: not_private", "unheard_of: unknown_field"]
    );
    twin.set(1, "caller", json!("Mme Roux-Petit"));
    assert_eq!(
        twin.read().used("caller"),
        &json!({"name": "Mme Roux-Petit"})
    );
    assert_eq!(
        faults(twin.try_edit(2, &super::set("title", json!("x")))),
        ["title: not_private"]
    );
}

#[test]
fn the_wire_kinds_hold_their_fields_only() {
    let given = values(json!({"name": "Croix-Rouge", "code": "crf", "org": "CRF 34"}));
    let raw = create(
        Kind::Post,
        Part::Shared,
        record_id(),
        &given,
        &Writing::default(),
    )
    .unwrap();
    let mut post = Post::new(1, Kind::Post);
    post.take(&raw);
    let record = post.read();
    assert_eq!(
        (record.title(), record.text("code"), record.text("org")),
        ("Croix-Rouge", "CRF", "CRF 34")
    );
    assert_eq!(record.readings.len(), 3);
    let given =
        values(json!({"name": "Orb-sur-Lez", "area": "34120, 2a004", "tags": ["x"], "ext/a": "b"}));
    let refused = create(
        Kind::Territory,
        Part::Shared,
        record_id(),
        &given,
        &Writing::default(),
    );
    assert_eq!(
        faults(refused),
        ["ext/a: unknown_field", "tags: unknown_field"]
    );
    let given = values(json!({"name": "Orb-sur-Lez", "area": "34120, 2a004"}));
    let raw = create(
        Kind::Territory,
        Part::Shared,
        record_id(),
        &given,
        &Writing::default(),
    )
    .unwrap();
    let document = crate::document([raw.as_slice()]).unwrap();
    let record = read(&document, Kind::Territory, record_id(), &|_| None);
    assert_eq!(
        record.members("area").collect::<Vec<_>>(),
        ["2A004", "34120"]
    );
}

#[test]
fn two_imports_of_one_file_read_as_one_record() {
    let import = |author: u8, time_ms: u64| {
        let mut post = Post::new(author, Kind::Incident);
        let mut writing = writing(time_ms);
        writing.created.org = format!("post {author}");
        writing.source = Source::Import {
            format: "ushahidi".to_owned(),
            name: "haiti".to_owned(),
            id: "4052".to_owned(),
            file_hash: "ab".repeat(32),
        };
        let mut given = values(full_incident());
        let entry = json!([{"id": Uuid::from_u128(5).to_string(), "at": "2010-01-12T22:00:00Z", "by": "import"}]);
        given.insert("observations".to_owned(), entry);
        post.take(&create(Kind::Incident, Part::Shared, record_id(), &given, &writing).unwrap());
        post
    };
    let (mut alice, mut bob) = (import(1, START_MS), import(2, START_MS + 5_000));
    alice.meet(&mut bob);
    let record = alice.read();
    assert_eq!(record.heads.len(), 2);
    assert_eq!(record.conflicts().count(), 0);
    assert_eq!(record.entries("observations").len(), 1);
    assert!(record.entries("observations")[0].others.is_empty());
    let created = record.field("created").unwrap();
    assert_eq!(created.candidates.len(), 2, "both importers are named");
    assert_eq!(
        created.shown["org"],
        json!("post 1"),
        "the smallest in byte order is shown"
    );
    assert_eq!(record.creators(), [[2; 32], [1; 32]]);
    // Work goes on as on any record: one edit covers both copies.
    alice.set(1, "title", json!("Cave vidée"));
    alice.set(2, "description", json!("Rez-de-chaussée au sec."));
    let record = alice.read();
    assert_eq!(record.conflicts().count(), 0);
    assert_eq!(
        (record.title(), record.text("description")),
        ("Cave vidée", "Rez-de-chaussée au sec.")
    );
    assert_eq!(record.field("title").unwrap().candidates.len(), 1);
}

#[test]
fn an_imported_record_gets_numbers_from_whoever_works_on_it_first() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    let mut bob = alice.copied(2);
    alice.set(1, "number", json!("mai-14"));
    bob.set(2, "number", json!("CRF-007"));
    assert_eq!(
        faults(alice.try_edit(3, &super::set("number", json!("MAI-015")))),
        ["number: set_once"]
    );
    assert_eq!(
        alice.try_edit(3, &super::set("number", json!("MAI-014"))),
        Ok(None)
    );
    alice.meet(&mut bob);
    let record = alice.read();
    assert_eq!(
        record.numbers(),
        ["CRF-007", "MAI-014"],
        "both are valid, the smaller is shown"
    );
    assert_eq!(record.text("number"), "CRF-007");
    assert_eq!(record.conflicts().count(), 0);
}

#[test]
fn a_change_that_the_trust_layer_would_not_carry_is_refused_and_never_cut() {
    // Two bytes a character: 20,000 bytes of text, but 10,000 operations and the record's own on top.
    let refused = incident(json!({"title": "x", "description": "é".repeat(10_000)}));
    assert!(
        matches!(refused, Err(Refused::TooLarge { operations, .. }) if operations > 10_000),
        "{refused:?}"
    );
    let taken = incident(json!({"title": "x", "description": "é".repeat(9_900)})).unwrap();
    assert!(taken.len() <= 64 << 10);
    let many: Vec<String> = (0..1_500).map(|n| format!("{n:060}")).collect();
    let refused = incident(json!({"title": "x", "tags": many}));
    assert!(
        matches!(refused, Err(Refused::TooLarge { bytes, .. }) if bytes > 64 << 10),
        "{refused:?}"
    );
}

/// The creation is encoded without a document. This makes the same writes in a document and compares the bytes.
#[test]
fn a_creation_has_the_bytes_that_automerge_itself_would_write() {
    let mut given = values(full_incident());
    given.insert("ext/étage".to_owned(), json!("2\n3"));
    let mut writing = writing(START_MS);
    writing.number = Number::parse("MAI-014");
    let raw = create(Kind::Incident, Part::Shared, record_id(), &given, &writing).unwrap();
    let ours = Change::try_from(raw.as_slice()).unwrap();
    let mut document = empty();
    let mut transaction = document.transaction();
    let mut text = None;
    let mut typed = 0;
    for operation in ours.decode().operations {
        let scalar = operation.primitive_value().unwrap_or(ScalarValue::Null);
        let makes_text = operation.obj_type() == Some(ObjType::Text);
        match (operation.key, operation.insert) {
            (automerge::legacy::Key::Map(key), false) if makes_text => {
                text = Some(
                    transaction
                        .put_object(ROOT, key.as_str(), ObjType::Text)
                        .unwrap(),
                );
                typed = 0;
            }
            (automerge::legacy::Key::Map(key), false) => {
                transaction.put(ROOT, key.as_str(), scalar).unwrap()
            }
            (_, _) => {
                transaction
                    .splice_text(text.as_ref().unwrap(), typed, 0, scalar.as_str().unwrap())
                    .unwrap();
                typed += 1;
            }
        }
    }
    let (hash, _) = transaction.commit_with(CommitOptions::default().with_time(START_MS as i64));
    let theirs = document.get_change_by_hash(&hash.unwrap()).unwrap();
    assert_eq!(ours.raw_bytes(), theirs.raw_bytes());
    assert_eq!(stamp(&raw, 1).len(), ours.len());
}
