//! The store on the disk: sled 0.34.7, and the care it asks for.
//!
//! From the bottom up: `frame` (how one value lies on the disk) → `engine` (the only file that calls sled)
//! → `rows` and `entry` (what stands under which key) → `reader`, `writer` → `check`, `carve`, `mend`
//! (what to do about damage) → `folder`, `reserve`, `opening` → `sled_store`.

mod carve;
mod check;
mod engine;
mod entry;
mod files;
mod folder;
mod frame;
mod mend;
mod opening;
mod reader;
mod reserve;
mod rows;
mod sled_store;
mod watermark;
mod writer;

pub use folder::{DataFolder, FORMAT_VERSION};
pub use opening::{Config, Mended, Opened};
pub use sled_store::SledStore;
