//! Closing an operation: its record is taken to its last phase, and an act starts the time after which every
//! post destroys the data about people in it.

use beffroi_api::problem::Cause;
use beffroi_api::reply::OperationClosed;
use beffroi_api::request::{CloseOperation, PURGE_DAYS_MAX, PURGE_DAYS_MIN, Step, StepRequest};
use beffroi_api::{Kind, Schema};
use beffroi_records::Kind as RecordKind;
use beffroi_trust::Act;
use uuid::Uuid;

use super::writing::Request;
use super::{Context, Service, blocking};
use crate::clock::{now_ms, rfc3339};
use crate::failure::{Failure, Outcome};
use crate::node::{Authoring, Node};

/// The last phase, and the one that must come before it.
const CLOSED: &str = "closed";
const REVIEWED: &str = "after_action";

impl Service {
    /// Closes an operation. Only a coordinator may.
    pub(crate) async fn close_operation(
        &self,
        reference: String,
        body: CloseOperation,
    ) -> Outcome<OperationClosed> {
        let days = body.purge_after_days;
        if !(PURGE_DAYS_MIN..=PURGE_DAYS_MAX).contains(&days) {
            let (min, max) = (PURGE_DAYS_MIN.into(), PURGE_DAYS_MAX.into());
            return Err(Cause::PurgeDaysUnfit { min, max }.into());
        }
        let context = self.context().await?;
        let named = context.clone();
        let operation = Some(RecordKind::Operation);
        let (kind, id) = blocking(move || named.resolve(operation, &reference)).await??;
        let request = Request::new(body.change_id, &body)?;
        let replayed = self.is_done(&request)?;
        if !replayed {
            let close = Act::Close {
                operation: *id.as_bytes(),
                purge_after_days: days,
            };
            let may = close.clone();
            self.node.ask(move |node| node.may_act(&may)).await??;
            self.to_last_phase(&context, id, body.change_id).await?;
            self.write_close(close).await?;
            let time_ms = now_ms();
            let note = body.note.as_deref();
            let line = self.note(&context, kind, id, note, time_ms).await?;
            if line.is_some() {
                let authoring = Authoring {
                    items: line.into_iter().collect(),
                    time_ms,
                    notes: request.notes(id),
                };
                let kept = self.node.ask(move |node| node.author(authoring)).await??;
                kept.await.map_err(|_| Failure::from(Cause::Ending {}))??;
            }
        }
        let end = self.node.ask(move |node| node.end_ms(id)).await?;
        let (_, reference) = context.named(kind, id)?;
        Ok(OperationClosed {
            schema: Schema,
            replayed,
            id,
            reference,
            purged_at: rfc3339(end.ok_or(Cause::Internal {})?),
        })
    }

    /// Takes the record through the phases that its rules ask for. Each step has an id of its own, made from
    /// the request's, so that a request sent again goes on where it was.
    async fn to_last_phase(&self, context: &Context, id: Uuid, change_id: Uuid) -> Outcome<()> {
        let phase = {
            let cabinet = context.view.cabinet();
            let row = cabinet.row(RecordKind::Operation, id);
            row.map_or_else(String::new, |row| row.status().to_owned())
        };
        let steps: &[&str] = match phase.as_str() {
            CLOSED => &[],
            REVIEWED => &[CLOSED],
            _ => &[REVIEWED, CLOSED],
        };
        for phase in steps {
            let step = StepRequest {
                change_id: step_id(change_id, phase),
                heads: Vec::new(),
                step: Step::Status {
                    status: (*phase).to_owned(),
                    note: None,
                },
            };
            self.step(Kind::Operation, id.to_string(), step).await?;
        }
        Ok(())
    }

    async fn write_close(&self, close: Act) -> Outcome<()> {
        let acts = self
            .node
            .ask(move |node| {
                if node.closes(&close) {
                    return Ok(None);
                }
                node.act(vec![close]).map(Some)
            })
            .await??;
        let Some((_, kept)) = acts else {
            return Ok(());
        };
        kept.await.map_err(|_| Failure::from(Cause::Ending {}))?
    }
}

fn step_id(change_id: Uuid, phase: &str) -> Uuid {
    let mut hasher = blake3::Hasher::new();
    hasher.update(change_id.as_bytes()).update(phase.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

impl Node {
    fn may_act(&self, act: &Act) -> Outcome<()> {
        let living = self.living.as_ref().ok_or(Cause::TerritoryMissing {})?;
        living.may_act(act).map_err(Failure::from)
    }

    /// Whether this very post said the same already.
    fn closes(&self, close: &Act) -> bool {
        self.living.as_ref().is_some_and(|living| {
            let mut acts = living.chronicle.authorised_acts();
            acts.any(|view| view.author == living.me() && view.act == Some(close))
        })
    }

    /// When the data about people of an operation end here.
    pub(crate) fn end_ms(&self, operation: Uuid) -> Option<u64> {
        self.living.as_ref()?.erasing.end_ms(operation)
    }
}

impl Context {
    /// Refuses data about people in an operation of which they are at their end: they would be destroyed.
    pub(super) fn refuse_ended(&self, operation: Option<Uuid>) -> Outcome<()> {
        let cabinet = self.view.cabinet();
        let Some(operation) = operation.filter(|id| cabinet.has_ended(id)) else {
            return Ok(());
        };
        let row = cabinet.row(RecordKind::Operation, operation);
        Err(Cause::OperationEnded {
            operation: row.map_or_else(String::new, |row| row.title.to_string()),
        }
        .into())
    }

    /// The operation of a private document's record.
    pub(super) fn operation_of(&self, doc: &beffroi_trust::DocId) -> Option<Uuid> {
        self.view.cabinet().operation_of(doc)
    }
}
