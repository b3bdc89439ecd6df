//! The history of a record.

use serde_json::json;
use uuid::Uuid;

use super::{Post, set};
use crate::{Append, Edit, HistoryItem, Kind, Splice, What, history, history_since};

fn told(post: &Post) -> Vec<HistoryItem> {
    history(&post.document(), post.kind, &|actor| {
        post.origins.get(actor).copied()
    })
}

fn touched<'a>(item: &'a HistoryItem, field: &str) -> &'a What {
    &item
        .touched
        .iter()
        .find(|touched| touched.field == field)
        .unwrap()
        .what
}

#[test]
fn each_change_tells_who_touched_what_and_what_stood_there() {
    let mut alice = Post::with(
        1,
        Kind::Incident,
        json!({"severity": "minor", "description": "eau"}),
    );
    let mut edit = set("severity", json!("severe"));
    edit.add.insert("tags".to_owned(), vec!["a/b".to_owned()]);
    edit.splice.insert(
        "description".to_owned(),
        vec![Splice {
            at: 0,
            delete: 3,
            insert: "Eau haute".to_owned(),
        }],
    );
    edit.append.push(Append {
        field: "observations".to_owned(),
        id: Uuid::from_u128(1),
        entry: json!({"at": "2026-11-22T17:00:00Z", "by": "op"}),
    });
    alice.author = 2;
    alice.edit(1, &edit);
    alice.edit(
        2,
        &Edit {
            remove: [("tags".to_owned(), vec!["a/b".to_owned()])].into(),
            ..Edit::default()
        },
    );
    let items = told(&alice);
    assert_eq!(items.len(), 3);
    assert_eq!(items[0].origin.author, [1; 32]);
    assert_eq!(
        touched(&items[0], "title"),
        &What::Wrote {
            before: vec![],
            after: json!("Titre")
        }
    );
    assert_eq!(
        touched(&items[0], "description"),
        &What::Typed {
            inserted: "eau".to_owned(),
            deleted: 0
        }
    );
    assert_eq!(items[1].origin.author, [2; 32]);
    let wrote = What::Wrote {
        before: vec![json!("minor")],
        after: json!("severe"),
    };
    assert_eq!(touched(&items[1], "severity"), &wrote);
    let typed = What::Typed {
        inserted: "Eau haute".to_owned(),
        deleted: 3,
    };
    assert_eq!(touched(&items[1], "description"), &typed);
    assert_eq!(touched(&items[1], "tags"), &What::Added);
    let entry = items[1]
        .touched
        .iter()
        .find(|touched| touched.field == "observations")
        .unwrap();
    assert_eq!(
        entry.member.as_deref(),
        Some(Uuid::from_u128(1).to_string().as_str())
    );
    assert!(matches!(&entry.what, What::Wrote { after, .. } if after["by"] == json!("op")));
    let tag = &items[2].touched[0];
    assert_eq!(
        (tag.member.as_deref(), &tag.what),
        (Some("a/b"), &What::Removed)
    );
}

#[test]
fn causes_stand_before_effects_whatever_the_clocks_say() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    let early = alice.set(500, "title", json!("horloge en avance"));
    let late = alice.set(1, "title", json!("horloge juste"));
    let order: Vec<_> = told(&alice).iter().map(|item| item.change).collect();
    assert_eq!(order[1..], [early, late]);
}

#[test]
fn what_changed_meanwhile_is_what_the_heads_do_not_hold() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    let seen = alice.heads();
    let mut bob = alice.copied(2);
    let one = alice.set(1, "severity", json!("minor"));
    let other = bob.set(2, "urgency", json!("past"));
    alice.meet(&mut bob);
    let document = alice.document();
    let since = |heads: &[crate::ChangeHash]| {
        let items = history_since(&document, Kind::Incident, heads, &|_| None);
        items.iter().map(|item| item.change).collect::<Vec<_>>()
    };
    assert_eq!(since(&seen), [one, other]);
    assert_eq!(since(&[one]), [other]);
    assert_eq!(since(&document.get_heads()), []);
}
