//! The short way against the long one: plain creations, what is nearly one, and mutants of both.

use automerge::transaction::{CommitOptions, Transactable as _, Transaction};
use automerge::{Automerge, ObjType, ROOT, ReadDoc as _, ScalarValue};

use super::super::{Bad, blank, judge, outline, stamp};
use super::{created, document_of};
use crate::ids::{DeviceId, DocId};

const AUTHOR: DeviceId = DeviceId([7; 32]);
const NEED: DocId = DocId {
    kind: 1,
    ring: 1,
    uuid: [9; 16],
};
const TIME_MS: u64 = 1_795_461_000_456;
const MUTANTS: u64 = 20_000;
const SEED: u64 = 0x00be_ff01;

fn first(write: impl FnOnce(&mut Transaction<'_>)) -> Vec<u8> {
    let mut draft = blank();
    let mut transaction = draft.transaction();
    write(&mut transaction);
    let time = i64::try_from(TIME_MS).unwrap();
    transaction.commit_with(CommitOptions::default().with_time(time));
    let mut raw = draft.get_changes(&[]).pop().unwrap().raw_bytes().to_vec();
    stamp(&AUTHOR, &NEED, &mut raw).unwrap();
    raw
}

fn text(tx: &mut Transaction<'_>, key: &str, text: &str) {
    let object = tx.put_object(ROOT, key, ObjType::Text).unwrap();
    tx.splice_text(&object, 0, 0, text).unwrap();
}

fn plain() -> Vec<Vec<u8>> {
    let values = |tx: &mut Transaction<'_>| {
        tx.put(ROOT, "v", 1).unwrap();
        tx.put(ROOT, "title", "douze lits de camp").unwrap();
        tx.put(ROOT, "status", "open").unwrap();
        tx.put(ROOT, "constraints/animals", vec![7; 12]).unwrap();
    };
    vec![
        first(|tx| tx.put(ROOT, "a", ()).unwrap()),
        first(|tx| text(tx, "details", "")),
        first(|tx| text(tx, "details", "é")),
        first(values),
        first(|tx| {
            values(tx);
            text(tx, "details", "L'eau monte encore, aaa à l'étage : 🚒");
            for (key, value) in [("z", i64::MIN), ("y", i64::MAX), ("x", -65), ("w", 64)] {
                tx.put(ROOT, key, value).unwrap();
            }
            text(tx, "closing", "bb");
            tx.put(ROOT, "large", ScalarValue::Uint(u64::MAX)).unwrap();
            tx.put(ROOT, "yes", true).unwrap();
            tx.put(ROOT, "no", false).unwrap();
            tx.put(ROOT, "degrees", 43.5).unwrap();
            tx.put(ROOT, "empty", "").unwrap();
            tx.put(ROOT, "ä", "é".repeat(300)).unwrap();
        }),
        first(|tx| text(tx, "details", &"La rue est barrée. ".repeat(100))),
        first(|tx| {
            for number in 0..300 {
                tx.put(ROOT, format!("field {number}"), number % 3).unwrap();
            }
        }),
    ]
}

fn not_plain() -> Vec<Vec<u8>> {
    vec![
        first(|tx| {
            tx.put(ROOT, "a", 1).unwrap();
            tx.put(ROOT, "a", 2).unwrap();
        }),
        first(|tx| tx.put(ROOT, "count", ScalarValue::counter(3)).unwrap()),
        first(|tx| {
            let map = tx.put_object(ROOT, "map", ObjType::Map).unwrap();
            tx.put(&map, "k", true).unwrap();
        }),
        first(|tx| {
            let list = tx.put_object(ROOT, "list", ObjType::List).unwrap();
            tx.insert(&list, 0, "a").unwrap();
        }),
        first(|tx| {
            let object = tx.put_object(ROOT, "text", ObjType::Text).unwrap();
            tx.splice_text(&object, 0, 0, "camp").unwrap();
            tx.splice_text(&object, 1, 2, "or").unwrap();
        }),
        first(|tx| {
            let object = tx.put_object(ROOT, "text", ObjType::Text).unwrap();
            tx.put(ROOT, "between", 1).unwrap();
            tx.splice_text(&object, 0, 0, "camp").unwrap();
        }),
    ]
}

fn slow(raw: &[u8]) -> Result<Automerge, Bad> {
    // The time is checked before either way is taken.
    let time_ms = u64::try_from(outline(raw)?.time_ms).unwrap_or(TIME_MS);
    let change = judge(&blank(), &AUTHOR, &NEED, time_ms, raw)?;
    let mut document = blank();
    document.apply_changes([change]).unwrap();
    Ok(document)
}

fn fast(raw: &[u8]) -> Option<Automerge> {
    created(raw, &outline(raw).ok()?)
}

/// Both documents hold the same, and the same edit of both is the same change.
fn assert_alike(fast: &Automerge, slow: &Automerge, here: &str) {
    assert_eq!(fast.hydrate(None), slow.hydrate(None), "{here}");
    assert_eq!(fast.save_nocompress(), slow.save_nocompress(), "{here}");
    assert_eq!(fast.get_actor(), slow.get_actor(), "{here}");
    let edited = |on: &Automerge| {
        let mut draft = on.clone();
        let mut transaction = draft.transaction();
        for key in on.keys(ROOT) {
            let (value, object) = on.get(ROOT, &key).unwrap().unwrap();
            if value.is_object() {
                transaction.splice_text(&object, 0, 0, "x").unwrap();
            } else {
                transaction.put(ROOT, key, "other").unwrap();
            }
        }
        transaction.commit_with(CommitOptions::default().with_time(0));
        draft.save_nocompress()
    };
    assert_eq!(edited(fast), edited(slow), "{here}");
}

#[test]
fn a_plain_creation_makes_the_document_that_applying_makes() {
    for (number, raw) in plain().iter().enumerate() {
        let here = format!("plain {number}");
        let slow = slow(raw).unwrap();
        let written = document_of(raw, &outline(raw).unwrap());
        assert_eq!(written, Some(slow.save_nocompress()), "{here}");
        assert_alike(&fast(raw).expect(&here), &slow, &here);
    }
}

#[test]
fn what_is_no_plain_creation_goes_the_long_way() {
    for (number, raw) in not_plain().iter().enumerate() {
        assert!(fast(raw).is_none(), "not plain {number}");
        assert!(slow(raw).is_ok(), "not plain {number}");
    }
}

/// Numbers that look like chance and are the same at every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }
}

/// One to three bytes of the columns and their sizes changed, added or taken away; stamped.
fn mutant(dice: &mut Dice, seed: &[u8]) -> Option<Vec<u8>> {
    let from = outline(seed).unwrap();
    let mut body = seed[from.body_at..].to_vec();
    let low = from.actor_at - from.body_at + 16;
    for _ in 0..=dice.below(3) {
        let at = low + dice.below(body.len() - low);
        match dice.below(4) {
            0 => body[at] ^= 1 << dice.below(8),
            1 => body[at] = dice.byte(),
            2 => body.insert(at, dice.byte()),
            _ => drop(body.remove(at)),
        }
    }
    let mut raw = seed[..9].to_vec();
    super::unsigned(&mut raw, body.len() as u64);
    raw.extend(body);
    stamp(&AUTHOR, &NEED, &mut raw).ok()?;
    Some(raw)
}

#[test]
fn no_mutant_is_taken_by_the_short_way_that_the_long_one_refuses() {
    std::panic::set_hook(Box::new(|_| ()));
    let count = std::env::var("BEFFROI_MUTANTS").map_or(MUTANTS, |count| count.parse().unwrap());
    let seeds = [&plain()[..5], &not_plain()].concat();
    let (mut dice, mut stamped, mut taken) = (Dice(SEED), 0_u64, 0_u64);
    let mut faults = Vec::new();
    for number in 0..count {
        let seed = dice.below(seeds.len());
        let Some(raw) = mutant(&mut dice, &seeds[seed]) else {
            continue;
        };
        stamped += 1;
        let Some(fast) = fast(&raw) else {
            continue;
        };
        taken += 1;
        let here = format!("seed {SEED}, mutant {number} of {seed}: {raw:02x?}");
        match slow(&raw) {
            Ok(slow) => assert_alike(&fast, &slow, &here),
            Err(Bad::Time) => {}
            Err(bad) => faults.push(format!("{bad}: {here}")),
        }
    }
    drop(std::panic::take_hook());
    eprintln!("{count} mutants, {stamped} stamped, {taken} taken by the short way");
    assert_eq!(faults, Vec::<String>::new());
    assert!(taken > 100 && stamped > 4 * taken, "{taken} of {stamped}");
}
