//! What an import would write: shown to a person, then applied by the caller.

use beffroi_records::{Kind, Source, Values};
use uuid::Uuid;

use super::date_order::DateOrder;
use super::options::TableFormat;
use super::reason::Reason;

/// A record to make. The same row gives the same one on every post.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRecord {
    /// UUIDv5: the same on every post.
    pub id: Uuid,
    /// What it is.
    pub kind: Kind,
    /// Physical line where its row starts.
    pub line: u64,
    /// The fields of the shared document.
    pub fields: Values,
    /// The fields of the twin; empty unless private fields were asked for.
    pub private: Values,
    /// The import it comes from: the same on every post.
    pub source: Source,
}

/// A row that makes no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Physical line where the row starts, from 1.
    pub line: u64,
    /// The column, when one is to blame.
    pub column: Option<String>,
    /// Why.
    pub reason: Reason,
    /// The beginning of the cell; none for a private column.
    pub excerpt: Option<String>,
    /// The row as it stands in the file, decoded, for `<file>.rejected.csv`.
    pub row: String,
}

/// A doubt about a row whose record is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Physical line where the row starts, from 1.
    pub line: u64,
    /// The column, when one is concerned.
    pub column: Option<String>,
    /// What is doubtful.
    pub reason: Reason,
    /// The beginning of the cell; none for a private column.
    pub excerpt: Option<String>,
}

/// How the file is read, known before its rows are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// The format.
    pub format: TableFormat,
    /// What the rows become.
    pub kind: Kind,
    /// The encoding, by its WHATWG name.
    pub encoding: &'static str,
    /// True when the encoding is a guess.
    pub encoding_guessed: bool,
    /// The delimiter.
    pub delimiter: char,
    /// Rows under the header, blank ones left out.
    pub rows: u64,
    /// BLAKE3 of the file, in hexadecimal.
    pub file_hash: String,
    /// The columns of dates whose order of day and month had to be known.
    pub dates: Vec<DateColumn>,
    /// Columns that nobody mapped: not imported.
    pub left_out_columns: Vec<String>,
    /// The header row as it stands in the file, for `<file>.rejected.csv`.
    pub header: String,
}

/// The order of day and month in one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateColumn {
    /// The column.
    pub column: String,
    /// The order in which it is read.
    pub order: DateOrder,
    /// Rows that the other order could read too.
    pub either: u64,
}

/// What up to a hundred rows give. A record and its twin, an incident and its needs are never in
/// two batches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// Records to make.
    pub records: Vec<NewRecord>,
    /// Rows that make none.
    pub rejected: Vec<Rejected>,
    /// Doubts about records made.
    pub notes: Vec<Note>,
    /// Private fields left out.
    pub private_fields: u64,
    /// Text cells that a spreadsheet would have run as formulas.
    pub formula_cells: u64,
}

/// A whole import, for files that fit in memory. Larger ones: [`crate::Planner`].
#[derive(Clone, Debug, PartialEq)]
pub struct ImportPlan {
    /// How the file is read.
    pub survey: Survey,
    /// Records to make, in the order of the file.
    pub records: Vec<NewRecord>,
    /// Rows that make none.
    pub rejected: Vec<Rejected>,
    /// Doubts about records made.
    pub notes: Vec<Note>,
    /// Private fields left out.
    pub private_fields: u64,
    /// Text cells that a spreadsheet would have run as formulas.
    pub formula_cells: u64,
}

impl ImportPlan {
    /// The rejected rows under the file's own header, to be mended and imported again; `None` when
    /// there is none. It holds whatever the file held, names included: for its owner only.
    pub fn rejected_file(&self) -> Option<String> {
        rejected_file(&self.survey.header, &self.rejected)
    }
}

/// Rejected rows under the file's own header; `None` when there is none.
pub fn rejected_file(header: &str, rejected: &[Rejected]) -> Option<String> {
    if rejected.is_empty() {
        return None;
    }
    let mut file = String::new();
    for row in std::iter::once(header).chain(rejected.iter().map(|rejected| rejected.row.as_str()))
    {
        file.push_str(row);
        file.push_str("\r\n");
    }
    Some(file)
}
