//! Entries of authors nobody granted yet.

use super::story::{ALICE, NINA, OSCAR, Story, need};
use super::world::{device, told};
use crate::act::Role;
use crate::chronicle::facts::Facts;
use crate::chronicle::{PARKED_BYTES_MAX, PARKED_PER_SENDER_MAX, Placement};
use crate::ids::{Class, DeviceId, EntryId};

/// An entry of a device nobody ever granted.
fn stray(number: usize, bytes: usize) -> Facts {
    let (mut story, _, _) = Story::founded();
    story.writes(66, EntryId([1; 32]), need(0), &[]);
    let mut facts = story.world.log.pop().unwrap();
    facts.id = EntryId(*blake3::hash(&number.to_be_bytes()).as_bytes());
    facts.bytes = bytes;
    facts
}

#[test]
fn parked_entries_wake_on_grant() {
    let (mut story, alice, _) = Story::founded();
    let founding = story.world.log.len();
    let grant = story.grants(ALICE, alice, OSCAR, Role::Coordinator);
    let next = story.grants(OSCAR, grant, NINA, Role::Operator);
    let (word, _) = story.writes(NINA, next, need(0), &[]);
    let mut post = told(&story.world.log[..founding]);
    let log = &story.world.log;
    let place = |id: &EntryId| story.world.facts(id).unwrap().clone();
    assert_eq!(post.place(place(&word), Some(device(9))), Placement::Parked);
    assert_eq!(post.place(place(&next), None), Placement::Parked);
    assert_eq!(post.park().entries, 2);
    assert_eq!(post.place(place(&grant), None), Placement::InSet);
    let mut woken = post.woken();
    woken.sort_unstable();
    let mut expected = vec![word, next];
    expected.sort_unstable();
    assert_eq!(woken, expected, "a grant that wakes wakes others");
    assert!(post.woken().is_empty() && post.park().entries == 0 && post.park().bytes == 0);
    assert!(post.counted(&word));
    assert_eq!(post.len(Class::Act) + post.len(Class::Content), log.len());
}

#[test]
fn a_flood_from_one_sender_leaves_the_room_of_others() {
    let (story, _, _) = Story::founded();
    let mut post = story.post();
    let (flooder, honest): (DeviceId, DeviceId) = (device(9), device(10));
    for number in 0..PARKED_PER_SENDER_MAX {
        assert_eq!(
            post.place(stray(number, 300), Some(flooder)),
            Placement::Parked
        );
    }
    assert!(!post.park().overflowed());
    assert_eq!(
        post.place(stray(5_000, 300), Some(flooder)),
        Placement::ParkFull
    );
    assert_eq!(
        post.place(stray(5_001, 300), Some(honest)),
        Placement::Parked
    );
    assert!(post.park().overflowed(), "counted, to be asked for again");
    assert_eq!(post.park().turned_away, 1);
    post.asked_again();
    assert!(!post.park().overflowed());
    let parked: Vec<EntryId> = post.parked().copied().collect();
    for id in parked {
        assert!(post.unpark(&id));
    }
    assert_eq!(
        post.place(stray(5_000, 300), Some(flooder)),
        Placement::Parked
    );
}

#[test]
fn the_park_is_bounded_in_bytes_by_sender_and_in_all() {
    let (story, _, _) = Story::founded();
    let mut post = story.post();
    let big = 130 << 10;
    let mut full = 0;
    for number in 0..400 {
        let sender = device(u8::try_from(number % 20).unwrap());
        match post.place(stray(number, big), Some(sender)) {
            Placement::Parked => {}
            Placement::ParkFull => full += 1,
            other @ (Placement::InSet | Placement::Known) => panic!("{other:?}"),
        }
    }
    assert!(post.park().bytes <= PARKED_BYTES_MAX);
    assert!(post.park().bytes > PARKED_BYTES_MAX - big && full > 0);
    assert_eq!(post.place(stray(9_999, big), None), Placement::ParkFull);
}
