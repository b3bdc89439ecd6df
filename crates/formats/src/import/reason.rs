//! Why a row is rejected, or what is doubtful in a record made all the same.

/// One reason. A rejected row makes no record; a note stands beside a record that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Rejected: not a date, or not one in the order of its column.
    BadDate,
    /// Rejected: not a number, or not one with the decimal mark of its column.
    BadNumber,
    /// Rejected: no place on Earth, or half of one.
    BadCoordinates,
    /// Rejected: the row has no identity, no title and no name.
    MissingRequired,
    /// Rejected: a cell over [`crate::limits::CELL_BYTES_MAX`], or a value that a record does not hold.
    TooLong,
    /// Rejected: the identity of a row above.
    DuplicateInFile,
    /// Rejected: a quote is misplaced or never closed, so that nobody knows which cell is which.
    OpenQuote,
    /// Rejected: a value that the field cannot take.
    BadValue,
    /// Note: the point is outside the territory.
    OutsideArea,
    /// Note: the point is outside, and would be inside with latitude and longitude swapped.
    SwappedCoordinates,
    /// Note: a value that the list of the field has not; kept as a tag.
    UnknownValue,
    /// Note: more or fewer cells than the header.
    RaggedRow,
    /// Note: a text longer than a record holds was cut, an ellipsis at its end.
    Shortened,
    /// Note: no title; the first line of the description, or the place, serves as one.
    TitleBorrowed,
    /// Note: the hour does not exist in the operation's zone (clocks went forward).
    NoSuchHour,
    /// Note: the hour exists twice in the operation's zone (clocks went back): the first is taken.
    RepeatedHour,
}

impl Reason {
    /// All of them, for tables and tests.
    pub const ALL: &'static [Self] = &[
        Self::BadDate,
        Self::BadNumber,
        Self::BadCoordinates,
        Self::MissingRequired,
        Self::TooLong,
        Self::DuplicateInFile,
        Self::OpenQuote,
        Self::BadValue,
        Self::OutsideArea,
        Self::SwappedCoordinates,
        Self::UnknownValue,
        Self::RaggedRow,
        Self::Shortened,
        Self::TitleBorrowed,
        Self::NoSuchHour,
        Self::RepeatedHour,
    ];

    /// The token in reports and in the catalogues.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadDate => "bad_date",
            Self::BadNumber => "bad_number",
            Self::BadCoordinates => "bad_coordinates",
            Self::MissingRequired => "missing_required",
            Self::TooLong => "too_long",
            Self::DuplicateInFile => "duplicate_in_file",
            Self::OpenQuote => "open_quote",
            Self::BadValue => "bad_value",
            Self::OutsideArea => "outside_area",
            Self::SwappedCoordinates => "swapped_coordinates",
            Self::UnknownValue => "unknown_value",
            Self::RaggedRow => "ragged_row",
            Self::Shortened => "shortened",
            Self::TitleBorrowed => "title_borrowed",
            Self::NoSuchHour => "no_such_hour",
            Self::RepeatedHour => "repeated_hour",
        }
    }
}
