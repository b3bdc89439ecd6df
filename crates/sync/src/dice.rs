//! Chance as an argument: a stream of numbers that is a function of the seed.

use std::time::Duration;

/// Numbers nobody without the seed can foretell, and anybody with it can repeat.
pub(crate) struct Dice(blake3::OutputReader);

impl Dice {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self(blake3::Hasher::new_keyed(&seed).finalize_xof())
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill(&mut bytes);
        bytes
    }

    /// A number in `0..bound`; 0 for an empty range. The bias of the remainder is far below what
    /// jitter and the choice of neighbours could show.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        u64::from_le_bytes(self.bytes())
            .checked_rem(bound)
            .unwrap_or(0)
    }

    /// A span in `low..high`.
    pub(crate) fn span(&mut self, low: Duration, high: Duration) -> Duration {
        let width = high.saturating_sub(low).as_millis();
        low + Duration::from_millis(self.below(u64::try_from(width).unwrap_or(u64::MAX)))
    }

    /// A span within a tenth of `around`, so that posts started together drift apart.
    pub(crate) fn near(&mut self, around: Duration) -> Duration {
        self.span(around.mul_f32(0.9), around.mul_f32(1.1))
    }

    /// At most `count` of the given things, each as likely as the others.
    pub(crate) fn some<T>(&mut self, mut from: Vec<T>, count: usize) -> Vec<T> {
        let count = count.min(from.len());
        for place in 0..count {
            let left = from.len() - place;
            let draw = self.below(u64::try_from(left).unwrap_or(u64::MAX));
            from.swap(place, place + usize::try_from(draw).unwrap_or(0));
        }
        from.truncate(count);
        from
    }
}
