//! When to try again: 1, 2, 5, 10, 30, then every 60 seconds, with jitter.

use std::time::{Duration, Instant};

use crate::dice;
use crate::limits::{BACK_OFF, HEARD_REDIAL_GAP};

/// The state of one goal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BackOff {
    step: usize,
    next: Instant,
    last: Option<Instant>,
}

impl BackOff {
    /// Due at once.
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            step: 0,
            next: now,
            last: None,
        }
    }

    /// When the next attempt is due.
    pub(crate) fn next(&self) -> Instant {
        self.next
    }

    /// An attempt begins: the one after it is due later than this one.
    pub(crate) fn attempt(&mut self, now: Instant) {
        let wait = BACK_OFF
            .get(self.step)
            .or(BACK_OFF.last())
            .copied()
            .unwrap_or_default();
        self.step = (self.step + 1).min(BACK_OFF.len() - 1);
        self.next = now + dice::jittered(wait);
        self.last = Some(now);
    }

    /// The goal was reached: the next time begins with short waits.
    pub(crate) fn succeed(&mut self) {
        self.step = 0;
    }

    /// Something new is known: an attempt is due after `delay`, yet not twice in a row.
    pub(crate) fn hasten(&mut self, now: Instant, delay: Duration) {
        self.step = 0;
        let earliest = self.last.map_or(now, |last| last + HEARD_REDIAL_GAP);
        self.next = self.next.min((now + delay).max(earliest));
    }

    /// The other end cannot be spoken with: the longest wait from here on.
    pub(crate) fn give_up_for_now(&mut self, now: Instant) {
        self.step = BACK_OFF.len() - 1;
        self.next = now + dice::jittered(BACK_OFF[BACK_OFF.len() - 1]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_minute_and_stay_there() {
        let mut now = Instant::now();
        let mut back_off = BackOff::new(now);
        for expected in [1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 60.0] {
            back_off.attempt(now);
            let wait = back_off.next().duration_since(now).as_secs_f64();
            assert!(
                (expected * 0.74..expected * 1.26).contains(&wait),
                "{wait} for {expected}"
            );
            now = back_off.next();
        }
    }

    #[test]
    fn news_hasten_but_do_not_make_us_hammer() {
        let now = Instant::now();
        let mut back_off = BackOff::new(now);
        for _ in 0..6 {
            back_off.attempt(now);
        }
        back_off.hasten(now + Duration::from_millis(10), Duration::ZERO);
        assert_eq!(back_off.next(), now + HEARD_REDIAL_GAP);
        let later = now + Duration::from_secs(8);
        back_off.hasten(later, Duration::ZERO);
        assert!(back_off.next() <= later);
        back_off.attempt(later);
        assert!(
            back_off.next() < later + Duration::from_secs(2),
            "the waits are short again"
        );
    }
}
