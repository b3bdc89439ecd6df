//! The six pitfalls of Automerge that the layout avoids, each shown not to bite.

use automerge::legacy::OpType;
use serde_json::json;
use uuid::Uuid;

use super::{Post, apart, set};
use crate::{Append, Edit, Kind, What};

#[test]
fn two_posts_that_create_the_same_record_lose_nothing_of_each_other() {
    let mut alice = Post::with(
        1,
        Kind::Incident,
        json!({"tags": ["alice"], "description": "vu par Alice"}),
    );
    let mut bob = Post::with(
        2,
        Kind::Incident,
        json!({"tags": ["bob"], "description": "vu par Bob"}),
    );
    let observe = |id: u128, by: &str| Append {
        field: "observations".to_owned(),
        id: Uuid::from_u128(id),
        entry: json!({"at": "2026-11-22T17:00:00Z", "by": by, "evacuated": 3}),
    };
    alice.edit(
        1,
        &Edit {
            append: vec![observe(1, "alice")],
            ..Edit::default()
        },
    );
    bob.edit(
        1,
        &Edit {
            append: vec![observe(2, "bob")],
            ..Edit::default()
        },
    );
    alice.meet(&mut bob);
    let record = alice.read();
    assert_eq!(record.members("tags").collect::<Vec<_>>(), ["alice", "bob"]);
    assert_eq!(record.entries("observations").len(), 2);
    let texts = record.field("description").unwrap();
    assert!(texts.conflict, "both texts wait for a person");
    assert_eq!(texts.candidates.len(), 2);
}

#[test]
fn a_composite_value_replaced_on_both_sides_keeps_both_versions_whole() {
    let (alice, bob) = apart(
        Kind::Incident,
        json!({"place": {"label": "mairie", "insee": "34000"}}),
        "place",
        json!({"label": "école", "insee": "34000"}),
        json!({"label": "mairie", "point": [3.5, 43.5]}),
    );
    let record = alice.read();
    let place = record.field("place").unwrap();
    let labels: Vec<_> = place
        .candidates
        .iter()
        .map(|candidate| candidate.value["label"].clone())
        .collect();
    assert_eq!(labels, ["mairie", "école"], "the newest claim first");
    assert!(
        place.candidates[1].value.get("point").is_none(),
        "two writers are never mixed"
    );
    assert!(place.conflict);
    assert_eq!(bob.read(), record);
}

#[test]
fn replacing_a_whole_text_does_not_lose_an_edit_inside_it() {
    let mut alice = Post::with(1, Kind::Incident, json!({"description": "Cave inondée"}));
    let mut bob = alice.copied(2);
    alice.set(1, "description", json!("Cave et garage inondés"));
    bob.set(2, "description", json!("Cave inondée, 3 personnes"));
    alice.meet(&mut bob);
    assert_eq!(
        alice.read().text("description"),
        "Cave et garage inondés, 3 personnes"
    );
    assert!(!alice.read().field("description").unwrap().conflict);
}

#[test]
fn clearing_leaves_a_trace_beside_a_concurrent_write() {
    let mut alice = Post::with(1, Kind::Incident, json!({"severity": "minor"}));
    let mut bob = alice.copied(2);
    let cleared = alice.edit(
        3,
        &Edit {
            unset: ["severity".to_owned()].into(),
            ..Edit::default()
        },
    );
    let operations = alice.changes[&cleared].decode().operations;
    assert!(
        operations
            .iter()
            .all(|operation| matches!(operation.action, OpType::Put(_))),
        "nothing is deleted"
    );
    bob.set(2, "severity", json!("severe"));
    alice.meet(&mut bob);
    let record = alice.read();
    let severity = record.field("severity").unwrap();
    assert!(severity.conflict);
    assert_eq!(severity.candidates.len(), 2);
    assert_eq!(
        (&severity.shown, &severity.used),
        (&json!("severe"), &json!("severe")),
        "an empty value never wins"
    );
}

#[test]
fn writing_what_is_there_is_no_change() {
    let mut alice = Post::with(
        1,
        Kind::Incident,
        json!({"severity": "minor", "tags": ["cave"]}),
    );
    assert_eq!(
        alice.try_edit(1, &set("severity", json!("minor"))),
        Ok(None)
    );
    assert_eq!(alice.try_edit(1, &set("tags", json!(["cave"]))), Ok(None));
    assert_eq!(
        alice.try_edit(
            1,
            &Edit {
                unset: ["parent".to_owned()].into(),
                ..Edit::default()
            }
        ),
        Ok(None)
    );
}

#[test]
fn adding_a_member_again_beats_a_concurrent_removal() {
    let mut alice = Post::with(1, Kind::Incident, json!({"tags": ["cave"]}));
    let mut bob = alice.copied(2);
    let member = || [("tags".to_owned(), vec!["cave".to_owned()])].into();
    alice.edit(
        1,
        &Edit {
            add: member(),
            ..Edit::default()
        },
    );
    bob.edit(
        9,
        &Edit {
            remove: member(),
            ..Edit::default()
        },
    );
    assert_eq!(bob.read().members("tags").count(), 0);
    alice.meet(&mut bob);
    assert_eq!(alice.read().members("tags").collect::<Vec<_>>(), ["cave"]);
    // And in the very millisecond of the creation, where the stamp could be the same.
    let mut carol = Post::with(3, Kind::Incident, json!({"tags": ["cave"]}));
    assert!(
        carol
            .try_edit(
                0,
                &Edit {
                    add: member(),
                    ..Edit::default()
                }
            )
            .unwrap()
            .is_some()
    );
}

#[test]
fn the_same_value_from_two_posts_is_one_value() {
    let (alice, _) = apart(
        Kind::Incident,
        json!({}),
        "severity",
        json!("severe"),
        json!("severe"),
    );
    let record = alice.read();
    let severity = record.field("severity").unwrap();
    assert!(!severity.conflict);
    assert_eq!(severity.candidates.len(), 1);
    assert_eq!(severity.candidates[0].changes.len(), 2);
    assert_eq!(
        severity.candidates[0].origin.author, [2; 32],
        "the newest claim"
    );
}

#[test]
fn the_history_tells_who_chose_among_conflicting_values() {
    let (mut alice, _) = apart(
        Kind::Incident,
        json!({}),
        "severity",
        json!("severe"),
        json!("minor"),
    );
    alice.author = 3;
    let seen = changes_of(&alice, "severity");
    let chosen = alice.settle(5, "severity", &seen, json!("minor"));
    let record = alice.read();
    assert_eq!(
        record.field("severity").unwrap().candidates[0]
            .origin
            .author,
        [3; 32]
    );
    let origins = |actor: &[u8; 16]| alice.origins.get(actor).copied();
    let items = crate::history(&alice.document(), Kind::Incident, &origins);
    let item = items.iter().find(|item| item.change == chosen).unwrap();
    assert_eq!(item.origin.author, [3; 32]);
    let What::Wrote { before, after } = &item.touched[0].what else {
        panic!("a choice is a write: {item:?}");
    };
    assert_eq!(after, &json!("minor"));
    assert_eq!(before.len(), 2, "it names what it covered: {before:?}");
}

/// Were a choice left to Automerge, choosing its own winner would only delete the other value, and someone else's
/// concurrent choice of that other value would then win without a trace of the disagreement.
#[test]
fn two_posts_that_choose_differently_open_the_conflict_again() {
    for (alices, bobs) in [("severe", "minor"), ("minor", "severe")] {
        let (mut alice, mut bob) = apart(
            Kind::Incident,
            json!({}),
            "severity",
            json!("severe"),
            json!("minor"),
        );
        let seen = changes_of(&alice, "severity");
        alice.settle(5, "severity", &seen, json!(alices));
        bob.settle(6, "severity", &seen, json!(bobs));
        assert_eq!(alice.read().conflicts().count(), 0);
        alice.meet(&mut bob);
        let record = alice.read();
        let severity = record.field("severity").unwrap();
        assert!(severity.conflict);
        assert_eq!(severity.candidates.len(), 2);
        assert_eq!(severity.used, json!("severe"));
    }
}

pub(super) fn changes_of(post: &Post, field: &str) -> Vec<crate::ChangeHash> {
    let record = post.read();
    record
        .field(field)
        .unwrap()
        .candidates
        .iter()
        .map(|candidate| candidate.change)
        .collect()
}
