//! The contract, stamped on both stores: each sentence of it is a test that runs on memory and on sled.
#![allow(clippy::unwrap_used, reason = "a failed helper is a failed test")]

mod support;

use std::ops::Bound;

use beffroi_store::{
    Batch, Change, Committed, Held, LeafBytes, MemoryStore, Named, OrderKey, Store, StoreError,
    limits,
};
use support::{all, batch, entry, id, is_entry, last, numbers};

/// One test for each claim and each store.
macro_rules! claims {
    ($($claim:ident)*) => {
        mod memory {
            $(#[test] fn $claim() { super::$claim(&super::MemoryStore::new()); })*
        }
        mod sled {
            $(#[test] fn $claim() {
                let place = tempfile::tempdir().unwrap();
                let (store, _) = super::support::open(place.path());
                super::$claim(&store);
            })*
        }
    };
}

claims! {
    an_entry_comes_back_byte_for_byte
    an_entry_that_is_here_already_changes_nothing
    entries_are_read_in_the_order_asked
    some_leaves_of_an_entry_are_read_alone
    the_order_of_a_set_is_walked_from_any_bound
    the_log_is_walked_from_a_cursor
    the_entries_of_a_record_are_found_by_second
    a_record_that_becomes_known_later_is_found
    one_leaf_is_forgotten_and_the_rest_stays
    a_gap_is_filled_again
    an_unknown_leaf_is_refused_and_nothing_is_written
    an_entry_and_its_leaf_may_change_in_one_batch
    what_is_too_large_is_refused_and_nothing_is_written
    the_largest_entry_fits
    a_large_batch_keeps_every_entry
    named_values_are_put_replaced_and_deleted
    named_values_are_scanned_by_prefix
    namespaces_do_not_see_each_other
    a_long_value_is_replaced_by_a_short_one
    later_changes_of_a_batch_win
    parked_entries_are_held_until_let_go
    parked_entries_are_bounded
    refused_entries_are_remembered_up_to_a_bound
    flushing_twice_is_as_good_as_once
    scrubbing_keeps_everything
    recovering_a_healthy_store_changes_nothing
    readers_run_beside_a_writer
    a_closed_store_says_so
}

fn some_leaves_of_an_entry_are_read_alone(store: &dyn Store) {
    append(store, 0..60);
    for number in 0..60 {
        let whole = entry(number);
        let count = u8::try_from(whole.leaves.len()).unwrap();
        // The last first, then one that the entry does not have, then the first.
        let asked = vec![count.wrapping_sub(1), count, 0];
        let read = store
            .leaves(&[(id(99), vec![0]), (id(number), asked)])
            .unwrap();
        assert_eq!((read.len(), &read[0]), (2, &None));
        let read = read[1].as_ref().unwrap();
        assert_eq!((read.id, &read.head), (id(number), &whole.head));
        let wanted: Vec<(u8, LeafBytes)> = [count.wrapping_sub(1), 0]
            .into_iter()
            .filter(|leaf| *leaf < count)
            .map(|leaf| (leaf, whole.leaves[usize::from(leaf)].clone()))
            .collect();
        assert_eq!(read.leaves, wanted);
    }
}

fn append(store: &dyn Store, numbers: std::ops::Range<u64>) -> Committed {
    let mut batch = Batch::new();
    numbers.for_each(|number| _ = batch.append(entry(number)));
    store.commit(&batch).unwrap()
}

fn an_entry_comes_back_byte_for_byte(store: &dyn Store) {
    let committed = append(store, 7..8);
    assert_eq!(
        committed,
        Committed {
            appended: vec![(id(7), 1)],
            known: vec![]
        }
    );
    store.flush().unwrap();
    let stored = store.entries(&[id(7)]).unwrap().remove(0).unwrap();
    assert!(is_entry(&stored, 7));
    assert_eq!(stored.append, 1);
    assert_eq!(store.sizes().unwrap().entries, 1);
}

fn an_entry_that_is_here_already_changes_nothing(store: &dyn Store) {
    append(store, 1..2);
    let mut again = Batch::new();
    let mut other = entry(1);
    other.head = b"another head under the same id".to_vec();
    again.append(other).append(entry(2)).append(entry(2));
    let committed = store.commit(&again).unwrap();
    assert_eq!(committed.known, [id(1), id(2)]);
    assert_eq!(committed.appended.len(), 1);
    assert_eq!(numbers(store), [1, 2]);
}

fn entries_are_read_in_the_order_asked(store: &dyn Store) {
    append(store, 0..5);
    let found = store.entries(&[id(4), id(99), id(0), id(4)]).unwrap();
    let found: Vec<Option<u64>> = found
        .iter()
        .map(|entry| entry.as_ref().map(support::number))
        .collect();
    assert_eq!(found, [Some(4), None, Some(0), Some(4)]);
    assert_eq!(store.entries(&[]).unwrap(), []);
}

fn the_order_of_a_set_is_walked_from_any_bound(store: &dyn Store) {
    append(store, 0..300);
    let whole = store.order(Bound::Unbounded, 1_000).unwrap();
    assert_eq!(whole.len(), 300);
    assert!(whole.is_sorted());
    assert_eq!(whole.iter().filter(|key| key.set == 0).count(), 150);

    let mut walked = Vec::new();
    let mut from = Bound::Unbounded;
    loop {
        let page = store.order(from, 37).unwrap();
        walked.extend_from_slice(&page);
        match page.last() {
            Some(last) if page.len() == 37 => from = Bound::Excluded(*last),
            _ => break,
        }
    }
    assert_eq!(walked, whole);

    let second_set = OrderKey {
        set: 1,
        second: 0,
        id: [0; 32],
    };
    let page = store.order(Bound::Included(second_set), 1_000).unwrap();
    assert_eq!(page, whole[150..]);
    assert_eq!(
        store.order(Bound::Included(whole[9]), 1).unwrap(),
        [whole[9]]
    );
    assert_eq!(
        store.order(Bound::Excluded(whole[9]), 1).unwrap(),
        [whole[10]]
    );
    assert_eq!(store.order(Bound::Unbounded, 0).unwrap(), []);
}

fn the_log_is_walked_from_a_cursor(store: &dyn Store) {
    append(store, 0..10);
    append(store, 10..20);
    let log = store.log(0, 100).unwrap();
    let ids: Vec<_> = (0..20).map(id).collect();
    assert_eq!(log.iter().map(|(_, id)| *id).collect::<Vec<_>>(), ids);
    assert!(log.windows(2).all(|pair| pair[0].0 < pair[1].0) && log[0].0 > 0);
    assert_eq!(store.log(log[4].0, 3).unwrap(), log[5..8]);
    assert_eq!(store.log(log[19].0, 3).unwrap(), []);
}

fn the_entries_of_a_record_are_found_by_second(store: &dyn Store) {
    append(store, 0..100);
    let record = id(1_000_003);
    let found = store.by_record(&record, None, 100).unwrap();
    let mut wanted: Vec<_> = (0..100)
        .filter(|n| n % 10 == 3)
        .map(|n| (entry(n).second, id(n)))
        .collect();
    wanted.sort_unstable();
    assert_eq!(found, wanted);
    assert_eq!(
        store.by_record(&record, Some(found[3]), 2).unwrap(),
        found[4..6]
    );
    assert_eq!(store.by_record(&[0xFF; 32], None, 100).unwrap(), []);
}

fn a_record_that_becomes_known_later_is_found(store: &dyn Store) {
    append(store, 0..3);
    let mut later = Batch::new();
    later.push(Change::Index {
        id: id(1),
        records: vec![[5; 32], [5; 32], id(1_000_001)],
    });
    store.commit(&later).unwrap();
    assert_eq!(
        store.by_record(&[5; 32], None, 9).unwrap(),
        [(entry(1).second, id(1))]
    );
    let stored = store.entries(&[id(1)]).unwrap().remove(0).unwrap();
    let mut wanted = vec![[5; 32], id(1_000_001)];
    wanted.sort_unstable();
    assert_eq!(stored.records, wanted);
    assert_eq!(stored.leaves, entry(1).leaves);
}

fn one_leaf_is_forgotten_and_the_rest_stays(store: &dyn Store) {
    append(store, 0..60);
    let mut forget = Batch::new();
    forget.forget(id(7), 1, b"slot, size and hash".to_vec());
    store.commit(&forget).unwrap();
    store.flush().unwrap();
    let stored = store.entries(&[id(7)]).unwrap().remove(0).unwrap();
    let mut wanted = entry(7).leaves;
    wanted[1] = LeafBytes::Gone(b"slot, size and hash".to_vec());
    assert_eq!(stored.leaves, wanted);
    assert_eq!(stored.head, entry(7).head);
    assert!(is_entry(
        &store.entries(&[id(57)]).unwrap().remove(0).unwrap(),
        57
    ));
}

fn a_gap_is_filled_again(store: &dyn Store) {
    let mut gap = entry(7);
    gap.leaves[0] = LeafBytes::Gone(vec![]);
    let mut first = Batch::new();
    first.append(gap);
    store.commit(&first).unwrap();
    let mut fill = Batch::new();
    fill.push(Change::Leaf {
        id: id(7),
        leaf: 0,
        bytes: entry(7).leaves[0].clone(),
    });
    store.commit(&fill).unwrap();
    assert!(is_entry(&all(store)[0], 7));
}

fn an_unknown_leaf_is_refused_and_nothing_is_written(store: &dyn Store) {
    append(store, 1..2);
    let mut bare = entry(4);
    bare.leaves.clear();
    let mut first = Batch::new();
    first.append(bare);
    store.commit(&first).unwrap();
    let refused = [
        (
            Change::Leaf {
                id: id(1),
                leaf: 2,
                bytes: LeafBytes::Gone(vec![]),
            },
            id(1),
            2,
        ),
        (
            Change::Leaf {
                id: id(4),
                leaf: 0,
                bytes: LeafBytes::Gone(vec![]),
            },
            id(4),
            0,
        ),
        (
            Change::Leaf {
                id: id(9),
                leaf: 0,
                bytes: LeafBytes::Gone(vec![]),
            },
            id(9),
            0,
        ),
        (
            Change::Index {
                id: id(9),
                records: vec![],
            },
            id(9),
            0,
        ),
    ];
    for (change, id, leaf) in refused {
        let mut batch = Batch::new();
        batch.append(entry(3)).push(change);
        assert_eq!(store.commit(&batch), Err(StoreError::NotHere { id, leaf }));
        assert_eq!(store.sizes().unwrap().entries, 2);
    }
}

fn an_entry_and_its_leaf_may_change_in_one_batch(store: &dyn Store) {
    let mut both = Batch::new();
    both.append(entry(1)).forget(id(1), 1, b"mark".to_vec());
    both.push(Change::Index {
        id: id(1),
        records: vec![[9; 32]],
    });
    store.commit(&both).unwrap();
    let stored = &all(store)[0];
    assert_eq!(stored.leaves[1], LeafBytes::Gone(b"mark".to_vec()));
    assert_eq!(stored.leaves[0], entry(1).leaves[0]);
    assert_eq!(store.by_record(&[9; 32], None, 5).unwrap().len(), 1);
}

fn what_is_too_large_is_refused_and_nothing_is_written(store: &dyn Store) {
    let large = |change: &dyn Fn(&mut beffroi_store::NewEntry)| {
        let mut entry = entry(1);
        change(&mut entry);
        Change::Append(entry)
    };
    let held = |note: usize, bytes: usize| Held {
        id: [1; 32],
        received_ms: 0,
        note: vec![0; note],
        bytes: vec![0; bytes],
    };
    let put = |key: usize, value: usize| Change::Put {
        namespace: "test".into(),
        key: vec![0; key],
        value: vec![0; value],
    };
    let refused = [
        large(&|entry| entry.head = vec![0; limits::HEAD_BYTES_MAX + 1]),
        large(&|entry| entry.leaves = vec![LeafBytes::Here(vec![]); limits::LEAVES_MAX + 1]),
        large(&|entry| entry.records = vec![[0; 32]; limits::RECORDS_MAX + 1]),
        large(&|entry| entry.leaves = vec![LeafBytes::Here(vec![0; limits::ENTRY_BYTES_MAX])]),
        Change::Park(held(limits::NOTE_BYTES_MAX + 1, 0)),
        Change::Park(held(0, limits::PARKED_ENTRY_BYTES_MAX + 1)),
        Change::Refuse(held(0, limits::REFUSED_ENTRY_BYTES_MAX + 1)),
        put(limits::NAMED_KEY_BYTES_MAX + 1, 0),
        put(1, limits::NAMED_VALUE_BYTES_MAX + 1),
    ];
    for change in refused {
        let mut batch = Batch::new();
        batch.append(entry(2)).push(change.clone());
        let answer = store.commit(&batch);
        assert!(
            matches!(answer, Err(StoreError::TooLarge { .. })),
            "{change:?}"
        );
    }
    for namespace in ["", "Upper", "with space", "a\0b", &"x".repeat(33)] {
        let mut batch = Batch::new();
        batch.append(entry(2)).put(namespace, b"k", b"v");
        assert!(matches!(
            store.commit(&batch),
            Err(StoreError::Namespace(_))
        ));
        assert!(matches!(
            store.value(namespace, b"k"),
            Err(StoreError::Namespace(_))
        ));
    }
    assert_eq!(store.sizes().unwrap().entries, 0);
}

fn the_largest_entry_fits(store: &dyn Store) {
    let mut largest = entry(1);
    largest.head = vec![1; limits::HEAD_BYTES_MAX];
    let each = (limits::ENTRY_BYTES_MAX - limits::HEAD_BYTES_MAX) / limits::LEAVES_MAX;
    largest.leaves = (0..=255)
        .map(|leaf| LeafBytes::Here(vec![leaf; each]))
        .collect();
    largest.records = (0..limits::RECORDS_MAX as u64).map(id).collect();
    let mut batch = Batch::new();
    batch.append(largest.clone()).append(entry(2));
    batch.put(
        "test",
        &[7; limits::NAMED_KEY_BYTES_MAX],
        &vec![8; limits::NAMED_VALUE_BYTES_MAX],
    );
    store.commit(&batch).unwrap();
    let stored = &all(store)[0];
    assert_eq!(
        (&stored.head, &stored.leaves),
        (&largest.head, &largest.leaves)
    );
    assert_eq!(stored.records.len(), limits::RECORDS_MAX);
    let value = store
        .value("test", &[7; limits::NAMED_KEY_BYTES_MAX])
        .unwrap();
    assert_eq!(
        value.map(|value| value.len()),
        Some(limits::NAMED_VALUE_BYTES_MAX)
    );
}

fn a_large_batch_keeps_every_entry(store: &dyn Store) {
    store.commit(&batch(0..1_500)).unwrap();
    store.flush().unwrap();
    assert_eq!(numbers(store), (0..1_500).collect::<Vec<_>>());
    assert_eq!(last(store), 1_500);
}

fn named_values_are_put_replaced_and_deleted(store: &dyn Store) {
    let mut batch = Batch::new();
    batch
        .put("settings", b"", b"under the empty key")
        .put("settings", b"a", b"1");
    store.commit(&batch).unwrap();
    assert_eq!(store.value("settings", b"a").unwrap(), Some(b"1".to_vec()));
    assert_eq!(
        store.value("settings", b"").unwrap(),
        Some(b"under the empty key".to_vec())
    );
    assert_eq!(store.value("settings", b"b").unwrap(), None);
    let mut batch = Batch::new();
    batch
        .put("settings", b"a", b"")
        .delete("settings", b"")
        .delete("settings", b"never here");
    store.commit(&batch).unwrap();
    assert_eq!(store.value("settings", b"a").unwrap(), Some(vec![]));
    assert_eq!(store.value("settings", b"").unwrap(), None);
}

fn named_values_are_scanned_by_prefix(store: &dyn Store) {
    // Keys that are prefixes of each other, one with a value in many pieces, and keys full of zeros.
    let keys: [&[u8]; 8] = [b"", b"\0", b"\0\0", b"p", b"p\0", b"p\0\x01", b"pq", b"q"];
    let value = |key: &[u8]| vec![key.len() as u8; if key == b"p" { 30_000 } else { 3 }];
    let mut batch = Batch::new();
    keys.iter()
        .for_each(|key| _ = batch.put("peers", key, &value(key)));
    store.commit(&batch).unwrap();
    let named = |key: &&[u8]| Named {
        key: key.to_vec(),
        value: value(key),
    };
    let scan = |prefix: &[u8], after: Option<&[u8]>, count| {
        store.values("peers", prefix, after, count).unwrap()
    };
    assert_eq!(
        scan(b"", None, 100),
        keys.iter().map(named).collect::<Vec<_>>()
    );
    assert_eq!(
        scan(b"p", None, 100),
        keys[3..7].iter().map(named).collect::<Vec<_>>()
    );
    assert_eq!(
        scan(b"p", Some(b"p"), 2),
        keys[4..6].iter().map(named).collect::<Vec<_>>()
    );
    assert_eq!(
        scan(b"p", Some(b"a"), 1),
        keys[3..4].iter().map(named).collect::<Vec<_>>()
    );
    assert_eq!(scan(b"p", Some(b"z"), 100), []);
    assert_eq!(scan(b"nothing", None, 100), []);
}

fn namespaces_do_not_see_each_other(store: &dyn Store) {
    let mut batch = Batch::new();
    batch
        .put("peer", b"s", b"1")
        .put("peers", b"", b"2")
        .put("pee", b"rs", b"3");
    store.commit(&batch).unwrap();
    for (namespace, value) in [("peer", b"1"), ("peers", b"2"), ("pee", b"3")] {
        let found = store.values(namespace, b"", None, 10).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].value, value);
    }
    assert_eq!(store.values("other", b"", None, 10).unwrap(), []);
}

fn a_long_value_is_replaced_by_a_short_one(store: &dyn Store) {
    for size in [20_000, 10, 9_000, 0] {
        let mut batch = Batch::new();
        batch.put("test", b"key", &vec![9; size]);
        store.commit(&batch).unwrap();
        let found = store.values("test", b"", None, 10).unwrap();
        assert_eq!(
            found,
            [Named {
                key: b"key".to_vec(),
                value: vec![9; size]
            }]
        );
    }
}

fn later_changes_of_a_batch_win(store: &dyn Store) {
    let mut batch = Batch::new();
    batch
        .put("test", b"a", &[1; 9_000])
        .put("test", b"a", b"2")
        .delete("test", b"b");
    batch
        .put("test", b"b", b"3")
        .put("test", b"c", b"4")
        .delete("test", b"c");
    store.commit(&batch).unwrap();
    let found = store.values("test", b"", None, 10).unwrap();
    let named = |key: &[u8], value: &[u8]| Named {
        key: key.into(),
        value: value.into(),
    };
    assert_eq!(found, [named(b"a", b"2"), named(b"b", b"3")]);
}

fn held(number: u64, bytes: usize) -> Held {
    Held {
        id: id(number),
        received_ms: number,
        note: format!("from {number}").into(),
        bytes: vec![7; bytes],
    }
}

fn parked_entries_are_held_until_let_go(store: &dyn Store) {
    let mut park = Batch::new();
    (0..5).for_each(|number| _ = park.push(Change::Park(held(number, 10_000))));
    park.push(Change::Park(held(3, 20)));
    store.commit(&park).unwrap();
    let mut wanted: Vec<Held> = (0..5)
        .map(|number| held(number, if number == 3 { 20 } else { 10_000 }))
        .collect();
    wanted.sort_unstable_by_key(|held| held.id);
    assert_eq!(store.parked(None, 10).unwrap(), wanted);
    assert_eq!(store.parked(Some(wanted[1].id), 2).unwrap(), wanted[2..4]);

    let mut wake = Batch::new();
    wake.push(Change::Unpark(id(3)))
        .push(Change::Unpark(id(77)))
        .append(entry(3));
    store.commit(&wake).unwrap();
    assert_eq!(store.parked(None, 10).unwrap().len(), 4);
    assert_eq!(numbers(store), [3]);
}

fn parked_entries_are_bounded(store: &dyn Store) {
    let park = |numbers: std::ops::Range<u64>| {
        let mut batch = Batch::new();
        let bytes = limits::PARKED_ENTRY_BYTES_MAX;
        numbers.for_each(|number| _ = batch.push(Change::Park(held(number, bytes))));
        store.commit(&batch)
    };
    let fit = limits::PARKED_BYTES_MAX / (limits::PARKED_ENTRY_BYTES_MAX as u64 + 32);
    park(0..fit).unwrap();
    assert!(matches!(
        park(fit..fit + 1),
        Err(StoreError::TooLarge { .. })
    ));
    let mut fewer = Batch::new();
    fewer
        .push(Change::Unpark(id(0)))
        .push(Change::Unpark(id(1)));
    store.commit(&fewer).unwrap();
    park(fit..fit + 1).unwrap();
}

fn refused_entries_are_remembered_up_to_a_bound(store: &dyn Store) {
    let mut refuse = Batch::new();
    let count = limits::REFUSED_COUNT_MAX;
    (0..=count).for_each(|number| _ = refuse.push(Change::Refuse(held(number, 9))));
    store.commit(&refuse).unwrap();
    let mut kept: Vec<u64> = store
        .refused(None, 9_999)
        .unwrap()
        .iter()
        .map(|held| held.received_ms)
        .collect();
    kept.sort_unstable();
    assert_eq!(kept, (count / 4..=count).collect::<Vec<_>>());

    let mut again = Batch::new();
    again
        .push(Change::Readmit(id(count)))
        .push(Change::Readmit(id(0)));
    again.push(Change::Refuse(held(count - 1, 12)));
    store.commit(&again).unwrap();
    assert_eq!(store.refused(None, 9_999).unwrap().len(), kept.len() - 1);
}

fn flushing_twice_is_as_good_as_once(store: &dyn Store) {
    store.flush().unwrap();
    append(store, 0..3);
    store.flush().unwrap();
    store.flush().unwrap();
    store.commit(&Batch::new()).unwrap();
    store.flush().unwrap();
    assert_eq!(numbers(store), [0, 1, 2]);
}

fn scrubbing_keeps_everything(store: &dyn Store) {
    store.commit(&batch(0..200)).unwrap();
    store.scrub().unwrap();
    assert_eq!(numbers(store), (0..200).collect::<Vec<_>>());
    store.commit(&batch(200..210)).unwrap();
    store.flush().unwrap();
    assert_eq!(numbers(store), (0..210).collect::<Vec<_>>());
    assert_eq!(last(store), 210);
}

fn recovering_a_healthy_store_changes_nothing(store: &dyn Store) {
    append(store, 0..3);
    store.recover().unwrap();
    assert_eq!(numbers(store), [0, 1, 2]);
}

fn readers_run_beside_a_writer(store: &dyn Store) {
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut passes = 0;
                    while !done.load(std::sync::atomic::Ordering::Relaxed) || passes == 0 {
                        let entries = all(store);
                        assert!(entries.iter().all(|e| is_entry(e, support::number(e))));
                        // A value in several pieces is never half of one writer's and half of the next's.
                        let value = store.value("test", b"long").unwrap().unwrap_or_default();
                        assert!(value.windows(2).all(|pair| pair[0] == pair[1]));
                        passes += 1;
                    }
                })
            })
            .collect();
        for round in 0..30 {
            let mut more = batch(round * 10..round * 10 + 10);
            more.put(
                "test",
                b"long",
                &vec![round as u8; 6_000 + round as usize * 300],
            );
            store.commit(&more).unwrap();
            store.flush().unwrap();
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        readers
            .into_iter()
            .for_each(|reader| reader.join().unwrap());
    });
    assert_eq!(numbers(store).len(), 300);
}

fn a_closed_store_says_so(store: &dyn Store) {
    append(store, 0..3);
    store.close().unwrap();
    store.close().unwrap();
    assert_eq!(store.commit(&Batch::new()), Err(StoreError::Closed));
    assert_eq!(store.flush(), Err(StoreError::Closed));
    assert_eq!(store.recover(), Err(StoreError::Closed));
    assert_eq!(store.scrub(), Err(StoreError::Closed));
    assert_eq!(store.entries(&[id(1)]), Err(StoreError::Closed));
    assert_eq!(store.sizes(), Err(StoreError::Closed));
    assert_eq!(store.value("test", b""), Err(StoreError::Closed));
}
