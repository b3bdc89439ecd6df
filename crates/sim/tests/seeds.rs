//! Random histories from a fixed list of seeds: every fault at once, then peace; all must agree. A
//! seed that ever failed joins the list.

use std::time::Duration;

use beffroi_sim::{Chance, Quality, World, topology};

fn shape(seed: u64, chance: &mut Chance) -> World {
    let quality = [
        Quality::lan(),
        Quality::losing(10),
        Quality::losing(30),
        Quality::foul(),
    ];
    let quality = quality[chance.below(quality.len())];
    match chance.below(4) {
        0 => topology::line(seed, 3 + chance.below(4), quality),
        1 => topology::grid(seed, 2 + chance.below(2), quality),
        2 => topology::full(seed, 3 + chance.below(5), quality),
        _ => topology::web(seed, 4 + chance.below(6), quality),
    }
}

/// One turn of fate.
fn turn(world: &mut World, chance: &mut Chance, author: &mut u32) {
    let posts = world.posts.len();
    let post = chance.below(posts);
    match chance.below(12) {
        0 => world.crash(post),
        1 => world.restart(post),
        2 => {
            let edge = chance.below(posts);
            world.partition(&|post| post <= edge, true);
        }
        3 => world.partition(&|post| post == 0, false),
        4 => {
            world.mute(post, (post + 1) % posts, true);
        }
        5 => world.fill_disk(post, chance.percent(50)),
        6 => {
            let shift = i64::try_from(chance.below(200_000)).unwrap_or(0);
            world.skew(post, shift - 100_000);
        }
        7 => {
            *author += 1;
            if world.engine(post).is_some() {
                world.grant(post, *author);
                world.write_as(post, 1 + chance.below(5), *author);
            }
        }
        8 => {
            if world.engine(post).is_some() {
                world.write(post, 100 + chance.below(300));
            }
        }
        _ => {
            if world.engine(post).is_some() {
                world.write(post, 1 + chance.below(4));
            }
        }
    }
}

fn make_peace(world: &mut World) {
    let posts = world.posts.len();
    world.set_quality(Quality::lan());
    for post in 0..posts {
        for other in 0..posts {
            world.mute(post, other, false);
        }
    }
    world.partition(&|post| post == 0, false);
    for edge in 0..posts {
        world.partition(&|post| post <= edge, false);
    }
    for post in 0..posts {
        world.restart(post);
        world.fill_disk(post, false);
    }
}

/// Runs one history to its end.
fn live(seed: u64) {
    let mut chance = Chance::new(seed);
    let mut world = shape(seed, &mut chance);
    let base = [0, 0, 50, 1_500][chance.below(4)];
    let lucky = chance.below(world.posts.len());
    world.preload([lucky], base);
    world.start();
    let mut author = 0;
    for _ in 0..60 {
        turn(&mut world, &mut chance, &mut author);
        let pause = chance.span((Duration::from_millis(1), Duration::from_millis(2_500)));
        world.run(pause);
    }
    world.check_claims();
    make_peace(&mut world);
    let agreed = world.run_until_equal(Duration::from_secs(900));
    assert!(agreed.is_some(), "seed {seed} did not converge");
    world.run(Duration::from_secs(60));
    world.check_end();
    assert!(
        world.all_say_in_step(),
        "seed {seed}: equal, and somebody does not know"
    );
}

#[test]
fn whatever_happens_all_posts_end_with_what_was_acknowledged() {
    for seed in 1_000..1_010 {
        live(seed);
    }
}

#[test]
fn whatever_happens_elsewhere_all_posts_end_with_what_was_acknowledged() {
    for seed in 1_010..1_020 {
        live(seed);
    }
}

/// Fresh histories, for the night: `FIRST=… COUNT=… cargo test --release -- --ignored --nocapture`.
#[test]
#[ignore = "as long as one likes"]
fn the_night_watch() {
    let number = |name: &str, or| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(or)
    };
    let first: u64 = number("FIRST", 10_000);
    for seed in first..first + number("COUNT", 200) {
        eprintln!("seed {seed}");
        live(seed);
    }
}
