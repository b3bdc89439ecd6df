//! Exporting records as a file: written beside the data first, so that the answer's summary is true
//! before its first byte, then streamed and removed.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use beffroi_api::problem::Cause;
use beffroi_api::request::Export;
use beffroi_api::{Kind, Language};
use beffroi_formats::{
    CsvOptions, CsvWriter, Derived, Exported as ExportedRecord, GeoJsonWriter, Selection,
};
use beffroi_formats::{Sentences, Stock, Summary};
use beffroi_records::{Kind as RecordKind, Record, labels, stock};
use futures::StreamExt;
use futures::stream::BoxStream;
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use super::shape::record_kind;
use super::{Context, Service, blocking};
use crate::clock::now_ms;
use crate::dice;
use crate::failure::Outcome;
use crate::node::internal;

/// Records in memory at a time.
const TOGETHER: usize = 100;

/// A file to be streamed.
pub(crate) struct Exported {
    pub(crate) content_type: &'static str,
    /// What went out and what stayed, as a sentence.
    pub(crate) summary: String,
    pub(crate) bytes: BoxStream<'static, std::io::Result<bytes::Bytes>>,
}

/// How the file is written.
#[derive(Clone, Copy)]
enum Format {
    GeoJson,
    Csv { excel: bool },
}

impl Service {
    /// Exports the records of the kinds named. When none is: incidents, needs and resources where a
    /// file may hold several kinds, incidents else.
    pub(crate) async fn export(&self, request: Export, language: Language) -> Outcome<Exported> {
        let context = self.context().await?;
        let format = match request.format.as_str() {
            "geojson" => Format::GeoJson,
            "csv" => Format::Csv {
                excel: request.excel,
            },
            other => {
                let format = other.chars().take(40).collect();
                return Err(Cause::FormatUnsupported {
                    format,
                    known: "geojson, csv".into(),
                }
                .into());
            }
        };
        let kinds = kinds(format, request.what)?;
        let operation = context.operation(request.operation.as_deref())?;
        let path = self
            .folder
            .exchange()
            .join(format!("export-{}", dice::uuid(now_ms())));
        let target = path.clone();
        let summary = blocking(move || {
            let written = context.write_file(&target, &kinds, operation, format, language);
            written.map_err(|error| internal(&error))
        })
        .await??;
        let file = tokio::fs::File::open(&path)
            .await
            .map_err(|error| internal(&error))?;
        // The open file outlives its name.
        remove(&path);
        Ok(Exported {
            content_type: match format {
                Format::GeoJson => "application/geo+json",
                Format::Csv { .. } => "text/csv; charset=utf-8",
            },
            summary,
            bytes: ReaderStream::new(file).boxed(),
        })
    }
}

/// What a file of this format holds, each kind once.
fn kinds(format: Format, what: Vec<Kind>) -> Outcome<Vec<RecordKind>> {
    let what = match (format, what.as_slice()) {
        (Format::GeoJson, []) => vec![Kind::Incident, Kind::Need, Kind::Resource],
        (Format::Csv { .. }, []) => vec![Kind::Incident],
        (_, _) => what,
    };
    let mut kinds: Vec<RecordKind> = Vec::new();
    for kind in what.into_iter().map(record_kind) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    match format {
        Format::Csv { .. } if kinds.len() > 1 => Err(Cause::OneKindAFile {
            format: "csv".into(),
        }
        .into()),
        Format::Csv { .. } | Format::GeoJson => Ok(kinds),
    }
}

fn remove(path: &PathBuf) {
    if let Err(error) = std::fs::remove_file(path) {
        tracing::warn!(%error, "a temporary file could not be removed");
    }
}

impl Context {
    fn write_file(
        &self,
        path: &Path,
        kinds: &[RecordKind],
        operation: Uuid,
        format: Format,
        language: Language,
    ) -> std::io::Result<String> {
        let language = match language {
            Language::French => labels::Language::French,
            Language::English => labels::Language::English,
        };
        let exercise = self.view.record(RecordKind::Operation, operation);
        let selection =
            Selection::usual(exercise.is_some_and(|operation| operation.used("exercise") == true));
        let file = BufWriter::new(File::create(path)?);
        let summary = match format {
            Format::GeoJson => {
                let mut writer = GeoJsonWriter::new(file, kinds, selection)?;
                for kind in kinds {
                    self.each(*kind, operation, |record| writer.write(record))?;
                }
                writer.finish()?
            }
            Format::Csv { excel } => {
                let options = CsvOptions {
                    excel,
                    labels: excel,
                    language,
                };
                let kind = kinds.first().copied().unwrap_or(RecordKind::Incident);
                let mut writer = CsvWriter::new(file, kind, options, selection)?;
                self.each(kind, operation, |record| writer.write(record))?;
                writer.finish()?
            }
        };
        Ok(one_line(&Sentences::new(language), &summary))
    }

    /// Every record of a kind in an operation, by id.
    fn each(
        &self,
        kind: RecordKind,
        operation: Uuid,
        mut write: impl FnMut(&ExportedRecord<'_>) -> std::io::Result<()>,
    ) -> std::io::Result<()> {
        let ours = |row: &&beffroi_records::Row| {
            kind == RecordKind::Operation || row.operation == Some(operation)
        };
        let ids: Vec<Uuid> = self.view.rows(kind, |rows| {
            rows.filter(|row| ours(row)).map(|row| row.id).collect()
        });
        for ids in ids.chunks(TOGETHER) {
            for (record, _) in self.view.records(kind, ids) {
                write(&ExportedRecord {
                    record: &record,
                    derived: derived(&record),
                    private_fields: self.private_fields(&record),
                })?;
            }
        }
        Ok(())
    }

    /// How many private fields of a record hold something; 0 where they cannot be read.
    fn private_fields(&self, record: &Record) -> u64 {
        let private = self.view.private(record.kind, record.id);
        private.map_or(0, |private| private.readings.len() as u64)
    }
}

/// What is left of a lot, site by site.
fn derived(record: &Record) -> Derived {
    let left = stock(record.entries("movements"));
    let stock = left.iter().map(|stock| Stock {
        place: None,
        amount: stock.amount.to_string(),
    });
    Derived {
        delivered: None,
        stock: stock.collect(),
    }
}

/// A header holds visible ASCII only: everything else is percent-encoded.
fn one_line(sentences: &Sentences, summary: &Summary) -> String {
    beffroi_api::path::escape(&sentences.exported(summary))
}
