//! A token bucket: a burst, then a rate.

use std::time::Duration;

use crate::moment::Moment;

/// What one peer may still cost.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    burst: u64,
    /// The time one token takes to come back.
    refill: Duration,
    left: u64,
    counted: Moment,
}

impl Bucket {
    /// A full bucket that refills one token each `refill`.
    pub(crate) fn new(burst: u64, refill: Duration, now: Moment) -> Self {
        Self {
            burst,
            refill: refill.max(Duration::from_nanos(1)),
            left: burst,
            counted: now,
        }
    }

    /// A full bucket that refills this many tokens a second.
    pub(crate) fn per_second(burst: u64, rate: u64, now: Moment) -> Self {
        Self::new(
            burst,
            Duration::from_secs(1) / u32::try_from(rate).unwrap_or(u32::MAX).max(1),
            now,
        )
    }

    /// Takes tokens; false when there are too few, and then none is taken.
    pub(crate) fn take(&mut self, tokens: u64, now: Moment) -> bool {
        let passed = now.since(self.counted).as_nanos() / self.refill.as_nanos();
        if passed > 0 {
            self.left = self.burst.min(
                self.left
                    .saturating_add(u64::try_from(passed).unwrap_or(u64::MAX)),
            );
            self.counted = now;
        }
        let enough = self.left >= tokens;
        if enough {
            self.left -= tokens;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_a_rate() {
        let mut bucket = Bucket::per_second(10, 2, Moment::ZERO);
        assert!(bucket.take(10, Moment::ZERO));
        assert!(!bucket.take(1, Moment::ZERO));
        let later = Moment(Duration::from_secs(2));
        assert!(!bucket.take(5, later));
        assert!(bucket.take(4, later));
        assert!(bucket.take(10, Moment(Duration::from_secs(60))));
        assert!(!bucket.take(1, Moment(Duration::from_secs(60))));
    }
}
