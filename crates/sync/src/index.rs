//! One set as reconciliation sees it: its order keys in chunks, each with the sum of its ids, so
//! that any range is summed in a few additions.

use beffroi_trust::{EntryId, OrderKey};

use crate::limits::CHUNK_KEYS;
use crate::sum::{Measure, Total};
use crate::wire::Bound;

/// The smallest order key.
pub(crate) const LOWEST: OrderKey = OrderKey {
    second: 0,
    id: EntryId([0; 32]),
};

/// The order keys of one set, sorted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    /// None is empty.
    chunks: Vec<Chunk>,
    total: Total,
}

#[derive(Debug, Clone)]
struct Chunk {
    keys: Vec<OrderKey>,
    total: Total,
}

impl Chunk {
    fn new(keys: Vec<OrderKey>) -> Self {
        let total = sum(&keys);
        Self { keys, total }
    }
}

fn sum(keys: &[OrderKey]) -> Total {
    let mut total = Total::default();
    for key in keys {
        total.add(&key.id.0);
    }
    total
}

/// A place between two keys: chunk, and key in it. The end of a chunk is written as the start of
/// the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place(usize, usize);

impl Index {
    /// Builds the index of many keys at once; about 0.1 s for a million.
    pub(crate) fn build(mut keys: Vec<OrderKey>) -> Self {
        keys.sort_unstable();
        keys.dedup();
        let chunks: Vec<Chunk> = keys
            .chunks(CHUNK_KEYS)
            .map(|keys| Chunk::new(keys.to_vec()))
            .collect();
        let mut total = Total::default();
        for chunk in &chunks {
            total.join(&chunk.total);
        }
        Self { chunks, total }
    }

    pub(crate) fn total(&self) -> &Total {
        &self.total
    }

    /// Adds a key; false when it was there.
    pub(crate) fn insert(&mut self, key: OrderKey) -> bool {
        let after = self.chunks.partition_point(|chunk| chunk.keys[0] <= key);
        let at = after.saturating_sub(1);
        let Some(chunk) = self.chunks.get_mut(at) else {
            self.chunks.push(Chunk::new(vec![key]));
            self.total.add(&key.id.0);
            return true;
        };
        let Err(place) = chunk.keys.binary_search(&key) else {
            return false;
        };
        chunk.keys.insert(place, key);
        chunk.total.add(&key.id.0);
        if chunk.keys.len() > 2 * CHUNK_KEYS {
            let upper = chunk.keys.split_off(CHUNK_KEYS);
            chunk.total = sum(&chunk.keys);
            self.chunks.insert(at + 1, Chunk::new(upper));
        }
        self.total.add(&key.id.0);
        true
    }

    fn place(&self, key: &OrderKey) -> Place {
        let at = self
            .chunks
            .partition_point(|chunk| chunk.keys.last().is_none_or(|last| last < key));
        let inside = self.chunks.get(at);
        Place(
            at,
            inside.map_or(0, |chunk| chunk.keys.partition_point(|other| other < key)),
        )
    }

    fn end(&self, end: &Bound) -> Place {
        end.as_ref()
            .map_or(Place(self.chunks.len(), 0), |key| self.place(key))
    }

    /// The parts of chunks between two places, whole chunks with their total.
    fn pieces(
        &self,
        from: &OrderKey,
        end: &Bound,
    ) -> impl Iterator<Item = (&[OrderKey], Option<&Total>)> {
        let (start, stop) = (self.place(from), self.end(end));
        (start.0..=stop.0).filter_map(move |at| {
            let chunk = self.chunks.get(at)?;
            let low = if at == start.0 { start.1 } else { 0 };
            let high = if at == stop.0 {
                stop.1
            } else {
                chunk.keys.len()
            };
            let whole = (low == 0 && high == chunk.keys.len()).then_some(&chunk.total);
            Some((chunk.keys.get(low..high)?, whole))
        })
    }

    /// How many keys lie in a range, and the sum of their ids.
    pub(crate) fn range_total(&self, from: &OrderKey, end: &Bound) -> Total {
        let mut total = Total::default();
        for (keys, whole) in self.pieces(from, end) {
            match whole {
                Some(chunk) => total.join(chunk),
                None => total.join(&sum(keys)),
            }
        }
        total
    }

    /// The same over keyed ids: every id of the range is hashed.
    pub(crate) fn keyed_total(&self, from: &OrderKey, end: &Bound, measure: &Measure) -> Total {
        let mut total = Total::default();
        for key in self.range(from, end) {
            total.add(&measure.keyed(&key.id));
        }
        total
    }

    /// The keys of a range, in order.
    pub(crate) fn range(&self, from: &OrderKey, end: &Bound) -> impl Iterator<Item = &OrderKey> {
        self.pieces(from, end).flat_map(|(keys, _)| keys)
    }

    /// Inner bounds that cut a range into `parts` of about equal count, on whole seconds where the
    /// neighbours across the cut lie in different ones.
    pub(crate) fn cuts(&self, from: &OrderKey, end: &Bound, parts: u64) -> Vec<OrderKey> {
        let count = self.range_total(from, end).count;
        let mut cuts: Vec<OrderKey> = Vec::new();
        let mut before = 0;
        let mut pieces = self.pieces(from, end).map(|(keys, _)| keys).peekable();
        let mut last: Option<OrderKey> = None;
        for part in 1..parts {
            let rank = count * part / parts;
            while let Some(keys) = pieces.peek() {
                let length = keys.len() as u64;
                if before + length > rank {
                    break;
                }
                last = keys.last().copied().or(last);
                before += length;
                pieces.next();
            }
            let Some(keys) = pieces.peek() else { break };
            let at = usize::try_from(rank - before).unwrap_or(usize::MAX);
            let left = at.checked_sub(1).map_or(last, |at| keys.get(at).copied());
            if let (Some(left), Some(right)) = (left, keys.get(at)) {
                let cut = between(&left, right);
                if cut > *from && cuts.last().is_none_or(|last| *last < cut) {
                    cuts.push(cut);
                }
            }
        }
        cuts
    }
}

/// The shortest key above `left` and not above `right`.
fn between(left: &OrderKey, right: &OrderKey) -> OrderKey {
    let mut id = [0; 32];
    if left.second == right.second {
        let same = left
            .id
            .0
            .iter()
            .zip(right.id.0)
            .take_while(|(l, r)| *l == r);
        let length = (same.count() + 1).min(32);
        id[..length].copy_from_slice(&right.id.0[..length]);
    }
    OrderKey {
        second: right.second,
        id: EntryId(id),
    }
}

/// The key right after this one; the last key is its own.
pub(crate) fn successor(key: &OrderKey) -> OrderKey {
    let mut next = *key;
    for byte in next.id.0.iter_mut().rev() {
        let (sum, over) = byte.overflowing_add(1);
        *byte = sum;
        if !over {
            return next;
        }
    }
    match key.second.checked_add(1) {
        Some(second) => OrderKey {
            second,
            id: EntryId([0; 32]),
        },
        None => *key,
    }
}

#[cfg(test)]
mod tests;
