//! How soon a post that lacks much becomes equal, and what is sent to it. Each is one seed; what
//! fails names the case.

use std::time::Duration;

use beffroi_sim::{Quality, World, topology};
use beffroi_sync::Notice;
use beffroi_trust::Class;

/// One way of the line in these stories.
const WAY: Duration = Duration::from_millis(50);
const ROUND_TRIP: Duration = Duration::from_millis(100);

fn line(seed: u64) -> World {
    let quality = Quality {
        delay: (WAY, WAY),
        ..Quality::lan()
    };
    topology::line(seed, 2, quality)
}

/// Mends the line, and waits until it carries.
fn mend(world: &mut World) {
    world.start_tally();
    world.cut(0, 1, false);
    while world.tally.frames == 0 {
        world.run(Duration::from_millis(1));
    }
}

/// The time from the link until both are equal.
fn heal(world: &mut World) -> Option<Duration> {
    mend(world);
    world.run_until_equal(Duration::from_secs(60))
}

fn bytes(world: &World, kind: &str) -> u64 {
    world.tally.bytes.get(kind).copied().unwrap_or(0)
}

/// Which post holds the set, and how many acts holder and joiner wrote that the other lacks.
fn cases() -> impl Iterator<Item = (usize, u32, u32)> {
    let acts = [(0, 0), (3, 0), (0, 2), (3, 2)];
    let of = move |holder| acts.map(|(there, here)| (holder, there, here));
    [0, 1].into_iter().flat_map(of)
}

#[test]
fn an_empty_post_is_equal_within_five_round_trips_whatever_the_acts() {
    for case in cases() {
        let (holder, there, here) = case;
        let joiner = 1 - holder;
        let mut world = line(40);
        world.preload([holder], 400);
        world.start();
        world.cut(0, 1, true);
        for number in 1..=there {
            world.grant(holder, number);
        }
        for number in 1..=here {
            world.grant(joiner, 100 + number);
        }
        world.run(Duration::from_secs(5));
        // Half a round trip for the greeting, then one each for the acts' session, the acts, the
        // survey and the entries; the rest is checks and flushes, and the line's speed is no limit.
        let took = heal(&mut world).unwrap();
        eprintln!("{case:?}: equal after {took:?}, {:?}", world.tally.bytes);
        assert!(took <= ROUND_TRIP * 5, "{case:?}: {took:?}");
        let began = Notice::BulkBegan(Class::Content);
        assert!(world.posts[joiner].notices.contains(&began), "{case:?}");
        assert!(world.tally.copies <= 400 + u64::from(there + here));
        world.run(Duration::from_secs(20));
        world.check_end();
        assert!(world.all_say_in_step(), "{case:?}");
    }
}

/// Both hold `shared` entries, then `holder` writes `missing` more; what came, and how soon.
fn reconnect(shared: u64, missing: usize, holder: usize) -> (World, Option<Duration>) {
    let mut world = line(41);
    world.preload([0, 1], shared);
    world.start();
    world.run(Duration::from_secs(5));
    world.cut(0, 1, true);
    for _ in 0..10 {
        world.write(holder, missing / 10);
        world.run(Duration::from_secs(1));
    }
    let took = heal(&mut world);
    world.run(Duration::from_secs(5));
    world.check_end();
    assert!(world.all_say_in_step());
    (world, took)
}

#[test]
fn what_is_held_already_is_not_sent_again() {
    // 240 is less than a quarter of what is lacking, 10 a hundredth.
    for shared in [0, 10, 240, 1_000] {
        for holder in [0, 1] {
            let case = format!("1,000 lacking, {shared} held, holder {holder}");
            let (world, took) = reconnect(shared, 1_000, holder);
            let took = took.unwrap();
            let (copies, total) = (world.tally.copies, world.tally.bytes_total());
            let entries: usize = world.model.values().map(|one| one.bytes.len()).sum();
            let entry = entries as u64 / world.model.len() as u64;
            eprintln!(
                "{case}: {took:?}, {copies} copies, {total} B of {} B",
                1_000 * entry
            );
            assert_eq!(copies, 1_000, "{case}");
            assert!(total * 10 <= 1_000 * entry * 12, "{case}: {total} B");
            assert!(took < Duration::from_secs(5), "{case}: {took:?}");
            assert!(bytes(&world, "heartbeat") < 500, "{case}");
        }
    }
}
