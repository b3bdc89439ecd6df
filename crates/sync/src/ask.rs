//! The one request that may be open with a peer, and how much it may bring: a window that grows
//! while answers come quickly.

use std::collections::BTreeSet;
use std::time::Duration;

use beffroi_trust::{Class, EntryId};

use crate::limits::{
    OVERDUE, OVERDUE_THIN, REQUEST_BYTES_MAX, WINDOW_FIRST, WINDOW_MAX, WINDOW_MIN, WINDOW_THIN,
};
use crate::moment::Moment;
use crate::peer::Link;
use crate::wire::Prefix;

/// How often the patience with a request doubles.
const OVERDUE_DOUBLINGS: u32 = 2;

/// In the number of a request: it is for copies of what the asker has, so it has lost nothing.
pub(crate) const COPIES: u32 = 1 << 31;

/// What was asked.
#[derive(Debug, Clone)]
pub(crate) enum Subject {
    /// Entries by id; those that have come are taken out.
    Ids { left: BTreeSet<Prefix>, came: usize },
    /// A part of a streamed set, by its place in the plan.
    Part(Class, usize),
    /// How a set could be divided.
    Survey(Class),
    /// Further copies of entries of the set; those that have come are taken out.
    Copies {
        left: BTreeSet<EntryId>,
        came: usize,
    },
}

#[derive(Debug, Clone)]
struct Request {
    number: u32,
    subject: Subject,
    began: Moment,
    heard: Moment,
}

/// Requests to one peer.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    link: Link,
    window: usize,
    next_number: u32,
    open: Option<Request>,
    /// Requests in a row of which nothing came.
    vain: u32,
}

impl Ask {
    pub(crate) fn new(link: Link) -> Self {
        Self {
            link,
            window: match link {
                Link::Fast => WINDOW_FIRST,
                Link::Thin => WINDOW_THIN / 2,
            },
            next_number: 0,
            open: None,
            vain: 0,
        }
    }

    /// How many bytes may be asked for now, when `backlog` bytes of the peer's wait for their
    /// check or their flush; none while a request is open or the window is half full.
    pub(crate) fn room(&self, backlog: usize) -> Option<usize> {
        let room = self.window.saturating_sub(backlog);
        let enough = self.open.is_none() && room >= self.window / 2;
        enough.then_some(room.min(REQUEST_BYTES_MAX))
    }

    /// Opens a request and returns its number.
    pub(crate) fn open(&mut self, subject: Subject, now: Moment) -> u32 {
        let number = self.next_number;
        self.next_number = number.wrapping_add(1) & !COPIES;
        self.open = Some(Request {
            number,
            subject,
            began: now,
            heard: now,
        });
        number
    }

    /// The open request, if it has this number; it is noted that something came of it.
    pub(crate) fn answered(&mut self, number: u32, now: Moment) -> Option<&mut Subject> {
        let request = self.open.as_mut()?;
        (request.number == number).then(|| {
            request.heard = now;
            self.vain = 0;
            &mut request.subject
        })
    }

    /// Whether a request is open, and about what.
    pub(crate) fn subject(&self) -> Option<&Subject> {
        self.open.as_ref().map(|request| &request.subject)
    }

    /// Whether an answer with this number is awaited.
    pub(crate) fn awaits(&self, number: u32) -> bool {
        self.open.as_ref().is_some_and(|open| open.number == number)
    }

    /// Ends the open request: its answer is complete.
    pub(crate) fn finish(&mut self, now: Moment) -> Option<Subject> {
        let request = self.open.take()?;
        let took = now.since(request.began);
        let most = match self.link {
            Link::Fast => WINDOW_MAX,
            Link::Thin => WINDOW_THIN,
        };
        if took < Duration::from_secs(1) {
            self.window = (self.window * 2).min(most);
        } else if took > Duration::from_secs(4) {
            self.window = (self.window / 2).max(WINDOW_MIN);
        }
        Some(request.subject)
    }

    /// When nothing may have come of the request for too long.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        let patience = match self.link {
            Link::Fast => OVERDUE,
            Link::Thin => OVERDUE_THIN,
        };
        let patience = patience * 2u32.pow(self.vain.min(OVERDUE_DOUBLINGS));
        self.open.as_ref().map(|request| request.heard + patience)
    }

    /// Gives the open request up.
    pub(crate) fn give_up(&mut self) -> Option<Subject> {
        self.window = (self.window / 2).max(WINDOW_MIN);
        self.vain = self.vain.saturating_add(1);
        self.open.take().map(|request| request.subject)
    }
}
