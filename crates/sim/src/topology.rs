//! Shapes of meshes.

use crate::chance::Chance;
use crate::wire::Quality;
use crate::world::World;

/// A row, where each post knows its neighbours.
#[must_use]
pub fn line(seed: u64, posts: usize, quality: Quality) -> World {
    let mut world = World::new(seed, posts);
    for post in 1..posts {
        world.lay(post - 1, post, quality);
    }
    world
}

/// A square, where each post knows those beside, above and below.
#[must_use]
pub fn grid(seed: u64, side: usize, quality: Quality) -> World {
    let mut world = World::new(seed, side * side);
    for post in 0..side * side {
        if post % side > 0 {
            world.lay(post - 1, post, quality);
        }
        if post >= side {
            world.lay(post - side, post, quality);
        }
    }
    world
}

/// Everybody knows everybody.
#[must_use]
pub fn full(seed: u64, posts: usize, quality: Quality) -> World {
    let mut world = World::new(seed, posts);
    for post in 0..posts {
        for other in 0..post {
            world.lay(other, post, quality);
        }
    }
    world
}

/// A ring, with as many random lines across it again: about four neighbours each.
#[must_use]
pub fn web(seed: u64, posts: usize, quality: Quality) -> World {
    let mut world = World::new(seed, posts);
    let mut chance = Chance::new(seed ^ 0x5eed);
    for post in 0..posts {
        world.lay(post, (post + 1) % posts, quality);
        world.lay(post, chance.below(posts), quality);
    }
    world
}
