//! Two engines on a line that loses nothing, each with a disk that flushes at once.

use std::collections::BTreeMap;

use beffroi_trust::DeviceId;

use super::*;
use crate::input::Verified;

pub(super) const ANN: PeerId = PeerId([1; 32]);
pub(super) const BOB: PeerId = PeerId([2; 32]);

/// A test entry: class, second, number, then filling.
pub(super) fn parcel(class: Class, second: u32, number: u64) -> Parcel {
    let mut bytes = vec![u8::from(class)];
    bytes.extend(second.to_le_bytes());
    bytes.extend(number.to_le_bytes());
    bytes.extend(blake3::hash(&number.to_be_bytes()).as_bytes().repeat(8));
    read(bytes.into(), 0).unwrap()
}

pub(super) fn read(bytes: Bytes, created: u32) -> Result<Parcel, DecodeError> {
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
pub(super) struct Post {
    pub(super) engine: Engine,
    pub(super) disk: BTreeMap<EntryId, Parcel>,
    pub(super) out: Vec<(PeerId, Frame)>,
    pub(super) notices: Vec<Notice>,
    pub(super) hung_up: Vec<(PeerId, Reason)>,
    pub(super) copies: Vec<(PeerId, EntryId)>,
    pub(super) faulty: bool,
    pub(super) parks: bool,
    pub(super) full: bool,
}

impl Post {
    pub(super) fn new(me: PeerId, parcels: &[Parcel]) -> Self {
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
            copies: Vec::new(),
            faulty: false,
            parks: false,
            full: false,
        }
    }

    pub(super) fn handle(&mut self, now: Moment, input: Input) {
        self.engine.handle(now, input);
        while let Some(effect) = self.engine.next_effect() {
            self.perform(now, effect);
        }
    }

    pub(super) fn perform(&mut self, now: Moment, effect: Effect) {
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
            Effect::Mend(peer, parcels) => {
                let came = parcels.iter().map(|parcel| (peer, parcel.id));
                return self.copies.extend(came);
            }
            Effect::Send(peer, frame) => return self.out.push((peer, frame)),
            Effect::Tell(notice) => return self.notices.push(notice),
            Effect::HangUp(peer, reason) => return self.hung_up.push((peer, reason)),
        };
        self.handle(now, answer);
    }

    pub(super) fn connect(&mut self, now: Moment, peer: PeerId) {
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
pub(super) struct Pair {
    pub(super) posts: [Post; 2],
    pub(super) now: Moment,
    pub(super) bytes: [usize; 2],
    pub(super) frames: [Vec<Frame>; 2],
}

impl Pair {
    pub(super) fn new(ann: &[Parcel], bob: &[Parcel]) -> Self {
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
    pub(super) fn settle(&mut self) {
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
    pub(super) fn run_to(&mut self, second: u64) {
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

    pub(super) fn status(&self, side: usize) -> PeerStatus {
        self.posts[side].engine.peer(&[BOB, ANN][side]).unwrap()
    }

    pub(super) fn are_equal(&mut self) -> bool {
        let [ann, bob] = &mut self.posts;
        CLASSES
            .into_iter()
            .all(|class| ann.engine.digest(class) == bob.engine.digest(class))
    }
}

pub(super) fn contents(numbers: std::ops::Range<u64>) -> Vec<Parcel> {
    let second = |number| 1_000 + u32::try_from(number).unwrap();
    numbers
        .map(|number| parcel(Class::Content, second(number), number))
        .collect()
}
