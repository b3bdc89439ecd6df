//! Reconciliation against a plain set difference, and against the crate `negentropy`.

use std::collections::BTreeSet;

use negentropy::{Id, Negentropy, NegentropyStorageVector};
use proptest::prelude::*;

use super::*;
use crate::limits::SESSION_STEPS_MAX;
use crate::testing::{config, id, key};
use crate::wire::{Compare, Frame};
use beffroi_trust::Class;

/// What a whole exchange cost and found.
#[derive(Debug, Default)]
struct Exchange {
    bytes: usize,
    messages: u8,
    complete: bool,
    /// For the opener and the answerer.
    here: [BTreeSet<Prefix>; 2],
    there: [BTreeSet<EntryId>; 2],
    held: [BTreeSet<EntryId>; 2],
}

fn frame(step: u8, outcome: &Outcome) -> Frame {
    Frame::Compare(Compare {
        session: [7; 16],
        class: Class::Content,
        audit: false,
        step,
        ranges: outcome.reply.clone(),
        cut: outcome.cut,
    })
}

fn exchange(sets: [&Index; 2], audit: bool) -> Exchange {
    let measure = Measure::new(&[7; 16], audit);
    let mut last = open(sets[0], &measure, LOWEST);
    let mut listed = [std::mem::take(&mut last.listed), Listed::new()];
    let mut run = Exchange {
        complete: true,
        ..Exchange::default()
    };
    loop {
        let bytes = frame(run.messages, &last).encode();
        assert!(
            bytes.len() <= MESSAGE_BYTES_MAX + 256,
            "{} bytes",
            bytes.len()
        );
        run.bytes += bytes.len();
        run.messages += 1;
        run.complete &= !last.cut && !last.more;
        let Frame::Compare(message) = Frame::decode(&bytes).unwrap() else {
            unreachable!()
        };
        let side = usize::from(run.messages % 2);
        let next = answer(sets[side], &measure, &listed[side], &message.ranges).unwrap();
        run.here[side].extend(&next.lacking_here);
        run.there[side].extend(&next.lacking_there);
        run.held[side].extend(&next.held);
        listed[side] = next.listed.clone();
        if !next.asked {
            run.complete &= !next.more;
            return run;
        }
        assert!(run.messages < SESSION_STEPS_MAX);
        last = next;
    }
}

fn index(keys: &BTreeSet<OrderKey>) -> Index {
    Index::build(keys.iter().copied().collect())
}

fn prefixes<'a>(keys: impl Iterator<Item = &'a OrderKey>) -> BTreeSet<Prefix> {
    keys.map(|key| Prefix::from(key.id)).collect()
}

/// A set of `count` at one a second, and two sides that differ by `different` more in turn.
fn sides(count: u64, different: u64, recent: bool) -> [BTreeSet<OrderKey>; 2] {
    let start = 1_790_000_000;
    let both: BTreeSet<_> = (0..count)
        .map(|n| key(start + u32::try_from(n).unwrap(), n))
        .collect();
    let mut sides = [both.clone(), both];
    for n in 0..different {
        let place = if recent {
            count + n
        } else {
            n * 7_919 % count.max(1)
        };
        let key = key(start + u32::try_from(place).unwrap(), 1_000_000 + n);
        sides[usize::from(n % 2 == 1)].insert(key);
    }
    sides
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn both_sides_learn_the_plain_difference(
        items in prop::collection::vec((0u32..40, 0u8..8), 0..1_500),
        audit in any::<bool>(),
    ) {
        let mut sides = [BTreeSet::new(), BTreeSet::new()];
        for ((second, place), number) in items.into_iter().zip(0u64..) {
            let key = key(second, number);
            if place != 0 { sides[0].insert(key); }
            if place != 1 { sides[1].insert(key); }
        }
        let run = exchange([&index(&sides[0]), &index(&sides[1])], audit);
        prop_assert!(run.complete);
        for (me, other) in [(0, 1), (1, 0)] {
            let lacking = sides[other].difference(&sides[me]);
            prop_assert_eq!(&run.here[me], &prefixes(lacking));
            let surplus: BTreeSet<_> = sides[me].difference(&sides[other]).map(|k| k.id).collect();
            prop_assert_eq!(&run.there[me], &surplus);
            prop_assert!(run.held[me].iter().all(|id| sides[other].iter().any(|k| k.id == *id)));
        }
    }

    #[test]
    fn the_crate_negentropy_finds_the_same(
        count in 0u64..3_000,
        different in 0u64..60,
        recent in any::<bool>(),
    ) {
        let sides = sides(count, different, recent);
        let run = exchange([&index(&sides[0]), &index(&sides[1])], false);
        let [mine, theirs] = [&sides[0], &sides[1]].map(oracle);
        let mut mine = Negentropy::owned(mine, 0).unwrap();
        let mut theirs = Negentropy::owned(theirs, 0).unwrap();
        let (mut have, mut need) = (Vec::new(), Vec::new());
        let mut query = Some(mine.initiate().unwrap());
        while let Some(message) = query {
            let reply = theirs.reconcile(&message).unwrap();
            query = mine.reconcile_with_ids(&reply, &mut have, &mut need).unwrap();
        }
        let need: BTreeSet<_> = need.iter().map(|id| Prefix::from(EntryId(id.to_bytes()))).collect();
        let have: BTreeSet<_> = have.iter().map(|id| EntryId(id.to_bytes())).collect();
        prop_assert_eq!(&run.here[0], &need);
        prop_assert_eq!(&run.there[0], &have);
    }
}

fn oracle(keys: &BTreeSet<OrderKey>) -> NegentropyStorageVector {
    let mut storage = NegentropyStorageVector::new();
    for key in keys {
        storage
            .insert(key.second.into(), Id::from_byte_array(key.id.0))
            .unwrap();
    }
    storage.seal().unwrap();
    storage
}

#[test]
fn the_costs_of_the_design_hold() {
    for (count, different, recent, bytes_max, messages_max) in [
        (10_000, 10, true, 2_000, 5),
        (10_000, 10, false, 8_500, 6),
        (100_000, 10, true, 2_500, 6),
        (10_000, 1_000, true, 60_000, 6),
    ] {
        let sides = sides(count, different, recent);
        let run = exchange([&index(&sides[0]), &index(&sides[1])], false);
        eprintln!(
            "{count} entries, {different} differ (recent: {recent}): {} B in {} messages",
            run.bytes, run.messages
        );
        assert!(run.complete);
        assert_eq!(
            run.here[0].len() + run.here[1].len(),
            usize::try_from(different).unwrap()
        );
        assert!(run.bytes <= bytes_max, "{} B", run.bytes);
        assert!(run.messages <= messages_max, "{} messages", run.messages);
    }
}

#[test]
fn a_difference_beyond_the_limits_is_found_piece_by_piece() {
    let mut sides = sides(20_000, 0, true);
    for n in 0..20_000u64 {
        sides[usize::from(n % 2 == 1)].insert(key(
            1_790_000_000 + u32::try_from(n).unwrap(),
            1_000_000 + n,
        ));
    }
    let mut sessions = 0;
    while sides[0] != sides[1] {
        let run = exchange([&index(&sides[0]), &index(&sides[1])], false);
        let found: usize = run.here.iter().map(BTreeSet::len).sum();
        assert!(found > 0);
        let [one, two] = sides.clone();
        sides[0].extend(
            two.iter()
                .filter(|key| run.here[0].contains(&key.id.into())),
        );
        sides[1].extend(
            one.iter()
                .filter(|key| run.here[1].contains(&key.id.into())),
        );
        sessions += 1;
        assert!(sessions < 40);
    }
}

#[test]
fn an_answer_nobody_asked_for_is_refused() {
    let index = index(&sides(100, 0, true)[0]);
    let measure = Measure::new(&[0; 16], false);
    let message = Ranges(vec![Range {
        end: None,
        body: RangeBody::Answer(Answer {
            held: List::first(vec![]),
            extra: List::first(vec![id(1).into()]),
            more: false,
        }),
    }]);
    let refused = answer(&index, &measure, &Listed::new(), &message).unwrap_err();
    assert_eq!(refused, Contradiction::Answer);
    assert_eq!(asks_all(&message, false), Err(Contradiction::Opening));
}
