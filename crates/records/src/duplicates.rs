//! Duplicates: two reports of one event. People decide, views group, and nothing is ever merged.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::geo::distance_km;
use crate::kind::Kind;
use crate::row::Row;

/// Two reports farther apart are not proposed as duplicates.
const APART_KM_MAX: f64 = 0.3;

/// Nor are two reports of times farther apart.
const APART_MS_MAX: u64 = 2 * 3_600_000;

/// True when two incidents deserve the question whether they are one: same operation, same type, less than 300 m and
/// less than 2 h apart, and nobody has answered it yet.
pub fn may_be_duplicates(one: &Row, other: &Row) -> bool {
    let near = |a, b| distance_km(a, b) < APART_KM_MAX;
    let at_ms = |row: &Row| {
        row.at_ms()
            .unwrap_or_else(|| i64::try_from(row.created_ms).unwrap_or(i64::MAX))
    };
    one.id != other.id
        && [one, other]
            .iter()
            .all(|row| row.kind == Kind::Incident && !row.archived)
        && one.operation == other.operation
        && !one.record_type().is_empty()
        && one.record_type() == other.record_type()
        && at_ms(one).abs_diff(at_ms(other)) < APART_MS_MAX
        && one
            .point()
            .zip(other.point())
            .is_some_and(|(a, b)| near(a, b))
        && one.duplicate_of() != Some(other.id)
        && other.duplicate_of() != Some(one.id)
}

/// The record that stands for a group of duplicates: the end of the chain that begins at this one. A circle, which two
/// posts can make apart, is broken at its oldest id.
pub fn principal(id: Uuid, duplicate_of: impl Fn(Uuid) -> Option<Uuid>) -> Uuid {
    let mut passed = BTreeSet::from([id]);
    let mut here = id;
    while let Some(next) = duplicate_of(here) {
        if !passed.insert(next) {
            return oldest_of_circle(next, duplicate_of);
        }
        here = next;
    }
    here
}

fn oldest_of_circle(start: Uuid, duplicate_of: impl Fn(Uuid) -> Option<Uuid>) -> Uuid {
    let mut oldest = start;
    let mut here = duplicate_of(start);
    while let Some(id) = here.filter(|id| *id != start) {
        oldest = oldest.min(id);
        here = duplicate_of(id);
    }
    oldest
}
