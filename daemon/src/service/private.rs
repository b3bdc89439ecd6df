//! Private fields: a record's twin, whose document only readers of the ring *people* open. Written and
//! read apart from the record; their values reach no list, event, export nor log.

use beffroi_api::Kind;
use beffroi_api::Schema;
use beffroi_api::problem::Cause;
use beffroi_api::record::PrivateFields;
use beffroi_api::reply::record::History;
use beffroi_api::reply::{PrivateEdited, PrivateReply};
use beffroi_api::request::Edit as ApiEdit;
use beffroi_records::{
    ChangeHash, Code, Edit, Kind as RecordKind, Part, Refused, Values, Writing, create,
};
use beffroi_trust::ids::RING_PEOPLE;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::changes::Made;
use super::shape::{api_kind, hash_text, record_kind};
use super::writing::{Request, fields_to_change, hashes};
use super::{Context, Service, blocking, refused};
use crate::clock::{now_ms, rfc3339};
use crate::failure::{Failure, Outcome};
use crate::node::Node;
use crate::view::{View, doc_of};

/// Whether a field of a kind lives in the twin.
pub(super) fn is_private(kind: RecordKind, name: &str) -> bool {
    kind.field(name).is_some_and(|field| field.private)
}

/// Which private fields hold something; `None` when there never was one.
pub(super) fn summary(view: &View, kind: RecordKind, id: Uuid) -> Option<PrivateFields> {
    let doc = doc_of(kind, Part::Private, id);
    if view.cabinet().is_forgotten(&doc) {
        return Some(PrivateFields {
            forgotten: true,
            ..PrivateFields::default()
        });
    }
    let read = view.private(kind, id)?;
    Some(PrivateFields {
        heads: read.heads.iter().map(hash_text).collect(),
        fields: read
            .readings
            .iter()
            .map(|reading| reading.name.to_string())
            .collect(),
        conflicts: read
            .conflicts()
            .map(|reading| reading.name.to_string())
            .collect(),
        forgotten: false,
    })
}

impl Service {
    /// What the private fields of a record hold. That they are opened is noted first.
    pub(crate) async fn private(
        &self,
        kind: Kind,
        reference: String,
        by: Option<String>,
    ) -> Outcome<PrivateReply> {
        let (context, kind, id) = self.of_people(kind, reference).await?;
        self.note_opening((kind, id), by, false).await?;
        blocking(move || context.private(kind, id)).await?
    }

    /// Who changed which private field, and when. That they are opened is noted first.
    pub(crate) async fn private_history(
        &self,
        kind: Kind,
        reference: String,
        by: Option<String>,
    ) -> Outcome<History> {
        let (context, kind, id) = self.of_people(kind, reference).await?;
        self.note_opening((kind, id), by, true).await?;
        let store = self.store.clone();
        blocking(move || context.history(store.as_ref(), (kind, Part::Private, id))).await?
    }

    /// Changes private fields, at the heads the editor saw; the first change makes the twin.
    pub(crate) async fn edit_private(
        &self,
        kind: Kind,
        reference: String,
        body: ApiEdit,
    ) -> Outcome<PrivateEdited> {
        let (context, kind, id) = self.of_people(kind, reference).await?;
        self.may_write_private(kind).await?;
        let request = Request::new(body.change_id, &names_only(&body))?;
        let _claimed = self.claim(body.change_id)?;
        if self.is_done(&request)? {
            return context.private_edited((kind, id), true, None);
        }
        let heads = hashes(&body.heads)?;
        let change = fields_to_change(body);
        let time_ms = now_ms();
        let writer = context.clone();
        let made = blocking(move || writer.private_change((kind, id), &heads, &change, time_ms));
        let mut made = made.await??;
        let Some(raw) = made.raw.take() else {
            let mut edited = context.private_edited((kind, id), false, Some(made))?;
            edited.unchanged = true;
            return Ok(edited);
        };
        let parts = vec![(Part::Private, raw)];
        self.write(&context, (kind, id), parts, time_ms, &request)
            .await?;
        context.private_edited((kind, id), false, Some(made))
    }

    /// Refuses who may not write private fields, before anything is written or numbered.
    pub(super) async fn may_write_private(&self, kind: RecordKind) -> Outcome<()> {
        self.node
            .ask(move |node| node.may_write_private(kind.wire()))
            .await?
    }

    /// The record meant, at a post that reads data about people.
    pub(super) async fn of_people(
        &self,
        kind: Kind,
        reference: String,
    ) -> Outcome<(Context, RecordKind, Uuid)> {
        let context = self.context().await?;
        if !context.reads_people {
            return Err(Cause::PeopleNotHeld {}.into());
        }
        let named = context.clone();
        let (kind, id) =
            blocking(move || named.resolve(Some(record_kind(kind)), &reference)).await??;
        Ok((context, kind, id))
    }
}

impl Node {
    fn may_write_private(&self, kind: u8) -> Outcome<()> {
        let living = self.living.as_ref().ok_or_else(|| self.absent())?;
        living
            .may_write(&[(kind, RING_PEOPLE)])
            .map_err(Failure::from)
    }
}

impl Context {
    fn private(&self, kind: RecordKind, id: Uuid) -> Outcome<PrivateReply> {
        let (api, reference) = self.named(kind, id)?;
        let mut reply = PrivateReply {
            schema: Schema,
            id,
            reference,
            kind: api,
            heads: Vec::new(),
            fields: Map::new(),
            updated: None,
            conflicts: Vec::new(),
        };
        if let Some(read) = self.view.private(kind, id) {
            reply.heads = read.heads.iter().map(hash_text).collect();
            let held = read.readings.iter();
            reply.fields = held
                .map(|reading| (reading.name.to_string(), reading.used.clone()))
                .collect();
            reply.updated = Some(rfc3339(read.updated_ms));
            reply.conflicts = self.conflicts_of(&read, api, &reply.reference);
        }
        Ok(reply)
    }

    /// A change of the twin, or its first.
    fn private_change(
        &self,
        (kind, id): (RecordKind, Uuid),
        heads: &[ChangeHash],
        change: &Edit,
        time_ms: u64,
    ) -> Outcome<Made> {
        let doc = doc_of(kind, Part::Private, id);
        self.refuse_ended(self.operation_of(&doc))?;
        if self.view.cabinet().is_forgotten(&doc) {
            let (_, reference) = self.named(kind, id)?;
            return Err(Cause::PrivateForgotten { reference }.into());
        }
        if self.view.private(kind, id).is_some() {
            return self.changed((kind, Part::Private, id), heads, None, change, time_ms);
        }
        let values = first_values(kind, change)?;
        let writing = Writing {
            time_ms,
            ..Writing::default()
        };
        let raw = (!values.is_empty())
            .then(|| create(kind, Part::Private, id, &values, &writing).map_err(refused));
        Ok(Made {
            raw: raw.transpose()?,
            changed_meanwhile: Vec::new(),
            conflicts: std::collections::BTreeSet::new(),
        })
    }

    fn private_edited(
        &self,
        (kind, id): (RecordKind, Uuid),
        replayed: bool,
        made: Option<Made>,
    ) -> Outcome<PrivateEdited> {
        let (api, reference) = self.named(kind, id)?;
        let private = summary(&self.view, kind, id).unwrap_or_default();
        let before = made.as_ref().map(|made| &made.conflicts);
        let caused = private
            .conflicts
            .iter()
            .filter(|field| before.is_some_and(|before| !before.contains(*field)));
        Ok(PrivateEdited {
            schema: Schema,
            replayed,
            unchanged: false,
            id,
            reference,
            kind: api,
            conflicts_caused: caused.cloned().collect(),
            changed_meanwhile: made.map_or_else(Vec::new, |made| made.changed_meanwhile),
            private,
        })
    }

    /// The kind and what a person types to name a record.
    pub(super) fn named(&self, kind: RecordKind, id: Uuid) -> Outcome<(Kind, String)> {
        let unknown = || Cause::RecordUnknown {
            reference: id.to_string(),
        };
        let api = api_kind(kind).ok_or_else(unknown)?;
        let record = self.view.record(kind, id).ok_or_else(unknown)?;
        Ok((api, super::shape::reference(&record)))
    }
}

/// What an edit says, without what it writes.
fn names_only(edit: &ApiEdit) -> (Uuid, Vec<String>, Vec<String>) {
    let set = edit.set.keys().chain(&edit.unset);
    let members = edit.add.keys().chain(edit.remove.keys());
    let names = set.chain(members).chain(edit.splice.keys());
    (edit.change_id, edit.heads.clone(), names.cloned().collect())
}

/// The values of a twin that does not exist yet. There is nothing in it that could be cleared, cut or taken
/// out.
fn first_values(kind: RecordKind, change: &Edit) -> Outcome<Values> {
    let named = change.set.keys().chain(&change.unset);
    let members = change.add.keys().chain(change.remove.keys());
    for name in named.chain(members).chain(change.splice.keys()) {
        match kind.field(name) {
            Some(field) if field.private => {}
            Some(_) => return Err(refused(Refused::field(name, Code::NotPrivate))),
            None => return Err(refused(Refused::field(name, Code::UnknownField))),
        }
    }
    if let Some(name) = change.splice.keys().next() {
        return Err(refused(Refused::field(name, Code::WrongOperation)));
    }
    let mut values = change.set.clone();
    for (name, added) in &change.add {
        let added = added.iter().cloned().map(Value::String).collect();
        values.insert(name.clone(), Value::Array(added));
    }
    values.retain(|_, value| !value.is_null());
    Ok(values)
}
