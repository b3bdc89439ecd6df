//! Every wire type is read back as it was written, and no bytes make a reader panic or pass for
//! others: properties with fixed seeds, every flip of a bit, every cut.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use beffroi_trust::ids::RING_COMMON;
use beffroi_trust::invite::{Claim, InviteCode, InviteKeys, PorchRefusal, PorchReply};
use beffroi_trust::invite::{PorchRequest, Present, Welcome, Withdrawn};
use beffroi_trust::{
    Act, Body, Class, DecodeError, DeviceId, DocId, Entry, EntryId, Epoch, Genesis, Head, Keystore,
    Leaf, Opening, Parcel, Payload, Role, Sealed, Slot, TerritoryId, Why, check,
};
use bytes::Bytes;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use support::*;

fn id() -> impl Strategy<Value = EntryId> {
    any::<[u8; 32]>().prop_map(EntryId)
}

fn device() -> impl Strategy<Value = DeviceId> {
    any::<[u8; 32]>().prop_map(DeviceId)
}

fn epoch() -> impl Strategy<Value = Epoch> {
    any::<[u8; 16]>().prop_map(Epoch)
}

fn role() -> impl Strategy<Value = Role> {
    proptest::sample::select(Role::KNOWN)
}

fn some_bytes(most: usize) -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..most).prop_map(Bytes::from)
}

fn head() -> impl Strategy<Value = Head> {
    let slot = (any::<u8>(), any::<u64>(), epoch()).prop_map(|(kind, ring, epoch)| Slot {
        kind,
        ring,
        epoch,
    });
    let first = (
        prop_oneof![Just(Class::Act), Just(Class::Content)],
        any::<[u8; 32]>(),
        device(),
        any::<u64>(),
        id(),
    );
    let rest = (
        btree_set(id(), 0..=8),
        any::<u64>(),
        vec(slot, 0..=8),
        any::<u32>(),
        any::<[u8; 32]>(),
    );
    (first, rest).prop_map(
        |((class, territory, author, time_ms, grant), (prev, seq, slots, size, body))| Head {
            v: 1,
            class,
            territory: TerritoryId(territory),
            author,
            time_ms,
            grant,
            prev: prev.into_iter().collect(),
            seq,
            slots,
            size,
            body,
        },
    )
}

fn entry() -> impl Strategy<Value = Entry> {
    let leaf =
        prop_oneof![
            (any::<u8>(), some_bytes(300)).prop_map(|(slot, bytes)| Leaf::Here { slot, bytes }),
            (any::<u8>(), any::<u32>(), any::<[u8; 32]>())
                .prop_map(|(slot, size, hash)| Leaf::Gone { slot, size, hash }),
        ];
    (
        head(),
        any::<[u8; 32]>(),
        any::<[u8; 16]>(),
        vec(leaf, 0..20),
    )
        .prop_map(|(head, half, nonce, leaves)| Entry {
            head: head.encode().into(),
            signature: [half, half].concat().try_into().unwrap(),
            body: Body { nonce, leaves },
        })
}

fn act() -> impl Strategy<Value = Act> {
    let rings = || vec(any::<u64>(), 0..=16);
    let sealed = || any::<u8>().prop_map(|byte| Sealed([byte; 80]));
    let doc = (any::<u8>(), any::<u64>(), any::<[u8; 16]>()).prop_map(|(kind, ring, uuid)| DocId {
        kind,
        ring,
        uuid,
    });
    prop_oneof![
        (
            device(),
            any::<[u8; 32]>(),
            role(),
            rings(),
            proptest::option::of(id())
        )
            .prop_map(|(device, seal, role, rings, invite)| Act::Grant {
                device,
                seal,
                role,
                rings,
                invite
            }),
        (id(), vec(id(), 0..9), proptest::sample::select(Why::KNOWN))
            .prop_map(|(grant, keep, why)| Act::Revoke { grant, keep, why }),
        vec(id(), 0..9).prop_map(|tips| Act::Keep { tips }),
        (
            any::<u64>(),
            epoch(),
            vec(epoch(), 0..5),
            vec((device(), sealed()), 0..5)
        )
            .prop_map(|(ring, epoch, replaces, to)| Act::RingKey {
                ring,
                epoch,
                replaces,
                to
            }),
        (device(), role(), rings(), any::<u64>()).prop_map(|(key, role, rings, until_ms)| {
            Act::Invite {
                key,
                role,
                rings,
                until_ms,
            }
        }),
        (doc, vec((id(), any::<u8>()), 0..9)).prop_map(|(doc, leaves)| Act::Forget { doc, leaves }),
        (any::<[u8; 16]>(), any::<u16>()).prop_map(|(operation, purge_after_days)| {
            Act::Close {
                operation,
                purge_after_days,
            }
        }),
    ]
}

#[test]
fn heads_and_openings_are_read_back() {
    runner(256)
        .run(&head(), |head| {
            prop_assert_eq!(Head::decode(&head.encode()), Ok(head.clone()));
            prop_assert_eq!(Opening::read(&head.encode()), Ok(head.opening()));
            Ok(())
        })
        .unwrap();
}

#[test]
fn entries_and_parcels_are_read_back() {
    runner(256)
        .run(&(entry(), any::<u32>()), |(entry, created)| {
            let bytes = Bytes::from(entry.encode());
            prop_assert_eq!(Entry::decode(&bytes), Ok(entry.clone()));
            let parcel = Parcel::read(bytes.clone(), created).unwrap();
            let head = Head::decode(&entry.head).unwrap();
            prop_assert_eq!(parcel.id, entry.id());
            prop_assert_eq!(parcel.author, head.author);
            prop_assert_eq!(parcel.class, head.class);
            prop_assert!(parcel.second >= created);
            prop_assert_eq!(parcel.key().id, entry.id());
            prop_assert_eq!(parcel.bytes, bytes);
            Ok(())
        })
        .unwrap();
}

#[test]
fn acts_are_read_back() {
    runner(512)
        .run(&act(), |act| {
            prop_assert_eq!(Act::decode(&act.encode()), Ok(Some(act)));
            Ok(())
        })
        .unwrap();
}

#[test]
fn geneses_are_read_back() {
    let parts = (
        "[a-zà-ÿ' -]{1,100}",
        any::<u64>(),
        btree_set(device(), 1..=8),
        any::<[u8; 16]>(),
    );
    runner(256)
        .run(&parts, |(name, created, roots, nonce)| {
            let roots: Vec<_> = roots.into_iter().collect();
            let genesis = Genesis::new(&name, created, &roots, nonce).unwrap();
            prop_assert_eq!(Genesis::decode(&genesis.encode()), Ok(genesis.clone()));
            prop_assert_eq!(genesis.name(), name);
            prop_assert_eq!(genesis.roots(), roots);
            Ok(())
        })
        .unwrap();
}

#[test]
fn ids_are_read_back_from_their_text() {
    runner(64)
        .run(&(id(), epoch()), |(id, epoch)| {
            prop_assert_eq!(id.to_string().parse(), Ok(id));
            prop_assert_eq!(epoch.to_string().to_uppercase().parse(), Ok(epoch));
            Ok(())
        })
        .unwrap();
    for text in ["", "00", "zz", &"é".repeat(32), &"+1".repeat(32)] {
        assert!(text.parse::<EntryId>().is_err(), "{text}");
    }
}

/// Two chains and a claim, for the porch's messages.
fn porch_messages(invite: &InviteKeys) -> (Vec<PorchRequest>, Vec<PorchReply>) {
    let chain = [alices_grant(), bobs_grant()];
    let claim = Claim::new(invite, &bob(), b"{}", [1; 24]).unwrap();
    let welcome = Welcome::new(invite, &claim, &genesis(), &chain, &[], [2; 24]).unwrap();
    let requests = vec![
        PorchRequest::Claim(Box::new(claim)),
        PorchRequest::Present(Present::new(&chain).unwrap()),
    ];
    let mut replies = vec![
        PorchReply::Welcome(welcome),
        PorchReply::Allowed,
        PorchReply::Withdrawn(Withdrawn::new(&chain).unwrap()),
    ];
    replies.extend(PorchRefusal::KNOWN.iter().copied().map(PorchReply::Refused));
    (requests, replies)
}

#[test]
fn porch_messages_are_read_back_and_never_in_part() {
    let invite = InviteCode::from_random(7).keys();
    let (requests, replies) = porch_messages(&invite);
    for request in requests {
        let bytes = request.encode();
        assert_eq!(PorchRequest::decode(&bytes), Ok(request));
        for length in 0..bytes.len() {
            assert!(PorchRequest::decode(&bytes[..length]).is_err());
        }
        assert!(PorchRequest::decode(&[&bytes[..], &[0]].concat()).is_err());
    }
    for reply in replies {
        let bytes = reply.encode();
        assert_eq!(PorchReply::decode(&bytes), Ok(reply));
        for length in 0..bytes.len() {
            assert!(PorchReply::decode(&bytes[..length]).is_err());
        }
    }
    let long = vec![0; (16 << 10) + 1];
    assert_eq!(
        PorchRequest::decode(&long),
        Err(DecodeError::TooLong { max: 16 << 10 })
    );
    assert_eq!(
        PorchReply::decode(&long),
        Err(DecodeError::TooLong { max: 16 << 10 })
    );
}

#[test]
fn every_flipped_bit_of_an_entry_is_refused() {
    let small = alices(&[(doc(NEED, RING_COMMON, 5), Payload::Change(noise(1, 20)))]);
    for entry in [small, alices_grant()] {
        let bytes = entry.encode();
        assert!(check(&Entry::decode(&bytes).unwrap(), &territory()).is_ok());
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let passed =
                Entry::decode(&flipped).is_ok_and(|entry| check(&entry, &territory()).is_ok());
            assert!(!passed, "bit {bit} of {}", entry.id());
        }
    }
}

#[test]
fn every_cut_and_every_addition_is_refused() {
    for entry in [alices_change(), alices_grant()] {
        let bytes = entry.encode();
        for length in 0..bytes.len() {
            assert!(Entry::decode(&bytes[..length]).is_err(), "cut at {length}");
        }
        for added in [0, 1, 0xff] {
            assert!(Entry::decode(&[&bytes[..], &[added]].concat()).is_err());
        }
    }
}

#[test]
fn a_parcel_needs_a_whole_head_and_nothing_more() {
    let entry = alices_change();
    let bytes = Bytes::from(entry.encode());
    for length in 0..bytes.len() {
        let read = Parcel::read(bytes.slice(..length), 0);
        assert_eq!(read.is_ok(), length >= 2 + entry.head.len(), "{length}");
    }
    let long = Bytes::from(vec![0; 200_000]);
    assert!(matches!(
        Parcel::read(long, 0),
        Err(DecodeError::TooLong { .. })
    ));
}

#[test]
fn a_parcel_sorts_by_seconds_clamped_to_constants() {
    let second = |time_ms, created| {
        let mut head = Head::decode(&alices_change().head).unwrap();
        head.time_ms = time_ms;
        let entry = signed(head.encode(), alices_change().body);
        Parcel::read(entry.encode().into(), created).unwrap().second
    };
    assert_eq!(second(5_999, 0), 5);
    assert_eq!(second(5_999, 7), 7, "before the territory was founded");
    assert_eq!(second(u64::MAX, 7), u32::MAX, "a wild clock");
    assert_eq!(second((1 << 32) * 1_000 - 1, 7), u32::MAX);
}

#[test]
fn noise_is_refused_by_every_reader() {
    let samples = (
        vec(any::<u8>(), 0..400),
        any::<prop::sample::Index>(),
        any::<[u8; 4]>(),
    );
    let whole = alices_change().encode();
    runner(2_000)
        .run(&samples, |(noise, at, splice)| {
            let _ = Entry::decode(&noise);
            let _ = Act::decode(&noise);
            let _ = Head::decode(&noise);
            let _ = Genesis::decode(&noise);
            let _ = PorchRequest::decode(&noise);
            let _ = PorchReply::decode(&noise);
            let _ = Keystore::from_open(&noise);
            let _ = Parcel::read(noise.into(), 0);
            // Noise spliced into an entry: whatever decodes is refused by the check.
            let mut entry = whole.clone();
            let at = at.index(entry.len() - 4);
            let before = entry.splice(at..at + 4, splice).collect::<Vec<_>>();
            if before != splice
                && let Ok(entry) = Entry::decode(&entry)
            {
                prop_assert!(check(&entry, &territory()).is_err());
            }
            Ok(())
        })
        .unwrap();
}
