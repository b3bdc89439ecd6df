//! Closings and what carriers keep: due by the post's own clock, undone with their author, never sooner than
//! a root could undo them.

use super::story::{ALICE, BOB, NINA, OSCAR, ROOT, Story};
use super::world::{device, territory};
use crate::act::{Act, Role};
use crate::chronicle::{CARRIED_FOR_MS, FORGET_DELAY_MS};
use crate::ids::{DeviceId, EntryId, RING_COMMON, RING_PEOPLE};

const FLOOD: [u8; 16] = [7; 16];
const DAY_MS: u64 = 86_400_000;

fn close(days: u16) -> Act {
    Act::Close {
        operation: FLOOD,
        purge_after_days: days,
    }
}

#[test]
fn an_operation_is_due_so_many_days_after_the_post_learnt_that_it_is_closed() {
    let (mut story, alice, _) = Story::founded();
    let act = story.acts(ALICE, alice, close(30));
    let closings = story.post().closings();
    let received = |id: &EntryId| (*id == act).then_some(1_000);
    assert!(closings.due(999 + 30 * DAY_MS, received).is_empty());
    assert!(closings.due(1_000 + 30 * DAY_MS, received).contains(&FLOOD));
    assert_eq!(closings.end_ms(&FLOOD, received), Some(1_000 + 30 * DAY_MS));
    assert!(
        closings.due(u64::MAX, |_| None).is_empty(),
        "no receipt, no end"
    );
    assert!(closings.end_ms(&[8; 16], received).is_none());
}

#[test]
fn a_close_of_no_days_leaves_a_root_the_time_to_undo_it() {
    let (mut story, alice, _) = Story::founded();
    story.acts(ALICE, alice, close(0));
    let closings = story.post().closings();
    assert!(closings.due(FORGET_DELAY_MS - 1, |_| Some(0)).is_empty());
    assert!(closings.due(FORGET_DELAY_MS, |_| Some(0)).contains(&FLOOD));
}

#[test]
fn a_close_is_cancelled_when_its_author_is_cut() {
    let (mut story, alice, _) = Story::founded();
    story.acts(ALICE, alice, close(30));
    assert!(!story.post().closings().is_empty());
    story.revokes(ROOT, territory(), alice, &[]);
    assert!(
        story
            .post()
            .closings()
            .due(u64::MAX, |_| Some(0))
            .is_empty()
    );
}

#[test]
fn who_is_no_coordinator_closes_nothing() {
    let (mut story, alice, _) = Story::founded();
    let nina = story.grants(ALICE, alice, NINA, Role::Operator);
    story.acts(NINA, nina, close(30));
    assert!(story.post().closings().is_empty());
}

#[test]
fn of_several_closings_the_first_to_be_due_decides() {
    let (mut story, alice, bob) = Story::founded();
    let late = story.acts(ALICE, alice, close(90));
    story.acts(BOB, bob, close(30));
    let received = |id: &EntryId| Some(if *id == late { 0 } else { 10 * DAY_MS });
    let closings = story.post().closings();
    assert_eq!(closings.end_ms(&FLOOD, received), Some(40 * DAY_MS));
    assert_eq!(closings.acts().len(), 2);
}

#[test]
fn a_carrier_drops_after_its_time_and_a_reader_or_one_put_out_never() {
    let (mut story, alice, _) = Story::founded();
    story.grants_rings(ALICE, alice, NINA, Role::Relay, &[RING_COMMON, RING_PEOPLE]);
    let oscar = story.grants_rings(ALICE, alice, OSCAR, Role::Observer, &[RING_COMMON]);
    let post = story.post();
    for carrier in [NINA, OSCAR] {
        let carrying = post.carrying(&device(carrier)).unwrap();
        assert!(!carrying.drops(RING_PEOPLE, 5, 4 + CARRIED_FOR_MS));
        assert!(carrying.drops(RING_PEOPLE, 5, 5 + CARRIED_FOR_MS));
        assert!(!carrying.drops(RING_COMMON, 5, u64::MAX));
    }
    let reader = post.carrying(&device(ALICE)).unwrap();
    assert!(!reader.drops(RING_PEOPLE, 5, u64::MAX));
    assert!(reader.drops(99, 5, u64::MAX), "a ring of others");
    story.revokes(ROOT, territory(), oscar, &[]);
    assert!(story.post().carrying(&device(OSCAR)).is_none());
    assert!(story.post().carrying(&DeviceId([9; 32])).is_none());
}
