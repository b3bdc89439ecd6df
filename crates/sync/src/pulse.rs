//! When a peer is due a heartbeat, and when it has been silent for too long.

use std::time::Duration;

use crate::dice::Dice;
use crate::limits::{
    HAVE_DELAY, HEARTBEAT, HEARTBEAT_MAX, HEARTBEAT_MIN, SUMMARY_SPACING, SUMMARY_TIMES_MAX,
    SUMMARY_WAIT,
};
use crate::moment::Moment;

/// How often the wait for an asked summary doubles.
const DOUBLINGS: u32 = 2;

/// The beat of one link, both ways.
#[derive(Debug, Clone)]
pub(crate) struct Pulse {
    every: Duration,
    next: Moment,
    /// When to ask the peer for its summary, besides.
    ask_at: Option<Moment>,
    /// How often it was asked for since it last came.
    asked: u32,
    sent: Moment,
    heard: Moment,
    theirs: Duration,
}

impl Pulse {
    pub(crate) fn new(every: Duration, now: Moment, dice: &mut Dice) -> Self {
        Self {
            every,
            next: now + dice.near(every),
            ask_at: None,
            asked: 0,
            sent: now,
            heard: now,
            theirs: every.max(HEARTBEAT),
        }
    }

    /// The interval the peer announced, within bounds.
    pub(crate) fn announced(&mut self, theirs: Duration) {
        self.theirs = theirs.clamp(HEARTBEAT_MIN, HEARTBEAT_MAX);
    }

    pub(crate) fn theirs(&self) -> Duration {
        self.theirs
    }

    /// Something came from the peer.
    pub(crate) fn heard(&mut self, now: Moment) {
        self.heard = now;
    }

    pub(crate) fn last_heard(&self) -> Moment {
        self.heard
    }

    /// A summary was sent, maybe asking for the peer's. One that was asked for and does not come
    /// is asked for again, a few times. One that asks for nothing leaves a wish as it was.
    pub(crate) fn beat(&mut self, ask: bool, now: Moment, dice: &mut Dice) {
        self.sent = now;
        self.next = now + dice.near(self.every);
        if !ask {
            return;
        }
        self.ask_at = None;
        if self.asked < SUMMARY_TIMES_MAX {
            self.ask_at = Some(now + SUMMARY_WAIT * 2u32.pow(self.asked.min(DOUBLINGS)));
            self.asked += 1;
        }
    }

    /// The peer's summary came: whatever it was wished for can be decided now.
    pub(crate) fn summarised(&mut self) {
        self.asked = 0;
        self.ask_at = None;
    }

    /// A session came that makes the summary asked for superfluous.
    pub(crate) fn answered(&mut self) {
        if self.asked > 0 {
            self.asked = 0;
            self.ask_at = None;
        }
    }

    /// Wishes for the peer's summary after a while, not too soon after the last.
    pub(crate) fn ask_after(&mut self, wait: Duration, now: Moment) {
        let at = (now + wait).max(self.sent + SUMMARY_SPACING);
        self.ask_at = Some(self.ask_at.map_or(at, |before| before.min(at)));
    }

    /// The next heartbeat says something new: it is due shortly.
    pub(crate) fn beat_soon(&mut self, now: Moment) {
        self.next = self.next.min(now + HAVE_DELAY.0);
    }

    pub(crate) fn next(&self) -> Moment {
        self.next
    }

    pub(crate) fn ask_at(&self) -> Option<Moment> {
        self.ask_at
    }

    /// When two heartbeats were missed: a quarter more, for jitter and for the way.
    pub(crate) fn silent_at(&self) -> Moment {
        self.heard + self.theirs * 2 + self.theirs / 4
    }
}
