//! The numbers people say on the radio: `MAI-014`. Given by the post that first works on a record, counted by
//! operation, never twice.

use beffroi_api::problem::Cause;
use beffroi_records::{Edit, Kind as RecordKind, Number};
use serde_json::Value;
use uuid::Uuid;

use super::{Context, Service};
use crate::failure::Outcome;
use crate::node::NUMBERS;

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
                let known = || view.highest_number(&code, operation).max(given);
                let counter = node.numbers.next(operation, known);
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
