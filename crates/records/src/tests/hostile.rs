//! Readers accept whatever a document holds: nothing panics, nothing of it is lost.

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{AutomergeError, ObjType, ROOT, ReadDoc, ScalarValue};
use serde_json::json;

use super::{Post, START_MS, Seeded, faults, record_id, set};
use crate::{Choice, Edit, Kind, Part, Refused, Row};

impl Post {
    /// Writes past every check, as a foreign or a later program might.
    pub(super) fn raw(
        &mut self,
        minute: u64,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>,
    ) {
        let mut document = self.document().with_actor(crate::document::zero_actor());
        let mut transaction = document.transaction();
        work(&mut transaction).unwrap();
        let options = CommitOptions::default().with_time((START_MS + minute * 60_000) as i64);
        let (hash, _) = transaction.commit_with(options);
        let change = document.get_change_by_hash(&hash.unwrap()).unwrap();
        self.take(change.raw_bytes());
    }
}

#[test]
fn unknown_keys_and_values_of_the_wrong_form_are_kept_and_shown_raw() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    alice.raw(1, |transaction| {
        transaction.put(ROOT, "mood", "{\"calm\":true}")?;
        transaction.put(ROOT, "title/x", 7_i64)?;
        transaction.put(ROOT, "severity", 12.5_f64)?;
        transaction.put(ROOT, "place", "no JSON")?;
        transaction.put(ROOT, "parent", ScalarValue::Bytes(vec![1, 255]))?;
        transaction.put(ROOT, "urgency", f64::NAN)?;
        transaction.put(ROOT, "channel", ScalarValue::Counter(3.into()))?;
        transaction.put(ROOT, "tags/", "nameless")?;
        transaction.put(ROOT, "tags", "not a member")?;
        transaction.put(ROOT, "observations/not-an-id", "not an entry")?;
        transaction.put(ROOT, "description", "a scalar where a text belongs")?;
        transaction.put(ROOT, "duplicate_of", u64::MAX)?;
        transaction.put_object(ROOT, "reported_at", ObjType::Map)?;
        transaction.put_object(ROOT, "occurred_at", ObjType::List)?;
        let title = transaction.put_object(ROOT, "title", ObjType::Text)?;
        transaction.splice_text(&title, 0, 0, "typed")
    });
    let record = alice.read();
    assert_eq!(record.shown("mood"), &json!({"calm": true}));
    assert_eq!(record.shown("title/x"), &json!(7));
    assert_eq!(record.shown("severity"), &json!(12.5));
    assert_eq!(record.shown("place"), &json!("no JSON"));
    assert_eq!(record.shown("parent"), &json!("01ff"));
    assert_eq!(record.shown("urgency"), &json!(null));
    assert_eq!(record.shown("channel"), &json!(3));
    assert_eq!(record.members("tags").count(), 0);
    assert_eq!(record.entries("observations")[0].id, "not-an-id");
    assert_eq!(record.text("description"), "a scalar where a text belongs");
    assert_eq!(record.shown("duplicate_of"), &json!(u64::MAX));
    assert_eq!(record.shown("reported_at"), &json!(null));
    assert_eq!(record.title(), "typed");
    assert_eq!(record.point(), None);
    let row = Row::new(&record);
    assert_eq!((&*row.title, &*row.place, row.rank()), ("typed", "", ""));
    // And such a record can still be worked on.
    alice.set(2, "description", json!("un texte"));
    alice.set(3, "severity", json!("minor"));
    assert_eq!(alice.read().text("description"), "un texte");
}

#[test]
fn a_record_of_a_later_layout_is_read_only() {
    let mut alice = Post::with(1, Kind::Incident, json!({"tags": ["a"]}));
    assert!(!alice.read().is_read_only());
    alice.raw(1, |transaction| transaction.put(ROOT, "v", 2_i64));
    let record = alice.read();
    assert!(record.is_read_only());
    assert_eq!(record.title(), "Titre");
    assert_eq!(
        alice.try_edit(2, &set("title", json!("x"))),
        Err(Refused::ReadOnly(2))
    );
    assert_eq!(
        alice.try_settle(2, "severity", &[], json!("minor")),
        Err(Refused::ReadOnly(2))
    );
}

#[test]
fn a_change_of_ten_thousand_values_under_one_key_is_read_in_reasonable_time() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    let bases: Vec<Post> = (2..40).map(|author| alice.copied(author)).collect();
    for (n, mut bob) in bases.into_iter().enumerate() {
        bob.raw(n as u64, |transaction| {
            transaction.put(ROOT, "mood", n as i64)
        });
        alice.meet(&mut bob);
    }
    let record = alice.read();
    let mood = record.field("mood").unwrap();
    assert_eq!(mood.candidates.len(), 38);
    assert_eq!(mood.shown, json!(37));
    // The collapse itself, at a size a document's limits still allow.
    let origin = crate::Origin::default();
    let claims = (0..20_000_u64).map(|n| (json!(n % 15_000), origin, crate::ChangeHash([0; 32])));
    assert_eq!(crate::read::distinct(claims).len(), 15_000);
}

#[test]
fn random_documents_never_panic_a_reader_or_a_writer() {
    for seed in 0..40 {
        let mut dice = Seeded::new(seed);
        let kind = Kind::ALL[dice.below(Kind::ALL.len())];
        let mut alice = Post::new(1, kind);
        let names = kind.fields().map(|field| field.name);
        let keys: Vec<String> = names
            .flat_map(|name| [name.to_owned(), format!("{name}/x")])
            .chain(["ext/a", "ext/", "é", "/"].map(str::to_owned))
            .collect();
        let mut bob = Post::new(2, kind);
        for minute in 0..3 {
            alice.raw(minute, |transaction| {
                scribble(transaction, &keys, &mut dice)
            });
            bob.raw(minute, |transaction| {
                scribble(transaction, &keys, &mut dice)
            });
            if dice.below(2) == 0 {
                alice.meet(&mut bob);
            }
        }
        alice.meet(&mut bob);
        let record = alice.read();
        assert_eq!(record, bob.read(), "seed {seed}");
        let row = Row::new(&record);
        assert_eq!(row.id, record_id());
        crate::stock(record.entries("movements"));
        crate::covers(record.entries("movements"), None);
        let _ = (record.categories(), record.numbers(), record.creators());
        let _ = (record.scope(), record.operation(), record.point());
        let document = alice.document();
        crate::history(&document, kind, &|_| None);
        let heads = document.get_heads();
        let seen: Vec<_> = alice.changes.keys().copied().collect();
        // Refused or done: no panic, and what is done can be read.
        for _ in 0..8 {
            let all: Vec<_> = kind.fields().collect();
            let field = all[dice.below(all.len())];
            let part = if field.private {
                Part::Private
            } else {
                Part::Shared
            };
            let clear = Edit {
                unset: [field.name.to_owned()].into(),
                ..Edit::default()
            };
            let choice = Choice {
                field: field.name.to_owned(),
                seen: seen[..1 + dice.below(seen.len())].to_vec(),
                value: json!("closed"),
                has_reason: true,
            };
            let change = [
                crate::edit(
                    &document,
                    kind,
                    part,
                    &heads,
                    &set(field.name, json!("closed")),
                    START_MS,
                ),
                crate::edit(&document, kind, part, &heads[..1], &clear, START_MS),
                crate::settle(&document, kind, part, &choice, START_MS).map(Some),
            ];
            for raw in change.into_iter().flatten().flatten() {
                let mut carol = alice.copied(3);
                carol.take(&raw);
                carol.read();
            }
        }
    }
}

fn scribble(
    transaction: &mut Transaction<'_>,
    keys: &[String],
    dice: &mut Seeded,
) -> Result<(), AutomergeError> {
    for _ in 0..1 + dice.below(20) {
        let key = keys[dice.below(keys.len())].as_str();
        match dice.below(9) {
            0 => transaction.put(ROOT, key, dice.next() as i64)?,
            1 => transaction.put(ROOT, key, ScalarValue::Null)?,
            2 => {
                let odd = "{\"at\":7,\"value\":\"x\",\"point\":[1e300,{}],\"delay\":9}";
                transaction.put(ROOT, key, odd)?;
            }
            3 => transaction.put(ROOT, key, "closed")?,
            4 => transaction.put(ROOT, key, true)?,
            5 => drop(transaction.put_object(ROOT, key, ObjType::Map)?),
            6 => {
                let text = transaction.put_object(ROOT, key, ObjType::Text)?;
                transaction.splice_text(&text, 0, 0, "é\u{0}👩‍🚒")?;
            }
            7 => transaction.delete(ROOT, key)?,
            _ => transaction.put(ROOT, key, dice.next() as f64 / 3.0)?,
        }
    }
    let turn = dice.next() as i64;
    transaction.put(ROOT, "turn", turn)
}

#[test]
fn heads_that_are_not_here_are_said_to_be_missing() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    let elsewhere = crate::ChangeHash([9; 32]);
    assert_eq!(
        alice.try_edit_at(&[elsewhere], 1, &set("title", json!("x"))),
        Err(Refused::UnknownHeads)
    );
    assert_eq!(
        alice.try_edit_at(&[], 1, &set("title", json!("x"))),
        Err(Refused::UnknownHeads)
    );
}

#[test]
fn a_document_with_unstamped_changes_is_not_written_to() {
    let raw = crate::create(
        Kind::Incident,
        Part::Shared,
        record_id(),
        &super::values(json!({"title": "x"})),
        &super::writing(START_MS),
    )
    .unwrap();
    let document = crate::document([raw.as_slice()]).unwrap();
    let heads = document.get_heads();
    let result = crate::edit(
        &document,
        Kind::Incident,
        Part::Shared,
        &heads,
        &set("title", json!("y")),
        START_MS,
    );
    assert!(matches!(result, Err(Refused::Document(_))), "{result:?}");
    assert_eq!(
        faults(Err::<(), _>(Refused::Document(String::new()))),
        Vec::<String>::new()
    );
    assert!(document.get(ROOT, "title").unwrap().is_some());
}
