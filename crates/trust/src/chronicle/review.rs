//! What `journal verify` and the alarms look at: holes, forks, entries set aside, codes used twice,
//! lost devices let in again.

use std::collections::BTreeSet;

use super::{ActView, Chronicle, Count};
use crate::act::Why;
use crate::ids::{Class, DeviceId, EntryId};

/// Tips of one author and class above which a person is told: a clone or a restored disk makes two
/// or three.
pub const FORK_TIPS_ALARM: usize = 8;

/// An entry some author names as its past, and that is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hole {
    /// The missing entry.
    pub missing: EntryId,
    /// Who names it.
    pub author: DeviceId,
    /// In which chain.
    pub class: Class,
}

/// Several tips of one author and class: a clone, a restored disk, or a liar. The author's next
/// entry heals it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    /// Whose chain.
    pub author: DeviceId,
    /// Which chain.
    pub class: Class,
    /// Its tips, ascending.
    pub tips: Vec<EntryId>,
}

/// Something every coordinator is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alarm {
    /// Two Grants that count answer one code: a cloned inviter, or a code overheard.
    CodeUsedTwice {
        /// The Invite.
        invite: EntryId,
        /// The Grants.
        grants: Vec<EntryId>,
    },
    /// A device withdrawn as lost or abused holds another grant that stands.
    LostDeviceGranted {
        /// The device.
        device: DeviceId,
        /// The grant that stands.
        grant: EntryId,
    },
    /// An author's chain has more than [`FORK_TIPS_ALARM`] tips.
    ManyForks {
        /// The author.
        author: DeviceId,
        /// The chain.
        class: Class,
    },
    /// A root key acted, be it by an act this version does not know: an envelope was opened.
    RootActed {
        /// The act.
        act: EntryId,
    },
}

impl Chronicle {
    /// Entries named as a past that are not here, in both chains, ascending.
    pub fn holes(&self) -> BTreeSet<Hole> {
        let contents = self.contents.missing().map(|(missing, author)| Hole {
            missing: *missing,
            author: *author,
            class: Class::Content,
        });
        let acts = self.acts.iter().flat_map(|(_, deed)| {
            let missing = deed.prev.iter().filter(|prev| !self.acts.contains(prev));
            missing.map(|missing| Hole {
                missing: *missing,
                author: deed.author,
                class: Class::Act,
            })
        });
        contents.chain(acts).collect()
    }

    /// Chains with more than one tip.
    pub fn forks(&self) -> Vec<Fork> {
        let writers = self.contents.writers().iter().map(|writer| &writer.device);
        let authors: BTreeSet<&DeviceId> = writers.chain(self.acts.authors()).collect();
        let chains = authors
            .into_iter()
            .flat_map(|author| [(author, Class::Act), (author, Class::Content)]);
        let forks = chains.filter_map(|(author, class)| {
            let tips = self.all_tips(author, class);
            let mut tips: Vec<EntryId> = tips.into_iter().map(|(id, _)| id).collect();
            tips.sort_unstable();
            (tips.len() > 1).then_some(Fork {
                author: *author,
                class,
                tips,
            })
        });
        forks.collect()
    }

    /// Contents with this count, ascending.
    pub fn contents(&self, count: Count) -> Vec<EntryId> {
        let judged = self.judged();
        let all = self.contents.ids();
        let places = all.filter_map(|id| Some((id, self.contents.place(id)?)));
        let same = places.filter(|(_, place)| judged.count(&self.contents, *place) == count);
        same.map(|(id, _)| *id).collect()
    }

    /// Everything of one class that an author wrote and that is in the set.
    pub fn written_by(&self, author: &DeviceId, class: Class) -> Vec<EntryId> {
        match class {
            Class::Act => self.acts.of(author).map(|(id, _)| *id).collect(),
            Class::Content => {
                let number = self.contents.writer_of(author);
                let writer = number.map(|number| &self.contents.writers()[number as usize]);
                let entries = writer.into_iter().flat_map(|writer| &writer.entries);
                entries.map(|content| content.id).collect()
            }
        }
    }

    /// An author's contents that have no effect: what a coordinator may adopt.
    pub fn set_aside_of(&self, author: &DeviceId) -> BTreeSet<EntryId> {
        let written = self.written_by(author, Class::Content).into_iter();
        let aside = written.filter(|id| self.count(id) == Count::SetAside);
        aside.collect()
    }

    /// Acts in the set that do not count, ascending.
    pub fn acts_set_aside(&self) -> impl Iterator<Item = &EntryId> {
        let ids = self.acts.iter().map(|(id, _)| id);
        ids.filter(|id| !self.standing().authorised(id))
    }

    /// The authorised Keeps that adopt a content, ascending: who took it up.
    pub fn adopted_by(&self, content: &EntryId) -> Vec<EntryId> {
        self.judged().adopters(&self.acts, &self.contents, content)
    }

    /// What every coordinator is told, ascending.
    pub fn alarms(&self) -> BTreeSet<Alarm> {
        let twice = self.invites().filter(|invite| invite.used_by.len() > 1);
        let twice = twice.map(|invite| Alarm::CodeUsedTwice {
            invite: invite.id,
            grants: invite.used_by,
        });
        let many = self.forks().into_iter();
        let many = many.filter(|fork| fork.tips.len() > FORK_TIPS_ALARM);
        let many = many.map(|fork| Alarm::ManyForks {
            author: fork.author,
            class: fork.class,
        });
        let territory = self.standing().territory();
        let is_root =
            |act: &ActView<'_>| act.grant == territory && self.genesis.is_root(&act.author);
        let by_root = self.acts().filter(is_root);
        let by_root = by_root.map(|act| Alarm::RootActed { act: act.id });
        twice
            .chain(many)
            .chain(by_root)
            .chain(self.lost_granted())
            .collect()
    }

    fn lost_granted(&self) -> impl Iterator<Item = Alarm> {
        let standing = self.standing();
        standing.members().filter_map(|(device, member)| {
            let grant = member.cites?;
            let mut permits = member.grants.iter().filter_map(|id| standing.permit(id));
            let lost = |why: &Why| matches!(why, Why::Lost | Why::Abuse);
            permits
                .any(|permit| {
                    let cut = permit.cut.as_ref().filter(|_| permit.authorised);
                    cut.is_some_and(|cut| cut.why.iter().any(lost))
                })
                .then_some(Alarm::LostDeviceGranted {
                    device: *device,
                    grant,
                })
        })
    }
}
