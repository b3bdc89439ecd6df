//! Shutting a device out: the Revokes to write so that all its grants end together, and what was
//! seen of it stays.

use std::collections::BTreeSet;

use super::{Chronicle, Refusal};
use crate::act::{Act, Why};
use crate::ids::{Class, DeviceId, EntryId};
use crate::limits::KEEP_MAX;

/// What withdrawing a device amounts to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The Revokes to write, each with what to cite. Several for one grant when what is kept has
    /// more tips than one Revoke may name: they unite.
    pub revokes: Vec<(EntryId, Act)>,
    /// Grants of the device that its withdrawer does not outrank: for its granter, or an envelope.
    pub beyond: Vec<EntryId>,
    /// The grants the device made that still count: each to be kept or given anew by hand.
    pub granted: Vec<EntryId>,
}

impl Chronicle {
    /// How `by` withdraws `device`, keeping the entries `seen` says yes to, and their past. Grants
    /// already withdrawn from as near the root are left alone; those withdrawn from below are
    /// withdrawn again, which overrules.
    ///
    /// # Errors
    /// When there is nothing to withdraw, or nothing `by` may withdraw.
    pub fn withdraw(
        &self,
        by: &DeviceId,
        device: &DeviceId,
        why: Why,
        seen: &dyn Fn(&EntryId) -> bool,
    ) -> Result<Withdrawal, Refusal> {
        let standing = self.standing();
        let member = standing.member(device).ok_or(Refusal::UnknownGrant)?;
        let mut keep = self.maxima(device, Class::Act, seen);
        keep.extend(self.maxima(device, Class::Content, seen));
        keep.sort_unstable();
        let keeps: Vec<Vec<EntryId>> = if keep.is_empty() {
            vec![Vec::new()]
        } else {
            keep.chunks(KEEP_MAX).map(<[EntryId]>::to_vec).collect()
        };
        let (mut revokes, mut beyond, mut refusal) =
            (Vec::new(), Vec::new(), Refusal::UnknownGrant);
        for grant in &member.grants {
            let Some(permit) = standing.permit(grant).filter(|permit| permit.authorised) else {
                continue;
            };
            let revoke = |keep: &Vec<EntryId>| Act::Revoke {
                grant: *grant,
                keep: keep.clone(),
                why,
            };
            match self.may_act(by, &revoke(&Vec::new())) {
                Ok(cites) => {
                    let overrules = |rank: usize| standing.rank(&cites) < Some(rank);
                    if permit.cut.as_ref().is_none_or(|cut| overrules(cut.rank)) {
                        revokes.extend(keeps.iter().map(|keep| (cites, revoke(keep))));
                    }
                }
                Err(why_not) => {
                    refusal = why_not;
                    beyond.push(*grant);
                }
            }
        }
        if revokes.is_empty() {
            return Err(refusal);
        }
        Ok(Withdrawal {
            revokes,
            beyond,
            granted: self.granted_by(device),
        })
    }

    /// The Grants a device gave that still count.
    pub fn granted_by(&self, device: &DeviceId) -> Vec<EntryId> {
        let permits = self.standing().permits();
        let given = permits.filter(|permit| permit.by == *device && permit.authorised);
        given.map(|permit| permit.id).collect()
    }

    /// Of an author's entries that `seen` says yes to, those none of the others names: a hole made
    /// on purpose does not hide what came before it. Ascending.
    pub fn maxima(
        &self,
        author: &DeviceId,
        class: Class,
        seen: &dyn Fn(&EntryId) -> bool,
    ) -> Vec<EntryId> {
        let (mut kept, mut named) = (BTreeSet::new(), BTreeSet::new());
        match class {
            Class::Act => {
                for (id, deed) in self.acts.of(author).filter(|(id, _)| seen(id)) {
                    kept.insert(*id);
                    named.extend(&deed.prev);
                }
            }
            Class::Content => {
                let writer = self.contents.writer_of(author);
                let writer = writer.map(|number| &self.contents.writers()[number as usize]);
                let entries = writer.into_iter().flat_map(|writer| &writer.entries);
                for content in entries.filter(|content| seen(&content.id)) {
                    kept.insert(content.id);
                    let links = content.links().iter();
                    let prev = links.filter_map(|n| writer?.entries.get(*n as usize));
                    named.extend(prev.map(|prev| prev.id));
                }
            }
        }
        kept.difference(&named).copied().collect()
    }
}
