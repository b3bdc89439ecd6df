//! The connections of one door: how many there may be, and who goes when there are too many. A silent
//! connection costs nothing but its place, so the oldest silent one makes room for whoever comes.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tokio::sync::Notify;

/// How many connections a door holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// In all.
    pub(crate) in_all: usize,
    /// From one address.
    pub(crate) per_address: usize,
}

/// The open connections of one door.
#[derive(Debug)]
pub(crate) struct Connections {
    bounds: Bounds,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    /// By their number, so the oldest comes first.
    places: BTreeMap<u64, Held>,
}

#[derive(Debug)]
struct Held {
    address: Option<IpAddr>,
    requests: Arc<AtomicUsize>,
    leave: Arc<Notify>,
}

/// The place of one connection; free again when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    connections: Arc<Connections>,
    number: u64,
    requests: Arc<AtomicUsize>,
    leave: Arc<Notify>,
}

/// A request under way, until its answer is sent.
#[derive(Debug)]
pub(crate) struct AtWork(Arc<AtomicUsize>);

impl Connections {
    pub(crate) fn new(bounds: Bounds) -> Arc<Connections> {
        Arc::new(Connections {
            bounds,
            open: Mutex::default(),
        })
    }

    /// A place for a newcomer; none when every other connection is at work.
    pub(crate) fn admit(self: &Arc<Self>, address: Option<IpAddr>) -> Option<Place> {
        let mut open = self.lock();
        let same = |held: &Held| address.is_some() && held.address == address;
        if open.places.values().filter(|held| same(held)).count() >= self.bounds.per_address {
            open.make_room(same)?;
        }
        if open.places.len() >= self.bounds.in_all {
            open.make_room(|_| true)?;
        }
        let number = open.next;
        open.next += 1;
        let (requests, leave) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let held = Held {
            address,
            requests: requests.clone(),
            leave: leave.clone(),
        };
        open.places.insert(number, held);
        Some(Place {
            connections: self.clone(),
            number,
            requests,
            leave,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Sends the oldest silent connection among these away.
    fn make_room(&mut self, among: impl Fn(&Held) -> bool) -> Option<()> {
        let silent = |held: &Held| held.requests.load(Ordering::Acquire) == 0;
        let mut places = self.places.iter();
        let (&number, _) = places.find(|(_, held)| among(held) && silent(held))?;
        let held = self.places.remove(&number)?;
        held.leave.notify_one();
        Some(())
    }
}

impl Place {
    /// A request begins.
    pub(crate) fn work(&self) -> AtWork {
        self.requests.fetch_add(1, Ordering::AcqRel);
        AtWork(self.requests.clone())
    }

    /// Returns when this connection has to make room.
    pub(crate) async fn told_to_leave(&self) {
        self.leave.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.lock().places.remove(&self.number);
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The layer behind which a connection is at work: its request is here whole, or is a file that keeps its
/// pace. Until then it is one of those that make room.
pub(super) async fn at_work(request: Request, next: Next) -> Response {
    let place = request.extensions().get::<Arc<Place>>().cloned();
    let at_work = place.map(|place| place.work());
    let answer = next.run(request).await;
    answer.map(|body| {
        Body::new(Answer {
            body,
            _at_work: at_work,
        })
    })
}

/// An answer that keeps its connection from being called silent until it is sent.
struct Answer {
    body: Body,
    _at_work: Option<AtWork>,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(in_all: usize, per_address: usize) -> Arc<Connections> {
        Connections::new(Bounds {
            in_all,
            per_address,
        })
    }

    fn was_told(place: &Place) -> bool {
        futures::FutureExt::now_or_never(place.told_to_leave()).is_some()
    }

    #[test]
    fn the_oldest_silent_connection_makes_room_and_one_at_work_stays() {
        let door = door(2, 2);
        let (first, second) = (door.admit(None).unwrap(), door.admit(None).unwrap());
        let working = first.work();
        let third = door.admit(None).unwrap();
        assert!(!was_told(&first) && was_told(&second));
        let _both = third.work();
        assert!(door.admit(None).is_none(), "everybody is at work");
        drop(working);
        assert!(door.admit(None).is_some());
        assert!(was_told(&first));
    }

    #[test]
    fn one_address_cannot_take_the_places_of_others() {
        let door = door(3, 2);
        let (mine, other) = (
            Some(IpAddr::from([192, 168, 1, 9])),
            Some(IpAddr::from([192, 168, 1, 8])),
        );
        let others = door.admit(other).unwrap();
        let flood: Vec<Place> = (0..50).filter_map(|_| door.admit(mine)).collect();
        assert_eq!(flood.len(), 50);
        assert!(!was_told(&others));
        assert_eq!(door.lock().places.len(), 3);
        assert_eq!(flood.iter().filter(|place| was_told(place)).count(), 48);
        drop(flood);
        assert_eq!(door.lock().places.len(), 1);
    }
}
