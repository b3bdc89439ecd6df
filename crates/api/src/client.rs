//! Asks the daemon: one connection, one request, one answer.

mod address;
mod body;
mod closing;
mod connect;
mod error;
mod exchange;
mod keys;
mod passphrases;

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::Method;
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use uuid::Uuid;

pub use address::{Address, AddressError};
pub use connect::SOCKET_PATH_BYTES_MAX;
pub use error::{ClientError, Why};
pub use passphrases::Passphrases;

use self::exchange::empty;
use crate::event::{Event, EventReader};
use crate::reply::{
    Adopted, BundleRead, BundleShown, BundleWritten, Conflicts, Digest, Doctor, Edited, Forgotten,
    History, ImportReport, Invite, InviteSummary, Invites, JoinedTerritory, Journal, MemberChanged,
    MemberDetail, Members, Openings, PeerAdded, PeerRemoved, Peers, Phones, PhonesEnded, PhonesOn,
    PrivateEdited, PrivateReply, RecordList, RecordReply, Revoked, RootUsed, SheetsConfirmed,
    Status, Synced, Territory, TerritoryCreated, Version,
};
use crate::request::{
    AddPeer, Archive, BY_HEADER, ChangeRole, Create, CreateInvite, CreateTerritory, Deny, Edit,
    Export, Forget, Import, Join, ListQuery, Revoke, Settle, StepRequest, SyncNow, TurnPhonesOn,
    UseRoot,
};
use crate::{Kind, Language, path};

/// Longest wait for an answer: the daemon gives itself 10 s, then says so.
const ANSWER_WAIT: Duration = Duration::from_secs(15);

/// Added to a wait the request itself asks for.
const ANSWER_MARGIN: Duration = Duration::from_secs(15);

/// Longest wait for an act over everything a post wrote: 50,000 entries are looked through.
const ACT_WAIT: Duration = Duration::from_secs(75);

/// Longest wait for the journal, which checks every signature: 100,000 take about 10 s on one core.
const JOURNAL_WAIT: Duration = Duration::from_secs(300);

/// Longest wait for the report of an import: 250,000 rows in batches, on a slow disk.
const IMPORT_WAIT: Duration = Duration::from_secs(1800);

/// A way to one daemon.
#[derive(Clone, Debug)]
pub struct Client {
    address: Address,
    language: Language,
    passphrases: Option<Passphrases>,
}

/// An answer with the `ETag` that `If-Match` wants back.
#[derive(Clone, Debug)]
pub struct Tagged<T> {
    /// The answer.
    pub value: T,
    /// The tag, quotes included.
    pub etag: Option<String>,
}

/// What an export came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Bytes written into the file.
    pub bytes: u64,
    /// What went out and what stayed, as a sentence in the reader's language; none when the daemon
    /// did not say.
    pub summary: Option<String>,
}

impl Client {
    /// A client of the daemon at `address`, answered in `language`. Nothing is connected yet.
    #[must_use]
    pub const fn new(address: Address, language: Language) -> Client {
        Client {
            address,
            language,
            passphrases: None,
        }
    }

    /// The same, with a passphrase for acts that ask for it again.
    #[must_use]
    pub fn with_passphrases(self, passphrases: Passphrases) -> Client {
        Client {
            passphrases: Some(passphrases),
            ..self
        }
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

    /// `POST /phones`.
    pub async fn turn_phones_on(&self, on: &TurnPhonesOn) -> Result<PhonesOn, ClientError> {
        self.post(&path::fixed("phones"), on, ANSWER_WAIT).await
    }

    /// `GET /phones`.
    pub async fn phones(&self) -> Result<Phones, ClientError> {
        self.get(&path::fixed("phones"), ANSWER_WAIT).await
    }

    /// `DELETE /phones`.
    pub async fn turn_phones_off(&self) -> Result<PhonesEnded, ClientError> {
        self.delete(&path::fixed("phones")).await
    }

    /// `DELETE /phones/{session}`.
    pub async fn end_phone(&self, session: &str) -> Result<PhonesEnded, ClientError> {
        self.delete(&path::member_of("phones", session)).await
    }

    /// `POST /sync`.
    pub async fn sync(&self, sync: &SyncNow) -> Result<Synced, ClientError> {
        let wait = Duration::from_secs(sync.wait_s) + ANSWER_MARGIN;
        self.post(&path::fixed("sync"), sync, wait).await
    }

    /// `POST /territory`; with a passphrase, the new keys are under it from the start.
    pub async fn create_territory(
        &self,
        territory: &CreateTerritory,
        passphrase: Option<&str>,
    ) -> Result<TerritoryCreated, ClientError> {
        let wait = ANSWER_WAIT + ANSWER_MARGIN;
        self.post_sealed(&path::fixed("territory"), territory, passphrase, wait)
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

    /// `GET /members`.
    pub async fn members(&self) -> Result<Members, ClientError> {
        self.get(&path::fixed("members"), ANSWER_WAIT).await
    }

    /// `GET /members/{post}`.
    pub async fn member(&self, post: &str) -> Result<MemberDetail, ClientError> {
        self.get(&path::member_of("members", post), ANSWER_WAIT)
            .await
    }

    /// `POST /members/{post}/revoke`.
    pub async fn revoke(&self, post: &str, revoke: &Revoke) -> Result<Revoked, ClientError> {
        let path = path::member_part(post, "revoke");
        self.post(&path, revoke, ACT_WAIT).await
    }

    /// `POST /members/{post}/role`.
    pub async fn change_role(
        &self,
        post: &str,
        change: &ChangeRole,
    ) -> Result<MemberChanged, ClientError> {
        let path = path::member_part(post, "role");
        self.post(&path, change, ACT_WAIT).await
    }

    /// `POST /members/{post}/adopt`.
    pub async fn adopt(&self, post: &str) -> Result<Adopted, ClientError> {
        let nothing = serde_json::Map::new();
        let path = path::member_part(post, "adopt");
        self.post(&path, &nothing, ACT_WAIT).await
    }

    /// `POST /members/{post}/deny`.
    pub async fn deny(&self, post: &str, deny: &Deny) -> Result<MemberChanged, ClientError> {
        let path = path::member_part(post, "deny");
        self.post(&path, deny, ANSWER_WAIT).await
    }

    /// `POST /root`.
    pub async fn root(&self, root: &UseRoot) -> Result<RootUsed, ClientError> {
        self.post(&path::fixed("root"), root, ACT_WAIT).await
    }

    /// `POST /join`; with a passphrase, the new keys are under it from the start.
    pub async fn join(
        &self,
        join: &Join,
        passphrase: Option<&str>,
    ) -> Result<JoinedTerritory, ClientError> {
        let wait = Duration::from_secs(join.wait_s) + ANSWER_MARGIN;
        self.post_sealed(&path::fixed("join"), join, passphrase, wait)
            .await
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

    /// `GET /{kinds}/{ref}/private`. `by` is who reads, for the note that the post keeps.
    pub async fn private(
        &self,
        kind: Kind,
        reference: &str,
        by: Option<&str>,
    ) -> Result<PrivateReply, ClientError> {
        self.opening(&path::record_part(kind, reference, "private"), by)
            .await
    }

    /// `GET /{kinds}/{ref}/private/history`. `by` is who reads, for the note that the post keeps.
    pub async fn private_history(
        &self,
        kind: Kind,
        reference: &str,
        by: Option<&str>,
    ) -> Result<History, ClientError> {
        let path = path::record_part(kind, reference, "private/history");
        self.opening(&path, by).await
    }

    /// `PATCH /{kinds}/{ref}/private`.
    pub async fn edit_private(
        &self,
        kind: Kind,
        reference: &str,
        edit: &Edit,
    ) -> Result<PrivateEdited, ClientError> {
        let path = path::record_part(kind, reference, "private");
        let request = self.with_json(Method::PATCH, &path, edit)?;
        self.exchange(request, ANSWER_WAIT).await
    }

    /// `POST /{kinds}/{ref}/forget`.
    pub async fn forget(
        &self,
        kind: Kind,
        reference: &str,
        forget: &Forget,
    ) -> Result<Forgotten, ClientError> {
        let path = path::record_part(kind, reference, "forget");
        self.post(&path, forget, ANSWER_WAIT).await
    }

    /// `GET /journal/openings`.
    pub async fn openings(&self) -> Result<Openings, ClientError> {
        self.get(&path::fixed("journal/openings"), ANSWER_WAIT)
            .await
    }

    async fn opening<T: DeserializeOwned>(
        &self,
        path: &str,
        by: Option<&str>,
    ) -> Result<T, ClientError> {
        let mut request = self.request(Method::GET, path, empty())?;
        let by = by.map(path::escape);
        if let Some(by) = by.and_then(|by| HeaderValue::from_str(&by).ok()) {
            request.headers_mut().insert(BY_HEADER, by);
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

    /// `GET /exports/{format}`: streams the answer into `file` and says what it was.
    /// An answer cut short is an error, never a short file taken for whole.
    pub async fn export(
        &self,
        export: &Export,
        file: &mut (impl AsyncWrite + Send + Unpin),
    ) -> Result<Exported, ClientError> {
        let request = self.request(Method::GET, &export.path(), empty())?;
        let response = self.answer(request, ANSWER_WAIT + ANSWER_MARGIN).await?;
        let summary = response.headers().get(Export::SUMMARY_HEADER);
        let summary = summary.and_then(|summary| path::unescape(summary.to_str().ok()?));
        let mut body = response.into_body();
        let mut bytes_written = 0;
        while let Some(bytes) = self.next_bytes(&mut body).await? {
            file.write_all(&bytes)
                .await
                .map_err(ClientError::LocalFile)?;
            bytes_written += bytes.len() as u64;
        }
        file.flush().await.map_err(ClientError::LocalFile)?;
        Ok(Exported {
            bytes: bytes_written,
            summary,
        })
    }

    /// `POST /bundles`: streams the bundle into `file` and says what is in it. For a post, by its code or
    /// name, what it never acknowledged; else everything; `receipts_only`: no entries at all.
    pub async fn write_bundle(
        &self,
        to: Option<&str>,
        receipts_only: bool,
        file: &mut (impl AsyncWrite + Send + Unpin),
    ) -> Result<BundleWritten, ClientError> {
        let only = if receipts_only { "1" } else { "" };
        let pairs = [
            ("for", to.unwrap_or_default().to_owned()),
            ("receipts_only", only.to_owned()),
        ];
        let path = path::with_query(&path::fixed("bundles"), &pairs);
        let request = self.request(Method::POST, &path, empty())?;
        let response = self.answer(request, IMPORT_WAIT).await?;
        let said = response.headers().get(BundleWritten::HEADER);
        let said = said.and_then(|said| path::unescape(said.to_str().ok()?));
        let mut body = response.into_body();
        while let Some(bytes) = self.next_bytes(&mut body).await? {
            file.write_all(&bytes)
                .await
                .map_err(ClientError::LocalFile)?;
        }
        file.flush().await.map_err(ClientError::LocalFile)?;
        serde_json::from_str(&said.unwrap_or_default())
            .map_err(|error| self.unreadable(error.to_string()))
    }

    /// `GET /journal/export`: streams every signed byte into `file`, a line an entry; the bytes written.
    pub async fn journal_export(
        &self,
        file: &mut (impl AsyncWrite + Send + Unpin),
    ) -> Result<u64, ClientError> {
        let request = self.request(Method::GET, &path::fixed("journal/export"), empty())?;
        let mut body = self.answer(request, JOURNAL_WAIT).await?.into_body();
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

    /// `POST /bundles/read`: streams `file` and waits until it is taken in.
    pub async fn read_bundle(
        &self,
        file: impl AsyncRead + Send + Unpin + 'static,
    ) -> Result<BundleRead, ClientError> {
        self.send_file("bundles/read", file).await
    }

    /// `POST /bundles/show`: streams `file` and is told what it says of itself; nothing is stored.
    pub async fn show_bundle(
        &self,
        file: impl AsyncRead + Send + Unpin + 'static,
    ) -> Result<BundleShown, ClientError> {
        self.send_file("bundles/show", file).await
    }

    async fn send_file<T: DeserializeOwned>(
        &self,
        to: &str,
        file: impl AsyncRead + Send + Unpin + 'static,
    ) -> Result<T, ClientError> {
        let body = body::Reading::new(file).boxed_unsync();
        let mut request = self.request(Method::POST, &path::fixed(to), body)?;
        let kind = HeaderValue::from_static("application/octet-stream");
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        self.exchange(request, IMPORT_WAIT).await
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

/// A `UUIDv7` out of the time, in milliseconds since 1970, and ten random bytes.
#[must_use]
pub fn new_id(unix_ms: u64, random: [u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(unix_ms, &random).into_uuid()
}

#[cfg(test)]
mod tests;
