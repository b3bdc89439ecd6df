//! Which entries are valid on their own: every rule broken alone, every limit met and passed.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use beffroi_trust::ids::RING_COMMON;
use beffroi_trust::limits::*;
use beffroi_trust::{
    Act, Body, Class, DecodeError, DeviceId, Entry, EntryId, Epoch, Head, Invalid, Leaf, Payload,
    Role, Slot, TerritoryId, check,
};
use bytes::Bytes;
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

fn body(leaves: Vec<Leaf>) -> Body {
    Body {
        nonce: [9; 16],
        leaves,
    }
}

/// Content with these slots and leaves, its head bent, correctly signed.
fn bent(slots: Vec<Slot>, leaves: Vec<Leaf>, bend: impl FnOnce(&mut Head)) -> Entry {
    let body = body(leaves);
    let mut head = head_for(Class::Content, slots, &body);
    bend(&mut head);
    signed(head.encode(), body)
}

#[test]
fn what_authors_make_is_valid() {
    for entry in [alices_grant(), bobs_grant(), alices_change()] {
        let checked = check(&entry, &territory()).unwrap();
        assert_eq!(checked.id(), entry.id());
        assert_eq!(checked.entry(), &entry);
        assert!(!checked.is_newer());
    }
}

#[test]
fn an_entry_of_another_territory_is_refused() {
    let other = TerritoryId([1; 32]);
    assert_eq!(
        check(&alices_change(), &other),
        Err(Invalid::Territory),
        "replayed into another territory"
    );
}

#[test]
fn an_entry_signed_by_another_is_refused() {
    let bob = bob().id();
    let forged = bent(vec![slot(NEED, 1)], vec![leaf(0, 50)], |head| {
        head.author = bob;
    });
    assert_eq!(verdict(&forged), Err(Invalid::Signature));
    let no_key = bent(vec![slot(NEED, 1)], vec![leaf(0, 50)], |head| {
        head.author = DeviceId([0xff; 32]);
    });
    assert_eq!(verdict(&no_key), Err(Invalid::Signature));
}

#[test]
fn a_head_of_another_encoding_or_length_is_refused() {
    let body = body(vec![leaf(0, 50)]);
    let head = head_for(Class::Content, vec![slot(NEED, 1)], &body).encode();
    assert_eq!(verdict(&signed(head.clone(), body.clone())), Ok(()));

    let longer = [&head[..], &[0]].concat();
    assert_eq!(
        verdict(&signed(longer, body.clone())),
        Err(Invalid::Head(DecodeError::NotCanonical))
    );
    // The same time, its last byte written in two.
    let mut padded = head.clone();
    let last = 2 + 32 + 32 + 5;
    assert!(padded[last] < 0x80);
    padded[last] |= 0x80;
    padded.insert(last + 1, 0);
    assert_eq!(
        verdict(&signed(padded, body.clone())),
        Err(Invalid::Head(DecodeError::NotCanonical))
    );
    let mut unknown_class = head.clone();
    unknown_class[1] = 2;
    assert_eq!(
        verdict(&signed(unknown_class, body.clone())),
        Err(Invalid::Head(DecodeError::Malformed)),
        "there are two sets"
    );
    for length in 0..head.len() {
        let cut = signed(head[..length].to_vec(), body.clone());
        assert!(matches!(verdict(&cut), Err(Invalid::Head(_))), "{length}");
    }
}

#[test]
fn tips_are_ascending_and_at_most_eight() {
    let ids = |bytes: &[u8]| bytes.iter().map(|b| EntryId([*b; 32])).collect::<Vec<_>>();
    let with = |prev: Vec<EntryId>| {
        verdict(&bent(vec![slot(NEED, 1)], vec![leaf(0, 50)], |head| {
            head.prev = prev;
        }))
    };
    assert_eq!(with(ids(&[])), Ok(()));
    assert_eq!(with(ids(&[1, 2, 3, 4, 5, 6, 7, 8])), Ok(()));
    assert_eq!(with(ids(&[2, 1])), Err(Invalid::Prev));
    assert_eq!(with(ids(&[1, 1])), Err(Invalid::Prev));
    assert_eq!(
        with(ids(&[1, 2, 3, 4, 5, 6, 7, 8, 9])),
        Err(Invalid::Head(DecodeError::Malformed))
    );
}

#[test]
fn slots_are_distinct_used_and_at_most_eight() {
    let with = |slots: Vec<Slot>, leaves: Vec<Leaf>| verdict(&bent(slots, leaves, |_| {}));
    let eight: Vec<Slot> = (0..8).map(|n| slot(n, 1)).collect();
    let used: Vec<Leaf> = (0..8).map(|n| leaf(n, 5)).collect();
    assert_eq!(with(eight.clone(), used.clone()), Ok(()));
    assert_eq!(
        with(eight, used[..7].to_vec()),
        Err(Invalid::Leaves),
        "one unused"
    );
    assert_eq!(with(vec![], vec![leaf(0, 5)]), Err(Invalid::Slots), "none");
    assert_eq!(
        with(vec![slot(NEED, 1)], vec![leaf(0, 5), leaf(1, 5)]),
        Err(Invalid::Leaves),
        "a slot that is not there"
    );
    let twice = vec![
        slot(NEED, 1),
        Slot {
            epoch: Epoch([5; 16]),
            ..slot(NEED, 1)
        },
    ];
    assert_eq!(
        with(twice, vec![leaf(0, 5), leaf(1, 5)]),
        Err(Invalid::Slots),
        "one twice"
    );
    let nine = (0..9).map(|n| slot(n, 1)).collect();
    let leaves = (0..9).map(|n| leaf(n, 5)).collect();
    assert_eq!(
        with(nine, leaves),
        Err(Invalid::Head(DecodeError::Malformed))
    );
}

#[test]
fn a_body_has_1_to_256_leaves_of_128_kib_in_all() {
    let with = |leaves: Vec<Leaf>| verdict(&bent(vec![slot(NEED, 1)], leaves, |_| {}));
    assert_eq!(with(vec![]), Err(Invalid::Leaves));
    assert_eq!(with(vec![leaf(0, 5); LEAVES_MAX]), Ok(()));
    assert_eq!(with(vec![leaf(0, 5); LEAVES_MAX + 1]), Err(Invalid::Leaves));
    let most = BODY_BYTES_MAX as usize;
    assert_eq!(with(vec![leaf(0, most)]), Ok(()));
    assert_eq!(with(vec![leaf(0, most), leaf(0, 1)]), Err(Invalid::Size));
    let gone = Leaf::Gone {
        slot: 0,
        size: u32::MAX,
        hash: [0; 32],
    };
    assert_eq!(
        with(vec![gone.clone()]),
        Err(Invalid::Size),
        "gone leaves count"
    );
}

#[test]
fn the_largest_entry_fits_the_entry_limit() {
    let gone = |size| Leaf::Gone {
        slot: 0,
        size,
        hash: [0; 32],
    };
    let mut leaves = vec![gone(300); LEAVES_MAX - 1];
    leaves.push(leaf(0, BODY_BYTES_MAX as usize - 300 * (LEAVES_MAX - 1)));
    let entry = bent(vec![slot(NEED, 1)], leaves, |head| {
        head.prev = (0..8).map(|n| EntryId([n; 32])).collect();
    });
    assert_eq!(verdict(&entry), Ok(()));
    assert!(entry.encode().len() < ENTRY_BYTES_MAX);
    assert_eq!(Entry::decode(&entry.encode()), Ok(entry));
    assert_eq!(
        Entry::decode(&vec![0; ENTRY_BYTES_MAX + 1]),
        Err(DecodeError::TooLong {
            max: ENTRY_BYTES_MAX
        })
    );
}

#[test]
fn size_and_root_bind_the_body() {
    let one = || vec![slot(NEED, 1)];
    let size = bent(one(), vec![leaf(0, 50)], |head| head.size += 1);
    assert_eq!(verdict(&size), Err(Invalid::Size));
    let root = bent(one(), vec![leaf(0, 50)], |head| head.body[0] ^= 1);
    assert_eq!(verdict(&root), Err(Invalid::BodyRoot));

    let two = || {
        bent(
            one(),
            vec![
                leaf(0, 50),
                Leaf::Here {
                    slot: 0,
                    bytes: vec![8; 50].into(),
                },
            ],
            |_| {},
        )
    };
    let mut swapped = two();
    swapped.body.leaves.swap(0, 1);
    assert_eq!(verdict(&swapped), Err(Invalid::BodyRoot));
    let mut other_nonce = two();
    other_nonce.body.nonce[0] ^= 1;
    assert_eq!(verdict(&other_nonce), Err(Invalid::BodyRoot));
}

#[test]
fn a_gone_leaf_changes_neither_id_nor_verdict() {
    let entry = alices(&[
        (doc(NEED, RING_COMMON, 1), Payload::Change(noise(1, 100))),
        (doc(NEED, RING_COMMON, 2), Payload::Change(noise(2, 100))),
    ]);
    let mut forgotten = entry.clone();
    assert!(forgotten.forget(0));
    assert!(!forgotten.forget(0), "it is gone already");
    assert!(!forgotten.forget(2), "there is no such leaf");
    assert_eq!(forgotten.id(), entry.id());
    assert_eq!(verdict(&forgotten), Ok(()));
    assert!(forgotten.forget(1));
    assert_eq!(verdict(&forgotten), Ok(()));
    let text = hex(forgotten.encode());
    assert!(!text.contains(&hex(&entry.body.leaves[0].bytes().unwrap()[..16])));
}

#[test]
fn a_head_of_a_newer_version_is_carried_without_effect() {
    let body = body(vec![leaf(0, 50), leaf(200, 10)]);
    let mut head = head_for(Class::Content, vec![slot(NEED, 1)], &body);
    head.v = 2;
    let opening = head.opening();
    let bytes = head.encode();
    // Version, class, territory, author, time.
    let begun = 1 + 1 + 32 + 32 + 6;
    let strange = |length: usize| {
        let mut bytes = bytes[..begun].to_vec();
        bytes.resize(length, 0xee);
        signed(bytes, body.clone())
    };
    let entry = strange(700);
    let checked = check(&entry, &territory()).unwrap();
    assert_eq!(checked.head(), None);
    assert!(checked.is_newer());
    assert_eq!(checked.author(), opening.author);
    assert_eq!(checked.time_ms(), opening.time_ms);
    assert_eq!(verdict(&strange(HEAD_BYTES_MAX)), Ok(()));
    assert_eq!(
        verdict(&strange(HEAD_BYTES_MAX + 1)),
        Err(Invalid::Head(DecodeError::TooLong {
            max: HEAD_BYTES_MAX
        }))
    );

    let mut forged = entry.clone();
    forged.signature[5] ^= 1;
    assert_eq!(verdict(&forged), Err(Invalid::Signature));
    let mut heavy = entry;
    heavy.body.leaves = vec![leaf(0, BODY_BYTES_MAX as usize + 1)];
    assert_eq!(verdict(&heavy), Err(Invalid::Size));
}

#[test]
fn a_claimed_length_is_not_believed() {
    // 2⁶⁰ items, in the place of each length.
    let claim = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f];
    let claiming = |bytes: &[u8], at: usize| [&bytes[..at], &claim, &bytes[at + 1..]].concat();

    let head = alices_change().head;
    let (tips, slots) = (72 + 32, 72 + 32 + 33 + 2);
    assert_eq!(
        (head[tips], head[slots]),
        (1, 1),
        "the places of the lengths"
    );
    for at in [tips, slots] {
        assert_eq!(
            Head::decode(&claiming(&head, at)),
            Err(DecodeError::Malformed)
        );
    }
    let grant = grant_to(&bob(), Role::Observer).encode();
    assert_eq!(grant[66], 2, "the place of the rings' length");
    assert_eq!(
        Act::decode(&claiming(&grant, 66)),
        Err(DecodeError::Malformed)
    );
    let keep = Act::Keep { tips: vec![] }.encode();
    assert_eq!(
        Act::decode(&claiming(&keep, 1)),
        Err(DecodeError::Malformed)
    );

    let entry = alices_change().encode();
    let leaves = 2 + 192 + 64 + 16;
    assert_eq!(entry[leaves], 1, "the place of the leaves' length");
    for at in [0, leaves, leaves + 3] {
        assert_eq!(
            Entry::decode(&claiming(&entry, at)),
            Err(DecodeError::Malformed)
        );
    }
}

#[test]
fn trusted_skips_the_signature_and_the_territory_alone() {
    let mut entry = alices_change();
    entry.signature = [0; 64];
    assert!(beffroi_trust::Checked::trusted(entry.clone()).is_ok());
    entry.body.nonce[0] ^= 1;
    assert_eq!(
        beffroi_trust::Checked::trusted(entry),
        Err(Invalid::BodyRoot),
        "a damaged store is noticed"
    );
}

#[test]
fn an_empty_leaf_is_sealed_nonsense_and_still_carried() {
    let entry = bent(
        vec![slot(NEED, 1)],
        vec![Leaf::Here {
            slot: 0,
            bytes: Bytes::new(),
        }],
        |_| {},
    );
    assert_eq!(verdict(&entry), Ok(()));
}
