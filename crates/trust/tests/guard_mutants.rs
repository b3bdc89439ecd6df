//! Mutants of honest and of crafted changes, actor and checksum always right, as a member with
//! changed software could send them. `BEFFROI_MUTANTS` sets how many, `BEFFROI_SEED` which.
#![allow(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

mod changes;

use std::collections::BTreeMap;

use automerge::transaction::Transactable;
use automerge::{Automerge, Change, ObjType, ROOT, ReadDoc};
use beffroi_trust::guard::{Bad, blank, judge, merge, stamp};
use changes::{
    ALICE, Dice, MALLORY, NEED, TIME_MS, base, bomb, chunk, dump, liars, object, panics, quietly,
    setting, with_bob, write,
};

/// Accepted changes kept, to be merged with later ones in both orders.
const POOL: usize = 100;
/// What judging a mutant may add to the memory of the process.
const MEMORY_BYTES_MAX: usize = 64 << 20;

fn seeds(on: &Automerge, with_bob: &Automerge) -> Vec<Vec<u8>> {
    let mut seeds = vec![
        write(on, &MALLORY, |tx| {
            tx.put(ROOT, "title", "z").unwrap();
            tx.increment(ROOT, "count", 1).unwrap();
        }),
        write(on, &MALLORY, |tx| {
            let log = object(tx, "log");
            tx.insert(&log, 1, "b").unwrap();
            tx.insert(&log, 2, "c").unwrap();
            tx.delete(&log, 0).unwrap();
        }),
        write(on, &MALLORY, |tx| {
            let map = tx.put_object(ROOT, "map", ObjType::Map).unwrap();
            tx.put(&map, "k", true).unwrap();
            let text = tx.put_object(&map, "text", ObjType::Text).unwrap();
            tx.splice_text(&text, 0, 0, "hello").unwrap();
        }),
        bomb(50),
    ];
    seeds.extend(liars(on, with_bob).into_iter().map(|(_, raw)| raw));
    seeds
}

/// One to three bytes of the body flipped, replaced, added or taken away.
fn mutant(dice: &mut Dice, seed: &[u8]) -> Vec<u8> {
    let length_bytes = seed[9..]
        .iter()
        .take_while(|byte| **byte & 0x80 != 0)
        .count()
        + 1;
    let mut body = seed[9 + length_bytes..].to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(body.len());
        match dice.below(4) {
            0 => body[at] ^= 1 << dice.below(8),
            1 => body[at] = dice.byte(),
            2 => body.insert(at, dice.byte()),
            _ => {
                body.remove(at);
            }
        }
    }
    let mut raw = chunk(&body);
    stamp(&MALLORY, &NEED, &mut raw).ok();
    raw
}

/// An honest edit after a mutant was taken, judged as any other.
fn the_next_honest_edit_is_sound(live: &Automerge) -> bool {
    let mut sound = false;
    let panicked = panics(|| {
        let raw = write(live, &ALICE, |tx| {
            tx.put(ROOT, "after", 1).unwrap();
            if let Ok(Some((value, log))) = tx.get(ROOT, "log")
                && value.is_object()
            {
                tx.insert(&log, 0, "k").ok();
            }
        });
        sound = judge(live, &ALICE, &NEED, TIME_MS, &raw).is_ok();
    });
    sound && !panicked
}

#[test]
fn no_mutant_escapes_the_guard_or_harms_what_comes_after() {
    let (seed, count) = (
        setting("BEFFROI_SEED", 7),
        setting("BEFFROI_MUTANTS", 10_000),
    );
    let on = base();
    let (with_bob, _) = with_bob(&on);
    let seeds = seeds(&on, &with_bob);
    let mut dice = Dice(seed);
    let mut pool: Vec<Change> = Vec::new();
    let mut verdicts: BTreeMap<String, u64> = BTreeMap::new();
    let memory_before = memory_peak_bytes();
    for number in 0..count {
        let from = dice.below(seeds.len());
        let raw = mutant(&mut dice, &seeds[from]);
        let here = || format!("seed {seed}, mutant {number} of {from}: {raw:02x?}");
        let judged = |on| quietly(|| judge(on, &MALLORY, &NEED, TIME_MS, &raw));
        let verdict = judged(&on);
        assert_eq!(
            verdict.as_ref().err(),
            judged(&with_bob).as_ref().err(),
            "the verdict depends on concurrent work: {}",
            here()
        );
        let outcome = verdict
            .as_ref()
            .map_or_else(|bad| format!("{bad:?}"), |_| "sound".into());
        *verdicts.entry(outcome).or_default() += 1;
        let Ok(change) = verdict else {
            continue;
        };
        let live = quietly(|| merge(&with_bob, &change));
        let live = live.unwrap_or_else(|bad| panic!("{bad}, though sound: {}", here()));
        assert!(
            the_next_honest_edit_is_sound(&live),
            "unusable afterwards: {}",
            here()
        );
        if let Some(other) = pool
            .get(dice.below(POOL))
            .filter(|other| other.hash() != change.hash())
        {
            let one = merge(&live, other).unwrap();
            let two = merge(&merge(&with_bob, other).unwrap(), &change).unwrap();
            let same = dump(&one, &ROOT, 0) == dump(&two, &ROOT, 0);
            assert!(same, "the order shows: {}", here());
        }
        if pool.len() < POOL {
            pool.push(change);
        } else {
            let at = dice.below(POOL);
            pool[at] = change;
        }
    }
    eprintln!("seed {seed}, {count} mutants: {verdicts:?}");
    if let (Some(before), Some(after)) = (memory_before, memory_peak_bytes()) {
        assert!(
            after - before < MEMORY_BYTES_MAX,
            "{} more bytes at the peak",
            after - before
        );
    }
    let of = |name: &str| verdicts.get(name).copied().unwrap_or(0);
    if count >= 3_000 {
        let panicked = of(&format!("{:?}", Bad::Panic));
        assert!(
            of("sound") > 0 && panicked > 0,
            "mutants too tame: {verdicts:?}"
        );
    }
}

/// A line a change: whether it is sound, and its bytes, for a document made of the first lines.
const CORPUS: &str = include_str!("corpus/changes.txt");

#[test]
fn verdict_is_stable() {
    let (mut held, mut tried) = (blank(), 0);
    for line in CORPUS.lines().filter(|line| !line.starts_with('#')) {
        let (expected, hex) = line.split_once(' ').unwrap();
        let raw = from_hex(hex);
        let author = if expected == "base" { ALICE } else { MALLORY };
        let verdict = quietly(|| judge(&held, &author, &NEED, TIME_MS, &raw));
        assert_eq!(verdict.is_ok(), expected != "refused", "{line}");
        if expected == "base" {
            held = merge(&held, &verdict.unwrap()).unwrap();
        }
        tried += 1;
    }
    assert!(tried > 100, "{tried} lines");
}

fn from_hex(hex: &str) -> Vec<u8> {
    let pairs = (0..hex.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

#[test]
fn the_same_seed_makes_the_same_mutants() {
    let on = base();
    let (with_bob, _) = with_bob(&on);
    let seeds = seeds(&on, &with_bob);
    let make = || {
        let mut dice = Dice(3);
        (0..50)
            .map(|_| mutant(&mut dice, &seeds[0]))
            .collect::<Vec<_>>()
    };
    assert_eq!(make(), make());
    assert_eq!(blank().get_heads(), []);
}

/// The most memory this process ever had resident, where the system tells.
fn memory_peak_bytes() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib << 10)
}
