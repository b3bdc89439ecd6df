//! What changed, for open pages and watching programs: a short memory to replay from, and a stream.
//! Whoever was away too long, or reads too slowly, is told to read the list again.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use beffroi_api::event::Event;
use tokio::sync::broadcast;

/// Events remembered: who is further behind reads the list again (interfaces.md).
const REMEMBERED_MAX: usize = 10_000;
/// Events a slow reader may lag behind before it is told to start over.
const LAG_MAX: usize = 1_024;
/// Streams open at once.
const STREAMS_MAX: usize = 64;

/// The memory and the stream.
#[derive(Debug)]
pub(crate) struct EventLog {
    inner: Mutex<Remembered>,
    live: broadcast::Sender<Event>,
    boot: String,
}

#[derive(Debug)]
struct Remembered {
    events: VecDeque<(u64, Event)>,
    cursor: u64,
    /// The highest cursor that cannot be replayed from any more.
    forgotten: u64,
}

impl EventLog {
    /// A log that begins at `cursor`, this post's append position.
    #[must_use]
    pub(crate) fn new(boot: String, cursor: u64) -> EventLog {
        let remembered = Remembered {
            events: VecDeque::new(),
            cursor,
            forgotten: cursor,
        };
        EventLog {
            inner: Mutex::new(remembered),
            live: broadcast::channel(LAG_MAX).0,
            boot,
        }
    }

    /// Tells everybody; `make` is given the cursor of this event.
    pub(crate) fn tell(&self, make: impl FnOnce(u64) -> Event) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.cursor += 1;
        let cursor = inner.cursor;
        let event = make(cursor);
        inner.events.push_back((cursor, event.clone()));
        while inner.events.len() > REMEMBERED_MAX {
            if let Some((gone, _)) = inner.events.pop_front() {
                inner.forgotten = gone;
            }
        }
        // Nobody listening is not an error.
        let _ = self.live.send(event);
    }

    /// A stream from a cursor, or from now; `None` when too many are open.
    #[must_use]
    pub(crate) fn subscribe(&self, from: Option<u64>) -> Option<EventStream> {
        if self.live.receiver_count() >= STREAMS_MAX {
            return None;
        }
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let live = self.live.subscribe();
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let mut ready = VecDeque::from([Event::Hello {
            boot: self.boot.clone(),
            cursor: inner.cursor,
            version,
        }]);
        match from {
            Some(from) if from < inner.forgotten || from > inner.cursor => {
                ready.push_back(Event::Reset {
                    cursor: inner.cursor,
                });
            }
            Some(from) => {
                let later = inner.events.iter().filter(|(cursor, _)| *cursor > from);
                ready.extend(later.map(|(_, event)| event.clone()));
            }
            None => {}
        }
        Some(EventStream {
            ready,
            live,
            cursor: inner.cursor,
        })
    }
}

/// One reader's stream.
#[derive(Debug)]
pub(crate) struct EventStream {
    ready: VecDeque<Event>,
    live: broadcast::Receiver<Event>,
    cursor: u64,
}

impl EventStream {
    /// The next event; `None` when the daemon ends. May be dropped while it waits.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        if let Some(event) = self.ready.pop_front() {
            return Some(event);
        }
        match self.live.recv().await {
            Ok(event) => {
                self.cursor = event.cursor().unwrap_or(self.cursor);
                Some(event)
            }
            Err(broadcast::error::RecvError::Lagged(missed)) => Some(Event::Reset {
                cursor: self.cursor + missed,
            }),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(cursor: u64) -> Event {
        Event::Record {
            kind: beffroi_api::Kind::Need,
            id: uuid::Uuid::nil(),
            number: None,
            heads: vec![],
            cursor,
        }
    }

    #[tokio::test]
    async fn what_came_while_a_reader_was_away_is_replayed() {
        let log = EventLog::new("boot".into(), 40);
        log.tell(peer);
        log.tell(peer);
        let mut stream = log.subscribe(Some(41)).unwrap();
        assert!(matches!(
            stream.next().await,
            Some(Event::Hello { cursor: 42, .. })
        ));
        assert_eq!(stream.next().await, Some(peer(42)));
        log.tell(peer);
        assert_eq!(stream.next().await, Some(peer(43)));
    }

    #[tokio::test]
    async fn a_cursor_too_old_from_another_life_or_too_slow_starts_over() {
        let log = EventLog::new("boot".into(), 40);
        for from in [39, 41] {
            let mut stream = log.subscribe(Some(from)).unwrap();
            assert!(matches!(stream.next().await, Some(Event::Hello { .. })));
            assert_eq!(
                stream.next().await,
                Some(Event::Reset { cursor: 40 }),
                "{from}"
            );
        }
        let mut slow = log.subscribe(None).unwrap();
        for _ in 0..=LAG_MAX {
            log.tell(peer);
        }
        assert!(matches!(slow.next().await, Some(Event::Hello { .. })));
        assert!(matches!(slow.next().await, Some(Event::Reset { .. })));
    }

    #[test]
    fn streams_are_bounded() {
        let log = EventLog::new("boot".into(), 0);
        let open: Vec<_> = std::iter::from_fn(|| log.subscribe(None)).collect();
        assert_eq!(open.len(), STREAMS_MAX);
    }
}
