//! How a phone comes in: by the code of the day, or by a link that works once.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_api::Language;
use beffroi_web::Frame;
use beffroi_web::phones::{Enter, EnterNote, Open};

use super::super::server::Peer;
use super::super::{Shared, query};
use super::inside::{cookie_name, fields, of_request};
use super::pages::{html, text_of};
use crate::failure::Outcome;
use crate::phones::{Entered, Refusal, SESSION_LIFE_MS};
use crate::service::{Service, blocking};

/// Characters of a link that are looked at.
const ONCE_CHARACTERS_MAX: usize = 64;

pub(super) async fn ask(
    State(service): Shared,
    Extension(language): Extension<Language>,
) -> Outcome<Response> {
    page(&service, language, None, StatusCode::OK).await
}

/// The page that asks for the code.
pub(super) async fn page(
    service: &Service,
    language: Language,
    note: Option<EnterNote>,
    status: StatusCode,
) -> Outcome<Response> {
    let around = service.around().await?;
    let frame = Frame {
        language,
        post: &around.post,
        territory: &around.territory,
        exercise: around.exercise,
        here: "/enter",
    };
    html(status, Enter { frame, note }.render_page())
}

pub(super) async fn by_code(
    State(service): Shared,
    Extension(language): Extension<Language>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Bytes,
) -> Outcome<Response> {
    let fields = fields(&body);
    let typed = query::one(&fields, "code").unwrap_or_default().to_owned();
    let label = label(&headers);
    let phones = service.phones.clone();
    let from = match peer {
        Peer::Address(address) => address,
        // Phones have no socket; if they had, they would all be one.
        Peer::Process(_) => std::net::Ipv4Addr::LOCALHOST.into(),
    };
    let entered = blocking(move || phones.enter_by_code(&typed, from, label)).await??;
    answer(&service, language, &headers, entered).await
}

pub(super) async fn offer(
    State(service): Shared,
    Extension(language): Extension<Language>,
    Path(once): Path<String>,
) -> Outcome<Response> {
    let around = service.around().await?;
    let once = text_of(&once, ONCE_CHARACTERS_MAX);
    let once = beffroi_api::path::escape(&once);
    let here = format!("/open/{once}");
    let frame = Frame {
        language,
        post: &around.post,
        territory: &around.territory,
        exercise: around.exercise,
        here: &here,
    };
    let page = Open { frame, once: &once };
    html(StatusCode::OK, page.render_page())
}

pub(super) async fn by_link(
    State(service): Shared,
    Extension(language): Extension<Language>,
    headers: HeaderMap,
    Path(once): Path<String>,
) -> Outcome<Response> {
    let label = label(&headers);
    let phones = service.phones.clone();
    let entered = blocking(move || phones.enter_by_link(&once, label)).await??;
    answer(&service, language, &headers, entered).await
}

/// The way on with a cookie, or the page that asks for the code.
async fn answer(
    service: &Service,
    language: Language,
    headers: &HeaderMap,
    entered: Result<Entered, Refusal>,
) -> Outcome<Response> {
    let (note, status) = match entered {
        Ok(Entered { cookie }) => {
            // Who enters anew is not in twice.
            if let Some(before) = of_request(service, headers).await? {
                let phones = service.phones.clone();
                blocking(move || phones.end(&before.session.id)).await??;
            }
            let mut response = Redirect::to("/").into_response();
            let name = cookie_name(service).await?;
            set_cookie(&mut response, &name, &cookie, SESSION_LIFE_MS / 1000);
            return Ok(response);
        }
        Err(Refusal::Wrong) => (EnterNote::Wrong, StatusCode::UNAUTHORIZED),
        Err(Refusal::TooOften) => (EnterNote::TooOften, StatusCode::TOO_MANY_REQUESTS),
        Err(Refusal::LinkOver) => (EnterNote::LinkOver, StatusCode::GONE),
        Err(Refusal::Full) => (EnterNote::Full, StatusCode::SERVICE_UNAVAILABLE),
    };
    page(service, language, Some(note), status).await
}

/// Gives the phone its cookie: sent back by pages of this very host only, and read by no script.
pub(super) fn set_cookie(response: &mut Response, name: &str, value: &str, seconds: u64) {
    let cookie = format!("{name}={value}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// What kind of device it says it is: enough to tell two phones apart in a list, and nothing about a person.
fn label(headers: &HeaderMap) -> String {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let known = ["iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux"];
    let found = known.into_iter().find(|known| agent.contains(known));
    found.unwrap_or("?").to_owned()
}
