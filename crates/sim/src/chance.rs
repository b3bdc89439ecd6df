//! The dice of a world: SplitMix64, so that a seed is one number and a run repeats anywhere.

use std::time::Duration;

/// A stream of numbers that is a function of its seed.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The stream of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    #[expect(
        clippy::should_implement_trait,
        reason = "an endless stream that is drawn from, not walked"
    )]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number in `0..bound`, 0 when there is none.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        let drawn = self.next().checked_rem(bound).unwrap_or(0);
        usize::try_from(drawn).unwrap_or(0)
    }

    /// True in this many of a hundred cases.
    pub fn percent(&mut self, percent: u8) -> bool {
        self.next() % 100 < u64::from(percent)
    }

    /// A span between two others.
    pub fn span(&mut self, (low, high): (Duration, Duration)) -> Duration {
        let width = u64::try_from(high.saturating_sub(low).as_micros()).unwrap_or(u64::MAX);
        low + Duration::from_micros(self.next() % width.saturating_add(1))
    }

    /// 32 bytes, the seed of an engine.
    pub fn seed(&mut self) -> [u8; 32] {
        *blake3::hash(&self.next().to_le_bytes()).as_bytes()
    }
}
