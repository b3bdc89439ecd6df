//! The stream of events: what changed, replayed from a cursor, and `reset` when that is too long ago.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use beffroi_api::event::Event;
use bytes::Bytes;
use futures::StreamExt;

use super::Shared;
use super::query::{Parameters, one, refuse_unknown};
use crate::failure::Outcome;

/// A comment this often keeps the connection alive through whatever sits between.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub(crate) async fn events(
    State(service): Shared,
    headers: HeaderMap,
    Parameters(pairs): Parameters<Vec<(String, String)>>,
) -> Outcome<Response> {
    refuse_unknown(&pairs, &["kinds", "from"])?;
    let last = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    let from = one(&pairs, "from")
        .or(last)
        .and_then(|cursor| cursor.parse().ok());
    let kinds: Vec<String> = one(&pairs, "kinds")
        .map(|kinds| kinds.split(',').map(str::to_owned).collect())
        .unwrap_or_default();
    let events = service.events(from)?;
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
    let lines = futures::stream::unfold(events, |mut events| async move {
        let line = match tokio::time::timeout(KEEP_ALIVE, events.next()).await {
            Ok(Some(event)) => Some(event),
            Ok(None) => return None,
            Err(_) => None,
        };
        Some((line, events))
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
    Ok(response)
}
