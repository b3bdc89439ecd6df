//! The index against the plainest model: a sorted list.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::testing::{config, key};

fn model_total(model: &BTreeSet<OrderKey>, from: &OrderKey, end: &Bound) -> Total {
    let mut total = Total::default();
    let inside = model
        .range(*from..)
        .take_while(|key| end.is_none_or(|end| **key < end));
    inside.for_each(|key| total.add(&key.id.0));
    total
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn any_inserts_give_the_sums_of_a_sorted_list(
        seconds in prop::collection::vec(0u32..50, 0..3_000),
        bounds in prop::collection::vec((0u32..60, any::<u8>()), 2..12),
        built in 0usize..1_500,
    ) {
        let keys: Vec<_> = seconds.iter().zip(0u64..).map(|(s, n)| key(*s, n % 2_000)).collect();
        let built = built.min(keys.len());
        let mut index = Index::build(keys[..built].to_vec());
        let mut model: BTreeSet<_> = keys[..built].iter().copied().collect();
        for key in &keys[built..] {
            prop_assert_eq!(index.insert(*key), model.insert(*key));
        }
        prop_assert_eq!(index.total().count, model.len() as u64);
        prop_assert_eq!(*index.total(), model_total(&model, &LOWEST, &None));
        for pair in bounds.windows(2) {
            let [mut from, mut end] = [pair[0], pair[1]].map(|(second, byte)| OrderKey {
                second,
                id: EntryId([byte; 32]),
            });
            if end < from {
                std::mem::swap(&mut from, &mut end);
            }
            for end in [Some(end), None] {
                prop_assert_eq!(index.range_total(&from, &end), model_total(&model, &from, &end));
                let cuts = index.cuts(&from, &end, 16);
                prop_assert!(cuts.is_sorted() && cuts.iter().all(|cut| *cut > from));
                prop_assert!(cuts.iter().all(|cut| end.is_none_or(|end| *cut < end)));
                prop_assert!(cuts.len() < 16);
            }
        }
    }
}

#[test]
fn cuts_divide_evenly_and_fall_on_whole_seconds() {
    let index = Index::build(
        (0..10_000)
            .map(|n| key(u32::try_from(n).unwrap(), n))
            .collect(),
    );
    let mut bounds = vec![LOWEST];
    bounds.extend(index.cuts(&LOWEST, &None, 16));
    assert_eq!(bounds.len(), 16);
    for pair in bounds.windows(2) {
        assert_eq!(index.range_total(&pair[0], &Some(pair[1])).count, 625);
        assert_eq!(pair[1].id, EntryId([0; 32]));
    }
}

#[test]
fn keyed_sums_depend_on_the_session() {
    let index = Index::build((0..100).map(|n| key(7, n)).collect());
    let [one, two] = [1, 2].map(|session| Measure::new(&[session; 16], true));
    let total = |measure| index.keyed_total(&LOWEST, &None, measure);
    assert_eq!(total(&one), total(&one));
    assert_ne!(total(&one), total(&two));
}

#[test]
fn the_successor_is_the_next_key() {
    let mut id = [0xff; 32];
    id[0] = 1;
    let next = successor(&OrderKey {
        second: 4,
        id: EntryId(id),
    });
    let mut expected = [0; 32];
    expected[0] = 2;
    assert_eq!(
        next,
        OrderKey {
            second: 4,
            id: EntryId(expected)
        }
    );
    let last = OrderKey {
        second: 4,
        id: EntryId([0xff; 32]),
    };
    assert_eq!(
        successor(&last),
        OrderKey {
            second: 5,
            id: EntryId([0; 32])
        }
    );
}
