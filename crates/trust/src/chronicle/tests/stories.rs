//! Revocations, rogues and thieves.

use super::story::{ALICE, BOB, MALLORY, NINA, OSCAR, OTHER_ROOT, ROOT, Story, need};
use super::world::{device, territory, told};
use crate::act::Role;
use crate::chronicle::Count;
use crate::ids::{Class, EntryId};
use crate::standing::Status;

#[test]
fn mutual_revocation_is_void() {
    let (mut story, alice, bob) = Story::founded();
    let mallory = story.grants(ALICE, alice, MALLORY, Role::Operator);
    let (entry, _) = story.writes(MALLORY, mallory, need(0), &[]);
    let one = story.revokes(ALICE, alice, bob, &[]);
    let other = story.revokes(BOB, bob, alice, &[]);
    let post = story.post();
    assert!(post.standing().authorised(&one) && post.standing().authorised(&other));
    assert!(post.standing().stands(&device(ALICE)) && post.standing().stands(&device(BOB)));
    assert!(post.counted(&entry), "equals cannot undo each other");
    story.revokes(OTHER_ROOT, territory(), alice, &[mallory]);
    let post = story.post();
    assert!(!post.standing().stands(&device(ALICE)), "a root decides");
    assert!(post.standing().stands(&device(BOB)) && post.counted(&entry));
}

#[test]
fn rogue_undone_by_one_act() {
    let (mut story, alice, bob) = Story::founded();
    let nina = story.grants(BOB, bob, NINA, Role::Operator);
    let (before, _) = story.writes(NINA, nina, need(0), &[]);
    let thrown_out = story.revokes(ALICE, alice, nina, &[]);
    let (meanwhile, _) = story.writes(NINA, nina, need(0), &[]);
    let friend = story.grants(ALICE, alice, OSCAR, Role::Coordinator);
    let (friends_word, _) = story.writes(OSCAR, friend, need(1), &[]);
    let post = story.post();
    assert!(!post.counted(&before) && post.counted(&friends_word));
    story.revokes(ROOT, territory(), alice, &[]);
    let post = story.post();
    assert!(!post.standing().authorised(&thrown_out));
    assert!(post.standing().stands(&device(NINA)));
    assert!(
        post.counted(&before) && post.counted(&meanwhile),
        "with all she wrote meanwhile"
    );
    assert!(!post.counted(&friends_word) && !post.standing().stands(&device(OSCAR)));
}

#[test]
fn thief_grants_accomplice() {
    let (mut story, alice, bob) = Story::founded();
    let (mine, _) = story.writes(ALICE, alice, need(0), &[]);
    story.revokes(ROOT, territory(), alice, &[mine]);
    let accomplice = story.grants(ALICE, alice, MALLORY, Role::Coordinator);
    let (word, change) = story.writes(MALLORY, accomplice, need(1), &[]);
    let next = story.grants(MALLORY, accomplice, OSCAR, Role::Operator);
    let (more, _) = story.writes(OSCAR, next, need(1), &[]);
    let post = story.post();
    assert!(!post.standing().authorised(&accomplice) && !post.standing().authorised(&next));
    assert_eq!(
        post.standing().member(&device(MALLORY)).unwrap().status,
        Status::Void
    );
    assert!(
        post.contains(&word) && post.contains(&more),
        "in the set, with everybody"
    );
    assert_eq!(post.count(&word), Count::SetAside);
    story.adopts(BOB, bob, &[word]);
    let post = story.post();
    assert_eq!(post.count(&word), Count::Adopted, "adoptable");
    assert!(story.view().both.contains(&change));
    assert!(!post.counted(&more));
}

#[test]
fn honest_work_on_thief_entries_survives_marked() {
    let (mut story, alice, bob) = Story::founded();
    let thief = story.grants(ALICE, alice, MALLORY, Role::Operator);
    let nina = story.grants(ALICE, alice, NINA, Role::Operator);
    let (first, c1) = story.writes(MALLORY, thief, need(0), &[]);
    let twin = (false, 2, 5);
    let batch = vec![(need(0), vec![c1]), (need(1), vec![]), (twin, vec![])];
    let (second, c2) = story.writes_batch(MALLORY, thief, batch);
    let (_, c3) = story.writes(MALLORY, thief, need(4), &[]);
    let (honest, cn) = story.writes(NINA, nina, need(0), &[c2[0]]);
    story.revokes(BOB, bob, thief, &[first]);
    let (post, view) = (story.post(), story.view());
    assert!(post.counted(&first) && post.counted(&honest));
    assert_eq!(
        post.count(&second),
        Count::SetAside,
        "the entry stays aside"
    );
    assert!(view.both.contains(&c1) && view.both.contains(&c2[0]) && view.both.contains(&cn));
    assert!(
        !view.both.contains(&c2[1]) && !view.both.contains(&c2[2]),
        "a change alone"
    );
    assert!(!view.both.contains(&c3));
}

#[test]
fn highest_cut_decides() {
    let (mut story, _, bob) = Story::founded();
    let deputy = story.grants(BOB, bob, OSCAR, Role::Coordinator);
    let (first, _) = story.writes(OSCAR, deputy, need(1), &[]);
    let (second, _) = story.writes(OSCAR, deputy, need(1), &[]);
    story.revokes(ROOT, territory(), deputy, &[first]);
    story.revokes(BOB, bob, deputy, &[second]);
    let post = story.post();
    assert!(post.counted(&first));
    assert!(
        !post.counted(&second),
        "a deputy cannot widen what the root kept"
    );
    story.revokes(OTHER_ROOT, territory(), deputy, &[second]);
    assert!(story.post().counted(&second), "an equal of the root can");
}

#[test]
fn readmitted_device() {
    let (mut story, alice, _) = Story::founded();
    let first = story.grants(ALICE, alice, NINA, Role::Operator);
    let (kept, _) = story.writes(NINA, first, need(0), &[]);
    story.revokes(ALICE, alice, first, &[kept]);
    let (lost, _) = story.writes(NINA, first, need(0), &[]);
    assert!(!story.post().standing().stands(&device(NINA)));
    let again = story.grants(ALICE, alice, NINA, Role::Operator);
    let (new, _) = story.writes(NINA, again, need(0), &[]);
    let post = story.post();
    assert!(post.standing().stands(&device(NINA)));
    assert_eq!(
        post.may_write(&device(NINA), &[(1, 1)]),
        Ok(again),
        "she cites the new grant"
    );
    assert!(post.counted(&kept) && post.counted(&new) && !post.counted(&lost));
}

#[test]
fn role_lowered_in_partition() {
    let (mut story, alice, bob) = Story::founded();
    let coordinator = story.grants(ALICE, alice, OSCAR, Role::Coordinator);
    let (decision, _) = story.writes(OSCAR, coordinator, (true, 1, 0), &[]);
    // On one side, Oscar becomes an operator; on the other, he goes on as coordinator.
    let keep = [decision];
    story.revokes(ALICE, alice, coordinator, &keep);
    let operator = story.grants(ALICE, alice, OSCAR, Role::Operator);
    let late = story.grants(OSCAR, coordinator, NINA, Role::Operator);
    let (ordered, _) = story.writes(OSCAR, coordinator, (true, 1, 0), &[]);
    let post = story.post();
    assert!(post.counted(&decision) && !post.counted(&ordered));
    assert_eq!(
        post.standing().member(&device(NINA)).unwrap().status,
        Status::Void
    );
    assert!(!post.standing().authorised(&late));
    let (field, _) = story.writes(OSCAR, operator, need(0), &[]);
    let (still, _) = story.writes(OSCAR, operator, (true, 1, 0), &[]);
    story.adopts(BOB, bob, &[ordered]);
    let post = story.post();
    assert!(post.counted(&field) && !post.counted(&still));
    assert_eq!(
        post.count(&ordered),
        Count::Adopted,
        "what he did in good faith can be taken up"
    );
}

#[test]
fn adopted_then_revoked_adopter() {
    let (mut story, alice, bob) = Story::founded();
    let thief = story.grants(ALICE, alice, MALLORY, Role::Operator);
    let (word, _) = story.writes(MALLORY, thief, need(0), &[]);
    story.revokes(ALICE, alice, thief, &[]);
    let adoption = story.adopts(BOB, bob, &[word]);
    let post = story.post();
    assert!(post.counted(&word));
    assert_eq!(post.adopted_by(&word), [adoption]);
    story.revokes(ROOT, territory(), bob, &[]);
    assert!(!story.post().counted(&word), "it falls with its adopter");
    story.revokes(OTHER_ROOT, territory(), bob, &[adoption]);
    assert!(story.post().counted(&word), "unless the adoption was kept");
}

#[test]
fn no_state_reset() {
    let (mut story, alice, bob) = Story::founded();
    let nina = story.grants(ALICE, alice, NINA, Role::Operator);
    let thief = story.grants(ALICE, alice, MALLORY, Role::Operator);
    let (stolen, _) = story.writes(MALLORY, thief, need(0), &[]);
    let revoked_at = story.world.log.len();
    story.revokes(BOB, bob, thief, &[]);
    let here = story.clone();
    // A month on the other side, where nobody heard.
    for number in 0..30 {
        story.writes(MALLORY, thief, need(number), &[]);
        story.writes(NINA, nina, need(number), &[]);
    }
    let mut log = story.world.log.clone();
    let revoke = log.remove(revoked_at);
    let mut month_old = told(&log);
    assert!(month_old.standing().stands(&device(MALLORY)));
    month_old.place(revoke, None);
    let mut told_here = here.post();
    for facts in &log {
        if !told_here.contains(&facts.id) {
            told_here.place(facts.clone(), None);
        }
    }
    for post in [month_old, told_here] {
        assert!(!post.standing().stands(&device(MALLORY)) && !post.counted(&stolen));
        assert!(post.standing().stands(&device(NINA)));
        let counted = post.contents(Count::Authorised).len();
        assert_eq!(counted, 30, "what Nina wrote, and nothing of the thief's");
    }
}

#[test]
fn two_partitions_two_coordinators_same_device() {
    let (mut story, alice, bob) = Story::founded();
    let nina = story.grants(ALICE, alice, NINA, Role::Operator);
    let (seen_by_alice, _) = story.writes(NINA, nina, need(0), &[]);
    let (seen_by_bob, _) = story.writes(NINA, nina, need(0), &[]);
    let (seen_by_nobody, _) = story.writes(NINA, nina, need(0), &[]);
    story.revokes(ALICE, alice, nina, &[seen_by_alice]);
    story.revokes(BOB, bob, nina, &[seen_by_bob]);
    let post = story.post();
    assert!(
        post.counted(&seen_by_alice) && post.counted(&seen_by_bob),
        "what equals keep unites"
    );
    assert!(!post.counted(&seen_by_nobody));
    assert_eq!(
        post.standing()
            .permit(&nina)
            .unwrap()
            .cut
            .as_ref()
            .unwrap()
            .revokes
            .len(),
        2
    );
}

#[test]
fn all_coordinators_lost_envelope() {
    let (mut story, alice, bob) = Story::founded();
    let nina = story.grants(ALICE, alice, NINA, Role::Operator);
    let (word, _) = story.writes(NINA, nina, need(0), &[]);
    let seen = story.post().maxima(&device(ALICE), Class::Act, &|_| true);
    story.revokes(ROOT, territory(), alice, &seen);
    story.revokes(ROOT, territory(), bob, &[]);
    let new = story.grants(ROOT, territory(), OSCAR, Role::Coordinator);
    let post = story.post();
    assert!(
        post.counted(&word) && post.standing().stands(&device(NINA)),
        "members stay"
    );
    let act = crate::act::Act::Keep { tips: vec![] };
    assert_eq!(post.may_act(&device(OSCAR), &act), Ok(new));
    assert!(post.may_act(&device(ALICE), &act).is_err());
}

#[test]
fn a_cut_is_by_past_and_holes_made_on_purpose_hide_nothing() {
    let (mut story, alice, _) = Story::founded();
    let nina = story.grants(ALICE, alice, NINA, Role::Operator);
    let (first, _) = story.writes(NINA, nina, need(0), &[]);
    let (hidden, _) = story.writes(NINA, nina, need(0), &[]);
    let (third, _) = story.writes(NINA, nina, need(0), &[]);
    let without: Vec<_> = story
        .world
        .log
        .iter()
        .filter(|f| f.id != hidden)
        .cloned()
        .collect();
    let mut post = told(&without);
    assert_eq!(post.holes().len(), 1);
    let mut expected = vec![first, third];
    expected.sort_unstable();
    let keep = post.maxima(&device(NINA), Class::Content, &|_| true);
    assert_eq!(keep, expected, "both sides of the hole are named");
    story.revokes(ALICE, alice, nina, &keep);
    let backdated =
        story
            .world
            .write_content(device(NINA), nina, vec![first], vec![(need(0), vec![])]);
    for facts in story.world.log.iter().filter(|facts| facts.id != hidden) {
        if !post.contains(&facts.id) {
            post.place(facts.clone(), None);
        }
    }
    assert!(post.counted(&first) && post.counted(&third));
    assert!(
        !post.counted(&backdated),
        "a fork written today on an old entry"
    );
    post.recounted();
    let filler: EntryId = hidden;
    post.place(story.world.facts(&filler).unwrap().clone(), None);
    assert!(
        post.counted(&hidden),
        "the hole filled, the answer improves"
    );
}
