//! What a member seals: any plaintext under the ring's true key, opened as a reader opens it.

use beffroi_trust::ids::{KIND_RECORD, RING_COMMON};
use beffroi_trust::{Body, Class, Leaf, OpenError, Slot, check, open_leaf};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload as Sealing};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::{mode, seed};
use crate::world::{WORLD, Who, bob, common};
use crate::{Outcome, Seed, Target};

/// The target.
pub const TARGET: Target = Target {
    name: "leaf",
    run,
    seeds,
    words: &[&[0x28, 0xb5, 0x2f, 0xfd], &[0x02], &[0x03], &[0xff; 5]],
    bytes_max: 66 << 10,
    memory_max: 4 << 20,
};

const NONCE: [u8; 16] = [0x22; 16];

fn sealed(slot: &Slot, plain: &[u8]) -> Vec<u8> {
    let author = bob().id();
    let about = [
        b"beffroi/leaf/1\0".as_slice(),
        &WORLD.territory.0,
        &author.0,
        &[slot.kind],
        &slot.ring.to_be_bytes(),
        &slot.epoch.0,
    ]
    .concat();
    let nonce: [u8; 24] = [NONCE.as_slice(), &[0; 8]].concat().try_into().unwrap();
    XChaCha20Poly1305::new((&[0xc1; 32]).into())
        .encrypt(
            &XNonce::from(nonce),
            Sealing {
                msg: plain,
                aad: &about,
            },
        )
        .unwrap()
}

/// Opens a leaf.
///
/// # Panics
/// When the sealing is refused, or more comes out than a payload may be.
pub fn run(data: &[u8]) -> Outcome {
    let Some((kind, plain)) = mode(data) else {
        return Outcome::Refused;
    };
    let slot = Slot {
        kind: if kind & 1 == 0 { 2 } else { KIND_RECORD | 1 },
        ring: RING_COMMON,
        epoch: common().epoch(),
    };
    let mut head = Who::Bob.head(Class::Content);
    head.slots = vec![slot];
    let leaves = vec![Leaf::Here {
        slot: 0,
        bytes: sealed(&slot, plain).into(),
    }];
    let entry = Who::Bob.signs(
        head,
        Body {
            nonce: NONCE,
            leaves,
        },
    );
    let Ok(checked) = check(&entry, &WORLD.territory) else {
        return Outcome::Refused;
    };
    match open_leaf(&checked, 0, &WORLD.keys) {
        Ok((doc, payload)) => {
            assert!(
                payload.bytes().len() <= 64 << 10,
                "a payload of {} bytes",
                payload.bytes().len()
            );
            assert_eq!(plain[..16], doc.uuid);
            Outcome::Taken
        }
        Err(refused) => {
            assert!(
                !matches!(refused, OpenError::Unsealing),
                "the target seals wrongly"
            );
            Outcome::Refused
        }
    }
}

fn seeds() -> Vec<Seed> {
    // An item: the uuid, the tag of the payload, its length and its bytes.
    let item =
        |tag: u8, length: &[u8], bytes: &[u8]| [[7; 16].as_slice(), &[tag], length, bytes].concat();
    let packed = |size: usize| packed_by_an_author(vec![b'a'; size]);
    vec![
        seed("honest-change", 0, item(0, &[5], b"bytes")),
        seed("honest-record", 1, item(1, &[5], b"bytes")),
        seed("honest-packed-change", 0, packed(3_000)),
        seed("honest-packed-to-the-limit", 0, packed(64 << 10)),
        seed(
            "attack-change-of-a-kind-of-records",
            1,
            item(0, &[5], b"bytes"),
        ),
        seed("attack-tag-of-a-later-version", 0, item(4, &[5], b"bytes")),
        seed(
            "attack-claims-4-gib",
            0,
            item(0, &[0xff, 0xff, 0xff, 0xff, 0x0f], b"bytes"),
        ),
        seed("attack-bytes-behind-the-item", 0, item(0, &[4], b"bytes")),
        seed(
            "attack-not-canonical-length",
            0,
            item(0, &[0x85, 0], b"bytes"),
        ),
        seed("attack-packed-rubbish", 0, item(2, &[5], b"bytes")),
        seed(
            "attack-bomb-of-a-gibibyte",
            0,
            item(2, &[bomb().len().try_into().unwrap()], &bomb()),
        ),
        seed("attack-nothing", 0, []),
    ]
}

/// The plaintext of a leaf that honest code packed.
fn packed_by_an_author(bytes: Vec<u8>) -> Vec<u8> {
    let doc = beffroi_trust::DocId {
        kind: 2,
        ring: RING_COMMON,
        uuid: [7; 16],
    };
    let entry = WORLD.content(&[(doc, beffroi_trust::Payload::Change(bytes.into()))]);
    let alice = crate::world::alice().id();
    let about = [
        b"beffroi/leaf/1\0".as_slice(),
        &WORLD.territory.0,
        &alice.0,
        &[2],
        &RING_COMMON.to_be_bytes(),
        &common().epoch().0,
    ]
    .concat();
    let nonce: [u8; 24] = [entry.body.nonce.as_slice(), &[0; 8]]
        .concat()
        .try_into()
        .unwrap();
    XChaCha20Poly1305::new((&[0xc1; 32]).into())
        .decrypt(
            &XNonce::from(nonce),
            Sealing {
                msg: entry.body.leaves[0].bytes().unwrap(),
                aad: &about,
            },
        )
        .unwrap()
}

/// A zstd frame of run-length blocks of 128 KiB each, whose header claims a gibibyte.
fn bomb() -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0b1010_0000, 0, 0, 0, 0x40];
    for last in [0, 0, 0, 0, 0, 0, 0, 1_u32] {
        let block = last | 1 << 1 | (128 << 10) << 3;
        frame.extend(&block.to_le_bytes()[..3]);
        frame.push(b'a');
    }
    frame
}
