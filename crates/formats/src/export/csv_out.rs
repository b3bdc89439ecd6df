//! CSV: field names and tokens for programs, or headings and decimal commas for French Excel. Every
//! cell that a spreadsheet could run is text.

use std::io::{self, Write};

use beffroi_records::Kind;
use beffroi_records::labels::Language;

use super::columns::{columns, heading_key};
use super::selection::{Exported, Selection, Stock, Summary};
use super::values::{CellValue, cell};
use crate::Sentences;
use crate::import::is_guarded_form;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CsvOptions {
    /// For French spreadsheets: BOM, `;`, decimal commas, headings in the language.
    pub excel: bool,
    /// Labels instead of tokens, in the language. Still importable.
    pub labels: bool,
    /// The language of headings and labels.
    pub language: Language,
}

impl Default for CsvOptions {
    /// For programs: field names, tokens, commas.
    fn default() -> Self {
        Self {
            excel: false,
            labels: false,
            language: Language::French,
        }
    }
}

/// Writes the records of one kind as a table: [`CsvWriter::new`], then [`CsvWriter::write`] for
/// each, then [`CsvWriter::finish`].
pub struct CsvWriter<W: Write> {
    table: csv::Writer<W>,
    kind: Kind,
    options: CsvOptions,
    selection: Selection,
    summary: Summary,
}

impl<W: Write> CsvWriter<W> {
    /// Writes the heading row. A kind without a table (operations, posts, territories) gives an
    /// empty file.
    pub fn new(
        mut writer: W,
        kind: Kind,
        options: CsvOptions,
        selection: Selection,
    ) -> io::Result<Self> {
        if options.excel {
            writer.write_all("\u{feff}".as_bytes())?;
        }
        let mut table = csv::WriterBuilder::new()
            .delimiter(if options.excel { b';' } else { b',' })
            .terminator(csv::Terminator::CRLF)
            .from_writer(writer);
        let sentences = options.excel.then(|| Sentences::new(options.language));
        let headings: Vec<String> = columns(kind)
            .map(|column| match &sentences {
                Some(sentences) => sentences.heading(column),
                None => column.to_owned(),
            })
            .collect();
        if !headings.is_empty() {
            table.write_record(&headings)?;
        }
        Ok(Self {
            table,
            kind,
            options,
            selection,
            summary: Summary::new(&[kind]),
        })
    }

    /// Writes one record, when the selection admits it: a lot has one row for each site.
    pub fn write(&mut self, exported: &Exported<'_>) -> io::Result<()> {
        let has_table = columns(self.kind).next().is_some();
        if !has_table || !self.summary.admits(exported, self.selection) {
            return Ok(());
        }
        if exported.derived.stock.is_empty() {
            return self.row(exported, None);
        }
        for stock in &exported.derived.stock {
            self.row(exported, Some(stock))?;
        }
        Ok(())
    }

    /// Writes what is left in memory, and says what went out and what did not.
    pub fn finish(mut self) -> io::Result<Summary> {
        self.table.flush()?;
        Ok(self.summary)
    }

    fn row(&mut self, exported: &Exported<'_>, stock: Option<&Stock>) -> io::Result<()> {
        for column in columns(self.kind) {
            let value = cell(exported, stock, column, self.selection.exercise);
            self.table.write_field(written(value, self.options))?;
        }
        // Ends the row.
        self.table.write_record(None::<&[u8]>)?;
        Ok(())
    }
}

fn written(value: CellValue, options: CsvOptions) -> String {
    match value {
        CellValue::Empty => String::new(),
        CellValue::Text(text) => guarded(text),
        CellValue::Token(list, token) if options.labels => {
            guarded(list.label(&token, options.language).into_owned())
        }
        CellValue::Token(_, token) => guarded(token),
        CellValue::Number(decimal) if options.excel => decimal.replace('.', ","),
        CellValue::Number(plain) | CellValue::Plain(plain) => plain,
    }
}

/// An apostrophe before what a spreadsheet would run as a formula. An import takes it away.
fn guarded(text: String) -> String {
    if is_guarded_form(&text) {
        format!("'{text}")
    } else {
        text
    }
}

/// The heading of a column in a language.
impl Sentences {
    pub(crate) fn heading(&self, column: &str) -> String {
        self.plain(&heading_key(column))
    }
}
