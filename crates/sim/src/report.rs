//! Qualities of the protocol, measured: bytes, repeats, hops, time to agree.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::chance::Chance;
use crate::topology;
use crate::wire::Quality;
use crate::world::World;

/// What one scenario cost.
#[derive(Debug, Clone, Serialize)]
pub struct Qualities {
    /// Which scenario.
    pub scenario: String,
    /// Posts in it.
    pub posts: usize,
    /// Lines in it.
    pub lines: usize,
    /// Frames lost in a hundred.
    pub loss_percent: u8,
    /// Entries that every post had before.
    pub base_entries: usize,
    /// Entries written.
    pub new_entries: usize,
    /// Mean size of those.
    pub entry_bytes: u64,
    /// Bytes sent in all, for each new entry and each post that had to get it.
    pub bytes_per_delivery: f64,
    /// Bytes sent by each post.
    pub bytes_per_post: u64,
    /// Copies received beyond the first, for each first one.
    pub repeats: f64,
    /// Mean number of hops.
    pub hops: f64,
    /// Largest number of hops.
    pub hops_max: u32,
    /// From an entry's writing to its flush at the last post, in the middle.
    pub everywhere_ms_median: u64,
    /// The same for the slowest entry.
    pub everywhere_ms_max: u64,
    /// From the last edit, or the healing, until all posts are equal; none: they were not in time.
    pub agree_ms: Option<u64>,
    /// Sessions opened.
    pub sessions: u64,
    /// Bytes by kind of frame.
    pub bytes_by_kind: BTreeMap<&'static str, u64>,
}

fn ms(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

fn ratio(part: u64, whole: u64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a quality is shown with three digits"
    )]
    let ratio = part as f64 / whole.max(1) as f64;
    (ratio * 1_000.0).round() / 1_000.0
}

fn qualities(
    scenario: &str,
    world: &World,
    base: usize,
    loss: u8,
    agreed: Option<Duration>,
) -> Qualities {
    let tally = &world.tally;
    let posts = world.posts.len();
    let new = world.model.len() - base;
    let deliveries = (new * (posts - 1)) as u64;
    let bytes: usize = world.model.values().map(|parcel| parcel.bytes.len()).sum();
    let mut delays = tally.delays.clone();
    delays.sort_unstable();
    Qualities {
        scenario: scenario.to_owned(),
        posts,
        lines: world.wires.len(),
        loss_percent: loss,
        base_entries: base,
        new_entries: new,
        entry_bytes: bytes as u64 / (world.model.len() as u64).max(1),
        bytes_per_delivery: ratio(tally.bytes_total(), deliveries),
        bytes_per_post: tally.bytes_total() / posts as u64,
        repeats: ratio(
            tally.copies.saturating_sub(tally.first_copies),
            tally.first_copies,
        ),
        hops: ratio(tally.hops, tally.first_copies),
        hops_max: tally.hops_max,
        everywhere_ms_median: delays.get(delays.len() / 2).copied().map_or(0, ms),
        everywhere_ms_max: delays.last().copied().map_or(0, ms),
        agree_ms: agreed.map(ms),
        sessions: tally.sessions,
        bytes_by_kind: tally.bytes.clone(),
    }
}

/// The three meshes of the design, by name.
pub const MESHES: [&str; 3] = ["line of 10", "grid of 25", "full mesh of 30"];

/// Builds one of [`MESHES`].
#[must_use]
pub fn mesh(name: &str, seed: u64, quality: Quality) -> World {
    match name {
        "line of 10" => topology::line(seed, 10, quality),
        "grid of 25" => topology::grid(seed, 5, quality),
        _ => topology::full(seed, 30, quality),
    }
}

/// Posts that are equal; then 100 edits, one each 100 ms, anywhere.
#[must_use]
pub fn live_edits(name: &str, loss: u8, seed: u64) -> Qualities {
    let mut world = mesh(name, seed, Quality::losing(loss));
    let posts = world.posts.len();
    world.preload(0..posts, 200);
    let base = world.model.len();
    world.start();
    world.run(Duration::from_secs(20));
    world.start_tally();
    let mut chance = Chance::new(seed);
    for _ in 0..100 {
        world.write(chance.below(posts), 1);
        world.run(Duration::from_millis(100));
    }
    let agreed = world.run_until_equal(Duration::from_secs(300));
    qualities(name, &world, base, loss, agreed)
}

/// Many posts in a random web, equal; it falls into two halves, both are written to, and it heals.
#[must_use]
pub fn partition(posts: usize, base: u64, edits: usize, seed: u64) -> Qualities {
    let mut world = topology::web(seed, posts, Quality::lan());
    world.watched = false;
    world.preload(0..posts, base);
    world.start();
    world.run(Duration::from_secs(10));
    world.partition(&|post| post < posts / 2, true);
    world.start_tally();
    let mut chance = Chance::new(seed);
    for _ in 0..edits {
        world.write(chance.below(posts), 1);
        world.run(Duration::from_millis(20));
    }
    world.run(Duration::from_secs(10));
    world.partition(&|post| post < posts / 2, false);
    let agreed = world.run_until_equal(Duration::from_secs(300));
    let name = format!("{posts} posts, {base} entries, split and heal");
    qualities(&name, &world, usize::try_from(base).unwrap_or(0), 0, agreed)
}
