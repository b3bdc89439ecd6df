//! Makes a packing dictionary from invented records: `cargo run -p beffroi-trust --features train
//! --example dictionary -- FILE`. Dictionary 1 was made by it and is never made again: sealed
//! leaves need its very bytes. A better one would be dictionary 2, with payload tags of its own.
//!
//! The samples are Automerge changes and log lines as posts write them: flat keys, composite values
//! as canonical JSON. Every name, place and number in them is invented.

#![expect(
    clippy::expect_used,
    reason = "a tool for a person at a terminal: it stops when something is wrong"
)]

mod draws;
mod records;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, ObjType, ROOT};
use draws::Draws;
use records::{Write, Writes, edit, log_line, record};

const DICTIONARY_BYTES: usize = 4 << 10;
const SAMPLES: u64 = 6_000;
/// Of how many samples one is a log line.
const LOG_LINES: u64 = 7;

/// Commits these writes under an actor as random as a stamped one and gives the raw change. None
/// when the values written were there already.
fn change(document: &mut AutoCommit, d: &mut Draws, writes: &Writes) -> Option<Vec<u8>> {
    let mut actor = [0; 16];
    d.0.fill(&mut actor);
    document.set_actor(ActorId::from(actor));
    for (key, write) in writes {
        match write {
            Write::Scalar(value) => document
                .put(ROOT, key.as_str(), value.clone())
                .expect("a scalar at the root"),
            Write::Text(value) => {
                let text = document
                    .put_object(ROOT, key.as_str(), ObjType::Text)
                    .expect("a text at the root");
                document
                    .splice_text(&text, 0, 0, value)
                    .expect("an empty text");
            }
        }
    }
    let time = i64::try_from(1_800_000_000_000 + d.number(90_000_000_000)).expect("small");
    document.commit_with(CommitOptions::default().with_time(time));
    let change = document.get_last_local_change()?;
    Some(change.raw_bytes().to_vec())
}

fn samples(d: &mut Draws) -> Vec<Vec<u8>> {
    let mut samples = Vec::new();
    for _ in 0..SAMPLES {
        if d.number(LOG_LINES) == 0 {
            samples.push(log_line(d));
            continue;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "the actor is replaced before it writes"
        )]
        let mut document = AutoCommit::new();
        let created = record(d);
        samples.extend(change(&mut document, d, &created));
        if d.number(2) == 0 {
            let edited = edit(d);
            samples.extend(change(&mut document, d, &edited));
        }
    }
    samples
}

/// Says what the dictionary is worth, in mean bytes of a sample.
#[expect(clippy::print_stdout, reason = "a tool for a person at a terminal")]
fn report(samples: &[Vec<u8>], dictionary: &[u8]) {
    let mean = |sizes: Vec<usize>| sizes.iter().sum::<usize>() / sizes.len();
    println!("plain {}", mean(samples.iter().map(Vec::len).collect()));
    for level in [3, 9, 12, 19] {
        let mut with = zstd::bulk::Compressor::with_dictionary(level, dictionary).expect("memory");
        let mut without = zstd::bulk::Compressor::new(level).expect("memory");
        let packed = |c: &mut zstd::bulk::Compressor<'_>| {
            mean(
                samples
                    .iter()
                    .map(|s| c.compress(s).expect("memory").len())
                    .collect(),
            )
        };
        println!(
            "level {level}: {} with, {} without",
            packed(&mut with),
            packed(&mut without)
        );
    }
}

fn main() {
    let file = std::env::args()
        .nth(1)
        .expect("the file to write is an argument");
    let seed = blake3::Hasher::new_derive_key("beffroi dictionary 1 samples");
    let samples = samples(&mut Draws(seed.finalize_xof()));
    let dictionary = zstd::dict::from_samples(&samples, DICTIONARY_BYTES).expect("enough samples");
    report(&samples, &dictionary);
    std::fs::write(&file, dictionary).expect("the file can be written");
}
