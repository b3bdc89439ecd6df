//! From a row to the records it makes.

use std::collections::{BTreeMap, BTreeSet};

use beffroi_records::{Kind, Source, Values};
use jiff::tz::TimeZone;
use serde_json::Value;
use uuid::Uuid;

use super::cells::{CellReader, excerpt};
use super::columns::{Layout, text_field};
use super::draft::Draft;
use super::identity::{content_key, record_id};
use super::options::ImportOptions;
use super::plan::{Batch, NewRecord, Rejected};
use super::reason::Reason;
use super::rows::{RawRow, cells};
use super::target::Target;

/// What one import knows of all its rows.
pub(crate) struct RowReader<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) options: &'a ImportOptions,
    pub(crate) zone: &'a TimeZone,
    pub(crate) delimiter: u8,
    pub(crate) file_hash: &'a str,
}

/// Identities met so far in the file.
#[derive(Default)]
pub(crate) struct Seen {
    keys: BTreeSet<Uuid>,
    /// How many rows have had this content (first half of its BLAKE3).
    contents: BTreeMap<[u8; 16], u64>,
}

/// Why a row is rejected, and the column to blame.
struct Refusal {
    column: Option<usize>,
    reason: Reason,
}

impl RowReader<'_> {
    /// Reads a row into the batch; false when it is blank.
    pub(crate) fn read(&self, row: &RawRow<'_>, seen: &mut Seen, batch: &mut Batch) -> bool {
        let cells = cells(row.text, self.delimiter);
        if row.sound && cells.iter().all(|cell| cell.trim().is_empty()) {
            return false;
        }
        let made = if row.sound {
            self.records(row, &cells, seen, batch)
        } else {
            Err(Refusal {
                column: None,
                reason: Reason::OpenQuote,
            })
        };
        if let Err(refusal) = made {
            batch.rejected.push(self.rejected(row, &cells, refusal));
        }
        true
    }

    fn rejected(&self, row: &RawRow<'_>, cells: &[impl AsRef<str>], refusal: Refusal) -> Rejected {
        let column = refusal.column.map(|at| &self.layout.columns[at]);
        let cell = refusal
            .column
            .and_then(|at| cells.get(at))
            .map(AsRef::as_ref);
        Rejected {
            line: row.line,
            column: column.map(|column| column.name.clone()),
            reason: refusal.reason,
            excerpt: column.and_then(|column| excerpt(column, cell.unwrap_or_default())),
            row: row.text.to_owned(),
        }
    }

    /// Puts the records of a row into the batch.
    fn records(
        &self,
        row: &RawRow<'_>,
        cells: &[impl AsRef<str>],
        seen: &mut Seen,
        batch: &mut Batch,
    ) -> Result<(), Refusal> {
        let mut draft = self.draft(row, cells)?;
        self.check_point(row.line, &mut draft)?;
        self.settle_title(row.line, &mut draft)?;
        let key = self.key(&draft, cells, seen)?;
        let id = self.id(self.layout.kind, &key);
        if draft.key.is_some() && !seen.keys.insert(id) {
            return Err(Refusal {
                column: self.column_of(|target| matches!(target, Target::Key)),
                reason: Reason::DuplicateInFile,
            });
        }
        batch.formula_cells += draft.formula_cells;
        batch.notes.append(&mut draft.notes);
        let private = self.private(&mut draft, batch);
        let at = &self.options.destination.started_at;
        let need_types = std::mem::take(&mut draft.need_types);
        let source_id = draft.key.take().unwrap_or_default();
        let fields = draft.take_fields(id, at);
        let incident = NewRecord {
            id,
            kind: self.layout.kind,
            line: row.line,
            fields,
            private,
            source: self.source(source_id),
        };
        let needs = self.needs(&incident, &key, &need_types);
        batch.records.push(incident);
        batch.records.extend(needs);
        Ok(())
    }

    /// Reads each cell. Missing cells are empty; cells beyond the header are not read.
    fn draft(&self, row: &RawRow<'_>, cells: &[impl AsRef<str>]) -> Result<Draft, Refusal> {
        let mut draft = Draft::default();
        let columns = &self.layout.columns;
        let beyond = cells.get(columns.len()..).unwrap_or_default();
        if cells.len() < columns.len() || beyond.iter().any(|cell| !cell.as_ref().trim().is_empty())
        {
            draft.note(row.line, None, Reason::RaggedRow, None);
        }
        let reader = CellReader {
            cleaning: self.layout.cleaning,
            zone: self.zone,
            tag_prefix: self.tag_prefix(),
            title_field: self.layout.kind.title_field(),
        };
        for (at, (column, cell)) in columns.iter().zip(cells).enumerate() {
            reader
                .take(&mut draft, row.line, column, cell.as_ref())
                .map_err(|reason| Refusal {
                    column: Some(at),
                    reason,
                })?;
        }
        Ok(draft)
    }

    fn tag_prefix(&self) -> &str {
        match self.layout.format {
            super::TableFormat::Ushahidi => self.layout.format.token(),
            super::TableFormat::Csv => &self.options.source,
        }
    }

    /// Half a point rejects the row; a point outside the territory is kept, tagged and noted.
    fn check_point(&self, line: u64, draft: &mut Draft) -> Result<(), Refusal> {
        let latitude = self.column_of(|target| matches!(target, Target::Latitude));
        if draft.has_half_a_point() {
            let longitude = self.column_of(|target| matches!(target, Target::Longitude));
            let empty = if draft.place.latitude.is_none() {
                latitude
            } else {
                longitude
            };
            return Err(Refusal {
                column: empty.or(latitude).or(longitude),
                reason: Reason::BadCoordinates,
            });
        }
        let (Some(area), Some((x, y))) = (&self.options.destination.area, draft.point()) else {
            return Ok(());
        };
        if area.contains(x, y) {
            return Ok(());
        }
        let swapped = area.contains(y, x);
        let reason = if swapped {
            Reason::SwappedCoordinates
        } else {
            Reason::OutsideArea
        };
        let name = latitude.map(|at| self.layout.columns[at].name.as_str());
        draft.note(line, name, reason, Some(format!("{y}, {x}")));
        draft.add_tag(OUTSIDE_AREA.to_owned());
        Ok(())
    }

    fn settle_title(&self, line: u64, draft: &mut Draft) -> Result<(), Refusal> {
        let title = self.layout.kind.title_field();
        let at =
            self.column_of(|target| matches!(target, Target::Line(field, _) if *field == title));
        match draft.settle_title(title, text_field(self.layout.kind)) {
            Some(false) => Ok(()),
            Some(true) => {
                let name = at.map(|at| self.layout.columns[at].name.as_str());
                draft.note(line, name, Reason::TitleBorrowed, None);
                Ok(())
            }
            None => Err(Refusal {
                column: at,
                reason: Reason::MissingRequired,
            }),
        }
    }

    /// The row's own identity, else its content and its rank among identical rows.
    fn key(
        &self,
        draft: &Draft,
        cells: &[impl AsRef<str>],
        seen: &mut Seen,
    ) -> Result<String, Refusal> {
        if let Some(key) = &draft.key {
            return Ok(key.clone());
        }
        if self.layout.has_key() {
            return Err(Refusal {
                column: self.column_of(|target| matches!(target, Target::Key)),
                reason: Reason::MissingRequired,
            });
        }
        let content = content_key(cells, 0);
        let mut half = [0; 16];
        half.copy_from_slice(&blake3::hash(content.as_bytes()).as_bytes()[..16]);
        let rank = seen.contents.entry(half).or_insert(0);
        let key = content_key(cells, *rank);
        *rank += 1;
        Ok(key)
    }

    fn id(&self, kind: Kind, key: &str) -> Uuid {
        record_id(
            self.options.destination.operation,
            kind.token(),
            self.layout.format.token(),
            &self.options.source,
            key,
        )
    }

    fn source(&self, id: String) -> Source {
        Source::Import {
            format: self.layout.format.token().to_owned(),
            name: self.options.source.clone(),
            id,
            file_hash: self.file_hash.to_owned(),
        }
    }

    /// Private fields, or none and their count. What comes from a file never enters an exercise.
    fn private(&self, draft: &mut Draft, batch: &mut Batch) -> Values {
        let private = draft.take_private();
        if self.options.private && !self.options.destination.exercise {
            return private;
        }
        batch.private_fields += private.len() as u64;
        Values::new()
    }

    /// One need for each type of help that the labels of a report ask for.
    fn needs(&self, incident: &NewRecord, key: &str, need_types: &[&str]) -> Vec<NewRecord> {
        if !self.options.needs || incident.kind != Kind::Incident {
            return Vec::new();
        }
        let need = |need_type: &&str| {
            let mut fields = Values::new();
            for shared in ["title", "place"] {
                if let Some(value) = incident.fields.get(shared) {
                    fields.insert(shared.to_owned(), value.clone());
                }
            }
            fields.insert("need_type".to_owned(), Value::from(*need_type));
            fields.insert("incident".to_owned(), incident.id.to_string().into());
            NewRecord {
                id: self.id(Kind::Need, &format!("{key}/{need_type}")),
                kind: Kind::Need,
                line: incident.line,
                fields,
                private: Values::new(),
                source: incident.source.clone(),
            }
        };
        need_types.iter().map(need).collect()
    }

    fn column_of(&self, wanted: impl Fn(&Target) -> bool) -> Option<usize> {
        let mut columns = self.layout.columns.iter();
        columns.position(|column| column.target.as_ref().is_some_and(&wanted))
    }
}

/// Tag of a record whose point is outside the territory.
const OUTSIDE_AREA: &str = "outside_area";
