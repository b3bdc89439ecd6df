//! Documents: what is admitted, marked, refused and waited for, whatever the order of arrival.
#![allow(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

mod changes;

use automerge::transaction::Transactable;
use automerge::{Automerge, ROOT, ReadDoc};
use beffroi_trust::document::Weight;
use beffroi_trust::guard::{AutomergeVersion, Bad, Verdict, blank};
use beffroi_trust::{Carried, Count, DeviceId, DocId, Document, EntryId};
use changes::{
    ALICE, BOB, Dice, MALLORY, NEED, TIME_MS, applied, base_changes, dump, object, setting, write,
};

fn entry(number: u8) -> EntryId {
    EntryId([number; 32])
}

fn carried(number: u8, author: DeviceId, raw: &[u8], count: Count) -> Carried {
    Carried {
        entry: entry(number),
        leaf: 0,
        author,
        time_ms: TIME_MS,
        count,
        payload: raw.to_vec().into(),
    }
}

fn offered(all: &[Carried]) -> Document {
    let mut document = Document::new(NEED);
    for carried in all {
        document.offer(carried.clone(), None);
    }
    document
}

fn title(document: &Document) -> String {
    let (value, _) = document.live().get(ROOT, "title").unwrap().unwrap();
    value.as_str().unwrap().to_owned()
}

fn put(on: &Automerge, by: &DeviceId, title: &str) -> Vec<u8> {
    write(on, by, |tx| tx.put(ROOT, "title", title).unwrap())
}

#[test]
fn the_first_change_makes_the_document() {
    let raw = put(&blank(), &ALICE, "x");
    let mut document = Document::new(NEED);
    assert!(document.live().is_empty());
    document.offer(carried(1, ALICE, &raw, Count::Authorised), None);
    assert_eq!(title(&document), "x");
    let judged = document.judged();
    assert_eq!(judged.len(), 1);
    assert_eq!((judged[0].entry, judged[0].operations), (entry(1), 1));
    assert_eq!(judged[0].verdict, Verdict::now(Ok(())));
    assert!(document.judged().is_empty());
    assert_eq!(
        document.weight(),
        Weight {
            changes: 1,
            bytes: raw.len()
        }
    );
    let actor = changes::change(&raw)
        .actor_id()
        .to_bytes()
        .try_into()
        .unwrap();
    let origin = document.origin(&actor).unwrap();
    assert_eq!(
        (origin.entry, origin.author, origin.time_ms),
        (entry(1), ALICE, TIME_MS)
    );
    assert!(!origin.adopted);
}

#[test]
fn what_is_offered_again_as_set_aside_leaves_the_applied_form_and_comes_back() {
    let first = put(&blank(), &ALICE, "before");
    let second = put(&applied(&blank(), &[&first]), &MALLORY, "after the theft");
    let mut document = offered(&[
        carried(1, ALICE, &first, Count::Authorised),
        carried(2, MALLORY, &second, Count::Authorised),
    ]);
    assert_eq!(title(&document), "after the theft");
    document.offer(carried(2, MALLORY, &second, Count::SetAside), None);
    assert_eq!(title(&document), "before");
    document.offer(carried(2, MALLORY, &second, Count::Adopted), None);
    assert_eq!(title(&document), "after the theft");
    document.offer(carried(1, ALICE, &first, Count::SetAside), None);
    document.offer(carried(2, MALLORY, &second, Count::SetAside), None);
    assert!(document.live().is_empty());
}

#[test]
fn what_nobody_counts_is_not_even_judged_until_a_counted_change_calls_it_in() {
    let first = put(&blank(), &ALICE, "honest");
    let one = applied(&blank(), &[&first]);
    let aside = put(&one, &MALLORY, "the thief's");
    let two = applied(&one, &[&aside]);
    let honest = write(&two, &BOB, |tx| tx.put(ROOT, "place", "bridge").unwrap());
    let mut document = offered(&[
        carried(1, ALICE, &first, Count::Authorised),
        carried(2, MALLORY, &aside, Count::SetAside),
    ]);
    assert_eq!(title(&document), "honest");
    assert_eq!(document.judged().len(), 1, "only what counts was judged");
    document.offer(carried(3, BOB, &honest, Count::Authorised), None);
    assert_eq!(
        title(&document),
        "the thief's",
        "called in by what was built on it"
    );
    let origin = |raw: &[u8]| {
        let actor = changes::change(raw)
            .actor_id()
            .to_bytes()
            .try_into()
            .unwrap();
        document.origin(&actor)
    };
    assert!(origin(&aside).unwrap().adopted, "and marked");
    assert!(!origin(&honest).unwrap().adopted);
    document.recount(&entry(3), Count::SetAside);
    assert_eq!(title(&document), "honest", "it goes with what called it in");
    document.recount(&entry(2), Count::Adopted);
    assert_eq!(title(&document), "the thief's");
    document.recount(&entry(2), Count::Authorised);
    let actor = changes::change(&aside)
        .actor_id()
        .to_bytes()
        .try_into()
        .unwrap();
    assert!(!document.origin(&actor).unwrap().adopted);
}

#[test]
fn a_change_that_arrives_before_its_past_waits_for_it() {
    let [first, second] = base_changes().try_into().unwrap();
    let hash = changes::change(&first).hash().0;
    let mut document = offered(&[carried(2, ALICE, &second, Count::Authorised)]);
    let waiting: Vec<_> = document.missing().collect();
    assert_eq!(
        (waiting.len(), waiting[0].entry, &waiting[0].deps),
        (1, entry(2), &vec![hash])
    );
    assert!(document.live().is_empty());
    document.offer(carried(1, ALICE, &first, Count::SetAside), None);
    assert_eq!(document.missing().count(), 0);
    assert_eq!(title(&document), "a need");
}

#[test]
fn one_change_in_two_entries_of_its_author_counts_if_either_does() {
    let raw = put(&blank(), &ALICE, "x");
    let mut document = offered(&[
        carried(1, ALICE, &raw, Count::SetAside),
        carried(2, ALICE, &raw, Count::Authorised),
    ]);
    assert_eq!(title(&document), "x");
    let actor = changes::change(&raw)
        .actor_id()
        .to_bytes()
        .try_into()
        .unwrap();
    assert_eq!(document.origin(&actor).unwrap().entry, entry(2));
    document.recount(&entry(1), Count::Authorised);
    assert_eq!(
        document.origin(&actor).unwrap().entry,
        entry(1),
        "of equals, the lowest"
    );
    document.recount(&entry(2), Count::SetAside);
    assert_eq!(title(&document), "x");
    document.recount(&entry(1), Count::SetAside);
    assert!(document.live().is_empty());
}

#[test]
fn a_change_in_anothers_entry_is_that_ones_fault_alone() {
    let raw = put(&blank(), &ALICE, "x");
    let document = offered(&[
        carried(1, MALLORY, &raw, Count::Authorised),
        carried(2, ALICE, &raw, Count::Authorised),
    ]);
    assert_eq!(title(&document), "x");
    let refused: Vec<_> = document.refused().collect();
    assert_eq!(refused.len(), 1);
    assert_eq!((refused[0].author, refused[0].bad), (MALLORY, Bad::Actor));
}

#[test]
fn what_builds_on_a_refused_change_waits_and_is_nobodys_fault() {
    let first = put(&blank(), &ALICE, "x");
    let one = applied(&blank(), &[&first]);
    let bad = changes::forge(
        &one,
        &MALLORY,
        |tx| tx.put(ROOT, "title", "bad").unwrap(),
        |forged| {
            forged.start_op = std::num::NonZeroU64::new(9).unwrap();
        },
    );
    let two = applied(&one, &[&bad]);
    let on_it = put(&two, &BOB, "on it");
    let document = offered(&[
        carried(1, ALICE, &first, Count::Authorised),
        carried(2, MALLORY, &bad, Count::Authorised),
        carried(3, BOB, &on_it, Count::Authorised),
    ]);
    assert_eq!(title(&document), "x");
    let refused: Vec<_> = document.refused().map(|refused| refused.bad).collect();
    assert_eq!(refused, [Bad::StartOperation]);
    assert_eq!(document.missing().next().unwrap().entry, entry(3));
}

#[test]
fn a_stored_verdict_spares_the_trial_unless_another_automerge_gave_it() {
    let raw = put(&blank(), &ALICE, "x");
    let with = |verdict: Verdict| {
        let mut document = Document::new(NEED);
        document.offer(carried(1, ALICE, &raw, Count::Authorised), Some(verdict));
        document
    };
    let mut known = with(Verdict::now(Ok(())));
    assert!(known.judged().is_empty());
    assert_eq!(title(&known), "x");
    let mut refused = with(Verdict::now(Err(Bad::Corrupt)));
    assert!(refused.judged().is_empty() && refused.live().is_empty());
    assert_eq!(refused.refused().next().unwrap().bad, Bad::Corrupt);
    let older = AutomergeVersion {
        patch: 9,
        ..AutomergeVersion::CURRENT
    };
    let mut again = with(Verdict {
        version: older,
        outcome: Err(Bad::Corrupt),
    });
    assert_eq!(again.judged().len(), 1);
    assert_eq!(title(&again), "x");
}

#[test]
fn records_of_entries_that_count_are_all_kept() {
    let log = DocId { kind: 0x41, ..NEED };
    let mut document = Document::new(log);
    document.offer(carried(2, ALICE, b"second", Count::Authorised), None);
    document.offer(carried(1, ALICE, b"first", Count::Adopted), None);
    document.offer(carried(3, MALLORY, b"third", Count::SetAside), None);
    let shown = |document: &Document| {
        let records = document.records();
        records
            .map(|(origin, bytes)| (origin.entry, origin.adopted, bytes.to_vec()))
            .collect::<Vec<_>>()
    };
    let first = (entry(1), true, b"first".to_vec());
    let second = (entry(2), false, b"second".to_vec());
    assert_eq!(shown(&document), [first.clone(), second.clone()]);
    document.recount(&entry(3), Count::Authorised);
    assert_eq!(
        shown(&document),
        [first, second, (entry(3), false, b"third".to_vec())]
    );
    assert_eq!(
        document.weight(),
        Weight {
            changes: 3,
            bytes: 16
        }
    );
    document.offer(carried(3, MALLORY, b"third", Count::SetAside), None);
    assert_eq!(document.weight().bytes, 16);
    assert!(document.live().is_empty() && document.refused().next().is_none());
}

#[test]
fn a_document_says_when_it_grows_heavy() {
    let light = Weight {
        changes: 10,
        bytes: 10_000,
    };
    assert!(!light.is_heavy() && !light.is_full());
    assert!(
        Weight {
            bytes: 300 << 10,
            ..light
        }
        .is_heavy()
    );
    assert!(
        !Weight {
            bytes: 300 << 10,
            ..light
        }
        .is_full()
    );
    assert!(
        Weight {
            bytes: 5 << 20,
            ..light
        }
        .is_full()
    );
    assert!(
        Weight {
            changes: 5_000,
            ..light
        }
        .is_full()
    );
}

/// A history of some authors who write on what they happen to have, one of them dishonestly.
fn history(dice: &mut Dice, length: u8) -> Vec<Carried> {
    let authors = [ALICE, BOB, MALLORY];
    let first = base_changes().remove(0);
    let mut all = vec![carried(0, ALICE, &first, Count::Authorised)];
    let mut posts = vec![applied(&blank(), &[&first]); 3];
    for number in 1..length {
        let who = dice.below(3);
        let from = dice.below(3);
        if dice.below(3) == 0 {
            let (mut mine, mut other) = (posts[who].clone(), posts[from].clone());
            mine.merge(&mut other).unwrap();
            posts[who] = mine;
        }
        let on = posts[who].clone();
        let honest = authors[who] != MALLORY || dice.below(3) > 0;
        let raw = if honest {
            write(&on, &authors[who], |tx| match dice.below(3) {
                0 => tx.put(ROOT, "title", format!("{number}")).unwrap(),
                1 => {
                    let log = object(tx, "log");
                    tx.insert(&log, 0, format!("{number}")).unwrap();
                }
                _ => tx.increment(ROOT, "count", 1).unwrap(),
            })
        } else {
            let edit = |tx: &mut automerge::transaction::Transaction<'_>| {
                tx.put(ROOT, "title", format!("mine {number}")).unwrap();
            };
            changes::forge(&on, &MALLORY, edit, |forged| {
                let higher = forged.start_op.get() + 5;
                forged.start_op = std::num::NonZeroU64::new(higher).unwrap();
            })
        };
        posts[who] = applied(&on, &[&raw]);
        let count = [
            Count::Authorised,
            Count::Authorised,
            Count::Adopted,
            Count::SetAside,
        ];
        all.push(carried(number, authors[who], &raw, count[dice.below(4)]));
    }
    all
}

/// All that a document says.
fn told(document: &Document) -> (String, Vec<[u8; 32]>, String, String, Option<Bad>) {
    let refused: Vec<_> = document.refused().collect();
    let waiting: Vec<_> = document.missing().collect();
    (
        dump(document.live(), &ROOT, 0),
        document.admitted().copied().collect(),
        format!("{refused:?}"),
        format!("{waiting:?}"),
        document.frozen(),
    )
}

#[test]
fn incremental_equals_batch() {
    for seed in 0..setting("BEFFROI_WORLDS", 15) {
        let mut dice = Dice(seed);
        let all = history(&mut dice, 25);
        let batch = offered(&all);
        let expected = told(&batch);
        for _ in 0..2 {
            let mut order = all.clone();
            for last in (1..order.len()).rev() {
                order.swap(last, dice.below(last + 1));
            }
            let mut document = Document::new(NEED);
            for carried in &order {
                let counts = [Count::Authorised, Count::Adopted, Count::SetAside];
                let first = Carried {
                    count: counts[dice.below(3)],
                    ..carried.clone()
                };
                document.offer(first, None);
                if dice.below(2) == 0 {
                    document.live();
                }
                document.recount(&carried.entry, carried.count);
                let repeated = order[dice.below(order.len())].clone();
                if dice.below(4) == 0 && document.admitted().count() > 0 {
                    document.offer(repeated, None);
                }
            }
            assert_eq!(told(&document), expected, "seed {seed}");
        }
        let mut restarted = Document::new(NEED);
        let mut judged = offered(&all);
        let verdicts = judged.judged();
        for carried in &all {
            let of_entry = verdicts.iter().find(|judged| judged.entry == carried.entry);
            restarted.offer(carried.clone(), of_entry.map(|judged| judged.verdict));
        }
        assert!(restarted.judged().is_empty(), "seed {seed}: judged again");
        assert_eq!(told(&restarted), expected, "seed {seed}: after a restart");
    }
}
