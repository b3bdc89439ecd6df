//! Chains, forks, and what the next entry is written on.

use super::story::{ALICE, NINA, Story, need};
use super::world::{device, told};
use crate::act::Role;
use crate::chronicle::{Alarm, Count};
use crate::ids::{Class, EntryId};
use crate::limits::PREV_MAX;

fn founded_with_nina() -> (Story, EntryId) {
    let (mut story, alice, _) = Story::founded();
    let nina = story.grants(ALICE, alice, NINA, Role::Operator);
    (story, nina)
}

#[test]
fn the_next_entry_is_written_on_the_latest() {
    let (mut story, nina) = founded_with_nina();
    let author = device(NINA);
    assert_eq!(story.post().tips(&author, Class::Content), (vec![], 1));
    let (first, _) = story.writes(NINA, nina, need(0), &[]);
    assert_eq!(story.post().tips(&author, Class::Content), (vec![first], 2));
    let (second, _) = story.writes(NINA, nina, need(0), &[]);
    let post = story.post();
    assert_eq!(post.tips(&author, Class::Content), (vec![second], 3));
    assert_eq!(post.tips(&author, Class::Act), (vec![], 1));
    assert_eq!(post.tips(&device(ALICE), Class::Act).1, 2);
}

#[test]
fn fork_healed_by_two_prev() {
    let (mut story, nina) = founded_with_nina();
    let author = device(NINA);
    let (first, _) = story.writes(NINA, nina, need(0), &[]);
    let changes = || vec![(need(0), vec![])];
    let left = story
        .world
        .write_content(author, nina, vec![first], changes());
    let right = story
        .world
        .write_content(author, nina, vec![first], changes());
    let post = story.post();
    let forks = post.forks();
    assert_eq!(forks.len(), 1);
    let (tips, seq) = post.tips(&author, Class::Content);
    assert_eq!(forks[0].tips, tips);
    assert_eq!((tips.len(), seq), (2, 3));
    assert!(
        post.counted(&left) && post.counted(&right),
        "both sides count"
    );
    let healed = story.world.write_content(author, nina, tips, changes());
    let post = story.post();
    assert!(post.forks().is_empty());
    assert_eq!(post.tips(&author, Class::Content), (vec![healed], 4));
}

#[test]
fn many_forks_alarm_and_heal_a_few_at_a_time() {
    let (mut story, nina) = founded_with_nina();
    let author = device(NINA);
    let changes = || vec![(need(0), vec![])];
    for _ in 0..12 {
        story.world.write_content(author, nina, vec![], changes());
    }
    let alarm = Alarm::ManyForks {
        author,
        class: Class::Content,
    };
    assert!(story.post().alarms().contains(&alarm));
    for _ in 0..2 {
        let (tips, _) = story.post().tips(&author, Class::Content);
        assert!(tips.len() <= PREV_MAX && tips.is_sorted());
        story.world.write_content(author, nina, tips, changes());
    }
    assert!(story.post().forks().is_empty());
}

#[test]
fn an_entry_that_arrives_before_its_past_leaves_a_hole_until_it_comes() {
    let (mut story, nina) = founded_with_nina();
    let (first, _) = story.writes(NINA, nina, need(0), &[]);
    let (second, _) = story.writes(NINA, nina, need(0), &[]);
    let missing_first: Vec<_> = story
        .world
        .log
        .iter()
        .filter(|facts| facts.id != first)
        .cloned()
        .collect();
    let mut post = told(&missing_first);
    let hole = post.holes().into_iter().next().unwrap();
    assert_eq!(
        (hole.missing, hole.author, hole.class),
        (first, device(NINA), Class::Content)
    );
    assert!(post.counted(&second), "holes are fine");
    post.place(story.world.facts(&first).unwrap().clone(), None);
    assert!(post.holes().is_empty());
    assert_eq!(post.tips(&device(NINA), Class::Content), (vec![second], 3));
}

#[test]
fn recounted_tells_what_an_act_changed_and_nothing_else() {
    let (mut story, nina) = founded_with_nina();
    let (kept, _) = story.writes(NINA, nina, need(0), &[]);
    let (cut, _) = story.writes(NINA, nina, need(0), &[]);
    let mut post = story.post();
    let mut all = post.recounted();
    all.sort_unstable();
    let mut both = vec![kept, cut];
    both.sort_unstable();
    assert_eq!(all, both, "offered together with acts, they are told once");
    assert!(post.recounted().is_empty());
    let alice = post
        .standing()
        .member(&device(ALICE))
        .unwrap()
        .cites
        .unwrap();
    let revoke = story.revokes(ALICE, alice, nina, &[kept]);
    post.place(story.world.facts(&revoke).unwrap().clone(), None);
    assert_eq!(post.recounted(), [cut]);
    assert_eq!(post.count(&cut), Count::SetAside);
    let keep = story.adopts(ALICE, alice, &[cut]);
    post.place(story.world.facts(&keep).unwrap().clone(), None);
    assert_eq!(post.recounted(), [cut]);
    assert_eq!(
        (post.count(&kept), post.count(&cut)),
        (Count::Authorised, Count::Adopted)
    );
    assert_eq!(post.contents(Count::Adopted), [cut]);
}
