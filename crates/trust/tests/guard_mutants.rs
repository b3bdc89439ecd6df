//! Mutants of honest and of crafted changes, actor and checksum always right, as a member with
//! changed software could send them. `BEFFROI_MUTANTS` sets how many, `BEFFROI_SEED` which.

mod changes;

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use automerge::transaction::{Transactable, Transaction};
use automerge::{Automerge, Change, ObjType, ROOT, ReadDoc};
use beffroi_trust::guard::{Bad, blank, judge, merge, stamp};
use changes::{
    ALICE, BOB, MALLORY, NEED, TIME_MS, applied, base, bomb, chunk, dump, forge, object, panics,
    quietly, write,
};

/// Accepted changes kept, to be merged with later ones in both orders.
const POOL: usize = 100;
/// What judging a mutant may add to the memory of the process.
const MEMORY_BYTES_MAX: usize = 64 << 20;

struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}

fn setting(name: &str, usual: u64) -> u64 {
    let set = std::env::var(name).ok();
    set.and_then(|value| value.parse().ok()).unwrap_or(usual)
}

/// The document Mallory writes on, and the same with concurrent work of Bob.
fn documents() -> (Automerge, Automerge) {
    let on = base();
    let first = write(&on, &BOB, |tx| {
        let map = tx.put_object(ROOT, "map", ObjType::Map).unwrap();
        tx.put(&map, "k", 1).unwrap();
        tx.put(ROOT, "title", "bob").unwrap();
    });
    let with_bob = applied(&on, &[&first]);
    let second = write(&with_bob, &BOB, |tx| {
        let log = object(tx, "log");
        tx.insert(&log, 1, "b").unwrap();
        tx.increment(ROOT, "count", 2).unwrap();
        let text = tx.put_object(ROOT, "text", ObjType::Text).unwrap();
        tx.splice_text(&text, 0, 0, "hello").unwrap();
    });
    let with_bob = applied(&with_bob, &[&second]);
    (on, with_bob)
}

fn seeds(on: &Automerge, with_bob: &Automerge) -> Vec<Vec<u8>> {
    let last = on
        .get_changes(&[])
        .iter()
        .map(Change::max_op)
        .max()
        .unwrap();
    let lie = |edit: &dyn Fn(&mut Transaction<'_>)| {
        forge(with_bob, &MALLORY, edit, |forged| {
            forged.deps = on.get_heads();
            forged.start_op = NonZeroU64::new(last + 1).unwrap();
        })
    };
    vec![
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
        lie(&|tx| {
            let map = object(tx, "map");
            tx.put(&map, "x", 2).unwrap();
        }),
        lie(&|tx| tx.put(ROOT, "title", "over").unwrap()),
        lie(&|tx| {
            let log = object(tx, "log");
            tx.insert(&log, 2, "q").unwrap();
        }),
        lie(&|tx| {
            let text = object(tx, "text");
            tx.splice_text(&text, 2, 1, "XX").unwrap();
        }),
        lie(&|tx| tx.delete(ROOT, "map").unwrap()),
    ]
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
        setting("BEFFROI_MUTANTS", 3_000),
    );
    let (on, with_bob) = documents();
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

#[test]
fn the_same_seed_makes_the_same_mutants() {
    let (on, with_bob) = documents();
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
