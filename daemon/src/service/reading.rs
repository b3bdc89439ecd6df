//! One record, its history, and the disagreements that wait for a person.

use beffroi_api::Schema;
use beffroi_api::problem::Cause;
use beffroi_api::record::StoredBy;
use beffroi_api::reply::record::{
    Conflict, ConflictValue, Conflicts, FieldChange, History, HistoryChange, RecordReply,
};
use beffroi_api::{Kind, Record};
use beffroi_records::{
    Candidate, HistoryItem, Kind as RecordKind, Part, Reading, Record as Read, Touched, What,
    history,
};
use beffroi_store::Store;
use beffroi_trust::{DeviceId, Origin as TrustOrigin};
use serde_json::{Value, json};
use uuid::Uuid;

use super::notes::said;
use super::private::summary;
use super::shape::{self, api_kind, hash_text, record_kind};
use super::{Context, Service, blocking};
use crate::clock::rfc3339;
use crate::failure::Outcome;
use crate::view::{doc_of, origin_of};

impl Service {
    /// One record.
    pub(crate) async fn read(&self, kind: Option<Kind>, reference: String) -> Outcome<RecordReply> {
        let context = self.context().await?;
        let named = context.clone();
        let (kind, id) =
            blocking(move || named.resolve(kind.map(record_kind), &reference)).await??;
        self.reply(&context, kind, id).await
    }

    /// A record as it is now, for an answer.
    pub(crate) async fn reply(
        &self,
        context: &Context,
        kind: RecordKind,
        id: Uuid,
    ) -> Outcome<RecordReply> {
        let record = self.shown(context, kind, id).await?;
        Ok(RecordReply {
            schema: Schema,
            replayed: false,
            record,
        })
    }

    /// A record as it is now.
    pub(crate) async fn shown(
        &self,
        context: &Context,
        kind: RecordKind,
        id: Uuid,
    ) -> Outcome<Record> {
        let view = context.view.clone();
        let reads_people = context.reads_people;
        let (read, entries, private) = blocking(move || {
            let read = view.record(kind, id);
            let entries = view.cabinet().entries_of(kind, id);
            let private = reads_people.then(|| summary(&view, kind, id)).flatten();
            (read, entries, private)
        })
        .await?;
        let unknown = || Cause::RecordUnknown {
            reference: id.to_string(),
        };
        let (read, api) = (
            read.ok_or_else(unknown)?,
            api_kind(kind).ok_or_else(unknown)?,
        );
        let stored = self.stored_by(vec![entries]).await?;
        let stored_by = stored.into_iter().next().unwrap_or(StoredBy {
            acknowledged: 0,
            posts: 0,
        });
        let cabinet = context.view.cabinet();
        let mut record = shape::record(&read, api, cabinet.names(), stored_by);
        record.private = private;
        Ok(record)
    }

    /// Who changed what, and when.
    pub(crate) async fn history(&self, kind: Kind, reference: String) -> Outcome<History> {
        let context = self.context().await?;
        let store = self.store.clone();
        blocking(move || {
            let (kind, id) = context.resolve(Some(record_kind(kind)), &reference)?;
            context.history(store.as_ref(), (kind, Part::Shared, id))
        })
        .await?
    }

    /// The disagreements that wait for a person.
    pub(crate) async fn conflicts(&self) -> Outcome<Conflicts> {
        let context = self.context().await?;
        let items = blocking(move || context.conflicts()).await?;
        Ok(Conflicts {
            schema: Schema,
            items,
        })
    }
}

impl Context {
    /// What changed in one of a record's parts, the oldest first.
    pub(super) fn history(
        &self,
        store: &dyn Store,
        (record_kind, part, id): (RecordKind, Part, Uuid),
    ) -> Outcome<History> {
        let doc = doc_of(record_kind, part, id);
        let unknown = || Cause::RecordUnknown {
            reference: id.to_string(),
        };
        let kind = api_kind(record_kind).ok_or_else(unknown)?;
        let found = self.view.with_document(&doc, |document| {
            let origin = |actor: &[u8; 16]| origin_of(document, actor);
            let items = history(document.live(), record_kind, &origin).into_iter();
            let with_entry = items.map(|item| {
                let origin = document.origin_of(&item.change.0);
                (item, origin)
            });
            with_entry.collect::<Vec<_>>()
        });
        let items = match part {
            Part::Shared => found.ok_or_else(unknown)?,
            Part::Private => found.unwrap_or_default(),
        };
        let names = self.view.cabinet().names().clone();
        let change = |(item, origin): &(HistoryItem, Option<TrustOrigin>)| {
            let mut fields: Vec<FieldChange> = item.touched.iter().map(field_change).collect();
            let said = origin.map(|origin| said(&self.view, store, origin.entry, id));
            let notes = said.into_iter().flatten();
            fields.extend(notes.map(|text| FieldChange {
                field: "note".into(),
                from: Value::Null,
                to: json!(text),
            }));
            HistoryChange {
                change: hash_text(&item.change),
                at: Some(rfc3339(item.origin.at_ms)),
                by: None,
                post: Some(names.shown(&DeviceId(item.origin.author))),
                adopted: origin.is_some_and(|origin| origin.adopted),
                fields,
            }
        };
        let items = items.iter().map(change).collect();
        let cabinet = self.view.cabinet();
        let row = cabinet.row(record_kind, id);
        let reference = row.map_or_else(|| id.to_string(), |row| row.reference.to_string());
        Ok(History {
            schema: Schema,
            id,
            reference,
            kind,
            items,
        })
    }

    fn conflicts(&self) -> Vec<Conflict> {
        let mut waiting: Vec<(RecordKind, Uuid, String)> = Vec::new();
        for kind in RecordKind::RECORDS {
            self.view.rows(kind, |rows| {
                let open = rows.filter(|row| row.conflicts > 0);
                waiting.extend(open.map(|row| (kind, row.id, row.reference.to_string())));
            });
        }
        let mut items = Vec::new();
        for (kind, id, reference) in waiting {
            if let (Some(read), Some(kind)) = (self.view.record(kind, id), api_kind(kind)) {
                items.extend(self.conflicts_of(&read, kind, &reference));
            }
        }
        items
    }

    /// The disagreements on a record, or on its private fields.
    pub(super) fn conflicts_of(&self, read: &Read, kind: Kind, reference: &str) -> Vec<Conflict> {
        let number = read.numbers().first().map(|number| (*number).to_owned());
        let shown = if reference.is_empty() {
            read.id.to_string()
        } else {
            reference.to_owned()
        };
        let conflict = |reading: &Reading| Conflict {
            reference: shown.clone(),
            kind,
            number: number.clone(),
            title: read.title().to_owned(),
            field: reading.name.to_string(),
            used: reading.used.clone(),
            values: self.values(&reading.candidates),
        };
        read.conflicts().map(conflict).collect()
    }

    /// The values in the order of their claimed times, the same at every post: one that arrives later mostly
    /// comes last, and leaves the numbers as they were.
    fn values(&self, candidates: &[Candidate]) -> Vec<ConflictValue> {
        let mut sorted: Vec<&Candidate> = candidates.iter().collect();
        sorted.sort_by_key(|candidate| (candidate.origin.at_ms, candidate.change));
        let cabinet = self.view.cabinet();
        let value = |(n, candidate): (usize, &&Candidate)| ConflictValue {
            n: n as u64 + 1,
            value: candidate.value.clone(),
            by: None,
            post: Some(cabinet.names().shown(&DeviceId(candidate.origin.author))),
            at: Some(rfc3339(candidate.origin.at_ms)),
            change: hash_text(&candidate.change),
        };
        sorted.iter().enumerate().map(value).collect()
    }
}

fn field_change(touched: &Touched) -> FieldChange {
    let field = match &touched.member {
        Some(member) => format!("{}/{member}", touched.field),
        None => touched.field.clone(),
    };
    let (from, to) = match &touched.what {
        What::Wrote { before, after } => {
            let before = match before.as_slice() {
                [] => Value::Null,
                [one] => one.clone(),
                several => json!(several),
            };
            (before, after.clone())
        }
        What::Added => (Value::Null, json!(true)),
        What::Removed => (json!(true), Value::Null),
        What::Typed { inserted, deleted } => (
            json!({ "deleted": deleted }),
            json!({ "inserted": inserted }),
        ),
    };
    FieldChange { field, from, to }
}
