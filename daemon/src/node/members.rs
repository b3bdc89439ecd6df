//! Members as people read them: who is in or out, who let whom in, what a device could read.

use std::collections::BTreeSet;

use beffroi_api::record::StoredBy;
use beffroi_api::reply::{CouldRead, LetIn, Member, MemberStatus, WithdrawalSummary};
use beffroi_records::Kind;
use beffroi_store::Batch;
use beffroi_sync::PeerId;
use beffroi_trust::ids::{RING_COMMON, RING_PEOPLE, Ring};
use beffroi_trust::standing::Permit;
use beffroi_trust::{Class, DeviceId, EntryId, Status};

use super::living::Living;
use super::{DENIED, Node, roles, withdrawing};
use crate::clock::rfc3339;
use crate::writer::Job;

impl Node {
    /// Every device that was ever let in, those that stand first, then by name.
    pub(crate) fn shown_members(&self) -> Vec<Member> {
        let Some(living) = &self.living else {
            return Vec::new();
        };
        let devices = living.chronicle.standing().members();
        let mut all: Vec<Member> = devices
            .filter_map(|(device, _)| self.shown_member(device))
            .collect();
        all.sort_by_key(|member| {
            let out = member.status != MemberStatus::Stands;
            (out, member.name.clone(), member.id.clone())
        });
        all
    }

    /// One device.
    pub(crate) fn shown_member(&self, device: &DeviceId) -> Option<Member> {
        let living = self.living.as_ref()?;
        let member = living.chronicle.standing().member(device)?;
        let permit = living.last_permit(device);
        let names = living.view.cabinet().names().clone();
        let name = names.of(device).cloned();
        let by_root = permit.is_some_and(|permit| living.genesis.is_root(&permit.by));
        let by = permit.filter(|_| !by_root);
        let chronicle = &living.chronicle;
        let entries = chronicle.written_by(device, Class::Act).len()
            + chronicle.written_by(device, Class::Content).len();
        Some(Member {
            id: device.to_string(),
            name: name.as_ref().map(|post| post.name.clone()),
            code: name.map(|post| post.code),
            this_post: *device == living.me(),
            status: match member.status {
                Status::Stands => MemberStatus::Stands,
                Status::Withdrawn => MemberStatus::Withdrawn,
                Status::Void => MemberStatus::Void,
            },
            role: permit.and_then(|permit| roles::shown(permit.role)),
            people: living.could_read(device, RING_PEOPLE),
            let_in_by: by.map(|permit| names.shown(&permit.by)),
            let_in_at: permit.map(|permit| rfc3339(permit.time_ms)),
            withdrawn: self.withdrawal_of(device),
            denied_here: self.network.denied.contains(&PeerId::from(*device)),
            entries: entries as u64,
            set_aside: chronicle.set_aside_of(device).len() as u64,
        })
    }

    /// How a device that is out was withdrawn.
    pub(crate) fn withdrawal_of(&self, device: &DeviceId) -> Option<WithdrawalSummary> {
        let living = self.living.as_ref()?;
        let member = living.chronicle.standing().member(device)?;
        if member.status != Status::Withdrawn {
            return None;
        }
        let permits = living.permits_of(device);
        let cuts: Vec<_> = permits
            .iter()
            .filter_map(|permit| permit.cut.as_ref())
            .collect();
        let revokes: BTreeSet<EntryId> = cuts.iter().flat_map(|cut| cut.revokes.clone()).collect();
        let acts = revokes.iter().filter_map(|id| living.chronicle.act(id));
        let last = acts.max_by_key(|act| (act.time_ms, act.id))?;
        let why: BTreeSet<_> = cuts
            .iter()
            .flat_map(|cut| cut.why.iter().copied().filter_map(withdrawing::shown))
            .collect();
        let by_root = living.genesis.is_root(&last.author);
        Some(WithdrawalSummary {
            by: (!by_root).then(|| living.view.cabinet().names().shown(&last.author)),
            at: rfc3339(last.time_ms),
            why: why.into_iter().collect(),
            learnt_by: self.learnt_by(revokes.into_iter().collect()),
        })
    }

    /// How many posts said that they have these acts on their disk.
    fn learnt_by(&self, acts: Vec<EntryId>) -> StoredBy {
        let mut counted = self.stored_by(&[acts]).into_iter();
        counted.next().unwrap_or_default()
    }

    /// The devices one let in, by the newest grant of each.
    pub(crate) fn let_in_by(&self, device: &DeviceId) -> Vec<LetIn> {
        let Some(living) = &self.living else {
            return Vec::new();
        };
        let standing = living.chronicle.standing();
        let given = standing.permits().filter(|permit| permit.by == *device);
        let mut given: Vec<&Permit> = given.collect();
        given.sort_by_key(|permit| (permit.time_ms, permit.id));
        let mut seen = BTreeSet::new();
        let newest = given
            .into_iter()
            .rev()
            .filter(|permit| seen.insert(permit.device));
        let names = living.view.cabinet().names().clone();
        newest
            .map(|permit| LetIn {
                id: permit.device.to_string(),
                name: names.shown(&permit.device),
                role: roles::shown(permit.role),
                at: rfc3339(permit.time_ms),
                stands: permit.stands(),
            })
            .collect()
    }

    /// What a device can or could read, counted by what is here.
    pub(crate) fn could_read(&self, device: &DeviceId) -> CouldRead {
        let Some(living) = &self.living else {
            return CouldRead::default();
        };
        let cabinet = living.view.cabinet();
        let records = Kind::RECORDS.into_iter().map(|kind| {
            let count = cabinet.tally(kind).records;
            (kind.token().to_owned(), count)
        });
        let reads_people = living.could_read(device, RING_PEOPLE);
        let counts = reads_people && living.reads(RING_PEOPLE);
        CouldRead {
            records: match living.could_read(device, RING_COMMON) {
                true => records.filter(|(_, count)| *count > 0).collect(),
                false => Default::default(),
            },
            people: counts.then(|| cabinet.documents_in(RING_PEOPLE)),
            reads_people,
        }
    }

    /// Speaks with a device no more, or again: this post alone. Kept over restarts.
    pub(crate) fn deny(&mut self, device: DeviceId, denied: bool) {
        let peer = PeerId::from(device);
        let mut batch = Batch::new();
        if denied {
            batch.put(DENIED, &peer.0, &[]);
            self.network.denied.insert(peer);
        } else {
            batch.delete(DENIED, &peer.0);
            self.network.denied.remove(&peer);
        }
        self.writer.keep(Job {
            ids: Vec::new(),
            batch,
        });
        self.members_changed();
    }
}

impl Living {
    fn permits_of(&self, device: &DeviceId) -> Vec<&Permit> {
        let standing = self.chronicle.standing();
        let member = standing.member(device);
        let grants = member.into_iter().flat_map(|member| &member.grants);
        let permits = grants.filter_map(|grant| standing.permit(grant));
        permits.filter(|permit| permit.authorised).collect()
    }

    /// The grant a device acts under, or acted under last.
    pub(super) fn last_permit(&self, device: &DeviceId) -> Option<&Permit> {
        let standing = self.chronicle.standing();
        let member = standing.member(device)?;
        let cited = member.cites.and_then(|grant| standing.permit(&grant));
        cited.or_else(|| {
            let permits = member.grants.iter().filter_map(|id| standing.permit(id));
            permits.max_by_key(|permit| (permit.authorised, permit.time_ms, permit.id))
        })
    }

    /// Whether a device reads a ring, or did while it was in.
    fn could_read(&self, device: &DeviceId, ring: Ring) -> bool {
        let standing = self.chronicle.standing();
        let stands = standing.stands(device);
        let permits = self.permits_of(device);
        let holds = permits.iter().filter(|permit| !stands || permit.stands());
        holds.into_iter().any(|permit| permit.reads(ring))
    }
}
