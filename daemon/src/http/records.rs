//! Records: lists, one record, edits, steps, disagreements.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use beffroi_api::Kind;
use beffroi_api::problem::Cause;
use beffroi_api::reply::record::{Conflicts, Edited, History, RecordList, RecordReply};
use beffroi_api::request::{Archive, Create, Edit, ListQuery, Settle, StepRequest};

use super::Shared;
use super::answer::{Body, created};
use super::query::Parameters;
use crate::failure::{Failure, Outcome};

pub(super) fn kind(plural: &str) -> Outcome<Kind> {
    Kind::from_plural(plural).ok_or_else(|| Failure::from(Cause::PathUnknown {}))
}

pub(crate) async fn list(
    State(service): Shared,
    Path(kinds): Path<String>,
    Parameters(query): Parameters<ListQuery>,
) -> Outcome<Json<RecordList>> {
    service.list(kind(&kinds)?, query).await.map(Json)
}

pub(crate) async fn create(
    State(service): Shared,
    Path(kinds): Path<String>,
    Body(body): Body<Create>,
) -> Outcome<Response> {
    let reply = service.create(kind(&kinds)?, body).await?;
    Ok(if reply.replayed {
        Json(reply).into_response()
    } else {
        created(reply)
    })
}

pub(crate) async fn read(
    State(service): Shared,
    Path((kinds, reference)): Path<(String, String)>,
) -> Outcome<Json<RecordReply>> {
    service.read(Some(kind(&kinds)?), reference).await.map(Json)
}

pub(crate) async fn read_any(
    State(service): Shared,
    Path(reference): Path<String>,
) -> Outcome<Json<RecordReply>> {
    service.read(None, reference).await.map(Json)
}

pub(crate) async fn edit(
    State(service): Shared,
    Path((kinds, reference)): Path<(String, String)>,
    headers: axum::http::HeaderMap,
    Body(body): Body<Edit>,
) -> Outcome<Json<Edited>> {
    let if_match = headers
        .get(axum::http::header::IF_MATCH)
        .and_then(|value| value.to_str().ok());
    service
        .edit(kind(&kinds)?, reference, body, if_match.map(str::to_owned))
        .await
        .map(Json)
}

pub(crate) async fn history(
    State(service): Shared,
    Path((kinds, reference)): Path<(String, String)>,
) -> Outcome<Json<History>> {
    service.history(kind(&kinds)?, reference).await.map(Json)
}

pub(crate) async fn archive(
    State(service): Shared,
    Path((kinds, reference)): Path<(String, String)>,
    Body(body): Body<Archive>,
) -> Outcome<Json<Edited>> {
    service
        .archive(kind(&kinds)?, reference, body)
        .await
        .map(Json)
}

pub(crate) async fn step(
    State(service): Shared,
    Path((kinds, reference)): Path<(String, String)>,
    Body(body): Body<StepRequest>,
) -> Outcome<Json<Edited>> {
    service.step(kind(&kinds)?, reference, body).await.map(Json)
}

pub(crate) async fn conflicts(State(service): Shared) -> Outcome<Json<Conflicts>> {
    service.conflicts().await.map(Json)
}

pub(crate) async fn settle(
    State(service): Shared,
    Path((reference, field)): Path<(String, String)>,
    Body(body): Body<Settle>,
) -> Outcome<Json<Edited>> {
    service.settle(reference, field, body).await.map(Json)
}
