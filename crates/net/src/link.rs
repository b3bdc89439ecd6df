//! One link: a connection with its two streams, from the moment the consumer is told of it until it has
//! been told that it is over. All its events come from one task, so they are in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use beffroi_sync::PeerId;
use libp2p::Stream;
use libp2p::swarm::ConnectionId;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::address::Address;
use crate::event::{Delivery, Ended, NetEvent};
use crate::queue;
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
    pub(crate) outbound: Stream,
    pub(crate) inbound: Stream,
    pub(crate) traffic: Arc<Traffic>,
    pub(crate) stall: Duration,
}

/// Where a link reports to.
pub(crate) struct Reports {
    /// To the consumer; full means that we wait, and read nothing meanwhile.
    pub(crate) deliveries: mpsc::Sender<Delivery>,
    /// To the node. Unbounded, yet at most one message per link, and links are bounded.
    pub(crate) ended: mpsc::UnboundedSender<(ConnectionId, Ended)>,
}

/// Runs a link until it ends. `after` is the peer's link before this one: its end is told first.
pub(crate) async fn run(
    mut link: Link,
    reports: Reports,
    mut stop: oneshot::Receiver<Ended>,
    after: Option<JoinHandle<()>>,
) {
    let (sender, mut queue) = queue::new();
    let connected = Delivery::Connected {
        peer: link.peer,
        address: link.address,
        dialer: link.dialer,
        queue: sender,
    };
    let told = async {
        if let Some(after) = after {
            // A task that panicked has told nothing more either.
            let _ = after.await;
        }
        reports.deliveries.send(connected).await
    };
    tokio::select! {
        told = told => if told.is_err() { return },
        ended = &mut stop => {
            // The consumer never heard of this link: there is nothing to take back.
            let _ = reports.ended.send((link.connection, stopped(ended)));
            return;
        }
    }
    let overflow = queue.overflow();
    let ended = tokio::select! {
        ended = &mut stop => stopped(ended),
        () = overflow.notified() => Ended::QueueFull,
        ended = read(&mut link.inbound, &link.traffic, link.peer, &reports.deliveries, link.stall) => ended,
        error = wire::write_frames(&mut link.outbound, &mut queue, link.stall) => Ended::from(error),
    };
    // The node closes the connection now, however slow the consumer is.
    let _ = reports.ended.send((link.connection, ended.clone()));
    drop(queue);
    let peer = link.peer;
    // The consumer is gone: nobody is left to be told.
    let _ = reports
        .deliveries
        .send(Delivery::Disconnected {
            peer,
            reason: ended,
        })
        .await;
}

fn stopped(reason: Result<Ended, oneshot::error::RecvError>) -> Ended {
    reason.unwrap_or(Ended::Shutdown)
}

async fn read(
    stream: &mut Stream,
    traffic: &Traffic,
    peer: PeerId,
    deliveries: &mpsc::Sender<Delivery>,
    stall: Duration,
) -> Ended {
    loop {
        let bytes = match wire::read_frame(stream, stall).await {
            Ok(bytes) => bytes,
            Err(error) => return error.into(),
        };
        traffic.heard(bytes.len());
        let frame = Delivery::Event(NetEvent::Frame { peer, bytes });
        if deliveries.send(frame).await.is_err() {
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
