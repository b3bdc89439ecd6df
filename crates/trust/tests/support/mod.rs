//! A small invented territory with fixed keys, and the means to make entries no author would.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::collections::BTreeMap;

use beffroi_trust::author::{self, Position};
use beffroi_trust::ids::{RING_COMMON, RING_PEOPLE};
use beffroi_trust::{
    Act, Body, Checked, Class, DeviceKeys, DocId, Entry, EntryId, Epoch, Genesis, Head, Payload,
    Ring, RingKeys, RingSecret, Role, Roots, Slot, TerritoryId, check,
};
use bytes::Bytes;
use ed25519_dalek::{Signer as _, SigningKey};
use proptest::test_runner::{Config, RngSeed, TestRunner};

pub(crate) const CREATED_MS: u64 = 1_790_000_000_123;
pub(crate) const TIME_MS: u64 = 1_795_461_000_456;
pub(crate) const ALICE_SEED: [u8; 32] = [0xa1; 32];

/// Wire kinds: any numbers with the two group bits serve here.
pub(crate) const NEED: u8 = 2;
pub(crate) const INCIDENT: u8 = 1;
pub(crate) const LOG: u8 = 0x41;

pub(crate) fn alice() -> DeviceKeys {
    DeviceKeys::from_seeds(&ALICE_SEED, &[0xa2; 32])
}

pub(crate) fn bob() -> DeviceKeys {
    DeviceKeys::from_seeds(&[0xb1; 32], &[0xb2; 32])
}

pub(crate) fn roots() -> Roots {
    Roots::from_seeds(&[[0x01; 32], [0x02; 32], [0x03; 32]])
}

pub(crate) fn genesis() -> Genesis {
    Genesis::new(
        "Commune de Valbrune",
        CREATED_MS,
        &roots().ids(),
        [0x11; 16],
    )
    .unwrap()
}

pub(crate) fn territory() -> TerritoryId {
    genesis().territory()
}

pub(crate) fn common_key() -> RingSecret {
    RingSecret::from_bytes(&[0xc1; 32])
}

pub(crate) fn people_key() -> RingSecret {
    RingSecret::from_bytes(&[0xc2; 32])
}

pub(crate) fn ring_keys() -> RingKeys {
    let mut keys = RingKeys::new();
    keys.insert(RING_COMMON, common_key());
    keys.insert(RING_PEOPLE, people_key());
    keys
}

pub(crate) fn epochs() -> BTreeMap<Ring, Epoch> {
    BTreeMap::from([
        (RING_COMMON, common_key().epoch()),
        (RING_PEOPLE, people_key().epoch()),
    ])
}

pub(crate) fn doc(kind: u8, ring: Ring, uuid: u8) -> DocId {
    DocId {
        kind,
        ring,
        uuid: [uuid; 16],
    }
}

/// Bytes that no packing shrinks.
pub(crate) fn noise(seed: u8, length: usize) -> Bytes {
    let mut bytes = vec![0; length];
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[seed]);
    hasher.finalize_xof().fill(&mut bytes);
    bytes.into()
}

pub(crate) fn root_position() -> Position {
    Position {
        territory: territory(),
        grant: EntryId::of_territory(&territory()),
        prev: Vec::new(),
        seq: 1,
        time_ms: TIME_MS,
    }
}

/// The position of an ordinary entry: one tip, a seq of two bytes.
pub(crate) fn position(grant: EntryId) -> Position {
    Position {
        prev: vec![EntryId([0x77; 32])],
        grant,
        seq: 300,
        ..root_position()
    }
}

pub(crate) fn grant_to(keys: &DeviceKeys, role: Role) -> Act {
    Act::Grant {
        device: keys.id(),
        seal: keys.seal.public(),
        role,
        rings: vec![RING_COMMON, RING_PEOPLE],
        invite: None,
    }
}

/// Root 1 lets Alice in as coordinator.
pub(crate) fn alices_grant() -> Entry {
    let act = grant_to(&alice(), Role::Coordinator);
    author::act(&roots().0[0].signer(), &root_position(), &act).unwrap()
}

/// Alice lets Bob in.
pub(crate) fn bobs_grant() -> Entry {
    let act = grant_to(&bob(), Role::Operator);
    author::act(&alice().signer, &position(alices_grant().id()), &act).unwrap()
}

/// Alice's entry with these payloads.
pub(crate) fn alices(items: &[(DocId, Payload)]) -> Entry {
    author::content(
        &alice().signer,
        &position(alices_grant().id()),
        [0x22; 16],
        items,
        &epochs(),
        &ring_keys(),
    )
    .unwrap()
}

/// Alice's entry with one change of 200 bytes.
pub(crate) fn alices_change() -> Entry {
    alices(&[(doc(NEED, RING_COMMON, 5), Payload::Change(noise(1, 200)))])
}

pub(crate) fn checked(entry: &Entry) -> Checked {
    check(entry, &territory()).unwrap()
}

/// A head that fits a body, to be bent by a test.
pub(crate) fn head_for(class: Class, slots: Vec<Slot>, body: &Body) -> Head {
    Head {
        v: 1,
        class,
        territory: territory(),
        author: alice().id(),
        time_ms: TIME_MS,
        grant: alices_grant().id(),
        prev: Vec::new(),
        seq: 1,
        slots,
        size: u32::try_from(body.size()).unwrap(),
        body: body.root(),
    }
}

/// Alice signs whatever it is.
pub(crate) fn signed(head: Vec<u8>, body: Body) -> Entry {
    let message = [b"beffroi/entry/1\0".as_slice(), &head].concat();
    Entry {
        signature: SigningKey::from_bytes(&ALICE_SEED)
            .sign(&message)
            .to_bytes(),
        head: head.into(),
        body,
    }
}

/// Runs a property with a fixed seed, which proptest prints when it fails. A fresh runner each
/// time, because one stops after its budget of cases.
pub(crate) fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        rng_seed: RngSeed::Fixed(0xbef_f201),
        failure_persistence: None,
        ..Config::default()
    })
}

pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    assert_eq!(text.len() % 2, 0, "{text}");
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
