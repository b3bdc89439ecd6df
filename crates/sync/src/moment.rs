//! Time as the engine knows it: how long since the driver started counting.

use std::ops::Add;
use std::time::Duration;

/// A point in time, counted from a zero that the driver chose (its own start). It never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Moment(pub Duration);

impl Moment {
    /// The driver's zero.
    pub const ZERO: Moment = Moment(Duration::ZERO);

    /// How long ago `earlier` was; zero if it lies ahead.
    #[must_use]
    pub fn since(self, earlier: Moment) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Moment {
    type Output = Moment;
    fn add(self, span: Duration) -> Moment {
        Moment(self.0.saturating_add(span))
    }
}
