//! Asked entry by entry or once at the end, in any order: the same answers.

use std::collections::{BTreeMap, BTreeSet};

use super::view::view;
use super::world::{Dice, World, genesis, seeds, tell, told};
use crate::chronicle::{Chronicle, Count};
use crate::document::Admission;
use crate::guard::{Bad, ChangeId};
use crate::ids::{Class, EntryId};

#[test]
fn asking_after_every_entry_gives_what_asking_once_gives() {
    for seed in seeds(150) {
        let mut dice = Dice::new(seed);
        let world = World::random(&mut dice, 80);
        let mut log = world.log.clone();
        dice.shuffle(&mut log);
        let mut chronicle = Chronicle::new(genesis().clone());
        let mut mirror: BTreeMap<EntryId, Count> = BTreeMap::new();
        for facts in &log {
            if dice.chance(70) {
                chronicle.standing();
            }
            tell(&mut chronicle, std::slice::from_ref(facts));
            for id in std::iter::once(facts.id).chain(chronicle.woken()) {
                if chronicle.contains(&id) {
                    mirror.insert(id, chronicle.count(&id));
                }
            }
            if dice.chance(50) {
                for id in chronicle.recounted() {
                    mirror.insert(id, chronicle.count(&id));
                }
            }
        }
        for id in chronicle.recounted() {
            mirror.insert(id, chronicle.count(&id));
        }
        assert!(chronicle.recounted().is_empty(), "seed {seed}: told twice");
        let batch = told(&log);
        assert_eq!(
            view(&world, &chronicle),
            view(&world, &batch),
            "seed {seed}"
        );
        for id in batch.ids(Class::Content) {
            assert_eq!(
                mirror.get(id),
                Some(&batch.count(id)),
                "seed {seed}: {id} was not told"
            );
        }
    }
}

#[test]
fn admission_is_the_same_change_by_change_and_at_once() {
    for seed in seeds(150) {
        let mut dice = Dice::new(seed);
        let world = World::random(&mut dice, 80);
        let chronicle = world.chronicle();
        let mut once: BTreeMap<_, Admission> = BTreeMap::new();
        let mut slow: BTreeMap<_, Admission> = BTreeMap::new();
        let mut carried: Vec<_> = world.leaves.iter().collect();
        dice.shuffle(&mut carried);
        let bad = |change: &ChangeId| change[0] < 20;
        let judge = |document: &mut Admission| {
            while let Some(change) = document.next_to_judge() {
                let verdict = if bad(&change) {
                    Err(Bad::Apply)
                } else {
                    Ok(())
                };
                document.decided(change, verdict);
            }
        };
        for (entry, leaves) in &carried {
            for (number, leaf) in (0..).zip(leaves.iter()) {
                let at = (**entry, number);
                let count = chronicle.count(entry);
                once.entry(leaf.document)
                    .or_default()
                    .carry(leaf.change, &leaf.deps, at, count);
                let document = slow.entry(leaf.document).or_default();
                let first = dice.one_of(&[Count::Authorised, Count::Adopted, Count::SetAside]);
                document.carry(leaf.change, &leaf.deps, at, first);
                judge(document);
                let mut applied: BTreeSet<ChangeId> = document.admitted().copied().collect();
                document.fresh();
                if !document.recount(**entry, count) {
                    judge(document);
                    applied.extend(document.fresh());
                    let admitted: BTreeSet<ChangeId> = document.admitted().copied().collect();
                    assert_eq!(
                        applied, admitted,
                        "seed {seed}: fresh changes were not told"
                    );
                }
            }
        }
        for document in slow.values_mut() {
            judge(document);
        }
        for (id, document) in &mut once {
            judge(document);
            let other = slow.get(id).unwrap();
            assert!(document.admitted().eq(other.admitted()), "seed {seed}");
            assert!(document.refused().eq(other.refused()), "seed {seed}");
            assert!(document.waiting().eq(other.waiting()), "seed {seed}");
            let order = document.fresh();
            for (place, change) in order.iter().enumerate() {
                let causes = document.deps(change).iter();
                let before = &order[..place];
                assert!(
                    causes.into_iter().all(|dep| before.contains(dep)),
                    "seed {seed}: causes first"
                );
            }
        }
    }
}
