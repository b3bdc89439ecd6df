//! Frames and packs: what is written is read, and nothing foreign is believed.

use beffroi_trust::{Class, EntryId, OrderKey};
use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::limits::*;
use crate::testing::{config, id};

fn digest(count: u64) -> Digest {
    Digest {
        count,
        root: [9; 16],
    }
}

fn summary() -> Summary {
    Summary {
        acts: digest(3),
        contents: digest(70_000),
        ask: true,
    }
}

fn order_key(second: u32, byte: u8) -> OrderKey {
    let mut id = [0; 32];
    id[0] = byte;
    OrderKey {
        second,
        id: EntryId(id),
    }
}

fn every_frame() -> Vec<Frame> {
    let prefixes: Vec<Prefix> = (0..5).map(|n| id(n).into()).collect();
    let answer = Answer {
        held: List::first(vec![5]),
        extra: List::first(prefixes.clone()),
        more: true,
    };
    let range = |second: Option<u32>, body| Range {
        end: second.map(|s| order_key(s, 1)),
        body,
    };
    let ranges = Ranges(vec![
        range(Some(10), RangeBody::Skip),
        range(Some(1_790_000_000), RangeBody::Fingerprint([3; 12])),
        Range {
            end: Some(order_key(1_790_000_000, 2)),
            body: RangeBody::Ids(List::first(prefixes.clone())),
        },
        range(None, RangeBody::Answer(answer)),
    ]);
    let (pack, _) = Pack::build(
        &[Bytes::from_static(b"one"), Bytes::from(vec![7; 2_000])],
        4_000,
    );
    let peer = crate::PeerId([4; 32]);
    let address = Address::new(peer, "/ip4/192.0.2.1/tcp/7410").unwrap();
    vec![
        Frame::Hello(Hello {
            protocol: PROTOCOL,
            version: Text::new("0.1.0").unwrap(),
            wall_ms: 1_790_000_000_000,
            heartbeat_ms: 15_000,
            summary: summary(),
        }),
        Frame::Summary(summary()),
        Frame::Compare(Compare {
            session: [1; 16],
            class: Class::Act,
            audit: false,
            step: 3,
            ranges,
            cut: true,
        }),
        Frame::Have(Have {
            class: Class::Content,
            digest: digest(4),
            ids: List::first(prefixes.clone()),
            again: true,
        }),
        Frame::Want(Want {
            number: 4,
            bytes: 65_536,
            ids: List::first(prefixes),
        }),
        Frame::Survey(Class::Content),
        Frame::Outline(Outline {
            class: Class::Content,
            seconds: List::first(vec![1, 2, 3]),
        }),
        Frame::Stream(Stream {
            number: 9,
            class: Class::Content,
            from: order_key(5, 6),
            to_second: Some(9),
            bytes: 1,
        }),
        Frame::Entries(Entries {
            cause: Cause::Streamed {
                number: 1,
                last: true,
                next: Some(order_key(1, 2)),
            },
            pack,
        }),
        Frame::Addresses(List::first(vec![address])),
    ]
}

#[test]
fn every_frame_is_read_as_it_was_written() {
    for frame in every_frame() {
        assert_eq!(Frame::decode(&frame.encode()), Ok(frame));
    }
}

#[test]
fn a_first_message_between_equal_posts_is_below_a_hundred_bytes() {
    let size = every_frame()[0].encode().len();
    assert!(size < 100, "{size} B");
}

#[test]
fn a_list_over_its_bound_does_not_decode() {
    let ids: Vec<Prefix> = vec![Prefix([1; 16]); WANT_IDS_MAX];
    let want = |ids| {
        Frame::Want(Want {
            number: 1,
            bytes: 1,
            ids,
        })
    };
    let mut bytes = want(List::first(ids.clone())).encode().to_vec();
    assert!(Frame::decode(&bytes).is_ok());
    let claims = postcard::to_allocvec(&WANT_IDS_MAX).unwrap();
    let at = bytes
        .windows(claims.len())
        .position(|window| window == claims)
        .unwrap();
    bytes[at] += 1;
    bytes.extend([1; 16]);
    assert_eq!(Frame::decode(&bytes), Err(FrameError::Malformed));
}

#[test]
fn bytes_behind_a_frame_are_refused() {
    let mut bytes = every_frame()[1].encode().to_vec();
    bytes.push(0);
    assert_eq!(Frame::decode(&bytes), Err(FrameError::Trailing));
    assert_eq!(
        Frame::decode(&vec![0; FRAME_BYTES_MAX + 1]),
        Err(FrameError::TooLong)
    );
}

#[test]
fn bounds_that_do_not_ascend_are_refused() {
    let end = |second, byte| Range {
        end: Some(order_key(second, byte)),
        body: RangeBody::Skip,
    };
    for ranges in [
        vec![end(5, 1), end(5, 1)],
        vec![end(5, 2), end(5, 1)],
        vec![end(0, 0)],
    ] {
        let compare = Compare {
            session: [0; 16],
            class: Class::Act,
            audit: false,
            step: 0,
            ranges: Ranges(ranges),
            cut: false,
        };
        assert_eq!(
            Frame::decode(&Frame::Compare(compare).encode()),
            Err(FrameError::Malformed)
        );
    }
}

#[test]
fn a_small_frame_that_unpacks_to_much_is_refused() {
    let zeros = vec![0; PACK_BYTES_MAX + 1];
    let bomb = zstd::bulk::compress(&zeros, 3).unwrap();
    assert!(bomb.len() < 1_000);
    let pack = Pack::Zstd(Blob::new(bomb.into()).unwrap());
    assert_eq!(pack.open(), Err(PackError::Compression));
    let many = Pack::Plain(Blob::new(vec![0; PACK_ENTRIES_MAX + 1].into()).unwrap());
    assert_eq!(many.open(), Err(PackError::Lengths));
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn packs_keep_entries_and_their_order(
        sizes in prop::collection::vec(1usize..5_000, 1..60),
        bytes_max in 0usize..100_000,
    ) {
        let entries: Vec<Bytes> = sizes.iter().map(|size| Bytes::from(vec![*size as u8; *size])).collect();
        let (pack, taken) = Pack::build(&entries, bytes_max);
        prop_assert!(taken >= 1);
        prop_assert!(taken == 1 || sizes[..taken].iter().sum::<usize>() <= bytes_max);
        prop_assert_eq!(pack.open().unwrap(), &entries[..taken]);
    }

    #[test]
    fn foreign_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(Frame::Entries(entries)) = Frame::decode(&bytes) {
            let _ = entries.pack.open();
        }
    }

    #[test]
    fn altered_frames_never_panic_and_read_back_as_themselves(
        which in 0usize..10,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = every_frame()[which].encode().to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(frame) = Frame::decode(&bytes) {
            prop_assert_eq!(Frame::decode(&frame.encode()), Ok(frame.clone()));
            if let Frame::Entries(entries) = frame {
                let _ = entries.pack.open();
            }
        }
    }
}
