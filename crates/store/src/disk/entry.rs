//! The bytes of the values: an entry, a leaf that stands apart, a held entry, the counters.
//!
//! ```text
//! entry    = set 1 ‖ second 4 ‖ append 8 ‖ received_ms 8 ‖ form 1 ‖ leaves 2 ‖ records 2 ‖ records × 32
//!            ‖ (form 1: for each leaf: length 4 ‖ leaf) ‖ head
//! leaf     = 0 here or 1 gone ‖ bytes
//! held     = received_ms 8 ‖ note length 2 ‖ note ‖ bytes
//! counters = append 8 ‖ stamp 8 ‖ flushed 8 ‖ entries 8 ‖ parked bytes 8 ‖ refused 8
//! ```
//! Leaves stand in their entry's value (form 1) when all of it fits one frame, as what a person typed does: a
//! row less costs a quarter less of everything. Otherwise (form 0) each has its own row.

use super::frame;
use crate::batch::{Held, Id, LeafBytes, NewEntry};
use crate::limits::{LEAVES_MAX, RECORDS_MAX};

/// Where the leaves of an entry stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Leaves {
    /// In rows of their own: how many.
    Apart(usize),
    /// In the entry's value.
    Within(Vec<LeafBytes>),
}

/// An entry as it stands in its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntryValue {
    pub(crate) set: u8,
    pub(crate) second: u32,
    pub(crate) append: u64,
    pub(crate) received_ms: u64,
    pub(crate) leaves: Leaves,
    /// Ascending, each once.
    pub(crate) records: Vec<Id>,
    pub(crate) head: Vec<u8>,
}

impl EntryValue {
    /// The value of a new entry at its place in the append order, with its leaves within.
    pub(crate) fn new(entry: &NewEntry, append: u64) -> Self {
        let mut records = entry.records.clone();
        records.sort_unstable();
        records.dedup();
        EntryValue {
            set: entry.set,
            second: entry.second,
            append,
            received_ms: entry.received_ms,
            leaves: Leaves::Within(entry.leaves.clone()),
            records,
            head: entry.head.clone(),
        }
    }

    /// How many leaves the entry has.
    pub(crate) fn leaf_count(&self) -> usize {
        match &self.leaves {
            Leaves::Apart(count) => *count,
            Leaves::Within(leaves) => leaves.len(),
        }
    }

    /// Takes the leaves out of a value that does not fit one frame with them: they then stand apart.
    pub(crate) fn take_leaves_too_many(&mut self) -> Vec<LeafBytes> {
        let Leaves::Within(leaves) = &mut self.leaves else {
            return Vec::new();
        };
        let within: usize = leaves.iter().map(|leaf| 5 + leaf.len()).sum();
        let bytes = 26 + self.records.len() * 32 + within + self.head.len();
        if bytes <= frame::piece_bytes_max(size_of::<Id>()) {
            return Vec::new();
        }
        let leaves = std::mem::take(leaves);
        self.leaves = Leaves::Apart(leaves.len());
        leaves
    }

    /// The value's bytes. Counts above their limits cannot occur: batches are checked.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(26 + self.records.len() * 32 + self.head.len());
        bytes.push(self.set);
        bytes.extend(self.second.to_le_bytes());
        bytes.extend(self.append.to_le_bytes());
        bytes.extend(self.received_ms.to_le_bytes());
        bytes.push(u8::from(matches!(self.leaves, Leaves::Within(_))));
        bytes.extend(short(self.leaf_count()));
        bytes.extend(short(self.records.len()));
        self.records.iter().for_each(|record| bytes.extend(record));
        if let Leaves::Within(leaves) = &self.leaves {
            for leaf in leaves {
                let value = encode_leaf(leaf);
                bytes.extend(u32::try_from(value.len()).unwrap_or(u32::MAX).to_le_bytes());
                bytes.extend(value);
            }
        }
        bytes.extend_from_slice(&self.head);
        bytes
    }

    /// Reads a value; `None` when it is none.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let [set] = take::<1>(&mut rest)?;
        let second = u32::from_le_bytes(take(&mut rest)?);
        let append = u64::from_le_bytes(take(&mut rest)?);
        let received_ms = u64::from_le_bytes(take(&mut rest)?);
        let [form] = take::<1>(&mut rest)?;
        let leaf_count = usize::from(u16::from_le_bytes(take(&mut rest)?));
        let record_count = usize::from(u16::from_le_bytes(take(&mut rest)?));
        if leaf_count > LEAVES_MAX || record_count > RECORDS_MAX {
            return None;
        }
        let records = (0..record_count)
            .map(|_| take(&mut rest))
            .collect::<Option<Vec<Id>>>()?;
        let leaves = match form {
            0 => Leaves::Apart(leaf_count),
            1 => {
                let leaves = (0..leaf_count).map(|_| take_leaf(&mut rest));
                Leaves::Within(leaves.collect::<Option<Vec<LeafBytes>>>()?)
            }
            _ => return None,
        };
        let head = rest.to_vec();
        Some(EntryValue {
            set,
            second,
            append,
            received_ms,
            leaves,
            records,
            head,
        })
    }
}

fn take_leaf(rest: &mut &[u8]) -> Option<LeafBytes> {
    let length = usize::try_from(u32::from_le_bytes(take(rest)?)).ok()?;
    let (value, after) = rest.split_at_checked(length)?;
    *rest = after;
    decode_leaf(value)
}

/// The value of a leaf.
pub(crate) fn encode_leaf(leaf: &LeafBytes) -> Vec<u8> {
    let (kind, bytes) = match leaf {
        LeafBytes::Here(bytes) => (0, bytes),
        LeafBytes::Gone(mark) => (1, mark),
    };
    let mut value = Vec::with_capacity(1 + bytes.len());
    value.push(kind);
    value.extend_from_slice(bytes);
    value
}

/// Reads the value of a leaf.
pub(crate) fn decode_leaf(value: &[u8]) -> Option<LeafBytes> {
    match value.split_first()? {
        (0, bytes) => Some(LeafBytes::Here(bytes.to_vec())),
        (1, mark) => Some(LeafBytes::Gone(mark.to_vec())),
        _ => None,
    }
}

/// The value of a held entry.
pub(crate) fn encode_held(held: &Held) -> Vec<u8> {
    let mut value = Vec::with_capacity(10 + held.note.len() + held.bytes.len());
    value.extend(held.received_ms.to_le_bytes());
    value.extend(short(held.note.len()));
    value.extend_from_slice(&held.note);
    value.extend_from_slice(&held.bytes);
    value
}

/// Reads the value of a held entry.
pub(crate) fn decode_held(id: Id, value: &[u8]) -> Option<Held> {
    let mut rest = value;
    let received_ms = u64::from_le_bytes(take(&mut rest)?);
    let note_bytes = usize::from(u16::from_le_bytes(take(&mut rest)?));
    let (note, bytes) = rest.split_at_checked(note_bytes)?;
    Some(Held {
        id,
        received_ms,
        note: note.to_vec(),
        bytes: bytes.to_vec(),
    })
}

/// What the store counts, written with every transaction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    /// The last append number given.
    pub(crate) append: u64,
    /// The last stamp given to a change.
    pub(crate) stamp: u64,
    /// The last stamp known to be on the disk when these counters were written.
    pub(crate) flushed: u64,
    /// Entries in the sets.
    pub(crate) entries: u64,
    /// Bytes of the values of all parked entries.
    pub(crate) parked_bytes: u64,
    /// Refused entries.
    pub(crate) refused: u64,
}

impl Counters {
    /// The counters' bytes.
    pub(crate) fn encode(&self) -> Vec<u8> {
        [
            self.append,
            self.stamp,
            self.flushed,
            self.entries,
            self.parked_bytes,
            self.refused,
        ]
        .into_iter()
        .flat_map(u64::to_le_bytes)
        .collect()
    }

    /// Reads the counters.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let mut next = || take(&mut rest).map(u64::from_le_bytes);
        Some(Counters {
            append: next()?,
            stamp: next()?,
            flushed: next()?,
            entries: next()?,
            parked_bytes: next()?,
            refused: next()?,
        })
    }
}

fn short(count: usize) -> [u8; 2] {
    u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes()
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_stand_apart_when_the_value_would_not_fit_one_frame() {
        let fits = |bytes: usize| {
            let mut value = EntryValue {
                set: 0,
                second: 0,
                append: 1,
                received_ms: 0,
                leaves: Leaves::Within(vec![LeafBytes::Here(vec![1; bytes])]),
                records: vec![[1; 32]],
                head: vec![2; 256],
            };
            let within = value.encode();
            let frames = frame::encode(frame::Tree::Entries, &[0; 32], 1, &within)
                .unwrap()
                .len();
            let apart = value.take_leaves_too_many();
            assert_eq!(apart.is_empty(), frames == 1, "{bytes}");
            assert_eq!(value.leaf_count(), 1);
            apart.is_empty()
        };
        let least = (0..5_000).find(|bytes| !fits(*bytes)).unwrap();
        assert!((3_700..3_800).contains(&least), "{least}");
    }

    #[test]
    fn values_come_back_from_their_bytes_and_never_from_fewer() {
        let within = Leaves::Within(vec![LeafBytes::Here(vec![8; 3]), LeafBytes::Gone(vec![])]);
        for (leaves, fixed) in [(Leaves::Apart(256), 26 + 64), (within, 26 + 64 + 13)] {
            let entry = EntryValue {
                set: 1,
                second: 5,
                append: 6,
                received_ms: 7,
                leaves,
                records: vec![[1; 32], [2; 32]],
                head: vec![3; 40],
            };
            let bytes = entry.encode();
            assert_eq!(EntryValue::decode(&bytes), Some(entry));
            (0..fixed).for_each(|length| assert_eq!(EntryValue::decode(&bytes[..length]), None));
        }

        let counters = Counters {
            append: 1,
            stamp: 2,
            flushed: 3,
            entries: 4,
            parked_bytes: 5,
            refused: 6,
        };
        assert_eq!(Counters::decode(&counters.encode()), Some(counters));
        assert_eq!(Counters::decode(&counters.encode()[..47]), None);

        let held = Held {
            id: [4; 32],
            received_ms: 9,
            note: b"why".into(),
            bytes: b"what".into(),
        };
        assert_eq!(decode_held([4; 32], &encode_held(&held)), Some(held));
        assert_eq!(decode_held([4; 32], &[0; 9]), None);
        assert_eq!(decode_held([4; 32], &[255; 10]), None);

        for leaf in [LeafBytes::Here(vec![1]), LeafBytes::Gone(vec![])] {
            assert_eq!(decode_leaf(&encode_leaf(&leaf)), Some(leaf));
        }
        assert_eq!(decode_leaf(&[2, 1]), None);
        assert_eq!(decode_leaf(&[]), None);
    }
}
