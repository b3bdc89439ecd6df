//! Asks the daemon: one connection, one request, one answer.

mod address;
mod body;
mod connect;
mod error;

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
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use uuid::Uuid;

pub use address::{Address, AddressError};
pub use connect::SOCKET_PATH_BYTES_MAX;
pub use error::{ClientError, Why};

use crate::event::{Event, EventReader};
use crate::problem::Problem;
use crate::reply::{
    Conflicts, Digest, Doctor, Edited, History, ImportReport, Invite, InviteSummary, Invites,
    JoinedTerritory, Journal, PeerAdded, PeerRemoved, Peers, RecordList, RecordReply,
    SheetsConfirmed, Status, Synced, Territory, TerritoryCreated, Version,
};
use crate::request::{
    AddPeer, Archive, Create, CreateInvite, CreateTerritory, Edit, Export, Import, Join, ListQuery,
    Settle, StepRequest, SyncNow,
};
use crate::{Kind, Language, path};

/// Longest wait for a connection: the daemon is on this machine.
const CONNECT_WAIT: Duration = Duration::from_secs(2);

/// Longest wait for an answer: the daemon gives itself 10 s, then says so.
const ANSWER_WAIT: Duration = Duration::from_secs(15);

/// Added to a wait the request itself asks for.
const ANSWER_MARGIN: Duration = Duration::from_secs(15);

/// Longest wait for the journal, which checks every signature: 100,000 take about 10 s on one core.
const JOURNAL_WAIT: Duration = Duration::from_secs(300);

/// Longest wait for the report of an import: 250,000 rows in batches, on a slow disk.
const IMPORT_WAIT: Duration = Duration::from_secs(1800);

/// Longest silence inside a stream we read.
const STREAM_SILENCE: Duration = Duration::from_secs(60);

/// The largest answer read into memory, in bytes: a page of 500 records is below 8 MiB, and the
/// report of an import with every row rejected below 64 MiB in any file seen.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

type Body = UnsyncBoxBody<Bytes, std::io::Error>;

/// A way to one daemon.
#[derive(Clone, Debug)]
pub struct Client {
    address: Address,
    language: Language,
}

/// An answer with the `ETag` that `If-Match` wants back.
#[derive(Clone, Debug)]
pub struct Tagged<T> {
    /// The answer.
    pub value: T,
    /// The tag, quotes included.
    pub etag: Option<String>,
}

impl Client {
    /// A client of the daemon at `address`, answered in `language`. Nothing is connected yet.
    #[must_use]
    pub const fn new(address: Address, language: Language) -> Client {
        Client { address, language }
    }

    /// Where it asks.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// The language it is answered in.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }
}

/// One method for each endpoint. Each fails with a [`ClientError`]: no daemon, a problem the
/// daemon names, or an answer that cannot be read.
#[expect(
    clippy::missing_errors_doc,
    reason = "every method fails in the same ways, said above"
)]
impl Client {
    /// `GET /status`.
    pub async fn status(&self) -> Result<Status, ClientError> {
        self.get(&path::fixed("status"), ANSWER_WAIT).await
    }

    /// `GET /digest`.
    pub async fn digest(&self) -> Result<Digest, ClientError> {
        self.get(&path::fixed("digest"), ANSWER_WAIT).await
    }

    /// `GET /doctor`.
    pub async fn doctor(&self) -> Result<Doctor, ClientError> {
        self.get(&path::fixed("doctor"), ANSWER_WAIT + ANSWER_MARGIN)
            .await
    }

    /// `GET /journal`.
    pub async fn journal(&self) -> Result<Journal, ClientError> {
        self.get(&path::fixed("journal"), JOURNAL_WAIT).await
    }

    /// `GET /version`.
    pub async fn version(&self) -> Result<Version, ClientError> {
        self.get(&path::fixed("version"), ANSWER_WAIT).await
    }

    /// `GET /peers`.
    pub async fn peers(&self) -> Result<Peers, ClientError> {
        self.get(&path::fixed("peers"), ANSWER_WAIT).await
    }

    /// `POST /peers`.
    pub async fn add_peer(&self, peer: &AddPeer) -> Result<PeerAdded, ClientError> {
        self.post(&path::fixed("peers"), peer, ANSWER_WAIT).await
    }

    /// `DELETE /peers/{id}`.
    pub async fn remove_peer(&self, peer: &str) -> Result<PeerRemoved, ClientError> {
        self.delete(&path::member_of("peers", peer)).await
    }

    /// `POST /sync`.
    pub async fn sync(&self, sync: &SyncNow) -> Result<Synced, ClientError> {
        let wait = Duration::from_secs(sync.wait_s) + ANSWER_MARGIN;
        self.post(&path::fixed("sync"), sync, wait).await
    }

    /// `POST /territory`.
    pub async fn create_territory(
        &self,
        territory: &CreateTerritory,
    ) -> Result<TerritoryCreated, ClientError> {
        self.post(
            &path::fixed("territory"),
            territory,
            ANSWER_WAIT + ANSWER_MARGIN,
        )
        .await
    }

    /// `GET /territory`.
    pub async fn territory(&self) -> Result<Territory, ClientError> {
        self.get(&path::fixed("territory"), ANSWER_WAIT).await
    }

    /// `POST /territory/confirm-sheets`.
    pub async fn confirm_sheets(&self) -> Result<SheetsConfirmed, ClientError> {
        let nothing = serde_json::Map::new();
        self.post(
            &path::fixed("territory/confirm-sheets"),
            &nothing,
            ANSWER_WAIT,
        )
        .await
    }

    /// `POST /invites`.
    pub async fn invite(&self, invite: &CreateInvite) -> Result<Invite, ClientError> {
        self.post(&path::fixed("invites"), invite, ANSWER_WAIT + ANSWER_MARGIN)
            .await
    }

    /// `GET /invites`.
    pub async fn invites(&self) -> Result<Invites, ClientError> {
        self.get(&path::fixed("invites"), ANSWER_WAIT).await
    }

    /// `DELETE /invites/{id}`.
    pub async fn cancel_invite(&self, invite: &str) -> Result<InviteSummary, ClientError> {
        self.delete(&path::member_of("invites", invite)).await
    }

    /// `POST /join`.
    pub async fn join(&self, join: &Join) -> Result<JoinedTerritory, ClientError> {
        let wait = Duration::from_secs(join.wait_s) + ANSWER_MARGIN;
        self.post(&path::fixed("join"), join, wait).await
    }

    /// `GET /{kinds}`: one page.
    pub async fn list(&self, kind: Kind, query: &ListQuery) -> Result<RecordList, ClientError> {
        self.get(&query.path(kind), ANSWER_WAIT).await
    }

    /// `POST /{kinds}`.
    pub async fn create(&self, kind: Kind, create: &Create) -> Result<RecordReply, ClientError> {
        self.post(&path::records(kind), create, ANSWER_WAIT).await
    }

    /// `GET /{kinds}/{ref}`, or `GET /records/{ref}` without a kind.
    pub async fn record(
        &self,
        kind: Option<Kind>,
        reference: &str,
    ) -> Result<Tagged<RecordReply>, ClientError> {
        let path = kind.map_or_else(
            || path::any_record(reference),
            |kind| path::record(kind, reference),
        );
        let request = self.request(Method::GET, &path, empty())?;
        let response = self.answer(request, ANSWER_WAIT).await?;
        let etag = response
            .headers()
            .get(header::ETAG)
            .and_then(|tag| tag.to_str().ok())
            .map(str::to_owned);
        let value = self.read(response, ANSWER_WAIT).await?;
        Ok(Tagged { value, etag })
    }

    /// `PATCH /{kinds}/{ref}`; with a tag, refused when the record has moved.
    pub async fn edit(
        &self,
        kind: Kind,
        reference: &str,
        edit: &Edit,
        if_match: Option<&str>,
    ) -> Result<Edited, ClientError> {
        let mut request = self.with_json(Method::PATCH, &path::record(kind, reference), edit)?;
        if let Some(tag) = if_match.and_then(|tag| HeaderValue::from_str(tag).ok()) {
            request.headers_mut().insert(header::IF_MATCH, tag);
        }
        self.exchange(request, ANSWER_WAIT).await
    }

    /// `GET /{kinds}/{ref}/history`.
    pub async fn history(&self, kind: Kind, reference: &str) -> Result<History, ClientError> {
        self.get(&path::record_part(kind, reference, "history"), ANSWER_WAIT)
            .await
    }

    /// `POST /{kinds}/{ref}/archive`.
    pub async fn archive(
        &self,
        kind: Kind,
        reference: &str,
        archive: &Archive,
    ) -> Result<Edited, ClientError> {
        let path = path::record_part(kind, reference, "archive");
        self.post(&path, archive, ANSWER_WAIT).await
    }

    /// `POST /{kinds}/{ref}/steps`.
    pub async fn step(
        &self,
        kind: Kind,
        reference: &str,
        step: &StepRequest,
    ) -> Result<Edited, ClientError> {
        let path = path::record_part(kind, reference, "steps");
        self.post(&path, step, ANSWER_WAIT).await
    }

    /// `GET /conflicts`.
    pub async fn conflicts(&self) -> Result<Conflicts, ClientError> {
        self.get(&path::fixed("conflicts"), ANSWER_WAIT).await
    }

    /// `POST /conflicts/{ref}/{field}`.
    pub async fn settle(
        &self,
        reference: &str,
        field: &str,
        settle: &Settle,
    ) -> Result<Edited, ClientError> {
        self.post(&path::conflict(reference, field), settle, ANSWER_WAIT)
            .await
    }

    /// `POST /imports`: streams `file` and waits for the report.
    pub async fn import(
        &self,
        import: &Import,
        file: impl AsyncRead + Send + Unpin + 'static,
    ) -> Result<ImportReport, ClientError> {
        let body = body::Reading::new(file).boxed_unsync();
        let mut request = self.request(Method::POST, &import.path(), body)?;
        let kind = HeaderValue::from_static("application/octet-stream");
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        self.exchange(request, IMPORT_WAIT).await
    }

    /// `GET /exports/{format}`: streams the answer into `file` and returns how many bytes it was.
    /// An answer cut short is an error, never a short file taken for whole.
    pub async fn export(
        &self,
        export: &Export,
        file: &mut (impl AsyncWrite + Send + Unpin),
    ) -> Result<u64, ClientError> {
        let request = self.request(Method::GET, &export.path(), empty())?;
        let response = self.answer(request, ANSWER_WAIT + ANSWER_MARGIN).await?;
        let mut body = response.into_body();
        let mut written = 0;
        while let Some(bytes) = self.next_bytes(&mut body).await? {
            file.write_all(&bytes)
                .await
                .map_err(ClientError::LocalFile)?;
            written += bytes.len() as u64;
        }
        file.flush().await.map_err(ClientError::LocalFile)?;
        Ok(written)
    }

    /// `GET /events`, from a cursor or from now.
    pub async fn events(&self, from: Option<u64>) -> Result<Events, ClientError> {
        let from = from.map(|cursor| cursor.to_string()).unwrap_or_default();
        let path = path::with_query(&path::fixed("events"), &[("from", from)]);
        let request = self.request(Method::GET, &path, empty())?;
        let response = self.answer(request, ANSWER_WAIT).await?;
        Ok(Events {
            client: self.clone(),
            body: response.into_body(),
            reader: EventReader::default(),
            ready: std::collections::VecDeque::new(),
        })
    }
}

/// A stream of events, until the daemon ends it.
#[derive(Debug)]
pub struct Events {
    client: Client,
    body: Incoming,
    reader: EventReader,
    ready: std::collections::VecDeque<Event>,
}

impl Events {
    /// The next event; `None` when the daemon closed the stream.
    ///
    /// # Errors
    /// When the link breaks or falls silent for longer than the daemon's comments are apart.
    pub async fn next(&mut self) -> Result<Option<Event>, ClientError> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(Some(event));
            }
            let Some(bytes) = self.client.next_bytes(&mut self.body).await? else {
                return Ok(None);
            };
            let events = self.reader.push(&bytes);
            let events = events.map_err(|error| self.client.unreadable(error.to_string()))?;
            self.ready.extend(events);
        }
    }
}

impl Client {
    async fn get<T: DeserializeOwned>(&self, path: &str, wait: Duration) -> Result<T, ClientError> {
        let request = self.request(Method::GET, path, empty())?;
        self.exchange(request, wait).await
    }

    async fn post<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
        wait: Duration,
    ) -> Result<T, ClientError> {
        let request = self.with_json(Method::POST, path, body)?;
        self.exchange(request, wait).await
    }

    async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        let request = self.request(Method::DELETE, path, empty())?;
        self.exchange(request, ANSWER_WAIT).await
    }

    fn with_json<B: Serialize>(
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

    fn request(
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

    async fn exchange<T: DeserializeOwned>(
        &self,
        request: Request<Body>,
        wait: Duration,
    ) -> Result<T, ClientError> {
        let response = self.answer(request, wait).await?;
        self.read(response, wait).await
    }

    /// Connects, sends, and returns the head of a good answer; a problem becomes an error.
    async fn answer(
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

    async fn read<T: DeserializeOwned>(
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

    async fn next_bytes(&self, body: &mut Incoming) -> Result<Option<Bytes>, ClientError> {
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

    fn unreadable(&self, error: String) -> ClientError {
        ClientError::Unreadable {
            address: self.address.clone(),
            error,
        }
    }
}

fn empty() -> Body {
    http_body_util::Empty::new()
        .map_err(|never| match never {})
        .boxed_unsync()
}

/// A `UUIDv7` out of the time, in milliseconds since 1970, and ten random bytes.
#[must_use]
pub fn new_id(unix_ms: u64, random: [u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(unix_ms, &random).into_uuid()
}

#[cfg(test)]
mod tests;
