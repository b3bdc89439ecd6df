//! What waits for one peer: bounded in frames and in bytes. A queue that is full ends its link.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use beffroi_sync::limits::FRAME_BYTES_MAX;
use bytes::Bytes;
use tokio::sync::{Notify, mpsc};

use crate::limits::{QUEUE_BYTES_MAX, QUEUE_FRAMES_MAX};

/// Why a frame was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The link has ended, or is ending.
    #[error("the link has ended")]
    Ended,
    /// More waits than the peer takes; the link is being ended.
    #[error("the peer takes less than is sent: the link is being ended")]
    QueueFull,
    /// The frame is longer than any peer would accept.
    #[error("a frame may have {FRAME_BYTES_MAX} bytes at most")]
    TooLong,
}

/// Sends frames over one link, and over no other: what was meant for a link that has ended reaches nobody.
/// It comes with [`NetEvent::Connected`](crate::NetEvent::Connected) and is cheap to clone.
#[derive(Clone, Debug)]
pub struct LinkSender {
    frames: mpsc::Sender<Bytes>,
    waiting: Arc<AtomicUsize>,
    overflow: Arc<Notify>,
}

/// The same link.
impl PartialEq for LinkSender {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.waiting, &other.waiting)
    }
}

impl Eq for LinkSender {}

/// The end that gives them to the stream.
#[derive(Debug)]
pub(crate) struct Receiver {
    frames: mpsc::Receiver<Bytes>,
    waiting: Arc<AtomicUsize>,
    overflow: Arc<Notify>,
}

/// A new, empty queue.
pub(crate) fn new() -> (LinkSender, Receiver) {
    let (sender, receiver) = mpsc::channel(QUEUE_FRAMES_MAX);
    let waiting = Arc::new(AtomicUsize::new(0));
    let overflow = Arc::new(Notify::new());
    let sender = LinkSender {
        frames: sender,
        waiting: Arc::clone(&waiting),
        overflow: Arc::clone(&overflow),
    };
    let receiver = Receiver {
        frames: receiver,
        waiting,
        overflow,
    };
    (sender, receiver)
}

impl LinkSender {
    /// Takes a frame. It never waits: a queue that is full ends the link, and `Disconnected` follows.
    pub fn send(&self, frame: Bytes) -> Result<(), SendError> {
        let size = frame.len();
        if size > FRAME_BYTES_MAX {
            return Err(SendError::TooLong);
        }
        if self.is_ended() {
            return Err(SendError::Ended);
        }
        let before = self.waiting.fetch_add(size, Ordering::Relaxed);
        let taken = if before > 0 && before.saturating_add(size) > QUEUE_BYTES_MAX {
            Err(SendError::QueueFull)
        } else {
            self.frames.try_send(frame).map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => SendError::QueueFull,
                mpsc::error::TrySendError::Closed(_) => SendError::Ended,
            })
        };
        if let Err(refused) = taken {
            self.waiting.fetch_sub(size, Ordering::Relaxed);
            if refused == SendError::QueueFull {
                self.overflow.notify_one();
            }
        }
        taken
    }

    /// Bytes that wait to be sent, those being written included.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Whether the link has ended; `Disconnected` is on its way or was received.
    pub fn is_ended(&self) -> bool {
        self.frames.is_closed()
    }
}

impl Receiver {
    /// The next frame; `None` when nobody can send any more.
    pub(crate) async fn next(&mut self) -> Option<Bytes> {
        self.frames.recv().await
    }

    /// The next frame, if one waits.
    pub(crate) fn next_now(&mut self) -> Option<Bytes> {
        self.frames.try_recv().ok()
    }

    /// So many bytes of frames are on their way.
    pub(crate) fn written(&self, bytes: usize) {
        self.waiting.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Tells when a frame found the queue full.
    pub(crate) fn overflow(&self) -> Arc<Notify> {
        Arc::clone(&self.overflow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_full_by_bytes_and_by_frames() {
        let (sender, mut receiver) = new();
        let big = Bytes::from(vec![0; FRAME_BYTES_MAX]);
        let fit = QUEUE_BYTES_MAX / FRAME_BYTES_MAX;
        for _ in 0..fit {
            assert_eq!(sender.send(big.clone()), Ok(()));
        }
        assert_eq!(
            sender.send(Bytes::from_static(b"x")),
            Err(SendError::QueueFull)
        );
        for _ in 0..fit {
            assert_eq!(receiver.next_now(), Some(big.clone()));
            receiver.written(big.len());
        }
        for _ in 0..QUEUE_FRAMES_MAX {
            assert_eq!(sender.send(Bytes::new()), Ok(()));
        }
        assert_eq!(sender.send(Bytes::new()), Err(SendError::QueueFull));
        assert_eq!(sender.waiting(), 0);
    }

    #[test]
    fn a_queue_whose_link_has_ended_says_so() {
        let (sender, receiver) = new();
        drop(receiver);
        assert!(sender.is_ended());
        assert_eq!(sender.send(Bytes::from_static(b"x")), Err(SendError::Ended));
        assert_eq!(sender.waiting(), 0);
    }

    #[test]
    fn a_frame_that_nobody_would_accept_is_not_taken() {
        let (sender, _receiver) = new();
        let long = Bytes::from(vec![0; FRAME_BYTES_MAX + 1]);
        assert_eq!(sender.send(long), Err(SendError::TooLong));
        assert_eq!(sender.waiting(), 0);
    }
}
