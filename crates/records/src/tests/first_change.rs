//! The fast path reads what the document reads, or leaves it to the document.

use automerge::transaction::Transactable;
use automerge::{ObjType, ROOT, ReadDoc, ScalarValue};
use serde_json::{Value, json};

use super::{Post, START_MS, Seeded, record_id, values, writing};
use crate::{Change, Kind, Origin, Part, Record, create, read_first_change};

fn both(post: &Post) -> (Option<Record>, Record) {
    let change = post.changes.values().next().unwrap();
    let origin = Origin {
        author: [post.author; 32],
        at_ms: change.timestamp() as u64,
    };
    (from_change(change, post.kind, origin), post.read())
}

fn from_change(change: &Change, kind: Kind, origin: Origin) -> Option<Record> {
    read_first_change(change.raw_bytes(), change.hash(), kind, record_id(), origin)
}

/// A random value that the field's writer takes, by what its name promises.
fn some_value(dice: &mut Seeded, kind: Kind, name: &str) -> Option<Value> {
    let words = ["eau", "Écoles", "b/c", "👩‍🚒", "d'un\nautre", "12"];
    let word = words[dice.below(words.len())];
    let candidates = [
        json!(word),
        json!([word, "x"]),
        json!(7),
        json!(true),
        json!("2026-11-22T17:40:04+01:00"),
        json!({"value": "2.5", "unit": "box"}),
        json!({"label": word, "point": [3.5, 43.25]}),
        json!("within_4_h"),
        json!("34120"),
        json!("other"),
        json!("closed"),
        json!(["oxygen"]),
        json!("MAT/VEH"),
        json!("CRF"),
        json!("019ab000-0000-7000-8000-000000000009"),
        json!({"reason": "x", "at": "2026-11-22T17:40:04Z"}),
    ];
    let field = kind.field(name)?;
    (0..6)
        .map(|_| candidates[dice.below(candidates.len())].clone())
        .find(|value| field.shape.written(value).is_ok())
}

#[test]
fn the_fast_path_reads_what_the_document_reads() {
    let mut fast = 0;
    for seed in 0..300 {
        let mut dice = Seeded::new(seed);
        let kind = Kind::ALL[dice.below(Kind::ALL.len())];
        let part = if dice.below(6) == 0 {
            Part::Private
        } else {
            Part::Shared
        };
        let mut given = if part == Part::Shared {
            values(json!({kind.title_field(): "Titre"}))
        } else {
            values(json!({}))
        };
        if kind == Kind::Post && part == Part::Shared {
            given.insert("code".to_owned(), json!("MAI"));
        }
        for field in kind
            .fields()
            .filter(|field| field.private == (part == Part::Private))
        {
            if dice.below(2) == 0
                && let Some(value) = some_value(&mut dice, kind, field.name)
            {
                given.insert(field.name.to_owned(), value);
            }
        }
        let Ok(raw) = create(kind, part, record_id(), &given, &writing(START_MS)) else {
            continue;
        };
        let mut post = Post::new(7, kind);
        post.take(&raw);
        let (from_change, from_document) = both(&post);
        assert_eq!(from_change, Some(from_document), "seed {seed}: {given:?}");
        fast += 1;
    }
    assert!(fast > 100, "only {fast} creations were tried");
}

#[test]
fn a_change_of_another_form_is_left_to_the_document() {
    type Work =
        fn(&mut automerge::transaction::Transaction<'_>) -> Result<(), automerge::AutomergeError>;
    let works: [Work; 6] = [
        |transaction| {
            transaction.put(ROOT, "title", "a")?;
            transaction.put(ROOT, "title", "b")
        },
        |transaction| {
            transaction
                .put_object(ROOT, "place", ObjType::Map)
                .map(drop)
        },
        |transaction| {
            let text = transaction.put_object(ROOT, "description", ObjType::Text)?;
            transaction.splice_text(&text, 0, 0, "bc")?;
            transaction.splice_text(&text, 0, 0, "a")
        },
        |transaction| {
            let text = transaction.put_object(ROOT, "description", ObjType::Text)?;
            transaction.splice_text(&text, 0, 0, "abc")?;
            transaction.splice_text(&text, 1, 1, "")
        },
        |transaction| {
            transaction.put(ROOT, "title", "a")?;
            transaction.delete(ROOT, "title")?;
            transaction.put(ROOT, "v", 1_i64)
        },
        |transaction| {
            transaction.put(ROOT, "n", ScalarValue::Counter(1.into()))?;
            transaction.increment(ROOT, "n", 2)
        },
    ];
    for (number, work) in works.into_iter().enumerate() {
        let mut post = Post::new(1, Kind::Incident);
        post.raw(0, work);
        let (from_change, from_document) = both(&post);
        assert_eq!(from_change, None, "form {number}");
        assert_eq!(from_document.heads.len(), 1);
    }
    let mut post = Post::with(1, Kind::Incident, json!({}));
    let later = post.set(1, "title", json!("b"));
    let change = post.changes[&later].clone();
    let read = from_change(&change, Kind::Incident, Origin::default());
    assert_eq!(read, None, "it has a past");
    assert!(post.document().get(ROOT, "title").unwrap().is_some());
}

/// Bytes that no guard has seen: nothing panics, and what is read is what the document reads.
#[test]
fn bytes_changed_at_random_never_panic_the_fast_path() {
    let given = values(json!({
        "title": "Cave", "description": "eau é", "tags": ["a"], "severity": "minor",
        "place": {"label": "x", "point": [3.5, 43.25]},
    }));
    let raw = create(
        Kind::Incident,
        Part::Shared,
        record_id(),
        &given,
        &writing(START_MS),
    )
    .unwrap();
    let (mut read, mut same) = (0, 0);
    for seed in 0..30_000 {
        let mut dice = Seeded::new(seed);
        let mut bytes = raw.clone();
        for _ in 0..1 + dice.below(3) {
            let place = dice.below(bytes.len());
            match dice.below(4) {
                0 => bytes[place] = dice.next() as u8,
                1 => bytes[place] ^= 1 << dice.below(8),
                2 => drop(bytes.remove(place)),
                _ => bytes.insert(place, dice.next() as u8),
            }
        }
        let origin = Origin::default();
        let hash = crate::ChangeHash([0; 32]);
        let Some(from_bytes) = read_first_change(&bytes, hash, Kind::Incident, record_id(), origin)
        else {
            continue;
        };
        read += 1;
        // Automerge may refuse, or panic over, what the guard would have turned away before.
        let from_document = std::panic::catch_unwind(|| {
            let change = Change::try_from(bytes.as_slice()).ok()?;
            let document = crate::document([bytes.as_slice()]).ok()?;
            let record = crate::read(&document, Kind::Incident, record_id(), &|_| Some(origin));
            (!change.is_empty()).then_some((record, change.hash()))
        });
        if let Ok(Some((from_document, hash))) = from_document {
            let again = read_first_change(&bytes, hash, Kind::Incident, record_id(), origin);
            assert_eq!(again.as_ref(), Some(&from_document), "seed {seed}");
            assert_eq!(from_bytes.readings.len(), from_document.readings.len());
            same += 1;
        }
    }
    assert!(read > 1_000 && same > 1_000, "{read} read, {same} compared");
}
