//! What went wrong, in the one form every error of the API has (RFC 9457), and what to do next.
//!
//! A handler names a [`Cause`]; the [`Code`] with its status and exit, and the sentences in the
//! reader's language, follow from it.

mod cause;
mod code;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use cause::Cause;
pub use code::{Code, FieldCode};

use crate::{Kind, Language, texts};

/// The media type of a problem.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// An `application/problem+json` document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `urn:beffroi:problem:` and the code.
    #[serde(rename = "type")]
    pub urn: String,
    /// What kind of problem it is, in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What programs tell problems apart by.
    pub code: Code,
    /// What happened here, as a sentence.
    pub detail: String,
    /// What to do next, as a sentence.
    pub hint: String,
    /// The fields at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
    /// The records a reference could mean.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
}

/// A field at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// Its name.
    pub field: String,
    /// What programs tell faults apart by.
    pub code: FieldCode,
    /// What it should be, as a sentence.
    pub detail: String,
}

/// A record that a reference could mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// What names this one and no other.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its kind.
    pub kind: Kind,
    /// Its title or name.
    pub title: String,
    /// The post that created it.
    pub post: Option<String>,
}

impl Problem {
    /// The problem a cause makes, said in a language.
    #[must_use]
    pub fn new(language: Language, cause: &Cause) -> Problem {
        let catalogue = texts::own(language);
        let code = cause.code();
        let (key, arguments) = (cause.key(), cause.arguments());
        Problem {
            urn: format!("urn:beffroi:problem:{}", code.token()),
            title: catalogue.text(&format!("code-{}", code.token()), &[]),
            status: code.status(),
            code,
            detail: catalogue.text(&format!("cause-{key}"), &arguments),
            hint: catalogue.text(&format!("cause-{key}.hint"), &arguments),
            fields: Vec::new(),
            candidates: Vec::new(),
        }
    }

    /// `field_invalid` over the fields at fault.
    #[must_use]
    pub fn invalid_fields(language: Language, faults: Vec<(String, FieldCode)>) -> Problem {
        let names: Vec<&str> = faults.iter().map(|(field, _)| field.as_str()).collect();
        let cause = Cause::FieldsInvalid {
            fields: names.join(", "),
        };
        let mut problem = Problem::new(language, &cause);
        let catalogue = texts::own(language);
        problem.fields = faults
            .into_iter()
            .map(|(field, code)| FieldProblem {
                field,
                code,
                detail: catalogue.text(&format!("field-{}", code.token()), &[]),
            })
            .collect();
        problem
    }

    /// `ambiguous` or `choose_operation` with what to choose from.
    #[must_use]
    pub fn with_candidates(mut self, candidates: Vec<Candidate>) -> Problem {
        self.candidates = candidates;
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.title, self.detail)
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests;
