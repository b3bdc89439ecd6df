//! Query parameters, refused with the sentence that says which one was not understood.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use beffroi_api::problem::Cause;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// The query as a type; a list of pairs keeps repeated names.
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Parameters(value)),
            Err(rejection) => {
                let value = parts
                    .uri
                    .query()
                    .unwrap_or_default()
                    .chars()
                    .take(120)
                    .collect();
                Err(Cause::ParameterUnreadable {
                    name: rejection.body_text(),
                    value,
                }
                .into())
            }
        }
    }
}

/// Pairs read of a query or of a form; a browser's form has three.
const PAIRS_MAX: usize = 16;

/// The pairs of a query or of a form; one that is no text is left out.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    let read = |text: &str| beffroi_api::path::unescape(&text.replace('+', " "));
    text.split('&')
        .take(PAIRS_MAX)
        .filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((read(name)?, read(value)?))
        })
        .collect()
}

/// The one value of a parameter that may stand once.
pub(crate) fn one<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_str())
        .filter(|value| !value.is_empty())
}

/// Whether a switch (`1`) is on.
pub(crate) fn on(pairs: &[(String, String)], name: &str) -> bool {
    one(pairs, name) == Some("1")
}

/// The names that are not in `known`.
pub(crate) fn refuse_unknown(pairs: &[(String, String)], known: &[&str]) -> Result<(), Failure> {
    match pairs
        .iter()
        .find(|(name, _)| !known.contains(&name.as_str()))
    {
        None => Ok(()),
        Some((name, value)) => {
            let value = value.chars().take(120).collect();
            Err(Cause::ParameterUnreadable {
                name: name.clone(),
                value,
            }
            .into())
        }
    }
}
