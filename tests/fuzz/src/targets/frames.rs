//! What an admitted peer sends: frames of any bytes, one after the other, to an engine that holds a
//! hundred entries and whose disk works.

use std::collections::BTreeMap;
use std::time::Duration;

use beffroi_sync::wire::{
    Address, Cause, Compare, Digest, Entries, Have, Hello, List, Outline, Pack, Prefix, Range,
    RangeBody, Ranges, Stream, Summary, Text, Want,
};
use beffroi_sync::{Config, Effect, Engine, Frame, Input, Link, Moment, PeerId, Verified, limits};
use beffroi_trust::{Class, DecodeError, DeviceId, EntryId, OrderKey, Parcel};
use bytes::Bytes;

use super::{joined, pieces};
use crate::{Outcome, Seed, Target};

/// The target.
pub const TARGET: Target = Target {
    name: "frames",
    run,
    seeds,
    words: &[&[0x28, 0xb5, 0x2f, 0xfd], &[0xff; 9], &[0; 16]],
    bytes_max: 64 << 10,
    memory_max: 16 << 20,
};

const ME: PeerId = PeerId([1; 32]);
const PEER: PeerId = PeerId([2; 32]);
/// Frames one input is read for.
const FRAMES_MAX: usize = 16;
/// What one frame can make us do: an answer for each of the ranges it names, at most.
const EFFECTS_MAX: usize = 20_000;

/// A test entry: class, second, number, then filling.
fn parcel(class: Class, second: u32, number: u64) -> Parcel {
    let mut bytes = vec![u8::from(class)];
    bytes.extend(second.to_le_bytes());
    bytes.extend(number.to_le_bytes());
    bytes.extend(blake3::hash(&number.to_be_bytes()).as_bytes().repeat(4));
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

fn held() -> Vec<Parcel> {
    let acts = (0..10).map(|n| parcel(Class::Act, 1_000, 1_000 + n));
    let contents = (0..90).map(|n: u32| parcel(Class::Content, 1_000 + n / 3, u64::from(n)));
    acts.chain(contents).collect()
}

struct Post {
    engine: Engine,
    disk: BTreeMap<EntryId, Parcel>,
    hung_up: bool,
    effects: usize,
}

impl Post {
    fn handle(&mut self, now: Moment, input: Input) {
        self.engine.handle(now, input);
        while let Some(effect) = self.engine.next_effect() {
            self.effects += 1;
            assert!(
                self.effects <= EFFECTS_MAX,
                "a frame makes us work without end"
            );
            self.perform(now, effect);
        }
    }

    fn perform(&mut self, now: Moment, effect: Effect) {
        match effect {
            Effect::Verify(_, parcels) => {
                // Every third is parked, so that this way is walked too.
                let mut verified = Verified::default();
                for parcel in parcels {
                    if parcel.id.0[0].is_multiple_of(3) {
                        verified.parked.push(parcel.id);
                    } else {
                        verified.accepted.push(parcel.id);
                    }
                }
                self.handle(now, Input::Verified(verified));
            }
            Effect::Persist(parcels) => {
                let ids = parcels.iter().map(|parcel| parcel.id).collect();
                self.disk
                    .extend(parcels.into_iter().map(|parcel| (parcel.id, parcel)));
                self.handle(now, Input::Persisted(ids));
            }
            Effect::Load {
                ticket,
                ids,
                bytes_max,
            } => {
                let mut bytes = 0;
                let mut loaded = Vec::new();
                for parcel in ids.iter().filter_map(|id| self.disk.get(id)) {
                    bytes += parcel.bytes.len();
                    if !loaded.is_empty() && bytes > bytes_max {
                        break;
                    }
                    loaded.push(parcel.clone());
                }
                self.handle(now, Input::Loaded(ticket, loaded));
            }
            Effect::Mend(_, _) => self.handle(now, Input::Incomplete(Default::default())),
            Effect::Send(_, frame) => {
                let bytes = frame.encode();
                assert!(bytes.len() <= limits::FRAME_BYTES_MAX);
                assert_eq!(
                    Frame::decode(&bytes).as_ref(),
                    Ok(&frame),
                    "we send what nobody can read"
                );
            }
            Effect::Tell(_) => {}
            Effect::HangUp(..) => self.hung_up = true,
        }
    }
}

/// Hands frames to an engine, a second apart.
///
/// # Panics
/// When a frame that decodes has two forms, or makes the engine work without end.
pub fn run(data: &[u8]) -> Outcome {
    let parcels = held();
    let config = Config {
        read,
        ..Config::new("1", 0)
    };
    let log = parcels.iter().map(|parcel| (parcel.class, parcel.key()));
    let mut post = Post {
        engine: Engine::restore(ME, config, [7; 32], log, &[]),
        disk: parcels
            .iter()
            .map(|parcel| (parcel.id, parcel.clone()))
            .collect(),
        hung_up: false,
        effects: 0,
    };
    let mut now = Moment(Duration::from_secs(1));
    post.handle(
        now,
        Input::Connected {
            peer: PEER,
            link: Link::Fast,
            wall_ms: 0,
        },
    );
    let mut read = 0;
    for bytes in pieces(data).into_iter().take(FRAMES_MAX) {
        if let Ok(frame) = Frame::decode(bytes) {
            assert_eq!(
                Frame::decode(&frame.encode()),
                Ok(frame),
                "a frame changes when it is passed on"
            );
        }
        post.effects = 0;
        post.handle(now, Input::Received(PEER, bytes.to_vec().into()));
        if post.hung_up {
            return Outcome::Refused;
        }
        read += 1;
        now = Moment(now.0 + Duration::from_secs(1));
        post.effects = 0;
        post.handle(now, Input::Woke);
        if let Some((at, why)) = post.engine.wake_at() {
            assert!(at > now, "woken for ever: {why}");
        }
    }
    post.handle(now, Input::Disconnected(PEER));
    Outcome::taken(read > 0)
}

fn seeds() -> Vec<Seed> {
    let digest = |count| Digest {
        count,
        root: [9; 16],
    };
    let summary = Summary {
        acts: digest(11),
        contents: digest(500),
        ask: true,
    };
    let hello = Frame::Hello(Hello {
        protocol: limits::PROTOCOL,
        version: Text::new("0.1.0").unwrap(),
        wall_ms: 1_795_461_000_456,
        heartbeat_ms: 15_000,
        summary,
    });
    let compare = |class, step, ranges: Vec<Range>| {
        Frame::Compare(Compare {
            session: [5; 16],
            class,
            audit: false,
            step,
            ranges: Ranges(ranges),
            cut: false,
        })
    };
    let prefixes = |from: u64| {
        (from..from + 20)
            .map(|n| Prefix::from(parcel(Class::Content, 1_000, n).id))
            .collect::<Vec<_>>()
    };
    let everything = |body| vec![Range { end: None, body }];
    let new: Vec<Bytes> = (200..220)
        .map(|n| parcel(Class::Content, 1_050, n).bytes)
        .collect();
    let pushed = |parcels: &[Bytes]| {
        let (pack, _) = Pack::build(parcels, limits::FRAME_BYTES_MAX);
        Frame::Entries(Entries {
            cause: Cause::Pushed {
                class: Class::Content,
                digest: digest(110),
            },
            pack,
        })
    };
    let want = Frame::Want(Want {
        number: 1,
        bytes: 1 << 20,
        ids: List::first(prefixes(0)),
    });
    let have = |class| {
        Frame::Have(Have {
            class,
            digest: digest(300),
            ids: List::first(prefixes(300)),
            again: true,
        })
    };
    let stream = |from: OrderKey| {
        Frame::Stream(Stream {
            number: 2,
            class: Class::Content,
            from,
            to_second: None,
            bytes: u32::MAX,
        })
    };
    let outline = Frame::Outline(Outline {
        class: Class::Content,
        seconds: List::first(vec![5, 4, 4, 0, u32::MAX]),
    });
    let start = OrderKey {
        second: 0,
        id: EntryId([0; 32]),
    };
    let address = Address::new(PEER, "/ip4/10.0.0.1/tcp/7410").unwrap();
    let story = |name: &str, frames: &[Frame]| {
        let frames: Vec<Vec<u8>> = frames.iter().map(|frame| frame.encode().to_vec()).collect();
        (name.to_owned(), joined(&frames))
    };
    let raw = |name: &str, frames: &[Vec<u8>]| (name.to_owned(), joined(frames));
    vec![
        story(
            "honest-hello-and-heartbeat",
            &[hello.clone(), Frame::Summary(summary)],
        ),
        story(
            "honest-session",
            &[
                hello.clone(),
                compare(
                    Class::Act,
                    0,
                    everything(RangeBody::Ids(List::first(prefixes(400)))),
                ),
                compare(
                    Class::Content,
                    0,
                    everything(RangeBody::Fingerprint([1; 12])),
                ),
            ],
        ),
        story(
            "honest-live-edits",
            &[
                hello.clone(),
                pushed(&new),
                have(Class::Content),
                have(Class::Act),
            ],
        ),
        story("honest-pull", &[hello.clone(), want.clone(), stream(start)]),
        story(
            "honest-bulk",
            &[
                hello.clone(),
                Frame::Survey(Class::Content),
                stream(start),
                outline,
            ],
        ),
        story(
            "honest-addresses",
            &[hello.clone(), Frame::Addresses(List::first(vec![address]))],
        ),
        raw("attack-not-a-frame", &[vec![0xff, 0xff]]),
        raw(
            "attack-a-list-of-4-thousand-million-ids",
            &[
                hello.encode().to_vec(),
                vec![4, 1, 0, 0xff, 0xff, 0xff, 0xff, 0x0f],
            ],
        ),
        raw(
            "attack-a-bomb-in-a-pack",
            &[hello.encode().to_vec(), bomb()],
        ),
        story(
            "attack-entries-without-a-head",
            &[hello.clone(), pushed(&[Bytes::from_static(b"\x07")])],
        ),
        story(
            "honest-a-step-out-of-a-session-is-let-pass",
            &[hello, compare(Class::Content, 7, vec![])],
        ),
    ]
}

/// Entries in a zstd frame that writes out to megabytes.
fn bomb() -> Vec<u8> {
    let mut frame = Frame::Entries(Entries {
        cause: Cause::Pushed {
            class: Class::Content,
            digest: Digest {
                count: 1,
                root: [0; 16],
            },
        },
        pack: Pack::build(&[Bytes::from_static(b"\x01")], 10).0,
    })
    .encode()
    .to_vec();
    // The pack at its end: one variant, then its length and its bytes.
    frame.truncate(frame.len() - 4);
    let mut zstd = vec![0x28, 0xb5, 0x2f, 0xfd, 0b0000_0000, 0x50];
    for last in [0, 0, 0, 0, 0, 0, 0, 1_u32] {
        zstd.extend(&(last | 1 << 1 | (128 << 10) << 3).to_le_bytes()[..3]);
        zstd.push(0);
    }
    frame.extend([1, u8::try_from(zstd.len()).unwrap()]);
    frame.extend(zstd);
    frame
}
