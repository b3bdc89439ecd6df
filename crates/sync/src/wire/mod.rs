//! What travels between two posts: frames, their bounds, and packs of entries.

mod bounded;
mod frame;
mod pack;
mod ranges;

pub use bounded::{Blob, List, Text};
pub use frame::{
    Address, Cause, Compare, Digest, Entries, Frame, FrameError, Have, Hello, Outline, Stream,
    Summary, Want,
};
pub use pack::{Pack, PackError};
pub use ranges::{Answer, Bound, Fingerprint, Prefix, Range, RangeBody, Ranges};

#[cfg(test)]
mod tests;
