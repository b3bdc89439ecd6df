//! Stories of one or two engines, on a line that loses nothing; meshes and faults are in `sim`.

mod copies;
mod hostile;
mod pair;

use super::*;
use crate::effect::Reason;
use pair::{ANN, BOB, Pair, Post, contents, parcel, read};

#[test]
fn equal_posts_say_one_message_each_and_are_in_step() {
    let entries = contents(0..10_000);
    let mut pair = Pair::new(&entries, &entries);
    pair.settle();
    assert_eq!(pair.frames.each_ref().map(Vec::len), [1, 1]);
    assert!(pair.bytes[0] + pair.bytes[1] < 300, "{:?}", pair.bytes);
    for side in [0, 1] {
        let status = pair.status(side);
        assert!(status.in_step);
        assert_eq!(
            (status.missing_here, status.missing_there),
            (Some(0), Some(0))
        );
    }
    assert!(pair.posts[0].engine.acknowledged(&BOB, &entries[77].id));
    pair.bytes = [0, 0];
    pair.run_to(600);
    assert!(
        pair.bytes[0] < 3_000 * 10,
        "idle: {} B in ten minutes",
        pair.bytes[0]
    );
}

#[test]
fn ten_recent_entries_of_ten_thousand_cost_their_bytes_and_little_more() {
    let (ann, bob) = (contents(0..10_005), contents(0..10_000));
    let mut bob = bob;
    bob.extend((20_000..20_005).map(|number| parcel(Class::Content, 11_500, number)));
    let mut pair = Pair::new(&ann, &bob);
    pair.run_to(1);
    assert!(pair.are_equal());
    let entries = 10 * parcel(Class::Content, 0, 0).bytes.len();
    let total = pair.bytes[0] + pair.bytes[1];
    eprintln!("10 of 10,000: {total} B, of which entries {entries} B");
    assert!(total <= entries + 2_500, "{total} B");
    pair.run_to(3);
    assert!(pair.status(0).in_step && pair.status(1).in_step);
}

#[test]
fn acts_come_before_contents() {
    let mut ann = contents(0..40);
    ann.extend((0..40).map(|number| parcel(Class::Act, 5_000, 1_000 + number)));
    let mut pair = Pair::new(&ann, &contents(100..140));
    pair.run_to(5);
    assert!(pair.are_equal());
    let classes: Vec<Class> = pair.frames[0]
        .iter()
        .filter_map(|frame| {
            let Frame::Entries(entries) = frame else {
                return None;
            };
            entries.pack.open().ok()
        })
        .flatten()
        .map(|bytes| read(bytes, 0).unwrap().class)
        .collect();
    assert_eq!(classes.len(), 80);
    assert!(classes.is_sorted(), "{classes:?}");
}

#[test]
fn a_live_edit_is_pushed_once_and_acknowledged() {
    let mut pair = Pair::new(&[], &[]);
    pair.settle();
    pair.frames = [vec![], vec![]];
    let edit = parcel(Class::Content, 9, 9);
    pair.posts[0].handle(pair.now, Input::Authored(vec![edit.clone()]));
    pair.settle();
    assert!(pair.posts[1].engine.contains(&edit.id));
    assert!(!pair.posts[0].engine.acknowledged(&BOB, &edit.id));
    pair.run_to(1);
    assert!(pair.posts[0].engine.acknowledged(&BOB, &edit.id));
    assert!(pair.status(0).in_step && pair.status(1).in_step);
    assert_eq!(
        pair.frames.each_ref().map(Vec::len),
        [1, 1],
        "a push and its acknowledgement"
    );
}

#[test]
fn a_large_edit_is_announced_and_pulled() {
    let mut pair = Pair::new(&[], &[]);
    pair.settle();
    let mut large = parcel(Class::Content, 9, 9);
    large.bytes = [large.bytes.as_ref(), &[7; 20_000]].concat().into();
    let large = read(large.bytes, 0).unwrap();
    pair.posts[0].handle(pair.now, Input::Authored(vec![large.clone()]));
    pair.settle();
    assert!(!pair.posts[1].engine.contains(&large.id));
    pair.run_to(1);
    assert!(pair.posts[1].engine.contains(&large.id));
    assert!(
        pair.frames[1]
            .iter()
            .any(|frame| matches!(frame, Frame::Want(_)))
    );
}

#[test]
fn nothing_is_said_of_an_entry_before_it_is_flushed() {
    let mut ann = Post::new(ANN, &[]);
    ann.connect(Moment::ZERO, BOB);
    let before = ann.engine.digest(Class::Content);
    ann.out.clear();
    ann.engine.handle(
        Moment::ZERO,
        Input::Authored(vec![parcel(Class::Content, 1, 1)]),
    );
    let Some(Effect::Persist(parcels)) = ann.engine.next_effect() else {
        panic!("asks to persist")
    };
    assert!(ann.engine.next_effect().is_none());
    assert_eq!(ann.engine.digest(Class::Content), before);
    ann.handle(Moment::ZERO, Input::Persisted(vec![parcels[0].id]));
    assert!(matches!(ann.out[..], [(BOB, Frame::Entries(_))]));
}

#[test]
fn a_full_disk_stops_asking_until_it_is_resumed() {
    let mut pair = Pair::new(&contents(0..30), &[]);
    pair.posts[1].full = true;
    pair.run_to(60);
    assert_eq!(pair.posts[1].engine.count(Class::Content), 0);
    assert!(pair.posts[1].engine.is_stopped());
    assert!(pair.posts[1].notices.contains(&Notice::Stopped));
    let wants = |pair: &Pair| {
        pair.frames[1]
            .iter()
            .filter(|f| matches!(f, Frame::Want(_)))
            .count()
    };
    assert_eq!(wants(&pair), 1, "asked once, then never");
    assert_eq!(pair.status(0).missing_there, Some(30));
    assert!(!pair.status(0).in_step);
    pair.posts[1].full = false;
    pair.posts[1].handle(pair.now, Input::Resumed);
    pair.run_to(70);
    assert!(pair.are_equal());
}

#[test]
fn parked_entries_leave_roots_unequal_and_do_not_loop() {
    let mut pair = Pair::new(&contents(0..30), &contents(100..130));
    pair.posts[1].parks = true;
    pair.run_to(20);
    pair.frames = [vec![], vec![]];
    pair.run_to(620);
    assert!(!pair.are_equal());
    assert_eq!(pair.posts[1].engine.parked(), 30);
    let heartbeats = |frame: &Frame| matches!(frame, Frame::Summary(_));
    assert!(
        pair.frames.iter().flatten().all(heartbeats),
        "{:?}",
        pair.frames
    );
    assert_eq!(pair.status(0).missing_there, Some(30));
    // A grant arrives: the driver wakes them.
    let woken = contents(0..30);
    pair.posts[1].parks = false;
    pair.posts[1].handle(pair.now, Input::Woken(woken));
    pair.run_to(640);
    assert!(pair.are_equal());
    assert_eq!(pair.posts[1].engine.parked(), 0);
    assert!(pair.status(0).in_step);
}

#[test]
fn a_lost_disk_takes_acknowledgements_back() {
    let entries = contents(0..60);
    let mut pair = Pair::new(&entries, &entries);
    pair.settle();
    assert!(pair.posts[0].engine.acknowledged(&BOB, &entries[59].id));
    pair.posts[1] = Post::new(BOB, &entries[..40]);
    pair.posts[1].connect(pair.now, ANN);
    pair.posts[0].handle(pair.now, Input::Disconnected(BOB));
    pair.posts[0].connect(pair.now, BOB);
    pair.posts[1].parks = true;
    pair.run_to(10);
    assert!(!pair.posts[0].engine.acknowledged(&BOB, &entries[59].id));
    assert!(pair.posts[0].engine.acknowledged(&BOB, &entries[39].id));
    assert_eq!(pair.status(0).missing_there, Some(20));
}

#[test]
fn a_peer_that_is_not_heard_is_hung_up_on_without_a_ban() {
    let mut ann = Post::new(ANN, &[]);
    ann.connect(Moment::ZERO, BOB);
    let limit = Moment(Duration::from_secs(40));
    while let Some((at, _)) = ann.engine.wake_at() {
        assert!(at < limit);
        ann.handle(at, Input::Woke);
    }
    assert_eq!(ann.hung_up, [(BOB, Reason::Silent)]);
    assert_eq!(Reason::Silent.ban(), None);
    assert_eq!(ann.engine.peer(&BOB).unwrap().link, None);
}

#[test]
fn what_found_no_room_is_asked_again_when_the_acts_have_changed() {
    let mut pair = Pair::new(&contents(0..5), &[]);
    pair.posts[1].engine.handle(Moment::ZERO, Input::Woke);
    pair.settle_with_overflow();
    pair.frames = [vec![], vec![]];
    pair.run_to(120);
    let wants = |pair: &Pair| {
        pair.frames[1]
            .iter()
            .filter(|f| matches!(f, Frame::Want(_)))
            .count()
    };
    assert_eq!(wants(&pair), 0);
    pair.posts[0].handle(pair.now, Input::Authored(vec![parcel(Class::Act, 1, 1)]));
    pair.run_to(140);
    assert!(wants(&pair) > 0);
    assert!(pair.are_equal());
}

impl Pair {
    /// Carries frames while Bob's driver has no room for entries of unknown authors.
    fn settle_with_overflow(&mut self) {
        self.posts[1].parks = true;
        self.run_to(10);
        let bob = &mut self.posts[1];
        assert_eq!(bob.engine.parked(), 5);
        bob.engine.aside = Aside::default();
        contents(0..5)
            .iter()
            .for_each(|parcel| bob.engine.aside.forgo(parcel.id));
        bob.parks = false;
    }
}
