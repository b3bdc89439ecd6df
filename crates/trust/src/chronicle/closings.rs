//! Closings: which operations the acts that count closed, and of which the data about people are to end. A
//! function of the set and of when this very post received each act, as erasures are.

use std::collections::{BTreeMap, BTreeSet};

use super::Chronicle;
use super::erasures::FORGET_DELAY_MS;
use crate::act::Act;
use crate::ids::EntryId;

/// One day.
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// An operation's record id.
pub type OperationId = [u8; 16];

/// What the Closes that count say, united.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Closings(BTreeMap<OperationId, BTreeMap<EntryId, u16>>);

impl Chronicle {
    /// The closings that count now. One whose author was cut before it is not among them any more.
    pub fn closings(&self) -> Closings {
        let mut closings = Closings::default();
        for view in self.authorised_acts() {
            if let Some(Act::Close {
                operation,
                purge_after_days,
            }) = view.act
            {
                let acts = closings.0.entry(*operation).or_default();
                acts.insert(view.id, *purge_after_days);
            }
        }
        closings
    }
}

impl Closings {
    /// Whether nothing was closed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an operation is closed by an act that counts.
    pub fn closes(&self, operation: &OperationId) -> bool {
        self.0.contains_key(operation)
    }

    /// The acts behind them.
    pub fn acts(&self) -> BTreeSet<EntryId> {
        let acts = self.0.values().flat_map(BTreeMap::keys);
        acts.copied().collect()
    }

    /// When the data about people of an operation end at this post; `received_ms` says when an act came
    /// here. Of several acts the first to be due decides: none takes back what another promised. An act whose
    /// receipt is unknown is not due, and none sooner than a Forget would be, so that a rogue's can be undone.
    pub fn end_ms(
        &self,
        operation: &OperationId,
        received_ms: impl Fn(&EntryId) -> Option<u64>,
    ) -> Option<u64> {
        let acts = self.0.get(operation)?.iter();
        let ends = acts.filter_map(|(act, days)| {
            let delay = (u64::from(*days) * DAY_MS).max(FORGET_DELAY_MS);
            Some(received_ms(act)?.saturating_add(delay))
        });
        ends.min()
    }

    /// The operations whose data about people are to be destroyed at `now_ms` by this post's clock.
    pub fn due(
        &self,
        now_ms: u64,
        received_ms: impl Fn(&EntryId) -> Option<u64>,
    ) -> BTreeSet<OperationId> {
        let is_due = |operation: &&OperationId| {
            let end = self.end_ms(operation, &received_ms);
            end.is_some_and(|end| now_ms >= end)
        };
        self.0.keys().filter(is_due).copied().collect()
    }
}
