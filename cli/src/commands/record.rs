//! One record: shown, its history, archived, and the steps of its state.

use std::collections::BTreeMap;

use beffroi_api::Kind;
use beffroi_api::reply::{Edited, HistoryChange};
use beffroi_api::request::{Archive, Step, StepRequest};
use serde_json::Value;

use super::{DONE, as_json};
use crate::args::parse::token;
use crate::args::{ArchiveArgs, CloseArgs, ReopenArgs, VerifyArgs};
use crate::ask;
use crate::failure::{Failure, Outcome};
use crate::output::table::printable;
use crate::output::{json, record};
use crate::session::Session;

pub(super) async fn show(session: &Session, kind: Option<Kind>, reference: &str) -> Outcome {
    let reply = session.client.record(kind, reference).await?.value;
    if let Some(result) = as_json(session, &reply) {
        return result.map(|()| DONE);
    }
    record::full(session, &reply.record)?;
    Ok(DONE)
}

pub(super) async fn history(session: &Session, kind: Kind, reference: &str) -> Outcome {
    let history = session.client.history(kind, reference).await?;
    if session.screen.json().is_some() {
        json::items(&session.screen, &history, &history.items)?;
        return Ok(DONE);
    }
    for change in &history.items {
        one_change(session, kind, change)?;
    }
    Ok(DONE)
}

fn one_change(session: &Session, kind: Kind, change: &HistoryChange) -> Result<(), Failure> {
    let mut words = Vec::new();
    words.extend(change.at.as_deref().map(|at| session.clock.long(at)));
    words.extend([&change.by, &change.post].into_iter().flatten().cloned());
    if change.adopted {
        words.push(session.texts.say("history-adopted"));
    }
    if session.verbose {
        words.push(change.change.clone());
    }
    session.screen.line(&printable(&words.join("   ")))?;
    let reader = record::reader(session, kind);
    for field in &change.fields {
        let name = reader.name(&field.field);
        let to = reader.text(&field.field, &field.to);
        if field.from == Value::Null {
            session.screen.line(&format!("  {name}: {to}"))?;
        } else {
            let from = reader.text(&field.field, &field.from);
            session.screen.line(&format!("  {name}: {from} → {to}"))?;
        }
    }
    Ok(())
}

pub(super) async fn archive(session: &Session, kind: Kind, args: ArchiveArgs) -> Outcome {
    let arguments = [("reference", printable(&args.reference).into())];
    ask::confirmed(session, &session.texts.with("archive-really", &arguments))?;
    let request = Archive {
        change_id: session.fresh_id()?,
        heads: Vec::new(),
        reason: args.required_message,
    };
    let edited = session
        .client
        .archive(kind, &args.reference, &request)
        .await?;
    said(session, &edited)
}

pub(super) async fn close(session: &Session, kind: Kind, args: CloseArgs) -> Outcome {
    let step = Step::Close {
        reason: args.reason.as_deref().map(token),
        note: args.message,
    };
    take(session, kind, &args.reference, step).await
}

pub(super) async fn reopen(session: &Session, kind: Kind, args: ReopenArgs) -> Outcome {
    let step = Step::Reopen {
        note: args.required_message,
    };
    take(session, kind, &args.reference, step).await
}

pub(super) async fn verify(session: &Session, args: VerifyArgs) -> Outcome {
    let step = Step::Verify {
        verification: args.verification,
        note: args.message,
    };
    take(session, Kind::Incident, &args.reference, step).await
}

async fn take(session: &Session, kind: Kind, reference: &str, step: Step) -> Outcome {
    let request = StepRequest {
        change_id: session.fresh_id()?,
        heads: Vec::new(),
        step,
    };
    let edited = session.client.step(kind, reference, &request).await?;
    said(session, &edited)
}

/// The record after a change, and what the change met.
pub(super) fn said(session: &Session, edited: &Edited) -> Outcome {
    if let Some(result) = as_json(session, edited) {
        return result.map(|()| DONE);
    }
    if edited.unchanged {
        session.talk("edit-unchanged", &[]);
    }
    session
        .screen
        .line(&record::line(session, &edited.record))?;
    let reader = record::reader(session, edited.record.kind);
    let names = |fields: &[String]| {
        let names: Vec<String> = fields.iter().map(|field| reader.name(field)).collect();
        names.join(", ")
    };
    let met: BTreeMap<&str, &[String]> = [
        (
            "edit-changed-meanwhile",
            edited.changed_meanwhile.as_slice(),
        ),
        ("edit-conflicts", edited.conflicts_caused.as_slice()),
    ]
    .into();
    for (key, fields) in met {
        if !fields.is_empty() {
            session.talk(key, &[("fields", names(fields).into())]);
        }
    }
    Ok(DONE)
}
