//! From what a handler returns to bytes: JSON, or a problem in the reader's language.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use beffroi_api::Language;
use beffroi_api::problem::{CONTENT_TYPE, Cause};
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// The language a program asked for.
pub(crate) fn language(headers: &HeaderMap) -> Language {
    let header = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    header.map_or_else(Language::default, Language::from_accept_language)
}

impl IntoResponse for Failure {
    /// The failure travels beside an empty body until [`render`] knows the language.
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The outermost layer: writes failures as problems, and answers what no route knew.
pub(crate) async fn render(request: Request, next: Next) -> Response {
    let language = language(request.headers());
    let mut response = next.run(request).await;
    match failure_in(&mut response) {
        None => response,
        Some(failure) => problem(&failure, language),
    }
}

/// The failure a response stands for, when it is one.
pub(super) fn failure_in(response: &mut Response) -> Option<Failure> {
    let failure = response.extensions_mut().remove::<Failure>();
    failure.or_else(|| unrouted(response.status()))
}

fn unrouted(status: StatusCode) -> Option<Failure> {
    match status {
        StatusCode::NOT_FOUND => Some(Cause::PathUnknown {}.into()),
        StatusCode::METHOD_NOT_ALLOWED => Some(Cause::MethodUnknown {}.into()),
        _ => None,
    }
}

fn problem(failure: &Failure, language: Language) -> Response {
    let problem = failure.problem(language);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(problem)).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    response
}

/// A JSON body whose refusal is a problem that says what was not understood.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Body(body)),
            Err(rejection) => Err(refused(&rejection)),
        }
    }
}

fn refused(rejection: &JsonRejection) -> Failure {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return super::limits::too_large().into();
    }
    if rejection.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        return Cause::TypeUnsupported {
            sent: "not application/json".into(),
        }
        .into();
    }
    Cause::BodyUnreadable {
        error: rejection.body_text(),
    }
    .into()
}

/// 201, for what was made.
pub(crate) fn created<T: serde::Serialize>(body: T) -> Response {
    (StatusCode::CREATED, Json(body)).into_response()
}
