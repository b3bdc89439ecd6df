//! Editing records at the heads their editor saw.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Post, faults, set};
use crate::{Append, Edit, Kind, verbs};

#[test]
fn a_value_the_editor_never_saw_stands_beside_his() {
    let mut alice = Post::with(1, Kind::Incident, json!({"severity": "minor"}));
    let seen = alice.heads();
    let mut bob = alice.copied(2);
    bob.set(1, "severity", json!("extreme"));
    alice.meet(&mut bob);
    // The page was opened before Bob's value came in.
    alice
        .try_edit_at(&seen, 2, &set("severity", json!("moderate")))
        .unwrap();
    let record = alice.read();
    let severity = record.field("severity").unwrap();
    assert!(severity.conflict);
    assert_eq!(severity.used, json!("extreme"));
    // Seen, it is covered.
    alice.set(3, "severity", json!("moderate"));
    assert_eq!(alice.read().conflicts().count(), 0);
}

#[test]
fn an_edit_at_old_heads_numbers_its_operations_from_there() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    let seen = alice.heads();
    let max_op = alice.changes.values().next().unwrap().max_op();
    for minute in 1..5 {
        alice.set(minute, "title", json!(format!("titre {minute}")));
    }
    let late = alice
        .try_edit_at(&seen, 9, &set("severity", json!("minor")))
        .unwrap()
        .unwrap();
    let change = &alice.changes[&late];
    assert_eq!(change.deps(), seen);
    assert_eq!(
        change.start_op().get(),
        max_op + 1,
        "the guard asks for exactly this"
    );
    assert_eq!(change.seq(), 1);
    assert_eq!(alice.read().text("severity"), "minor");
}

#[test]
fn an_edit_claims_its_time_and_stands_on_all_heads() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    let mut bob = alice.copied(2);
    alice.set(1, "title", json!("a"));
    bob.set(2, "urgency", json!("future"));
    alice.meet(&mut bob);
    let heads = alice.heads();
    let change = alice.set(7, "channel", json!("radio"));
    assert_eq!(alice.changes[&change].deps(), heads);
    assert_eq!(
        alice.changes[&change].timestamp() as u64,
        super::START_MS + 7 * 60_000
    );
    assert_eq!(alice.read().updated_ms, super::START_MS + 7 * 60_000);
}

#[test]
fn every_field_is_checked_and_all_faults_are_told() {
    let mut alice = Post::with(1, Kind::Need, json!({}));
    let mut wanted = Edit::default();
    for (field, value) in [
        ("quantity", json!("beaucoup")),
        ("due", json!({"delay": "at_time"})),
        ("beneficiaries", json!(-1)),
        ("incident", json!("MAI-014")),
        ("contact", json!("Paul")),
        ("kind", json!("incident")),
        ("nothing", json!(1)),
        ("title", json!("")),
        ("tags", json!(7)),
    ] {
        wanted.set.insert(field.to_owned(), value);
    }
    wanted
        .unset
        .extend(["status".to_owned(), "created".to_owned()]);
    wanted.add.insert("title".to_owned(), vec!["x".to_owned()]);
    let mut told = faults(alice.try_edit(1, &wanted));
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "beneficiaries: negative",
            "contact: private",
            "created: set_once",
            "due.at: required",
            "incident: bad_id",
            "kind: set_once",
            "nothing: unknown_field",
            "quantity: not_a_number",
            "status: required",
            "tags: wrong_form",
            "title: required",
            "title: wrong_operation",
        ]
    );
    assert_eq!(alice.changes.len(), 1, "nothing was written");
}

#[test]
fn sets_gain_and_lose_members() {
    let mut alice = Post::with(1, Kind::Incident, json!({"tags": ["a", "b"]}));
    let mut bob = alice.copied(2);
    let words = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    alice.edit(
        1,
        &Edit {
            add: [("tags".to_owned(), words(&["c", " c ", "a/b"]))].into(),
            remove: [("tags".to_owned(), words(&["a", "z"]))].into(),
            ..Edit::default()
        },
    );
    assert_eq!(
        alice.read().shown("tags"),
        &json!(["a/b", "b", "c"]),
        "a key is cut at its first slash"
    );
    bob.set(2, "tags", json!(["b", "d"]));
    alice.meet(&mut bob);
    assert_eq!(alice.read().shown("tags"), &json!(["a/b", "b", "c", "d"]));
    alice.edit(
        3,
        &Edit {
            unset: ["tags".to_owned()].into(),
            ..Edit::default()
        },
    );
    assert_eq!(alice.read().field("tags"), None);
    assert_eq!(
        faults(alice.try_edit(4, &set("category", json!(["met", "nothing"])))),
        ["category: unknown_token"]
    );
}

#[test]
fn what_an_import_could_not_place_is_kept_under_ext() {
    let mut alice = Post::with(1, Kind::Incident, json!({"ext/étage": "2"}));
    let mut bob = alice.copied(2);
    alice.set(1, "ext/étage", json!("3"));
    bob.set(2, "ext/étage", json!("4"));
    bob.set(3, "ext/autre", json!("x\ny"));
    alice.meet(&mut bob);
    let record = alice.read();
    assert_eq!(
        (record.text("ext/étage"), record.text("ext/autre")),
        ("4", "x\ny")
    );
    assert_eq!(record.conflicts().count(), 0);
    for name in [
        "ext/",
        "ext/a/b",
        "ext/ ",
        &format!("ext/{}", "n".repeat(81)),
    ] {
        assert_eq!(
            faults(alice.try_edit(4, &set(name, json!("x")))),
            [format!("{name}: unknown_field")]
        );
    }
    assert_eq!(
        faults(alice.try_edit(4, &set("ext/long", json!("x".repeat(2_001))))),
        ["ext/long: too_long"]
    );
}

fn movement(id: u128, delta: i64) -> Append {
    Append {
        field: "movements".to_owned(),
        id: Uuid::from_u128(id),
        entry: json!({"at": "2026-11-22T17:00:00Z", "by": "op-1", "delta": delta, "reason": "received"}),
    }
}

#[test]
fn ledger_entries_are_written_once() {
    let mut alice = Post::with(1, Kind::Resource, json!({"mode": "lot"}));
    let append = |entries: &[Append]| Edit {
        append: entries.to_vec(),
        ..Edit::default()
    };
    alice.edit(1, &append(&[movement(1, 40), movement(2, -5)]));
    assert_eq!(
        alice.try_edit(2, &append(&[movement(1, 40)])),
        Ok(None),
        "the same again is no change"
    );
    assert_eq!(
        faults(alice.try_edit(2, &append(&[movement(1, 41)]))),
        ["movements: already_there"]
    );
    assert_eq!(
        faults(alice.try_edit(2, &append(&[movement(3, 1), movement(3, 1)]))),
        ["movements: already_there", "movements: already_there"]
    );
    assert_eq!(
        faults(alice.try_edit(2, &set("movements", json!([])))),
        ["movements: wrong_operation"]
    );
    let record = alice.read();
    let entries = record.entries("movements");
    assert_eq!(
        entries
            .iter()
            .map(|entry| entry.value["delta"].clone())
            .collect::<Vec<_>>(),
        ["40", "-5"]
    );
    assert_eq!(
        record.shown("movements")[0]["id"],
        json!(Uuid::from_u128(1).to_string())
    );
}

#[test]
fn an_entry_with_two_values_is_flagged_and_the_first_in_byte_order_counts() {
    let mut alice = Post::with(1, Kind::Resource, json!({"mode": "lot"}));
    let mut bob = alice.copied(2);
    alice.edit(
        1,
        &Edit {
            append: vec![movement(1, 40)],
            ..Edit::default()
        },
    );
    bob.edit(
        1,
        &Edit {
            append: vec![movement(1, 30)],
            ..Edit::default()
        },
    );
    alice.meet(&mut bob);
    let record = alice.read();
    let entry = &record.entries("movements")[0];
    assert_eq!(
        (entry.value["delta"].clone(), entry.others.len()),
        (json!("30"), 1)
    );
    assert_eq!(entry.origin.author, [2; 32]);
}

#[test]
fn fields_set_once_stay() {
    let mut alice = Post::with(1, Kind::Resource, json!({"unit": "box"}));
    for (field, value) in [
        ("mode", json!("unique")),
        ("unit", json!("each")),
        ("operation", json!(Uuid::from_u128(1).to_string())),
        ("source", json!({"type": "import"})),
        ("v", json!(2)),
    ] {
        assert_eq!(
            faults(alice.try_edit(1, &set(field, value))),
            [format!("{field}: set_once")]
        );
    }
    let mut exercise = Post::with(1, Kind::Operation, json!({"exercise": true}));
    assert_eq!(
        faults(exercise.try_edit(1, &set("exercise", json!(false)))),
        ["exercise: set_once"]
    );
    let mut bare = Post::with(1, Kind::Resource, json!({}));
    assert_eq!(
        faults(bare.try_edit(1, &set("unit", json!("each")))),
        ["unit: set_once"],
        "not even when absent"
    );
}

#[test]
fn the_verbs_are_edits() {
    let mut need = Post::with(1, Kind::Need, json!({}));
    assert_eq!(
        faults(need.try_edit(1, &verbs::close(Kind::Need, None, false).unwrap())),
        ["status: closing_reason_required"]
    );
    need.edit(
        1,
        &verbs::close(Kind::Need, Some("satisfied"), false).unwrap(),
    );
    assert!(need.read().is_closed());
    need.edit(2, &verbs::reopen(Kind::Need, false).unwrap());
    assert_eq!(
        (need.read().status(), need.read().shown("closing_reason")),
        ("open", &Value::Null)
    );

    let mut incident = Post::with(1, Kind::Incident, json!({}));
    let close = |has_reason| verbs::close(Kind::Incident, None, has_reason).unwrap();
    assert_eq!(
        faults(incident.try_edit(1, &close(false))),
        ["status: reason_required"]
    );
    incident.edit(1, &close(true));
    let reopen = |has_reason| verbs::reopen(Kind::Incident, has_reason).unwrap();
    assert_eq!(
        faults(incident.try_edit(2, &reopen(false))),
        ["status: reason_required"]
    );
    incident.edit(2, &reopen(true));
    assert_eq!(incident.read().status(), "in_progress");
    incident.edit(
        3,
        &verbs::verify(Kind::Incident, "verified", false).unwrap(),
    );
    let refute = |has_reason| verbs::verify(Kind::Incident, "refuted", has_reason).unwrap();
    assert_eq!(
        faults(incident.try_edit(4, &refute(false))),
        ["verification: note_required"]
    );
    incident.edit(4, &refute(true));

    let mut operation = Post::with(1, Kind::Operation, json!({"phase": "active"}));
    let close = verbs::close(Kind::Operation, None, true).unwrap();
    assert_eq!(
        faults(operation.try_edit(1, &close)),
        ["phase: bad_transition"]
    );
    operation.set(1, "phase", json!("after_action"));
    operation.edit(2, &close);
    operation.edit(3, &verbs::reopen(Kind::Operation, true).unwrap());
    assert_eq!(operation.read().status(), "after_action");

    assert_eq!(
        faults(verbs::close(Kind::Resource, None, true)),
        ["close: no_such_verb"]
    );
    assert_eq!(
        faults(verbs::verify(Kind::Need, "verified", true)),
        ["verify: no_such_verb"]
    );
    assert_eq!(
        faults(verbs::archive(Kind::Post, "x", "y", "z")),
        ["archive: no_such_verb"]
    );
}

#[test]
fn a_change_stands_on_no_more_heads_than_the_trust_layer_takes() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    let first = alice.clone();
    for author in 2..72 {
        let mut other = first.copied(author);
        other.set(u64::from(author), "title", json!(format!("titre {author}")));
        alice.meet(&mut other);
    }
    assert_eq!(alice.heads().len(), 70);
    let change = alice.set(100, "title", json!("un seul"));
    assert_eq!(alice.changes[&change].deps().len(), 64);
    assert_eq!(alice.heads().len(), 7);
    alice.set(101, "title", json!("un seul titre"));
    assert_eq!(alice.heads().len(), 1);
    assert_eq!(alice.read().field("title").unwrap().candidates.len(), 1);
}
