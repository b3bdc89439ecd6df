//! Private fields: shown, changed beside the record, and the note of who opened them.

use std::collections::BTreeMap;

use beffroi_api::reply::{History, PrivateEdited};
use beffroi_api::request::{Edit, Forget};
use beffroi_api::{Kind, Record, labels};
use serde_json::{Map, Value};

use super::{DONE, as_json, conflicts};
use crate::args::ForgetArgs;
use crate::ask;
use crate::failure::{Failure, Outcome};
use crate::output::table::{Columns, printable};
use crate::output::{json, record};
use crate::session::{Session, variable};

/// What the private fields of a record hold.
pub(super) async fn show(session: &Session, of: &Record) -> Outcome {
    let id = of.id.to_string();
    let reply = session
        .client
        .private(of.kind, &id, who().as_deref())
        .await?;
    if let Some(result) = as_json(session, &reply) {
        return result.map(|()| DONE);
    }
    let head = format!("{}   {}", of.reference, of.title());
    session.screen.line(&printable(&head))?;
    if reply.fields.is_empty() {
        session.talk("private-none", &[]);
    }
    let reader = record::reader(session, of.kind);
    let mut columns = Columns::bare(&session.screen);
    for (field, value) in &reply.fields {
        columns.row(&[reader.name(field), reader.text(field, value)]);
    }
    columns.print(&session.screen)?;
    for conflict in &reply.conflicts {
        conflicts::one(session, conflict)?;
    }
    Ok(DONE)
}

/// Who changed which private field.
pub(super) async fn history(
    session: &Session,
    kind: Kind,
    reference: &str,
) -> Result<History, Failure> {
    let by = who();
    let history = session
        .client
        .private_history(kind, reference, by.as_deref());
    Ok(history.await?)
}

/// The private part of an edit, taken out of it.
pub(super) fn taken_out(kind: Kind, edit: &mut Edit) -> Edit {
    let is_private = |field: &String| labels::is_private(kind, field);
    let set = std::mem::take(&mut edit.set);
    let (private, shared): (Map<String, Value>, Map<String, Value>) =
        set.into_iter().partition(|(field, _)| is_private(field));
    edit.set = shared;
    let (unset, kept) = std::mem::take(&mut edit.unset)
        .into_iter()
        .partition(is_private);
    edit.unset = kept;
    let members = |of: &mut BTreeMap<String, Vec<String>>| {
        let (private, shared) = std::mem::take(of)
            .into_iter()
            .partition(|(field, _)| is_private(field));
        *of = shared;
        private
    };
    let (add, remove) = (members(&mut edit.add), members(&mut edit.remove));
    Edit {
        set: private,
        unset,
        add,
        remove,
        ..Edit::default()
    }
}

/// Has private fields changed, on what the record's reader was told of them.
pub(super) async fn edit(
    session: &Session,
    of: &Record,
    mut edit: Edit,
) -> Result<PrivateEdited, Failure> {
    edit.change_id = session.fresh_id()?;
    edit.heads = of
        .private
        .as_ref()
        .map(|private| private.heads.clone())
        .unwrap_or_default();
    let id = of.id.to_string();
    Ok(session.client.edit_private(of.kind, &id, &edit).await?)
}

/// What a change of private fields met.
pub(super) fn said(session: &Session, edited: &PrivateEdited) -> Outcome {
    if let Some(result) = as_json(session, edited) {
        return result.map(|()| DONE);
    }
    let reader = record::reader(session, edited.kind);
    let names = |fields: &[String]| {
        let names: Vec<String> = fields.iter().map(|field| reader.name(field)).collect();
        names.join(", ")
    };
    let key = if edited.unchanged {
        "private-unchanged"
    } else {
        "private-written"
    };
    let reference = printable(&edited.reference);
    session.print(key, &[("reference", reference.into())])?;
    if !edited.changed_meanwhile.is_empty() {
        let fields = names(&edited.changed_meanwhile);
        session.talk("private-meanwhile", &[("fields", fields.into())]);
    }
    Ok(DONE)
}

/// Erases private fields at every post, or a whole record.
pub(super) async fn forget(session: &Session, args: ForgetArgs) -> Outcome {
    let of = session.client.record(None, &args.reference).await?;
    let of = of.value.record;
    let name = format!("{} {}", of.reference, of.title());
    let really = if args.forget_all {
        "forget-all-really"
    } else {
        "forget-really"
    };
    let arguments = [("reference", printable(&name).into())];
    ask::confirmed(session, &session.texts.with(really, &arguments))?;
    let forget = Forget {
        change_id: session.fresh_id()?,
        reason: args.forget_message,
        all: args.forget_all,
    };
    let id = of.id.to_string();
    let forgotten = session.client.forget(of.kind, &id, &forget).await?;
    if let Some(result) = as_json(session, &forgotten) {
        return result.map(|()| DONE);
    }
    let arguments = [
        ("reference", printable(&forgotten.reference).into()),
        ("at", session.clock.long(&forgotten.destroyed_at).into()),
    ];
    session.print("forgotten", &arguments)?;
    Ok(DONE)
}

/// Who opened private fields at this post.
pub(super) async fn openings(session: &Session) -> Outcome {
    let openings = session.client.openings().await?;
    if session.screen.json().is_some() {
        json::items(&session.screen, &openings, &openings.items)?;
        return Ok(DONE);
    }
    if openings.items.is_empty() {
        session.talk("openings-none", &[]);
    }
    let mut columns = Columns::bare(&session.screen);
    for opening in &openings.items {
        let reference = opening.reference.clone();
        columns.row(&[
            session.clock.long(&opening.at),
            opening.by.clone().unwrap_or_else(|| "–".to_owned()),
            reference.unwrap_or_else(|| opening.id.to_string()),
        ]);
    }
    columns.print(&session.screen)?;
    Ok(DONE)
}

/// Who reads: the name of the account, which the post keeps in its note.
fn who() -> Option<String> {
    variable("USER").or_else(|| variable("LOGNAME"))
}
