//! Every input of the corpus again, on stable: what is honest is taken, what is an attack is refused, and
//! nothing panics, swells or drags on.

use beffroi_fuzz_targets::counting::Counting;
use beffroi_fuzz_targets::{Outcome, TARGETS, corpus, driver};

#[global_allocator]
static COUNTING: Counting = Counting;

/// All inputs together: they come with every copy of the sources.
const CORPUS_BYTES_MAX: usize = 1 << 20;

#[test]
fn every_input_of_the_corpus_is_met_as_its_name_says() {
    let mut failures = Vec::new();
    for target in TARGETS {
        let inputs = corpus::read(target);
        assert!(
            inputs.len() >= 8,
            "{} has {} inputs",
            target.name,
            inputs.len()
        );
        for (name, bytes) in inputs {
            let expected = match name.split('-').next() {
                Some("honest") => Some(Outcome::Taken),
                Some("attack") => Some(Outcome::Refused),
                Some("found") => None,
                _ => panic!(
                    "{}/{name} says neither honest, attack nor found",
                    target.name
                ),
            };
            match driver::run(target, &bytes) {
                Err(what) => failures.push(format!("{}/{name}: {what}", target.name)),
                Ok(outcome) if expected.is_some_and(|expected| expected != outcome) => {
                    failures.push(format!("{}/{name}: {outcome:?}", target.name));
                }
                Ok(_) => {}
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_corpus_stays_small() {
    let sizes = TARGETS
        .iter()
        .flat_map(corpus::read)
        .map(|(_, bytes)| bytes.len());
    let bytes: usize = sizes.sum();
    assert!(bytes < CORPUS_BYTES_MAX, "{bytes} bytes");
}

#[test]
fn a_claimed_length_that_is_believed_would_be_noticed() {
    let claimed = beffroi_fuzz_targets::counting::peak_of(|| Vec::<u8>::with_capacity(64 << 20)).1;
    assert!(claimed >= 64 << 20, "{claimed}");
}
