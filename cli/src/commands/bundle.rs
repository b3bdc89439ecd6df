//! `bundle`: entries on a USB key, and their receipts back.

use std::io;
use std::path::{Path, PathBuf};

use beffroi_api::reply::{BundleRead, BundleShown, BundleWritten};
use serde::Serialize;
use tempfile::NamedTempFile;

use super::{DONE, as_json};
use crate::args::{BundleReadArgs, BundleShowArgs, BundleVerb, BundleWriteArgs};
use crate::failure::{EXIT_FAILED, EXIT_NOT_FOUND, Failure, Outcome};
use crate::output::table::printable;
use crate::session::Session;

/// What was written, and where.
#[derive(Serialize)]
struct Document<'a> {
    file: &'a str,
    #[serde(flatten)]
    said: &'a BundleWritten,
}

pub(super) async fn run(session: &Session, verb: BundleVerb) -> Outcome {
    match verb {
        BundleVerb::Write(args) => write(session, args).await,
        BundleVerb::Read(args) => read(session, args).await,
        BundleVerb::Show(args) => show(session, args).await,
    }
}

async fn write(session: &Session, args: BundleWriteArgs) -> Outcome {
    let path = args.bundle_file;
    let said = into_file(session, args.bundle_for.as_deref(), false, &path).await?;
    let file = path.display().to_string();
    if let Some(result) = as_json(
        session,
        &Document {
            file: &file,
            said: &said,
        },
    ) {
        return result.map(|()| DONE);
    }
    let arguments = [
        ("path", file.into()),
        ("entries", said.acts.saturating_add(said.contents).into()),
        ("receipts", said.receipts.into()),
        ("private", said.private_leaves.into()),
    ];
    session.print("bundle-written", &arguments)?;
    session.print("bundle-private", &arguments)?;
    let to = printable(&said.to.unwrap_or_default());
    let key = if to.is_empty() {
        "bundle-next-anybody"
    } else {
        "bundle-next"
    };
    session.print(key, &[("post", to.into())])?;
    Ok(DONE)
}

async fn read(session: &Session, args: BundleReadArgs) -> Outcome {
    let file = open(session, &args.bundle_file).await?;
    let report = session.client.read_bundle(file).await?;
    if let (Some(path), Some(receipt)) = (&args.bundle_receipt, &report.receipt) {
        into_file(session, Some(&receipt.writer), true, path).await?;
    }
    if let Some(result) = as_json(session, &report) {
        return result.map(|()| DONE);
    }
    said(session, &report, args.bundle_receipt.as_deref())?;
    Ok(DONE)
}

fn said(session: &Session, report: &BundleRead, receipt: Option<&Path>) -> Result<(), Failure> {
    let arguments = [("new", report.new.into()), ("known", report.known.into())];
    session.print("bundle-read", &arguments)?;
    if report.parked > 0 {
        session.print("bundle-parked", &[("parked", report.parked.into())])?;
    }
    for refused in &report.refused {
        let key = match refused.reason.as_str() {
            "no_room" => "bundle-refused-no-room",
            _ => "bundle-refused-invalid",
        };
        session.print(key, &[("count", refused.count.into())])?;
    }
    if report.receipts > 0 {
        session.print("bundle-receipts", &[("count", report.receipts.into())])?;
    }
    match (&report.receipt, receipt) {
        (None, _) => Ok(()),
        (Some(_), None) => session.print("bundle-receipt-kept", &[]),
        (Some(_), Some(path)) => {
            let path = path.display().to_string();
            session.print("bundle-receipt-written", &[("path", path.into())])
        }
    }
}

async fn show(session: &Session, args: BundleShowArgs) -> Outcome {
    let file = open(session, &args.bundle_file).await?;
    let shown: BundleShown = session.client.show_bundle(file).await?;
    if let Some(result) = as_json(session, &shown) {
        return result.map(|()| DONE);
    }
    let writer = shown
        .writer_name
        .clone()
        .unwrap_or_else(|| shown.writer.clone());
    let arguments = [
        ("writer", printable(&writer).into()),
        ("at", session.clock.short(&shown.created).into()),
    ];
    session.print("bundle-shown-writer", &arguments)?;
    let territory = shown.territory.chars().take(8).collect::<String>();
    let key = if shown.ours {
        "bundle-shown-ours"
    } else {
        "bundle-shown-other"
    };
    session.print(key, &[("territory", territory.into())])?;
    match &shown.to {
        None => session.print("bundle-shown-anybody", &[])?,
        Some(to) => session.print("bundle-shown-for", &[("post", printable(to).into())])?,
    }
    let arguments = [
        ("entries", shown.acts.saturating_add(shown.contents).into()),
        ("receipts", shown.receipts.into()),
        ("private", shown.private_leaves.into()),
    ];
    session.print("bundle-shown-counts", &arguments)?;
    session.print("bundle-private", &arguments)?;
    Ok(DONE)
}

async fn open(session: &Session, path: &Path) -> Result<tokio::fs::File, Failure> {
    tokio::fs::File::open(path).await.map_err(|error| {
        let arguments = [
            ("path", path.display().to_string().into()),
            ("error", error.to_string().into()),
        ];
        let missing = error.kind() == io::ErrorKind::NotFound;
        let exit = if missing { EXIT_NOT_FOUND } else { EXIT_FAILED };
        session.failure(exit, "import-unreadable", &arguments)
    })
}

/// Writes beside the file, flushes, renames, and flushes the folder: whole on the key, or not there.
async fn into_file(
    session: &Session,
    to: Option<&str>,
    receipts_only: bool,
    path: &Path,
) -> Result<BundleWritten, Failure> {
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
    let partial = NamedTempFile::new_in(&folder).map_err(|error| failed(&error))?;
    let reopened = partial.reopen().map_err(|error| failed(&error))?;
    let mut file = tokio::fs::File::from_std(reopened);
    let said = session
        .client
        .write_bundle(to, receipts_only, &mut file)
        .await?;
    file.sync_all().await.map_err(|error| failed(&error))?;
    partial
        .persist(path)
        .map_err(|error| failed(&error.error))?;
    std::fs::File::open(&folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| failed(&error))?;
    Ok(said)
}
