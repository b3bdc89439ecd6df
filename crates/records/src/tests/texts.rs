//! Collaborative texts.

use serde_json::json;

use super::{Post, faults, set};
use crate::{Edit, Kind, Splice};

fn splice(at: usize, delete: usize, insert: &str) -> Edit {
    let splice = Splice {
        at,
        delete,
        insert: insert.to_owned(),
    };
    Edit {
        splice: [("description".to_owned(), vec![splice])].into(),
        ..Edit::default()
    }
}

#[test]
fn two_posts_that_edit_the_same_text_both_find_their_words() {
    let mut alice = Post::with(
        1,
        Kind::Incident,
        json!({"description": "Cave inondée rue des Écoles."}),
    );
    let mut bob = alice.copied(2);
    alice.edit(1, &splice(0, 4, "Sous-sol"));
    bob.edit(2, &splice(28, 0, " Pompe demandée."));
    alice.meet(&mut bob);
    let text = "Sous-sol inondée rue des Écoles. Pompe demandée.";
    assert_eq!(alice.read().text("description"), text);
    assert_eq!(bob.read().text("description"), text);
    assert!(!alice.read().field("description").unwrap().conflict);
}

#[test]
fn positions_count_characters_not_bytes() {
    let mut alice = Post::with(1, Kind::Incident, json!({"description": "é👩‍🚒à"}));
    // The firefighter is three characters: woman, joiner, engine.
    alice.edit(1, &splice(4, 1, "ç"));
    assert_eq!(alice.read().text("description"), "é👩‍🚒ç");
}

#[test]
fn several_splices_are_applied_one_after_the_other() {
    let mut alice = Post::with(1, Kind::Incident, json!({"description": "abc"}));
    let mut edit = splice(0, 1, "XY");
    edit.splice.get_mut("description").unwrap().push(Splice {
        at: 4,
        delete: 0,
        insert: "\u{1}!\r\n".to_owned(),
    });
    alice.edit(1, &edit);
    assert_eq!(
        alice.read().text("description"),
        "XYbc!\n",
        "what is typed is cleaned"
    );
}

#[test]
fn a_splice_outside_the_text_or_beyond_its_limit_is_refused() {
    let mut alice = Post::with(1, Kind::Incident, json!({"description": "abc"}));
    assert_eq!(
        faults(alice.try_edit(1, &splice(4, 0, "x"))),
        ["description: out_of_text"]
    );
    assert_eq!(
        faults(alice.try_edit(1, &splice(2, 2, "x"))),
        ["description: out_of_text"]
    );
    assert_eq!(
        faults(alice.try_edit(1, &splice(0, 0, &"x".repeat(9_998)))),
        ["description: too_long"]
    );
    assert_eq!(
        faults(alice.try_edit(1, &set("description", json!("x".repeat(10_001))))),
        ["description: too_long"]
    );
}

#[test]
fn a_long_text_can_be_written_in_two_edits() {
    let mut alice = Post::with(1, Kind::Incident, json!({"description": "é".repeat(6_000)}));
    alice.edit(1, &splice(6_000, 0, &"à".repeat(4_000)));
    assert_eq!(alice.read().text("description").chars().count(), 10_000);
}

#[test]
fn clearing_a_text_keeps_what_others_are_typing() {
    let mut alice = Post::with(1, Kind::Incident, json!({"description": "abc"}));
    let mut bob = alice.copied(2);
    alice.edit(
        1,
        &Edit {
            unset: ["description".to_owned()].into(),
            ..Edit::default()
        },
    );
    assert_eq!(alice.read().text("description"), "");
    bob.edit(2, &splice(3, 0, " def"));
    alice.meet(&mut bob);
    assert_eq!(alice.read().text("description"), " def");
}

#[test]
fn a_splice_goes_into_the_text_that_is_shown() {
    let mut alice = Post::with(1, Kind::Incident, json!({"description": "un"}));
    let mut bob = Post::new(2, Kind::Incident);
    let given = super::values(json!({"title": "Titre", "description": "deux"}));
    let later = super::writing(super::START_MS + 60_000);
    bob.take(
        &crate::create(
            Kind::Incident,
            crate::Part::Shared,
            super::record_id(),
            &given,
            &later,
        )
        .unwrap(),
    );
    alice.meet(&mut bob);
    assert_eq!(alice.read().text("description"), "deux", "the newer claim");
    alice.edit(3, &splice(4, 0, " mots"));
    let record = alice.read();
    let texts: Vec<_> = record
        .field("description")
        .unwrap()
        .candidates
        .iter()
        .map(|one| one.value.clone())
        .collect();
    assert_eq!(texts, ["deux mots", "un"]);
}
