//! `digest` and `journal`: what this post holds, in words to compare, and whether it still is what
//! was signed.

use std::path::{Path, PathBuf};

use beffroi_api::reply::{Fault, FaultKind, Journal};

use tempfile::NamedTempFile;

use super::{DONE, as_json, private};
use crate::args::JournalVerb;
use crate::failure::{EXIT_FAILED, Failure, Outcome};
use crate::output::table::printable;
use crate::session::Session;

pub(super) async fn run(session: &Session, verb: &JournalVerb) -> Outcome {
    match verb {
        JournalVerb::Verify => verify(session).await,
        JournalVerb::Export(args) => export(session, &args.journal_output).await,
        JournalVerb::Digest => words(session).await,
        JournalVerb::Openings => private::openings(session).await,
    }
}

pub(super) async fn digest(session: &Session) -> Outcome {
    let digest = session.client.digest().await?;
    if let Some(result) = as_json(session, &digest) {
        return result.map(|()| DONE);
    }
    session.screen.line(&digest.set_digest)?;
    Ok(DONE)
}

/// Writes beside the file and renames: whole, or not there.
async fn export(session: &Session, path: &Path) -> Outcome {
    if path.as_os_str() == "-" {
        session
            .client
            .journal_export(&mut tokio::io::stdout())
            .await?;
        return Ok(DONE);
    }
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
    let bytes = session.client.journal_export(&mut file).await?;
    file.sync_all().await.map_err(|error| failed(&error))?;
    partial
        .persist(path)
        .map_err(|error| failed(&error.error))?;
    let file = path.display().to_string();
    let document =
        serde_json::json!({"schema": beffroi_api::schema::SCHEMA, "file": file, "bytes": bytes});
    if let Some(result) = as_json(session, &document) {
        return result.map(|()| DONE);
    }
    let arguments = [("path", file.into()), ("bytes", bytes.into())];
    session.print("export-written", &arguments)?;
    Ok(DONE)
}

async fn words(session: &Session) -> Outcome {
    let digest = session.client.digest().await?;
    if let Some(result) = as_json(session, &digest) {
        return result.map(|()| DONE);
    }
    session.screen.line(&printable(&digest.words.join(" ")))?;
    Ok(DONE)
}

async fn verify(session: &Session) -> Outcome {
    session.talk("journal-reading", &[]);
    let journal = session.client.journal().await?;
    let exit = if journal.ok { DONE } else { EXIT_FAILED };
    if let Some(result) = as_json(session, &journal) {
        return result.map(|()| exit);
    }
    said(session, &journal)?;
    Ok(exit)
}

fn said(session: &Session, journal: &Journal) -> Result<(), Failure> {
    let arguments = [
        ("verified", journal.verified.into()),
        ("entries", journal.entries.into()),
        ("chains", journal.chains.len().into()),
        ("parked", journal.parked.into()),
    ];
    let key = if journal.ok {
        "journal-good"
    } else {
        "journal-bad"
    };
    session.print(key, &arguments)?;
    for fault in &journal.faults {
        session
            .screen
            .line(&format!("  {}", sentence(session, fault)))?;
    }
    let arguments = [("words", journal.words.join(" ").into())];
    session.print("journal-words", &arguments)
}

fn sentence(session: &Session, fault: &Fault) -> String {
    let key = match fault.kind {
        FaultKind::Hole => "fault-hole",
        FaultKind::Fork => "fault-fork",
        FaultKind::Damaged => "fault-damaged",
        FaultKind::SetAside => "fault-set-aside",
        FaultKind::Other => "fault-other",
    };
    let post = fault
        .post
        .clone()
        .unwrap_or_else(|| fault.author.chars().take(8).collect());
    let arguments = [
        ("post", printable(&post).into()),
        ("seq", fault.seq.to_string().into()),
        ("entries", fault.entries.len().into()),
    ];
    session.texts.with(key, &arguments)
}
