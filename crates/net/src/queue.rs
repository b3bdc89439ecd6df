//! What waits for one peer: bounded in frames and in bytes. A queue that is full ends its link.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use tokio::sync::{Notify, mpsc};

use crate::limits::{QUEUE_BYTES_MAX, QUEUE_FRAMES_MAX};

/// Why a frame was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PushError {
    /// The queue was full; its link is being ended.
    Full,
    /// The link has ended.
    Closed,
}

/// The end that takes frames.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    frames: mpsc::Sender<Bytes>,
    waiting: Arc<AtomicUsize>,
    overflow: Arc<Notify>,
}

/// The end that gives them to the stream.
#[derive(Debug)]
pub(crate) struct Receiver {
    frames: mpsc::Receiver<Bytes>,
    waiting: Arc<AtomicUsize>,
    overflow: Arc<Notify>,
}

/// A new, empty queue.
pub(crate) fn new() -> (Sender, Receiver) {
    let (sender, receiver) = mpsc::channel(QUEUE_FRAMES_MAX);
    let waiting = Arc::new(AtomicUsize::new(0));
    let overflow = Arc::new(Notify::new());
    let sender = Sender {
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

impl Sender {
    /// Takes a frame, or says why not and has the link ended.
    pub(crate) fn push(&self, frame: Bytes) -> Result<(), PushError> {
        let size = frame.len();
        let before = self.waiting.fetch_add(size, Ordering::Relaxed);
        let taken = if before > 0 && before.saturating_add(size) > QUEUE_BYTES_MAX {
            Err(PushError::Full)
        } else {
            self.frames.try_send(frame).map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => PushError::Full,
                mpsc::error::TrySendError::Closed(_) => PushError::Closed,
            })
        };
        if let Err(refused) = taken {
            self.waiting.fetch_sub(size, Ordering::Relaxed);
            if refused == PushError::Full {
                self.overflow.notify_one();
            }
        }
        taken
    }

    /// Bytes that wait, those being written included.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
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
        let big = Bytes::from(vec![0; QUEUE_BYTES_MAX]);
        assert_eq!(sender.push(big.clone()), Ok(()));
        assert_eq!(sender.push(Bytes::from_static(b"x")), Err(PushError::Full));
        assert_eq!(receiver.next_now(), Some(big));
        receiver.written(QUEUE_BYTES_MAX);
        for _ in 0..QUEUE_FRAMES_MAX {
            assert_eq!(sender.push(Bytes::new()), Ok(()));
        }
        assert_eq!(sender.push(Bytes::new()), Err(PushError::Full));
        assert_eq!(sender.waiting(), 0);
    }

    #[test]
    fn a_queue_whose_link_has_ended_says_so() {
        let (sender, receiver) = new();
        drop(receiver);
        assert_eq!(
            sender.push(Bytes::from_static(b"x")),
            Err(PushError::Closed)
        );
        assert_eq!(sender.waiting(), 0);
    }
}
