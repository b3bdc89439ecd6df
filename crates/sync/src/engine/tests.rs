//! Stories of one or two engines, on a line that loses nothing; meshes and faults are in `sim`.

use std::collections::BTreeMap;

use beffroi_trust::DeviceId;

use super::*;
use crate::effect::Reason;
use crate::input::Verified;
use crate::limits::{FRAME_BYTES_MAX, WANT_IDS_MAX};
use crate::testing::id;
use crate::wire::{Cause, Entries, List, Pack, Prefix, Want};

const ANN: PeerId = PeerId([1; 32]);
const BOB: PeerId = PeerId([2; 32]);

/// A test entry: class, second, number, then filling.
fn parcel(class: Class, second: u32, number: u64) -> Parcel {
    let mut bytes = vec![u8::from(class)];
    bytes.extend(second.to_le_bytes());
    bytes.extend(number.to_le_bytes());
    bytes.extend(blake3::hash(&number.to_be_bytes()).as_bytes().repeat(8));
    read(bytes.into(), 0).unwrap()
}

fn read(bytes: Bytes, created: u32) -> Result<Parcel, DecodeError> {
    let class = bytes.first().and_then(|byte| Class::try_from(*byte).ok());
    let second = bytes.get(1..5).and_then(|four| four.try_into().ok());
    let (Some(class), Some(second)) = (class, second) else {
        return Err(DecodeError::Malformed);
    };
    Ok(Parcel {
        id: EntryId(blake3::hash(&bytes).into()),
        class,
        second: u32::from_le_bytes(second).max(created),
        author: DeviceId([0; 32]),
        bytes,
    })
}

/// An engine with its disk. Whatever it persists is flushed at once.
struct Post {
    engine: Engine,
    disk: BTreeMap<EntryId, Parcel>,
    out: Vec<(PeerId, Frame)>,
    notices: Vec<Notice>,
    hung_up: Vec<(PeerId, Reason)>,
    faulty: bool,
    parks: bool,
    full: bool,
}

impl Post {
    fn new(me: PeerId, parcels: &[Parcel]) -> Self {
        let config = Config {
            read,
            ..Config::new("1", 0)
        };
        let log = parcels.iter().map(|parcel| (parcel.class, parcel.key()));
        Self {
            engine: Engine::restore(me, config, [me.0[0]; 32], log, &[]),
            disk: parcels
                .iter()
                .map(|parcel| (parcel.id, parcel.clone()))
                .collect(),
            out: Vec::new(),
            notices: Vec::new(),
            hung_up: Vec::new(),
            faulty: false,
            parks: false,
            full: false,
        }
    }

    fn handle(&mut self, now: Moment, input: Input) {
        self.engine.handle(now, input);
        while let Some(effect) = self.engine.next_effect() {
            self.perform(now, effect);
        }
    }

    fn perform(&mut self, now: Moment, effect: Effect) {
        let answer = match effect {
            Effect::Verify(_, parcels) => {
                let ids = parcels.iter().map(|parcel| parcel.id).collect();
                let mut verified = Verified::default();
                match (self.faulty, self.parks) {
                    (true, _) => verified.faulty = ids,
                    (_, true) => verified.parked = ids,
                    _ => verified.accepted = ids,
                }
                Input::Verified(verified)
            }
            Effect::Persist(_) if self.full => Input::PersistFailed,
            Effect::Persist(parcels) => {
                let ids = parcels.iter().map(|parcel| parcel.id).collect();
                self.disk
                    .extend(parcels.into_iter().map(|parcel| (parcel.id, parcel)));
                Input::Persisted(ids)
            }
            Effect::Load { ticket, ids, .. } => Input::Loaded(
                ticket,
                ids.iter()
                    .filter_map(|id| self.disk.get(id))
                    .cloned()
                    .collect(),
            ),
            Effect::Send(peer, frame) => return self.out.push((peer, frame)),
            Effect::Tell(notice) => return self.notices.push(notice),
            Effect::HangUp(peer, reason) => return self.hung_up.push((peer, reason)),
        };
        self.handle(now, answer);
    }

    fn connect(&mut self, now: Moment, peer: PeerId) {
        self.handle(
            now,
            Input::Connected {
                peer,
                link: Link::Fast,
                wall_ms: 0,
            },
        );
    }
}

/// Two posts on a line without delay; counts bytes each way.
struct Pair {
    posts: [Post; 2],
    now: Moment,
    bytes: [usize; 2],
    frames: [Vec<Frame>; 2],
}

impl Pair {
    fn new(ann: &[Parcel], bob: &[Parcel]) -> Self {
        let mut pair = Self {
            posts: [Post::new(ANN, ann), Post::new(BOB, bob)],
            now: Moment::ZERO,
            bytes: [0, 0],
            frames: [vec![], vec![]],
        };
        pair.posts[0].connect(pair.now, BOB);
        pair.posts[1].connect(pair.now, ANN);
        pair
    }

    /// Carries frames until both are silent.
    fn settle(&mut self) {
        while self.posts.iter().any(|post| !post.out.is_empty()) {
            for side in [0, 1] {
                for (_, frame) in std::mem::take(&mut self.posts[side].out) {
                    let bytes = frame.encode();
                    self.bytes[side] += bytes.len();
                    self.frames[side].push(frame);
                    let from = [ANN, BOB][side];
                    self.posts[1 - side].handle(self.now, Input::Received(from, bytes));
                }
            }
        }
    }

    /// Lets time pass up to a second, waking who wants to be woken.
    fn run_to(&mut self, second: u64) {
        let end = Moment(Duration::from_secs(second));
        loop {
            self.settle();
            let wakes = self.posts.iter().filter_map(|post| post.engine.wake_at());
            let Some((at, _)) = wakes.min_by_key(|(at, _)| *at).filter(|(at, _)| *at <= end) else {
                self.now = end;
                return;
            };
            self.now = self.now.max(at);
            for post in &mut self.posts {
                post.handle(self.now, Input::Woke);
            }
        }
    }

    fn status(&self, side: usize) -> PeerStatus {
        self.posts[side].engine.peer(&[BOB, ANN][side]).unwrap()
    }

    fn are_equal(&mut self) -> bool {
        let [ann, bob] = &mut self.posts;
        CLASSES
            .into_iter()
            .all(|class| ann.engine.digest(class) == bob.engine.digest(class))
    }
}

fn contents(numbers: std::ops::Range<u64>) -> Vec<Parcel> {
    let second = |number| 1_000 + u32::try_from(number).unwrap();
    numbers
        .map(|number| parcel(Class::Content, second(number), number))
        .collect()
}

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
        .filter_map(|frame| match frame {
            Frame::Entries(entries) => entries.pack.open().ok(),
            _ => None,
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

fn pushed(parcels: &[Bytes]) -> Bytes {
    let digest = Digest {
        count: 1,
        root: [0; 16],
    };
    let cause = Cause::Pushed {
        class: Class::Content,
        digest,
    };
    let (pack, _) = Pack::build(parcels, FRAME_BYTES_MAX);
    Frame::Entries(Entries { cause, pack }).encode()
}

use crate::wire::Digest;

#[test]
fn a_peer_that_breaks_a_rule_is_left_for_ten_minutes() {
    let valid = pushed(&[parcel(Class::Content, 1, 1).bytes]);
    let unreadable = pushed(&[Bytes::from_static(b"\x07")]);
    for (bytes, faulty) in [
        (Bytes::from_static(b"\xff\xff"), false),
        (Bytes::from(vec![0; FRAME_BYTES_MAX + 1]), false),
        (unreadable, false),
        (valid, true),
    ] {
        let mut ann = Post::new(ANN, &[]);
        ann.faulty = faulty;
        ann.connect(Moment::ZERO, BOB);
        ann.handle(Moment::ZERO, Input::Received(BOB, bytes));
        let [(BOB, reason)] = ann.hung_up[..] else {
            panic!("{:?}", ann.hung_up)
        };
        assert_eq!(reason.ban(), Some(Duration::from_secs(600)));
        assert_eq!(ann.engine.count(Class::Content), 0);
    }
}

#[test]
fn a_broken_copy_does_not_keep_the_good_one_out() {
    let cat = PeerId([3; 32]);
    let good = parcel(Class::Content, 1, 1);
    let mut ann = Post::new(ANN, &[]);
    ann.connect(Moment::ZERO, BOB);
    ann.connect(Moment::ZERO, cat);
    ann.engine.handle(
        Moment::ZERO,
        Input::Received(BOB, pushed(std::slice::from_ref(&good.bytes))),
    );
    ann.engine.handle(
        Moment::ZERO,
        Input::Received(cat, pushed(std::slice::from_ref(&good.bytes))),
    );
    let effects = std::iter::from_fn(|| ann.engine.next_effect());
    let checks = effects
        .filter(|effect| matches!(effect, Effect::Verify(..)))
        .count();
    assert_eq!(checks, 1);
    let faulty = Verified {
        faulty: vec![good.id],
        ..Verified::default()
    };
    ann.handle(Moment::ZERO, Input::Verified(faulty));
    assert_eq!(ann.hung_up, [(BOB, Reason::Faulty)]);
    let wants = |(peer, frame): &(PeerId, Frame)| *peer == cat && matches!(frame, Frame::Want(_));
    assert!(ann.out.iter().any(wants));
}

#[test]
fn a_flood_of_unasked_bytes_ends_the_link() {
    let mut ann = Post::new(ANN, &[]);
    ann.connect(Moment::ZERO, BOB);
    let ids = List::first(vec![Prefix::from(id(1)); WANT_IDS_MAX]);
    let bytes = Frame::Want(Want {
        number: 0,
        bytes: 0,
        ids,
    })
    .encode();
    for _ in 0..3_000 {
        ann.handle(Moment::ZERO, Input::Received(BOB, bytes.clone()));
    }
    assert_eq!(ann.hung_up, [(BOB, Reason::Flood)]);
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
