//! One record: shown, its history, archived, and the steps of its state.

use std::collections::BTreeMap;

use beffroi_api::Kind;
use beffroi_api::reply::{Edited, FieldChange, HistoryChange};
use beffroi_api::request::{Archive, Step, StepRequest};
use serde_json::Value;

use super::{DONE, as_json, private};
use crate::args::parse::token;
use crate::args::{ArchiveArgs, CloseArgs, ReopenArgs, ShowArgs, VerifyArgs};
use crate::ask;
use crate::failure::{Failure, Outcome};
use crate::output::table::printable;
use crate::output::{json, record};
use crate::session::Session;

/// Fields the program writes by itself at creation: of interest only to who asks for ids.
const OF_THE_PROGRAM: &[&str] = &["v", "kind", "operation", "created", "source"];

/// Fields that hold the id of another record.
const REFERENCES: &[&str] = &["incident", "duplicate_of", "parent", "site", "home_site"];

pub(super) async fn show(session: &Session, kind: Option<Kind>, args: &ShowArgs) -> Outcome {
    let mut reply = session.client.record(kind, &args.reference).await?.value;
    if args.private {
        return private::show(session, &reply.record).await;
    }
    if let Some(result) = as_json(session, &reply) {
        return result.map(|()| DONE);
    }
    for field in REFERENCES {
        let Some(id) = reply.record.text(field).map(str::to_owned) else {
            continue;
        };
        // A record that has not arrived is shown by its id.
        if let Ok(named) = session.client.record(None, &id).await {
            let named = named.value.record;
            let text = format!("{}   {}", named.reference, named.title());
            reply
                .record
                .fields
                .insert((*field).to_owned(), Value::String(text));
        }
    }
    record::full(session, &reply.record)?;
    Ok(DONE)
}

pub(super) async fn history(session: &Session, kind: Kind, args: &ShowArgs) -> Outcome {
    let history = if args.private {
        private::history(session, kind, &args.reference).await?
    } else {
        session.client.history(kind, &args.reference).await?
    };
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
    let of_a_person =
        |field: &&FieldChange| session.verbose || !OF_THE_PROGRAM.contains(&field.field.as_str());
    let fields = change.fields.iter().filter(of_a_person);
    for text in fields.filter_map(|field| reader.change(field)) {
        session.screen.line(&format!("  {text}"))?;
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
