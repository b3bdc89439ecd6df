//! What must hold in every world. Each property prints the seed of the world that breaks it.

use std::collections::BTreeSet;

use super::model::Model;
use super::view::{View, counted, settle, view};
use super::world::{Dice, World, device, genesis, seeds, tell, territory, told};
use crate::act::{Act, Role, Why};
use crate::chronicle::facts::{Facts, Substance};
use crate::chronicle::{Chronicle, Count};
use crate::document::Admission;
use crate::guard::ChangeId;
use crate::ids::{Class, EntryId};

/// A property of one world; the sentence it breaks, if it breaks.
pub(super) type Property = fn(&mut Dice) -> Result<(), String>;

/// All of them, by name.
pub(super) const PROPERTIES: &[(&str, Property)] = &[
    ("cut_off_is_inert", cut_off_is_inert),
    ("rank_bounds_power", rank_bounds_power),
    ("set_decides", set_decides),
    ("holes_are_fine", holes_are_fine),
    ("readers_agree", readers_agree),
    (
        "content_never_changes_standing",
        content_never_changes_standing,
    ),
    ("only_coordinators_act", only_coordinators_act),
];

/// Runs a property over the worlds of these seeds; what breaks first, and its seed.
pub(super) fn run(property: Property, seeds: std::ops::Range<u64>) -> Result<(), String> {
    for seed in seeds {
        crate::faults::forget_contents();
        property(&mut Dice::new(seed)).map_err(|why| format!("seed {seed}: {why}"))?;
    }
    Ok(())
}

fn holds(property: Property) {
    run(property, seeds(300)).unwrap();
}

fn ensure(holds: bool, otherwise: &str) -> Result<(), String> {
    holds.then_some(()).ok_or_else(|| otherwise.to_owned())
}

#[test]
fn a_device_cut_off_by_a_root_is_inert_with_all_its_accomplices() {
    holds(cut_off_is_inert);
}

/// P1: nothing a device writes after a root cut it off changes anybody's standing or what is shown,
/// whomever it grants. At most it wakes parked entries that someone who counts had already named.
fn cut_off_is_inert(dice: &mut Dice) -> Result<(), String> {
    let mut world = World::random(dice, 60);
    let thief = dice.one_of(&[102, 103, 104, 105, 106, 107, 108, 109]);
    let hers = world
        .log
        .iter()
        .filter(|facts| facts.author == device(thief));
    let keep: Vec<EntryId> = hers.map(|facts| facts.id).collect();
    for grant in world.grants_of(&device(thief)) {
        let revoke = Act::Revoke {
            grant,
            keep: keep.clone(),
            why: Why::Lost,
        };
        world.write(device(100), territory(), vec![], revoke);
    }
    let mut chronicle = world.chronicle();
    let parked: BTreeSet<EntryId> = chronicle.parked().copied().collect();
    for id in &parked {
        chronicle.unpark(id);
    }
    let before = view(&world, &chronicle);
    let cut_at = world.log.len();
    world.go_on(
        dice,
        30,
        &[thief, 110, 111],
        &[102, 105, 109, 110, 111, 112],
    );
    tell(&mut chronicle, &world.log[cut_at..]);
    let after = view(&world, &chronicle);
    ensure(before == after, "a device cut off changed something")?;
    let (early, _) = world.log.split_at(cut_at);
    let late: Vec<Facts> = early
        .iter()
        .filter(|facts| parked.contains(&facts.id))
        .cloned()
        .collect();
    tell(&mut chronicle, &late);
    let woken = view(&world, &chronicle);
    ensure(
        before.acts == woken.acts,
        "waking a stranger's entries changed an act",
    )?;
    let grew = before.contents.is_subset(&woken.contents)
        && before.both.is_subset(&woken.both)
        && before.common.is_subset(&woken.common);
    ensure(grew, "waking a stranger's entries took something away")
}

#[test]
fn what_a_device_can_undo_is_bounded_by_its_rank() {
    holds(rank_bounds_power);
}

/// P2: whatever ceases to count when a device writes was under a grant (or adopted under one) that
/// an authorised grant of that device outranks.
fn rank_bounds_power(dice: &mut Dice) -> Result<(), String> {
    let mut world = World::random(dice, 60);
    let actor = dice.one_of(&[102, 103, 104, 105, 106, 107, 108, 109]);
    let mut chronicle = world.chronicle();
    let before = view(&world, &chronicle);
    let so_far = world.log.len();
    world.go_on(
        dice,
        30,
        &[actor],
        &[102, 103, 104, 105, 106, 107, 108, 109],
    );
    tell(&mut chronicle, &world.log[so_far..]);
    let after = view(&world, &chronicle);
    let model = Model::of(&world.log);
    let hers: Vec<EntryId> = world.grants_of(&device(actor));
    let hers: Vec<EntryId> = hers.into_iter().filter(|id| model.authorised(id)).collect();
    let is_under_her = |mut grant: EntryId| {
        while grant != territory() {
            if hers.iter().any(|id| model.outranks(id, &grant)) {
                return true;
            }
            match model.acts.get(&grant) {
                Some(facts) => grant = facts.grant,
                None => return false,
            }
        }
        false
    };
    let lost_acts = before.acts.difference(&after.acts);
    let lost_contents = before.contents.difference(&after.contents);
    for lost in lost_acts.chain(lost_contents) {
        let facts = world.facts(lost).unwrap();
        let adopters = world.log[..so_far].iter().filter(|keep| {
            let Substance::Act(Act::Keep { tips }) = &keep.substance else {
                return false;
            };
            let tips = tips.iter().copied().collect();
            model
                .past(Class::Content, &tips, &facts.author)
                .contains(lost)
        });
        let bounded = is_under_her(facts.grant)
            || facts.class() == Class::Content
                && adopters.into_iter().any(|keep| is_under_her(keep.grant));
        ensure(bounded, &format!("{lost} was lost to {actor} without rank"))?;
    }
    Ok(())
}

#[test]
fn the_set_decides_whatever_the_order() {
    holds(set_decides);
}

/// P3: any order of arrival, any split, any repetition and any parking give the same sets and views.
fn set_decides(dice: &mut Dice) -> Result<(), String> {
    let world = World::random(dice, 80);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for facts in &world.log {
        let side = if dice.chance(50) {
            &mut left
        } else {
            &mut right
        };
        side.push(facts.clone());
    }
    let mut mixed = world.log.clone();
    dice.shuffle(&mut mixed);
    mixed.extend(world.log.iter().take(10).cloned());
    let one = told(&[left.clone(), right.clone()].concat());
    let expected = (piles(&one), view(&world, &one));
    for order in [[right, left].concat(), mixed] {
        let other = told(&order);
        ensure(piles(&one) == piles(&other), "two orders made two sets")?;
        ensure(
            expected.1 == view(&world, &other),
            "two orders show two views",
        )?;
    }
    Ok(())
}

fn piles(chronicle: &Chronicle) -> [BTreeSet<EntryId>; 3] {
    [
        chronicle.ids(Class::Act).copied().collect(),
        chronicle.ids(Class::Content).copied().collect(),
        chronicle.parked().copied().collect(),
    ]
}

#[test]
fn half_of_a_world_never_panics_and_all_of_it_heals() {
    holds(holes_are_fine);
}

/// Unknown grants, unknown pasts: every question has an answer, and the missing half mends it.
fn holes_are_fine(dice: &mut Dice) -> Result<(), String> {
    let world = World::random(dice, 80);
    let (mut here, mut late) = (Vec::new(), Vec::new());
    for facts in &world.log {
        let side = if dice.chance(60) {
            &mut here
        } else {
            &mut late
        };
        side.push(facts.clone());
    }
    let mut chronicle = told(&here);
    view(&world, &chronicle);
    chronicle.holes();
    chronicle.forks();
    chronicle.alarms();
    tell(&mut chronicle, &late);
    let whole = world.chronicle();
    ensure(
        view(&world, &chronicle) == view(&world, &whole),
        "the late half changed the view",
    )?;
    ensure(
        chronicle.holes() == whole.holes(),
        "the late half changed the holes",
    )?;
    let named = world
        .log
        .iter()
        .filter(|facts| chronicle.contains(&facts.id));
    let named: BTreeSet<EntryId> = named.flat_map(|facts| facts.prev.clone()).collect();
    let holes: BTreeSet<EntryId> = chronicle.holes().iter().map(|hole| hole.missing).collect();
    ensure(holes.is_subset(&named), "a hole nobody names")
}

#[test]
fn readers_of_different_rings_agree_on_what_both_can_read() {
    holds(readers_agree);
}

/// P4: a reader of both rings shows of ring 1 what a reader of ring 1 alone shows.
fn readers_agree(dice: &mut Dice) -> Result<(), String> {
    let world = World::random(dice, 100);
    let View { both, common, .. } = view(&world, &world.chronicle());
    let leaves = world.leaves.values().flatten();
    let in_common = leaves.filter(|leaf| leaf.document.1 == 1);
    let in_common: BTreeSet<ChangeId> = in_common.map(|leaf| leaf.change).collect();
    let of_both: BTreeSet<ChangeId> = both.intersection(&in_common).copied().collect();
    ensure(of_both == common, "readers of different rings disagree")
}

#[test]
fn contents_never_change_standing() {
    holds(content_never_changes_standing);
}

/// P5: a post that holds the acts alone has the final standing.
fn content_never_changes_standing(dice: &mut Dice) -> Result<(), String> {
    let world = World::random(dice, 80);
    let acts = world.log.iter().filter(|facts| facts.class() == Class::Act);
    let whole = world.chronicle();
    let standing_whole = whole.standing().clone();
    crate::faults::forget_contents();
    let bare = told(&acts.cloned().collect::<Vec<Facts>>());
    ensure(
        *bare.standing() == standing_whole,
        "contents changed standing",
    )
}

#[test]
fn only_roots_and_coordinators_act() {
    holds(only_coordinators_act);
}

/// Every act that counts is a root's, or cites a Grant that names its author as coordinator.
fn only_coordinators_act(dice: &mut Dice) -> Result<(), String> {
    let world = World::random(dice, 80);
    let chronicle = world.chronicle();
    for id in chronicle.standing().authorised_acts() {
        let facts = world.facts(id).unwrap();
        let cited = world.facts(&facts.grant).map(|cited| &cited.substance);
        let names_coordinator = matches!(
            cited,
            Some(Substance::Act(Act::Grant { device, role: Role::Coordinator, .. }))
                if *device == facts.author
        );
        let root = facts.grant == territory() && genesis().is_root(&facts.author);
        ensure(
            root || names_coordinator,
            "someone acted without being a coordinator",
        )?;
    }
    Ok(())
}

#[test]
fn the_rules_agree_with_the_plain_model() {
    run(agrees_with_the_model, seeds(300)).unwrap();
}

/// The chronicle says of every entry what the plain model says.
pub(super) fn agrees_with_the_model(dice: &mut Dice) -> Result<(), String> {
    let world = World::random(dice, 80);
    let chronicle = world.chronicle();
    let model = Model::of(&world.log);
    let [acts, contents, parked] = piles(&chronicle);
    ensure(
        acts.iter().eq(model.acts.keys()),
        "other acts are in the set",
    )?;
    ensure(
        contents.iter().eq(model.contents.keys()),
        "other contents are in the set",
    )?;
    ensure(
        parked.iter().eq(model.parked.keys()),
        "other entries are parked",
    )?;
    for id in &acts {
        let agree = chronicle.standing().authorised(id) == model.authorised(id);
        ensure(agree, "an act is judged otherwise")?;
    }
    let adopted = model.adopted();
    for id in &contents {
        let expected = match (model.authorised(id), adopted.contains(id)) {
            (true, _) => Count::Authorised,
            (false, true) => Count::Adopted,
            (false, false) => Count::SetAside,
        };
        ensure(
            chronicle.count(id) == expected,
            "a content is judged otherwise",
        )?;
    }
    Ok(())
}

#[test]
fn the_random_worlds_are_worth_looking_at() {
    let (mut acts, mut contents, mut adopted, mut called_in, mut cut, mut parked) =
        (0, 0, 0, 0, 0, 0);
    let count = 200;
    for seed in 0..count {
        let world = World::random(&mut Dice::new(seed), 80);
        let chronicle = world.chronicle();
        let view = view(&world, &chronicle);
        acts += view.acts.len();
        contents += counted(&chronicle).len();
        adopted += usize::from(!chronicle.contents(Count::Adopted).is_empty());
        let leaves = view
            .contents
            .iter()
            .filter_map(|id| world.leaves.get(id))
            .flatten();
        let by_right: BTreeSet<ChangeId> = leaves.map(|leaf| leaf.change).collect();
        called_in += usize::from(!view.both.is_subset(&by_right));
        let mut permits = chronicle.standing().permits();
        cut += usize::from(permits.any(|permit| permit.authorised && permit.cut.is_some()));
        parked += usize::from(chronicle.park().entries > 0);
    }
    eprintln!(
        "{count} worlds: {acts} acts and {contents} contents count; worlds where something is adopted {adopted}, called in {called_in}, cut {cut}, parked {parked}"
    );
    assert!(acts > 1_000 && contents > 400);
    assert!(adopted > 30 && called_in > 50 && cut > 30 && parked > 30);
    let mut empty = Admission::default();
    settle(&mut empty);
    assert_eq!(empty.admitted().count(), 0);
}
