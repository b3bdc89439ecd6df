//! The post itself: status, peers, digest, journal, doctor, version.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use beffroi_api::reply::Journal;
use beffroi_api::reply::status::{Digest, Doctor, PeerRemoved, Peers, Status, Synced, Version};
use beffroi_api::request::{AddPeer, SyncNow};

use super::Shared;
use super::answer::{Body, created, language};
use crate::failure::Outcome;

pub(crate) async fn status(State(service): Shared, headers: HeaderMap) -> Outcome<Json<Status>> {
    service.status(language(&headers)).await.map(Json)
}

pub(crate) async fn digest(State(service): Shared) -> Outcome<Json<Digest>> {
    service.digest().await.map(Json)
}

pub(crate) async fn doctor(State(service): Shared, headers: HeaderMap) -> Outcome<Json<Doctor>> {
    service.doctor(language(&headers)).await.map(Json)
}

pub(crate) async fn peers(State(service): Shared) -> Outcome<Json<Peers>> {
    service.peers().await.map(Json)
}

pub(crate) async fn add_peer(
    State(service): Shared,
    Body(body): Body<AddPeer>,
) -> Outcome<Response> {
    service.add_peer(body).await.map(created)
}

pub(crate) async fn remove_peer(
    State(service): Shared,
    Path(id): Path<String>,
) -> Outcome<Json<PeerRemoved>> {
    service.remove_peer(id).await.map(Json)
}

pub(crate) async fn sync(
    State(service): Shared,
    Body(body): Body<SyncNow>,
) -> Outcome<Json<Synced>> {
    service.sync(body).await.map(Json)
}

pub(crate) async fn journal(State(service): Shared) -> Outcome<Json<Journal>> {
    service.journal().await.map(Json)
}

pub(crate) async fn version(State(service): Shared) -> Json<Version> {
    Json(service.version())
}
