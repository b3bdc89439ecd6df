//! Killed with SIGKILL at random moments while writing and while opening: what was acknowledged is here,
//! whole, and nothing is here in part.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failed helper is a failed test"
)]

mod support;
mod writer;

use std::path::Path;
use std::time::Duration;

use beffroi_store::Store;
use support::{Dice, batch, last, numbers, open};
use writer::Writer;

/// Fixed, so that a failure comes again as far as a clock allows.
const SEED: u64 = 0xBEFF_0001;

#[test]
#[ignore = "the other tests run it as a process of its own"]
fn child_that_writes() {
    writer::write_for_ever();
}

/// Checks a store after a kill: entries 0 to some number, at least the acknowledged ones.
fn check(path: &Path, acknowledged: u64) -> u64 {
    let (store, opened) = open(path);
    assert_eq!(opened.mended, None, "a kill is no damage");
    let found = numbers(&store);
    let count = found.len() as u64;
    assert!(
        count >= acknowledged,
        "{acknowledged} entries were acknowledged, {count} are here"
    );
    assert!(last(&store) >= acknowledged);
    assert!(
        last(&store) <= count,
        "the value of a batch is here without its entries"
    );
    count
}

#[test]
fn what_was_acknowledged_survives_kills_while_writing() {
    println!("seed {SEED:#x}");
    let place = tempfile::tempdir().unwrap();
    let mut dice = Dice(SEED);
    let mut acknowledged = 0;
    for round in 0..24 {
        let writer = Writer::start(place.path());
        // Every third dies while it opens or soon after, the others some batches later.
        if round % 3 == 0 {
            std::thread::sleep(Duration::from_micros(dice.below(30_000)));
        } else {
            acknowledged = writer.wait_for(4);
            std::thread::sleep(Duration::from_micros(dice.below(30_000)));
        }
        acknowledged = acknowledged.max(writer.kill());
        // Some rounds are checked only after further kills: openings of a store never closed.
        if round % 2 == 1 {
            acknowledged = acknowledged.min(check(place.path(), acknowledged));
        }
    }
    check(place.path(), acknowledged);
    assert!(
        acknowledged > 300,
        "the children hardly wrote: {acknowledged}"
    );
}

#[test]
fn kills_while_opening_leave_a_store_that_opens() {
    println!("seed {SEED:#x}");
    let place = tempfile::tempdir().unwrap();
    let (store, _) = open(place.path());
    store.commit(&batch(0..6_000)).unwrap();
    store.flush().unwrap();
    drop(store);
    let mut dice = Dice(SEED);
    for _ in 0..12 {
        let writer = Writer::start(place.path());
        std::thread::sleep(Duration::from_micros(4_000 + dice.below(120_000)));
        writer.kill();
        // A kill between two renames leaves no `live` until the next opening.
        let live = place.path().join("store/live");
        if live.exists() {
            let snapshot = live.join("snap.0000000000FFFFFF.generating");
            std::fs::write(snapshot, b"left by a kill").unwrap();
        }
    }
    check(place.path(), 6_000);
}
