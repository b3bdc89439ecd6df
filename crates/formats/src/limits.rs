//! Every bound of this crate, each with its reason. A file beyond one of them is refused, or the
//! row that crosses it is rejected: nothing is ever cut without a word.

/// Bytes of a whole file: the largest public crisis-map archive seen is 2 MB; this is what a
/// laptop of 4 GB reads twice without trouble.
pub const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Rows of a table, headings left out: beyond, peers would not take the import in a day.
pub const ROWS_MAX: u64 = 250_000;

/// Bytes of one cell once decoded: the longest text of a record is 10,000 characters.
pub const CELL_BYTES_MAX: usize = 64 * 1024;

/// Bytes of one row once decoded. A longer one is nearly always a quote left open, so the file is
/// refused with the line where it starts.
pub const ROW_BYTES_MAX: usize = 1024 * 1024;

/// Columns of the header: spreadsheets of a command post have tens.
pub const COLUMNS_MAX: usize = 512;

/// Rows whose quote is never closed, each re-read from its second line: bounds the work that a
/// crafted file can ask for (one row is at most [`ROW_BYTES_MAX`]).
pub const OPEN_QUOTES_MAX: u32 = 200;

/// Rows of one batch: one transaction and one flush of the store (a guess between few flushes and
/// a short wait behind an import).
pub const BATCH_ROWS: usize = 100;

/// Rows looked at to find the delimiter (formats.md §2.7).
pub const DELIMITER_ROWS: usize = 25;

/// Characters of an excerpt shown beside a reason.
pub const EXCERPT_CHARACTERS_MAX: usize = 80;

/// Characters of a title or a name (records.md §12).
pub const TITLE_CHARACTERS_MAX: usize = 200;

/// Characters of a place label (records.md §12).
pub const PLACE_CHARACTERS_MAX: usize = 300;

/// Characters of a collaborative text. A record holds 10,000 (records.md §12), but its first change
/// has at most 10,000 operations, one a character: the rest is for the other fields.
pub const TEXT_CHARACTERS_MAX: usize = 9_800;

/// Characters of what an import could not place elsewhere (records.md §12).
pub const EXTRA_CHARACTERS_MAX: usize = 2_000;

/// Characters of a set member, such as a tag (records.md §3).
pub const TAG_CHARACTERS_MAX: usize = 80;

/// Characters of a row's own identity (`source.id`).
pub const KEY_CHARACTERS_MAX: usize = 200;

/// Labels read in one CATEGORY cell: the longest list seen has 11.
pub const LABELS_MAX: usize = 64;

/// Pairs `COLUMN=FIELD` of one import.
pub const MAP_PAIRS_MAX: usize = 256;

/// Positions of a territory's outline: an outline of a département has about 10,000.
pub const AREA_POSITIONS_MAX: usize = 200_000;
