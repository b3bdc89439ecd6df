//! Leaves: what is sealed opens for readers of the ring, in its own place alone, and whatever a
//! member seals, a reader bounds.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use beffroi_trust::ids::{RING_COMMON, RING_PEOPLE};
use beffroi_trust::limits::PAYLOAD_BYTES_MAX;
use beffroi_trust::{
    Body, Class, DocId, Entry, Leaf, OpenError, Payload, RingKeys, RingSecret, Slot, check,
    open_leaf,
};
use bytes::Bytes;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload as Sealing};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use proptest::collection::vec;
use proptest::prelude::*;
use support::*;

const NONCE: [u8; 16] = [9; 16];

fn common_slot(kind: u8) -> Slot {
    Slot {
        kind,
        ring: RING_COMMON,
        epoch: common_key().epoch(),
    }
}

/// Seals any plaintext as Alice's first leaf in this slot, as the design writes it down.
fn sealed(slot: &Slot, plain: &[u8]) -> Bytes {
    let mut nonce = [0; 24];
    nonce[..16].copy_from_slice(&NONCE);
    let about = [
        b"beffroi/leaf/1\0".as_slice(),
        &territory().0,
        &alice().id().0,
        &[slot.kind],
        &slot.ring.to_be_bytes(),
        &slot.epoch.0,
    ]
    .concat();
    let cipher = XChaCha20Poly1305::new(&[0xc1; 32].into());
    let text = Sealing {
        msg: plain,
        aad: &about,
    };
    cipher.encrypt(&XNonce::from(nonce), text).unwrap().into()
}

/// Alice's valid entry with one leaf of these bytes.
fn carrying(slot: Slot, bytes: Bytes) -> Entry {
    let body = Body {
        nonce: NONCE,
        leaves: vec![Leaf::Here { slot: 0, bytes }],
    };
    signed(head_for(Class::Content, vec![slot], &body).encode(), body)
}

fn opened(entry: &Entry) -> Result<(DocId, Payload), OpenError> {
    open_leaf(&checked(entry), 0, &ring_keys())
}

/// What a member's plaintext opens to.
fn opened_plain(kind: u8, plain: &[u8]) -> Result<(DocId, Payload), OpenError> {
    let slot = common_slot(kind);
    opened(&carrying(slot, sealed(&slot, plain)))
}

/// uuid ‖ tag ‖ length ‖ bytes.
fn item(tag: u8, bytes: &[u8]) -> Vec<u8> {
    let mut plain = vec![5; 16];
    plain.push(tag);
    let mut length = bytes.len();
    while length >= 0x80 {
        plain.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    plain.push(length as u8);
    plain.extend(bytes);
    plain
}

#[test]
fn what_is_authored_opens_again() {
    let payload = vec(any::<u8>(), 0..600);
    let items = vec(
        (any::<[u8; 16]>(), any::<bool>(), any::<bool>(), payload),
        1..8,
    );
    runner(64)
        .run(&items, |items| {
            let items: Vec<(DocId, Payload)> = items
                .into_iter()
                .map(|(uuid, record, people, bytes)| {
                    let ring = if people { RING_PEOPLE } else { RING_COMMON };
                    let (kind, payload) = match record {
                        true => (LOG, Payload::Record(bytes.into())),
                        false => (NEED, Payload::Change(bytes.into())),
                    };
                    (DocId { kind, ring, uuid }, payload)
                })
                .collect();
            let entry = alices(&items);
            let checked = check(&entry, &territory()).unwrap();
            for (leaf_no, item) in items.iter().enumerate() {
                prop_assert_eq!(&open_leaf(&checked, leaf_no, &ring_keys()).unwrap(), item);
            }
            prop_assert_eq!(
                open_leaf(&checked, items.len(), &ring_keys()),
                Err(OpenError::NoLeaf)
            );
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_relay_opens_nothing_and_a_reader_of_common_nothing_of_people() {
    let entry = alices(&[
        (doc(NEED, RING_COMMON, 1), Payload::Change(noise(1, 50))),
        (doc(NEED, RING_PEOPLE, 1), Payload::Change(noise(2, 50))),
    ]);
    let checked = checked(&entry);
    let mut common = RingKeys::new();
    common.insert(RING_COMMON, common_key());
    // The key of another ring is no help under this one's name.
    common.insert(RING_COMMON, people_key());
    let no_key = |ring, key: RingSecret| {
        Err(OpenError::NoKey {
            ring,
            epoch: key.epoch(),
        })
    };
    assert!(open_leaf(&checked, 0, &common).is_ok());
    assert_eq!(
        open_leaf(&checked, 1, &common),
        no_key(RING_PEOPLE, people_key())
    );
    let relay = RingKeys::new();
    assert_eq!(
        open_leaf(&checked, 0, &relay),
        no_key(RING_COMMON, common_key())
    );
}

#[test]
fn a_gone_leaf_and_an_act_hold_no_payload() {
    let mut entry = alices_change();
    entry.forget(0);
    assert_eq!(opened(&entry), Err(OpenError::Gone));
    assert_eq!(opened(&alices_grant()), Err(OpenError::NoLeaf));
}

#[test]
fn the_sealing_is_the_one_of_the_design() {
    let (doc, payload) = opened_plain(NEED, &item(0, b"a change")).unwrap();
    assert_eq!(doc, support::doc(NEED, RING_COMMON, 5));
    assert_eq!(payload, Payload::Change(b"a change".as_slice().into()));
}

#[test]
fn a_leaf_opens_in_no_other_place() {
    let slot = common_slot(NEED);
    let bytes = sealed(&slot, &item(0, b"a change"));
    assert!(opened(&carrying(slot, bytes.clone())).is_ok());
    let other_kind = common_slot(INCIDENT);
    assert_eq!(
        opened(&carrying(other_kind, bytes.clone())),
        Err(OpenError::Unsealing)
    );

    // Second instead of first.
    let body = Body {
        nonce: NONCE,
        leaves: vec![
            Leaf::Here {
                slot: 0,
                bytes: sealed(&slot, &item(0, b"another")),
            },
            Leaf::Here {
                slot: 0,
                bytes: bytes.clone(),
            },
        ],
    };
    let entry = signed(head_for(Class::Content, vec![slot], &body).encode(), body);
    let second = open_leaf(&checked(&entry), 1, &ring_keys());
    assert_eq!(second, Err(OpenError::Unsealing));

    // Under another nonce.
    let body = Body {
        nonce: [8; 16],
        leaves: vec![Leaf::Here { slot: 0, bytes }],
    };
    let entry = signed(head_for(Class::Content, vec![slot], &body).encode(), body);
    assert_eq!(opened(&entry), Err(OpenError::Unsealing));
}

#[test]
fn nobody_republishes_anothers_leaf_as_his_own() {
    let hers = alices_change();
    let checked_hers = checked(&hers);
    let slots = checked_hers.head().unwrap().slots.clone();
    let mut head = head_for(Class::Content, slots, &hers.body);
    head.author = bob().id();
    let message = [b"beffroi/entry/1\0".as_slice(), &head.encode()].concat();
    use ed25519_dalek::Signer as _;
    let bobs_key = ed25519_dalek::SigningKey::from_bytes(&bob().signer.seed());
    let his = Entry {
        signature: bobs_key.sign(&message).to_bytes(),
        head: head.encode().into(),
        body: hers.body.clone(),
    };
    assert_eq!(opened(&his), Err(OpenError::Unsealing));
    assert!(OpenError::Unsealing.is_authors_fault());
}

#[test]
fn every_flipped_byte_of_a_sealed_leaf_is_noticed() {
    let slot = common_slot(NEED);
    let good = sealed(&slot, &item(0, b"a change"));
    for at in 0..good.len() {
        let mut bytes = good.to_vec();
        bytes[at] ^= 0x20;
        let entry = carrying(slot, bytes.into());
        assert_eq!(opened(&entry), Err(OpenError::Unsealing), "byte {at}");
    }
    for length in 0..good.len() {
        let entry = carrying(slot, good.slice(..length));
        assert_eq!(opened(&entry), Err(OpenError::Unsealing), "cut at {length}");
    }
}

#[test]
fn a_members_malformed_item_is_the_members_fault() {
    let malformed = [
        vec![],
        vec![5; 16],
        item(0, b"a change")[..20].to_vec(),
        [item(0, b"a change"), vec![0]].concat(),
        // The length, then the tag, in two bytes.
        [&[5; 16][..], &[0, 0x81, 0, 7]].concat(),
        [&[5; 16][..], &[0x80, 0, 1, 7]].concat(),
        // A record among changes.
        item(1, b"{}"),
        item(0, &vec![1; PAYLOAD_BYTES_MAX + 1]),
    ];
    for plain in malformed {
        let error = opened_plain(NEED, &plain).unwrap_err();
        assert_eq!(
            error,
            OpenError::Malformed,
            "{:?}",
            &plain[..plain.len().min(40)]
        );
        assert!(error.is_authors_fault());
    }
    assert!(opened_plain(NEED, &item(0, &vec![1; PAYLOAD_BYTES_MAX])).is_ok());
    assert_eq!(opened_plain(LOG, &item(0, b"x")), Err(OpenError::Malformed));
    assert!(opened_plain(LOG, &item(1, b"x")).is_ok());
}

#[test]
fn a_payload_of_a_newer_version_is_no_ones_fault() {
    for tag in [4, 5, 0x7f] {
        let error = opened_plain(NEED, &item(tag, b"?")).unwrap_err();
        assert_eq!(error, OpenError::Newer);
        assert!(!error.is_authors_fault());
    }
}

/// A standard zstd frame of these bytes, without dictionary.
fn zstd_frame(plain: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(plain, 3).unwrap()
}

#[test]
fn a_packed_payload_is_one_frame_of_at_most_64_kib() {
    let largest = zstd_frame(&vec![0; PAYLOAD_BYTES_MAX]);
    assert!(largest.len() < 200);
    let (_, payload) = opened_plain(NEED, &item(2, &largest)).unwrap();
    assert_eq!(payload.bytes().len(), PAYLOAD_BYTES_MAX);

    let frame = zstd_frame(b"a change that is packed");
    assert!(opened_plain(NEED, &item(2, &frame)).is_ok());
    let refused = [
        (
            "one byte too many",
            zstd_frame(&vec![0; PAYLOAD_BYTES_MAX + 1]),
        ),
        ("a bomb of 64 MiB", zstd_frame(&vec![0; 64 << 20])),
        ("bytes behind", [frame.clone(), vec![0]].concat()),
        ("a second frame", [frame.clone(), frame.clone()].concat()),
        (
            "a skippable frame behind",
            [&frame[..], &[0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]].concat(),
        ),
        ("cut", frame[..frame.len() - 1].to_vec()),
        ("nothing", vec![]),
        ("no frame", b"hello, this is not zstd".to_vec()),
    ];
    for (what, bytes) in refused {
        assert_eq!(
            opened_plain(NEED, &item(2, &bytes)),
            Err(OpenError::Malformed),
            "{what}"
        );
        assert_eq!(
            opened_plain(LOG, &item(3, &bytes)),
            Err(OpenError::Malformed),
            "{what}"
        );
    }
}

#[test]
fn every_flip_in_a_packed_payload_ends_in_an_answer() {
    let line = br#"{"nature":"information","text":"Le pont est ferme, la route est coupee."}"#;
    let entry = alices(&[(
        doc(LOG, RING_COMMON, 5),
        Payload::Record(line.as_slice().into()),
    )]);
    let packed = packed_bytes(&entry);
    let mut opens = 0;
    for (at, pattern) in (0..packed.len()).flat_map(|at| [(at, 0x01), (at, 0x90)]) {
        let mut bytes = packed.clone();
        bytes[at] ^= pattern;
        // A flip may unpack to other bytes: the seal and the signature are what vouches for them.
        if let Ok((_, payload)) = opened_plain(LOG, &item(3, &bytes)) {
            assert!(payload.bytes().len() <= PAYLOAD_BYTES_MAX);
            opens += 1;
        }
    }
    assert!(opens < packed.len() * 2, "some flips break the frame");
}

/// The packed payload inside Alice's first leaf.
fn packed_bytes(entry: &Entry) -> Vec<u8> {
    let mut nonce = [0; 24];
    nonce[..16].copy_from_slice(&entry.body.nonce);
    let slot = common_slot(LOG);
    let about = [
        b"beffroi/leaf/1\0".as_slice(),
        &territory().0,
        &alice().id().0,
        &[slot.kind],
        &slot.ring.to_be_bytes(),
        &slot.epoch.0,
    ]
    .concat();
    let cipher = XChaCha20Poly1305::new(&[0xc1; 32].into());
    let text = Sealing {
        msg: entry.body.leaves[0].bytes().unwrap(),
        aad: &about,
    };
    let plain = cipher.decrypt(&XNonce::from(nonce), text).unwrap();
    assert_eq!(plain[16], 3, "a packed record");
    plain[18..].to_vec()
}
