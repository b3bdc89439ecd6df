//! What a phone that is in shows with each request: its cookie to read, and the token of its forms to write.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use beffroi_api::Language;
use beffroi_api::problem::Cause;
use beffroi_api::request::BODY_BYTES_MAX;

use super::super::query;
use super::pages;
use crate::failure::{Failure, Outcome};
use crate::phones::{Cap, Session, form_token};
use crate::service::Service;

/// Cookies of our name that are looked at: another port of this host can set more of them.
const COOKIES_MAX: usize = 4;

/// A phone that is in.
#[derive(Debug, Clone)]
pub(super) struct Inside {
    pub(super) session: Session,
    pub(super) cookie: String,
    /// The token of its forms.
    pub(super) token: String,
}

/// The fields of a form whose token was right.
#[derive(Debug, Clone)]
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    /// A field, empty when it was not sent.
    pub(super) fn text(&self, name: &str) -> &str {
        query::one(&self.0, name).unwrap_or_default()
    }
}

/// The layer behind which a session is known. Others are asked for the code.
pub(super) async fn known(
    State(service): State<Arc<Service>>,
    mut request: Request,
    next: Next,
) -> Response {
    match of_request(&service, request.headers()).await {
        Ok(Some(inside)) => {
            request.extensions_mut().insert(inside);
            next.run(request).await
        }
        Ok(None) => {
            let language = request.extensions().get::<Language>().copied();
            pages::not_in(&service, language.unwrap_or_default()).await
        }
        Err(failure) => failure.into_response(),
    }
}

/// The session of a request.
pub(super) async fn of_request(service: &Service, headers: &HeaderMap) -> Outcome<Option<Inside>> {
    let name = cookie_name(service).await?;
    let found = cookies(headers, &name)
        .take(COOKIES_MAX)
        .find_map(|cookie| {
            let session = service.phones.session(cookie)?;
            Some((session, cookie.to_owned()))
        });
    Ok(found.map(|(session, cookie)| match session.cap {
        Cap::Phone => Inside {
            session,
            token: form_token(&cookie).to_hex().to_string(),
            cookie,
        },
    }))
}

/// The name of our cookie: cookies know no ports, so two posts on one machine have two names.
pub(super) async fn cookie_name(service: &Service) -> Outcome<String> {
    let me = service.context().await?.me.to_string();
    Ok(format!("beffroi_{}", me.get(..8).unwrap_or_default()))
}

/// The values of a cookie.
pub(super) fn cookies<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let sent = headers.get_all(header::COOKIE).into_iter();
    let pairs = sent
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    let name = name.to_owned();
    pairs.filter_map(move |pair| {
        let (known, value) = pair.trim().split_once('=')?;
        (known == name).then_some(value)
    })
}

/// The layer behind which a form was sent by a page of this very session.
pub(super) async fn signed(request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let refused = || Failure::from(Cause::FormTokenWrong {}).into_response();
    let Some(inside) = parts.extensions.get::<Inside>() else {
        return refused();
    };
    let Ok(bytes) = to_bytes(body, BODY_BYTES_MAX).await else {
        return refused();
    };
    let fields = Fields(fields(&bytes));
    // Parsed and compared as hashes, so that the time taken tells nothing.
    let sent = blake3::Hash::from_hex(fields.text("_t"));
    if sent.ok() != Some(form_token(&inside.cookie)) {
        return refused();
    }
    parts.extensions.insert(fields);
    next.run(Request::from_parts(parts, axum::body::Body::empty()))
        .await
}

/// The fields of a form.
pub(super) fn fields(bytes: &[u8]) -> Vec<(String, String)> {
    query::pairs(&String::from_utf8_lossy(bytes))
}
