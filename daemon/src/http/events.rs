//! The stream of events: what changed, replayed from a cursor, and `reset` when that is too long ago.

use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use beffroi_api::event::Event;
use bytes::Bytes;
use futures::StreamExt;

use super::Shared;
use super::query::{Parameters, one, refuse_unknown};
use super::server::Peer;
use crate::events::EventStream;
use crate::failure::Outcome;
use crate::service::Service;
use crate::streams::Listener;

/// A comment this often keeps the connection alive through whatever sits between.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub(crate) async fn events(
    State(service): Shared,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Parameters(pairs): Parameters<Vec<(String, String)>>,
) -> Outcome<Response> {
    refuse_unknown(&pairs, &["kinds", "from"])?;
    let kinds: Vec<String> = one(&pairs, "kinds")
        .map(|kinds| kinds.split(',').map(str::to_owned).collect())
        .unwrap_or_default();
    let events = service.events(from(&headers, &pairs))?;
    let wanted = move |event: &Event| match event {
        Event::Record { kind, .. } | Event::Conflict { kind, .. } => {
            kinds.is_empty() || kinds.iter().any(|wanted| wanted == kind.token())
        }
        Event::Hello { .. }
        | Event::Peer { .. }
        | Event::Members {}
        | Event::Reset { .. }
        | Event::Bye { .. } => true,
    };
    let listener = match peer {
        None => Listener::Process(None),
        Some(Extension(Peer::Process(pid))) => Listener::Process(pid),
        Some(Extension(Peer::Address(address))) => Listener::Token(address),
    };
    let over = over(&service, listener);
    Ok(streamed(events, wanted, over))
}

/// Where a reader wants to go on.
pub(super) fn from(headers: &HeaderMap, pairs: &[(String, String)]) -> Option<u64> {
    let last = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    one(pairs, "from").or(last)?.parse().ok()
}

/// Takes a place among the streams of this session, and returns when it has to be given up, with the reason.
pub(super) fn over(
    service: &Service,
    listener: Listener,
) -> impl Future<Output = &'static str> + Send + use<> {
    let place = service.streams.open(listener);
    let mut ending = service.ending.clone();
    async move {
        tokio::select! {
            () = place.told_to_close() => "too_many_streams",
            _ = ending.wait_for(|ending| *ending) => "ending",
        }
    }
}

/// The answer that goes on until `over`.
pub(super) fn streamed(
    events: EventStream,
    wanted: impl Fn(&Event) -> bool + Send + 'static,
    over: impl Future<Output = &'static str> + Send + 'static,
) -> Response {
    let lines = futures::stream::unfold(Some((events, Box::pin(over))), |open| async move {
        let (mut events, mut over) = open?;
        let next = tokio::time::timeout(KEEP_ALIVE, events.next());
        tokio::select! {
            // What is over says nothing more, whatever else there is to say.
            biased;
            reason = &mut over => {
                let reason = reason.to_owned();
                Some((Some(Event::Bye { reason }), None))
            }
            next = next => match next {
                Ok(Some(event)) => Some((Some(event), Some((events, over)))),
                Ok(None) => None,
                Err(_) => Some((None, Some((events, over)))),
            }
        }
    });
    let bytes = lines.filter_map(move |event| {
        let line = match event {
            None => Some(Bytes::from_static(b": still here\n\n")),
            Some(event) if wanted(&event) => event.to_wire().ok().map(Bytes::from),
            Some(_) => None,
        };
        std::future::ready(line.map(Ok::<_, Infallible>))
    });
    let mut response = Body::from_stream(bytes).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
