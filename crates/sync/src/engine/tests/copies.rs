//! Copies of what is not whole: asked of each peer met, without taking anything back or for ever.

use super::pair::{ANN, BOB, Pair, contents};
use super::*;
use crate::limits::COPIES_EVERY;

fn wants(pair: &Pair, side: usize) -> usize {
    let frames = pair.frames[side].iter();
    frames
        .filter(|frame| matches!(frame, Frame::Want(_)))
        .count()
}

#[test]
fn a_copy_of_what_is_not_whole_is_asked_of_the_peer_and_takes_no_acknowledgement_back() {
    let entries = contents(0..300);
    let mut pair = Pair::new(&entries, &entries);
    pair.settle();
    let lacking: BTreeSet<EntryId> = entries[..200].iter().map(|parcel| parcel.id).collect();
    pair.posts[0].handle(pair.now, Input::Incomplete(lacking.clone()));
    pair.run_to(5);
    let came: BTreeSet<EntryId> = pair.posts[0].copies.iter().map(|(_, id)| *id).collect();
    assert_eq!(came, lacking);
    assert_eq!(pair.posts[0].copies.len(), 200, "each once");
    for entry in &entries {
        assert!(pair.posts[1].engine.acknowledged(&ANN, &entry.id));
    }
    assert!(
        pair.posts[1]
            .notices
            .iter()
            .all(|notice| !matches!(notice, Notice::Retracted(..)))
    );
}

#[test]
fn a_peer_without_the_copy_is_asked_once_an_hour_and_at_once_for_another() {
    let entries = contents(0..10);
    let mut pair = Pair::new(&entries, &entries);
    pair.posts[1].disk.remove(&entries[3].id);
    pair.settle();
    pair.posts[0].handle(pair.now, Input::Incomplete([entries[3].id].into()));
    let hour = COPIES_EVERY.as_secs();
    pair.run_to(hour - 10);
    assert_eq!(wants(&pair, 0), 1);
    assert!(pair.posts[0].copies.is_empty());
    // Met again within the hour it is not asked again.
    pair.posts[0].handle(pair.now, Input::Disconnected(BOB));
    pair.posts[1].handle(pair.now, Input::Disconnected(ANN));
    pair.posts[0].connect(pair.now, BOB);
    pair.posts[1].connect(pair.now, ANN);
    pair.run_to(hour - 5);
    assert_eq!(wants(&pair, 0), 1);
    let both = [entries[3].id, entries[4].id].into();
    pair.posts[0].handle(pair.now, Input::Incomplete(both));
    pair.run_to(hour - 2);
    assert_eq!(pair.posts[0].copies, [(BOB, entries[4].id)]);
    let before = wants(&pair, 0);
    pair.posts[0].handle(pair.now, Input::Incomplete([entries[3].id].into()));
    pair.run_to(2 * hour + 30);
    assert_eq!(wants(&pair, 0), before + 1);
    pair.posts[0].handle(pair.now, Input::Incomplete(BTreeSet::new()));
    pair.run_to(4 * hour);
    assert_eq!(wants(&pair, 0), before + 1, "nothing is missing any more");
}

#[test]
fn an_answer_that_was_not_asked_for_mends_nothing() {
    let entries = contents(0..10);
    let mut pair = Pair::new(&entries, &entries);
    pair.settle();
    let bytes = [entries[0].bytes.clone()];
    let (pack, _) = crate::wire::Pack::build(&bytes, 4_096);
    let cause = crate::wire::Cause::Wanted {
        number: 1 << 31,
        last: true,
    };
    let frame = Frame::Entries(crate::wire::Entries { cause, pack });
    pair.posts[0].handle(pair.now, Input::Received(BOB, frame.encode()));
    assert!(pair.posts[0].copies.is_empty());
}
