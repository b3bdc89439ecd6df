//! The keys of the post, and the layer before acts that asks their passphrase again.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use beffroi_api::path::unescape;
use beffroi_api::reply::{Keys, PassphraseChanged};
use beffroi_api::request::{ChangePassphrase, PASSPHRASE_HEADER};

use super::Shared;
use super::answer::Body;
use crate::failure::Outcome;
use crate::vault::Passphrase;

/// The passphrase of a request; one that is not of our writing is none.
pub(crate) fn passphrase(headers: &HeaderMap) -> Option<Passphrase> {
    let sent = headers.get(PASSPHRASE_HEADER)?.to_str().ok()?;
    unescape(sent).map(Passphrase::new)
}

/// The layer of the acts: while the keys are under a passphrase, nothing passes without it.
pub(crate) async fn asked_again(State(service): Shared, request: Request, next: Next) -> Response {
    match service.approve(passphrase(request.headers())).await {
        Ok(()) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

pub(crate) async fn state(State(service): Shared) -> Outcome<Json<Keys>> {
    service.keys().await.map(Json)
}

pub(crate) async fn unlock(State(service): Shared, headers: HeaderMap) -> Outcome<Json<Keys>> {
    service.unlock(passphrase(&headers)).await.map(Json)
}

pub(crate) async fn lock(State(service): Shared) -> Outcome<Json<Keys>> {
    service.lock().await.map(Json)
}

pub(crate) async fn change(
    State(service): Shared,
    Body(body): Body<ChangePassphrase>,
) -> Outcome<Json<PassphraseChanged>> {
    let new = body.new.map(Passphrase::new);
    service.change_passphrase(new).await.map(Json)
}
