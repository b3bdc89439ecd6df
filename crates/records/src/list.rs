//! Lists: which rows, and in which order.

use std::cmp::{Ordering, Reverse};

use uuid::Uuid;

use crate::fold::{fold, fold_into};
use crate::geo::distance_km;
use crate::kind::Kind;
use crate::limits::QUERY_CHARACTERS_MAX;
use crate::number::Number;
use crate::row::Row;

/// Bytes of a row's texts, mostly: one allocation serves.
const TEXT_BYTES_TYPICAL: usize = 160;

/// A search text, prepared once for many rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    words: Vec<String>,
    number: Option<Number>,
}

impl Query {
    /// Prepares a text: its words must all be found; case and accents do not matter. `mai-14` finds `MAI-014`.
    pub fn new(text: &str) -> Self {
        let bounded: String = text.chars().take(QUERY_CHARACTERS_MAX).collect();
        Self {
            words: fold(&bounded)
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            number: Number::parse_shown(&bounded).map(|(number, _)| number),
        }
    }

    /// True when the row is called so, or when its texts hold every word.
    pub fn matches(&self, row: &Row) -> bool {
        if let Some(number) = &self.number
            && row
                .references()
                .any(|reference| Number::parse(reference).as_ref() == Some(number))
        {
            return true;
        }
        if self.words.is_empty() {
            return true;
        }
        let mut text = String::with_capacity(TEXT_BYTES_TYPICAL);
        let parts = [row.title.as_ref(), row.place.as_ref()].into_iter();
        for part in parts
            .chain(row.references())
            .chain(row.tags.iter().map(AsRef::as_ref))
        {
            fold_into(part, &mut text);
            text.push('\n');
        }
        self.words.iter().all(|word| text.contains(word.as_str()))
    }
}

/// Which rows a list shows. The default shows everything that is not archived.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Only these kinds; none named: all.
    pub kinds: Vec<Kind>,
    /// Only these states; none named: all.
    pub statuses: Vec<String>,
    /// Only rows changed at this time or later, in milliseconds since 1970.
    pub since_ms: Option<u64>,
    /// Only rows with a point within so many kilometres of a longitude and latitude.
    pub near: Option<((f64, f64), f64)>,
    /// Only rows created by this device.
    pub mine: Option<[u8; 32]>,
    /// Only rows that wait for a person's choice.
    pub conflict: bool,
    /// Archived rows too.
    pub archived: bool,
    /// Only rows of this operation.
    pub operation: Option<Uuid>,
    /// Only rows that hold this text.
    pub query: Option<Query>,
}

impl Filter {
    /// True when the row belongs in the list.
    pub fn matches(&self, row: &Row) -> bool {
        // The text comes last: it is the one that costs.
        (self.archived || !row.archived)
            && (self.kinds.is_empty() || self.kinds.contains(&row.kind))
            && self
                .operation
                .is_none_or(|operation| row.operation == Some(operation))
            && (self.statuses.is_empty()
                || self.statuses.iter().any(|status| status == row.status()))
            && self
                .since_ms
                .is_none_or(|since_ms| row.updated_ms >= since_ms)
            && (!self.conflict || row.conflicts > 0)
            && self.mine.is_none_or(|device| row.is_by(&device))
            && self.near.is_none_or(|(centre, km)| {
                row.point()
                    .is_some_and(|point| distance_km(centre, point) <= km)
            })
            && self.query.as_ref().is_none_or(|query| query.matches(row))
    }
}

/// The order of a list. Equal rows are ordered by id, so that a page can be continued.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sort {
    /// Most urgent first: open before closed, then severity or priority, then the earliest deadline, then what nobody
    /// has taken up, then the newest.
    Urgent,
    /// Newest created first.
    Newest,
    /// Oldest created first.
    Oldest,
    /// Latest changed first.
    Updated,
    /// By number, code then counter; rows without a number last.
    Number,
    /// By title; case and accents do not matter.
    Title,
    /// Nearest to a longitude and latitude first; rows without a point last.
    Nearest(f64, f64),
}

impl Sort {
    /// The order of two rows.
    pub fn compare(self, one: &Row, other: &Row) -> Ordering {
        let order = match self {
            Self::Urgent => urgency(one).cmp(&urgency(other)),
            Self::Newest => other.created_ms.cmp(&one.created_ms),
            Self::Oldest => one.created_ms.cmp(&other.created_ms),
            Self::Updated => other.updated_ms.cmp(&one.updated_ms),
            Self::Number => by_number(one).cmp(&by_number(other)),
            Self::Title => fold(&one.title).cmp(&fold(&other.title)),
            Self::Nearest(longitude, latitude) => {
                let away = |row: &Row| {
                    row.point().map_or(f64::INFINITY, |point| {
                        distance_km((longitude, latitude), point)
                    })
                };
                away(one).total_cmp(&away(other))
            }
        };
        order.then_with(|| one.id.cmp(&other.id))
    }

    /// Puts rows in this order.
    pub fn sort(self, rows: &mut [&Row]) {
        rows.sort_unstable_by(|one, other| self.compare(one, other));
    }

    /// Puts the first `count` rows of this order in front, sorted; the others follow in any order.
    pub fn sort_first(self, rows: &mut [&Row], count: usize) {
        if count < rows.len() {
            rows.select_nth_unstable_by(count, |one, other| self.compare(one, other));
            self.sort(&mut rows[..count]);
        } else {
            self.sort(rows);
        }
    }
}

/// A smaller key is more urgent. Unknown words rank in the middle, and never as closed.
fn urgency(row: &Row) -> (bool, bool, u8, i64, bool, Reverse<u64>) {
    let rank = match row.rank() {
        "extreme" | "vital" => 0,
        "severe" | "urgent" => 1,
        "minor" | "deferred" => 3,
        _ => 2,
    };
    // An incident's hour is in the past: only what is due presses.
    let due_ms = if row.kind == Kind::Need {
        row.at_ms()
    } else {
        None
    };
    let taken_up = !matches!(row.status(), "new" | "open");
    (
        row.archived,
        row.status() == "closed",
        rank,
        due_ms.unwrap_or(i64::MAX),
        taken_up,
        Reverse(row.created_ms),
    )
}

fn by_number(row: &Row) -> (bool, Option<Number>) {
    let number = Number::parse(&row.reference);
    (number.is_none(), number)
}
