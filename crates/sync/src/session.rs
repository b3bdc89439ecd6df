//! One reconciliation session with one peer over one set: from the opening message to a verdict.
//! It holds nothing that cannot be thrown away.

use std::time::Duration;

use beffroi_trust::{Class, EntryId, OrderKey};

use crate::index::{Index, LOWEST};
use crate::limits::{REPEATS_MAX, SESSION_LIFE, SESSION_STEPS_MAX};
use crate::moment::Moment;
use crate::reconcile::{self, Contradiction, Listed, Outcome};
use crate::sum::Measure;
use crate::wire::{Compare, Digest, Prefix};

/// A running session.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    key: [u8; 16],
    class: Class,
    measure: Measure,
    /// Whether we opened it.
    pub(crate) ours: bool,
    /// The number of the next message from the peer.
    expected: u8,
    began: Moment,
    waiting_since: Moment,
    listed: Listed,
    /// What the peer owes an answer to, and how often it was sent again.
    question: Option<Compare>,
    repeats: u32,
    /// Our set when the session began: what the verdict is about.
    start: Digest,
    /// Whether the opening asked about everything and no message was cut.
    whole: bool,
    more: bool,
    resume: Option<OrderKey>,
    there: Vec<EntryId>,
}

/// What one message led to.
#[derive(Debug, Default)]
pub(crate) struct Step {
    pub(crate) send: Option<Compare>,
    /// Ids of ours that the peer was seen to have.
    pub(crate) held: Vec<EntryId>,
    /// Ids that we lack.
    pub(crate) here: Vec<Prefix>,
    /// Ids of ours that the peer lacks.
    pub(crate) there: Vec<EntryId>,
    pub(crate) verdict: Option<Verdict>,
}

/// What a session that came to its end has shown.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// Our set when it began.
    pub(crate) start: Digest,
    /// The peer has everything of `start` but `there`.
    pub(crate) whole: bool,
    pub(crate) there: Vec<EntryId>,
    /// Each side learned everything it lacks.
    pub(crate) complete: bool,
    /// Where the next session should begin.
    pub(crate) resume: Option<OrderKey>,
}

impl Session {
    fn new(key: [u8; 16], class: Class, audit: bool, start: Digest, now: Moment) -> Self {
        Self {
            key,
            class,
            measure: Measure::new(&key, audit),
            ours: true,
            expected: 1,
            began: now,
            waiting_since: now,
            listed: Listed::new(),
            question: None,
            repeats: 0,
            start,
            whole: true,
            more: false,
            resume: None,
            there: Vec::new(),
        }
    }

    /// Opens a session over everything from a key on, and returns its first message.
    pub(crate) fn open(
        key: [u8; 16],
        class: Class,
        from: Option<OrderKey>,
        index: &Index,
        start: Digest,
        now: Moment,
    ) -> (Self, Compare) {
        let mut session = Self::new(key, class, false, start, now);
        session.whole = from.is_none();
        let mut first = reconcile::open(index, &session.measure, from.unwrap_or(LOWEST));
        session.listed = std::mem::take(&mut first.listed);
        let message = session.message(0, first);
        session.question = Some(message.clone());
        (session, message)
    }

    /// Opens an audit: keyed sums over the whole set.
    pub(crate) fn audit(
        key: [u8; 16],
        class: Class,
        index: &Index,
        start: Digest,
        now: Moment,
    ) -> (Self, Compare) {
        let mut session = Self::new(key, class, true, start, now);
        let message = session.message(0, reconcile::open_whole(index, &session.measure));
        session.question = Some(message.clone());
        (session, message)
    }

    /// Begins the other half of a session that a peer opened.
    pub(crate) fn accept(
        opening: &Compare,
        start: Digest,
        now: Moment,
    ) -> Result<Self, Contradiction> {
        let mut session = Self::new(opening.session, opening.class, opening.audit, start, now);
        session.ours = false;
        session.expected = 0;
        session.whole = reconcile::asks_all(&opening.ranges, opening.cut)?;
        Ok(session)
    }

    /// Whether a message is the next one of this session.
    pub(crate) fn expects(&self, message: &Compare) -> bool {
        message.session == self.key
            && message.step == self.expected
            && message.audit == self.measure.audit
    }

    /// Whether the peer has not yet said a word in a session of ours.
    pub(crate) fn unanswered(&self) -> bool {
        self.ours && self.expected == 1
    }

    /// When an answer is overdue.
    pub(crate) fn deadline(&self, reply_wait: Duration) -> Moment {
        let wait = reply_wait * 2u32.saturating_pow(self.repeats);
        (self.waiting_since + wait).min(self.began + SESSION_LIFE)
    }

    /// The answer is overdue: the question again, or (none) the session is to be forgotten.
    pub(crate) fn repeat(&mut self, now: Moment) -> Option<Compare> {
        if self.repeats == REPEATS_MAX || now >= self.began + SESSION_LIFE {
            return None;
        }
        self.repeats += 1;
        self.waiting_since = now;
        self.question.clone()
    }

    fn message(&self, step: u8, outcome: Outcome) -> Compare {
        Compare {
            session: self.key,
            class: self.class,
            audit: self.measure.audit,
            step,
            ranges: outcome.reply,
            cut: outcome.cut,
        }
    }

    /// Takes the next message of the peer.
    pub(crate) fn advance(
        &mut self,
        message: &Compare,
        index: &Index,
        now: Moment,
    ) -> Result<Step, Contradiction> {
        let mut outcome = reconcile::answer(index, &self.measure, &self.listed, &message.ranges)?;
        self.listed = std::mem::take(&mut outcome.listed);
        self.waiting_since = now;
        self.repeats = 0;
        self.more |= outcome.more;
        self.there.extend(&outcome.lacking_there);
        let their_cut = message.cut.then_some(&message.ranges);
        let our_cut = outcome.cut.then_some(&outcome.reply);
        for ranges in [their_cut, our_cut].into_iter().flatten() {
            self.whole = false;
            let end = ranges.0.last().and_then(|range| range.end);
            self.resume = self.resume.into_iter().chain(end).min();
        }
        let mut step = Step {
            held: std::mem::take(&mut outcome.held),
            here: std::mem::take(&mut outcome.lacking_here),
            there: std::mem::take(&mut outcome.lacking_there),
            ..Step::default()
        };
        let number = message.step.saturating_add(1);
        let goes_on = outcome.asks && number < SESSION_STEPS_MAX;
        if outcome.asks && !goes_on {
            self.whole = false;
        }
        if outcome.asked {
            let reply = self.message(number, outcome);
            self.question = Some(reply.clone());
            step.send = Some(reply);
            self.expected = number.saturating_add(1);
        }
        if !goes_on {
            step.verdict = Some(self.verdict());
        }
        Ok(step)
    }

    fn verdict(&mut self) -> Verdict {
        Verdict {
            start: self.start,
            whole: self.whole,
            there: std::mem::take(&mut self.there),
            complete: self.whole && !self.more,
            resume: self.resume,
        }
    }
}
