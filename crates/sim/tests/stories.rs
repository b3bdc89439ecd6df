//! Short stories of meshes. Each is one seed; what fails names it.

use std::time::Duration;

use beffroi_sim::{Quality, World, peer_id, topology};
use beffroi_sync::wire::Prefix;
use beffroi_sync::{Notice, Reason};
use beffroi_trust::Class;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Starts a world and lets links come up.
fn settled(mut world: World) -> World {
    world.start();
    world.run(seconds(5));
    world
}

#[test]
fn two_runs_of_one_seed_are_the_same() {
    let run = |seed| {
        let mut world = settled(topology::grid(seed, 3, Quality::foul()));
        for post in 0..9 {
            world.write(post, 5);
            world.run(seconds(1));
        }
        world.run(seconds(20));
        (
            world.tally.bytes.clone(),
            world.tally.frames,
            world.tally.delays.clone(),
        )
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn the_ends_of_a_line_never_meet_and_become_equal() {
    let mut world = topology::line(3, 3, Quality::lan());
    world.start();
    world.cut(1, 2, true);
    world.run(seconds(5));
    world.write(0, 20);
    world.write(2, 20);
    world.run(seconds(5));
    // The middle post walks from one end to the other.
    for trip in 0..4 {
        let at_the_far_end = trip % 2 == 0;
        world.cut(0, 1, at_the_far_end);
        world.cut(1, 2, !at_the_far_end);
        world.run(seconds(10));
    }
    assert!(world.are_equal());
    assert_eq!(world.model.len(), 40);
    world.check_end();
    assert_eq!(world.peers_of(0), [peer_id(1)]);
    assert_eq!(world.peers_of(2), [peer_id(1)]);
}

#[test]
fn a_live_edit_is_everywhere_in_a_tenth_of_a_second() {
    let mut world = settled(topology::line(4, 5, Quality::lan()));
    world.start_tally();
    let entry = world.write(0, 1)[0];
    let took = world.run_until_equal(seconds(1)).unwrap();
    assert!(took < Duration::from_millis(100), "{took:?}");
    world.run(seconds(2));
    assert!((1..5).all(|post| world.posts[post].disk.has(&entry)));
    assert!(world.engine(0).unwrap().acknowledged(&peer_id(1), &entry));
    assert!(
        !world.engine(0).unwrap().acknowledged(&peer_id(4), &entry),
        "never met"
    );
    assert!(world.all_say_in_step());
    world.check_end();
}

#[test]
fn a_crash_in_the_middle_loses_nothing_that_was_acknowledged() {
    let mut world = settled(topology::line(5, 3, Quality::lan()));
    for round in 0..20 {
        world.write(0, 3);
        world.write(1, 1);
        world.run(Duration::from_millis(5 + round));
        if round % 4 == 3 {
            world.crash(1);
            world.run(Duration::from_millis(100));
            world.restart(1);
            world.run(Duration::from_millis(700));
        }
    }
    assert!(world.run_until_equal(seconds(60)).is_some());
    world.run(seconds(60));
    world.check_end();
    assert!(world.all_say_in_step());
    assert!(world.model.len() > 60, "the entries of post 0 at least");
}

#[test]
fn an_empty_post_joins_though_its_line_breaks_twice() {
    let mut world = topology::line(6, 2, Quality::lan());
    world.preload([0], 20_000);
    world.start();
    for percent in [20, 60] {
        while world.posts[1].disk.len() < 200 * percent {
            world.run(Duration::from_millis(20));
        }
        world.cut(0, 1, true);
        world.run(seconds(1));
        world.cut(0, 1, false);
    }
    assert!(world.run_until_equal(seconds(30)).is_some());
    world.run(seconds(5));
    world.check_end();
    assert!(world.all_say_in_step());
    let began = world.posts[1]
        .notices
        .iter()
        .filter(|n| matches!(n, Notice::BulkBegan(_)))
        .count();
    assert_eq!(began, 1, "it was resumed, not begun again");
    let repeats = world.tally.copies - 20_000;
    assert!(repeats < 6_000, "{repeats} copies came twice");
    let bytes = |kind| world.tally.bytes.get(kind).copied().unwrap_or(0);
    let overhead = bytes("reconciliation") + bytes("requests");
    assert!(overhead < 20_000, "{overhead} B");
}

#[test]
fn two_holders_share_the_streaming() {
    let mut world = topology::full(7, 3, Quality::lan());
    world.preload([0, 1], 10_000);
    world.start();
    assert!(world.run_until_equal(seconds(30)).is_some());
    world.run(seconds(5));
    world.check_end();
    assert!(
        world.tally.copies < 10_600,
        "{} copies of 10,000",
        world.tally.copies
    );
}

#[test]
fn many_neighbours_cost_the_payload_once() {
    let mut world = topology::full(8, 6, Quality::lan());
    world.preload(0..5, 3_000);
    world.start();
    world.cut(0, 5, true);
    world.run(seconds(5));
    assert!(world.run_until_equal(seconds(60)).is_some());
    // All five others write while the sixth is away.
    world.partition(&|post| post == 5, true);
    for post in 0..5 {
        world.write(post, 100);
    }
    world.run(seconds(20));
    world.start_tally();
    world.partition(&|post| post == 5, false);
    assert!(world.run_until_equal(seconds(30)).is_some());
    world.run(seconds(20));
    assert!(
        world.tally.copies <= 520,
        "{} copies of 500",
        world.tally.copies
    );
    world.check_end();
}

#[test]
fn a_silent_link_is_noticed() {
    let mut world = settled(topology::line(9, 2, Quality::lan()));
    let in_step = |world: &World| world.engine(0).unwrap().peer(&peer_id(1)).unwrap().in_step;
    assert!(in_step(&world));
    world.mute(0, 1, true);
    world.run(seconds(60));
    assert!(!in_step(&world), "a silent post is never in step");
    assert!(world.posts[0].hung_up.contains(&(1, Reason::Silent)));
    world.mute(0, 1, false);
    world.write(0, 1);
    world.run(seconds(60));
    assert!(in_step(&world));
    world.check_end();
}

#[test]
fn if_every_push_is_lost_heartbeats_suffice() {
    let mut world = settled(topology::line(10, 4, Quality::lan()));
    for round in 0..5 {
        world.set_quality(Quality::losing(100));
        world.write(round % 4, 2);
        world.run(seconds(6));
        world.set_quality(Quality::lan());
        world.run(seconds(20));
    }
    assert!(world.run_until_equal(seconds(60)).is_some());
    world.run(seconds(30));
    world.check_end();
    assert!(world.all_say_in_step());
}

#[test]
fn unequal_roots_by_parked_entries_do_not_loop() {
    let mut world = topology::line(11, 3, Quality::lan());
    world.start();
    world.run(seconds(3));
    // Posts 0 and 1 know author 7; the grant is kept from post 2 for now.
    world.cut(1, 2, true);
    let grant = world.grant(0, 7);
    world.run(seconds(1));
    world.write_as(0, 40, 7);
    world.run(seconds(5));
    // Post 2 loses the act on its way in, as from a peer that withholds it.
    world.forget(1, &grant);
    world.crash(1);
    world.restart(1);
    world.cut(0, 1, true);
    world.cut(1, 2, false);
    world.run(seconds(30));
    assert_eq!(world.engine(2).unwrap().parked(), 40);
    world.start_tally();
    world.run(seconds(1_800));
    assert!(
        world.tally.sessions <= 2,
        "{} sessions in half an hour",
        world.tally.sessions
    );
    assert!(
        world.tally.bytes_total() < 40_000,
        "{:?}",
        world.tally.bytes
    );
    // The grant arrives at last.
    world.cut(0, 1, false);
    assert!(world.run_until_equal(seconds(120)).is_some());
    world.run(seconds(30));
    assert_eq!(world.engine(2).unwrap().parked(), 0);
    world.check_end();
}

#[test]
fn a_park_that_overflows_is_asked_again_when_the_grant_has_come() {
    let mut world = topology::line(12, 2, Quality::lan());
    world.park_max = 10;
    world.start();
    world.run(seconds(3));
    world.cut(0, 1, true);
    let grant = world.grant(0, 7);
    world.run(seconds(1));
    world.write_as(0, 60, 7);
    world.run(seconds(1));
    let kept = world.posts[0].disk.clone();
    world.forget(0, &grant);
    world.crash(0);
    world.restart(0);
    world.cut(0, 1, false);
    world.run(seconds(30));
    assert_eq!(world.engine(1).unwrap().parked(), 10);
    world.crash(0);
    world.put_back(0, kept);
    world.restart(0);
    assert!(world.run_until_equal(seconds(120)).is_some());
    world.run(seconds(30));
    world.check_end();
}

#[test]
fn an_author_over_budget_is_not_asked_for_again_and_again_and_resumes_when_it_is_raised() {
    let mut world = topology::line(15, 3, Quality::lan());
    world.start();
    world.run(seconds(3));
    world.grant(0, 7);
    world.run(seconds(1));
    // Who writes holds what he writes; the others take ten of his.
    world.author_max = 10;
    world.write_as(0, 300, 7);
    world.run(seconds(30));
    let held = |world: &World, post: usize| world.engine(post).unwrap().count(Class::Content);
    // What is between its check and the disk is taken too.
    assert_eq!(held(&world, 0), 300);
    for post in [1, 2] {
        let held = held(&world, post);
        assert!((10..150).contains(&held), "post {post} holds {held}");
    }
    world.start_tally();
    world.run(seconds(1_800));
    assert!(
        world.tally.sessions <= 4 && world.tally.bytes_total() < 60_000,
        "{} sessions, {:?} in half an hour",
        world.tally.sessions,
        world.tally.bytes
    );
    // Others' work goes on meanwhile, in both directions.
    let edit = world.write(2, 1)[0];
    world.run(seconds(10));
    assert!(world.posts[0].disk.has(&edit));
    let edit = world.write(0, 1)[0];
    world.run(seconds(10));
    assert!(world.posts[2].disk.has(&edit));
    world.start_tally();
    world.run(seconds(1_800));
    assert!(
        world.tally.sessions <= 4,
        "{} sessions after an edit",
        world.tally.sessions
    );
    world.raise_author_max(1_000);
    assert!(world.run_until_equal(seconds(120)).is_some());
    world.run(seconds(30));
    world.check_end();
}

#[test]
fn a_full_disk_says_so_and_goes_on_when_freed() {
    let mut world = settled(topology::line(13, 3, Quality::lan()));
    world.fill_disk(1, true);
    let entry = world.write(0, 1)[0];
    world.run(seconds(60));
    assert!(world.posts[1].notices.contains(&Notice::Stopped));
    assert!(!world.engine(0).unwrap().acknowledged(&peer_id(1), &entry));
    world.check_claims();
    world.fill_disk(1, false);
    assert!(world.run_until_equal(seconds(60)).is_some());
    world.run(seconds(30));
    world.check_end();
    assert!(world.all_say_in_step());
}

#[test]
fn wrong_clocks_cost_bytes_never_correctness() {
    let mut world = topology::grid(14, 3, Quality::lan());
    for (post, skew) in [-1_790_000_000, 2_000_000_000, 86_400, -86_400, 3_600]
        .into_iter()
        .enumerate()
    {
        world.skew(post, skew);
    }
    let mut world = settled(world);
    world.partition(&|post| post < 4, true);
    for post in 0..9 {
        world.write(post, 30);
    }
    world.run(seconds(10));
    world.partition(&|post| post < 4, false);
    assert!(world.run_until_equal(seconds(60)).is_some());
    world.run(seconds(40));
    world.check_end();
}

#[test]
fn a_thin_link_gets_ids_and_small_packs_and_converges() {
    let mut world = settled(topology::line(15, 2, Quality::thin(1_000)));
    world.run(seconds(20));
    world.start_tally();
    world.write(0, 40);
    assert!(world.run_until_equal(seconds(120)).is_some());
    world.run(seconds(700));
    world.check_end();
    assert!(
        world.posts.iter().all(|post| post.hung_up.is_empty()),
        "patience"
    );
    let copies = world.tally.copies;
    assert_eq!(copies, 40, "nothing twice");
    world.start_tally();
    world.run(seconds(3_000));
    assert!(world.tally.bytes_total() < 3_000, "{:?}", world.tally.bytes);
}

#[test]
fn addresses_are_told_to_neighbours() {
    let mut world = settled(topology::line(16, 3, Quality::lan()));
    world.reachable(1, 0, "/ip4/192.0.2.7/tcp/7410");
    world.run(seconds(5));
    let told = |post: usize| {
        let mut notices = world.posts[post].notices.iter();
        notices.find_map(|notice| {
            let Notice::Addresses(from, list) = notice else {
                return None;
            };
            Some((*from, list.clone()))
        })
    };
    let (from, list) = told(2).unwrap();
    assert_eq!(from, peer_id(1));
    assert_eq!(list[0].peer, peer_id(0).0);
    assert_eq!(&*list[0].address, "/ip4/192.0.2.7/tcp/7410");
    assert_eq!(told(0), None, "nobody is told its own address");
}

#[test]
fn equal_posts_rest() {
    let mut world = topology::full(17, 5, Quality::lan());
    world.preload(0..5, 1_000);
    let mut world = settled(world);
    world.start_tally();
    world.run(seconds(7_200));
    let minutes = 120 * 5 * 4;
    let per_minute = world.tally.bytes_total() / minutes;
    assert!(per_minute < 300, "{per_minute} B a minute and neighbour");
    assert!(
        world.tally.sessions <= 3 * 2 * 10,
        "audits only: {}",
        world.tally.sessions
    );
    assert!(world.all_say_in_step());
    let name = Prefix::from(*world.model.keys().next().unwrap());
    assert!(name.names(world.engine(0).unwrap().ids(Class::Content).next().unwrap()));
}
