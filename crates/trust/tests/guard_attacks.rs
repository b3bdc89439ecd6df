//! Each attack on Automerge that the design measured, twice: what it does to a bare document, and
//! what it meets here. Without the guard, the second half of each fails.
#![allow(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

mod changes;

use automerge::legacy::{ElementId, Key, ObjectId, OpId, SortedVec};
use automerge::transaction::Transactable;
use automerge::{ActorId, ChangeHash, ExpandedChange, ROOT, ReadDoc};
use beffroi_trust::guard::{Bad, blank, judge, outline};
use changes::{
    ALICE, BOB, MALLORY, NEED, TIME_MS, applied, base, base_changes, bomb, change, document, dump,
    forge, harms_a_bare_document, object, panics, unstamped, verdict, write,
};
use std::num::NonZeroU64;

#[test]
fn e1_two_contents_under_one_actor_split_no_document() {
    let on = base();
    let mine = |value: &'static str| {
        let mut change = ExpandedChange::from(&unstamped(&on, TIME_MS, |tx| {
            tx.put(ROOT, "title", value).unwrap();
        }));
        change.hash = None;
        change.actor_id = ActorId::from([7; 16]);
        automerge::Change::from(change)
    };
    let (left, right) = (mine("left"), mine("right"));
    let mut bare = on.clone();
    bare.apply_changes([left.clone()]).unwrap();
    assert!(
        bare.apply_changes([right.clone()]).is_err(),
        "the second is refused for ever"
    );
    for forged in [&left, &right] {
        assert_eq!(verdict(&on, &MALLORY, forged.raw_bytes()), Err(Bad::Actor));
    }
    let history = base_changes();
    let left = write(&on, &MALLORY, |tx| tx.put(ROOT, "title", "left").unwrap());
    let right = write(&on, &MALLORY, |tx| tx.put(ROOT, "title", "right").unwrap());
    let before = [(ALICE, &history[0][..]), (ALICE, &history[1][..])];
    let one = document(&[before[0], before[1], (MALLORY, &left), (MALLORY, &right)]);
    let other = document(&[before[0], before[1], (MALLORY, &right), (MALLORY, &left)]);
    assert_eq!(one.refused().count(), 0);
    assert_eq!(dump(one.live(), &ROOT, 0), dump(other.live(), &ROOT, 0));
    assert_eq!(
        one.live().get_all(ROOT, "title").unwrap().len(),
        2,
        "an ordinary conflict"
    );
}

#[test]
fn e2_nobody_writes_under_anothers_actor() {
    let history = base_changes();
    let on = base();
    let alice_next = write(&on, &ALICE, |tx| tx.put(ROOT, "title", "true").unwrap());
    let actor = change(&alice_next).actor_id().clone();
    let squat = |lie: &dyn Fn(&mut ExpandedChange)| {
        let edit = unstamped(&on, TIME_MS, |tx| tx.put(ROOT, "title", "forged").unwrap());
        let mut forged = ExpandedChange::from(&edit);
        forged.hash = None;
        forged.actor_id = actor.clone();
        lie(&mut forged);
        automerge::Change::from(forged).raw_bytes().to_vec()
    };
    let forged = squat(&|_| {});
    let mut bare = applied(&on, &[&forged]);
    let refused = bare.apply_changes([change(&alice_next)]);
    assert!(refused.is_err(), "the true change is refused everywhere");
    let next = squat(&|forged| forged.seq = 2);
    assert_eq!(verdict(&on, &MALLORY, &next), Err(Bad::Sequence));
    let held = document(&[
        (ALICE, &history[0]),
        (ALICE, &history[1]),
        (MALLORY, &forged),
        (MALLORY, &alice_next),
        (ALICE, &alice_next),
    ]);
    let why: Vec<Bad> = held.refused().map(|refused| refused.bad).collect();
    assert_eq!(why, [Bad::Actor, Bad::Actor]);
    let shown = held.live().get(ROOT, "title").unwrap().unwrap().0;
    assert_eq!(shown.as_str(), Some("true"));
}

#[test]
fn e2_a_change_cannot_be_replayed_into_another_document_or_time() {
    let raw = write(&blank(), &ALICE, |tx| tx.put(ROOT, "title", "x").unwrap());
    let twin = beffroi_trust::DocId { ring: 2, ..NEED };
    let other = beffroi_trust::DocId { kind: 1, ..NEED };
    for document in [twin, other] {
        let judged = judge(&blank(), &ALICE, &document, TIME_MS, &raw);
        assert_eq!(judged.map(|_| ()), Err(Bad::Actor));
    }
    let judged = judge(&blank(), &ALICE, &NEED, TIME_MS + 1, &raw);
    assert_eq!(judged.map(|_| ()), Err(Bad::Time));
    assert_eq!(verdict(&blank(), &ALICE, &raw), Ok(()));
}

#[test]
fn e3_an_inflated_counter_is_refused() {
    let on = base();
    let inflated = |start: u64| {
        let edit = |tx: &mut automerge::transaction::Transaction<'_>| {
            tx.put(ROOT, "title", "always mine").unwrap();
        };
        forge(&on, &MALLORY, edit, |forged| {
            forged.start_op = NonZeroU64::new(start).unwrap();
        })
    };
    let last = inflated(u64::from(u32::MAX));
    assert!(
        panics(|| {
            let poisoned = applied(&on, &[&last]);
            write(&poisoned, &BOB, |tx| {
                tx.put(ROOT, "title", "honest").unwrap()
            })
        }),
        "the next honest edit panics on a bare document"
    );
    for start in [
        1,
        2,
        9,
        1_000_000_000,
        4_000_000_000,
        u64::from(u32::MAX),
        u64::MAX,
    ] {
        assert_eq!(
            verdict(&on, &MALLORY, &inflated(start)),
            Err(Bad::StartOperation),
            "{start}"
        );
    }
}

#[test]
fn e4_a_hundred_bytes_that_ask_for_a_million_operations_are_refused_unread() {
    let small = applied(&blank(), &[&bomb(1_000)]);
    let list = object(&small, "l");
    assert_eq!(small.length(&list), 1_000, "the bomb is a real change");
    assert_eq!(
        verdict(&blank(), &MALLORY, &bomb(9_000)),
        Ok(()),
        "and fine when small enough"
    );
    for inserts in [1_000_000, 5_000_000, u64::from(u32::MAX), u64::MAX >> 2] {
        let raw = bomb(inserts);
        assert!(raw.len() < 200, "{} bytes", raw.len());
        // Ten thousand of them: decoding a single one would take seconds.
        for _ in 0..10_000 {
            assert_eq!(outline(&raw).map(|_| ()), Err(Bad::Operations));
        }
        assert_eq!(verdict(&blank(), &MALLORY, &raw), Err(Bad::Operations));
    }
}

#[test]
fn e4_chunks_that_inflate_and_messages_are_refused_unread() {
    let on = base();
    let mut change = unstamped(&on, TIME_MS, |tx| {
        tx.put(ROOT, "title", "a".repeat(4_000)).unwrap();
    });
    let deflated = change.bytes().into_owned();
    assert!(deflated.len() < 1_000, "deflated");
    assert_eq!(outline(&deflated).map(|_| ()), Err(Bad::ChunkKind));
    assert_eq!(outline(&on.save()).map(|_| ()), Err(Bad::ChunkKind));
    let bundle = on
        .bundle(on.get_changes(&[]).iter().map(automerge::Change::hash))
        .unwrap();
    assert_eq!(outline(bundle.bytes()).map(|_| ()), Err(Bad::ChunkKind));
    let edit = unstamped(&on, TIME_MS, |tx| tx.put(ROOT, "title", "x").unwrap());
    let mut talkative = ExpandedChange::from(&edit);
    talkative.hash = None;
    talkative.message = Some("a".repeat(1_000));
    let talkative = automerge::Change::from(talkative);
    assert_eq!(
        outline(talkative.raw_bytes()).map(|_| ()),
        Err(Bad::Message)
    );
}

/// What is said of a change that Automerge cannot bear: name, lie.
type Lie = (&'static str, fn(&mut ExpandedChange));

fn ghost() -> OpId {
    OpId::new(9_999, &ActorId::from([1; 16]))
}

/// The first operation inserts into the log, the second puts the title.
const LIES: &[Lie] = &[
    ("an object that is not there", |change| {
        change.operations[0].obj = ObjectId::Id(ghost());
    }),
    ("an element that is not there", |change| {
        change.operations[0].key = Key::Seq(ElementId::Id(ghost()));
    }),
    ("a predecessor that is not there", |change| {
        change.operations[1].pred = SortedVec::from(vec![ghost()]);
    }),
    ("a map key in a list", |change| {
        change.operations[0].key = Key::Map("k".into());
        change.operations[0].insert = false;
    }),
    ("a list operation on a map", |change| {
        change.operations[1].key = Key::Seq(ElementId::Head);
        change.operations[1].insert = true;
    }),
    ("a sequence with a gap", |change| change.seq = 5),
    ("a counter below what it builds on", |change| {
        change.start_op = NonZeroU64::MIN;
    }),
    ("no operation", |change| change.operations.clear()),
    ("the same dep twice", |change| {
        let twice = change.deps[0];
        change.deps.push(twice);
    }),
];

#[test]
fn e5_what_automerge_cannot_bear_never_reaches_the_document() {
    let on = base();
    let mut harmful = 0;
    for (name, lie) in LIES {
        let edit = |tx: &mut automerge::transaction::Transaction<'_>| {
            let log = object(tx, "log");
            tx.insert(&log, 0, "hi").unwrap();
            tx.put(ROOT, "title", "z").unwrap();
        };
        let mut forged = ExpandedChange::from(&unstamped(&on, TIME_MS, edit));
        forged.hash = None;
        lie(&mut forged);
        let mut raw = automerge::Change::from(forged).raw_bytes().to_vec();
        beffroi_trust::guard::stamp(&MALLORY, &NEED, &mut raw).ok();
        harmful += usize::from(harms_a_bare_document(&on, &raw));
        assert!(verdict(&on, &MALLORY, &raw).is_err(), "{name} was taken");
        let history = base_changes();
        let held = document(&[(ALICE, &history[0]), (ALICE, &history[1]), (MALLORY, &raw)]);
        assert_eq!(
            held.live().get_heads(),
            on.get_heads(),
            "{name} changed the document"
        );
        assert_eq!(
            held.refused().count(),
            1,
            "{name} is shown as its author's fault"
        );
    }
    assert!(harmful >= 5, "only {harmful} of them harm a bare document");
}

#[test]
fn e5_deps_that_are_missing_are_no_verdict() {
    let on = base();
    let raw = forge(
        &on,
        &MALLORY,
        |tx| tx.put(ROOT, "title", "z").unwrap(),
        |forged| {
            forged.deps.push(ChangeHash([9; 32]));
        },
    );
    assert_eq!(verdict(&on, &MALLORY, &raw), Err(Bad::MissingDeps));
    let history = base_changes();
    let held = document(&[(ALICE, &history[0]), (ALICE, &history[1]), (MALLORY, &raw)]);
    assert_eq!(held.refused().count(), 0);
    assert_eq!(held.missing().next().unwrap().deps, [[9; 32]]);
}

#[test]
fn e6_messages_of_the_sync_protocol_are_nothing_here() {
    // What, no heads, no needs, one Bloom filter: one entry, no bits, one probe.
    let message = [0x42, 0, 0, 1, 0, 3, 1, 0, 1, 0];
    assert!(
        panics(|| hand_to_automerge_sync(&message)),
        "ten bytes panic it"
    );
    assert_eq!(outline(&message).map(|_| ()), Err(Bad::Magic));
    let mut held = document(&[(MALLORY, &message)]);
    assert_eq!(
        held.refused().next().map(|refused| refused.bad),
        Some(Bad::Magic)
    );
    assert!(held.judged().is_empty(), "refused unread");
}

#[expect(
    clippy::disallowed_types,
    reason = "shows the fault that keeps this protocol out of the product"
)]
fn hand_to_automerge_sync(message: &[u8]) {
    use automerge::sync::{Message, State, SyncDoc};
    let mut document = base();
    let mut state = State::new();
    document.generate_sync_message(&mut state);
    let message = Message::decode(message).unwrap();
    document.receive_sync_message(&mut state, message).unwrap();
    document.generate_sync_message(&mut state);
}
