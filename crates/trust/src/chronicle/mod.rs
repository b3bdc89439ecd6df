//! The chronicle of one territory: which entries are in its two sets, which wait in the park, and
//! what the acts make of the contents. A pure function of the entries offered, in any order.
//!
//! Feed it with [`offer`](Chronicle::offer), acts before contents where there is a choice, and
//! after acts ask [`woken`](Chronicle::woken) and [`recounted`](Chronicle::recounted). Every other
//! method reads. Standing is settled when it is first asked for after an act, so a batch of acts
//! costs one settlement; contents never cause one.

mod acts;
mod announced;
mod authoring;
mod budget;
mod closings;
mod contents;
mod erasures;
mod facts;
mod judged;
mod park;
mod retention;
mod review;
mod rooted;
#[cfg(test)]
mod tests;
mod withdrawal;

use std::collections::BTreeMap;
use std::sync::OnceLock;

pub use announced::{ActView, InviteView, SealedCopy};
pub use authoring::Refusal;
pub use budget::{
    ALL_ASIDE_BYTES_MAX, ASIDE_BYTES_MAX, ASIDE_ENTRIES_MAX, AUTHOR_ACTS_MAX, AUTHOR_BYTES_MAX,
    AUTHOR_ENTRIES_MAX, Load, Over, TIPS_MAX,
};
pub use closings::{Closings, OperationId};
pub use erasures::{Due, Erasures, FORGET_DELAY_MS, LeafAt};
pub use judged::Count;
pub use park::{PARKED_BYTES_MAX, PARKED_BYTES_PER_SENDER_MAX, PARKED_PER_SENDER_MAX, ParkState};
pub use retention::{CARRIED_FOR_MS, Carrying};
pub use review::{Alarm, FORK_TIPS_ALARM, Fork, Hole};
pub use withdrawal::Withdrawal;

pub(crate) use acts::{Acts, Deed};
pub(crate) use facts::Shape;

use crate::check::Checked;
use crate::genesis::Genesis;
use crate::ids::{Class, DeviceId, EntryId};
use crate::standing::Standing;
use contents::{Contents, Place};
use facts::Facts;
use judged::Judged;
use park::Park;
use rooted::Rooted;

/// What became of an offered entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Placement {
    /// It is new in its set.
    InSet,
    /// It was in its set before.
    Known,
    /// Its author is unknown: it waits, and comes out by [`Chronicle::woken`].
    Parked,
    /// Its author is unknown and there is no room to wait: it is to be asked for again.
    ParkFull,
}

/// The membership state of one territory.
#[derive(Debug, Clone)]
pub struct Chronicle {
    genesis: Genesis,
    acts: Acts,
    contents: Contents,
    park: Park,
    rooted: Rooted,
    woken: Vec<EntryId>,
    /// Empty after an act, until somebody asks.
    judged: OnceLock<Judged>,
    /// Contents whose count may differ from what was told: all, after an act.
    all_to_tell: bool,
    to_tell: Vec<Place>,
    /// What each author fills, for the budgets.
    loads: BTreeMap<DeviceId, Load>,
}

impl Chronicle {
    /// A territory nobody has written in yet.
    pub fn new(genesis: Genesis) -> Self {
        Self {
            rooted: Rooted::new(&genesis),
            genesis,
            acts: Acts::default(),
            contents: Contents::default(),
            park: Park::default(),
            woken: Vec::new(),
            judged: OnceLock::new(),
            all_to_tell: false,
            to_tell: Vec::new(),
            loads: BTreeMap::new(),
        }
    }

    /// Takes a valid entry of this territory. `sender` is the peer that handed it over, whose share
    /// of the park it would use; `None` for what this post wrote, read from its own disk or from a
    /// USB key.
    pub fn offer(&mut self, checked: &Checked, sender: Option<DeviceId>) -> Placement {
        let id = checked.id();
        if self.contains(&id) {
            return Placement::Known;
        }
        if self.park.contains(&id) {
            return Placement::Parked;
        }
        self.place(Facts::of(checked), sender)
    }

    /// Places an entry that is neither in a set nor parked.
    fn place(&mut self, facts: Facts, sender: Option<DeviceId>) -> Placement {
        if !self.admits(&facts.author) {
            return if self.park.park(facts, sender) {
                Placement::Parked
            } else {
                Placement::ParkFull
            };
        }
        let mut entering = vec![facts];
        let mut first = true;
        while let Some(facts) = entering.pop() {
            if !first {
                self.woken.push(facts.id);
            }
            first = false;
            self.note_load(facts.author, facts.class(), facts.bytes);
            match facts.class() {
                Class::Content => self.enter_content(&facts),
                Class::Act => entering.extend(self.enter_act(facts)),
            }
        }
        Placement::InSet
    }

    fn admits(&self, author: &DeviceId) -> bool {
        if fault!(PresentStandingAdmits) {
            return self.genesis.is_root(author) || self.standing().stands(author);
        }
        self.rooted.knows(author)
    }

    /// Adds an act; the parked entries it wakes.
    fn enter_act(&mut self, facts: Facts) -> Vec<Facts> {
        let id = facts.id;
        self.acts.insert(facts);
        self.judged = OnceLock::new();
        self.all_to_tell = true;
        let new_authors = self.rooted.entered(&self.genesis, &self.acts, id);
        new_authors
            .iter()
            .flat_map(|author| self.park.release(author))
            .collect()
    }

    fn enter_content(&mut self, facts: &Facts) {
        let added = self.contents.insert(facts);
        let Some(judged) = self.judged.get_mut() else {
            self.all_to_tell = true;
            return;
        };
        for number in judged.arrived(&self.contents, &added) {
            let place = Place {
                number,
                ..added.place
            };
            self.to_tell.push(place);
        }
        let count = judged.count(&self.contents, added.place);
        self.contents.tell(added.place, count);
    }

    fn judged(&self) -> &Judged {
        self.judged
            .get_or_init(|| Judged::of(&self.genesis, &self.acts, &self.contents))
    }

    /// Parked entries that entered a set because a Grant arrived, since last asked.
    pub fn woken(&mut self) -> Vec<EntryId> {
        std::mem::take(&mut self.woken)
    }

    /// Who stands, by the acts in the set.
    pub fn standing(&self) -> &Standing {
        &self.judged().standing
    }

    /// Whether a content takes effect; `false` for one that is not in the set.
    pub fn counted(&self, id: &EntryId) -> bool {
        self.count(id).is_counted()
    }

    /// How a content counts; set aside, for one that is not in the set.
    pub fn count(&self, id: &EntryId) -> Count {
        match self.contents.place(id) {
            Some(place) => self.judged().count(&self.contents, place),
            None => Count::SetAside,
        }
    }

    /// Contents whose [`count`](Chronicle::count) changed since last asked, because acts arrived
    /// or a hole was filled. Those that came together with acts are listed too, changed or not.
    pub fn recounted(&mut self) -> Vec<EntryId> {
        self.judged();
        let suspects: Vec<Place> = if self.all_to_tell {
            self.contents.places().collect()
        } else {
            std::mem::take(&mut self.to_tell)
        };
        self.all_to_tell = false;
        self.to_tell.clear();
        let mut changed = Vec::new();
        for place in suspects {
            let count = self.judged().count(&self.contents, place);
            let content = self.contents.at(place);
            if content.told != Some(count) {
                changed.push(content.id);
                self.contents.tell(place, count);
            }
        }
        changed
    }

    /// Whether an entry is in one of the two sets.
    pub fn contains(&self, id: &EntryId) -> bool {
        self.acts.contains(id) || self.contents.contains(id)
    }

    /// Whether an author's entries enter the sets: a root, or a device that some rooted Grant ever
    /// named.
    pub fn knows(&self, author: &DeviceId) -> bool {
        self.rooted.knows(author)
    }

    /// The ids of one set, ascending.
    pub fn ids(&self, class: Class) -> Box<dyn Iterator<Item = &EntryId> + '_> {
        match class {
            Class::Act => Box::new(self.acts.iter().map(|(id, _)| id)),
            Class::Content => Box::new(self.contents.ids()),
        }
    }

    /// How many entries one set holds.
    pub fn len(&self, class: Class) -> usize {
        match class {
            Class::Act => self.acts.len(),
            Class::Content => self.contents.len(),
        }
    }

    /// How full the park is.
    pub fn park(&self) -> ParkState {
        self.park.state()
    }

    /// The parked entries, ascending.
    pub fn parked(&self) -> impl Iterator<Item = &EntryId> {
        self.park.ids()
    }

    /// Clears the overflow of the park: the entries that found no room are being asked for again.
    pub fn asked_again(&mut self) {
        self.park.asked_again();
    }

    /// Gives up waiting for the author of a parked entry; `false` if it was not parked.
    pub fn unpark(&mut self, id: &EntryId) -> bool {
        self.park.remove(id).is_some()
    }

    /// The founding statement.
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }
}
