//! Creating, editing, steps, archiving, settling. An answer leaves when the entry is on the disk and in
//! the view; the same request again gets the same record.

use std::collections::BTreeSet;

use beffroi_api::problem::{Cause, FieldCode};
use beffroi_api::reply::record::{Edited, RecordReply};
use beffroi_api::request::{Archive, Create, Edit as ApiEdit, Settle, Step, StepRequest};
use beffroi_api::{Kind, Schema};
use beffroi_records::{
    ChangeHash, Choice, Code, Created, Edit, Kind as RecordKind, Number, Part, Record, Refused,
    Source, Splice, Values, Writing, create, edit, history, settle, verbs,
};
use beffroi_store::Batch;
use beffroi_trust::document::Document;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::shape::record_kind;
use super::{Context, Service, blocking, refused};
use crate::clock::{now_ms, rfc3339};
use crate::failure::{Failure, Outcome};
use crate::node::{Authoring, CHANGES, NUMBERS, stamped};
use crate::view::{origin_of, record_of, shared_doc};
use crate::writer::Job;

/// What is kept of a request that was done, under its id: the record, and a hash of the request.
const MARK_BYTES: usize = 16 + 32;

/// A change of one record, made on what its author saw.
struct Made {
    raw: Option<Vec<u8>>,
    changed_meanwhile: Vec<String>,
    conflicts: BTreeSet<String>,
}

/// A request by its id, so that sent again it is recognised.
struct Request {
    id: Uuid,
    hash: [u8; 32],
    /// The sentence typed with it.
    said: Option<String>,
}

impl Request {
    fn new(id: Uuid, body: &impl Serialize) -> Outcome<Request> {
        let bytes = serde_json::to_vec(body).map_err(|error| crate::node::internal(&error))?;
        Ok(Request {
            id,
            hash: *blake3::hash(&bytes).as_bytes(),
            said: None,
        })
    }

    fn saying(self, said: Option<String>) -> Request {
        Request { said, ..self }
    }

    fn notes(&self, record: Uuid) -> Batch {
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
        let (id, request) = (body.id, Request::new(body.id, &body)?);
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
        let operation = match kind.in_operation() {
            true => Some(context.writable_operation(body.operation.as_deref())?),
            false => None,
        };
        let number = match operation {
            Some(operation) => Some(self.next_number(&context, operation).await?),
            None => None,
        };
        let writer = context.clone();
        let time_ms = now_ms();
        let raw =
            blocking(move || writer.creation(kind, body, operation, number, time_ms)).await??;
        self.write(&context, (kind, id), raw, time_ms, &request)
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
        let writer = context.clone();
        let time_ms = now_ms();
        let raw = blocking(move || writer.settlement(kind, id, &choice, time_ms)).await??;
        self.write(&context, (kind, id), raw, time_ms, &request)
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
        let made = blocking(move || writer.changed(kind, id, &heads, if_match, &change, time_ms))
            .await??;
        let Some(raw) = made.raw else {
            let mut edited = self.edited(&context, kind, id, false).await?;
            edited.unchanged = true;
            return Ok(edited);
        };
        self.write(&context, (kind, id), raw, time_ms, &request)
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
    fn is_done(&self, request: &Request) -> Outcome<bool> {
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

    /// Has a change signed, with the sentence that explains it, and waits until both are on the disk and
    /// in the view.
    async fn write(
        &self,
        context: &Context,
        (kind, id): (RecordKind, Uuid),
        raw: Vec<u8>,
        time_ms: u64,
        request: &Request,
    ) -> Outcome<()> {
        let mut items = vec![stamped(&context.me, shared_doc(kind, id), raw)?];
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

    /// The next number of this post in an operation.
    pub(crate) async fn next_number(&self, context: &Context, operation: Uuid) -> Outcome<Number> {
        let (view, code) = (context.view.clone(), context.code.clone());
        if code.is_empty() {
            return Err(Cause::RecordNotReceived {
                reference: "post".into(),
            }
            .into());
        }
        let given = self
            .store
            .value(NUMBERS, operation.as_bytes())
            .ok()
            .flatten();
        let given = given
            .and_then(|bytes| Some(u64::from_le_bytes(bytes.try_into().ok()?)))
            .unwrap_or(0);
        self.node
            .ask(move |node| {
                node.refuse_in_trouble()?;
                let known = node.numbers.entry(operation);
                let counter =
                    known.or_insert_with(|| view.highest_number(&code, operation).max(given));
                *counter += 1;
                let counter = *counter;
                // Kept before what bears the number, by the same thread: a number is never given twice,
                // whatever the lists show of its bearer.
                let mut batch = Batch::new();
                batch.put(NUMBERS, operation.as_bytes(), &counter.to_le_bytes());
                node.writer.keep(Job {
                    ids: Vec::new(),
                    batch,
                });
                Ok(Number { code, counter })
            })
            .await?
    }

    /// An imported record gets its number from whoever first works on it (records.md §10).
    async fn number_if_none(
        &self,
        context: &Context,
        kind: RecordKind,
        id: Uuid,
        change: &mut Edit,
    ) -> Outcome<()> {
        let bare = context
            .view
            .record(kind, id)
            .filter(|record| record.numbers().is_empty());
        let operation = bare
            .filter(|_| kind.in_operation())
            .and_then(|record| record.operation());
        if let Some(operation) = operation {
            let number = self.next_number(context, operation).await?;
            change
                .set
                .insert("number".into(), Value::from(number.to_string()));
        }
        Ok(())
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

    fn creation(
        &self,
        kind: RecordKind,
        body: Create,
        operation: Option<Uuid>,
        number: Option<Number>,
        time_ms: u64,
    ) -> Outcome<Vec<u8>> {
        let values: Values = body.set.into_iter().collect();
        if let Some(private) = values
            .keys()
            .find(|name| kind.field(name).is_some_and(|field| field.private))
        {
            return Err(Failure::field(private, FieldCode::Private));
        }
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
        create(kind, Part::Shared, body.id, &values, &writing).map_err(refused)
    }

    fn changed(
        &self,
        kind: RecordKind,
        id: Uuid,
        heads: &[ChangeHash],
        if_match: Option<String>,
        change: &Edit,
        time_ms: u64,
    ) -> Outcome<Made> {
        let doc = shared_doc(kind, id);
        let made = self.view.with_document(&doc, |document| {
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
            let raw = edit(live, kind, Part::Shared, seen, change, time_ms)
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

    fn settlement(
        &self,
        kind: RecordKind,
        id: Uuid,
        choice: &Choice,
        time_ms: u64,
    ) -> Outcome<Vec<u8>> {
        let doc = shared_doc(kind, id);
        let raw = self.view.with_document(&doc, |document| {
            settle(document.live(), kind, Part::Shared, choice, time_ms)
        });
        let unknown = || Cause::ConflictUnknown {
            reference: id.to_string(),
            field: choice.field.clone(),
        };
        raw.ok_or_else(unknown)?.map_err(|why| {
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

fn fields_to_change(body: ApiEdit) -> Edit {
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

fn hashes(texts: &[String]) -> Outcome<Vec<ChangeHash>> {
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

/// The hash of the sorted heads: the ETag of a record.
pub(crate) fn entity_tag(heads: &[ChangeHash]) -> String {
    let mut hasher = blake3::Hasher::new();
    heads.iter().for_each(|head| {
        hasher.update(&head.0);
    });
    hasher.finalize().to_hex().to_string()
}
