//! Telling one peer what is new here: ids that wait to be sent together, and what it was told and
//! has not acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use beffroi_trust::{Class, EntryId};

use crate::dice::Dice;
use crate::limits::{
    HAVE_DELAY, HAVE_IDS_MAX, HAVE_WAITING_MAX, TELL_AGAIN, TELL_AGAIN_THIN, TELL_TIMES_MAX,
    TOLD_MAX,
};
use crate::moment::Moment;
use crate::peer::{CLASSES, Link, PerClass};
use crate::wire::{List, Prefix};

/// A summary is as long as an announcement of this many ids.
const SUMMARY_IDS: usize = 2;

/// How often the wait for an acknowledgement doubles.
const DOUBLINGS: u32 = 2;

/// Ids for one frame.
pub(crate) type Ids = List<Prefix, HAVE_IDS_MAX>;

/// What is told to one peer.
#[derive(Debug, Clone)]
pub(crate) struct Talk {
    patience: Duration,
    waiting: PerClass<BTreeSet<EntryId>>,
    flush_at: Option<Moment>,
    told: BTreeMap<EntryId, Told>,
    tell_at: Option<Moment>,
    /// Something was told as often as it may be, in vain: only a comparison can tell why.
    in_vain: bool,
}

/// Something that the peer owes an acknowledgement of.
#[derive(Debug, Clone)]
struct Told {
    class: Class,
    again_at: Moment,
    times: u32,
}

impl Talk {
    pub(crate) fn new(link: Link) -> Self {
        Self {
            patience: match link {
                Link::Fast => TELL_AGAIN,
                Link::Thin => TELL_AGAIN_THIN,
            },
            waiting: PerClass::default(),
            flush_at: None,
            told: BTreeMap::new(),
            tell_at: None,
            in_vain: false,
        }
    }

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
            let again_at = now + self.patience;
            let told = Told {
                class,
                again_at,
                times: 0,
            };
            self.told.insert(id, told);
            self.tell_at = Some(self.tell_at.map_or(again_at, |at| at.min(again_at)));
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

    /// Whether something was told in vain.
    pub(crate) fn is_in_vain(&self) -> bool {
        self.in_vain
    }

    /// A comparison began: it finds what was told in vain.
    pub(crate) fn compared(&mut self) {
        self.in_vain = false;
    }

    /// The peer acknowledged this entry.
    pub(crate) fn acknowledged(&mut self, id: &EntryId) {
        self.told.remove(id);
        self.rest();
    }

    /// The peer's set is equal to ours, which it may not know: what waits acknowledges that. True
    /// when so much waits that a summary says it in fewer bytes; then nothing waits any more.
    pub(crate) fn acknowledged_all(&mut self, class: Class) -> bool {
        self.told.retain(|_, told| told.class != class);
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

    /// What was told and is due to be told again.
    pub(crate) fn tell_again(&mut self, now: Moment) -> PerClass<Vec<EntryId>> {
        let mut again = PerClass::<Vec<EntryId>>::default();
        let before = self.told.len();
        self.told.retain(|id, told| {
            if told.again_at <= now {
                told.times += 1;
                told.again_at = now + self.patience * 2u32.pow(told.times.min(DOUBLINGS));
                again.at_mut(told.class).push(*id);
            }
            told.times <= TELL_TIMES_MAX
        });
        self.in_vain |= self.told.len() < before;
        self.tell_at = self.told.values().map(|told| told.again_at).min();
        again
    }

    pub(crate) fn flush_at(&self) -> Option<Moment> {
        self.flush_at
    }

    pub(crate) fn tell_at(&self) -> Option<Moment> {
        self.tell_at
    }
}

/// Ids in frames.
pub(crate) fn frames<'a>(
    class: Class,
    ids: impl Iterator<Item = &'a EntryId>,
) -> Vec<(Class, Ids)> {
    let names: Vec<Prefix> = ids.copied().map(Prefix::from).collect();
    let frame = |chunk: &[Prefix]| (class, List::first(chunk.to_vec()));
    names.chunks(HAVE_IDS_MAX).map(frame).collect()
}
