//! Results as JSON: one document, or one object a line.

use serde::Serialize;

use super::Screen;
use crate::args::JsonStyle;
use crate::failure::{EXIT_FAILED, Failure};

/// Prints a result that is one document. The schema is in it.
pub(crate) fn document(screen: &Screen, document: &impl Serialize) -> Result<(), Failure> {
    Ok(screen.line(&to_text(document)?)?)
}

/// Prints a result that holds items: the document, or its items one a line.
pub(crate) fn items<T: Serialize>(
    screen: &Screen,
    whole: &impl Serialize,
    items: &[T],
) -> Result<(), Failure> {
    match screen.json() {
        Some(JsonStyle::Lines) => {
            for item in items {
                screen.line(&to_text(item)?)?;
            }
            Ok(())
        }
        Some(JsonStyle::Document) | None => document(screen, whole),
    }
}

fn to_text(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::Said {
        error: error.to_string(),
        why: Vec::new(),
        hints: Vec::new(),
        exit: EXIT_FAILED,
    })
}
