//! Reads everything once: is every value whole, and do the derived trees say the same as the entries?
//!
//! Sums of hashes stand for sets of rows, so that the check needs one pass over each tree and no memory.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::{Bound, ControlFlow};

use super::engine::{Engine, EngineError, RowMap};
use super::entry::{Counters, EntryValue, Leaves, decode_leaf};
use super::frame::{self, Frame, NoFrame, Tree};
use super::reader::{Assembler, Reader};
use super::rows;
use super::writer::derived;
use crate::batch::Id;
use crate::limits::TRANSACTION_ROWS_MAX;

/// What a check found.
#[derive(Debug)]
pub(crate) struct Checked {
    /// The counters as what is here makes them.
    pub(crate) counters: Counters,
    /// Whether the derived trees must be rebuilt.
    pub(crate) derived_wrong: bool,
}

/// Why a check did not come to its end.
#[derive(Debug)]
pub(crate) enum Fault {
    /// What is on the disk is not what was written.
    Damaged(String),
    /// A frame of a later release stands there.
    Newer(u8),
    /// The system refused.
    System(String),
}

impl From<EngineError> for Fault {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::System(cause) => Fault::System(cause),
            EngineError::Damaged(what) => Fault::Damaged(what),
        }
    }
}

/// A set of rows, as a sum: equal sets have equal sums, others practically never.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Sum {
    count: u64,
    total: u64,
}

impl Sum {
    fn add(&mut self, row: impl Hash) {
        let mut hasher = DefaultHasher::new();
        row.hash(&mut hasher);
        self.count += 1;
        self.total = self.total.wrapping_add(hasher.finish());
    }
}

/// What the entries ask for, and what is there.
#[derive(Default)]
struct Sums {
    wanted: Sum,
    found: Sum,
}

impl Sums {
    fn agree(&self) -> bool {
        self.wanted == self.found
    }
}

/// Everything seen on the way.
#[derive(Default)]
struct Survey {
    /// Pieces of values.
    pieces: Sums,
    /// Leaves that stand apart from their entries.
    leaves: Sums,
    /// Rows of the derived trees.
    derived: [Sums; 3],
    counters: Counters,
    stored: Option<Counters>,
}

/// The derived trees, in the order of the sums.
const DERIVED: [Tree; 3] = [Tree::Order, Tree::Log, Tree::ByRecord];

/// Checks the whole database.
pub(crate) fn check(engine: &Engine) -> Result<Checked, Fault> {
    let mut survey = Survey::default();
    for tree in Tree::FRAMED {
        let mut assembler = Assembler::default();
        let fault = engine.scan(tree, Bound::Unbounded, |row, value| {
            match survey.row(tree, row, value, &mut assembler) {
                Ok(()) => ControlFlow::Continue(()),
                Err(fault) => ControlFlow::Break(fault),
            }
        })?;
        fault.map_or(Ok(()), Err)?;
    }
    for (tree, sums) in DERIVED.into_iter().zip(&mut survey.derived) {
        engine.scan(tree, Bound::Unbounded, |row, value| {
            sums.found.add((row, value));
            ControlFlow::<()>::Continue(())
        })?;
    }
    survey.verdict()
}

impl Survey {
    fn row(
        &mut self,
        tree: Tree,
        row: &[u8],
        value: &[u8],
        assembler: &mut Assembler,
    ) -> Result<(), Fault> {
        let unreadable = || Fault::Damaged(format!("an unreadable value in {}", tree.name()));
        let (frame, _) = frame::decode(value).map_err(|reason| match reason {
            NoFrame::Newer(version) => Fault::Newer(version),
            NoFrame::Unreadable => unreadable(),
        })?;
        if frame.tree != tree || row.split_last() != Some((&frame.piece, frame.key)) {
            return Err(unreadable());
        }
        self.pieces
            .found
            .add((tree as u8, frame.key, frame.stamp, frame.piece));
        if frame.piece == 0 {
            (0..=frame.last).for_each(|piece| {
                self.pieces
                    .wanted
                    .add((tree as u8, frame.key, frame.stamp, piece));
            });
        }
        self.counters.stamp = self.counters.stamp.max(frame.stamp);
        match tree {
            Tree::Entries => self.entry(&frame, assembler).ok_or_else(unreadable),
            Tree::Leaves => self.leaf(&frame).ok_or_else(unreadable),
            Tree::Parked => {
                self.counters.parked_bytes += frame.bytes.len() as u64;
                Ok(())
            }
            Tree::Refused => {
                self.counters.refused += u64::from(frame.piece == 0);
                Ok(())
            }
            Tree::Local if frame.key == rows::COUNTERS_KEY => {
                self.stored = Some(Counters::decode(frame.bytes).ok_or_else(unreadable)?);
                Ok(())
            }
            Tree::Local | Tree::Order | Tree::Log | Tree::ByRecord => Ok(()),
        }
    }

    fn entry(&mut self, frame: &Frame<'_>, assembler: &mut Assembler) -> Option<()> {
        let id = Id::try_from(frame.key).ok()?;
        let Some(bytes) = assembler.take(frame) else {
            return Some(());
        };
        let value = EntryValue::decode(&bytes)?;
        if let Leaves::Apart(count) = value.leaves {
            for (leaf, _) in (0..=u8::MAX).zip(0..count) {
                self.leaves.wanted.add(rows::leaf_key(&id, leaf));
            }
        }
        for (tree, row, value) in derived(&id, &value) {
            let place = DERIVED.iter().position(|known| *known == tree)?;
            self.derived[place]
                .wanted
                .add((row.as_slice(), value.as_slice()));
        }
        self.counters.entries += 1;
        self.counters.append = self.counters.append.max(value.append);
        Some(())
    }

    fn leaf(&mut self, frame: &Frame<'_>) -> Option<()> {
        if frame.piece == 0 {
            decode_leaf(frame.bytes)?;
            self.leaves.found.add(<[u8; 33]>::try_from(frame.key).ok()?);
        }
        Some(())
    }

    fn verdict(self) -> Result<Checked, Fault> {
        let stored = self.stored.unwrap_or_default();
        let mut counters = self.counters;
        if !self.pieces.agree() || !self.leaves.agree() {
            return Err(Fault::Damaged("values are missing".into()));
        }
        if counters.entries < stored.entries || (self.stored.is_none() && counters.stamp > 0) {
            let missing = stored.entries.saturating_sub(counters.entries);
            return Err(Fault::Damaged(format!(
                "{missing} entries or the counters are missing"
            )));
        }
        // Numbers given once are never given again, even if what bore them is not here any more.
        counters.append = counters.append.max(stored.append);
        counters.stamp = counters.stamp.max(stored.stamp);
        let derived_wrong = !self.derived.iter().all(Sums::agree);
        Ok(Checked {
            counters,
            derived_wrong,
        })
    }
}

/// Writes the derived trees anew from the entries. Cut short, it begins again at the next check.
pub(crate) fn rebuild(engine: &Engine) -> Result<(), Fault> {
    for tree in DERIVED {
        loop {
            let mut batch = RowMap::new();
            engine.scan(tree, Bound::Unbounded, |row, _| {
                batch.insert((tree, row.to_vec()), None);
                full(batch.len())
            })?;
            if batch.is_empty() {
                break;
            }
            engine.transact(&batch)?;
        }
    }
    let mut after: Option<Id> = None;
    loop {
        let ids = entry_ids(engine, after)?;
        let Some(last) = ids.last() else {
            return Ok(());
        };
        after = Some(*last);
        let mut batch = RowMap::new();
        for id in ids {
            let value = Reader::new(engine).entry_value(&id);
            let Ok(Some(value)) = value else {
                return Err(Fault::Damaged("an entry cannot be read".into()));
            };
            batch.extend(
                derived(&id, &value)
                    .into_iter()
                    .map(|(t, row, v)| ((t, row), Some(v))),
            );
            if full(batch.len()).is_break() {
                engine.transact(&std::mem::take(&mut batch))?;
            }
        }
        engine.transact(&batch)?;
    }
}

fn full(rows: usize) -> ControlFlow<()> {
    if rows >= TRANSACTION_ROWS_MAX {
        ControlFlow::Break(())
    } else {
        ControlFlow::Continue(())
    }
}

/// A page of the ids of all entries, in order of id.
pub(crate) fn entry_ids(engine: &Engine, after: Option<Id>) -> Result<Vec<Id>, EngineError> {
    let after = after.map(|id| rows::row(&id, u8::MAX));
    let from = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
    let mut ids = Vec::new();
    engine.scan(Tree::Entries, from, |row, _| {
        ids.extend(row.strip_suffix(&[0]).and_then(|id| Id::try_from(id).ok()));
        full(ids.len())
    })?;
    Ok(ids)
}
