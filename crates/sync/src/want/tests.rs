//! The want table: one peer at a time, then the next.

use super::*;
use crate::testing::id;

const ANN: PeerId = PeerId([1; 32]);
const BOB: PeerId = PeerId([2; 32]);

fn names(numbers: std::ops::Range<u64>) -> BTreeSet<Prefix> {
    numbers.map(|number| id(number).into()).collect()
}

fn both_have(count: u64) -> Wants {
    let mut wants = Wants::default();
    for name in names(0..count) {
        wants.add(name, Class::Content, ANN);
        wants.add(name, Class::Content, BOB);
    }
    wants
}

#[test]
fn an_entry_is_asked_of_one_peer_only() {
    let mut wants = both_have(300);
    let mut asked: Vec<_> = wants.take(ANN, Class::Content, 256);
    asked.extend(wants.take(BOB, Class::Content, 256));
    assert_eq!(asked.len(), 300);
    assert_eq!(asked.into_iter().collect::<BTreeSet<_>>(), names(0..300));
}

#[test]
fn an_overdue_entry_goes_to_the_next_holder() {
    let mut wants = both_have(3);
    let asked: BTreeSet<_> = wants.take(ANN, Class::Content, 9).into_iter().collect();
    assert_eq!(wants.late(ANN, &asked), 0);
    assert!(wants.take(ANN, Class::Content, 9).is_empty());
    assert_eq!(wants.take(BOB, Class::Content, 9).len(), 3);
}

#[test]
fn an_entry_nobody_hands_over_is_dropped_in_the_end() {
    let mut wants = Wants::default();
    wants.add(id(1).into(), Class::Act, ANN);
    for times in 1..=ASK_TIMES_MAX {
        assert_eq!(wants.take(ANN, Class::Act, 9).len(), 1, "time {times}");
        let dropped = wants.late(ANN, &names(1..2));
        assert_eq!(dropped, usize::from(times == ASK_TIMES_MAX));
    }
    assert_eq!(wants.named_by(&ANN, Class::Act), 0);
}

#[test]
fn what_a_peer_does_not_have_is_wanted_of_the_others() {
    let mut wants = both_have(2);
    wants.take(ANN, Class::Content, 9);
    assert_eq!(wants.refused(ANN, &names(0..2)), 0);
    assert_eq!(wants.named_by(&ANN, Class::Content), 0);
    assert_eq!(wants.named_by(&BOB, Class::Content), 2);
    wants.forget(BOB);
    assert_eq!(wants.wanted.len(), 0);
}

#[test]
fn a_peer_cannot_fill_the_table_alone() {
    let mut wants = Wants::default();
    for number in 0..WANTED_PER_PEER_MAX as u64 + 50 {
        wants.add(id(number).into(), Class::Content, ANN);
    }
    assert_eq!(wants.named_by(&ANN, Class::Content), WANTED_PER_PEER_MAX);
    assert_eq!(wants.wanted.len(), WANTED_PER_PEER_MAX);
}
