//! The numbers people say on the radio: `MAI-014`. Given by the post that first works on a record, counted by
//! operation, never twice.

use beffroi_api::problem::Cause;
use beffroi_records::{Edit, Kind as RecordKind, Number};
use beffroi_store::Batch;
use serde_json::Value;
use uuid::Uuid;

use super::{Context, Service};
use crate::failure::Outcome;
use crate::node::NUMBERS;
use crate::writer::Job;

impl Service {
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
    pub(super) async fn number_if_none(
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
