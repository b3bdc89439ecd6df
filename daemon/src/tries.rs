//! Bounded tries: whoever guesses passphrases at an open door gets a few a minute. Time is an argument.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Wrong passphrases taken within [`PERIOD`]: a person mistypes two or three times; four words guessed at
/// five a minute take millions of years.
pub(crate) const WRONG_MAX: usize = 5;
/// How long a wrong passphrase counts.
pub(crate) const PERIOD: Duration = Duration::from_secs(60);

/// The wrong passphrases of the last minute.
#[derive(Debug, Default)]
pub(crate) struct Tries(VecDeque<Instant>);

impl Tries {
    /// Whether one more may be tried; else how many seconds to wait, at least 1.
    pub(crate) fn allowed(&mut self, now: Instant) -> Result<(), u64> {
        while let Some(first) = self.0.front() {
            if now.saturating_duration_since(*first) < PERIOD {
                break;
            }
            self.0.pop_front();
        }
        match self.0.front() {
            Some(first) if self.0.len() >= WRONG_MAX => {
                let since = now.saturating_duration_since(*first);
                Err(PERIOD.saturating_sub(since).as_secs() + 1)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Another one was wrong.
    pub(crate) fn wrong(&mut self, now: Instant) {
        self.0.push_back(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guesser_gets_five_a_minute_and_then_five_more() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut tries = Tries::default();
        for second in 0..WRONG_MAX as u64 {
            assert_eq!(tries.allowed(at(second)), Ok(()));
            tries.wrong(at(second));
        }
        assert_eq!(tries.allowed(at(5)), Err(56));
        assert_eq!(tries.allowed(at(59)), Err(2));
        assert_eq!(tries.allowed(at(60)), Ok(()));
        tries.wrong(at(60));
        assert_eq!(tries.allowed(at(60)), Err(2), "the second one still counts");
        assert_eq!(tries.allowed(at(200)), Ok(()));
    }
}
