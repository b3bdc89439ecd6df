//! Forgetting: a coordinator who reads data about people has a record's private fields erased at every
//! post, and the record itself when he says so. Why stands in the log, which stays.

use beffroi_api::problem::Cause;
use beffroi_api::reply::Forgotten;
use beffroi_api::request::Forget;
use beffroi_api::{Kind, Schema};
use beffroi_records::{Kind as RecordKind, Part};
use beffroi_trust::chronicle::FORGET_DELAY_MS;
use uuid::Uuid;

use super::Service;
use super::writing::Request;
use crate::clock::{now_ms, rfc3339};
use crate::failure::{Failure, Outcome};
use crate::node::Authoring;

impl Service {
    /// Erases the private fields of a record, or all of it.
    pub(crate) async fn forget(
        &self,
        kind: Kind,
        reference: String,
        body: Forget,
    ) -> Outcome<Forgotten> {
        if body.reason.trim().is_empty() {
            return Err(Cause::ReasonMissing {}.into());
        }
        let (context, kind_read, id) = self.of_people(kind, reference).await?;
        let request = Request::new(body.change_id, &body)?;
        let _claimed = self.claim(body.change_id)?;
        let (_, reference) = context.named(kind_read, id)?;
        let time_ms = now_ms();
        let answer = |replayed| Forgotten {
            schema: Schema,
            replayed,
            id,
            reference,
            kind,
            all: body.all,
            destroyed_at: rfc3339(time_ms.saturating_add(FORGET_DELAY_MS)),
        };
        if self.is_done(&request)? {
            return Ok(answer(true));
        }
        // Made before the record is hidden, from which it takes operation and number.
        let reason = Some(body.reason.as_str());
        let line = self.note(&context, kind_read, id, reason, time_ms).await?;
        self.write_forgets(kind_read, id, body.all).await?;
        let authoring = Authoring {
            items: line.into_iter().collect(),
            time_ms,
            notes: request.notes(id),
        };
        let kept = self.node.ask(move |node| node.author(authoring)).await??;
        kept.await.map_err(|_| Failure::from(Cause::Ending {}))??;
        Ok(answer(false))
    }

    async fn write_forgets(&self, kind: RecordKind, id: Uuid, all: bool) -> Outcome<()> {
        let parts: &'static [Part] = match all {
            true => &[Part::Private, Part::Shared],
            false => &[Part::Private],
        };
        let acts = self
            .node
            .ask(move |node| {
                let acts = node.forgets(kind, id, parts);
                if acts.is_empty() {
                    return Ok(None);
                }
                node.act(acts).map(Some)
            })
            .await??;
        let Some((_, kept)) = acts else {
            return Err(Cause::PrivateNothing {
                reference: id.to_string(),
            }
            .into());
        };
        kept.await.map_err(|_| Failure::from(Cause::Ending {}))?
    }
}
