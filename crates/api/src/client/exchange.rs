//! One exchange: connect, send, read the answer or the problem.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ANSWER_WAIT, Client, ClientError, Why, connect};
use crate::path::escape;
use crate::problem::{Code, Problem};
use crate::request::PASSPHRASE_HEADER;

/// Longest wait for a connection: the daemon is on this machine.
const CONNECT_WAIT: Duration = Duration::from_secs(2);

/// Longest silence inside a stream we read: the daemon comments every 15 s.
const STREAM_SILENCE: Duration = Duration::from_secs(60);

/// The largest answer read into memory, in bytes: a page of 500 records is below 8 MiB, and the
/// report of an import with every row rejected below 64 MiB in any file seen.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The body of a request.
pub(super) type Body = UnsyncBoxBody<Bytes, std::io::Error>;

impl Client {
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        wait: Duration,
    ) -> Result<T, ClientError> {
        let request = self.request(Method::GET, path, empty())?;
        self.exchange(request, wait).await
    }

    pub(super) async fn post<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
        wait: Duration,
    ) -> Result<T, ClientError> {
        self.post_sealed(path, body, None, wait).await
    }

    /// Posts, and when the daemon asks for the passphrase posts again with the one that the source gives.
    pub(super) async fn post_sealed<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
        passphrase: Option<&str>,
        wait: Duration,
    ) -> Result<T, ClientError> {
        let mut passphrase = passphrase.map(str::to_owned);
        let mut wrong = 0;
        loop {
            let mut request = self.with_json(Method::POST, path, body)?;
            let header = passphrase.as_deref().map(escape);
            if let Some(value) = header.and_then(|text| HeaderValue::from_str(&text).ok()) {
                request.headers_mut().insert(PASSPHRASE_HEADER, value);
            }
            let refused = match self.exchange(request, wait).await {
                Err(ClientError::Problem(problem)) if problem.code == Code::PassphraseNeeded => {
                    problem
                }
                outcome => return outcome,
            };
            if passphrase.is_some() {
                wrong += 1;
            }
            passphrase = self.passphrases.as_ref().and_then(|all| all.after(wrong));
            if passphrase.is_none() {
                return Err(ClientError::Problem(refused));
            }
        }
    }

    pub(super) async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        let request = self.request(Method::DELETE, path, empty())?;
        self.exchange(request, ANSWER_WAIT).await
    }

    pub(super) fn with_json<B: Serialize>(
        &self,
        method: Method,
        path: &str,
        body: &B,
    ) -> Result<Request<Body>, ClientError> {
        let json = serde_json::to_vec(body).map_err(|error| self.unreadable(error.to_string()))?;
        let body = Full::new(Bytes::from(json));
        let body = body.map_err(|never| match never {}).boxed_unsync();
        let mut request = self.request(method, path, body)?;
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        Ok(request)
    }

    pub(super) fn request(
        &self,
        method: Method,
        path: &str,
        body: Body,
    ) -> Result<Request<Body>, ClientError> {
        let mut builder = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.address.host())
            .header(header::ACCEPT_LANGUAGE, self.language.tag())
            .header(
                header::USER_AGENT,
                concat!("beffroi/", env!("CARGO_PKG_VERSION")),
            );
        if let Some(token) = self.address.token() {
            builder = builder.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        builder
            .body(body)
            .map_err(|error| self.unreadable(error.to_string()))
    }

    pub(super) async fn exchange<T: DeserializeOwned>(
        &self,
        request: Request<Body>,
        wait: Duration,
    ) -> Result<T, ClientError> {
        let response = self.answer(request, wait).await?;
        self.read(response, wait).await
    }

    /// Connects, sends, and returns the head of a good answer; a problem becomes an error.
    pub(super) async fn answer(
        &self,
        request: Request<Body>,
        wait: Duration,
    ) -> Result<Response<Incoming>, ClientError> {
        let stream = tokio::time::timeout(CONNECT_WAIT, connect::open(&self.address))
            .await
            .unwrap_or(Err(Why::NoAnswer))
            .map_err(|why| ClientError::Unreachable {
                address: self.address.clone(),
                why,
            })?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| self.broken(&error))?;
        // Ends by itself with the connection, which ends with `sender` and the body.
        tokio::spawn(connection);
        let response = tokio::time::timeout(wait, sender.send_request(request))
            .await
            .map_err(|_elapsed| self.timed_out(wait))?
            .map_err(|error| self.broken(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let bytes = self.collect(response, ANSWER_WAIT).await?;
        Err(self.refused(status, &bytes))
    }

    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        response: Response<Incoming>,
        wait: Duration,
    ) -> Result<T, ClientError> {
        let bytes = self.collect(response, wait).await?;
        serde_json::from_slice(&bytes).map_err(|error| self.unreadable(error.to_string()))
    }

    async fn collect(
        &self,
        response: Response<Incoming>,
        wait: Duration,
    ) -> Result<Bytes, ClientError> {
        let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX);
        let collected = tokio::time::timeout(wait, body.collect())
            .await
            .map_err(|_elapsed| self.timed_out(wait))?
            .map_err(|error| self.unreadable(error.to_string()))?;
        Ok(collected.to_bytes())
    }

    pub(super) async fn next_bytes(
        &self,
        body: &mut Incoming,
    ) -> Result<Option<Bytes>, ClientError> {
        loop {
            let frame = tokio::time::timeout(STREAM_SILENCE, body.frame())
                .await
                .map_err(|_elapsed| self.timed_out(STREAM_SILENCE))?;
            let Some(frame) = frame else {
                return Ok(None);
            };
            let frame = frame.map_err(|error| self.broken(&error))?;
            if let Ok(bytes) = frame.into_data() {
                return Ok(Some(bytes));
            }
        }
    }

    fn refused(&self, status: StatusCode, bytes: &[u8]) -> ClientError {
        match serde_json::from_slice::<Problem>(bytes) {
            Ok(problem) => ClientError::Problem(Box::new(problem)),
            Err(_) => self.unreadable(format!("HTTP {status}")),
        }
    }

    fn timed_out(&self, wait: Duration) -> ClientError {
        ClientError::TimedOut {
            address: self.address.clone(),
            wait,
        }
    }

    fn broken(&self, error: &hyper::Error) -> ClientError {
        ClientError::Broken {
            address: self.address.clone(),
            error: error.to_string(),
        }
    }

    pub(super) fn unreadable(&self, error: String) -> ClientError {
        ClientError::Unreadable {
            address: self.address.clone(),
            error,
        }
    }
}

pub(super) fn empty() -> Body {
    http_body_util::Empty::new()
        .map_err(|never| match never {})
        .boxed_unsync()
}
