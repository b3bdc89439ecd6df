//! What a request may bring, how long it may take to bring it, and how many are worked on at once. A body
//! is read before its request takes a turn, so that slow senders keep nobody from theirs.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use beffroi_api::problem::Cause;
use beffroi_api::request::BODY_BYTES_MAX;
use futures::StreamExt as _;
use hyper::body::{Frame, SizeHint};
use tokio::sync::Semaphore;
use tokio::time::{Instant, Sleep, sleep, timeout};

use crate::failure::Failure;

/// Requests worked on at once; further ones wait their turn. Interfaces.md allows 32 a session, and the
/// command line is one session.
pub(super) const REQUESTS_MAX: usize = 32;
/// Files taken in at once; each is a long piece of work for the disk.
pub(super) const STREAMS_MAX: usize = 4;
/// How long a whole body may take: 64 KiB in 10 s is a fifth of what a weak Wi-Fi gives.
const BODY_PATIENCE: Duration = Duration::from_secs(10);
/// A file must bring at least so much …
const PACE_BYTES: u64 = 16 * 1024;
/// … in so much time of waiting for it.
const PACE_TIME: Duration = Duration::from_secs(20);

/// Reads the body whole, refusing what is too large before it is read, and what takes too long.
pub(super) async fn whole_body(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let said = parts.headers.get(header::CONTENT_LENGTH);
    let said = said.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if said.is_some_and(|said| said > BODY_BYTES_MAX as u64) {
        return Failure::from(too_large()).into_response();
    }
    match timeout(BODY_PATIENCE, collect(body)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, bytes.into())).await,
        Ok(Err(cause)) => Failure::from(cause).into_response(),
        Err(_) => Failure::from(Cause::TookTooLong {}).into_response(),
    }
}

/// The refusal of a body that is too large.
pub(super) fn too_large() -> Cause {
    Cause::BodyTooLarge {
        limit: (BODY_BYTES_MAX / 1024) as u64,
    }
}

async fn collect(body: Body) -> Result<Vec<u8>, Cause> {
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|error| Cause::BodyUnreadable {
            error: error.to_string(),
        })?;
        if bytes.len() + piece.len() > BODY_BYTES_MAX {
            return Err(too_large());
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// A turn among the requests worked on.
pub(super) async fn in_turn(
    State(turns): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Response {
    // A stream of events lasts for hours and does no work: it has its own bound.
    if request.uri().path().ends_with("/events") {
        return next.run(request).await;
    }
    match turns.acquire().await {
        Ok(_turn) => next.run(request).await,
        Err(_) => Failure::from(Cause::Ending {}).into_response(),
    }
}

/// A file that comes in: few at once, and each at a pace.
pub(super) async fn streamed(
    State(turns): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Response {
    let Ok(_turn) = turns.try_acquire() else {
        return Failure::from(Cause::TooManyRequests {}).into_response();
    };
    next.run(request.map(|body| Body::new(Paced::new(body))))
        .await
}

/// A body that ends with an error when its sender is too slow. Only the time spent waiting for the sender
/// counts, not the time our own disk takes.
struct Paced {
    body: Body,
    brought: u64,
    waited: Duration,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Paced {
    fn new(body: Body) -> Paced {
        Paced {
            body,
            brought: 0,
            waited: Duration::ZERO,
            waiting: None,
        }
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            if let Some((since, _)) = self.waiting.take() {
                self.waited += since.elapsed();
            }
            if let Some(Ok(data)) = frame
                .as_ref()
                .map(|frame| frame.as_ref().map(Frame::data_ref))
            {
                self.brought += data.map_or(0, |data| data.len() as u64);
            }
            if self.brought >= PACE_BYTES {
                (self.brought, self.waited) = (0, Duration::ZERO);
            }
            return Poll::Ready(frame);
        }
        let left = PACE_TIME.saturating_sub(self.waited);
        let (_, slow) = self
            .waiting
            .get_or_insert_with(|| (Instant::now(), Box::pin(sleep(left))));
        ready!(slow.as_mut().poll(context));
        let slow = std::io::Error::from(std::io::ErrorKind::TimedOut);
        Poll::Ready(Some(Err(axum::Error::new(slow))))
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

    /// A body of these pieces, one each `pause`.
    fn body(pieces: usize, bytes: usize, pause: Duration) -> Body {
        let pieces = futures::stream::unfold(pieces, move |left| async move {
            sleep(pause).await;
            let piece = Bytes::from(vec![0; bytes]);
            (left > 0).then(|| (Ok::<_, std::io::Error>(piece), left - 1))
        });
        Body::from_stream(pieces)
    }

    async fn read(body: Body) -> Result<usize, axum::Error> {
        let mut stream = Body::new(Paced::new(body)).into_data_stream();
        let mut bytes = 0;
        while let Some(piece) = stream.next().await {
            bytes += piece?.len();
        }
        Ok(bytes)
    }

    #[tokio::test(start_paused = true)]
    async fn a_file_at_a_byte_a_second_is_not_waited_for() {
        let began = Instant::now();
        assert!(read(body(10_000, 1, Duration::from_secs(1))).await.is_err());
        assert!(began.elapsed() < PACE_TIME * 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_file_that_keeps_its_pace_arrives() {
        let all = read(body(100, 4096, Duration::from_secs(4))).await.unwrap();
        assert_eq!(all, 409_600);
    }

    #[tokio::test]
    async fn a_body_is_never_read_beyond_its_limit() {
        let small = body(4, BODY_BYTES_MAX / 4, Duration::ZERO);
        assert_eq!(collect(small).await.unwrap().len(), BODY_BYTES_MAX);
        let large = body(1_000_000, 4096, Duration::ZERO);
        assert!(matches!(
            collect(large).await,
            Err(Cause::BodyTooLarge { limit: 64 })
        ));
    }
}
