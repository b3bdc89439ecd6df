//! From what a person typed to an Automerge change, made on what that person saw.

use std::collections::BTreeSet;

use beffroi_api::problem::Cause;
use beffroi_api::request::Create;
use beffroi_records::{
    ChangeHash, Choice, Code, Created, Edit, Kind as RecordKind, Number, Part, Record, Refused,
    Source, Values, Writing, create, edit, history, settle, split,
};
use beffroi_trust::document::Document;
use serde_json::Value;
use uuid::Uuid;

use super::{Context, refused};
use crate::clock::rfc3339;
use crate::failure::{Failure, Outcome};
use crate::view::{doc_of, origin_of, record_of};

/// A change of one record, made on what its author saw.
pub(super) struct Made {
    pub(super) raw: Option<Vec<u8>>,
    pub(super) changed_meanwhile: Vec<String>,
    pub(super) conflicts: BTreeSet<String>,
}

impl Context {
    pub(super) fn creation(
        &self,
        kind: RecordKind,
        body: Create,
        operation: Option<Uuid>,
        number: Option<Number>,
        time_ms: u64,
    ) -> Outcome<Vec<(Part, Vec<u8>)>> {
        let values: Values = body.set.into_iter().collect();
        let (values, private) = split(kind, values);
        let created = Created {
            at: rfc3339(time_ms),
            by: self.code.clone(),
            org: String::new(),
            post: self.name.clone(),
        };
        let writing = Writing {
            time_ms,
            operation,
            number,
            created,
            source: Source::Manual,
        };
        let made = |part, values: &Values| {
            let raw = create(kind, part, body.id, values, &writing).map_err(refused)?;
            Ok::<_, Failure>((part, raw))
        };
        let mut parts = vec![made(Part::Shared, &values)?];
        if !private.is_empty() {
            parts.push(made(Part::Private, &private)?);
        }
        Ok(parts)
    }

    pub(super) fn changed(
        &self,
        (kind, part, id): (RecordKind, Part, Uuid),
        heads: &[ChangeHash],
        if_match: Option<String>,
        change: &Edit,
        time_ms: u64,
    ) -> Outcome<Made> {
        let doc = doc_of(kind, part, id);
        let made = self.view.with_document(&doc, |document| {
            refuse_full(document, id)?;
            let live = document.live();
            let mut now = live.get_heads();
            now.sort_unstable();
            if let Some(wanted) = if_match
                && wanted.trim_matches('"') != entity_tag(&now)
            {
                return Err(Cause::RecordMoved {
                    reference: id.to_string(),
                }
                .into());
            }
            let seen = if heads.is_empty() { &now } else { heads };
            let record = record_of(document, kind);
            let raw = edit(live, kind, part, seen, change, time_ms)
                .map_err(|why| step_refused(why, &record, change))?;
            let conflicts = record
                .conflicts()
                .map(|reading| reading.name.to_string())
                .collect();
            let mut sorted = seen.to_vec();
            sorted.sort_unstable();
            let changed_meanwhile = if sorted == now {
                Vec::new()
            } else {
                changed_since(document, kind, &sorted)
            };
            Ok(Made {
                raw,
                changed_meanwhile,
                conflicts,
            })
        });
        made.ok_or_else(|| {
            Failure::from(Cause::RecordUnknown {
                reference: id.to_string(),
            })
        })?
    }

    pub(super) fn settlement(
        &self,
        (kind, part, id): (RecordKind, Part, Uuid),
        choice: &Choice,
        time_ms: u64,
    ) -> Outcome<Vec<u8>> {
        let doc = doc_of(kind, part, id);
        let raw = self.view.with_document(&doc, |document| {
            refuse_full(document, id)?;
            Ok::<_, Failure>(settle(document.live(), kind, part, choice, time_ms))
        });
        let unknown = || Cause::ConflictUnknown {
            reference: id.to_string(),
            field: choice.field.clone(),
        };
        raw.ok_or_else(unknown)??.map_err(|why| {
            if why == Refused::AlreadySettled {
                return Cause::ConflictSettled {
                    reference: id.to_string(),
                    field: choice.field.clone(),
                }
                .into();
            }
            refused(why)
        })
    }
}

/// A change of a full record would be kept and never shown.
fn refuse_full(document: &Document, id: Uuid) -> Outcome<()> {
    if document.weight().is_full() {
        let reference = id.to_string();
        return Err(Cause::RecordFull { reference }.into());
    }
    Ok(())
}

/// A refusal, naming the two states when it is a step that does not exist.
fn step_refused(why: Refused, record: &Record, change: &Edit) -> Failure {
    let step = why
        .faults()
        .iter()
        .find(|fault| fault.code == Code::BadTransition)
        .cloned();
    let to = step
        .as_ref()
        .and_then(|fault| change.set.get(&fault.field))
        .and_then(Value::as_str);
    match (&step, to) {
        (Some(fault), Some(to)) => {
            let from = record
                .used(&fault.field)
                .as_str()
                .unwrap_or_default()
                .to_owned();
            Cause::StepForbidden {
                from,
                to: to.to_owned(),
            }
            .into()
        }
        (_, _) => refused(why),
    }
}

/// The fields that changes outside the past of these heads touched.
fn changed_since(document: &Document, kind: RecordKind, heads: &[ChangeHash]) -> Vec<String> {
    let live = document.live();
    let later: BTreeSet<ChangeHash> = live
        .get_changes_meta(heads)
        .iter()
        .map(|change| change.hash)
        .collect();
    let origin = |actor: &[u8; 16]| origin_of(document, actor);
    let items = history(live, kind, &origin);
    let touched = items
        .iter()
        .filter(|item| later.contains(&item.change))
        .flat_map(|item| &item.touched);
    let fields: BTreeSet<String> = touched.map(|touched| touched.field.clone()).collect();
    fields.into_iter().collect()
}

/// The hash of the sorted heads: the ETag of a record.
fn entity_tag(heads: &[ChangeHash]) -> String {
    let mut hasher = blake3::Hasher::new();
    heads.iter().for_each(|head| {
        hasher.update(&head.0);
    });
    hasher.finalize().to_hex().to_string()
}
