//! A whole mesh in one thread, from one seed. Never shipped.
//!
//! A [`World`] runs the real engine of `beffroi-sync` on any number of posts, in virtual time, over
//! lines that lose, delay, double and reorder frames, are cut and mended; posts crash and lose what
//! was not flushed, have wrong clocks and full disks, and some lie. Two runs of one seed are the
//! same, step for step; a breach names its seed.
//!
//! The model is one line: the set of every entry that was ever flushed where it was written. Every
//! post must end with exactly that, nothing may be said of an entry before its flush, and no status
//! may claim more than is on the other's disk ([`World::check_end`], [`World::check_claims`]).
//!
//! ```
//! use std::time::Duration;
//! use beffroi_sim::{Quality, topology};
//!
//! let mut world = topology::line(7, 3, Quality::lan());
//! world.start();
//! world.run(Duration::from_secs(2));
//! world.write(0, 10);
//! world.run(Duration::from_secs(1));
//! assert!(world.are_equal());
//! world.check_end();
//! ```

mod chance;
mod check;
mod disk;
pub mod entry;
mod liar;
mod perform;
pub mod report;
mod tally;
pub mod topology;
mod wire;
mod world;

pub use chance::Chance;
pub use disk::Disk;
pub use liar::{LIES, Lie};
pub use tally::{Tally, kind};
pub use wire::Quality;
pub use world::{Post, START_SECOND, World, peer_id, post_of};
