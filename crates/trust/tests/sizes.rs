//! What an entry costs on the wire: the figures of the design, held to the byte. The encoded frame
//! adds two bytes to them, the length of the head.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use beffroi_trust::ids::{RING_COMMON, RING_PEOPLE};
use beffroi_trust::{Act, DocId, Entry, EntryId, Payload, Role, author};
use support::*;

const HEAD_LENGTH: usize = 2;

fn overhead(entry: &Entry, payload: usize) -> usize {
    entry.encode().len() - HEAD_LENGTH - payload
}

fn change(seed: u8) -> Payload {
    Payload::Change(noise(seed, 200))
}

fn needs(count: u8) -> Vec<(DocId, Payload)> {
    (0..count)
        .map(|n| (doc(NEED, RING_COMMON, n), change(n)))
        .collect()
}

#[test]
fn one_record_costs_312_bytes() {
    let entry = alices_change();
    assert_eq!(entry.head.len(), 192);
    assert_eq!(entry.signature.len(), 64);
    assert_eq!(overhead(&entry, 200), 312);
}

#[test]
fn a_record_and_its_private_twin_cost_369_bytes() {
    let entry = alices(&[
        (doc(NEED, RING_COMMON, 1), change(1)),
        (doc(NEED, RING_PEOPLE, 1), change(2)),
    ]);
    assert_eq!(overhead(&entry, 400), 369);
}

#[test]
fn each_further_record_costs_39_bytes() {
    let cost = |count: u8| overhead(&alices(&needs(count)), 200 * usize::from(count));
    assert_eq!(cost(2) - cost(1), 39);
    assert_eq!(cost(50) - cost(49), 39);
    // A size of three bytes from 16 KiB on.
    assert_eq!(cost(100), 312 + 99 * 39 + 1);
}

#[test]
fn each_further_tip_costs_32_bytes_and_each_slot_18() {
    let with = |prev: usize| {
        let mut position = position(alices_grant().id());
        position.prev = (0..prev)
            .map(|n| EntryId([u8::try_from(n).unwrap(); 32]))
            .collect();
        let keys = ring_keys();
        author::content(
            &alice().signer,
            &position,
            [1; 16],
            &needs(1),
            &epochs(),
            &keys,
        )
        .unwrap()
    };
    assert_eq!(with(3).head.len() - with(2).head.len(), 32);
    let two_kinds = alices(&[
        (doc(NEED, RING_COMMON, 1), change(1)),
        (doc(INCIDENT, RING_COMMON, 2), change(2)),
    ]);
    assert_eq!(two_kinds.head.len() - alices(&needs(2)).head.len(), 18);
}

#[test]
fn a_gone_leaf_costs_36_bytes() {
    let mut entry = alices(&needs(2));
    let whole = entry.encode().len();
    let leaf = 39 + 200;
    entry.forget(1);
    assert_eq!(whole - entry.encode().len(), leaf - 36);
}

#[test]
fn a_grant_with_its_entry_costs_about_360_bytes() {
    let Act::Grant {
        device,
        seal,
        role,
        rings,
        ..
    } = grant_to(&bob(), Role::Operator)
    else {
        unreachable!("a grant")
    };
    let act = Act::Grant {
        device,
        seal,
        role,
        rings,
        invite: Some(EntryId([1; 32])),
    };
    let entry = author::act(&alice().signer, &position(alices_grant().id()), &act).unwrap();
    assert_eq!(entry.encode().len(), 361);
}

#[test]
fn a_typical_payload_shrinks_by_a_half() {
    let line = r#"{"channel":"phone","direction":"in","from":"Mairie","nature":"request","number":"MAI-014","observed_at":"2026-11-23T18:40:00+01:00","recorded_at":"2026-11-23T18:41:10+01:00","scope":"org","source":{"type":"manual"},"text":"Il faut douze lits de camp au gymnase avant la nuit.","to":"Croix-Rouge"}"#;
    let entry = alices(&[(
        doc(LOG, RING_COMMON, 1),
        Payload::Record(line.as_bytes().into()),
    )]);
    let packed = entry.body.leaves[0].size() - 36;
    assert!(packed * 2 < line.len(), "{packed} of {}", line.len());
}
