//! What one author may fill: patience, which never changes what is in the set or counts.

use super::story::{ALICE, BOB, MALLORY, NINA, OSCAR, ROOT, Story, need};
use super::world::{device, territory};
use crate::act::Role;
use crate::chronicle::facts::Facts;
use crate::chronicle::{
    ASIDE_ENTRIES_MAX, AUTHOR_ACTS_MAX, AUTHOR_BYTES_MAX, AUTHOR_ENTRIES_MAX, Chronicle, Over,
    Placement, TIPS_MAX,
};
use crate::ids::{Class, EntryId};

/// So many entries like one, in a chain behind it or each behind the one entry.
fn more(of: &Facts, count: u64, chained: bool) -> Vec<Facts> {
    let mut all = Vec::new();
    let mut last = of.id;
    for number in 0..count {
        let mut next = of.clone();
        let name = [
            of.id.0.as_slice(),
            &number.to_be_bytes(),
            &[u8::from(chained)],
        ]
        .concat();
        next.id = EntryId(*blake3::hash(&name).as_bytes());
        next.prev = vec![if chained { last } else { of.id }];
        last = next.id;
        all.push(next);
    }
    all
}

fn place(post: &mut Chronicle, all: Vec<Facts>) {
    for facts in all {
        assert_eq!(post.place(facts, None), Placement::InSet, "never refused");
    }
}

/// Alice let Mallory in as operator, who wrote one line.
fn mallory() -> (Story, Facts, EntryId, EntryId) {
    let (mut story, alice, _) = Story::founded();
    let grant = story.grants(ALICE, alice, MALLORY, Role::Operator);
    let (line, _) = story.writes(MALLORY, grant, need(0), &[]);
    let facts = story.world.facts(&line).unwrap().clone();
    (story, facts, alice, grant)
}

#[test]
fn an_author_who_fills_his_share_is_over_budget_and_a_raised_one_lets_him_go_on() {
    let (story, line, _, _) = mallory();
    let mut post = story.post();
    place(&mut post, more(&line, AUTHOR_ENTRIES_MAX - 2, true));
    let over =
        |post: &Chronicle, percent| post.over_budget(&device(MALLORY), Class::Content, percent);
    assert_eq!(over(&post, 100), None, "one less than the budget");
    let last = post.contents.writers()[0].entries.last().unwrap().id;
    let mut next = line.clone();
    (next.id, next.prev) = (EntryId([9; 32]), vec![last]);
    place(&mut post, vec![next]);
    assert_eq!(over(&post, 100), Some(Over::Contents));
    assert_eq!(over(&post, 200), None);
    let act = post.over_budget(&device(MALLORY), Class::Act, 100);
    assert_eq!(act, None, "acts have a budget of their own");
    assert_eq!(post.over_budget(&device(ALICE), Class::Content, 100), None);
    assert_eq!(
        post.authors_over_budget(100),
        [(device(MALLORY), Over::Contents)]
    );
}

#[test]
fn few_large_entries_fill_a_share_as_many_small_ones_do() {
    let (story, line, _, _) = mallory();
    let mut post = story.post();
    let mut large = more(&line, AUTHOR_BYTES_MAX / (100 << 10) + 1, true);
    large.iter_mut().for_each(|facts| facts.bytes = 100 << 10);
    place(&mut post, large);
    assert_eq!(
        post.over_budget(&device(MALLORY), Class::Content, 100),
        Some(Over::Bytes)
    );
}

#[test]
fn a_coordinator_who_writes_acts_without_end_is_over_budget_and_the_root_still_ends_it() {
    let (mut story, alice, bob) = Story::founded();
    let grant = story.grants(ALICE, alice, NINA, Role::Observer);
    let facts = story.world.facts(&grant).unwrap().clone();
    let mut post = story.post();
    place(&mut post, more(&facts, AUTHOR_ACTS_MAX, true));
    assert_eq!(
        post.over_budget(&device(ALICE), Class::Act, 100),
        Some(Over::Acts)
    );
    for other in [ROOT, BOB] {
        assert_eq!(post.over_budget(&device(other), Class::Act, 100), None);
    }
    let end = story.revokes(ROOT, territory(), alice, &[]);
    place(&mut post, vec![story.world.facts(&end).unwrap().clone()]);
    assert!(!post.standing().stands(&device(ALICE)));
    assert!(post.standing().permit(&bob).unwrap().stands());
}

#[test]
fn a_fan_of_forks_is_over_budget_and_a_chain_received_in_pieces_is_not() {
    let (story, line, _, _) = mallory();
    let forks = u64::try_from(TIPS_MAX).unwrap();
    let over = |post: &Chronicle| post.over_budget(&device(MALLORY), Class::Content, 100);
    let mut post = story.post();
    place(&mut post, more(&line, forks - 1, false));
    assert_eq!(over(&post), None);
    place(&mut post, more(&line, forks, false).split_off(TIPS_MAX - 1));
    assert_eq!(over(&post), Some(Over::Tips));
    // Every other entry of a long chain: as many tips, each behind an entry that is still to come.
    let mut post = story.post();
    let pieces = more(&line, 4 * forks, true).into_iter().skip(1).step_by(2);
    place(&mut post, pieces.collect());
    assert_eq!(over(&post), None, "a chain that is being received");
}

#[test]
fn what_a_withdrawn_device_goes_on_writing_has_a_small_share() {
    let (mut story, line, alice, grant) = mallory();
    story.revokes(ALICE, alice, grant, &[line.id]);
    let over = |post: &Chronicle| post.over_budget(&device(MALLORY), Class::Content, 100);
    let mut post = story.post();
    assert_eq!(over(&post), None);
    place(&mut post, more(&line, ASIDE_ENTRIES_MAX - 1, true));
    assert_eq!(over(&post), None);
    place(&mut post, more(&line, 2, false));
    assert_eq!(over(&post), Some(Over::Aside));
    assert!(post.counted(&line.id), "what was kept counts as before");
    assert_eq!(over(&story.post()), None, "where nothing is set aside");
}

#[test]
fn a_fresh_post_gets_all_that_a_withdrawal_keeps() {
    let (mut story, line, alice, grant) = mallory();
    let kept = more(&line, ASIDE_ENTRIES_MAX + 100, true);
    story.revokes(ALICE, alice, grant, &[kept.last().unwrap().id]);
    let mut post = story.post();
    for facts in kept {
        // The past of the cut is not known before its end has come: nothing counts, and all is wanted.
        assert_eq!(
            post.over_budget(&device(MALLORY), Class::Content, 100),
            None
        );
        post.place(facts, None);
    }
    assert_eq!(post.contents(crate::Count::SetAside), []);
}

#[test]
fn authors_minted_by_a_stolen_coordinator_share_one_budget() {
    let (mut story, alice, _) = Story::founded();
    let oscar = story.grants(ALICE, alice, OSCAR, Role::Coordinator);
    story.revokes(ALICE, alice, oscar, &[]);
    let mut minted = Vec::new();
    for number in 0..12 {
        let grant = story.grants(OSCAR, oscar, 20 + number, Role::Operator);
        let (line, _) = story.writes(20 + number, grant, need(number), &[]);
        minted.push(story.world.facts(&line).unwrap().clone());
    }
    let mut post = story.post();
    for line in &minted[..9] {
        let mut all = more(line, 75, true);
        all.iter_mut().for_each(|facts| facts.bytes = 100 << 10);
        place(&mut post, all);
    }
    let last = minted[11].author;
    assert_eq!(post.load(&last).contents, 1, "who wrote next to nothing");
    assert_eq!(
        post.over_budget(&last, Class::Content, 100),
        Some(Over::AllAside)
    );
    assert_eq!(post.over_budget(&device(ALICE), Class::Content, 100), None);
}
