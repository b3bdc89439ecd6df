//! What must hold in every world, whatever was done to it. A breach ends the run with the seed.

use std::collections::BTreeSet;

use beffroi_sync::{Frame, Notice};
use beffroi_trust::{Class, EntryId};

use crate::world::{World, peer_id, post_of};

impl World {
    #[expect(clippy::panic, reason = "a breach ends the run, and names its seed")]
    fn breach(&self, what: &str) -> ! {
        panic!("{what} (seed {}, at {:?})", self.seed, self.now.0);
    }

    /// What an honest post says of itself is on its disk.
    pub(crate) fn check_frame(&self, post: usize, frame: &Frame) {
        let disk = &self.posts[post].disk;
        let (acts, contents) = match frame {
            Frame::Hello(hello) => (hello.summary.acts.count, hello.summary.contents.count),
            Frame::Summary(summary) => (summary.acts.count, summary.contents.count),
            Frame::Have(have) => {
                let on_disk = |name: &beffroi_sync::wire::Prefix| {
                    disk.first_from(&name.lowest())
                        .is_some_and(|id| name.names(&id))
                };
                if !have.ids.iter().all(on_disk) {
                    self.breach("an entry was announced before its flush");
                }
                (0, have.digest.count)
            }
            Frame::Compare(_)
            | Frame::Want(_)
            | Frame::Survey(_)
            | Frame::Outline(_)
            | Frame::Stream(_)
            | Frame::Entries(_)
            | Frame::Addresses(_) => (0, 0),
        };
        if acts + contents > disk.len() as u64 {
            self.breach("more was summarised than is on the disk");
        }
    }

    /// What a post believes of an honest peer is on that peer's disk.
    pub(crate) fn check_notice(&self, post: usize, notice: &Notice) {
        let (peer, ids): (_, Vec<EntryId>) = match notice {
            Notice::Acknowledged(peer, ids) => (peer, ids.clone()),
            Notice::AcknowledgedAll(peer, class) => {
                let ids = self
                    .engine(post)
                    .map(|engine| engine.ids(*class).copied().collect());
                (peer, ids.unwrap_or_default())
            }
            Notice::Greeted { .. }
            | Notice::Retracted(..)
            | Notice::InStep(_)
            | Notice::Withheld(..)
            | Notice::BulkBegan(_)
            | Notice::BulkEnded(_)
            | Notice::Addresses(..)
            | Notice::Stopped => return,
        };
        let other = &self.posts[post_of(peer)];
        if other.lie.is_none() && !ids.iter().all(|id| other.disk.has(id)) {
            self.breach("an acknowledgement names what is not on the disk");
        }
    }

    /// Every claim of every status, against the disks. Costs posts × peers × entries.
    pub fn check_claims(&self) {
        for post in 0..self.posts.len() {
            let Some(engine) = self.engine(post) else {
                continue;
            };
            for peer in engine.known_peers() {
                let other = &self.posts[post_of(peer)];
                if other.lie.is_some() {
                    continue;
                }
                let ours = self.posts[post].disk.ids();
                let claimed: Vec<_> = ours.filter(|id| engine.acknowledged(peer, id)).collect();
                if claimed.iter().any(|id| !other.disk.has(id)) {
                    self.breach("a status claims more than is on the peer's disk");
                }
                let all = self.posts[post].disk.len() - claimed.len();
                let said = engine.peer(peer).map(|status| status.unacknowledged);
                if said != Some(all as u64) {
                    self.breach("the count of unacknowledged entries is wrong");
                }
                let lacks = engine.ids(Class::Content);
                let lacks: BTreeSet<EntryId> = lacks
                    .filter(|id| !engine.acknowledged(peer, id))
                    .copied()
                    .collect();
                let is_all = lacks.len() == engine.ids(Class::Content).len();
                let listed = engine.contents_unacknowledged([peer]);
                if listed != Some(lacks) && !(listed.is_none() && is_all) {
                    self.breach("the list of unacknowledged contents is wrong");
                }
            }
        }
    }

    /// The end of a story: every entry that was ever acknowledged to its writer is on every disk,
    /// nothing else is, and everybody knows.
    pub fn check_end(&self) {
        for post in 0..self.posts.len() {
            let disk = &self.posts[post].disk;
            if !self.model.keys().eq(disk.ids()) {
                self.breach("a post does not hold exactly what was acknowledged");
            }
            let Some(engine) = self.engine(post) else {
                continue;
            };
            let held = [Class::Act, Class::Content];
            let held: usize = held.iter().map(|class| engine.ids(*class).len()).sum();
            if held != disk.len() {
                self.breach("an engine's sets are not its disk");
            }
        }
        self.check_claims();
    }

    /// Whether every running pair with a line says it is in step.
    #[must_use]
    pub fn all_say_in_step(&self) -> bool {
        self.wires
            .iter()
            .filter(|(_, wire)| wire.is_up)
            .all(|((one, other), _)| {
                [(one, other), (other, one)]
                    .into_iter()
                    .all(|(post, other)| {
                        let engine = self.engine(*post);
                        let status = engine.and_then(|engine| engine.peer(&peer_id(*other)));
                        status.is_some_and(|status| status.in_step)
                    })
            })
    }
}
