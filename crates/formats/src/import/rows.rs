//! Splits a decoded table into rows and cells, and knows the physical line where each row starts.
//!
//! Our own, because the line numbers of the `csv` crate are wrong after CRLF, blank lines and bare
//! CR, because a rejected row is copied as it was, and because a quote left open must spoil one
//! row, not the rest of the file.

use std::borrow::Cow;
use std::io::{Read, Seek};

use super::encoding::Decoded;
use super::refused::FileRefused;
use crate::limits::{OPEN_QUOTES_MAX, ROW_BYTES_MAX};

/// Window over the decoded text. At least one whole row and its line end always fit, so a row is
/// scanned once; four times that keeps the moves of the tail rare.
const WINDOW_BYTES: usize = 4 * (ROW_BYTES_MAX + 2);

/// One row as it stands in the file, its line end left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawRow<'a> {
    /// Physical line on which the row starts, the first of the file being 1.
    pub(crate) line: u64,
    /// The decoded text of the row.
    pub(crate) text: &'a str,
    /// False when a quote is misplaced, so that nobody knows which cell is which. When one is never
    /// closed, the text is the line where it opens, and the next row starts on the next line.
    pub(crate) sound: bool,
}

/// Reads rows one after the other; blank lines are passed over, and counted as lines.
pub(crate) struct Rows<R> {
    source: Decoded<R>,
    delimiter: u8,
    window: Vec<u8>,
    start: usize,
    line: u64,
    open_quotes: u32,
}

impl<R: Read + Seek> Rows<R> {
    /// Starts at the first line of the text.
    pub(crate) fn new(source: Decoded<R>, delimiter: u8) -> Self {
        Self {
            source,
            delimiter,
            window: Vec::new(),
            start: 0,
            line: 1,
            open_quotes: 0,
        }
    }

    /// The next row that is not blank, or `None` at the end.
    pub(crate) fn next_row(&mut self) -> Result<Option<RawRow<'_>>, FileRefused> {
        self.skip_blank_lines()?;
        if self.start == self.window.len() {
            return Ok(None);
        }
        let rest = &self.window[self.start..];
        let (length, sound) = match scan_row(rest, self.delimiter) {
            Scan::Row { length, sound } => (length, sound),
            Scan::OpenQuote => {
                self.open_quotes += 1;
                if self.open_quotes > OPEN_QUOTES_MAX {
                    return Err(FileRefused::OpenQuotes { line: self.line });
                }
                (first_line_length(rest), false)
            }
            Scan::TooLong => return Err(FileRefused::RowTooLong { line: self.line }),
        };
        let (start, line) = (self.start, self.line);
        let after = length + line_end_length(&rest[length..]);
        self.line += count_lines(&rest[..after]);
        self.start += after;
        let text = std::str::from_utf8(&self.window[start..start + length])
            .map_err(|_| FileRefused::Undecodable { encoding: "UTF-8" })?;
        Ok(Some(RawRow { line, text, sound }))
    }

    /// Gives the source back, to read it again from the start.
    pub(crate) fn into_source(self) -> Decoded<R> {
        self.source
    }

    fn skip_blank_lines(&mut self) -> Result<(), FileRefused> {
        loop {
            self.fill()?;
            let skipped = line_end_length(&self.window[self.start..]);
            if skipped == 0 {
                return Ok(());
            }
            self.start += skipped;
            self.line += 1;
        }
    }

    /// Makes sure that the window holds a whole row, or all that is left.
    fn fill(&mut self) -> Result<(), FileRefused> {
        if self.window.len() - self.start > ROW_BYTES_MAX + 1 || self.source.is_finished() {
            return Ok(());
        }
        self.window.drain(..self.start);
        self.start = 0;
        while self.window.len() < WINDOW_BYTES && self.source.read_into(&mut self.window)? {}
        Ok(())
    }
}

/// What a scan from the start of a row finds.
#[derive(Debug, PartialEq, Eq)]
enum Scan {
    /// The row has this many bytes before its line end; `sound` when each quote is in its place.
    Row { length: usize, sound: bool },
    /// A quote opened in the row's first line swallows the lines after it.
    OpenQuote,
    /// No line end within [`ROW_BYTES_MAX`].
    TooLong,
}

/// Where a byte stands in its cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Bare,
    Quoted,
    /// After a quote inside a quoted cell: it closes the cell, or begins a doubled quote.
    QuoteSeen,
    /// In blanks after a closing quote.
    Closed,
}

/// Finds the end of the row at the start of `bytes`, which hold a whole row or all that is left.
fn scan_row(bytes: &[u8], delimiter: u8) -> Scan {
    let mut state = State::CellStart;
    let (mut crossed_line, mut sound) = (false, true);
    for (at, &byte) in bytes.iter().enumerate() {
        if at > ROW_BYTES_MAX {
            return Scan::TooLong;
        }
        let line_end = byte == b'\n' || byte == b'\r';
        state = match state {
            State::Quoted if byte == b'"' => State::QuoteSeen,
            State::Quoted => {
                crossed_line |= line_end;
                State::Quoted
            }
            State::QuoteSeen if byte == b'"' => State::Quoted,
            State::CellStart if byte == b'"' => {
                crossed_line = false;
                State::Quoted
            }
            _ if line_end => return Scan::Row { length: at, sound },
            _ if byte == delimiter => State::CellStart,
            State::QuoteSeen | State::Closed if byte == b' ' => State::Closed,
            // Text after a closing quote, on another line than the opening one: the closing quote
            // is the opening one of a later cell.
            State::QuoteSeen | State::Closed if crossed_line => return Scan::OpenQuote,
            State::QuoteSeen | State::Closed => {
                sound = false;
                State::Bare
            }
            State::CellStart | State::Bare => State::Bare,
        };
    }
    match state {
        State::Quoted => Scan::OpenQuote,
        State::CellStart | State::Bare | State::QuoteSeen | State::Closed => Scan::Row {
            length: bytes.len(),
            sound,
        },
    }
}

fn first_line_length(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))
        .unwrap_or(bytes.len())
}

/// Bytes of the line end at the start of `bytes`: CRLF, LF or CR.
fn line_end_length(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// Line ends in `bytes`, CRLF counting once.
fn count_lines(bytes: &[u8]) -> u64 {
    let mut lines = 0;
    let mut after_return = false;
    for &byte in bytes {
        lines += u64::from(byte == b'\r' || (byte == b'\n' && !after_return));
        after_return = byte == b'\r';
    }
    lines
}

/// Cells of one row, quotes taken off. Text after a closing quote is kept as it is.
pub(crate) fn cells(text: &str, delimiter: u8) -> Vec<Cow<'_, str>> {
    let mut cells = Vec::new();
    let mut rest = text;
    loop {
        let (cell, after) = first_cell(rest, delimiter);
        cells.push(cell);
        match after {
            Some(after) => rest = after,
            None => return cells,
        }
    }
}

/// The first cell of `text`, and what follows its delimiter.
fn first_cell(text: &str, delimiter: u8) -> (Cow<'_, str>, Option<&str>) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (bare, after) = until_delimiter(text, delimiter);
        return (Cow::Borrowed(bare), after);
    };
    let mut content: Cow<'_, str> = Cow::Borrowed("");
    let mut rest = quoted;
    while let Some(at) = rest.find('"') {
        push(&mut content, &rest[..at]);
        rest = &rest[at + 1..];
        let Some(doubled) = rest.strip_prefix('"') else {
            let (bare, after) = until_delimiter(rest, delimiter);
            push(&mut content, bare);
            return (content, after);
        };
        push(&mut content, "\"");
        rest = doubled;
    }
    push(&mut content, rest);
    (content, None)
}

fn until_delimiter(text: &str, delimiter: u8) -> (&str, Option<&str>) {
    match text.split_once(char::from(delimiter)) {
        Some((cell, after)) => (cell, Some(after)),
        None => (text, None),
    }
}

/// Appends without a copy while nothing was there.
fn push<'a>(content: &mut Cow<'a, str>, part: &'a str) {
    if content.is_empty() {
        *content = Cow::Borrowed(part);
    } else if !part.is_empty() {
        content.to_mut().push_str(part);
    }
}

#[cfg(test)]
mod tests;
