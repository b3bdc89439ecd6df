//! The local API: one router behind two doors. Handlers are thin; what they answer is in `service`.

pub(crate) mod answer;
mod bundles;
mod connections;
pub(crate) mod doors;
mod events;
pub(crate) mod guard;
mod keys;
mod limits;
mod members;
mod membership;
mod patient;
pub(crate) mod phones;
mod post;
mod private;
mod query;
mod records;
pub(crate) mod server;
mod transfer;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post as announce};
use axum::{Router, http::StatusCode};
use beffroi_api::problem::Cause;
use tokio::sync::Semaphore;

use crate::failure::Failure;
use crate::service::Service;

/// Answers `200 ok` or `200 locked` to anybody on this machine: for supervisors, nothing is told but that
/// we live.
pub(crate) const HEALTH: &str = "/healthz";
/// A request that takes longer has lost its reader; imports, joins and syncs have their own patience.
const PATIENCE: Duration = Duration::from_secs(10);

type Shared = State<Arc<Service>>;

/// The routes of the API, without a guard: each door adds its own.
pub(crate) fn router(service: Arc<Service>) -> Router {
    let quick = Router::new()
        .route("/{kinds}", get(records::list).post(records::create))
        .route(
            "/{kinds}/{reference}",
            get(records::read).patch(records::edit),
        )
        .route("/{kinds}/{reference}/history", get(records::history))
        .route("/{kinds}/{reference}/archive", announce(records::archive))
        .route("/{kinds}/{reference}/steps", announce(records::step))
        .route(
            "/{kinds}/{reference}/private",
            get(private::read).patch(private::edit),
        )
        .route(
            "/{kinds}/{reference}/private/history",
            get(private::history),
        )
        .route("/journal/openings", get(private::openings))
        .route("/records/{reference}", get(records::read_any))
        .route("/conflicts", get(records::conflicts))
        .route("/conflicts/{reference}/{field}", announce(records::settle))
        .route("/status", get(post::status))
        .route("/digest", get(post::digest))
        .route("/doctor", get(post::doctor))
        .route("/peers", get(post::peers).post(post::add_peer))
        .route("/peers/{id}", delete(post::remove_peer))
        .route("/version", get(post::version))
        .route(
            "/territory",
            get(membership::territory).post(membership::found),
        )
        .route(
            "/territory/confirm-sheets",
            announce(membership::confirm_sheets),
        )
        .route("/invites", get(membership::invites))
        .route("/invites/{id}", delete(membership::cancel_invite))
        .route("/passphrase", get(keys::state))
        .route(
            "/phones",
            get(phones::list).post(phones::on).delete(phones::off),
        )
        .route("/phones/{session}", delete(phones::end))
        .layer(middleware::from_fn(with_patience));
    // What binds others or cannot be taken back asks the passphrase again.
    let acts = Router::new()
        .route("/invites", announce(membership::invite))
        .route("/{kinds}/{reference}/forget", announce(private::forget))
        .route(
            "/operations/{reference}/close",
            announce(private::close_operation),
        )
        .route("/passphrase", announce(keys::change))
        .layer(middleware::from_fn_with_state(
            service.clone(),
            keys::asked_again,
        ))
        .layer(middleware::from_fn(with_patience));
    let over_all_of_a_post = Router::new()
        .route("/members", get(members::list))
        .route("/members/{post}", get(members::show))
        .route("/members/{post}/deny", announce(members::deny));
    // A post may have written 50,000 entries, which are looked through: these have their own patience.
    let acts_over_all = Router::new()
        .route("/members/{post}/revoke", announce(members::revoke))
        .route("/members/{post}/role", announce(members::role))
        .route("/members/{post}/adopt", announce(members::adopt))
        .route("/root", announce(members::root))
        .layer(middleware::from_fn_with_state(
            service.clone(),
            keys::asked_again,
        ));
    let slow = Router::new()
        .route("/join", announce(membership::join))
        .route("/sync", announce(post::sync))
        .route("/unlock", announce(keys::unlock))
        .route("/lock", announce(keys::lock))
        .route("/journal", get(post::journal))
        .route("/journal/export", get(bundles::journal))
        .route("/exports/{format}", get(transfer::export))
        .route("/events", get(events::events));
    let bounded = quick
        .merge(acts)
        .merge(slow)
        .merge(over_all_of_a_post)
        .merge(acts_over_all)
        .layer(middleware::from_fn_with_state(
            turns(limits::REQUESTS_MAX),
            limits::in_turn,
        ))
        .layer(middleware::from_fn(connections::at_work))
        .layer(middleware::from_fn(limits::whole_body));
    let files = Router::new()
        .route("/imports", announce(transfer::import))
        .route("/bundles", announce(bundles::write))
        .route("/bundles/read", announce(bundles::read))
        .route("/bundles/show", announce(bundles::show))
        .layer(axum::extract::DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(
            turns(limits::STREAMS_MAX),
            limits::streamed,
        ))
        .layer(middleware::from_fn(connections::at_work));
    Router::new()
        .nest(beffroi_api::path::BASE, bounded.merge(files))
        .route(HEALTH, get(health))
        .with_state(service)
}

/// A router behind a door of the API: guarded, refusals written as problems, every answer sealed.
pub(crate) fn sealed_door(router: Router, door: Arc<guard::Door>) -> Router {
    router
        .layer(middleware::from_fn(answer::render))
        .layer(middleware::from_fn_with_state(door, guard::api))
        .layer(middleware::from_fn(answer::render))
        .layer(middleware::from_fn(guard::sealed))
}

fn turns(count: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(count))
}

async fn health(State(service): Shared) -> Response {
    match service.health() {
        Ok(word) => word.into_response(),
        Err(word) => (StatusCode::SERVICE_UNAVAILABLE, word).into_response(),
    }
}

async fn with_patience(request: Request, next: Next) -> Response {
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::from(Cause::TookTooLong {}).into_response(),
    }
}
