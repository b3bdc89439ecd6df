//! A reconciliation message: the space of order keys cut into consecutive ranges, each with what
//! its sender says or asks about it.

use beffroi_trust::{EntryId, OrderKey};
use serde::{Deserialize, Serialize};

use super::bounded::List;
use crate::limits::{LEAF_IDS_MAX, LISTED_IDS_MAX, MESSAGE_RANGES_MAX};

/// The first half of an entry id. It is not keyed, so that an entry wanted from several neighbours
/// has one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Prefix(pub [u8; 16]);

impl From<EntryId> for Prefix {
    fn from(id: EntryId) -> Self {
        let mut half = [0; 16];
        half.copy_from_slice(&id.0[..16]);
        Self(half)
    }
}

impl Prefix {
    /// The smallest id that begins so.
    #[must_use]
    pub fn lowest(self) -> EntryId {
        let mut id = [0; 32];
        id[..16].copy_from_slice(&self.0);
        EntryId(id)
    }

    /// Whether the id begins so.
    #[must_use]
    pub fn names(self, id: &EntryId) -> bool {
        id.0.starts_with(&self.0)
    }
}

/// Where a range ends: before this key, or (`None`) after every key.
pub type Bound = Option<OrderKey>;

/// Twelve bytes that differ, but for one chance in 2⁹⁶, when the two contents of a range differ.
pub type Fingerprint = [u8; 12];

/// One range: from the end of the one before (or the smallest key) up to `end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// Where it ends, itself not included.
    pub end: Bound,
    /// What is said of it.
    pub body: RangeBody,
}

/// What a message says of a range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RangeBody {
    /// Nothing. In the opening message: this part is left out. In an answer to a question: equal.
    Skip,
    /// A question: is yours the same?
    Fingerprint(Fingerprint),
    /// A question: this is all I have in the range, what do you have?
    Ids(List<Prefix, LEAF_IDS_MAX>),
    /// The answer to `Ids`.
    Answer(Answer),
}

/// What the asked side found when it compared a list of ids with its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// One bit for each listed id, lowest first: set when it is on the answering post's disk.
    pub held: List<u8, { LEAF_IDS_MAX.div_ceil(8) }>,
    /// What the answering post has beside.
    pub extra: List<Prefix, LISTED_IDS_MAX>,
    /// Whether `extra` was cut short by the limit.
    pub more: bool,
}

/// The ranges of one message, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Packed", into = "Packed")]
pub struct Ranges(pub Vec<Range>);

/// On the wire a bound is the distance from the bound before: mostly two or three bytes.
#[derive(Serialize, Deserialize)]
struct Packed(List<PackedRange, MESSAGE_RANGES_MAX>);

#[derive(Serialize, Deserialize)]
struct PackedRange {
    /// 0: no end. Else 1 + seconds since the previous bound.
    gap: u64,
    /// The id of the bound without its trailing zeros.
    id: List<u8, 32>,
    body: RangeBody,
}

impl From<Ranges> for Packed {
    fn from(ranges: Ranges) -> Self {
        let mut last = 0;
        let pack = |Range { end, body }| match end {
            None => PackedRange {
                gap: 0,
                id: List::first(Vec::new()),
                body,
            },
            Some(key) => {
                let gap = 1 + u64::from(key.second.saturating_sub(last));
                last = key.second;
                let length = key.id.0.iter().rposition(|byte| *byte != 0);
                let id = List::first(key.id.0[..length.map_or(0, |at| at + 1)].to_vec());
                PackedRange { gap, id, body }
            }
        };
        Packed(List::first(ranges.0.into_iter().map(pack).collect()))
    }
}

impl TryFrom<Packed> for Ranges {
    type Error = &'static str;

    fn try_from(packed: Packed) -> Result<Self, Self::Error> {
        let mut ranges = Vec::new();
        let mut last: Bound = Some(OrderKey {
            second: 0,
            id: EntryId([0; 32]),
        });
        for PackedRange { gap, id, body } in packed.0.into_vec() {
            let Some(start) = last else {
                return Err("a range after the last one");
            };
            let end = match gap.checked_sub(1) {
                None => None,
                Some(gap) => Some(bound(start, gap, &id).ok_or("a bound beyond time")?),
            };
            if end.is_some_and(|end| end <= start) {
                return Err("bounds must ascend");
            }
            last = end;
            ranges.push(Range { end, body });
        }
        Ok(Ranges(ranges))
    }
}

fn bound(start: OrderKey, gap: u64, id: &[u8]) -> Option<OrderKey> {
    let second = u32::try_from(u64::from(start.second).checked_add(gap)?).ok()?;
    let mut whole = [0; 32];
    whole.get_mut(..id.len())?.copy_from_slice(id);
    Some(OrderKey {
        second,
        id: EntryId(whole),
    })
}
