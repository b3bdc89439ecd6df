//! Posts that do not keep the rules: they run the real engine and alter what it says.

use beffroi_sync::limits::FRAME_BYTES_MAX;
use beffroi_sync::wire::{Cause, Entries, Pack};
use beffroi_sync::{Digest, Frame};
use bytes::Bytes;

use crate::chance::Chance;
use crate::entry;

/// A way of lying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// Random bytes for every fifth frame.
    Garbage,
    /// Frames over the limit.
    Oversize,
    /// Bits of every fifth frame are flipped.
    Flips,
    /// Heartbeats of sets that do not exist.
    Counts,
    /// Names entries and never hands them over.
    Withholds,
    /// Hands over copies that fail their check.
    Breaks,
}

/// Every way, for tests that try them all.
pub const LIES: [Lie; 6] = [
    Lie::Garbage,
    Lie::Oversize,
    Lie::Flips,
    Lie::Counts,
    Lie::Withholds,
    Lie::Breaks,
];

impl Lie {
    /// What is sent in place of a frame.
    pub(crate) fn alter(self, mut frame: Frame, chance: &mut Chance) -> Option<Bytes> {
        match (self, &mut frame) {
            (Lie::Garbage, _) if chance.percent(20) => {
                let length = chance.below(400);
                return Some(
                    (0..length)
                        .map(|_| chance.next().to_le_bytes()[0])
                        .collect(),
                );
            }
            (Lie::Oversize, _) if chance.percent(20) => {
                return Some(vec![1; FRAME_BYTES_MAX + 1].into());
            }
            (Lie::Flips, _) if chance.percent(20) => {
                let mut bytes = frame.encode().to_vec();
                let at = chance.below(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << chance.below(8);
                }
                return Some(bytes.into());
            }
            (Lie::Counts, Frame::Summary(summary)) => {
                summary.contents = lie_about(summary.contents, chance);
            }
            (Lie::Withholds, Frame::Entries(_)) => return None,
            (Lie::Breaks, Frame::Entries(entries)) => {
                let copies = entries.pack.open().unwrap_or_default();
                let copies: Vec<Bytes> = copies.iter().map(entry::broken).collect();
                let cause: Cause = entries.cause;
                let (pack, _) = Pack::build(&copies, usize::MAX);
                return Some(Frame::Entries(Entries { cause, pack }).encode());
            }
            _ => {}
        }
        Some(frame.encode())
    }
}

fn lie_about(digest: Digest, chance: &mut Chance) -> Digest {
    let counts = [
        0,
        digest.count / 2,
        digest.count + 1,
        digest.count * 1_000,
        u64::MAX,
    ];
    let mut root = [0; 16];
    root[..8].copy_from_slice(&chance.next().to_le_bytes());
    Digest {
        count: counts[chance.below(counts.len())],
        root,
    }
}
