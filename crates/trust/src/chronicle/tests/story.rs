//! How the stories are told: a few devices with names, each writing on its own latest entry.

use super::view::{View, view};
use super::world::{Document, World, device, grant, territory, told};
use crate::act::{Act, Role, Why};
use crate::chronicle::Chronicle;
use crate::guard::ChangeId;
use crate::ids::{Class, DeviceId, EntryId, Ring};

pub(super) const ROOT: u8 = 100;
pub(super) const OTHER_ROOT: u8 = 101;
pub(super) const ALICE: u8 = 1;
pub(super) const BOB: u8 = 2;
pub(super) const MALLORY: u8 = 3;
pub(super) const NINA: u8 = 4;
pub(super) const OSCAR: u8 = 5;

/// A document of the common ring that operators may write.
pub(super) fn need(number: u8) -> Document {
    (false, 1, number)
}

/// Everything written so far, at a post that has it all.
#[derive(Debug, Clone, Default)]
pub(super) struct Story {
    pub(super) world: World,
}

impl Story {
    /// Alice and Bob are coordinators by the root's hand; their grants.
    pub(super) fn founded() -> (Self, EntryId, EntryId) {
        let mut story = Self::default();
        let alice = story.grants(ROOT, territory(), ALICE, Role::Coordinator);
        let bob = story.grants(ROOT, territory(), BOB, Role::Coordinator);
        (story, alice, bob)
    }

    pub(super) fn post(&self) -> Chronicle {
        told(&self.world.log)
    }

    pub(super) fn view(&self) -> View {
        view(&self.world, &self.post())
    }

    /// The author's latest entry of a class.
    fn latest(&self, author: DeviceId, class: Class) -> Vec<EntryId> {
        let hers = self.world.log.iter().rev();
        let mut hers = hers.filter(|facts| facts.author == author && facts.class() == class);
        hers.next().map(|facts| facts.id).into_iter().collect()
    }

    pub(super) fn acts(&mut self, by: u8, under: EntryId, act: Act) -> EntryId {
        let prev = self.latest(device(by), Class::Act);
        self.world.write(device(by), under, prev, act)
    }

    /// Grants both rings.
    pub(super) fn grants(&mut self, by: u8, under: EntryId, to: u8, role: Role) -> EntryId {
        self.acts(by, under, grant(to, role, &[1, 2]))
    }

    pub(super) fn grants_rings(
        &mut self,
        by: u8,
        under: EntryId,
        to: u8,
        role: Role,
        rings: &[Ring],
    ) -> EntryId {
        self.acts(by, under, grant(to, role, rings))
    }

    pub(super) fn revokes(
        &mut self,
        by: u8,
        under: EntryId,
        grant: EntryId,
        keep: &[EntryId],
    ) -> EntryId {
        self.revokes_because(by, under, grant, keep, Why::Lost)
    }

    pub(super) fn revokes_because(
        &mut self,
        by: u8,
        under: EntryId,
        grant: EntryId,
        keep: &[EntryId],
        why: Why,
    ) -> EntryId {
        let keep = keep.to_vec();
        self.acts(by, under, Act::Revoke { grant, keep, why })
    }

    pub(super) fn adopts(&mut self, by: u8, under: EntryId, tips: &[EntryId]) -> EntryId {
        let tips = tips.to_vec();
        self.acts(by, under, Act::Keep { tips })
    }

    /// One change to one document, on the writer's latest content.
    pub(super) fn writes(
        &mut self,
        by: u8,
        under: EntryId,
        document: Document,
        on: &[ChangeId],
    ) -> (EntryId, ChangeId) {
        let (id, changes) = self.writes_batch(by, under, vec![(document, on.to_vec())]);
        (id, changes[0])
    }

    pub(super) fn writes_batch(
        &mut self,
        by: u8,
        under: EntryId,
        changes: Vec<(Document, Vec<ChangeId>)>,
    ) -> (EntryId, Vec<ChangeId>) {
        let prev = self.latest(device(by), Class::Content);
        let id = self.world.write_content(device(by), under, prev, changes);
        let leaves = &self.world.leaves[&id];
        (id, leaves.iter().map(|leaf| leaf.change).collect())
    }
}
