//! What a peer that breaks the rules meets.

use super::*;
use crate::effect::Reason;
use crate::input::Verified;
use crate::limits::{FRAME_BYTES_MAX, WANT_IDS_MAX};
use crate::testing::id;
use crate::wire::{Cause, Digest, Entries, List, Pack, Prefix, Want};

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
