//! Creating, editing, steps, archiving, settling. An answer leaves when the entry is on the disk and in
//! the view; the same request again gets the same record.

use beffroi_api::problem::Cause;
use beffroi_api::reply::record::{Edited, RecordReply};
use beffroi_api::request::{Archive, Create, Edit as ApiEdit, Settle, Step, StepRequest};
use beffroi_api::{Kind, Schema};
use beffroi_records::{
    ChangeHash, Choice, Edit, Kind as RecordKind, Part, Refused, Splice, Values, verbs,
};
use beffroi_store::Batch;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::private::is_private;
use super::shape::record_kind;
use super::{Context, Service, blocking, refused};
use crate::clock::{now_ms, rfc3339};
use crate::failure::{Failure, Outcome};
use crate::node::{Authoring, CHANGES, stamped};
use crate::view::doc_of;

/// What is kept of a request that was done, under its id: the record, and a hash of the request.
const MARK_BYTES: usize = 16 + 32;

/// A request by its id, so that sent again it is recognised.
pub(super) struct Request {
    id: Uuid,
    hash: [u8; 32],
    /// The sentence typed with it.
    said: Option<String>,
}

impl Request {
    /// Of a body with data about people, give what tells nothing of them: the hash is kept on the disk in
    /// clear, and a telephone number could be guessed from it.
    pub(super) fn new(id: Uuid, body: &impl Serialize) -> Outcome<Request> {
        let bytes = serde_json::to_vec(body).map_err(|error| crate::node::internal(&error))?;
        Ok(Request {
            id,
            hash: *blake3::hash(&bytes).as_bytes(),
            said: None,
        })
    }

    pub(super) fn saying(self, said: Option<String>) -> Request {
        Request { said, ..self }
    }

    pub(super) fn notes(&self, record: Uuid) -> Batch {
        let mut notes = Batch::new();
        notes.put(
            CHANGES,
            self.id.as_bytes(),
            &[record.as_bytes().as_slice(), &self.hash].concat(),
        );
        notes
    }
}

impl Service {
    /// Creates a record.
    pub(crate) async fn create(&self, kind: Kind, body: Create) -> Outcome<RecordReply> {
        let context = self.context().await?;
        let _claimed = self.claim(body.id)?;
        let kind = record_kind(kind);
        let (id, request) = (
            body.id,
            Request::new(body.id, &without_private(kind, &body))?,
        );
        if self.is_done(&request)? {
            let record = self.shown(&context, kind, id).await?;
            return Ok(RecordReply {
                schema: Schema,
                replayed: true,
                record,
            });
        }
        if context.view.cabinet().row(kind, id).is_some() {
            return Err(Cause::IdTaken { id: id.to_string() }.into());
        }
        if body.set.keys().any(|name| is_private(kind, name)) {
            self.may_write_private(kind).await?;
        }
        let operation = match kind.in_operation() {
            true => Some(context.writable_operation(body.operation.as_deref())?),
            false => None,
        };
        if body.set.keys().any(|name| is_private(kind, name)) {
            context.refuse_ended(operation)?;
        }
        let number = match operation {
            Some(operation) => Some(self.next_number(&context, operation).await?),
            None => None,
        };
        let writer = context.clone();
        let time_ms = now_ms();
        let parts =
            blocking(move || writer.creation(kind, body, operation, number, time_ms)).await??;
        self.write(&context, (kind, id), parts, time_ms, &request)
            .await?;
        self.reply(&context, kind, id).await
    }

    /// Changes fields, at the heads the editor saw.
    pub(crate) async fn edit(
        &self,
        kind: Kind,
        reference: String,
        body: ApiEdit,
        if_match: Option<String>,
    ) -> Outcome<Edited> {
        let request = Request::new(body.change_id, &body)?;
        let heads = body.heads.clone();
        let change = fields_to_change(body);
        self.change(
            Some(kind),
            reference,
            request,
            heads,
            if_match,
            move |_, _| Ok(change),
        )
        .await
    }

    /// Puts a record away.
    pub(crate) async fn archive(
        &self,
        kind: Kind,
        reference: String,
        body: Archive,
    ) -> Outcome<Edited> {
        if body.reason.trim().is_empty() {
            return Err(Cause::ReasonMissing {}.into());
        }
        let request = Request::new(body.change_id, &body)?;
        let heads = body.heads.clone();
        let edit = move |context: &Context, kind: RecordKind| {
            verbs::archive(kind, body.reason.trim(), &rfc3339(now_ms()), &context.code)
        };
        self.change(Some(kind), reference, request, heads, None, edit)
            .await
    }

    /// One step of a state machine.
    pub(crate) async fn step(
        &self,
        kind: Kind,
        reference: String,
        body: StepRequest,
    ) -> Outcome<Edited> {
        let request = Request::new(body.change_id, &body)?.saying(note_of(&body.step));
        let step = body.step;
        self.change(
            Some(kind),
            reference,
            request,
            body.heads,
            None,
            move |_, kind| step_edit(kind, &step),
        )
        .await
    }

    /// Settles a disagreement over exactly the values seen.
    pub(crate) async fn settle(
        &self,
        reference: String,
        field: String,
        body: Settle,
    ) -> Outcome<Edited> {
        let context = self.context().await?;
        let request = Request::new(body.change_id, &body)?.saying(body.note.clone());
        let _claimed = self.claim(request.id)?;
        let named = context.clone();
        let (kind, id) = blocking(move || named.resolve(None, &reference)).await??;
        if self.is_done(&request)? {
            return self.edited(&context, kind, id, true).await;
        }
        let choice = Choice {
            field,
            seen: hashes(&body.seen)?,
            value: body.value,
            has_reason: body.note.is_some_and(|note| !note.trim().is_empty()),
        };
        let part = if is_private(kind, &choice.field) {
            self.may_write_private(kind).await?;
            Part::Private
        } else {
            Part::Shared
        };
        let writer = context.clone();
        let time_ms = now_ms();
        let raw = blocking(move || writer.settlement((kind, part, id), &choice, time_ms)).await??;
        self.write(&context, (kind, id), vec![(part, raw)], time_ms, &request)
            .await?;
        self.edited(&context, kind, id, false).await
    }

    /// Makes a change of a record on what its author saw, and has it written.
    async fn change(
        &self,
        kind: Option<Kind>,
        reference: String,
        request: Request,
        heads: Vec<String>,
        if_match: Option<String>,
        edit: impl FnOnce(&Context, RecordKind) -> Result<Edit, Refused> + Send + 'static,
    ) -> Outcome<Edited> {
        let context = self.context().await?;
        let _claimed = self.claim(request.id)?;
        let named = context.clone();
        let (kind, id) =
            blocking(move || named.resolve(kind.map(record_kind), &reference)).await??;
        if self.is_done(&request)? {
            return self.edited(&context, kind, id, true).await;
        }
        let mut change = edit(&context, kind).map_err(refused)?;
        self.number_if_none(&context, kind, id, &mut change).await?;
        let time_ms = now_ms();
        let writer = context.clone();
        let heads = hashes(&heads)?;
        let shared = (kind, Part::Shared, id);
        let made =
            blocking(move || writer.changed(shared, &heads, if_match, &change, time_ms)).await??;
        let Some(raw) = made.raw else {
            let mut edited = self.edited(&context, kind, id, false).await?;
            edited.unchanged = true;
            return Ok(edited);
        };
        let parts = vec![(Part::Shared, raw)];
        self.write(&context, (kind, id), parts, time_ms, &request)
            .await?;
        let mut edited = self.edited(&context, kind, id, false).await?;
        edited.changed_meanwhile = made.changed_meanwhile;
        let caused = edited
            .record
            .conflicts
            .iter()
            .filter(|field| !made.conflicts.contains(*field));
        edited.conflicts_caused = caused.cloned().collect();
        Ok(edited)
    }

    async fn edited(
        &self,
        context: &Context,
        kind: RecordKind,
        id: Uuid,
        replayed: bool,
    ) -> Outcome<Edited> {
        let record = self.shown(context, kind, id).await?;
        Ok(Edited {
            schema: Schema,
            replayed,
            unchanged: false,
            changed_meanwhile: Vec::new(),
            conflicts_caused: Vec::new(),
            record,
        })
    }

    /// Whether a request was done before; the same id for another request is refused.
    pub(super) fn is_done(&self, request: &Request) -> Outcome<bool> {
        let mark = self.store.value(CHANGES, request.id.as_bytes());
        match mark.map_err(|error| crate::node::internal(&error))? {
            None => Ok(false),
            Some(mark) if mark.len() == MARK_BYTES && mark[16..] == request.hash => Ok(true),
            Some(_) => Err(Cause::IdTaken {
                id: request.id.to_string(),
            }
            .into()),
        }
    }

    /// Has the changes of a record's parts signed as one entry, with the sentence that explains them, and
    /// waits until all is on the disk and in the view.
    pub(super) async fn write(
        &self,
        context: &Context,
        (kind, id): (RecordKind, Uuid),
        parts: Vec<(Part, Vec<u8>)>,
        time_ms: u64,
        request: &Request,
    ) -> Outcome<()> {
        let mut items = Vec::new();
        for (part, raw) in parts {
            items.push(stamped(&context.me, doc_of(kind, part, id), raw)?);
        }
        let said = request.said.as_deref();
        items.extend(self.note(context, kind, id, said, time_ms).await?);
        let authoring = Authoring {
            items,
            time_ms,
            notes: request.notes(id),
        };
        let kept = self.node.ask(move |node| node.author(authoring)).await??;
        kept.await.map_err(|_| Failure::from(Cause::Ending {}))?
    }
}

impl Context {
    fn writable_operation(&self, named: Option<&str>) -> Outcome<Uuid> {
        let operation = self.operation(named)?;
        let cabinet = self.view.cabinet();
        match cabinet.row(RecordKind::Operation, operation) {
            Some(row) if row.status() == "closed" => Err(Cause::OperationClosed {
                operation: row.title.to_string(),
            }
            .into()),
            Some(_) | None => Ok(operation),
        }
    }
}

/// A request to create, its private values left out.
fn without_private(kind: RecordKind, body: &Create) -> Create {
    let mut body = body.clone();
    for (name, value) in &mut body.set {
        if is_private(kind, name) {
            *value = Value::Null;
        }
    }
    body
}

pub(super) fn fields_to_change(body: ApiEdit) -> Edit {
    let splice = |splice: &beffroi_api::request::Splice| Splice {
        at: usize::try_from(splice.at).unwrap_or(usize::MAX),
        delete: usize::try_from(splice.delete).unwrap_or(usize::MAX),
        insert: splice.insert.clone(),
    };
    let splices = body.splice.into_iter();
    Edit {
        set: body.set.into_iter().collect(),
        unset: body.unset.into_iter().collect(),
        splice: splices
            .map(|(field, all)| (field, all.iter().map(splice).collect()))
            .collect(),
        add: body.add,
        remove: body.remove,
        append: Vec::new(),
        has_reason: false,
    }
}

/// The sentence typed with a step.
fn note_of(step: &Step) -> Option<String> {
    match step {
        Step::Reopen { note } => Some(note.clone()),
        Step::Close { note, .. } | Step::Verify { note, .. } | Step::Status { note, .. } => {
            note.clone()
        }
    }
}

fn step_edit(kind: RecordKind, step: &Step) -> Result<Edit, Refused> {
    let said = |note: &Option<String>| note.as_ref().is_some_and(|note| !note.trim().is_empty());
    match step {
        Step::Close { reason, note } => verbs::close(kind, reason.as_deref(), said(note)),
        Step::Reopen { note } => verbs::reopen(kind, !note.trim().is_empty()),
        Step::Verify { verification, note } => verbs::verify(kind, verification, said(note)),
        Step::Status { status, note } => {
            let field = kind.status_field().unwrap_or("status");
            let set = Values::from([(field.to_owned(), Value::from(status.as_str()))]);
            Ok(Edit {
                set,
                has_reason: said(note),
                ..Edit::default()
            })
        }
    }
}

pub(super) fn hashes(texts: &[String]) -> Outcome<Vec<ChangeHash>> {
    let hash = |text: &String| {
        text.parse().map_err(|_| {
            let cause = Cause::ParameterUnreadable {
                name: "heads".into(),
                value: text.chars().take(80).collect(),
            };
            Failure::from(cause)
        })
    };
    texts.iter().map(hash).collect()
}
