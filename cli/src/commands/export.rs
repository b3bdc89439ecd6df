//! `export`: a whole file or none.

use std::path::{Path, PathBuf};

use beffroi_api::Schema;
use beffroi_api::client::Exported;
use beffroi_api::request::Export;
use serde::Serialize;
use tempfile::NamedTempFile;

use super::DONE;
use crate::args::ExportArgs;
use crate::failure::{EXIT_FAILED, Failure, Outcome};
use crate::output::json;
use crate::output::table::printable;
use crate::session::Session;

/// What was written.
#[derive(Serialize)]
struct Document<'a> {
    schema: Schema,
    file: &'a str,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
}

pub(super) async fn run(session: &Session, args: ExportArgs) -> Outcome {
    let export = Export {
        format: args.export_format,
        what: args.what,
        excel: args.excel,
        operation: session.operation.clone(),
    };
    if args.output.as_os_str() == "-" {
        let exported = session
            .client
            .export(&export, &mut tokio::io::stdout())
            .await?;
        if let Some(summary) = exported.summary {
            session.screen.talk(&printable(&summary));
        }
        return Ok(DONE);
    }
    let exported = into_file(session, &export, &args.output).await?;
    let path = args.output.display().to_string();
    if session.screen.json().is_some() {
        let document = Document {
            schema: Schema,
            file: &path,
            bytes: exported.bytes,
            summary: exported.summary,
        };
        json::document(&session.screen, &document)?;
    } else {
        let arguments = [("path", path.into()), ("bytes", exported.bytes.into())];
        session.print("export-written", &arguments)?;
        if let Some(summary) = exported.summary {
            session.screen.line(&format!(" {}", printable(&summary)))?;
        }
    }
    Ok(DONE)
}

/// Writes beside the file and renames: what was there stays until the new one is whole.
async fn into_file(session: &Session, export: &Export, path: &Path) -> Result<Exported, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        let arguments = [
            ("path", path.display().to_string().into()),
            ("error", error.to_string().into()),
        ];
        session.failure(EXIT_FAILED, "export-failed", &arguments)
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.map_or_else(|| PathBuf::from("."), Path::to_owned);
    let partial = NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
    let reopened = partial.reopen().map_err(|error| failed(&error))?;
    let mut file = tokio::fs::File::from_std(reopened);
    let exported = session.client.export(export, &mut file).await?;
    file.sync_all().await.map_err(|error| failed(&error))?;
    partial
        .persist(path)
        .map_err(|error| failed(&error.error))?;
    Ok(exported)
}
