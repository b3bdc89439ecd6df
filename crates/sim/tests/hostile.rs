//! Meshes with liars in them: the honest posts still become equal, and believe nothing false.

use std::time::Duration;

use beffroi_sim::{LIES, Lie, Quality, World, topology};
use beffroi_sync::limits::FRAME_BYTES_MAX;

fn honest_are_equal(world: &World, liar: usize) -> bool {
    let honest = |post: &usize| *post != liar;
    let mut posts = (0..world.posts.len()).filter(honest);
    posts.all(|post| world.model.keys().all(|id| world.posts[post].disk.has(id)))
}

/// A ring of five, one of them lying: it has two honest neighbours that reach each other without it.
fn with_a_liar(seed: u64, lie: Lie) -> World {
    let mut world = topology::web(seed, 5, Quality::lan());
    world.preload(0..5, 300);
    world.start();
    world.lies(2, lie);
    world.run(Duration::from_secs(5));
    for round in 0..10 {
        for post in [0, 1, 3, 4] {
            world.write(post, 1 + round % 3);
        }
        world.run(Duration::from_secs(1));
    }
    for _ in 0..60 {
        if honest_are_equal(&world, 2) {
            break;
        }
        world.run(Duration::from_secs(2));
    }
    world
}

#[test]
fn no_lie_keeps_honest_posts_apart() {
    for (lie, seed) in LIES.into_iter().zip(100..) {
        let world = with_a_liar(seed, lie);
        assert!(
            honest_are_equal(&world, 2),
            "{lie:?}, seed {seed}, at {:?}",
            world.now.0
        );
        world.check_claims();
    }
}

#[test]
fn liars_whose_bytes_are_wrong_are_hung_up_on() {
    for (lie, seed) in [
        (Lie::Garbage, 200),
        (Lie::Oversize, 201),
        (Lie::Breaks, 202),
    ] {
        let mut world = with_a_liar(seed, lie);
        world.write(2, 3);
        world.run(Duration::from_secs(60));
        let hung_up = world.posts.iter().flat_map(|post| &post.hung_up);
        let banned = hung_up
            .filter(|(other, reason)| *other == 2 && reason.ban().is_some())
            .count();
        assert!(banned > 0, "{lie:?}, seed {seed}");
        let unjust = world
            .posts
            .iter()
            .enumerate()
            .filter(|(post, _)| *post != 2);
        let mut unjust = unjust.flat_map(|(_, post)| &post.hung_up);
        assert!(unjust.all(|(other, reason)| *other == 2 || reason.ban().is_none()));
    }
}

#[test]
fn a_liar_costs_its_neighbours_little() {
    for (lie, seed) in LIES.into_iter().zip(300..) {
        let mut world = with_a_liar(seed, lie);
        world.start_tally();
        world.run(Duration::from_secs(600));
        let bytes = world.tally.bytes_total();
        // A frame over the limit is counted here as sent; a real link reads its length and closes.
        let oversize = if lie == Lie::Oversize {
            3 * FRAME_BYTES_MAX as u64
        } else {
            0
        };
        let by_kind = &world.tally.bytes;
        assert!(
            bytes < 1_000_000 + oversize,
            "{lie:?}, seed {seed}: {bytes} B in ten minutes: {by_kind:?}"
        );
    }
}
