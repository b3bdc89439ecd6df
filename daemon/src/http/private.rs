//! Private fields: read, changed, and the note of who opened them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use beffroi_api::path::unescape;
use beffroi_api::reply::record::History;
use beffroi_api::reply::{Forgotten, Openings, OperationClosed, PrivateEdited, PrivateReply};
use beffroi_api::request::{BY_CHARACTERS_MAX, BY_HEADER, CloseOperation, Edit, Forget};
use beffroi_records::clean_line;

use super::Shared;
use super::answer::Body;
use super::records::kind;
use crate::failure::Outcome;

/// Who says that he reads.
fn by(headers: &HeaderMap) -> Option<String> {
    let said = headers.get(BY_HEADER)?.to_str().ok()?;
    let said: String = clean_line(&unescape(said)?)
        .chars()
        .take(BY_CHARACTERS_MAX)
        .collect();
    Some(said).filter(|said| !said.trim().is_empty())
}

pub(crate) async fn read(
    State(service): Shared,
    Path((kinds, reference)): Path<(String, String)>,
    headers: HeaderMap,
) -> Outcome<Json<PrivateReply>> {
    service
        .private(kind(&kinds)?, reference, by(&headers))
        .await
        .map(Json)
}

pub(crate) async fn history(
    State(service): Shared,
    Path((kinds, reference)): Path<(String, String)>,
    headers: HeaderMap,
) -> Outcome<Json<History>> {
    service
        .private_history(kind(&kinds)?, reference, by(&headers))
        .await
        .map(Json)
}

pub(crate) async fn edit(
    State(service): Shared,
    Path((kinds, reference)): Path<(String, String)>,
    Body(body): Body<Edit>,
) -> Outcome<Json<PrivateEdited>> {
    service
        .edit_private(kind(&kinds)?, reference, body)
        .await
        .map(Json)
}

pub(crate) async fn openings(State(service): Shared) -> Outcome<Json<Openings>> {
    service.openings().await.map(Json)
}

pub(crate) async fn forget(
    State(service): Shared,
    Path((kinds, reference)): Path<(String, String)>,
    Body(body): Body<Forget>,
) -> Outcome<Json<Forgotten>> {
    service
        .forget(kind(&kinds)?, reference, body)
        .await
        .map(Json)
}

pub(crate) async fn close_operation(
    State(service): Shared,
    Path(reference): Path<String>,
    Body(body): Body<CloseOperation>,
) -> Outcome<Json<OperationClosed>> {
    service.close_operation(reference, body).await.map(Json)
}
