//! Members and roots.

use axum::Json;
use axum::extract::{Path, State};
use beffroi_api::reply::{Adopted, MemberChanged, MemberDetail, Members, Revoked, RootUsed};
use beffroi_api::request::{ChangeRole, Deny, Revoke, UseRoot};

use super::Shared;
use super::answer::Body;
use crate::failure::Outcome;

pub(crate) async fn list(State(service): Shared) -> Outcome<Json<Members>> {
    service.members().await.map(Json)
}

pub(crate) async fn show(
    State(service): Shared,
    Path(post): Path<String>,
) -> Outcome<Json<MemberDetail>> {
    service.member(post).await.map(Json)
}

pub(crate) async fn revoke(
    State(service): Shared,
    Path(post): Path<String>,
    Body(body): Body<Revoke>,
) -> Outcome<Json<Revoked>> {
    service.revoke(post, body).await.map(Json)
}

pub(crate) async fn role(
    State(service): Shared,
    Path(post): Path<String>,
    Body(body): Body<ChangeRole>,
) -> Outcome<Json<MemberChanged>> {
    service.change_role(post, body).await.map(Json)
}

pub(crate) async fn adopt(
    State(service): Shared,
    Path(post): Path<String>,
) -> Outcome<Json<Adopted>> {
    service.adopt(post).await.map(Json)
}

pub(crate) async fn deny(
    State(service): Shared,
    Path(post): Path<String>,
    Body(body): Body<Deny>,
) -> Outcome<Json<MemberChanged>> {
    service.deny(post, body).await.map(Json)
}

pub(crate) async fn root(
    State(service): Shared,
    Body(body): Body<UseRoot>,
) -> Outcome<Json<RootUsed>> {
    service.root(body).await.map(Json)
}
