//! How much of one author this post takes, and how fast: patience, not validity (trust.md §10). An entry
//! of an author over a budget is not stored and not asked for again until there is room; the sets become
//! equal then. A person is told who it is, and decides: a large import, or a device gone wrong.

use std::collections::BTreeMap;
use std::time::Duration;

use beffroi_sync::{Input as SyncInput, Moment};
use beffroi_trust::{Checked, Class, DeviceId};

use super::Node;
use super::living::Living;

/// Bytes of one author an hour, outside the first sync: an import of ten thousand records, five times.
const HOUR_BYTES: u64 = 16 << 20;
/// What was deferred is asked for when this part of the hour's share is free again: not at every trickle.
const FREE_TO_RESUME: u64 = 4;
/// The longest a post counts as being in its first sync since it was started.
const FIRST_SYNC_MAX: Duration = Duration::from_secs(3_600);
/// How often it is looked whether somebody has room again.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// What was taken lately of an author: it drains by [`HOUR_BYTES`] an hour.
#[derive(Debug, Clone, Copy, Default)]
struct Pace {
    level: u64,
    at: Moment,
}

/// The accounts. All time is an argument.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    /// Per cent of the usual budgets: what the configuration says.
    percent: u64,
    /// Whether the post has been in step with a peer since it started.
    was_in_step: bool,
    /// Sets being streamed: a first sync, or one after a long absence.
    streams: u32,
    paces: BTreeMap<DeviceId, Pace>,
    /// The verdicts of one group of entries: a budget may be passed by as much as a group holds.
    over: BTreeMap<(DeviceId, Class), bool>,
    looked_at: Moment,
}

impl Patience {
    /// Accounts of a post that takes so many per cent of the usual budgets.
    pub(crate) fn new(percent: u64) -> Self {
        Self {
            percent: percent.max(1),
            ..Self::default()
        }
    }

    /// How many per cent of the usual budgets it takes.
    pub(crate) fn percent(&self) -> u64 {
        self.percent
    }

    fn hour_bytes(&self) -> u64 {
        HOUR_BYTES.saturating_mul(self.percent) / 100
    }

    fn level(&self, author: &DeviceId, now: Moment) -> u64 {
        let pace = self.paces.get(author).copied().unwrap_or_default();
        let drained = u128::from(self.hour_bytes()) * now.since(pace.at).as_millis() / 3_600_000;
        pace.level
            .saturating_sub(u64::try_from(drained).unwrap_or(u64::MAX))
    }

    /// Notes bytes of an author; false, and nothing noted, when his hour's share is used up.
    fn take(&mut self, author: DeviceId, bytes: u64, now: Moment) -> bool {
        if self.is_first_sync(now) {
            return true;
        }
        let level = self.level(&author, now);
        let fits = level.saturating_add(bytes) <= self.hour_bytes();
        if fits {
            let level = level + bytes;
            self.paces.insert(author, Pace { level, at: now });
        }
        fits
    }

    fn has_room(&self, author: &DeviceId, now: Moment) -> bool {
        let free = self.hour_bytes().saturating_sub(self.level(author, now));
        free >= self.hour_bytes() / FREE_TO_RESUME
    }

    fn is_first_sync(&self, now: Moment) -> bool {
        now.0 < FIRST_SYNC_MAX && (!self.was_in_step || self.streams > 0)
    }

    /// The post is in step with a peer.
    pub(crate) fn in_step(&mut self) {
        self.was_in_step = true;
    }

    /// A set begins or ends being streamed.
    pub(crate) fn streams(&mut self, began: bool) {
        self.streams = if began {
            self.streams.saturating_add(1)
        } else {
            self.streams.saturating_sub(1)
        };
    }

    /// A group of entries is about to be placed.
    pub(crate) fn begin_group(&mut self) {
        self.over.clear();
    }

    /// Acts have changed who stands: it is looked at once who has room.
    pub(crate) fn look_soon(&mut self) {
        self.looked_at = Moment::ZERO;
    }

    fn is_time_to_look(&mut self, now: Moment) -> bool {
        let due = self.looked_at == Moment::ZERO || now.since(self.looked_at) >= LOOK_EVERY;
        if due {
            self.looked_at = now.max(Moment(Duration::from_millis(1)));
        }
        due
    }
}

impl Living {
    /// Whether an entry from a peer must wait, because its author is over a budget.
    pub(super) fn must_wait(&mut self, checked: &Checked, now: Moment) -> bool {
        let (author, class) = (checked.author(), checked.class());
        let is_news = !self.chronicle.contains(&checked.id()) && self.chronicle.knows(&author);
        if !is_news || author == self.me() {
            return false;
        }
        let percent = self.patience.percent();
        let over = match self.patience.over.get(&(author, class)) {
            Some(over) => *over,
            None => {
                let why = self.chronicle.over_budget(&author, class, percent);
                if let Some(why) = why {
                    tracing::warn!(%author, ?class, ?why, "no more is taken of an author");
                }
                self.patience.over.insert((author, class), why.is_some());
                why.is_some()
            }
        };
        // An act of a known author is small and may be the one that ends a flood: it has no pace.
        let bytes = checked.entry().body.size() + checked.entry().head.len() as u64;
        over || class == Class::Content && !self.patience.take(author, bytes, now)
    }

    /// Authors of whom entries wait, with how many.
    pub(crate) fn waiting_authors(&self) -> BTreeMap<DeviceId, u64> {
        self.engine.deferred()
    }
}

impl Node {
    /// A set begins or ends being streamed.
    pub(super) fn streams(&mut self, began: bool) {
        if let Some(living) = &mut self.living {
            living.patience.streams(began);
        }
    }

    /// Has what was deferred asked for again, of those authors who have room.
    pub(super) fn resume_authors_in_time(&mut self) {
        let now = self.moment();
        let Some(living) = &mut self.living else {
            return;
        };
        if !living.patience.is_time_to_look(now) {
            return;
        }
        let percent = living.patience.percent();
        let has_room = |author: &DeviceId| {
            let classes = [Class::Act, Class::Content].into_iter();
            living.patience.has_room(author, now)
                && classes
                    .filter_map(|class| living.chronicle.over_budget(author, class, percent))
                    .next()
                    .is_none()
        };
        let authors: Vec<DeviceId> = living
            .waiting_authors()
            .into_keys()
            .filter(has_room)
            .collect();
        if !authors.is_empty() {
            self.sync(SyncInput::Patience(authors));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MALLORY: DeviceId = DeviceId([3; 32]);
    const ALICE: DeviceId = DeviceId([1; 32]);

    fn at(seconds: u64) -> Moment {
        Moment(Duration::from_secs(seconds))
    }

    fn settled(percent: u64) -> Patience {
        let mut patience = Patience::new(percent);
        patience.in_step();
        patience
    }

    #[test]
    fn a_flood_of_one_author_waits_for_the_next_hour_and_nobody_else_waits() {
        let mut patience = settled(100);
        let taken = (0..1_000)
            .filter(|_| patience.take(MALLORY, 100 << 10, at(10)))
            .count();
        assert_eq!(taken, (16 << 20) / (100 << 10));
        assert!(patience.take(ALICE, 100 << 10, at(10)), "another author");
        assert!(!patience.has_room(&MALLORY, at(20)));
        assert!(!patience.take(MALLORY, 100 << 10, at(11)));
        assert!(
            patience.has_room(&MALLORY, at(10 + 910)),
            "a quarter of an hour"
        );
        assert!(patience.take(MALLORY, 4 << 20, at(10 + 910)));
        assert!(!patience.take(MALLORY, 4 << 20, at(10 + 911)));
    }

    #[test]
    fn a_first_sync_has_no_pace_and_does_not_last_for_ever() {
        let mut patience = Patience::new(100);
        assert!((0..100).all(|_| patience.take(MALLORY, 1 << 20, at(5))));
        assert!(
            (0..100).any(|_| !patience.take(MALLORY, 1 << 20, at(3_601))),
            "a peer that never lets us be in step wins an hour"
        );
        let mut patience = settled(100);
        patience.streams(true);
        assert!((0..100).all(|_| patience.take(MALLORY, 1 << 20, at(5))));
        patience.streams(false);
        assert!((0..100).any(|_| !patience.take(MALLORY, 1 << 20, at(5))));
    }

    #[test]
    fn a_raised_budget_takes_more() {
        let mut patience = settled(300);
        let taken = (0..100)
            .filter(|_| patience.take(MALLORY, 1 << 20, at(5)))
            .count();
        assert_eq!(taken, 48);
    }
}
