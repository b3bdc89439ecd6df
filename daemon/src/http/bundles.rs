//! Bundles in and out, and the journal out, streamed.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use beffroi_api::reply::bundle::{BundleRead, BundleShown, BundleWritten};

use super::Shared;
use super::answer::language;
use super::query::{Parameters, on, one, refuse_unknown};
use crate::failure::Outcome;
use crate::node::internal;

pub(crate) async fn write(
    State(service): Shared,
    Parameters(pairs): Parameters<Vec<(String, String)>>,
) -> Outcome<Response> {
    refuse_unknown(&pairs, &["for", "receipts_only"])?;
    let to = one(&pairs, "for").filter(|to| !to.is_empty());
    let bundled = service
        .write_bundle(to.map(str::to_owned), on(&pairs, "receipts_only"))
        .await?;
    let said = serde_json::to_string(&bundled.said).map_err(|error| internal(&error))?;
    let said = HeaderValue::from_str(&beffroi_api::path::escape(&said));
    let mut response = Body::from_stream(bundled.bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    headers.insert(
        BundleWritten::HEADER,
        said.map_err(|error| internal(&error))?,
    );
    Ok(response)
}

pub(crate) async fn read(
    State(service): Shared,
    headers: HeaderMap,
    body: Body,
) -> Outcome<Json<BundleRead>> {
    service
        .read_bundle(language(&headers), body)
        .await
        .map(Json)
}

pub(crate) async fn show(
    State(service): Shared,
    headers: HeaderMap,
    body: Body,
) -> Outcome<Json<BundleShown>> {
    service
        .show_bundle(language(&headers), body)
        .await
        .map(Json)
}

/// The journal, a line an entry.
pub(crate) async fn journal(State(service): Shared) -> Outcome<Response> {
    let mut response = Body::from_stream(service.journal_export().await?).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-ndjson"),
    );
    Ok(response)
}
