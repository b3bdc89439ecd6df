//! Reads a table twice: once for what only the whole file can tell (encoding, delimiter, order of
//! dates, decimal marks), once for its rows, a batch at a time.

use std::io::{Cursor, Read, Seek};

use jiff::tz::TimeZone;

use super::cells::yes_or_no;
use super::clock;
use super::columns::{Column, Layout};
use super::delimiter::{DELIMITERS, detect};
use super::encoding::{Decoded, examine};
use super::header::Header;
use super::options::ImportOptions;
use super::plan::{Batch, DateColumn, ImportPlan, Survey};
use super::refused::FileRefused;
use super::row::{RowReader, Seen};
use super::rows::{Rows, cells};
use super::target::Target;
use super::text::without_guard;
use crate::limits::{BATCH_ROWS, ROWS_MAX};

/// Beginnings of files that are text and no table.
const OTHER_TEXTS: &[(&str, &str)] = &[
    ("<?xml", "XML"),
    ("<!doctype", "HTML"),
    ("<html", "HTML"),
    ("<rss", "RSS"),
    ("<alert", "CAP"),
    ("{", "JSON"),
    ("[{", "JSON"),
];

/// The plan of an import, given out in batches. Holds no more than one batch, one window of the
/// file (some 4 MiB) and 16 to 40 bytes a row to tell identical rows apart.
///
/// Make one with [`Planner::new`], which reads the whole file and refuses what cannot be imported;
/// show [`Planner::survey`]; then call [`Planner::next_batch`] until it gives `None`. For the
/// same bytes and options the batches are the same, so a first round can be shown and a second one
/// applied.
pub struct Planner<R> {
    survey: Survey,
    layout: Layout,
    options: ImportOptions,
    zone: TimeZone,
    delimiter: u8,
    rows: Rows<R>,
    seen: Seen,
}

impl<R: Read + Seek> Planner<R> {
    /// Surveys the whole file. With `strict`, also reads its rows once, and refuses the file when
    /// one is rejected.
    pub fn new(mut reader: R, options: ImportOptions) -> Result<Self, FileRefused> {
        let zone = clock::zone(&options.destination.time_zone)?;
        let facts = examine(&mut reader, options.encoding.as_deref())?;
        let source = Decoded::new(reader, facts.encoding, facts.bytes)?;
        let (delimiter, source) = match options.delimiter {
            Some(delimiter) => (known_delimiter(delimiter)?, source),
            None => detect(source)?,
        };
        let mut rows = Rows::new(source, delimiter);
        let header = header(&mut rows, delimiter)?;
        let mut layout = Layout::read(&header, &options)?;
        let count = count(
            &mut rows,
            delimiter,
            &mut layout,
            options.destination.exercise,
        )?;
        let survey = Survey {
            format: layout.format,
            kind: layout.kind,
            encoding: facts.encoding.name(),
            encoding_guessed: facts.guessed,
            delimiter: char::from(delimiter),
            rows: count,
            file_hash: facts.hash.to_hex().to_string(),
            dates: date_columns(&layout.columns)?,
            left_out_columns: layout.left_out(),
            header: header.text,
        };
        let mut planner = Self {
            survey,
            layout,
            options,
            zone,
            delimiter,
            rows: Rows::new(rows.into_source().rewound()?, delimiter),
            seen: Seen::default(),
        };
        planner.rows.next_row()?;
        if planner.options.strict {
            planner = planner.checked()?;
        }
        Ok(planner)
    }

    /// How the file is read.
    pub fn survey(&self) -> &Survey {
        &self.survey
    }

    /// What the next rows give, at most [`BATCH_ROWS`] of them; `None` at the end of the file. An
    /// error here means that the file changed, or its medium failed, since the survey.
    pub fn next_batch(&mut self) -> Result<Option<Batch>, FileRefused> {
        let reader = RowReader {
            layout: &self.layout,
            options: &self.options,
            zone: &self.zone,
            delimiter: self.delimiter,
            file_hash: &self.survey.file_hash,
        };
        let mut batch = Batch::default();
        let mut read = 0;
        while read < BATCH_ROWS {
            match self.rows.next_row()? {
                Some(row) => read += usize::from(reader.read(&row, &mut self.seen, &mut batch)),
                None => break,
            }
        }
        Ok((read > 0).then_some(batch))
    }

    /// Reads all rows, then starts again; refuses the file when one of them is rejected.
    fn checked(mut self) -> Result<Self, FileRefused> {
        let (mut rejected, mut first) = (0, None);
        while let Some(batch) = self.next_batch()? {
            rejected += batch.rejected.len() as u64;
            first = first.or(batch.rejected.first().map(|rejected| rejected.line));
        }
        if let Some(line) = first {
            return Err(FileRefused::Strict { rejected, line });
        }
        self.rows = Rows::new(self.rows.into_source().rewound()?, self.delimiter);
        self.rows.next_row()?;
        self.seen = Seen::default();
        Ok(self)
    }
}

/// The whole plan of a file held in memory.
pub fn plan(bytes: &[u8], options: ImportOptions) -> Result<ImportPlan, FileRefused> {
    let mut planner = Planner::new(Cursor::new(bytes), options)?;
    let mut plan = ImportPlan {
        survey: planner.survey().clone(),
        records: Vec::new(),
        rejected: Vec::new(),
        notes: Vec::new(),
        private_fields: 0,
        formula_cells: 0,
    };
    while let Some(mut batch) = planner.next_batch()? {
        plan.records.append(&mut batch.records);
        plan.rejected.append(&mut batch.rejected);
        plan.notes.append(&mut batch.notes);
        plan.private_fields += batch.private_fields;
        plan.formula_cells += batch.formula_cells;
    }
    Ok(plan)
}

fn known_delimiter(delimiter: char) -> Result<u8, FileRefused> {
    let known = DELIMITERS
        .into_iter()
        .find(|known| char::from(*known) == delimiter);
    known.ok_or(FileRefused::BadDelimiter)
}

fn header<R: Read + Seek>(rows: &mut Rows<R>, delimiter: u8) -> Result<Header, FileRefused> {
    let row = rows.next_row()?.ok_or(FileRefused::Empty)?;
    let beginning: String = row
        .text
        .trim_start()
        .chars()
        .take(10)
        .collect::<String>()
        .to_lowercase();
    if let Some((_, what)) = OTHER_TEXTS
        .iter()
        .find(|(mark, _)| beginning.starts_with(mark))
    {
        return Err(FileRefused::NotATable { what });
    }
    if !row.sound {
        return Err(FileRefused::OpenQuotes { line: row.line });
    }
    Header::read(row.text, delimiter)
}

/// Reads every row for what only the whole column tells; gives the number of rows.
fn count<R: Read + Seek>(
    rows: &mut Rows<R>,
    delimiter: u8,
    layout: &mut Layout,
    into_exercise: bool,
) -> Result<u64, FileRefused> {
    let mut count = 0;
    while let Some(row) = rows.next_row()? {
        let cells = cells(row.text, delimiter);
        if row.sound && cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        count += 1;
        if count > ROWS_MAX {
            return Err(FileRefused::TooManyRows);
        }
        if !row.sound {
            continue;
        }
        for (column, cell) in layout.columns.iter_mut().zip(&cells) {
            vote(column, without_guard(cell), into_exercise)?;
        }
    }
    Ok(count)
}

fn vote(column: &mut Column, cell: &str, into_exercise: bool) -> Result<(), FileRefused> {
    let Some(target) = &column.target else {
        return Ok(());
    };
    if target.is_moment() {
        column.order_votes.add(cell);
    } else if target.is_decimal() {
        column.mark_votes.add(cell);
    } else if matches!(target, Target::Exercise) && !into_exercise {
        let exercise = !cell.trim().is_empty() && yes_or_no(cell) != Some(false);
        if exercise {
            return Err(FileRefused::ExerciseMismatch);
        }
    }
    Ok(())
}

/// The columns of dates where the order matters; refuses those where nothing decides.
fn date_columns(columns: &[Column]) -> Result<Vec<DateColumn>, FileRefused> {
    let mut dates = Vec::new();
    for column in columns {
        if !column.target.as_ref().is_some_and(Target::is_moment) {
            continue;
        }
        let votes = &column.order_votes;
        let Some(order) = column.order.or_else(|| votes.decide()) else {
            return Err(FileRefused::AmbiguousDates {
                column: column.name.clone(),
                rows: votes.either(),
            });
        };
        if votes.matter() {
            dates.push(DateColumn {
                column: column.name.clone(),
                order,
                either: votes.either(),
            });
        }
    }
    Ok(dates)
}
