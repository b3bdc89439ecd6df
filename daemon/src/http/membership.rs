//! The territory, invitations, and joining.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use beffroi_api::reply::membership::{
    InviteSummary, Invites, JoinedTerritory, SheetsConfirmed, Territory,
};
use beffroi_api::request::{CreateInvite, CreateTerritory, Join};

use super::Shared;
use super::answer::{Body, created};
use super::keys::passphrase;
use crate::failure::Outcome;

pub(crate) async fn territory(State(service): Shared) -> Outcome<Json<Territory>> {
    service.territory().await.map(Json)
}

pub(crate) async fn found(
    State(service): Shared,
    headers: HeaderMap,
    Body(body): Body<CreateTerritory>,
) -> Outcome<Response> {
    service.found(body, passphrase(&headers)).await.map(created)
}

pub(crate) async fn confirm_sheets(State(service): Shared) -> Outcome<Json<SheetsConfirmed>> {
    service.confirm_sheets().await.map(Json)
}

pub(crate) async fn invites(State(service): Shared) -> Outcome<Json<Invites>> {
    service.invites().await.map(Json)
}

pub(crate) async fn invite(
    State(service): Shared,
    Body(body): Body<CreateInvite>,
) -> Outcome<Response> {
    service.invite(body).await.map(created)
}

pub(crate) async fn cancel_invite(
    State(service): Shared,
    Path(id): Path<String>,
) -> Outcome<Json<InviteSummary>> {
    service.cancel_invite(id).await.map(Json)
}

pub(crate) async fn join(
    State(service): Shared,
    headers: HeaderMap,
    Body(body): Body<Join>,
) -> Outcome<Json<JoinedTerritory>> {
    service.join(body, passphrase(&headers)).await.map(Json)
}
