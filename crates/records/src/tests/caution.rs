//! Each row of "when edits meet": what is used while two values stand beside each other.

use automerge::transaction::Transactable;
use serde_json::{Value, json};

use super::{Post, apart, set};
use crate::Kind;

/// What is used when two posts set these values apart, whichever of them claims the later time.
fn used(kind: Kind, field: &str, one: Value, other: Value) -> Value {
    let (alice, bob) = apart(kind, json!({}), field, one.clone(), other.clone());
    let (swapped, _) = apart(kind, json!({}), field, other, one);
    let (record, swapped) = (alice.read(), swapped.read());
    let reading = record.field(field).unwrap();
    assert!(reading.conflict, "{field} waits for a person");
    assert_eq!(reading.candidates.len(), 2, "{field}: both are shown");
    assert_eq!(record, bob.read());
    assert_eq!(
        reading.used,
        *swapped.used(field),
        "{field} does not depend on who came first"
    );
    reading.used.clone()
}

/// Puts two values beside each other that a state machine would not let two edits reach.
fn used_among(kind: Kind, field: &str, tokens: &[&str]) -> Value {
    let mut posts: Vec<Post> = tokens
        .iter()
        .zip(1..)
        .map(|(token, author)| Post::with(author, kind, json!({field: token})))
        .collect();
    let mut first = posts.remove(0);
    for post in &mut posts {
        first.meet(post);
    }
    let record = first.read();
    assert!(record.field(field).unwrap().conflict);
    record.used(field).clone()
}

#[test]
fn each_ranking_is_obeyed_pair_by_pair() {
    let rankings: [(Kind, &str, &[&str]); 7] = [
        (
            Kind::Incident,
            "status",
            &["in_progress", "new", "paused", "closed"],
        ),
        (
            Kind::Incident,
            "severity",
            &["extreme", "severe", "moderate", "unknown", "minor"],
        ),
        (Kind::Need, "status", &["open", "suspended", "closed"]),
        (
            Kind::Need,
            "priority",
            &["vital", "urgent", "normal", "deferred"],
        ),
        (
            Kind::Resource,
            "status",
            &[
                "unavailable",
                "maintenance",
                "in_use",
                "reserved",
                "available",
            ],
        ),
        (
            Kind::Operation,
            "phase",
            &[
                "active",
                "standby",
                "recovery",
                "preparation",
                "after_action",
                "closed",
            ],
        ),
        (
            Kind::Incident,
            "scope",
            &["restricted", "org", "partners", "public"],
        ),
    ];
    for (kind, field, ranking) in rankings {
        for (place, first) in ranking.iter().enumerate() {
            for later in &ranking[place + 1..] {
                assert_eq!(
                    used_among(kind, field, &[first, later]),
                    json!(first),
                    "{field}: {first} and {later}"
                );
                assert_eq!(
                    used_among(kind, field, &[later, first]),
                    json!(first),
                    "{field}: {later} and {first}"
                );
            }
        }
    }
}

#[test]
fn a_closed_and_a_running_incident_counts_as_running() {
    let given = json!({"status": "in_progress"});
    let (alice, _) = apart(
        Kind::Incident,
        given,
        "status",
        json!("closed"),
        json!("paused"),
    );
    assert_eq!(alice.read().status(), "paused");
    assert!(!alice.read().is_closed());
}

#[test]
fn two_verdicts_that_differ_leave_an_incident_unverified() {
    assert_eq!(
        used(
            Kind::Incident,
            "verification",
            json!("verified"),
            json!("refuted")
        ),
        json!("unverified")
    );
    assert_eq!(
        used(
            Kind::Incident,
            "verification",
            json!("verified"),
            json!("checking")
        ),
        json!("unverified")
    );
}

#[test]
fn a_duplicate_on_which_people_differ_is_none() {
    let target = |n: u128| json!(uuid::Uuid::from_u128(n).to_string());
    assert_eq!(
        used(Kind::Incident, "duplicate_of", target(1), target(2)),
        json!(null)
    );
    let mut alice = Post::with(1, Kind::Incident, json!({"duplicate_of": target(1)}));
    let mut bob = alice.copied(2);
    alice.edit(
        1,
        &crate::Edit {
            unset: ["duplicate_of".to_owned()].into(),
            ..Default::default()
        },
    );
    bob.set(2, "duplicate_of", target(3));
    alice.meet(&mut bob);
    assert_eq!(
        alice.read().used("duplicate_of"),
        &json!(null),
        "here an empty value does win"
    );
}

#[test]
fn the_larger_quantity_is_used_and_none_when_units_differ() {
    let quantity = |value: &str, unit: &str| json!({"value": value, "unit": unit});
    let larger = used(
        Kind::Need,
        "quantity",
        quantity("50", "each"),
        quantity("80", "each"),
    );
    assert_eq!(larger, quantity("80", "each"));
    let larger = used(
        Kind::Need,
        "quantity",
        quantity("9.5", "litre"),
        quantity("10", "litre"),
    );
    assert_eq!(larger, quantity("10", "litre"), "as numbers, not as words");
    assert_eq!(
        used(
            Kind::Need,
            "quantity",
            quantity("50", "each"),
            quantity("80", "box")
        ),
        json!(null)
    );
}

#[test]
fn the_more_urgent_delay_is_used() {
    let due = |delay: &str| json!({ "delay": delay });
    assert_eq!(
        used(Kind::Need, "due", due("within_4_h"), due("immediate")),
        due("immediate")
    );
    assert_eq!(
        used(Kind::Need, "due", due("asap"), due("within_30_min")),
        due("asap")
    );
    assert_eq!(
        used(Kind::Need, "due", due("within_24_h"), due("within_2_h")),
        due("within_2_h")
    );
    // The stories begin at 16:40 UTC.
    let at_17 = json!({"delay": "at_time", "at": "2026-11-22T17:00:00Z"});
    assert_eq!(
        used(Kind::Need, "due", at_17.clone(), due("within_2_h")),
        at_17
    );
    assert_eq!(
        used(Kind::Need, "due", at_17.clone(), due("asap")),
        due("asap")
    );
}

#[test]
fn a_resource_with_two_owners_is_nobodys_until_settled() {
    assert_eq!(
        used(Kind::Resource, "owner_org", json!("Mairie"), json!("SDIS")),
        json!(null)
    );
}

#[test]
fn the_newest_claim_serves_for_type_and_place() {
    for (field, one, other) in [
        ("need_type", json!("food"), json!("water")),
        (
            "place",
            json!({"label": "A", "precision": "street"}),
            json!({"label": "B", "precision": "street"}),
        ),
    ] {
        let (alice, _) = apart(Kind::Need, json!({}), field, one.clone(), other.clone());
        assert_eq!(alice.read().used(field), &other);
        let (alice, _) = apart(Kind::Need, json!({}), field, other, one.clone());
        assert_eq!(alice.read().used(field), &one);
    }
}

#[test]
fn an_unknown_token_never_counts_as_closed_available_or_public() {
    // Tokens of a later version arrive in its changes; here they are written past the writer's checks.
    for (kind, field, known, expected) in [
        (Kind::Incident, "status", "closed", "weird"),
        (Kind::Incident, "status", "paused", "paused"),
        (Kind::Need, "status", "closed", "weird"),
        (Kind::Resource, "status", "available", "weird"),
        (Kind::Resource, "status", "reserved", "reserved"),
        (Kind::Incident, "scope", "public", "weird"),
        (Kind::Incident, "scope", "partners", "weird"),
        (Kind::Incident, "scope", "org", "org"),
        (Kind::Operation, "phase", "closed", "weird"),
        (Kind::Incident, "severity", "minor", "weird"),
        (Kind::Incident, "verification", "verified", "unverified"),
    ] {
        let mut alice = Post::with(1, kind, json!({field: known}));
        let mut bob = Post::with(2, kind, json!({}));
        bob.raw(1, |transaction| {
            transaction.put(automerge::ROOT, field, "weird")
        });
        alice.meet(&mut bob);
        let record = alice.read();
        assert_eq!(
            record.used(field),
            &json!(expected),
            "{field}: {known} and a token of a later version"
        );
        assert!(!record.is_closed());
        let both: Vec<_> = record
            .field(field)
            .unwrap()
            .candidates
            .iter()
            .map(|one| one.value.clone())
            .collect();
        assert!(
            both.contains(&json!("weird")) && both.contains(&json!(known)),
            "both are kept"
        );
    }
}

#[test]
fn a_plain_field_shows_the_newest_claim_and_keeps_the_others() {
    let (alice, bob) = apart(
        Kind::Incident,
        json!({}),
        "title",
        json!("Cave"),
        json!("Garage"),
    );
    let record = alice.read();
    let title = record.field("title").unwrap();
    assert_eq!(
        (title.shown.as_str(), title.conflict, title.candidates.len()),
        (Some("Garage"), false, 2)
    );
    assert_eq!(record, bob.read());
}

#[test]
fn a_wrong_clock_changes_what_is_shown_and_loses_nothing() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    let mut bob = alice.copied(2);
    alice.edit(1_000_000, &set("title", json!("de l'an 2028")));
    bob.set(1, "title", json!("d'aujourd'hui"));
    alice.meet(&mut bob);
    let record = bob.read();
    assert_eq!(record.title(), "de l'an 2028");
    assert_eq!(
        record.field("title").unwrap().candidates[1].value,
        json!("d'aujourd'hui")
    );
}
