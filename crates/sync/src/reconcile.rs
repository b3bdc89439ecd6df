//! Range-based set reconciliation: what to say of a set, and what to conclude from what the other
//! side says. Nothing here knows peers or time.

use std::collections::{BTreeMap, BTreeSet};

use beffroi_trust::{EntryId, OrderKey};

use crate::index::{Index, LOWEST};
use crate::limits::{BRANCHES, LEAF, LISTED_IDS_MAX, MESSAGE_BYTES_MAX, MESSAGE_RANGES_MAX};
use crate::sum::{Measure, Total};
use crate::wire::{Answer, Bound, List, Prefix, Range, RangeBody, Ranges};

/// The ids that were listed to the other side, by range: an [`Answer`] is about one of these.
pub(crate) type Listed = BTreeMap<(OrderKey, Bound), Vec<EntryId>>;

/// A contradiction in a message: only a broken or hostile peer sends one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Contradiction {
    /// An answer about a range that was not listed, or of another length than the list.
    #[error("an answer without its question")]
    Answer,
    /// Nothing but `Skip` ranges and questions may open.
    #[error("an answer opens the session")]
    Opening,
}

/// What one message led to.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The next message, and whether it stops at its limit.
    pub(crate) reply: Ranges,
    pub(crate) cut: bool,
    /// The message asked something, so a reply is due, were it empty.
    pub(crate) asked: bool,
    /// The reply asks something, so an answer to it is due.
    pub(crate) asks: bool,
    pub(crate) listed: Listed,
    /// Ids of ours that the other side was seen to have.
    pub(crate) held: Vec<EntryId>,
    pub(crate) lacking_here: Vec<Prefix>,
    pub(crate) lacking_there: Vec<EntryId>,
    /// A list of differences did not fit and is to be continued in another session.
    pub(crate) more: bool,
}

/// The space that a message speaks of, as far as it is written.
struct Writer<'a> {
    index: &'a Index,
    measure: &'a Measure,
    bytes: usize,
    out: Outcome,
}

/// Ranges a cut range adds at most.
const RANGES_AT_ONCE: usize = 16;
/// Bytes of a range at most, its listed ids and the id of its bound left out: gap, length, tag,
/// fingerprint, or the frame of an answer.
const RANGE_BYTES: usize = 24;

/// The opening message: the top ranges of everything from `from` on.
pub(crate) fn open(index: &Index, measure: &Measure, from: OrderKey) -> Outcome {
    let mut writer = Writer::new(index, measure);
    if from > LOWEST {
        writer.push(Some(from), RangeBody::Skip);
    }
    let total = writer.total(&from, &None);
    writer.ask(from, None, &total);
    writer.out
}

/// What an audit opens with: one fingerprint over everything.
pub(crate) fn open_whole(index: &Index, measure: &Measure) -> Outcome {
    let mut writer = Writer::new(index, measure);
    let total = writer.total(&LOWEST, &None);
    writer.out.asks = true;
    let whole = RangeBody::Fingerprint(measure.fingerprint(&total));
    writer.push(None, whole);
    writer.out
}

/// Whether an opening message asks about the whole space.
pub(crate) fn asks_all(ranges: &Ranges, cut: bool) -> Result<bool, Contradiction> {
    let mut whole = !cut && ranges.0.last().is_some_and(|range| range.end.is_none());
    for range in &ranges.0 {
        match range.body {
            RangeBody::Skip => whole = false,
            RangeBody::Fingerprint(_) | RangeBody::Ids(_) => {}
            RangeBody::Answer(_) => return Err(Contradiction::Opening),
        }
    }
    Ok(whole)
}

/// Compares a message with our set.
pub(crate) fn answer(
    index: &Index,
    measure: &Measure,
    listed: &Listed,
    message: &Ranges,
) -> Result<Outcome, Contradiction> {
    let mut writer = Writer::new(index, measure);
    let mut from = LOWEST;
    for Range { end, body } in &message.0 {
        if writer.full() {
            writer.out.cut = true;
            writer.out.asked = true;
            break;
        }
        match body {
            RangeBody::Skip => writer.push(*end, RangeBody::Skip),
            RangeBody::Fingerprint(theirs) => {
                writer.out.asked = true;
                let total = writer.total(&from, end);
                if measure.fingerprint(&total) == *theirs {
                    writer.push(*end, RangeBody::Skip);
                } else {
                    writer.ask(from, *end, &total);
                }
            }
            RangeBody::Ids(theirs) => {
                writer.out.asked = true;
                writer.compare(from, *end, theirs);
            }
            RangeBody::Answer(answer) => {
                let ids = listed.get(&(from, *end)).ok_or(Contradiction::Answer)?;
                writer.conclude(ids, answer)?;
                writer.push(*end, RangeBody::Skip);
            }
        }
        match end {
            Some(end) => from = *end,
            None => break,
        }
    }
    writer.trim();
    Ok(writer.out)
}

impl<'a> Writer<'a> {
    fn new(index: &'a Index, measure: &'a Measure) -> Self {
        Self {
            index,
            measure,
            bytes: 0,
            out: Outcome::default(),
        }
    }

    fn total(&self, from: &OrderKey, end: &Bound) -> Total {
        if self.measure.audit {
            self.index.keyed_total(from, end, self.measure)
        } else {
            self.index.range_total(from, end)
        }
    }

    fn full(&self) -> bool {
        let most = RANGES_AT_ONCE * (RANGE_BYTES + 32);
        self.bytes + most > MESSAGE_BYTES_MAX
            || self.out.reply.0.len() + RANGES_AT_ONCE > MESSAGE_RANGES_MAX
    }

    /// Adds a range; what nothing is said of is joined with the same before it.
    fn push(&mut self, end: Bound, body: RangeBody) {
        let listed = match &body {
            RangeBody::Skip => match self.out.reply.0.last_mut() {
                Some(last) if last.body == RangeBody::Skip => {
                    last.end = end;
                    return;
                }
                Some(_) | None => 0,
            },
            RangeBody::Fingerprint(_) => 0,
            RangeBody::Ids(ids) => ids.len(),
            RangeBody::Answer(answer) => answer.extra.len(),
        };
        let bound = end.and_then(|key| key.id.0.iter().rposition(|byte| *byte != 0));
        self.bytes += RANGE_BYTES + bound.map_or(0, |at| at + 1) + 16 * listed;
        self.out.reply.0.push(Range { end, body });
    }

    /// Asks about a range: by list when it is short, else by fingerprints of its parts.
    fn ask(&mut self, from: OrderKey, end: Bound, total: &Total) {
        self.out.asks = true;
        if total.count <= LEAF {
            let ids: Vec<EntryId> = self.index.range(&from, &end).map(|key| key.id).collect();
            let names = ids.iter().copied().map(Prefix::from).collect();
            self.push(end, RangeBody::Ids(List::first(names)));
            self.out.listed.insert((from, end), ids);
            return;
        }
        let mut start = from;
        let cuts = self.index.cuts(&from, &end, BRANCHES);
        for end in cuts.into_iter().map(Some).chain([end]) {
            let part = self.total(&start, &end);
            let fingerprint = self.measure.fingerprint(&part);
            self.push(end, RangeBody::Fingerprint(fingerprint));
            start = end.unwrap_or(start);
        }
    }

    /// Compares a list with our ids of the range, and answers it.
    fn compare(&mut self, from: OrderKey, end: Bound, theirs: &[Prefix]) {
        let mine: BTreeMap<Prefix, EntryId> = self
            .index
            .range(&from, &end)
            .map(|key| (Prefix::from(key.id), key.id))
            .collect();
        let listed: BTreeSet<Prefix> = theirs.iter().copied().collect();
        let mut held = vec![0; theirs.len().div_ceil(8)];
        for (place, name) in theirs.iter().enumerate() {
            match mine.get(name) {
                Some(id) => {
                    held[place / 8] |= 1 << (place % 8);
                    self.out.held.push(*id);
                }
                None => self.out.lacking_here.push(*name),
            }
        }
        let extra: Vec<(&Prefix, &EntryId)> = mine
            .iter()
            .filter(|(name, _)| !listed.contains(name))
            .collect();
        self.out
            .lacking_there
            .extend(extra.iter().map(|(_, id)| **id));
        let room = MESSAGE_BYTES_MAX.saturating_sub(self.bytes + RANGE_BYTES + 32) / 16;
        let room = room.min(LISTED_IDS_MAX);
        let more = extra.len() > room;
        self.out.more |= more;
        let names = extra.into_iter().take(room).map(|(name, _)| *name);
        let answer = Answer {
            held: List::first(held),
            extra: List::first(names.collect()),
            more,
        };
        self.push(end, RangeBody::Answer(answer));
    }

    /// Takes in the answer to a list of ours.
    fn conclude(&mut self, ids: &[EntryId], answer: &Answer) -> Result<(), Contradiction> {
        if answer.held.len() != ids.len().div_ceil(8) {
            return Err(Contradiction::Answer);
        }
        for (place, id) in ids.iter().enumerate() {
            let bit = answer.held.get(place / 8).copied().unwrap_or(0) >> (place % 8) & 1;
            if bit == 1 {
                self.out.held.push(*id);
            } else {
                self.out.lacking_there.push(*id);
            }
        }
        self.out.lacking_here.extend(answer.extra.iter().copied());
        self.out.more |= answer.more;
        Ok(())
    }

    /// Drops a trailing range that says nothing: silence means the same, unless cut.
    fn trim(&mut self) {
        let ranges = &mut self.out.reply.0;
        if !self.out.cut
            && ranges
                .last()
                .is_some_and(|last| last.body == RangeBody::Skip)
        {
            ranges.pop();
        }
    }
}

#[cfg(test)]
mod tests;
