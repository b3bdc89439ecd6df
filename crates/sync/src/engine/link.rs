//! What the engine remembers of one link while it stands, and of each peer beyond it.

use std::collections::BTreeSet;
use std::time::Duration;

use beffroi_trust::{EntryId, OrderKey};

use crate::ask::Ask;
use crate::bucket::Bucket;
use crate::dice::Dice;
use crate::limits::{
    AUDIT_EVERY, AUDIT_REFILL, AUDITS_BURST, REPLY_WAIT, REPLY_WAIT_THIN, SESSIONS_BURST,
    UNASKED_BURST, UNASKED_RATE,
};
use crate::live::Talk;
use crate::moment::Moment;
use crate::peer::{CLASSES, Link, PerClass};
use crate::pulse::Pulse;
use crate::session::Session;
use crate::wire::{Compare, Digest};

/// One link. It can be thrown away at any time.
pub(super) struct Connection {
    pub(super) link: Link,
    pub(super) pulse: Pulse,
    pub(super) talk: Talk,
    pub(super) ask: Ask,
    /// Copies that this round has not asked for yet.
    pub(super) copies: BTreeSet<EntryId>,
    pub(super) sets: PerClass<Side>,
    /// Our digests as the peer last heard them in a summary.
    pub(super) told: Option<[Digest; 2]>,
    /// Entries were asked for; when all have come, the peer's summary is of interest.
    pub(super) pulling: bool,
    /// Since when a comparison is put off because something told may still be acknowledged.
    pub(super) put_off_since: Option<Moment>,
    /// When the peer last streamed from us.
    pub(super) streamed_at: Option<Moment>,
    pub(super) audit_at: Moment,
    pub(super) addresses_at: Option<Moment>,
    pub(super) unasked: Bucket,
    pub(super) sessions: Bucket,
    pub(super) audits: Bucket,
}

/// One set as seen on a link.
#[derive(Default)]
pub(super) struct Side {
    /// What the peer last said of its set.
    pub(super) theirs: Option<Digest>,
    /// How many entries our set had when a summary said so.
    pub(super) fresh_at: Option<u64>,
    pub(super) session: Option<Session>,
    /// The peer is to open one: both know as much, and its id is the smaller.
    pub(super) awaited: bool,
    /// The set was streamed from this peer on this link.
    pub(super) bulked: bool,
    /// Our last reply in a session, over or not, and how often it was repeated.
    pub(super) reply: Option<(Compare, u32)>,
    /// Our root and the peer's when a session last told all differences.
    pub(super) reconciled: Option<([u8; 16], [u8; 16])>,
    /// Where the next session begins, when the last one stopped at its limits.
    pub(super) resume: Option<OrderKey>,
    /// Whether what the peer lacks is known.
    pub(super) compared: bool,
}

impl Connection {
    pub(super) fn new(link: Link, every: Duration, now: Moment, dice: &mut Dice) -> Self {
        Self {
            link,
            pulse: Pulse::new(every, now, dice),
            talk: Talk::new(link),
            ask: Ask::new(link),
            copies: BTreeSet::new(),
            sets: PerClass::default(),
            told: None,
            pulling: false,
            put_off_since: None,
            streamed_at: None,
            audit_at: now + dice.near(AUDIT_EVERY),
            addresses_at: None,
            unasked: Bucket::per_second(UNASKED_BURST, UNASKED_RATE, now),
            sessions: Bucket::per_second(SESSIONS_BURST, 1, now),
            audits: Bucket::new(AUDITS_BURST, AUDIT_REFILL, now),
        }
    }

    pub(super) fn reply_wait(&self) -> Duration {
        match self.link {
            Link::Fast => REPLY_WAIT,
            Link::Thin => REPLY_WAIT_THIN,
        }
    }

    /// What was told by sessions is to be asked again.
    pub(super) fn forget_reconciled(&mut self) {
        self.sets.acts.reconciled = None;
        self.sets.contents.reconciled = None;
    }

    /// The next time something is due on this link, and what.
    pub(super) fn wake_at(&self) -> (Moment, &'static str) {
        let sessions = CLASSES.into_iter().filter_map(|class| {
            let session = self.sets.at(class).session.as_ref()?;
            Some((
                session.deadline(self.reply_wait()),
                "a session went unanswered",
            ))
        });
        let some = [
            (self.pulse.ask_at(), "to ask for a summary"),
            (self.talk.flush_at(), "new ids wait to be told"),
            (self.talk.tell_at(), "an acknowledgement is missing"),
            (self.ask.deadline(), "a request went unanswered"),
            (self.addresses_at, "addresses wait to be told"),
        ];
        let some = some.into_iter().filter_map(|(at, why)| Some((at?, why)));
        let always = [
            (self.pulse.next(), "a heartbeat is due"),
            (self.audit_at, "an audit is due"),
        ];
        let earliest = always.into_iter().chain(some).chain(sessions);
        earliest.fold(
            (self.pulse.silent_at(), "a peer is silent"),
            |first, next| {
                if next.0 < first.0 { next } else { first }
            },
        )
    }
}

/// What is remembered of a peer beyond a link.
#[derive(Debug, Clone, Default)]
pub(super) struct Contact {
    pub(super) version: Option<String>,
    pub(super) last_heard: Option<Moment>,
    pub(super) in_step_at: Option<Moment>,
    /// Whether the peer was in step when last looked at.
    pub(super) in_step: bool,
    pub(super) heartbeat: Option<Duration>,
    /// When it is asked for copies again; none: when it is met.
    pub(super) copies_at: Option<Moment>,
}
