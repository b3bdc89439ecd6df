//! Seeded stories: whatever people do apart, all posts read the same once they hold the same.

use automerge::Automerge;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Post, Seeded};
use crate::document::empty;
use crate::{Append, Edit, Kind, Row, Splice, history};

/// A random edit of an incident; some of them are refused, as people's are.
fn some_edit(dice: &mut Seeded) -> Edit {
    let pick = |dice: &mut Seeded, words: &[&str]| words[dice.below(words.len())].to_owned();
    let mut edit = Edit {
        has_reason: dice.below(3) > 0,
        ..Edit::default()
    };
    for _ in 0..1 + dice.below(3) {
        match dice.below(10) {
            0 => drop(edit.set.insert("title".to_owned(), json!(pick(dice, &["Cave", "Pont", "Gué"])))),
            1 => drop(edit.set.insert("severity".to_owned(), json!(pick(dice, &["minor", "severe", "extreme", ""])))),
            2 => drop(edit.set.insert("status".to_owned(), json!(pick(dice, &["in_progress", "paused", "closed"])))),
            3 => drop(edit.set.insert("verification".to_owned(), json!(pick(dice, &["verified", "refuted"])))),
            4 => drop(edit.add.insert("tags".to_owned(), vec![pick(dice, &["a", "b", "c"])])),
            5 => drop(edit.remove.insert("tags".to_owned(), vec![pick(dice, &["a", "b", "c"])])),
            6 => {
                let insert = pick(dice, &["eau ", "é", ""]);
                let splice = Splice { at: dice.below(8), delete: dice.below(3), insert };
                edit.splice.insert("description".to_owned(), vec![splice]);
            }
            7 => drop(edit.set.insert("description".to_owned(), json!(pick(dice, &["Eau haute", "Eau basse", "Rien"])))),
            8 => edit.append.push(Append {
                field: "observations".to_owned(),
                id: Uuid::from_u128(u128::from(dice.next())),
                entry: json!({"at": "2026-11-22T17:00:00Z", "by": "op", "evacuated": dice.below(9)}),
            }),
            _ => {
                let archived = json!({"reason": "x", "at": "2026-11-22T17:00:00Z", "by": pick(dice, &["a", "b"])});
                edit.set.insert("archived".to_owned(), if dice.below(2) == 0 { archived } else { Value::Null });
            }
        }
    }
    edit
}

/// Three posts work, meet at random, settle at random, and in the end all meet.
fn story(seed: u64) -> (Vec<Post>, usize) {
    let mut dice = Seeded::new(seed);
    let mut first = Post::with(
        1,
        Kind::Incident,
        json!({"description": "Eau dans la cave", "tags": ["a"]}),
    );
    let mut second = first.copied(2);
    // The third imported the same record by himself.
    let mut third = Post::with(
        3,
        Kind::Incident,
        json!({"description": "Eau dans la cave", "severity": "moderate"}),
    );
    if dice.below(2) == 0 {
        first.meet(&mut third);
    }
    let mut posts = vec![first, second.clone(), third];
    second.author = 2;
    let mut written = 0;
    for minute in 1..25 {
        let place = dice.below(3);
        let edit = some_edit(&mut dice);
        let post = &mut posts[place];
        written += usize::from(matches!(post.try_edit(minute, &edit), Ok(Some(_))));
        if dice.below(4) == 0 {
            let record = post.read();
            let open: Vec<_> = record.conflicts().collect();
            if !open.is_empty() {
                let reading = open[dice.below(open.len())];
                let seen: Vec<_> = reading
                    .candidates
                    .iter()
                    .map(|candidate| candidate.change)
                    .collect();
                let value = reading.candidates[dice.below(reading.candidates.len())]
                    .value
                    .clone();
                let _ = post.try_settle(minute, &reading.name.clone(), &seen, value);
            }
        }
        if dice.below(3) == 0 {
            meet(&mut posts, dice.below(3), dice.below(3));
        }
    }
    for (one, other) in [(0, 1), (1, 2), (0, 1), (0, 2)] {
        meet(&mut posts, one, other);
    }
    (posts, written)
}

fn meet(posts: &mut [Post], one: usize, other: usize) {
    if one != other {
        let mut met = posts[other].clone();
        posts[one].meet(&mut met);
        posts[other] = met;
    }
}

/// The document when the changes come in this order, one by one.
fn in_order(post: &Post, dice: &mut Seeded) -> Automerge {
    let mut changes: Vec<_> = post.changes.values().cloned().collect();
    for place in (1..changes.len()).rev() {
        changes.swap(place, dice.below(place + 1));
    }
    let mut document = empty();
    for change in changes {
        document.apply_changes([change]).unwrap();
    }
    document
}

#[test]
fn the_same_changes_in_any_order_read_as_the_same_record() {
    let mut conflicts = 0;
    let mut written = 0;
    for seed in 0..14 {
        let (posts, count) = story(seed);
        written += count;
        let record = posts[0].read();
        conflicts += record.conflicts().count();
        for post in &posts {
            assert_eq!(
                post.read(),
                record,
                "seed {seed}: posts that hold the same read the same"
            );
        }
        let mut dice = Seeded::new(seed + 1_000);
        let told = history(&posts[0].document(), Kind::Incident, &|actor| {
            posts[0].origins.get(actor).copied()
        });
        assert_eq!(told.len(), posts[0].changes.len());
        for _ in 0..3 {
            let document = in_order(&posts[0], &mut dice);
            assert_eq!(posts[0].read_from(&document), record, "seed {seed}");
            let again = history(&document, Kind::Incident, &|actor| {
                posts[0].origins.get(actor).copied()
            });
            assert_eq!(again, told, "seed {seed}");
        }
        assert_eq!(Row::new(&record), Row::new(&posts[2].read()));
    }
    assert!(
        written > 150 && conflicts > 8,
        "the stories are too tame: {written} edits, {conflicts} conflicts"
    );
}

#[test]
fn a_field_in_conflict_has_at_least_two_values_and_a_cautious_one_that_is_reasoned() {
    for seed in 100..115 {
        let record = story(seed).0[0].read();
        for reading in &record.readings {
            let several = reading.candidates.len() > 1;
            assert!(
                several || !reading.conflict,
                "seed {seed}: {}",
                reading.name
            );
            let values: Vec<_> = reading
                .candidates
                .iter()
                .map(|candidate| &candidate.value)
                .collect();
            for (place, value) in values.iter().enumerate() {
                assert!(
                    !values[place + 1..].contains(value),
                    "seed {seed}: {} lists a value twice",
                    reading.name
                );
            }
            let from_values = values.contains(&&reading.used);
            let invented = reading.used.is_null() || reading.used == json!("unverified");
            assert!(
                values.is_empty() || from_values || invented,
                "seed {seed}: {} uses {}",
                reading.name,
                reading.used
            );
        }
    }
}

/// What the trust layer's guard asks of a change's form, on every change of the stories.
#[test]
fn every_change_has_the_form_the_guard_asks_for() {
    for seed in 200..206 {
        let (posts, _) = story(seed);
        let changes = &posts[0].changes;
        let past = posts[0].document();
        for change in changes.values() {
            let top = change
                .deps()
                .iter()
                .map(|dep| changes[dep].max_op())
                .max()
                .unwrap_or(0);
            assert_eq!(change.start_op().get(), top + 1, "seed {seed}");
            assert_eq!(
                (change.seq(), change.message(), change.extra_bytes().len()),
                (1, None, 0)
            );
            if !change.deps().is_empty() {
                let mut heads = past.fork_at(change.deps()).unwrap().get_heads();
                heads.sort_unstable();
                let mut deps = change.deps().to_vec();
                deps.sort_unstable();
                assert_eq!(heads, deps, "seed {seed}: deps are heads of their own past");
            }
        }
    }
}
