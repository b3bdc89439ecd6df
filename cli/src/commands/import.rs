//! `import`: stream a file, show what became of its rows, write the refused ones beside it.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use beffroi_api::reply::ImportReport;
use beffroi_api::request::Import;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use tokio::io::{AsyncRead, ReadBuf};

use super::DONE;
use crate::args::ImportArgs;
use crate::failure::{EXIT_FAILED, EXIT_NOT_FOUND, Failure, Outcome};
use crate::output::json;
use crate::output::table::printable;
use crate::session::Session;

/// Refused rows shown as text; the file holds all.
const SHOWN: usize = 20;

/// Files of refused rows beside one file before the import asks to tidy up.
const REJECTED_FILES_MAX: u32 = 100;

pub(super) async fn run(session: &Session, args: ImportArgs) -> Outcome {
    let from_stdin = args.import_file.as_os_str() == "-";
    let file = if from_stdin {
        PathBuf::from("stdin")
    } else {
        args.import_file
    };
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let import = Import {
        kind: args.import_kind,
        format: args.import_format,
        name: name.unwrap_or_default(),
        dry_run: args.dry_run,
        strict: args.import_strict,
        update: false,
        operation: session.operation.clone(),
        map: args.map,
    };
    let mut report = if from_stdin {
        session.client.import(&import, tokio::io::stdin()).await?
    } else {
        let (reader, bar) = open(session, &file).await?;
        let report = session.client.import(&import, reader).await;
        bar.finish_and_clear();
        report?
    };
    let rows = report.rejected_rows.take().filter(|_| !report.dry_run);
    let written = rows.map(|rows| keep(&file, rows.as_bytes()));
    let written = written.transpose().map_err(|error| {
        let arguments = [("error", error.to_string().into())];
        session.failure(EXIT_FAILED, "import-rejected-lost", &arguments)
    });
    show(
        session,
        &import.name,
        &report,
        written.as_ref().ok().and_then(Option::as_deref),
    )?;
    written.map(|_path| DONE)
}

async fn open(session: &Session, file: &Path) -> Result<(Measured, ProgressBar), Failure> {
    let opened = tokio::fs::File::open(file).await;
    let opened = opened.map_err(|error| {
        let arguments = [
            ("path", file.display().to_string().into()),
            ("error", error.to_string().into()),
        ];
        let missing = error.kind() == io::ErrorKind::NotFound;
        let exit = if missing { EXIT_NOT_FOUND } else { EXIT_FAILED };
        session.failure(exit, "import-unreadable", &arguments)
    })?;
    let bytes = opened.metadata().await.map_or(0, |metadata| metadata.len());
    let target = if session.screen.is_live() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(bytes), target);
    // The pattern is a constant: the default serves should it ever not parse.
    if let Ok(style) = ProgressStyle::with_template("{bytes} / {total_bytes}  {elapsed}") {
        bar.set_style(style);
    }
    let reader = Measured {
        file: opened,
        bar: bar.clone(),
    };
    Ok((reader, bar))
}

/// A file that moves a bar as it is read.
struct Measured {
    file: tokio::fs::File,
    bar: ProgressBar,
}

impl AsyncRead for Measured {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.file).poll_read(context, buffer))?;
        this.bar.inc((buffer.filled().len() - before) as u64);
        Poll::Ready(Ok(()))
    }
}

/// Writes refused rows for their owner only, beside the file, over nothing that is there.
fn keep(file: &Path, rows: &[u8]) -> io::Result<PathBuf> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    for number in 1..=REJECTED_FILES_MAX {
        let suffix = if number == 1 {
            String::new()
        } else {
            format!("-{number}")
        };
        let path = file.with_file_name(format!("{stem}.rejected{suffix}.csv"));
        let opened = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path);
        match opened {
            Ok(mut rejected) => {
                rejected.write_all(rows)?;
                rejected.sync_all()?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// The report, and where the refused rows were written.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    report: &'a ImportReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_file: Option<String>,
}

fn show(
    session: &Session,
    name: &str,
    report: &ImportReport,
    rejected: Option<&Path>,
) -> Result<(), Failure> {
    let rejected = rejected.map(|path| path.display().to_string());
    if session.screen.json().is_some() {
        let document = Document {
            report,
            rejected_file: rejected,
        };
        return json::document(&session.screen, &document);
    }
    let read_as = printable(&report.read_as);
    session
        .screen
        .line(&format!("{}   {read_as}", printable(name)))?;
    let arguments = [
        ("created", report.created.into()),
        ("updated", report.updated.into()),
        ("already", report.already.into()),
        ("rejected", rejected_total(report).into()),
    ];
    session.print(
        if report.dry_run {
            "import-would"
        } else {
            "import-did"
        },
        &arguments,
    )?;
    rows(session, report)?;
    if report.private_fields > 0 {
        session.print("import-private", &[("count", report.private_fields.into())])?;
    }
    if !report.left_out_columns.is_empty() {
        let columns = printable(&report.left_out_columns.join(", "));
        session.print("import-columns", &[("columns", columns.into())])?;
    }
    if let Some(path) = rejected {
        session.print("import-rejected-file", &[("path", path.into())])?;
    }
    Ok(())
}

/// A daemon of an earlier version lists rejected rows without counting them.
fn rejected_total(report: &ImportReport) -> u64 {
    report.rejected_total.max(report.rejected.len() as u64)
}

fn rows(session: &Session, report: &ImportReport) -> Result<(), Failure> {
    for row in report.rejected.iter().take(SHOWN) {
        let column = row.column.as_deref().unwrap_or_default();
        located(session, Some(row.line), column, &row.reason)?;
    }
    let more = rejected_total(report).saturating_sub(SHOWN as u64);
    if more > 0 {
        session.print("import-more-rejected", &[("count", more.into())])?;
    }
    for note in report.notes.iter().take(SHOWN) {
        let column = note.column.as_deref().unwrap_or_default();
        located(session, note.line, column, &note.text)?;
    }
    let more = report.notes.len().saturating_sub(SHOWN);
    if more > 0 {
        session.print("import-more-notes", &[("count", more.into())])?;
    }
    Ok(())
}

fn located(session: &Session, line: Option<u64>, column: &str, text: &str) -> Result<(), Failure> {
    let mut words = Vec::new();
    if let Some(line) = line {
        let arguments = [("line", line.to_string().into())];
        words.push(session.texts.with("import-line", &arguments));
    }
    words.extend(
        [column, text]
            .into_iter()
            .filter(|word| !word.is_empty())
            .map(str::to_owned),
    );
    Ok(session
        .screen
        .line(&format!(" {}", printable(&words.join("   "))))?)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::keep;

    #[test]
    fn refused_rows_are_for_their_owner_and_over_nothing_that_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("signalements.csv");
        let first = keep(&file, b"a").unwrap();
        let second = keep(&file, b"b").unwrap();
        assert_eq!(first, folder.path().join("signalements.rejected.csv"));
        assert_eq!(second, folder.path().join("signalements.rejected-2.csv"));
        assert_eq!(std::fs::read(&first).unwrap(), b"a");
        let mode = std::fs::metadata(&first).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
