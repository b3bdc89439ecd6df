//! The line between two posts, and its faults.

use std::time::Duration;

use beffroi_sync::Moment;

use crate::chance::Chance;

/// What a line does to frames.
#[derive(Debug, Clone, Copy)]
pub struct Quality {
    /// How long a frame is under way, between these two.
    pub delay: (Duration, Duration),
    /// How many of a hundred frames vanish without a word.
    pub loss: u8,
    /// How many of a hundred arrive twice.
    pub doubled: u8,
    /// Whether frames overtake each other.
    pub reorders: bool,
    /// Bytes a second; none: no limit.
    pub rate: Option<u64>,
    /// Whether the posts know that it is slow.
    pub thin: bool,
}

impl Quality {
    /// A LAN: 0.3 to 2 ms, nothing lost.
    #[must_use]
    pub fn lan() -> Self {
        Self {
            delay: (Duration::from_micros(300), Duration::from_millis(2)),
            loss: 0,
            doubled: 0,
            reorders: false,
            rate: None,
            thin: false,
        }
    }

    /// The same, losing this many of a hundred frames.
    #[must_use]
    pub fn losing(loss: u8) -> Self {
        Self {
            loss,
            ..Self::lan()
        }
    }

    /// Everything at once: losing, doubling, reordering.
    #[must_use]
    pub fn foul() -> Self {
        Self {
            delay: (Duration::from_millis(1), Duration::from_millis(400)),
            loss: 20,
            doubled: 10,
            reorders: true,
            ..Self::lan()
        }
    }

    /// A radio link of this many bytes a second, known as thin.
    #[must_use]
    pub fn thin(rate: u64) -> Self {
        Self {
            delay: (Duration::from_millis(200), Duration::from_millis(400)),
            rate: Some(rate),
            thin: true,
            ..Self::lan()
        }
    }
}

/// A line between two posts.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    pub(crate) quality: Quality,
    /// Cut by the story.
    pub(crate) is_cut: bool,
    /// Carries nothing, and nobody is told.
    pub(crate) is_mute: bool,
    pub(crate) is_up: bool,
    /// Counts connections: frames of an earlier one are lost.
    pub(crate) epoch: u64,
    pub(crate) banned_until: Moment,
    busy_until: [Moment; 2],
    last: [Moment; 2],
}

impl Wire {
    pub(crate) fn new(quality: Quality) -> Self {
        Self {
            quality,
            is_cut: false,
            is_mute: false,
            is_up: false,
            epoch: 0,
            banned_until: Moment::ZERO,
            busy_until: [Moment::ZERO; 2],
            last: [Moment::ZERO; 2],
        }
    }

    /// When a frame of this length arrives, once, twice or never.
    pub(crate) fn carry(
        &mut self,
        side: usize,
        length: usize,
        now: Moment,
        chance: &mut Chance,
    ) -> Vec<Moment> {
        let sent = match self.quality.rate {
            Some(rate) => {
                let start = self.busy_until[side].max(now);
                let span = Duration::from_micros(length as u64 * 1_000_000 / rate.max(1));
                self.busy_until[side] = start + span;
                self.busy_until[side]
            }
            None => now,
        };
        if self.is_mute || chance.percent(self.quality.loss) {
            return Vec::new();
        }
        let copies = 1 + usize::from(chance.percent(self.quality.doubled));
        let mut arrivals = Vec::new();
        for _ in 0..copies {
            let mut at = sent + chance.span(self.quality.delay);
            if !self.quality.reorders {
                at = at.max(self.last[side]);
                self.last[side] = at;
            }
            arrivals.push(at);
        }
        arrivals
    }
}
