//! Mutants of the corpus, on stable, for as many seconds a target as `BEFFROI_FUZZ_SECONDS` says, from the
//! seed that `BEFFROI_SEED` says or a new one, which is printed. An input that fails is kept, and its path
//! printed: shrink it, mend what it broke, and put it into the corpus as `found-…`.

use std::time::{Duration, Instant};

use beffroi_fuzz_targets::counting::Counting;
use beffroi_fuzz_targets::mutate::{Dice, mutant};
use beffroi_fuzz_targets::{Outcome, Target, corpus, driver, target};

#[global_allocator]
static COUNTING: Counting = Counting;

/// Enough for some thousand mutants of a fast target, short enough for everyday's tests.
const SECONDS: u64 = 3;
/// Runs after which a driver that has seen only one outcome is too tame, or too wild.
const ENOUGH: u64 = 2_000;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// A seed that nobody chose.
fn fresh() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(7, |now| u64::from(now.subsec_nanos()) ^ now.as_secs())
}

fn drive(target: &Target) {
    let seconds = number("BEFFROI_FUZZ_SECONDS").unwrap_or(SECONDS);
    let seed = number("BEFFROI_SEED").unwrap_or_else(fresh);
    eprintln!("{}: BEFFROI_SEED={seed}, {seconds} s", target.name);
    let inputs: Vec<Vec<u8>> = corpus::read(target)
        .into_iter()
        .map(|(_, bytes)| bytes)
        .collect();
    let mut dice = Dice::new(seed);
    let (started, limit) = (Instant::now(), Duration::from_secs(seconds));
    let (mut taken, mut runs) = (0_u64, 0_u64);
    // Mutants that were taken are bred on: they go deeper than what they came from.
    let mut bred: Vec<Vec<u8>> = Vec::new();
    while started.elapsed() < limit {
        let pick = |dice: &mut Dice| -> Vec<u8> {
            let at = dice.below(inputs.len() + bred.len().min(BRED_MAX));
            let input = inputs.get(at).or_else(|| bred.get(at - inputs.len()));
            input.cloned().unwrap_or_default()
        };
        let (from, other) = (pick(&mut dice), pick(&mut dice));
        let data = mutant(&mut dice, &from, &other, target.words, target.bytes_max);
        runs += 1;
        match driver::run(target, &data) {
            Ok(Outcome::Taken) => {
                taken += 1;
                if bred.len() < BRED_MAX {
                    bred.push(data);
                } else {
                    let at = dice.below(BRED_MAX);
                    bred[at] = data;
                }
            }
            Ok(Outcome::Refused) => {}
            Err(what) => {
                let kept = driver::keep(target, &driver::shrink(target, &data));
                panic!(
                    "seed {seed}, run {runs}: {what}\nthe input is {}",
                    kept.display()
                );
            }
        }
    }
    eprintln!("{}: {runs} mutants, {taken} taken", target.name);
    if runs >= ENOUGH {
        assert!(
            taken > 0 && taken < runs,
            "{taken} of {runs} taken: the mutants reach nothing"
        );
    }
}

/// Taken mutants that are kept to breed from.
const BRED_MAX: usize = 64;

macro_rules! targets {
    ($($test:ident: $name:literal),* $(,)?) => {
        $(
            #[test]
            fn $test() {
                drive(target($name));
            }
        )*
        #[test]
        fn every_target_is_driven() {
            let driven = [$($name),*];
            let all: Vec<&str> = beffroi_fuzz_targets::TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(driven.as_slice(), all);
        }
    };
}

targets! {
    no_mutant_of_an_entry_breaks_a_post: "entry",
    no_mutant_of_an_act_breaks_a_post_and_their_order_never_shows: "act",
    no_mutant_of_a_sealed_leaf_breaks_its_reader: "leaf",
    no_mutant_of_a_change_escapes_the_guard_or_harms_what_comes_after: "change",
    no_mutant_of_a_frame_breaks_the_engine: "frames",
    no_mutant_of_a_bundle_breaks_its_reader: "bundle",
    no_mutant_at_the_porch_breaks_either_side: "porch",
    no_mutant_of_a_keystore_breaks_the_start: "keystore",
    no_mutant_of_a_table_breaks_an_import: "table",
    no_mutant_of_a_body_makes_a_post_write_what_others_refuse: "body",
    no_mutant_of_what_is_typed_breaks_anything: "typed",
}

#[test]
fn the_same_seed_makes_the_same_mutants() {
    let inputs = corpus::read(target("entry"));
    let make = || {
        let mut dice = Dice::new(3);
        let next =
            |(_, bytes): &(String, Vec<u8>)| mutant(&mut dice, bytes, &[], &[b"word"], 1 << 20);
        inputs.iter().map(next).collect::<Vec<_>>()
    };
    assert_eq!(make(), make());
}
