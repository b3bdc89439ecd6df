//! Why a whole file is refused. Nothing has been written when this comes.

/// A file, or what was asked of it, that cannot be imported. The message is English and short;
/// [`crate::Sentences`] has the text for people, in both languages.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileRefused {
    /// No byte, or nothing but blank lines.
    #[error("the file is empty")]
    Empty,
    /// Over [`crate::limits::FILE_BYTES_MAX`].
    #[error("the file is over 256 MiB: split it")]
    TooLarge,
    /// Over [`crate::limits::ROWS_MAX`].
    #[error("the file has more than 250,000 rows: split it")]
    TooManyRows,
    /// Over [`crate::limits::COLUMNS_MAX`].
    #[error("the header has {columns} columns, 512 at most are read")]
    TooManyColumns {
        /// Columns of the header.
        columns: usize,
    },
    /// Over [`crate::limits::ROW_BYTES_MAX`].
    #[error("the row of line {line} is over 1 MiB: a quote is probably left open there")]
    RowTooLong {
        /// Line where the row starts.
        line: u64,
    },
    /// Over [`crate::limits::OPEN_QUOTES_MAX`].
    #[error("too many quotes are never closed, the last on line {line}: not a CSV table")]
    OpenQuotes {
        /// Line of the last one.
        line: u64,
    },
    /// NUL bytes where text should be.
    #[error("the file is binary, not text; for UTF-16 without a mark, give the encoding")]
    Binary,
    /// A known format that is no table.
    #[error("the file is {what}, not a CSV table: save it as CSV")]
    NotATable {
        /// Its format.
        what: &'static str,
    },
    /// Bytes that the encoding does not have.
    #[error("the file is not valid {encoding}: give its encoding")]
    Undecodable {
        /// The encoding tried.
        encoding: &'static str,
    },
    /// An encoding nobody knows by this name.
    #[error("unknown encoding {name:?}")]
    UnknownEncoding {
        /// The name given.
        name: String,
    },
    /// The header is of no known format, and no column is mapped.
    #[error("the columns are not those of a known format: say what they are (COLUMN=FIELD)")]
    Unrecognised,
    /// The format asked for needs a column that is not there.
    #[error("column {column:?} is missing")]
    MissingColumn {
        /// The column.
        column: String,
    },
    /// A map names a column that the file has not.
    #[error("the file has no column {column:?}")]
    UnknownColumn {
        /// The name in the map.
        column: String,
    },
    /// A map names a field that the kind has not.
    #[error("{kind} has no field {field:?}")]
    UnknownField {
        /// The kind's token.
        kind: &'static str,
        /// The name in the map.
        field: String,
    },
    /// Two columns for one field.
    #[error("two columns give {field:?}")]
    FieldTwice {
        /// The field.
        field: String,
    },
    /// Over [`crate::limits::MAP_PAIRS_MAX`].
    #[error("the map has more than 256 pairs")]
    MapTooLong,
    /// A kind that no table can give.
    #[error("records of kind {kind} are not imported from a table")]
    KindNotImported {
        /// The kind's token.
        kind: &'static str,
    },
    /// Only `"`-quoted tables cut by one of `,` `;` tab `|` are read.
    #[error("the delimiter must be a comma, a semicolon, a tab or a bar")]
    BadDelimiter,
    /// A zone that the time-zone database has not.
    #[error("unknown time zone {name:?}")]
    UnknownTimeZone {
        /// The name given.
        name: String,
    },
    /// All dates of a column could be day/month or month/day.
    #[error("column {column:?}: {rows} dates read both ways, say {column}=dmy or {column}=mdy")]
    AmbiguousDates {
        /// The column.
        column: String,
        /// Rows that both orders read.
        rows: u64,
    },
    /// Our own file of an exercise, into a real operation.
    #[error("the file comes from an exercise, and this operation is real")]
    ExerciseMismatch,
    /// A row is rejected and the import is strict.
    #[error("{rejected} rows are rejected, the first on line {line}")]
    Strict {
        /// Rows rejected.
        rejected: u64,
        /// Line of the first.
        line: u64,
    },
    /// The file could not be read to its end, or changed meanwhile.
    #[error("the file cannot be read: {detail}")]
    Unreadable {
        /// What the system says.
        detail: String,
    },
}

impl FileRefused {
    /// The code of the sentence in the catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too_large",
            Self::TooManyRows => "too_many_rows",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::RowTooLong { .. } => "row_too_long",
            Self::OpenQuotes { .. } => "open_quotes",
            Self::Binary => "binary",
            Self::NotATable { .. } => "not_a_table",
            Self::Undecodable { .. } => "undecodable",
            Self::UnknownEncoding { .. } => "unknown_encoding",
            Self::Unrecognised => "unrecognised",
            Self::MissingColumn { .. } => "missing_column",
            Self::UnknownColumn { .. } => "unknown_column",
            Self::UnknownField { .. } => "unknown_field",
            Self::FieldTwice { .. } => "field_twice",
            Self::MapTooLong => "map_too_long",
            Self::KindNotImported { .. } => "kind_not_imported",
            Self::BadDelimiter => "bad_delimiter",
            Self::UnknownTimeZone { .. } => "unknown_time_zone",
            Self::AmbiguousDates { .. } => "ambiguous_dates",
            Self::ExerciseMismatch => "exercise_mismatch",
            Self::Strict { .. } => "strict",
            Self::Unreadable { .. } => "unreadable",
        }
    }

    /// The values of the sentence, by name.
    pub(crate) fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Empty
            | Self::TooLarge
            | Self::TooManyRows
            | Self::Binary
            | Self::Unrecognised
            | Self::MapTooLong
            | Self::BadDelimiter
            | Self::ExerciseMismatch => Vec::new(),
            Self::TooManyColumns { columns } => vec![("columns", columns.to_string())],
            Self::RowTooLong { line } | Self::OpenQuotes { line } => {
                vec![("line", line.to_string())]
            }
            Self::NotATable { what } => vec![("what", (*what).to_owned())],
            Self::Undecodable { encoding } => vec![("encoding", (*encoding).to_owned())],
            Self::UnknownEncoding { name } | Self::UnknownTimeZone { name } => {
                vec![("name", name.clone())]
            }
            Self::MissingColumn { column } | Self::UnknownColumn { column } => {
                vec![("column", column.clone())]
            }
            Self::UnknownField { kind, field } => {
                vec![("kind", (*kind).to_owned()), ("field", field.clone())]
            }
            Self::FieldTwice { field } => vec![("field", field.clone())],
            Self::KindNotImported { kind } => vec![("kind", (*kind).to_owned())],
            Self::AmbiguousDates { column, rows } => {
                vec![("column", column.clone()), ("rows", rows.to_string())]
            }
            Self::Strict { rejected, line } => {
                vec![
                    ("rejected", rejected.to_string()),
                    ("line", line.to_string()),
                ]
            }
            Self::Unreadable { detail } => vec![("detail", detail.clone())],
        }
    }

    /// True when a person must choose before the same file can be imported (exit 5).
    pub fn asks_a_person(&self) -> bool {
        matches!(self, Self::AmbiguousDates { .. })
    }
}

impl From<std::io::Error> for FileRefused {
    fn from(error: std::io::Error) -> Self {
        Self::Unreadable {
            detail: error.to_string(),
        }
    }
}
