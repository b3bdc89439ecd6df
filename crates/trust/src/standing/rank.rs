//! Strict rank. Equals cannot withdraw each other: so there is no cycle, no tie to break, and a
//! rogue coordinator is undone by one act from above.

use super::Standing;
use crate::act::Role;
use crate::ids::EntryId;
use crate::limits::CHAIN_MAX;

impl Standing {
    /// Steps from the root: 0 for the territory itself, 1 for a grant by a root, and so on.
    /// `None` when the chain does not reach the territory within [`CHAIN_MAX`] steps.
    pub fn rank(&self, grant: &EntryId) -> Option<usize> {
        if *grant == self.territory {
            return Some(0);
        }
        self.permits.get(grant)?.depth
    }

    /// Whether an act under `above` counts against `grant`: roots over all; else a coordinator over
    /// those who are none, and over the coordinators in whose chain of grants she stands. Never
    /// over herself.
    pub fn outranks(&self, above: &EntryId, grant: &EntryId) -> bool {
        if above == grant {
            return false;
        }
        if *above == self.territory {
            return true;
        }
        let (Some(upper), Some(lower)) = (self.permits.get(above), self.permits.get(grant)) else {
            return false;
        };
        if upper.role != Role::Coordinator {
            return false;
        }
        lower.role != Role::Coordinator
            || fault!(EqualsMayRevoke)
            || self.chain(grant).any(|link| link == above)
    }

    /// The grants above this one, nearest first, at most [`CHAIN_MAX`] of them.
    pub fn chain(&self, grant: &EntryId) -> impl Iterator<Item = &EntryId> {
        let mut at = self.permits.get(grant);
        std::iter::from_fn(move || {
            let under = &at?.under;
            at = self.permits.get(under);
            at.map(|_| under)
        })
        .take(CHAIN_MAX)
    }
}
