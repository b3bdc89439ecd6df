//! Reads what a raw change claims, before anything is decoded, in time linear in its bytes.

use automerge::ChangeHash;
use sha2::{Digest, Sha256};

use super::limits::{
    ACTOR_BYTES, CHANGE_ACTORS_MAX, CHANGE_BYTES_MAX, CHANGE_COLUMNS_MAX, CHANGE_DEPS_MAX,
    CHANGE_KEY_BYTES_MAX, CHANGE_OPERATIONS_MAX, CHANGE_PREDECESSORS_MAX, HASH_BYTES,
};
use super::reader::{Reader, numbers, texts};
use super::{ActorBytes, Bad};

/// The hash of a change: SHA-256 of its chunk without the first eight bytes, as Automerge does.
pub type ChangeId = [u8; HASH_BYTES];

pub(super) const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// Where the checksum stands, and where what it covers begins.
pub(super) const CHECKSUM_AT: usize = 4;
pub(super) const CHECKED_FROM: usize = 8;
/// A plain change; 0 is a document, 2 a deflated change, 3 a bundle.
const PLAIN_CHANGE: u8 = 1;
/// Columns with this bit are deflated; Automerge never writes one in a change.
const DEFLATED: u64 = 0x08;
/// Columns by their specification (id, then three bits of type): the text keys of operations,
/// their actions (its rows are the operations), the group sizes of predecessors, and mark names.
pub(super) const KEYS: u64 = 0x15;
pub(super) const ACTIONS: u64 = 0x42;
const PREDECESSORS: u64 = 0x70;
const MARK_NAMES: u64 = 0xa5;
/// What sort of value each operation writes, and its length; then their bytes.
pub(super) const VALUE_KINDS: u64 = 0x56;
pub(super) const VALUES: u64 = 0x57;

/// What a raw change says of itself. The actor, the operations and the place in the history are
/// claims until [`judge`](super::judge) has tried them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// The hash of the change.
    pub hash: ChangeId,
    /// The changes it builds on, as it lists them.
    pub deps: Vec<ChangeId>,
    /// Its actor.
    pub actor: ActorBytes,
    /// The number of its first operation.
    pub start_operation: u64,
    /// Its time, in milliseconds.
    pub time_ms: i64,
    /// How many operations it holds: 1 to [`CHANGE_OPERATIONS_MAX`].
    pub operations: u64,
    pub(super) body_at: usize,
    pub(super) actor_at: usize,
}

impl Outline {
    /// The number of its last operation.
    pub fn last_operation(&self) -> u64 {
        self.start_operation
            .saturating_add(self.operations)
            .saturating_sub(1)
    }

    /// The bytes of one column of the change this is the outline of; empty if it has none.
    pub(super) fn column<'a>(&self, raw: &'a [u8], wanted: u64) -> &'a [u8] {
        let find = || {
            let mut reader = Reader::new(raw.get(self.actor_at + ACTOR_BYTES..)?);
            // Sequence, first operation, time and an empty message: a number each.
            for _ in 0..4 {
                reader.unsigned().ok()?;
            }
            other_actors(&mut reader).ok()?;
            let columns = column_sizes(&mut reader).ok()?;
            let before = columns.iter().take_while(|(column, _)| *column < wanted);
            reader.take(before.map(|(_, bytes)| bytes).sum()).ok()?;
            let (_, bytes) = columns.iter().find(|(column, _)| *column == wanted)?;
            reader.take(*bytes).ok()
        };
        find().unwrap_or_default()
    }

    /// What it builds on, in Automerge's type, as it lists it.
    pub(crate) fn change_deps(&self) -> Vec<ChangeHash> {
        self.deps.iter().copied().map(ChangeHash).collect()
    }
}

/// Reads and bounds a raw change: form, checksum, and every number that decoding would multiply.
/// Nothing is allocated from a claimed length. Errors say which bound it breaks.
pub fn outline(raw: &[u8]) -> Result<Outline, Bad> {
    let outline = measure(raw)?;
    let claimed = raw.get(CHECKSUM_AT..CHECKED_FROM).ok_or(Bad::Truncated)?;
    if outline.hash[..claimed.len()] != *claimed {
        return Err(Bad::Checksum);
    }
    Ok(outline)
}

/// [`outline`] for a change whose checksum is still to be written.
pub(super) fn measure(raw: &[u8]) -> Result<Outline, Bad> {
    if raw.len() > CHANGE_BYTES_MAX {
        return Err(Bad::Bytes);
    }
    let mut reader = Reader::new(raw);
    if reader.array()? != MAGIC {
        return Err(Bad::Magic);
    }
    reader.take(4)?;
    if reader.array()? != [PLAIN_CHANGE] {
        return Err(Bad::ChunkKind);
    }
    let body_bytes = reader.unsigned()?;
    if body_bytes != reader.left() as u64 {
        return Err(Bad::Trailing);
    }
    let body_at = raw.len() - reader.left();
    let deps = deps(&mut reader)?;
    if reader.unsigned()? != ACTOR_BYTES as u64 {
        return Err(Bad::Actor);
    }
    let actor_at = raw.len() - reader.left();
    let actor = reader.array()?;
    if reader.unsigned()? != 1 {
        return Err(Bad::Sequence);
    }
    let start_operation = reader.unsigned()?;
    let time_ms = reader.signed()?;
    if reader.unsigned()? != 0 {
        return Err(Bad::Message);
    }
    other_actors(&mut reader)?;
    let operations = columns(&mut reader)?;
    if reader.left() > 0 {
        return Err(Bad::Trailing);
    }
    Ok(Outline {
        hash: Sha256::digest(raw.get(CHECKED_FROM..).ok_or(Bad::Truncated)?).into(),
        deps,
        actor,
        start_operation,
        time_ms,
        operations,
        body_at,
        actor_at,
    })
}

fn deps(reader: &mut Reader<'_>) -> Result<Vec<ChangeId>, Bad> {
    let count = reader.unsigned()?;
    if count > CHANGE_DEPS_MAX {
        return Err(Bad::TooManyDeps);
    }
    (0..count).map(|_| reader.array()).collect()
}

fn other_actors(reader: &mut Reader<'_>) -> Result<(), Bad> {
    let count = reader.unsigned()?;
    if count > CHANGE_ACTORS_MAX {
        return Err(Bad::TooManyActors);
    }
    for _ in 0..count {
        if reader.unsigned()? != ACTOR_BYTES as u64 {
            return Err(Bad::Actor);
        }
        reader.array::<ACTOR_BYTES>()?;
    }
    Ok(())
}

/// The columns, ascending, each with how many bytes it claims.
fn column_sizes(reader: &mut Reader<'_>) -> Result<Vec<(u64, u64)>, Bad> {
    let count = reader.unsigned()?;
    if count > CHANGE_COLUMNS_MAX {
        return Err(Bad::Columns);
    }
    let mut columns = Vec::new();
    for _ in 0..count {
        let (column, bytes) = (reader.unsigned()?, reader.unsigned()?);
        let ascending = columns.last().is_none_or(|(last, _)| *last < column);
        if column & DEFLATED != 0 || !ascending {
            return Err(Bad::Columns);
        }
        columns.push((column, bytes));
    }
    Ok(columns)
}

/// Bounds every column that decoding multiplies; the number of operations.
fn columns(reader: &mut Reader<'_>) -> Result<u64, Bad> {
    let columns = column_sizes(reader)?;
    let (mut operations, mut key_bytes) = (0, 0_u64);
    for (column, bytes) in columns {
        let bytes = reader.take(bytes)?;
        if column == ACTIONS {
            operations = numbers(bytes, CHANGE_OPERATIONS_MAX, Bad::Operations)?.rows;
        } else if column == PREDECESSORS {
            let groups = numbers(bytes, CHANGE_OPERATIONS_MAX, Bad::TooManyPredecessors)?;
            if groups.sum > CHANGE_PREDECESSORS_MAX {
                return Err(Bad::TooManyPredecessors);
            }
        } else if column == KEYS || column == MARK_NAMES {
            let column = texts(bytes, CHANGE_OPERATIONS_MAX, Bad::Operations)?;
            key_bytes = key_bytes.saturating_add(column.sum);
        }
    }
    if key_bytes > CHANGE_KEY_BYTES_MAX {
        return Err(Bad::KeyBytes);
    }
    if operations == 0 {
        return Err(Bad::Operations);
    }
    Ok(operations)
}
