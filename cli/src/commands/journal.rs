//! `digest` and `journal`: what this post holds, in words to compare, and whether it still is what
//! was signed.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use beffroi_api::reply::{Finding, FindingKind, Journal, JournalCount};
use tempfile::NamedTempFile;

use super::{DONE, as_json, private};
use crate::args::JournalVerb;
use crate::failure::{EXIT_FAILED, Failure, Outcome};
use crate::output::table::printable;
use crate::session::Session;

/// The last line of an export is counts, a digest and six words: it fits many times.
const LAST_LINE_BYTES_MAX: u64 = 4_096;
/// Digits of an id that are shown: enough to tell entries of one post apart. JSON has all.
const DIGITS_SHOWN: usize = 12;

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
    let end = last_line(path).map_err(|error| failed(&error))?;
    let file = path.display().to_string();
    let document = serde_json::json!({
        "schema": beffroi_api::schema::SCHEMA, "file": file, "bytes": bytes,
        "entries": end["entries"], "private_leaves": end["private_leaves"],
    });
    if let Some(result) = as_json(session, &document) {
        return result.map(|()| DONE);
    }
    let arguments = [("path", file.into()), ("bytes", bytes.into())];
    session.print("export-written", &arguments)?;
    let private = end["private_leaves"].as_u64().unwrap_or_default();
    session.print("bundle-private", &[("private", private.into())])?;
    Ok(DONE)
}

/// The last line of the file, which counts what is in it.
fn last_line(path: &Path) -> std::io::Result<serde_json::Value> {
    let mut file = std::fs::File::open(path)?;
    let bytes = file.metadata()?.len();
    file.seek(SeekFrom::Start(bytes.saturating_sub(LAST_LINE_BYTES_MAX)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let lines = tail.trim_ascii_end().rsplit(|byte| *byte == b'\n');
    Ok(serde_json::from_slice(
        lines.take(1).next().unwrap_or_default(),
    )?)
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
    ];
    let key = if journal.ok {
        "journal-good"
    } else {
        "journal-bad"
    };
    session.print(key, &arguments)?;
    let arguments = [
        ("opened", journal.judged.opened.into()),
        ("refused", journal.judged.refused.into()),
        ("unjudged", journal.judged.unjudged.into()),
    ];
    session.print("journal-judged", &arguments)?;
    for JournalCount { kind, count } in &journal.counts {
        let found = session
            .texts
            .with(sentence(*kind), &[("count", (*count).into())]);
        session.screen.line(&format!("  {found}"))?;
        if session.verbose {
            let of_kind = journal.findings.iter().filter(|one| one.kind == *kind);
            of_kind.clone().try_for_each(|one| details(session, one))?;
        }
    }
    if !journal.counts.is_empty() && !session.verbose {
        session.talk("journal-verbose", &[]);
    }
    let arguments = [("words", journal.words.join(" ").into())];
    session.print("journal-words", &arguments)
}

/// Which post, and which entries.
fn details(session: &Session, finding: &Finding) -> Result<(), Failure> {
    let post = finding.post.clone();
    let post = post.unwrap_or_else(|| finding.author.chars().take(DIGITS_SHOWN).collect());
    let ids = finding.entries.iter();
    let ids: Vec<String> = ids
        .map(|id| id.chars().take(DIGITS_SHOWN).collect())
        .collect();
    let line = format!("      {} ({})   {}", post, finding.count, ids.join(" "));
    Ok(session.screen.line(&printable(&line))?)
}

/// What a kind of finding is called.
const fn sentence(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Damaged => "journal-damaged",
        FindingKind::Fork => "journal-fork",
        FindingKind::Hole => "journal-hole",
        FindingKind::Gap => "journal-gap",
        FindingKind::Refused => "journal-refused",
        FindingKind::SetAside => "journal-set-aside",
        FindingKind::Adopted => "journal-adopted",
        FindingKind::CalledIn => "journal-called-in",
        FindingKind::Parked => "journal-parked",
        FindingKind::Erased => "journal-erased",
        FindingKind::Carried => "journal-carried",
        FindingKind::Other => "journal-other",
    }
}

#[cfg(test)]
mod tests {
    use beffroi_api::Language;

    use super::*;

    #[test]
    fn every_finding_has_its_sentence_in_both_languages() {
        for language in Language::ALL {
            let session = crate::session::of_tests(language);
            for kind in FindingKind::ALL {
                let said = session
                    .texts
                    .with(sentence(*kind), &[("count", 2_u64.into())]);
                assert!(said.contains('2'), "{language}: {kind:?}: {said}");
            }
        }
    }
}
