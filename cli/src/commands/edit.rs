//! `edit`: change fields of a record, at the heads that were read.

use std::collections::BTreeMap;

use beffroi_api::Record;
use beffroi_api::request::Edit;
use serde_json::{Map, Value};

use super::editor;
use super::new::add_others;
use super::private;
use super::record::said;
use crate::args::parse::token;
use crate::args::{EditArgs, Usual};
use crate::failure::{EXIT_USAGE, Failure, Outcome};
use crate::session::Session;

pub(super) async fn run<F: Usual>(session: &Session, args: EditArgs<F>) -> Outcome {
    let read = session
        .client
        .record(Some(F::KIND), &args.reference)
        .await?;
    let record = read.value.record;
    let mut edit = asked(session, &args, &record).await?;
    let private = private::taken_out(F::KIND, &mut edit);
    if !private.is_blank() {
        // First, so that a post that may not write them writes nothing at all.
        let written = private::edit(session, &record, private).await?;
        if edit.is_blank() {
            return private::said(session, &written);
        }
    }
    let draft = if edit.is_blank() {
        if !session.asks() {
            return Err(session.failure(EXIT_USAGE, "edit-nothing", &[]));
        }
        let draft = editor::edit(session, &record)?;
        edit.set = draft.changed.clone();
        Some(draft)
    } else {
        None
    };
    let tag = read.etag.as_deref().filter(|_| args.edit_strict);
    let sent = session
        .client
        .edit(F::KIND, &record.id.to_string(), &edit, tag)
        .await;
    let edited = match (sent, draft) {
        (Ok(edited), draft) => {
            if let Some(draft) = draft {
                draft.discard();
            }
            edited
        }
        (Err(error), draft) => {
            if let Some(draft) = draft {
                session.talk("edit-kept", &[("path", draft.kept().into())]);
            }
            return Err(error.into());
        }
    };
    said(session, &edited)
}

/// What the flags ask for.
async fn asked<F: Usual>(
    session: &Session,
    args: &EditArgs<F>,
    record: &Record,
) -> Result<Edit, Failure> {
    let mut set: Map<String, Value> = args.usual.values();
    if let Some(title) = &args.new_title {
        set.insert(F::TITLE.to_owned(), Value::String(title.clone()));
    }
    if let Some(status) = &args.new_status {
        set.insert("status".to_owned(), Value::String(token(status)));
    }
    if args.common.moves() {
        let place = args.common.placed(record.fields.get("place"));
        set.insert("place".to_owned(), place);
    }
    add_others(session, &args.usual, &args.common, &mut set).await?;
    let mut add = members(&args.add_members);
    let mut remove = members(&args.remove_members);
    extend(&mut add, "tags", &args.common.tag);
    extend(&mut remove, "tags", &args.untag);
    Ok(Edit {
        change_id: session.fresh_id()?,
        heads: record.heads.clone(),
        set,
        unset: args.unset.clone(),
        splice: BTreeMap::new(),
        add,
        remove,
    })
}

fn members(typed: &[(String, String)]) -> BTreeMap<String, Vec<String>> {
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (field, member) in typed {
        out.entry(field.clone()).or_default().push(member.clone());
    }
    out
}

fn extend(sets: &mut BTreeMap<String, Vec<String>>, field: &str, members: &[String]) {
    if !members.is_empty() {
        sets.entry(field.to_owned())
            .or_default()
            .extend_from_slice(members);
    }
}
