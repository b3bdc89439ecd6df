//! `digest` and `journal`: what this post holds, in words to compare, and whether it still is what
//! was signed.

use beffroi_api::reply::{Fault, FaultKind, Journal};

use super::{DONE, as_json, private};
use crate::args::JournalVerb;
use crate::failure::{EXIT_FAILED, Failure, Outcome};
use crate::output::table::printable;
use crate::session::Session;

pub(super) async fn run(session: &Session, verb: &JournalVerb) -> Outcome {
    match verb {
        JournalVerb::Verify => verify(session).await,
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
