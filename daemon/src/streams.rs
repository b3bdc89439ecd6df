//! Who has which stream of events open: few a session, the oldest closed first.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// Streams of one session: a browser with more tabs shows the newest ones live.
const STREAMS_A_SESSION_MAX: usize = 4;

/// Whose stream it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Listener {
    /// A process of this machine, at the socket; none: the system does not say which.
    Process(Option<i32>),
    /// A program with the token, from an address.
    Token(IpAddr),
    /// A phone, by its session.
    Phone(String),
}

/// The open streams.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    open: Arc<Mutex<BTreeMap<Listener, VecDeque<Arc<Notify>>>>>,
}

/// An open stream; forgotten when dropped.
#[derive(Debug)]
pub(crate) struct Stream {
    open: Arc<Mutex<BTreeMap<Listener, VecDeque<Arc<Notify>>>>>,
    listener: Listener,
    close: Arc<Notify>,
}

impl Streams {
    /// Takes a place; the oldest of this session's is told to close when there are too many.
    pub(crate) fn open(&self, listener: Listener) -> Stream {
        let close = Arc::new(Notify::new());
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = open.entry(listener.clone()).or_default();
        while mine.len() >= STREAMS_A_SESSION_MAX {
            if let Some(oldest) = mine.pop_front() {
                oldest.notify_one();
            }
        }
        mine.push_back(close.clone());
        Stream {
            open: self.open.clone(),
            listener,
            close,
        }
    }
}

impl Stream {
    /// Returns when a newer stream took this place.
    pub(crate) async fn told_to_close(&self) {
        self.close.notified().await;
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mine) = open.get_mut(&self.listener) {
            mine.retain(|other| !Arc::ptr_eq(other, &self.close));
            if mine.is_empty() {
                open.remove(&self.listener);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn the_fifth_stream_of_a_session_closes_its_oldest_and_nobody_elses() {
        let streams = Streams::default();
        let other = streams.open(Listener::Phone("b".into()));
        let mut mine: Vec<Stream> = (0..STREAMS_A_SESSION_MAX)
            .map(|_| streams.open(Listener::Phone("a".into())))
            .collect();
        let closed = |stream: &Stream| stream.told_to_close().now_or_never().is_some();
        assert!(!mine.iter().any(closed));
        mine.push(streams.open(Listener::Phone("a".into())));
        let told: Vec<bool> = mine.iter().map(closed).collect();
        assert_eq!(told, [true, false, false, false, false]);
        assert!(!closed(&other));
        drop(mine);
        drop(other);
        assert!(streams.open.lock().unwrap().is_empty());
    }
}
