//! What an import is asked to do.

use beffroi_records::Kind;
use uuid::Uuid;

use super::area::Area;

/// A table format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// The CSV of Ushahidi v2.
    Ushahidi,
    /// Any table, its columns mapped by a person, or one of ours.
    Csv,
}

impl TableFormat {
    /// The token, part of the ids of the records.
    pub fn token(self) -> &'static str {
        match self {
            Self::Ushahidi => "ushahidi",
            Self::Csv => "csv",
        }
    }

    /// The format of a token.
    pub fn find(token: &str) -> Option<Self> {
        [Self::Ushahidi, Self::Csv]
            .into_iter()
            .find(|format| format.token() == token)
    }

    /// What stands before `source.id` when it is shown: `USH:4052`.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Ushahidi => "USH",
            Self::Csv => "CSV",
        }
    }
}

/// The operation that the records will belong to.
#[derive(Clone, Debug)]
pub struct Destination {
    /// Its id.
    pub operation: Uuid,
    /// True for an exercise: private fields then stay out, whatever is asked.
    pub exercise: bool,
    /// IANA zone in which dates without an offset are read.
    pub time_zone: String,
    /// When it began, RFC 3339: the date of an imported first count that has none.
    pub started_at: String,
    /// The territory, when its outline is known.
    pub area: Option<Area>,
}

/// One import, as a person asks for it.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Where the records go.
    pub destination: Destination,
    /// The label of the source: see [`crate::source_label`]. Part of the ids of the records.
    pub source: String,
    /// The format; `None`: recognised by the header.
    pub format: Option<TableFormat>,
    /// What the rows become; `None`: what the header says, else incidents.
    pub kind: Option<Kind>,
    /// Pairs (COLUMN, FIELD): see [`parse_pair`]. FIELD may be `dmy` or `mdy`, and COLUMN `DATE`
    /// then means every column of dates.
    pub map: Vec<(String, String)>,
    /// An encoding by its WHATWG label; `None`: found.
    pub encoding: Option<String>,
    /// One of `,` `;` tab `|`; `None`: found.
    pub delimiter: Option<char>,
    /// Ushahidi: also make a need for each kind of help that a report's labels ask for.
    pub needs: bool,
    /// Take private fields too, into the twins.
    pub private: bool,
    /// Refuse the whole file when one row is rejected.
    pub strict: bool,
}

impl ImportOptions {
    /// An import that recognises everything by itself.
    pub fn new(destination: Destination, source: impl Into<String>) -> Self {
        Self {
            destination,
            source: source.into(),
            format: None,
            kind: None,
            map: Vec::new(),
            encoding: None,
            delimiter: None,
            needs: false,
            private: false,
            strict: false,
        }
    }
}

/// Cuts `COLUMN=FIELD` at its last `=`: a column's name may hold one, a field's never does.
pub fn parse_pair(pair: &str) -> Option<(String, String)> {
    let (column, field) = pair.rsplit_once('=')?;
    let (column, field) = (column.trim(), field.trim());
    (!column.is_empty() && !field.is_empty()).then(|| (column.to_owned(), field.to_owned()))
}
