//! Acts of any content, signed by a root, the coordinator, an operator or a stranger: what they amount to
//! does not depend on their order.

use beffroi_trust::ids::RING_COMMON;
use beffroi_trust::{Act, Body, Chronicle, Class, DocId, EntryId, Role, Sealed, Why, check};

use super::{joined, pieces};
use crate::world::{WORLD, Who, alice, bob};
use crate::{Outcome, Seed, Target};

/// The target.
pub const TARGET: Target = Target {
    name: "act",
    run,
    seeds,
    words: &[b"\x00", b"\x01\x00", b"\x02", &[0xff; 9], &[0x02; 32]],
    bytes_max: 70 << 10,
    memory_max: 16 << 20,
};

/// Acts that one input is read for: the order of more is tried by the properties of the trust crate.
const ACTS_MAX: usize = 8;

/// Takes acts, in their order and in the reverse one.
///
/// # Panics
/// When the two do not amount to the same.
pub fn run(data: &[u8]) -> Outcome {
    let mut entries = Vec::new();
    let mut before: Option<EntryId> = None;
    let mut refused = false;
    for piece in pieces(data).into_iter().take(ACTS_MAX) {
        let Some((who, bytes)) = piece.split_first() else {
            continue;
        };
        match Act::decode(bytes) {
            Ok(Some(act)) => assert_eq!(act.encode(), bytes, "an act has one form"),
            Ok(None) => {}
            Err(_) => {
                refused = true;
                continue;
            }
        }
        let (by, after) = (Who::of(*who), who & 0x80 != 0);
        let mut head = by.head(Class::Act);
        head.prev = before.filter(|_| after).into_iter().collect();
        let entry = by.signs(head, Body::of_act(bytes.to_vec()));
        let checked = check(&entry, &WORLD.territory).expect("an act that decodes, well signed");
        before = Some(checked.id());
        entries.push(checked);
    }
    let (mut one, mut other): (Chronicle, Chronicle) =
        (WORLD.chronicle.clone(), WORLD.chronicle.clone());
    for entry in &entries {
        one.offer(entry, None);
    }
    for entry in entries.iter().rev() {
        other.offer(entry, None);
    }
    assert_eq!(one.standing(), other.standing(), "the order of acts shows");
    assert_eq!(one.alarms(), other.alarms(), "the order of alarms shows");
    let ids = |chronicle: &Chronicle| chronicle.ids(Class::Act).copied().collect::<Vec<_>>();
    assert_eq!(ids(&one), ids(&other), "the set depends on the order");
    let root_is_above = one.standing().stands(&alice().id()) || !entries.is_empty();
    assert!(root_is_above, "a coordinator falls to nothing");
    let counted = entries
        .iter()
        .any(|entry| one.standing().authorised(&entry.id()));
    Outcome::taken(counted && !refused)
}

fn seeds() -> Vec<Seed> {
    const ROOT: u8 = 0;
    const ALICE: u8 = 1;
    const BOB: u8 = 2;
    const STRANGER: u8 = 3;
    let by = |who: u8, act: &Act| [vec![who], act.encode()].concat();
    let (alices, bobs) = (WORLD.alices_grant.id(), WORLD.bobs_grant.id());
    let grant = |role, rings: Vec<u64>| Act::Grant {
        device: bob().id(),
        seal: [3; 32],
        role,
        rings,
        invite: None,
    };
    let revoke = |grant, keep| Act::Revoke {
        grant,
        keep,
        why: Why::Lost,
    };
    let forget = Act::Forget {
        doc: DocId {
            kind: 2,
            ring: RING_COMMON,
            uuid: [9; 16],
        },
        leaves: vec![(alices, 0), (bobs, 255)],
    };
    let key = Act::RingKey {
        ring: RING_COMMON,
        epoch: crate::world::common().epoch(),
        replaces: vec![crate::world::common().epoch()],
        to: vec![(bob().id(), Sealed([2; 80]))],
    };
    let invite = Act::Invite {
        key: bob().id(),
        role: Role::Observer,
        rings: vec![1],
        until_ms: u64::MAX,
    };
    let close = Act::Close {
        operation: [1; 16],
        purge_after_days: 30,
    };
    let many = |n: u8| (0..n).map(|n| EntryId([n; 32])).collect::<Vec<_>>();
    let all = |name: &str, acts: &[Vec<u8>]| (name.to_owned(), joined(acts));
    vec![
        all(
            "honest-grant",
            &[by(ALICE, &grant(Role::Observer, vec![1]))],
        ),
        all(
            "honest-revoke-keeps-what-was-seen",
            &[by(ALICE, &revoke(bobs, vec![bobs]))],
        ),
        all(
            "honest-revoke-of-a-coordinator-by-a-root",
            &[by(ROOT, &revoke(alices, vec![]))],
        ),
        all("honest-keep", &[by(ALICE, &Act::Keep { tips: many(4) })]),
        all("honest-ring-key", &[by(ALICE, &key)]),
        all("honest-invite", &[by(ALICE, &invite)]),
        all("honest-forget", &[by(ALICE, &forget)]),
        all("honest-close", &[by(ALICE, &close)]),
        all(
            "honest-story",
            &[
                by(ALICE, &grant(Role::Coordinator, vec![1, 2])),
                by(BOB, &revoke(alices, vec![])),
                by(ALICE, &revoke(bobs, vec![])),
                by(ROOT, &revoke(bobs, many(3))),
                by(BOB | 0x80, &forget),
            ],
        ),
        all(
            "attack-an-operator-lets-in",
            &[by(BOB, &grant(Role::Coordinator, vec![1, 2]))],
        ),
        all(
            "attack-a-stranger-withdraws",
            &[by(STRANGER, &revoke(alices, vec![]))],
        ),
        all(
            "attack-lets-himself-in-again",
            &[by(BOB, &grant(Role::Coordinator, vec![])), by(BOB, &key)],
        ),
        all("attack-revoke-of-itself", &[by(BOB, &revoke(bobs, vec![]))]),
        all(
            "attack-claims-a-list-of-4-gib",
            &[vec![ALICE, 2, 0xff, 0xff, 0xff, 0xff, 0x0f]],
        ),
        all(
            "attack-more-tips-than-may-be",
            &[[vec![ALICE, 2, 0x81, 2], vec![5; 257 * 32]].concat()],
        ),
        all("attack-nothing", &[vec![]]),
    ]
}
