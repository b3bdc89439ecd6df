//! How long a post keeps what it carries for others: a carrier is not an archive, and it cannot see which
//! operation was closed.

use std::collections::BTreeSet;

use super::Chronicle;
use crate::ids::{DeviceId, RING_COMMON, Ring};
use crate::standing::Status;

/// From the receipt of an entry until a post drops those of its leaves that it has no right to read: the time
/// a courier has to reach everybody, and as long as an operation's data about people live by default.
pub const CARRIED_FOR_MS: u64 = 30 * 24 * 60 * 60 * 1_000;

/// What a post reads, and so keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carrying {
    reads: BTreeSet<Ring>,
}

impl Chronicle {
    /// What a device that stands reads; `None` for another, which drops nothing: its withdrawal may still be
    /// undone.
    pub fn carrying(&self, device: &DeviceId) -> Option<Carrying> {
        let member = self.standing().member(device)?;
        (member.status == Status::Stands).then(|| Carrying {
            reads: member.rings.clone(),
        })
    }
}

impl Carrying {
    /// Whether leaves of this ring are kept for others only. The common ring is the log of the territory,
    /// and kept by all.
    pub fn only_carries(&self, ring: Ring) -> bool {
        ring != RING_COMMON && !self.reads.contains(&ring)
    }

    /// Whether a leaf of this ring, received at `received_ms`, is to be dropped at `now_ms` by the post's
    /// own clock.
    pub fn drops(&self, ring: Ring, received_ms: u64, now_ms: u64) -> bool {
        self.only_carries(ring) && now_ms >= received_ms.saturating_add(CARRIED_FOR_MS)
    }
}
