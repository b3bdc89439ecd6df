//! Phones: the API that turns them on and off, and the door they come in by.

mod door;
mod entering;
mod inside;
mod pages;

use axum::Json;
use axum::extract::{Path, State};
use beffroi_api::reply::{Phones, PhonesEnded, PhonesOn};
use beffroi_api::request::TurnPhonesOn;

use super::Shared;
use super::answer::Body;
use crate::failure::Outcome;

pub(crate) use door::door;

pub(crate) async fn on(
    State(service): Shared,
    Body(body): Body<TurnPhonesOn>,
) -> Outcome<Json<PhonesOn>> {
    service.phones_on(body).await.map(Json)
}

pub(crate) async fn list(State(service): Shared) -> Json<Phones> {
    Json(service.phones())
}

pub(crate) async fn off(State(service): Shared) -> Outcome<Json<PhonesEnded>> {
    service.phones_off().await.map(Json)
}

pub(crate) async fn end(
    State(service): Shared,
    Path(session): Path<String>,
) -> Outcome<Json<PhonesEnded>> {
    service.end_phone(session).await.map(Json)
}
