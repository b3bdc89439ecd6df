//! Day first or month first: decided once for a whole column, never guessed cell by cell.

use super::dates::{Reading, Written};

/// A few rows against the order of this many others are mistakes of these rows, not a second
/// order. (A guess: one slip in ten is already a careless typist.)
const MAJORITY: u64 = 10;

/// The order of day and month in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// `05/07/2010` is 5 July.
    DayFirst,
    /// `05/07/2010` is 7 May.
    MonthFirst,
}

impl DateOrder {
    /// Reads `dmy` or `mdy`, as given in `--map COLUMN=dmy`.
    pub fn from_token(token: &str) -> Option<Self> {
        match token {
            "dmy" => Some(Self::DayFirst),
            "mdy" => Some(Self::MonthFirst),
            _ => None,
        }
    }

    /// `dmy` or `mdy`.
    pub fn token(self) -> &'static str {
        match self {
            Self::DayFirst => "dmy",
            Self::MonthFirst => "mdy",
        }
    }
}

/// What the cells of one column say about its order.
#[derive(Clone, Debug, Default)]
pub(crate) struct OrderVotes {
    day_first: u64,
    month_first: u64,
    either: u64,
    either_same: u64,
}

impl OrderVotes {
    /// Counts one cell.
    pub(crate) fn add(&mut self, cell: &str) {
        match Written::read(cell).map(|written| written.reading()) {
            Some(Reading::DayFirst) => self.day_first += 1,
            Some(Reading::MonthFirst) => self.month_first += 1,
            Some(Reading::Either { same }) => {
                self.either += 1;
                self.either_same += u64::from(same);
            }
            Some(Reading::Plain) | None => {}
        }
    }

    /// Rows that both orders can read.
    pub(crate) fn either(&self) -> u64 {
        self.either
    }

    /// True when some date would be another one in the other order, or none.
    pub(crate) fn matter(&self) -> bool {
        self.day_first + self.month_first + self.either > 0
    }

    /// The order of the column; `None` when a person must say it.
    pub(crate) fn decide(&self) -> Option<DateOrder> {
        let (day, month) = (self.day_first, self.month_first);
        let open = self.either > self.either_same;
        if !open && day == 0 && month == 0 {
            return Some(DateOrder::DayFirst);
        }
        if day > 0 && day >= MAJORITY * month {
            return Some(DateOrder::DayFirst);
        }
        (month > 0 && month >= MAJORITY * day).then_some(DateOrder::MonthFirst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn votes(cells: &[&str]) -> OrderVotes {
        let mut votes = OrderVotes::default();
        for cell in cells {
            votes.add(cell);
        }
        votes
    }

    #[test]
    fn one_day_above_twelve_decides_the_column() {
        let votes = votes(&["05/07/2010", "13/07/2010", "06/06/2010"]);
        assert_eq!(votes.decide(), Some(DateOrder::DayFirst));
        assert_eq!(votes.either(), 2);
    }

    #[test]
    fn months_first_are_seen_too() {
        assert_eq!(
            votes(&["11/16/12", "01/02/13"]).decide(),
            Some(DateOrder::MonthFirst)
        );
    }

    #[test]
    fn when_all_could_be_either_a_person_is_asked() {
        assert_eq!(votes(&["05/07/2010", "06/07/2010"]).decide(), None);
    }

    #[test]
    fn the_same_date_both_ways_asks_nothing() {
        assert_eq!(
            votes(&["05/05/2010", "", "rien"]).decide(),
            Some(DateOrder::DayFirst)
        );
    }

    #[test]
    fn one_slip_in_a_long_column_does_not_stop_the_import() {
        let mut cells = vec!["13/07/2010"; 10];
        cells.push("07/13/2010");
        assert_eq!(votes(&cells).decide(), Some(DateOrder::DayFirst));
        cells.push("07/14/2010");
        assert_eq!(votes(&cells).decide(), None);
    }
}
