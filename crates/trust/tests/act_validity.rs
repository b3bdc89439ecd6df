//! Which acts are valid on their own: their form, each list at its limit and past it, and what a
//! newer version may send.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use beffroi_trust::author;
use beffroi_trust::limits::*;
use beffroi_trust::{
    Act, Body, Class, Entry, EntryId, Epoch, Invalid, Leaf, Role, Sealed, Slot, Why, check,
};
use support::*;

fn verdict(entry: &Entry) -> Result<(), Invalid> {
    check(entry, &territory()).map(|_| ())
}

fn slot(kind: u8, ring: u64) -> Slot {
    Slot {
        kind,
        ring,
        epoch: Epoch([4; 16]),
    }
}

fn leaf(slot: u8, size: usize) -> Leaf {
    Leaf::Here {
        slot,
        bytes: vec![7; size].into(),
    }
}

/// An act of these bytes under this body, correctly signed.
fn bent_act(bytes: Vec<u8>, bend: impl FnOnce(&mut Body)) -> Entry {
    let mut body = Body::of_act(bytes);
    bend(&mut body);
    signed(head_for(Class::Act, vec![], &body).encode(), body)
}

#[test]
fn an_act_is_one_leaf_in_clear() {
    let bytes = || grant_to(&bob(), Role::Observer).encode();
    assert_eq!(verdict(&bent_act(bytes(), |_| {})), Ok(()));
    let refused = |bend: fn(&mut Body)| verdict(&bent_act(bytes(), bend));
    assert_eq!(
        refused(|body| body.nonce[3] = 1),
        Err(Invalid::Act),
        "a nonce"
    );
    assert_eq!(
        refused(|body| body.leaves = vec![body.leaves[0].forgotten()]),
        Err(Invalid::Act),
        "gone"
    );
    assert_eq!(
        refused(|body| body.leaves.push(body.leaves[0].clone())),
        Err(Invalid::Act),
        "two"
    );
    assert_eq!(
        refused(|body| body.leaves = vec![leaf(1, 5)]),
        Err(Invalid::Act),
        "another slot"
    );
    let body = Body::of_act(bytes());
    let head = head_for(Class::Act, vec![slot(NEED, 1)], &body);
    assert_eq!(verdict(&signed(head.encode(), body)), Err(Invalid::Slots));
}

#[test]
fn act_bytes_are_canonical_and_whole() {
    let bytes = grant_to(&bob(), Role::Observer).encode();
    let with = |bytes: Vec<u8>| verdict(&bent_act(bytes, |_| {}));
    assert_eq!(with(vec![]), Err(Invalid::Act));
    assert_eq!(with([&bytes[..], &[0]].concat()), Err(Invalid::Act));
    for length in 1..bytes.len() {
        assert_eq!(
            with(bytes[..length].to_vec()),
            Err(Invalid::Act),
            "{length}"
        );
    }
    // The tag of a Grant, written in two bytes.
    assert_eq!(with([&[0x80, 0], &bytes[1..]].concat()), Err(Invalid::Act));
}

#[test]
fn every_list_of_an_act_is_bounded() {
    let ids = |n: usize| vec![EntryId([3; 32]); n];
    let grant = |rings: usize| Act::Grant {
        device: bob().id(),
        seal: [1; 32],
        role: Role::Operator,
        rings: vec![1; rings],
        invite: None,
    };
    let invite = |rings: usize| Act::Invite {
        key: bob().id(),
        role: Role::Operator,
        rings: vec![1; rings],
        until_ms: 0,
    };
    let revoke = |keep: usize| Act::Revoke {
        grant: EntryId([1; 32]),
        keep: ids(keep),
        why: Why::Left,
    };
    let ring_key = |replaces: usize, to: usize| Act::RingKey {
        ring: 1,
        epoch: Epoch([1; 16]),
        replaces: vec![Epoch([2; 16]); replaces],
        to: vec![(bob().id(), Sealed([0; 80])); to],
    };
    let keep = |n: usize| Act::Keep { tips: ids(n) };
    let forget = |n: usize| Act::Forget {
        doc: doc(NEED, 1, 1),
        leaves: vec![(EntryId([1; 32]), 255); n],
    };
    let pairs = [
        (grant(RINGS_MAX), grant(RINGS_MAX + 1)),
        (invite(RINGS_MAX), invite(RINGS_MAX + 1)),
        (revoke(KEEP_MAX), revoke(KEEP_MAX + 1)),
        (keep(KEEP_MAX), keep(KEEP_MAX + 1)),
        (
            ring_key(REPLACES_MAX, SEALED_TO_MAX),
            ring_key(REPLACES_MAX + 1, 0),
        ),
        (ring_key(0, 0), ring_key(0, SEALED_TO_MAX + 1)),
        (forget(FORGET_LEAVES_MAX), forget(FORGET_LEAVES_MAX + 1)),
    ];
    for (full, over) in pairs {
        assert!(full.encode().len() <= ACT_BYTES_MAX);
        assert_eq!(
            verdict(&bent_act(full.encode(), |_| {})),
            Ok(()),
            "{full:?}"
        );
        assert_eq!(verdict(&bent_act(over.encode(), |_| {})), Err(Invalid::Act));
        assert!(author::act(&alice().signer, &root_position(), &over).is_err());
    }
}

#[test]
fn an_act_of_a_newer_version_is_carried_without_effect() {
    let newer = bent_act([&[7][..], &[0xee; 300]].concat(), |_| {});
    let checked = check(&newer, &territory()).unwrap();
    assert_eq!(checked.act(), None);
    assert_eq!(checked.class(), Class::Act);
    assert!(checked.is_newer());
    let largest = bent_act(vec![7; ACT_BYTES_MAX], |_| {});
    assert_eq!(verdict(&largest), Ok(()));
    let larger = bent_act(vec![7; ACT_BYTES_MAX + 1], |_| {});
    assert_eq!(verdict(&larger), Err(Invalid::Act));
}

#[test]
fn a_newer_role_or_reason_is_kept_and_named_newer() {
    let mut bytes = grant_to(&bob(), Role::Relay).encode();
    assert_eq!(bytes[65], 3, "the role's place");
    bytes[65] = 9;
    let entry = bent_act(bytes.clone(), |_| {});
    let checked = check(&entry, &territory()).unwrap();
    let Some(act @ Act::Grant { role, .. }) = checked.act() else {
        unreachable!("a grant")
    };
    assert!(matches!(role, Role::Newer(_)));
    assert!(!Role::KNOWN.contains(role));
    assert!(*role > Role::Relay, "it has no right of a known role");
    assert_eq!(act.encode(), bytes, "nothing is lost");
}
