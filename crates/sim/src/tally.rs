//! What a run cost: bytes by kind, repeats, hops, times.

use std::collections::BTreeMap;
use std::time::Duration;

use beffroi_sync::{Frame, Moment};
use beffroi_trust::EntryId;

/// Counts over a stretch of a run.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Bytes sent, by kind of frame.
    pub bytes: BTreeMap<&'static str, u64>,
    /// Frames sent.
    pub frames: u64,
    /// Copies of entries that were delivered.
    pub copies: u64,
    /// Copies that were the first at their post.
    pub first_copies: u64,
    /// Largest number of hops an entry took, and their sum over all first copies.
    pub hops_max: u32,
    /// See `hops_max`.
    pub hops: u64,
    /// Sessions opened.
    pub sessions: u64,
    spread: BTreeMap<EntryId, Spread>,
    /// From the flush at the author to the flush at the last post, of entries that are everywhere.
    pub delays: Vec<Duration>,
}

#[derive(Debug, Clone)]
struct Spread {
    authored: Moment,
    posts: usize,
    hops: BTreeMap<usize, u32>,
}

/// The kind of a frame, for people.
#[must_use]
pub fn kind(frame: &Frame) -> &'static str {
    match frame {
        Frame::Hello(_) => "hello",
        Frame::Summary(_) => "heartbeat",
        Frame::Compare(_) => "reconciliation",
        Frame::Have(_) => "ids",
        Frame::Want(_) => "requests",
        Frame::Survey(_) | Frame::Outline(_) | Frame::Stream(_) => "streaming",
        Frame::Entries(_) => "entries",
        Frame::Addresses(_) => "addresses",
    }
}

impl Tally {
    pub(crate) fn sent(&mut self, frame: &Frame, bytes: usize) {
        *self.bytes.entry(kind(frame)).or_default() += bytes as u64;
        self.frames += 1;
        if let Frame::Compare(compare) = frame {
            self.sessions += u64::from(compare.step == 0);
        }
    }

    pub(crate) fn authored(&mut self, id: EntryId, post: usize, now: Moment) {
        self.spread.insert(
            id,
            Spread {
                authored: now,
                posts: 0,
                hops: BTreeMap::from([(post, 0)]),
            },
        );
    }

    /// A copy of an entry was delivered.
    pub(crate) fn delivered(&mut self, id: &EntryId, from: usize, to: usize) {
        self.copies += 1;
        let Some(spread) = self.spread.get_mut(id) else {
            return;
        };
        let hops = 1 + spread.hops.get(&from).copied().unwrap_or(0);
        if let std::collections::btree_map::Entry::Vacant(first) = spread.hops.entry(to) {
            first.insert(hops);
            self.first_copies += 1;
            self.hops += u64::from(hops);
            self.hops_max = self.hops_max.max(hops);
        }
    }

    /// An entry was flushed by one more of `posts` posts.
    pub(crate) fn flushed(&mut self, id: &EntryId, posts: usize, now: Moment) {
        if let Some(spread) = self.spread.get_mut(id) {
            spread.posts += 1;
            if spread.posts == posts {
                self.delays.push(now.since(spread.authored));
            }
        }
    }

    /// All bytes.
    #[must_use]
    pub fn bytes_total(&self) -> u64 {
        self.bytes.values().sum()
    }
}
