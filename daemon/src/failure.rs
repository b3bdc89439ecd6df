//! Why something a person asked for was not done. `http` turns it into a problem in their language.

use beffroi_api::Language;
use beffroi_api::problem::{Candidate, Cause, FieldCode, Problem};

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// One sentence says it.
    Cause(Cause),
    /// Fields must be corrected: each with what is wrong.
    Fields(Vec<(String, FieldCode)>),
    /// A reference names several records.
    Ambiguous(String, Vec<Candidate>),
}

impl Failure {
    /// One field must be corrected.
    pub(crate) fn field(name: &str, code: FieldCode) -> Failure {
        Failure::Fields(vec![(name.to_owned(), code)])
    }

    /// The problem, in the reader's language.
    pub(crate) fn problem(&self, language: Language) -> Problem {
        match self {
            Failure::Cause(cause) => Problem::new(language, cause),
            Failure::Fields(faults) => Problem::invalid_fields(language, faults.clone()),
            Failure::Ambiguous(reference, candidates) => {
                let cause = Cause::ReferenceAmbiguous {
                    reference: reference.clone(),
                };
                Problem::new(language, &cause).with_candidates(candidates.clone())
            }
        }
    }
}

impl From<Cause> for Failure {
    fn from(cause: Cause) -> Failure {
        Failure::Cause(cause)
    }
}

/// What a request ends in.
pub(crate) type Outcome<T> = Result<T, Failure>;
