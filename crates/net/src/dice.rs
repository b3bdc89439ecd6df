//! Chance, for jitter and for the salt of a beacon. No rule depends on it.

use std::time::Duration;

/// A number in 0..1; the middle when the system has no randomness to give.
fn fraction() -> f64 {
    getrandom::u32().map_or(0.5, |drawn| f64::from(drawn) / f64::from(u32::MAX))
}

/// A duration between the two.
pub(crate) fn between(least: Duration, most: Duration) -> Duration {
    least + most.saturating_sub(least).mul_f64(fraction())
}

/// The duration, give or take a quarter: posts that failed together do not come back together.
pub(crate) fn jittered(duration: Duration) -> Duration {
    between(duration.mul_f64(0.75), duration.mul_f64(1.25))
}
