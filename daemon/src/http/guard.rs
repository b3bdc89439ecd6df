//! Who may pass a door of the API. The socket is guarded by its file mode and the peer's uid, the
//! loopback address by a bearer token. Both refuse what a browser can be made to send by a page of another
//! site: a foreign `Host` (rebinding), a foreign `Origin`, a form. Cookies are never looked at.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use beffroi_api::problem::Cause;

use crate::failure::Failure;

/// What a browser says of the page that makes it ask.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// Types that a form of any site can send without asking us first.
const FORM_TYPES: [&str; 3] = [
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
];
/// What of a foreign name is repeated in the refusal.
const SHOWN_CHARACTERS: usize = 80;

/// On every answer of every door: nothing is loaded from elsewhere, framed, sniffed, or read by other sites.
static SEALS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    // With `no-referrer`, Chromium sends `Origin: null` on our own forms.
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
];

/// A door of the API.
#[derive(Debug)]
pub(crate) enum Door {
    /// The socket: whoever opened it may.
    Socket,
    /// The loopback address.
    Loopback {
        /// The address that was bound.
        address: SocketAddr,
        /// The token in `DATA/api.token`.
        token: String,
    },
}

impl Door {
    /// The names under which a program on this machine may call us: the address itself and
    /// `localhost`, with the port, and any `CODE.localhost`, which browsers resolve to this machine.
    /// At the socket `localhost`, whatever the port: somebody may have put a port before it.
    fn knows(&self, host: &str) -> bool {
        match self {
            Door::Socket => host == "localhost" || host.starts_with("localhost:"),
            Door::Loopback { address, .. } => {
                let Some((name, port)) = host.rsplit_once(':') else {
                    return false;
                };
                let code = name.strip_suffix(".localhost").unwrap_or_default();
                let is_own =
                    !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
                port == address.port().to_string()
                    && (is_own || ["127.0.0.1", "localhost", "[::1]"].contains(&name))
            }
        }
    }

    /// Whether a request may pass; the first reason why not.
    fn admits(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Cause> {
        let host = host(uri, headers, |host| self.knows(host))?;
        if method == Method::OPTIONS {
            return Err(Cause::MethodUnknown {});
        }
        of_own_page(headers, host, true)?;
        if form_type(headers) {
            let sent = one(headers, &header::CONTENT_TYPE).unwrap_or_default();
            return Err(Cause::TypeUnsupported {
                sent: shown(sent.unwrap_or_default()),
            });
        }
        match self {
            Door::Socket => Ok(()),
            Door::Loopback { .. } if uri.path() == super::HEALTH => Ok(()),
            Door::Loopback { token, .. } => {
                let sent = one(headers, &header::AUTHORIZATION).ok().flatten();
                let sent = sent.and_then(|value| value.strip_prefix("Bearer "));
                match sent {
                    // Hashes are compared, so that the time taken tells nothing of the token.
                    Some(sent) if digest(sent) == digest(token) => Ok(()),
                    Some(_) | None => Err(Cause::TokenWrong {}),
                }
            }
        }
    }
}

/// The host a request names, once it is one we go by.
pub(super) fn host<'a>(
    uri: &Uri,
    headers: &'a HeaderMap,
    is_known: impl Fn(&str) -> bool,
) -> Result<&'a str, Cause> {
    let foreign = |host: &str| Cause::HostForeign { host: shown(host) };
    let host = match one(headers, &header::HOST) {
        Ok(Some(host)) if is_known(host) => host,
        Ok(host) => return Err(foreign(host.unwrap_or_default())),
        Err(Several) => return Err(foreign("")),
    };
    // A request target may name a host as well (`GET http://evil.test/ HTTP/1.1`).
    match uri.authority() {
        Some(named) if named.as_str() != host => Err(foreign(named.as_str())),
        Some(_) | None => Ok(host),
    }
}

/// Refuses what a page other than our own made a browser send. A program says nothing of a page, so
/// `may_be_silent` there; a browser's form always does.
pub(super) fn of_own_page(
    headers: &HeaderMap,
    host: &str,
    may_be_silent: bool,
) -> Result<(), Cause> {
    let foreign = Err(Cause::OriginForeign {});
    match one(headers, &header::ORIGIN) {
        Ok(None) if may_be_silent => {}
        Ok(Some(origin)) if origin.strip_prefix("http://") == Some(host) => {}
        Ok(_) | Err(Several) => return foreign,
    }
    match one(headers, &FETCH_SITE) {
        Ok(None | Some("same-origin")) => Ok(()),
        // What a person typed into the address bar.
        Ok(Some("none")) if may_be_silent => Ok(()),
        Ok(Some(_)) | Err(Several) => foreign,
    }
}

/// Whether the body is of a type that forms of other sites can send.
fn form_type(headers: &HeaderMap) -> bool {
    let Ok(sent) = one(headers, &header::CONTENT_TYPE) else {
        return true;
    };
    sent.is_some_and(|sent| FORM_TYPES.iter().any(|form| is_type(sent, form)))
}

/// Whether a `Content-Type` is of this type, whatever its parameters.
pub(super) fn is_type(sent: &str, wanted: &str) -> bool {
    let sent = sent.split(';').next().unwrap_or_default();
    sent.trim().eq_ignore_ascii_case(wanted)
}

/// A header stands twice, or is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Several;

/// The value of a header that may stand once.
pub(super) fn one<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a str>, Several> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Several),
        (Some(_), Some(_)) => Err(Several),
    }
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN_CHARACTERS).collect()
}

fn digest(text: &str) -> blake3::Hash {
    blake3::hash(text.as_bytes())
}

/// The layer of a door of the API.
pub(crate) async fn api(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    match door.admits(request.method(), request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(cause) => Failure::from(cause).into_response(),
    }
}

/// The outermost layer of every door.
pub(crate) async fn sealed(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in &SEALS {
        if !headers.contains_key(name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    response
}

#[cfg(test)]
mod tests;
