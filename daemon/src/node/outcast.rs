//! What a post does that learns that it is out: it shows nothing any more, destroys its ring keys, and can
//! still hand in what it wrote. Let in again, it gets the keys back from a coordinator's acts.

use std::time::{Duration, Instant};

use beffroi_trust::{RingKeys, Status};

use super::Node;

/// A new grant may come right behind the end of the old one, as with a change of role: keys are not
/// destroyed between the two. Nothing is shown meanwhile.
const GRACE: Duration = Duration::from_secs(10);

impl Node {
    /// Whether this post was let in once and is out now.
    pub(crate) fn is_out(&self) -> bool {
        self.living.as_ref().is_some_and(|living| {
            let member = living.chronicle.standing().member(&living.me());
            member.is_some_and(|member| member.status != Status::Stands)
        })
    }

    /// An act may have put this post out, or let it in again.
    pub(crate) fn own_standing_changed(&mut self) {
        match (self.is_out(), self.outcast_since) {
            (true, None) => {
                tracing::error!(
                    "this post was withdrawn: it is locked, and its keys will be destroyed"
                );
                self.outcast_since = Some(Instant::now());
            }
            (false, Some(_)) => {
                tracing::info!("this post was let in again");
                self.outcast_since = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }

    /// Destroys the ring keys of a post that is out, on the disk and in memory, and everything that was
    /// read with them.
    pub(super) fn destroy_keys_in_time(&mut self) {
        let over = self
            .outcast_since
            .is_some_and(|since| since.elapsed() >= GRACE);
        let holds = self
            .living
            .as_ref()
            .is_some_and(|living| living.with_ring_keys(|keys| keys.iter().next().is_some()));
        if !over || !holds {
            return;
        }
        let Some(vault) = &self.vault else {
            return;
        };
        if let Err(error) = vault.save(&RingKeys::new()) {
            // Tried again at the next turn: until then nothing is shown all the same.
            tracing::error!(%error, "the ring keys could not be destroyed");
            return;
        }
        tracing::warn!("the ring keys of this post were destroyed");
        self.read_anew(RingKeys::new());
    }
}
