//! An entry from a peer: decoded, checked, offered, opened, forgotten. Raw, or signed anew by a member, so
//! that what a mutant says gets past the signature.

use beffroi_trust::ids::{KIND_RECORD, RING_COMMON, RING_PEOPLE};
use beffroi_trust::{
    Body, Chronicle, Class, DocId, Entry, Head, Invalid, Leaf, Parcel, Payload, Placement, check,
    open_leaf,
};

use super::{mode, seed};
use crate::world::{WORLD, Who};
use crate::{Outcome, Seed, Target};

/// The target.
pub const TARGET: Target = Target {
    name: "entry",
    run,
    seeds,
    words: &[b"\x01\x01\x00\x02", &[0xff; 9], &[0; 32]],
    bytes_max: 140 << 10,
    memory_max: 8 << 20,
};

const RAW: u8 = 0;
const SIGNED: u8 = 1;
const SIGNED_HEAD: u8 = 2;

/// Reads an entry.
///
/// # Panics
/// When one is taken that says something else when read again.
pub fn run(data: &[u8]) -> Outcome {
    let Some((mode, bytes)) = mode(data) else {
        return Outcome::Refused;
    };
    let parcel = Parcel::read(bytes.to_vec().into(), WORLD.genesis.created_second());
    let Ok(entry) = Entry::decode(bytes) else {
        return Outcome::Refused;
    };
    assert_eq!(entry.encode(), bytes, "an entry has one form");
    let entry = match mode % 3 {
        SIGNED => match Head::decode(&entry.head) {
            Ok(head) => Who::Bob.signs(head, entry.body),
            Err(_) => return Outcome::Refused,
        },
        SIGNED_HEAD => Who::Alice.signs_bytes(entry.head.to_vec(), entry.body),
        _ => entry,
    };
    let checked = match check(&entry, &WORLD.territory) {
        Ok(checked) => checked,
        Err(invalid) => {
            let of_the_key = matches!(
                invalid,
                Invalid::Signature | Invalid::BodyRoot | Invalid::Territory
            );
            assert!(
                mode % 3 != SIGNED || !of_the_key,
                "{invalid} of what a member signed"
            );
            return Outcome::Refused;
        }
    };
    if mode % 3 == RAW {
        let parcel = parcel.expect("a valid entry has a readable head");
        assert_eq!((parcel.id, parcel.class), (checked.id(), checked.class()));
    }
    let again = Entry::decode(&entry.encode()).expect("what was taken can be passed on");
    assert_eq!(
        check(&again, &WORLD.territory).map(|again| again.id()),
        Ok(checked.id())
    );
    for leaf in 0..entry.body.leaves.len() {
        if let Ok((_, payload)) = open_leaf(&checked, leaf, &WORLD.keys) {
            assert!(payload.bytes().len() <= 64 << 10);
        }
    }
    let mut chronicle: Chronicle = WORLD.chronicle.clone();
    let placement = chronicle.offer(&checked, None);
    chronicle.standing();
    chronicle.count(&checked.id());
    chronicle.holes();
    if checked.class() == Class::Content && checked.head().is_some() {
        let mut less = entry;
        if less.forget(0) {
            let less =
                check(&less, &WORLD.territory).expect("a forgotten leaf leaves the entry valid");
            assert_eq!(less.id(), checked.id());
        }
    }
    Outcome::taken(matches!(
        placement,
        Placement::InSet | Placement::Known | Placement::Parked
    ))
}

fn seeds() -> Vec<Seed> {
    let doc = |kind, ring, uuid| DocId {
        kind,
        ring,
        uuid: [uuid; 16],
    };
    let line = (
        doc(KIND_RECORD | 1, RING_COMMON, 1),
        Payload::Record(r#"{"text":"l'eau monte"}"#.into()),
    );
    let change = (doc(2, RING_COMMON, 2), Payload::Change(vec![7; 200].into()));
    let twin = (doc(2, RING_PEOPLE, 2), Payload::Change(vec![8; 60].into()));
    let batch = WORLD.content(&[line.clone(), change, twin]);
    let mut gone = batch.clone();
    gone.forget(1);
    let short = WORLD.content(std::slice::from_ref(&line));
    let with = |change: &dyn Fn(&mut Head, &mut Body)| {
        let (mut head, mut body) = (Head::decode(&short.head).unwrap(), short.body.clone());
        change(&mut head, &mut body);
        Entry {
            head: head.encode().into(),
            signature: short.signature,
            body,
        }
        .encode()
    };
    let leaf = |bytes: Vec<u8>| Leaf::Here {
        slot: 0,
        bytes: bytes.into(),
    };
    let mut newer = short.head.to_vec();
    newer[0] = 9;
    vec![
        seed("honest-record", RAW, short.encode()),
        seed("honest-batch-of-three", RAW, batch.encode()),
        seed("honest-one-leaf-gone", RAW, gone.encode()),
        seed("honest-grant", RAW, WORLD.alices_grant.encode()),
        seed("honest-signed-by-a-member", SIGNED, with(&|_, _| {})),
        seed(
            "attack-record-with-another-nonce",
            RAW,
            with(&|_, body| body.nonce[0] ^= 1),
        ),
        seed("attack-backdated", RAW, with(&|head, _| head.time_ms = 0)),
        seed(
            "honest-by-the-last-clock",
            SIGNED,
            with(&|head, _| head.time_ms = u64::MAX),
        ),
        seed(
            "attack-nine-tips",
            SIGNED,
            with(&|head, _| {
                head.prev = (0..9).map(|n| beffroi_trust::EntryId([n; 32])).collect();
            }),
        ),
        seed(
            "attack-tips-not-ascending",
            SIGNED,
            with(&|head, _| {
                head.prev = [2, 1].map(|n| beffroi_trust::EntryId([n; 32])).to_vec();
            }),
        ),
        seed(
            "attack-slot-without-leaf",
            SIGNED,
            with(&|head, _| {
                let mut more = head.slots[0];
                more.kind ^= 1;
                head.slots.push(more);
            }),
        ),
        seed(
            "attack-one-slot-twice",
            SIGNED,
            with(&|head, _| head.slots.push(head.slots[0])),
        ),
        seed(
            "attack-leaf-of-a-slot-that-is-not-there",
            SIGNED,
            with(&|_, body| {
                body.leaves.push(Leaf::Gone {
                    slot: 200,
                    size: u32::MAX,
                    hash: [0; 32],
                });
            }),
        ),
        seed(
            "attack-gone-leaves-of-4-gib",
            SIGNED,
            with(&|_, body| {
                body.leaves = (0..=255)
                    .map(|_| Leaf::Gone {
                        slot: 0,
                        size: u32::MAX,
                        hash: [0; 32],
                    })
                    .collect();
            }),
        ),
        seed(
            "attack-no-leaf",
            SIGNED,
            with(&|_, body| body.leaves.clear()),
        ),
        seed(
            "attack-content-as-act",
            SIGNED,
            with(&|head, _| head.class = Class::Act),
        ),
        seed(
            "honest-leaves-that-are-noise",
            SIGNED,
            with(&|_, body| body.leaves = vec![leaf(vec![9; 40])]),
        ),
        seed(
            "honest-head-of-a-later-version",
            SIGNED_HEAD,
            Entry {
                head: newer.into(),
                signature: short.signature,
                body: short.body.clone(),
            }
            .encode(),
        ),
        seed(
            "attack-claims-4-gib-of-head",
            RAW,
            [0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3],
        ),
        seed("attack-empty", RAW, []),
    ]
}
