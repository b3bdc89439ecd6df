//! Replies about imported files.

use serde::{Deserialize, Serialize};

use super::record::is_false;
use crate::Schema;

/// `POST /imports`: what became of each row. Counted in records but `rows`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// The schema.
    pub schema: Schema,
    /// Nothing was written.
    #[serde(default, skip_serializing_if = "is_false")]
    pub dry_run: bool,
    /// The format that was read, by its token.
    pub format: String,
    /// How it was read, as a sentence: encoding, delimiter, order of dates.
    pub read_as: String,
    /// Rows read.
    pub rows: u64,
    /// Records made.
    pub created: u64,
    /// Records changed.
    pub updated: u64,
    /// Records that were here already.
    pub already: u64,
    /// Rows refused: the first of them, when there are very many.
    pub rejected: Vec<Rejected>,
    /// Rows refused, those that are not listed included.
    #[serde(default)]
    pub rejected_total: u64,
    /// Doubts: the record was made. What was left out of the lists above comes first.
    pub notes: Vec<ImportNote>,
    /// Private fields left out.
    pub private_fields: u64,
    /// Columns nobody mapped.
    pub left_out_columns: Vec<String>,
    /// The refused rows as they were, under the file's own header: a file to mend and import
    /// again. Holds what the file held, names included: the client writes it for its owner only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected_rows: Option<String>,
}

/// A row refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// The physical line where the row starts, from 1.
    pub line: u64,
    /// The column.
    pub column: Option<String>,
    /// Why, as a sentence in the reader's language.
    pub reason: String,
    /// The reason's token (`bad_number`).
    #[serde(default)]
    pub code: String,
}

/// A doubt about a row, or about the file when it has no line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportNote {
    /// The physical line where the row starts, from 1.
    pub line: Option<u64>,
    /// The column.
    pub column: Option<String>,
    /// The doubt, as a sentence in the reader's language.
    pub text: String,
}
