//! `conflicts` and `resolve`: both values side by side, and a person's choice.

use beffroi_api::reply::Conflict;
use beffroi_api::request::Settle;
use serde_json::Value;

use super::DONE;
use super::record::said;
use crate::args::ResolveArgs;
use crate::args::parse::field_value;
use crate::failure::{EXIT_NOT_FOUND, EXIT_USAGE, Failure, Outcome};
use crate::output::table::{Columns, printable};
use crate::output::{json, record};
use crate::session::Session;

pub(super) async fn list(session: &Session) -> Outcome {
    let conflicts = session.client.conflicts().await?;
    if session.screen.json().is_some() {
        json::items(&session.screen, &conflicts, &conflicts.items)?;
        return Ok(DONE);
    }
    if conflicts.items.is_empty() {
        session.talk("conflicts-none", &[]);
    }
    for conflict in &conflicts.items {
        one(session, conflict)?;
    }
    Ok(DONE)
}

/// One disagreement: both values, who wrote them, where and when.
pub(super) fn one(session: &Session, conflict: &Conflict) -> Result<(), Failure> {
    let reader = record::reader(session, conflict.kind);
    let name = reader.name(&conflict.field);
    let head = format!("{}   {}   {name}", conflict.reference, conflict.title);
    session.screen.line(&printable(&head))?;
    let mut columns = Columns::bare(&session.screen);
    for value in &conflict.values {
        let at = value.at.as_deref().map(|at| session.clock.short(at));
        let who: Vec<&str> = [&value.by, &value.post]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        columns.row(&[
            value.n.to_string(),
            reader.text(&conflict.field, &value.value),
            who.join(", "),
            at.unwrap_or_default(),
        ]);
    }
    columns.print(&session.screen)?;
    // The cautious value is mostly one of those that stand; where it is another, the first is as good.
    let used = conflict
        .values
        .iter()
        .find(|value| value.value == conflict.used);
    let n = used.map_or(1, |value| value.n);
    let arguments = [
        ("n", n.to_string().into()),
        ("used", reader.text(&conflict.field, &conflict.used).into()),
        ("reference", printable(&conflict.reference).into()),
        ("field", printable(&conflict.field).into()),
    ];
    session.print("conflict-used", &arguments)?;
    Ok(session.screen.line("")?)
}

pub(super) async fn resolve(session: &Session, args: ResolveArgs) -> Outcome {
    let named = session
        .client
        .record(None, &args.reference)
        .await?
        .value
        .record;
    let conflicts = session.client.conflicts().await?;
    let field = args.field.replace('-', "_");
    let found = conflicts
        .items
        .into_iter()
        .find(|item| item.reference == named.reference && item.field == field);
    let Some(conflict) = found else {
        let arguments = [
            ("reference", printable(&named.reference).into()),
            ("field", printable(&field).into()),
        ];
        return Err(session.failure(EXIT_NOT_FOUND, "resolve-nothing", &arguments));
    };
    let value = chosen(session, &args, &conflict)?;
    let settle = Settle {
        change_id: session.fresh_id()?,
        seen: conflict
            .values
            .iter()
            .map(|value| value.change.clone())
            .collect(),
        value,
        note: args.message,
    };
    let edited = session
        .client
        .settle(&named.id.to_string(), &field, &settle)
        .await?;
    said(session, &edited)
}

fn chosen(session: &Session, args: &ResolveArgs, conflict: &Conflict) -> Result<Value, Failure> {
    if let Some(typed) = &args.value {
        return Ok(field_value(typed));
    }
    let taken = conflict
        .values
        .iter()
        .find(|value| Some(value.n) == args.take);
    taken.map(|value| value.value.clone()).ok_or_else(|| {
        let arguments = [("count", conflict.values.len().into())];
        session.failure(EXIT_USAGE, "resolve-no-such", &arguments)
    })
}
