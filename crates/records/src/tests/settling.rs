//! Settling a conflict covers what was seen, and only that.

use serde_json::json;

use super::pitfalls::changes_of;
use super::{Post, apart, faults, set};
use crate::{Kind, Refused};

#[test]
fn a_choice_closes_the_conflict_everywhere() {
    let (mut alice, mut bob) = apart(
        Kind::Need,
        json!({}),
        "priority",
        json!("vital"),
        json!("normal"),
    );
    let record = alice.read();
    let priority = record.field("priority").unwrap();
    let shown: Vec<_> = priority
        .candidates
        .iter()
        .map(|one| (one.value.clone(), one.origin.author[0]))
        .collect();
    assert_eq!(
        shown,
        [(json!("normal"), 2), (json!("vital"), 1)],
        "both priorities are listed with their authors"
    );
    assert_eq!(priority.used, json!("vital"));
    alice.settle(
        3,
        "priority",
        &changes_of(&alice, "priority"),
        json!("urgent"),
    );
    alice.meet(&mut bob);
    assert_eq!(bob.read().conflicts().count(), 0);
    assert_eq!(bob.read().text("priority"), "urgent");
}

#[test]
fn a_value_that_arrives_later_opens_it_again() {
    let mut alice = Post::with(1, Kind::Need, json!({}));
    let (mut bob, mut carol) = (alice.copied(2), alice.copied(3));
    alice.set(1, "priority", json!("vital"));
    bob.set(2, "priority", json!("normal"));
    carol.set(3, "priority", json!("deferred"));
    alice.meet(&mut bob);
    alice.settle(
        4,
        "priority",
        &changes_of(&alice, "priority"),
        json!("normal"),
    );
    assert_eq!(alice.read().conflicts().count(), 0);
    alice.meet(&mut carol);
    let record = carol.read();
    let priority = record.field("priority").unwrap();
    assert!(priority.conflict);
    let mut listed: Vec<_> = priority
        .candidates
        .iter()
        .map(|one| one.value.as_str().unwrap())
        .collect();
    listed.sort_unstable();
    assert_eq!(listed, ["deferred", "normal"]);
}

#[test]
fn a_choice_leaves_alone_what_was_not_seen() {
    let mut alice = Post::with(1, Kind::Need, json!({}));
    let (mut bob, mut carol) = (alice.copied(2), alice.copied(3));
    let seen_one = alice.set(1, "priority", json!("vital"));
    let seen_two = bob.set(2, "priority", json!("normal"));
    carol.set(3, "priority", json!("deferred"));
    alice.meet(&mut bob);
    alice.meet(&mut carol);
    // Carol's value came in while Alice was looking at the two others.
    alice.settle(4, "priority", &[seen_one, seen_two], json!("vital"));
    let record = alice.read();
    let priority = record.field("priority").unwrap();
    assert!(priority.conflict);
    let listed: Vec<_> = priority
        .candidates
        .iter()
        .map(|one| one.value.clone())
        .collect();
    assert_eq!(listed, [json!("vital"), json!("deferred")]);
    alice.settle(
        5,
        "priority",
        &changes_of(&alice, "priority"),
        json!("vital"),
    );
    assert_eq!(alice.read().conflicts().count(), 0);
}

#[test]
fn what_is_settled_already_is_said_to_be_so() {
    let (mut alice, mut bob) = apart(
        Kind::Need,
        json!({}),
        "priority",
        json!("vital"),
        json!("normal"),
    );
    let seen = changes_of(&alice, "priority");
    alice.settle(3, "priority", &seen, json!("vital"));
    alice.meet(&mut bob);
    assert_eq!(
        bob.try_settle(4, "priority", &seen, json!("normal")),
        Err(Refused::AlreadySettled)
    );
}

#[test]
fn a_choice_is_checked_like_any_write() {
    let (mut alice, _) = apart(
        Kind::Need,
        json!({}),
        "priority",
        json!("vital"),
        json!("normal"),
    );
    let seen = changes_of(&alice, "priority");
    assert_eq!(
        faults(alice.try_settle(3, "priority", &seen, json!("later"))),
        ["priority: unknown_token"]
    );
    assert_eq!(
        faults(alice.try_settle(3, "tags", &seen, json!("x"))),
        ["tags: wrong_operation"]
    );
    assert_eq!(
        faults(alice.try_settle(3, "contact", &seen, json!("x"))),
        ["contact: private"]
    );
    assert_eq!(
        faults(alice.try_settle(3, "nothing", &seen, json!("x"))),
        ["nothing: unknown_field"]
    );
}

#[test]
fn a_choice_between_clearing_and_a_value_can_be_to_clear() {
    let mut alice = Post::with(1, Kind::Incident, json!({"severity": "minor"}));
    let mut bob = alice.copied(2);
    alice.edit(
        1,
        &crate::Edit {
            unset: ["severity".to_owned()].into(),
            ..Default::default()
        },
    );
    bob.set(2, "severity", json!("severe"));
    alice.meet(&mut bob);
    alice.settle(3, "severity", &changes_of(&alice, "severity"), json!(null));
    let record = alice.read();
    assert_eq!(record.shown("severity"), &json!(null));
    assert_eq!(record.conflicts().count(), 0);
}

#[test]
fn an_edit_covers_the_values_its_editor_saw() {
    let (mut alice, _) = apart(
        Kind::Incident,
        json!({}),
        "severity",
        json!("severe"),
        json!("minor"),
    );
    alice.set(3, "severity", json!("minor"));
    assert_eq!(alice.read().conflicts().count(), 0);
    assert_eq!(
        alice.try_edit(4, &set("severity", json!("minor"))),
        Ok(None)
    );
}

#[test]
fn two_texts_of_one_record_are_settled_without_losing_an_edit_on_its_way() {
    let mut alice = Post::with(1, Kind::Incident, json!({"description": "vu du pont"}));
    let mut bob = Post::with(2, Kind::Incident, json!({"description": "vu de la berge"}));
    let mut carol = bob.copied(3);
    alice.meet(&mut bob);
    let seen = changes_of(&alice, "description");
    assert_eq!(seen.len(), 2);
    alice.settle(3, "description", &seen, json!("vu du pont et de la berge"));
    let record = alice.read();
    assert!(!record.field("description").unwrap().conflict);
    assert_eq!(record.text("description"), "vu du pont et de la berge");
    // Carol knew only Bob's text, and was typing in it.
    carol.set(4, "description", json!("vu de la berge, eau noire"));
    alice.meet(&mut carol);
    let record = alice.read();
    let description = record.field("description").unwrap();
    assert!(description.conflict, "the late edit opens it again");
    let texts: Vec<_> = description
        .candidates
        .iter()
        .map(|one| one.value.as_str().unwrap())
        .collect();
    assert!(
        texts.iter().any(|text| text.contains("eau noire")),
        "{texts:?}"
    );
}

#[test]
fn a_choice_of_states_obeys_the_state_machine() {
    let (mut alice, _) = apart(
        Kind::Incident,
        json!({"status": "in_progress"}),
        "status",
        json!("closed"),
        json!("paused"),
    );
    let seen = changes_of(&alice, "status");
    assert_eq!(
        faults(alice.try_settle(3, "status", &seen, json!("new"))),
        ["status: bad_transition"]
    );
    alice.settle(3, "status", &seen, json!("in_progress"));
    assert_eq!(alice.read().status(), "in_progress");
}
