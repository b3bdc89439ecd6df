//! The door of phones: its routes, and the guard that every request passes. There is no API behind it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use beffroi_api::Language;
use beffroi_api::problem::Cause;

use super::super::guard::{self, Several, is_type, of_own_page, one};
use super::super::{answer, connections, limits, query, turns};
use super::{entering, inside, pages};
use crate::failure::Failure;
use crate::service::Service;

/// Requests of phones worked on at once: they leave most of the daemon to its post.
const REQUESTS_MAX: usize = 8;
/// The one type our forms are sent as.
const FORM: &str = "application/x-www-form-urlencoded";
/// Keeps the language a person chose.
const LANGUAGE_COOKIE: &str = "beffroi_lang";

/// The names phones may call this post by.
#[derive(Debug)]
struct Names {
    address: SocketAddr,
    /// `mairie.local`, when this machine has a name that fits.
    local: Option<String>,
}

/// The router of the door, guarded and sealed.
pub(crate) fn door(service: Arc<Service>, address: SocketAddr) -> Router {
    let names = Arc::new(Names {
        address,
        local: local_name(),
    });
    let inside = Router::new()
        .route("/", get(pages::home))
        .route("/incidents", post(pages::add_incident))
        .route("/incidents/new", get(pages::new_incident))
        .route("/incidents/{reference}", get(pages::incident))
        .route("/needs", post(pages::add_need))
        .route("/needs/new", get(pages::new_need))
        .route("/needs/{reference}", get(pages::need))
        .route("/end", post(pages::end))
        .route("/events", get(pages::events))
        .route_layer(middleware::from_fn(inside::signed))
        .route_layer(middleware::from_fn_with_state(
            turns(REQUESTS_MAX),
            limits::in_turn,
        ))
        .route_layer(middleware::from_fn(connections::at_work))
        .route_layer(middleware::from_fn(limits::whole_body))
        .route_layer(middleware::from_fn_with_state(
            service.clone(),
            inside::known,
        ));
    let outside = Router::new()
        .route("/enter", get(entering::ask).post(entering::by_code))
        .route("/open/{once}", get(entering::offer).post(entering::by_link))
        .route(beffroi_web::STYLE_PATH, get(style))
        .route_layer(middleware::from_fn(limits::whole_body));
    inside
        .merge(outside)
        .with_state(service.clone())
        .layer(middleware::from_fn_with_state(names, guarded))
        .layer(middleware::from_fn_with_state(service, spoken))
        .layer(middleware::from_fn(guard::sealed))
}

impl Names {
    /// Phones come by the address itself: any other name was made to point here by somebody else.
    fn knows(&self, host: &str) -> bool {
        let port = self.address.port();
        host == self.address.to_string()
            || self
                .local
                .as_ref()
                .is_some_and(|local| host == format!("{local}:{port}"))
    }

    fn admits(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Cause> {
        let host = guard::host(uri, headers, |host| self.knows(host))?;
        match *method {
            Method::GET | Method::HEAD => Ok(()),
            Method::POST => {
                of_own_page(headers, host, false)?;
                match one(headers, &header::CONTENT_TYPE) {
                    Ok(Some(sent)) if is_type(sent, FORM) => Ok(()),
                    Ok(_) | Err(Several) => Err(Cause::TypeUnsupported {
                        sent: format!("not {FORM}"),
                    }),
                }
            }
            _ => Err(Cause::MethodUnknown {}),
        }
    }
}

async fn guarded(State(names): State<Arc<Names>>, request: Request, next: Next) -> Response {
    match names.admits(request.method(), request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(cause) => Failure::from(cause).into_response(),
    }
}

/// The language of a page: what its link says, else what was chosen before, else what the browser prefers.
async fn spoken(State(service): State<Arc<Service>>, mut request: Request, next: Next) -> Response {
    let pairs = query::pairs(request.uri().query().unwrap_or_default());
    let chosen: Option<Language> = query::one(&pairs, "lang").and_then(|tag| tag.parse().ok());
    let kept = inside::cookies(request.headers(), LANGUAGE_COOKIE).find_map(|tag| tag.parse().ok());
    let language = chosen
        .or(kept)
        .unwrap_or_else(|| answer::language(request.headers()));
    request.extensions_mut().insert(language);
    let mut response = next.run(request).await;
    if let Some(failure) = answer::failure_in(&mut response) {
        response = pages::refused(&service, &failure, language).await;
    }
    if let Some(chosen) = chosen {
        let cookie = format!(
            "{LANGUAGE_COOKIE}={chosen}; HttpOnly; SameSite=Strict; Path=/; Max-Age=31536000"
        );
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        // Back after a failed sending brings the typed text with this, and an empty form with `no-store`.
        .or_insert(HeaderValue::from_static("private, no-cache"));
    response
}

async fn style(Extension(_): Extension<Language>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, beffroi_web::STYLE).into_response()
}

/// The name under which avahi tells this machine on the network.
fn local_name() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    let name = name.trim().split('.').next()?.to_ascii_lowercase();
    let fits = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    fits.then(|| format!("{name}.local"))
}

#[cfg(test)]
mod tests;
