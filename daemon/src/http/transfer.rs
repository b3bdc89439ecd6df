//! Files in and out: streamed, so that neither side holds one whole.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use beffroi_api::Kind;
use beffroi_api::problem::Cause;
use beffroi_api::reply::transfer::ImportReport;
use beffroi_api::request::{Export, Import};

use super::Shared;
use super::answer::language;
use super::query::{Parameters, on, one, refuse_unknown};
use crate::failure::{Failure, Outcome};

pub(crate) async fn import(
    State(service): Shared,
    headers: HeaderMap,
    Parameters(pairs): Parameters<Vec<(String, String)>>,
    body: Body,
) -> Outcome<Json<ImportReport>> {
    let request = import_request(&pairs)?;
    service
        .import(request, language(&headers), body)
        .await
        .map(Json)
}

fn import_request(pairs: &[(String, String)]) -> Outcome<Import> {
    let known = [
        "as",
        "format",
        "name",
        "dry_run",
        "strict",
        "update",
        "operation",
        "map",
    ];
    refuse_unknown(pairs, &known)?;
    let owned = |name| one(pairs, name).map(str::to_owned);
    Ok(Import {
        kind: parse_kind("as", one(pairs, "as").unwrap_or_default())?,
        format: owned("format"),
        name: owned("name").unwrap_or_default(),
        dry_run: on(pairs, "dry_run"),
        strict: on(pairs, "strict"),
        update: on(pairs, "update"),
        operation: owned("operation"),
        map: pairs
            .iter()
            .filter(|(name, _)| name == "map")
            .map(|(_, value)| value.clone())
            .collect(),
    })
}

fn parse_kind(name: &str, value: &str) -> Outcome<Kind> {
    value.parse().map_err(|_| {
        Failure::from(Cause::ParameterUnreadable {
            name: name.into(),
            value: value.chars().take(120).collect(),
        })
    })
}

pub(crate) async fn export(
    State(service): Shared,
    Path(format): Path<String>,
    headers: HeaderMap,
    Parameters(pairs): Parameters<Vec<(String, String)>>,
) -> Outcome<Response> {
    refuse_unknown(&pairs, &["what", "excel", "operation"])?;
    let kinds = pairs.iter().filter(|(name, _)| name == "what");
    let request = Export {
        format,
        what: kinds
            .map(|(_, value)| parse_kind("what", value))
            .collect::<Outcome<_>>()?,
        excel: on(&pairs, "excel"),
        operation: one(&pairs, "operation").map(str::to_owned),
    };
    let exported = service.export(request, language(&headers)).await?;
    let mut response = Body::from_stream(exported.bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(exported.content_type),
    );
    if let Ok(summary) = HeaderValue::from_str(&exported.summary) {
        headers.insert(Export::SUMMARY_HEADER, summary);
    }
    Ok(response)
}
