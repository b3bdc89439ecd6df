//! Archiving, and changing what someone else archived.

use serde_json::json;

use super::Post;
use crate::{Edit, Kind, Row, verbs};

fn archive(post: &mut Post, minute: u64) {
    let (at, by) = (
        format!("2026-11-22T18:{minute:02}:00Z"),
        format!("op-{}", post.author),
    );
    let edit = verbs::archive(Kind::Incident, "fausse alerte", &at, &by);
    post.edit(minute, &edit.unwrap());
}

#[test]
fn an_archived_record_can_be_taken_out_again() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    archive(&mut alice, 1);
    let record = alice.read();
    assert!(record.is_archived() && !record.changed_after_archive);
    assert_eq!(record.used("archived")["reason"], json!("fausse alerte"));
    assert!(Row::new(&record).archived);
    alice.edit(2, &verbs::unarchive(Kind::Incident).unwrap());
    assert!(!alice.read().is_archived());
}

#[test]
fn an_edit_that_did_not_know_of_the_archiving_brings_the_record_back() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    let mut bob = alice.copied(2);
    archive(&mut alice, 1);
    bob.set(2, "severity", json!("severe"));
    alice.meet(&mut bob);
    let record = alice.read();
    assert!(record.changed_after_archive);
    assert!(!record.is_archived());
    assert_eq!(
        record.shown("archived")["by"],
        json!("op-1"),
        "who archived it is still shown"
    );
    // Archived again with everything seen, it stays so.
    archive(&mut alice, 3);
    assert!(!alice.read().changed_after_archive);
    assert!(alice.read().is_archived());
}

#[test]
fn an_edit_made_on_the_archived_record_brings_it_back_too() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    archive(&mut alice, 1);
    alice.set(2, "severity", json!("severe"));
    assert!(alice.read().changed_after_archive && !alice.read().is_archived());
}

#[test]
fn two_posts_that_archive_the_same_record_agree() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    let mut bob = alice.copied(2);
    archive(&mut alice, 1);
    archive(&mut bob, 2);
    alice.meet(&mut bob);
    let record = alice.read();
    assert!(record.is_archived() && !record.changed_after_archive);
    assert_eq!(record.used("archived")["by"], json!("op-2"));
}

#[test]
fn taking_out_beats_a_concurrent_archiving() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    archive(&mut alice, 1);
    let mut bob = alice.copied(2);
    alice.edit(2, &verbs::unarchive(Kind::Incident).unwrap());
    archive(&mut bob, 9);
    alice.meet(&mut bob);
    assert!(!alice.read().is_archived(), "here an empty value wins");
    assert!(alice.read().field("archived").unwrap().conflict);
}

#[test]
fn a_second_import_of_the_record_is_no_edit() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    archive(&mut alice, 1);
    let mut bob = Post::with(2, Kind::Incident, json!({}));
    alice.meet(&mut bob);
    assert!(alice.read().is_archived());
    bob.edit(
        3,
        &Edit {
            add: [("tags".to_owned(), vec!["revu".to_owned()])].into(),
            ..Edit::default()
        },
    );
    alice.meet(&mut bob);
    assert!(!alice.read().is_archived());
}
