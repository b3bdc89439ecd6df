//! One link: a connection with its two streams, from the moment the consumer is told of it until it has
//! been told that it is over. All its events come from one task, so they are in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use beffroi_sync::PeerId;
use libp2p::Stream;
use libp2p::swarm::ConnectionId;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::address::Address;
use crate::event::{Delivery, Ended, NetEvent};
use crate::queue::{self, LinkSender};
use crate::wire::{self, WireError};

/// What a link has carried, read by the status.
#[derive(Debug)]
pub(crate) struct Traffic {
    began: Instant,
    heard_ms: AtomicU64,
    pub(crate) frames_in: AtomicU64,
    pub(crate) bytes_in: AtomicU64,
}

impl Traffic {
    pub(crate) fn new() -> Self {
        Self {
            began: Instant::now(),
            heard_ms: AtomicU64::new(0),
            frames_in: AtomicU64::new(0),
            bytes_in: AtomicU64::new(0),
        }
    }

    fn heard(&self, bytes: usize) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.heard_ms.store(now, Ordering::Relaxed);
        self.frames_in.fetch_add(1, Ordering::Relaxed);
        self.bytes_in
            .fetch_add(u64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
    }

    /// Since the last frame, or since the link came up.
    pub(crate) fn silent_for(&self) -> Duration {
        let heard = Duration::from_millis(self.heard_ms.load(Ordering::Relaxed));
        self.began.elapsed().saturating_sub(heard)
    }

    /// Since the link came up.
    pub(crate) fn age(&self) -> Duration {
        self.began.elapsed()
    }
}

/// Everything a link needs.
pub(crate) struct Link {
    pub(crate) peer: PeerId,
    pub(crate) connection: ConnectionId,
    pub(crate) address: Address,
    pub(crate) dialer: bool,
    pub(crate) interface: Option<String>,
    pub(crate) sender: LinkSender,
    pub(crate) queue: queue::Receiver,
    pub(crate) outbound: Stream,
    pub(crate) inbound: Stream,
    pub(crate) traffic: Arc<Traffic>,
    pub(crate) stall: Duration,
}

/// Where a link reports to.
pub(crate) struct Reports {
    /// To the consumer; full means that we wait, and read nothing meanwhile.
    pub(crate) deliveries: mpsc::Sender<Delivery>,
    /// Room for frames that the consumer has not taken, in KiB, shared by all links.
    pub(crate) inbox: Arc<Semaphore>,
    /// To the node. Unbounded, yet at most one message per link, and links are bounded.
    pub(crate) ended: mpsc::UnboundedSender<(ConnectionId, Ended)>,
}

/// A stream only sees its end; the connection, which closes a moment later, knows why.
const REASON_WITHIN: Duration = Duration::from_millis(100);

/// Runs a link until it ends. `after` is the peer's link before this one: its end is told first.
pub(crate) async fn run(
    mut link: Link,
    reports: Reports,
    mut stop: oneshot::Receiver<Ended>,
    mut after: Option<JoinHandle<()>>,
) {
    let connected = Delivery::Event(NetEvent::Connected {
        peer: link.peer,
        address: link.address,
        dialer: link.dialer,
        interface: link.interface.take(),
        link: link.sender.clone(),
    });
    let told = async {
        finish(&mut after).await;
        reports.deliveries.send(connected).await
    };
    let unheard = tokio::select! {
        told = told => if told.is_ok() { None } else { Some(Ended::Shutdown) },
        ended = &mut stop => Some(stopped(ended)),
    };
    if let Some(ended) = unheard {
        // The consumer never heard of this link: there is nothing to take back. The next link waits for
        // this task, so this one must not end before the one it waited for.
        let _ = reports.ended.send((link.connection, ended));
        finish(&mut after).await;
        return;
    }
    let ended = end_of(&mut link, &reports, &mut stop).await;
    // The node closes the connection now, however slow the consumer is.
    let _ = reports.ended.send((link.connection, ended.clone()));
    drop(link.queue);
    let peer = link.peer;
    let ended = NetEvent::Disconnected {
        peer,
        reason: ended,
    };
    // An error means that the consumer is gone: nobody is left to be told.
    let _ = reports.deliveries.send(Delivery::Event(ended)).await;
}

/// Carries frames both ways until something ends it, and says what.
async fn end_of(link: &mut Link, reports: &Reports, stop: &mut oneshot::Receiver<Ended>) -> Ended {
    let overflow = link.queue.overflow();
    let (inbound, traffic, stall) = (&mut link.inbound, &link.traffic, link.stall);
    let ended = tokio::select! {
        ended = &mut *stop => return stopped(ended),
        () = overflow.notified() => return Ended::QueueFull,
        ended = read(inbound, traffic, link.peer, reports, stall) => ended,
        error = wire::write_frames(&mut link.outbound, &mut link.queue, stall) => Ended::from(error),
    };
    if !matches!(ended, Ended::ByPeer | Ended::Lost(_)) {
        return ended;
    }
    let known = tokio::time::timeout(REASON_WITHIN, stop).await;
    known.ok().and_then(Result::ok).unwrap_or(ended)
}

/// Waits until the link before has told its end. One that panicked has nothing more to tell either.
async fn finish(before: &mut Option<JoinHandle<()>>) {
    if let Some(task) = before {
        let _ = task.await;
        *before = None;
    }
}

fn stopped(reason: Result<Ended, oneshot::error::RecvError>) -> Ended {
    reason.unwrap_or(Ended::Shutdown)
}

async fn read(
    stream: &mut Stream,
    traffic: &Traffic,
    peer: PeerId,
    reports: &Reports,
    stall: Duration,
) -> Ended {
    loop {
        let bytes = match wire::read_frame(stream, stall).await {
            Ok(bytes) => bytes,
            Err(error) => return error.into(),
        };
        traffic.heard(bytes.len());
        let room = u32::try_from(bytes.len() / 1_024 + 1).unwrap_or(u32::MAX);
        let Ok(room) = Arc::clone(&reports.inbox).acquire_many_owned(room).await else {
            return Ended::Shutdown;
        };
        let frame = Delivery::Frame { peer, bytes, room };
        if reports.deliveries.send(frame).await.is_err() {
            return Ended::Shutdown;
        }
    }
}

impl From<WireError> for Ended {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Closed => Self::ByPeer,
            WireError::TooLong(bytes) => Self::FrameTooLong { bytes },
            WireError::Stalled => Self::Stalled,
            WireError::Io(error) => Self::Lost(error.to_string()),
        }
    }
}
