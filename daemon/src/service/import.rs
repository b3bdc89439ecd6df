//! Importing a table: the body is streamed to a file of ours, planned, and applied batch by batch, each
//! one entry and one flush. One bad row never stops the rest; the same file again creates nothing.

use std::collections::VecDeque;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Body;
use beffroi_api::problem::Cause;
use beffroi_api::reply::transfer::{ImportNote, ImportReport, Rejected as ShownRejected};
use beffroi_api::request::{IMPORT_BYTES_MAX, Import};
use beffroi_api::{Language, Schema};
use beffroi_formats::{
    Batch as PlannedBatch, Destination, FileRefused, ImportOptions, NewRecord, Planner, Rejected,
    Sentences, TableFormat, parse_pair, rejected_file, source_label,
};
use beffroi_records::{Created, Kind, Part, Writing, create, labels};
use beffroi_store::Batch;
use beffroi_trust::{DocId, Payload, author};
use futures::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::runtime::Handle;
use uuid::Uuid;

use super::shape::record_kind;
use super::{Context, Service, blocking, refused};
use crate::clock::now_ms;
use crate::dice;
use crate::failure::{Failure, Outcome};
use crate::node::{Authoring, Kept, NodeHandle, internal, stamped};
use crate::view::shared_doc;

/// Rejected rows and notes in a report: above, only the first are listed, and a note says so.
const LISTED_MAX: usize = 10_000;
/// Bytes of rejected rows given back to be mended; above, the file is cut and a note says so.
const REJECTED_BYTES_MAX: usize = 16 << 20;
/// Entries on their way to the disk while the next are made.
const IN_FLIGHT_MAX: usize = 4;

/// A file of ours that goes away with the import.
pub(super) struct Upload(PathBuf);

impl Upload {
    /// Where it is.
    pub(super) fn path(&self) -> &std::path::Path {
        &self.0
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Service {
    /// Imports the body.
    pub(crate) async fn import(
        &self,
        request: Import,
        language: Language,
        body: Body,
    ) -> Outcome<ImportReport> {
        let context = self.context().await?;
        if !request.dry_run {
            self.node.ask(|node| node.refuse_in_trouble()).await??;
        }
        let upload = self.receive(body).await?;
        let destination = context.destination(request.operation.as_deref())?;
        let operation = destination.operation;
        let options = options(&request, destination)?;
        let node = self.node.clone();
        let runtime = Handle::current();
        blocking(move || {
            let file = File::open(&upload.0).map_err(|error| internal(&error))?;
            let sentences = Sentences::new(words(language));
            let planner = Planner::new(BufReader::new(file), options)
                .map_err(|why| not_read(&why, &sentences))?;
            let writer = Applying {
                context: Arc::new(context),
                node,
                runtime,
                in_flight: VecDeque::new(),
                operation,
            };
            Importing {
                planner,
                sentences,
                writer,
                dry_run: request.dry_run,
            }
            .run()
        })
        .await?
    }

    /// Streams a body into the exchange folder.
    pub(super) async fn receive(&self, body: Body) -> Outcome<Upload> {
        let path = self
            .folder
            .exchange()
            .join(format!("import-{}", dice::uuid(now_ms())));
        let upload = Upload(path);
        let full = || {
            Failure::from(Cause::DiskFull {
                path: self.folder.root().display().to_string(),
            })
        };
        let mut file = tokio::fs::File::create(&upload.0)
            .await
            .map_err(|_| full())?;
        let mut stream = body.into_data_stream();
        let mut bytes = 0;
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| Cause::BodyUnreadable {
                error: error.to_string(),
            })?;
            bytes += chunk.len() as u64;
            if bytes > IMPORT_BYTES_MAX {
                return Err(Cause::FileTooLarge {
                    limit: IMPORT_BYTES_MAX,
                }
                .into());
            }
            file.write_all(&chunk).await.map_err(|_| full())?;
        }
        file.flush().await.map_err(|_| full())?;
        Ok(upload)
    }
}

impl Context {
    fn destination(&self, operation: Option<&str>) -> Outcome<Destination> {
        let operation = self.operation(operation)?;
        let record = self.view.record(Kind::Operation, operation);
        let record = record.ok_or_else(|| Cause::RecordUnknown {
            reference: operation.to_string(),
        })?;
        if record.status() == "closed" {
            return Err(Cause::OperationClosed {
                operation: record.title().to_owned(),
            }
            .into());
        }
        let zone = record.text("time_zone");
        let created = record
            .used("created")
            .get("at")
            .and_then(|at| at.as_str())
            .unwrap_or_default();
        Ok(Destination {
            operation,
            exercise: record.used("exercise") == true,
            time_zone: if zone.is_empty() {
                "Europe/Paris".into()
            } else {
                zone.to_owned()
            },
            started_at: created.to_owned(),
            area: None,
        })
    }
}

fn options(request: &Import, destination: Destination) -> Outcome<ImportOptions> {
    let mut options = ImportOptions::new(destination, source_label(&request.name));
    options.kind = Some(record_kind(request.kind));
    options.strict = request.strict;
    options.format = match request.format.as_deref() {
        None => None,
        Some(token) => Some(
            TableFormat::find(token).ok_or_else(|| Cause::FormatUnsupported {
                format: token.chars().take(40).collect(),
                known: "ushahidi, csv".into(),
            })?,
        ),
    };
    for pair in &request.map {
        let parsed = parse_pair(pair);
        let unreadable = || Cause::ParameterUnreadable {
            name: "map".into(),
            value: pair.chars().take(80).collect(),
        };
        options.map.push(parsed.ok_or_else(unreadable)?);
    }
    Ok(options)
}

fn words(language: Language) -> labels::Language {
    match language {
        Language::French => labels::Language::French,
        Language::English => labels::Language::English,
    }
}

fn not_read(why: &FileRefused, sentences: &Sentences) -> Failure {
    Cause::FileRefused {
        why: sentences.refused(why),
    }
    .into()
}

/// An import under way.
struct Importing {
    planner: Planner<BufReader<File>>,
    sentences: Sentences,
    writer: Applying,
    dry_run: bool,
}

impl Importing {
    fn run(mut self) -> Outcome<ImportReport> {
        let survey = self.planner.survey().clone();
        let mut report = ImportReport {
            schema: Schema,
            dry_run: self.dry_run,
            format: survey.format.token().to_owned(),
            read_as: self.sentences.read_as(&survey),
            rows: survey.rows,
            created: 0,
            updated: 0,
            already: 0,
            rejected: Vec::new(),
            rejected_total: 0,
            notes: Vec::new(),
            private_fields: 0,
            left_out_columns: survey.left_out_columns.clone(),
            rejected_rows: None,
        };
        let mut mended: Vec<Rejected> = Vec::new();
        let mut mended_bytes = 0;
        let mut notes_total = 0;
        while let Some(batch) = self
            .planner
            .next_batch()
            .map_err(|why| not_read(&why, &self.sentences))?
        {
            self.tell(&mut report, &batch);
            notes_total += batch.notes.len();
            for rejected in batch.rejected {
                mended_bytes += rejected.row.len();
                if mended_bytes <= REJECTED_BYTES_MAX {
                    mended.push(rejected);
                }
            }
            self.apply(&mut report, batch.records)?;
        }
        self.writer.finish()?;
        report.rejected_rows = rejected_file(&survey.header, &mended);
        self.say_what_was_cut(&mut report, mended.len(), notes_total);
        Ok(report)
    }

    /// Puts what the lists had no room for before the notes.
    fn say_what_was_cut(&self, report: &mut ImportReport, mended: usize, notes_total: usize) {
        let (listed, noted) = (report.rejected.len() as u64, report.notes.len() as u64);
        let (total, mended) = (report.rejected_total, mended as u64);
        let notes_total = notes_total as u64;
        let cut = [
            (listed < total).then(|| self.sentences.list_cut(listed, total)),
            (mended < total).then(|| self.sentences.rows_cut(mended, total)),
            (noted < notes_total).then(|| self.sentences.notes_cut(noted, notes_total)),
        ];
        let said = cut.into_iter().flatten().map(|text| ImportNote {
            line: None,
            column: None,
            text,
        });
        report.notes.splice(0..0, said);
    }

    fn tell(&self, report: &mut ImportReport, batch: &PlannedBatch) {
        report.private_fields += batch.private_fields;
        report.rejected_total += batch.rejected.len() as u64;
        for rejected in &batch.rejected {
            if report.rejected.len() < LISTED_MAX {
                report.rejected.push(ShownRejected {
                    line: rejected.line,
                    column: rejected.column.clone(),
                    reason: self.sentences.rejected(rejected),
                    code: rejected.reason.code().to_owned(),
                });
            }
        }
        for note in &batch.notes {
            if report.notes.len() < LISTED_MAX {
                let text = self.sentences.note(note);
                report.notes.push(ImportNote {
                    line: Some(note.line),
                    column: note.column.clone(),
                    text,
                });
            }
        }
    }

    fn apply(&mut self, report: &mut ImportReport, records: Vec<NewRecord>) -> Outcome<()> {
        let (known, new): (Vec<NewRecord>, Vec<NewRecord>) = {
            let cabinet = self.writer.context.view.cabinet();
            records
                .into_iter()
                .partition(|record| cabinet.row(record.kind, record.id).is_some())
        };
        report.already += known.len() as u64;
        report.created += new.len() as u64;
        if self.dry_run || new.is_empty() {
            return Ok(());
        }
        self.writer.write(new)
    }
}

/// Signs batches and keeps a few on their way to the disk.
struct Applying {
    context: Arc<Context>,
    node: NodeHandle,
    runtime: Handle,
    in_flight: VecDeque<Kept>,
    operation: Uuid,
}

impl Applying {
    fn write(&mut self, records: Vec<NewRecord>) -> Outcome<()> {
        let time_ms = now_ms();
        let mut items: Vec<(DocId, Payload)> = Vec::with_capacity(records.len());
        for record in &records {
            items.push(self.item(record, time_ms)?);
        }
        for range in author::batches(&items) {
            let authoring = Authoring {
                items: items[range].to_vec(),
                time_ms,
                notes: Batch::new(),
            };
            let asked = self.node.ask(move |node| node.author(authoring));
            self.in_flight.push_back(self.runtime.block_on(asked)??);
            if self.in_flight.len() >= IN_FLIGHT_MAX {
                self.wait_for_one()?;
            }
        }
        Ok(())
    }

    fn item(&self, record: &NewRecord, time_ms: u64) -> Outcome<(DocId, Payload)> {
        let writing = Writing {
            time_ms,
            operation: Some(self.operation),
            number: None,
            created: Created {
                at: crate::clock::rfc3339(time_ms),
                by: "import".into(),
                org: String::new(),
                post: self.context.name.clone(),
            },
            source: record.source.clone(),
        };
        let raw = create(
            record.kind,
            Part::Shared,
            record.id,
            &record.fields,
            &writing,
        )
        .map_err(refused)?;
        stamped(&self.context.me, shared_doc(record.kind, record.id), raw)
    }

    fn wait_for_one(&mut self) -> Outcome<()> {
        match self.in_flight.pop_front() {
            None => Ok(()),
            Some(kept) => self
                .runtime
                .block_on(kept)
                .map_err(|_| Failure::from(Cause::Ending {}))?,
        }
    }

    fn finish(&mut self) -> Outcome<()> {
        while !self.in_flight.is_empty() {
            self.wait_for_one()?;
        }
        Ok(())
    }
}
