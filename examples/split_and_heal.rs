//! Nine posts in a valley, simulated in one thread from one seed: the bridge goes, both banks keep
//! writing, the bridge is mended, and every post ends with the same set. Give another seed as argument.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::time::Duration;

use beffroi_sim::{Quality, World, topology};
use beffroi_trust::{Class, SetDigest};

/// Posts on a side of the square: each hears those beside, above and below.
const SIDE: usize = 3;

/// Which posts stand on the left bank: the first column.
fn is_left(post: usize) -> bool {
    post.is_multiple_of(SIDE)
}

fn main() -> Result<(), Box<dyn Error>> {
    let seed = std::env::args().nth(1).map_or(Ok(7), |seed| seed.parse())?;

    // Wi-Fi on a bad day: of a hundred frames ten are lost, and nobody is told which.
    let mut world = topology::grid(seed, SIDE, Quality::losing(10));
    world.start();
    world.run(Duration::from_secs(5));
    world.write(0, 20);
    world.run(Duration::from_secs(60));
    println!("before:");
    show(&world);

    // The bridge goes. Nobody waits: each bank works on with what it has.
    world.partition(&is_left, true);
    world.write(0, 30);
    world.write(4, 50);
    world.run(Duration::from_secs(600));
    println!("\nten minutes apart:");
    show(&world);
    assert!(!world.are_equal(), "30 and 50 entries are on one bank only");

    // The bridge is mended. No leader compares the banks; neighbours do, pair by pair.
    world.partition(&is_left, false);
    let healed = world.run_until_equal(Duration::from_secs(120));
    let healed = healed.ok_or("the posts did not become equal in time")?;
    println!(
        "\nequal {} ms after the bridge was mended:",
        healed.as_millis()
    );
    show(&world);

    // A few heartbeats later everybody also knows that everybody has everything. Both checks look
    // at the simulated disks: nothing that was written is missing, nothing false is believed.
    world.run(Duration::from_secs(120));
    world.check_end();
    world.check_claims();
    println!("\nseed {seed}: all agree");
    Ok(())
}

/// What each post holds: a number, and the digest that people copy into the paper log.
fn show(world: &World) {
    for post in 0..SIDE * SIDE {
        let bank = if is_left(post) { "left " } else { "right" };
        if let Some(engine) = world.engine(post) {
            let entries = engine.count(Class::Content);
            let digest = SetDigest::of(engine.ids(Class::Content).copied());
            println!(
                "  post {post}   {bank}   {entries} entries   {}",
                digest.words()
            );
        }
    }
}
