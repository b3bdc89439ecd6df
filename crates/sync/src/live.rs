//! Telling one peer what is new here: ids that wait to be sent together, and what it was told and
//! has not acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use beffroi_trust::{Class, EntryId};

use crate::dice::Dice;
use crate::limits::{
    HAVE_DELAY, HAVE_IDS_MAX, HAVE_WAITING_MAX, TELL_AGAIN, TELL_TIMES_MAX, TOLD_MAX,
};
use crate::moment::Moment;
use crate::peer::{CLASSES, PerClass};
use crate::wire::{List, Prefix};

/// A summary is as long as an announcement of this many ids.
const SUMMARY_IDS: usize = 2;

/// Ids for one frame.
pub(crate) type Ids = List<Prefix, HAVE_IDS_MAX>;

/// What is told to one peer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Talk {
    waiting: PerClass<BTreeSet<EntryId>>,
    flush_at: Option<Moment>,
    told: BTreeMap<EntryId, Class>,
    tell_at: Option<Moment>,
    times: u32,
}

impl Talk {
    /// Queues an id to be named to the peer soon. False when so many wait that a summary says it
    /// better: then nothing waits any more.
    pub(crate) fn say(&mut self, class: Class, id: EntryId, now: Moment, dice: &mut Dice) -> bool {
        self.waiting.at_mut(class).insert(id);
        if self.waiting.acts.len() + self.waiting.contents.len() > HAVE_WAITING_MAX {
            self.waiting = PerClass::default();
            self.flush_at = None;
            return false;
        }
        if self.flush_at.is_none() {
            self.flush_at = Some(now + dice.span(HAVE_DELAY.0, HAVE_DELAY.1));
        }
        true
    }

    /// The peer owes an acknowledgement of this entry.
    pub(crate) fn told(&mut self, class: Class, id: EntryId, now: Moment) {
        if self.told.len() < TOLD_MAX {
            self.told.insert(id, class);
            self.tell_at.get_or_insert(now + TELL_AGAIN);
        }
    }

    /// Whether the peer was told of an entry, or is about to be.
    pub(crate) fn is_told(&self, id: &EntryId) -> bool {
        self.told.contains_key(id)
    }

    /// Whether something told is not acknowledged yet and may still be.
    pub(crate) fn is_unsettled(&self) -> bool {
        !self.told.is_empty() || self.flush_at.is_some()
    }

    /// The peer acknowledged this entry.
    pub(crate) fn acknowledged(&mut self, id: &EntryId) {
        self.told.remove(id);
        self.rest();
    }

    /// The peer's set is equal to ours, which it may not know: what waits acknowledges that. True
    /// when so much waits that a summary says it in fewer bytes; then nothing waits any more.
    pub(crate) fn acknowledged_all(&mut self, class: Class) -> bool {
        self.told.retain(|_, other| *other != class);
        let waiting = self.waiting.at_mut(class);
        let many = waiting.len() > SUMMARY_IDS;
        if many {
            waiting.clear();
        }
        self.rest();
        many
    }

    fn rest(&mut self) {
        if self.told.is_empty() {
            self.tell_at = None;
            self.times = 0;
        }
        if self.waiting.acts.is_empty() && self.waiting.contents.is_empty() {
            self.flush_at = None;
        }
    }

    /// Everything that waits, in frames.
    pub(crate) fn flush(&mut self) -> Vec<(Class, Ids)> {
        self.flush_at = None;
        let waiting = std::mem::take(&mut self.waiting);
        let frames = |class| frames(class, waiting.at(class).iter());
        CLASSES.into_iter().flat_map(frames).collect()
    }

    /// What was told and is to be told again; after some times it is left to the heartbeat.
    pub(crate) fn tell_again(&mut self, now: Moment) -> Vec<(Class, Ids)> {
        self.times += 1;
        let wait = TELL_AGAIN * 2u32.saturating_pow(self.times);
        self.tell_at = Some(now + wait.min(Duration::from_secs(15)));
        let told = &self.told;
        let of = |class| told.iter().filter(move |(_, other)| **other == class);
        let frames = |class| frames(class, of(class).map(|(id, _)| id));
        let again = CLASSES.into_iter().flat_map(frames).collect();
        if self.times >= TELL_TIMES_MAX {
            self.told.clear();
            self.rest();
        }
        again
    }

    pub(crate) fn flush_at(&self) -> Option<Moment> {
        self.flush_at
    }

    pub(crate) fn tell_at(&self) -> Option<Moment> {
        self.tell_at
    }
}

fn frames<'a>(class: Class, ids: impl Iterator<Item = &'a EntryId>) -> Vec<(Class, Ids)> {
    let names: Vec<Prefix> = ids.copied().map(Prefix::from).collect();
    let frame = |chunk: &[Prefix]| (class, List::first(chunk.to_vec()));
    names.chunks(HAVE_IDS_MAX).map(frame).collect()
}
