//! Closing an operation, and with it the data about people in it.

use beffroi_api::Kind;
use beffroi_api::request::CloseOperation;

use super::{DONE, as_json};
use crate::args::CloseOperationArgs;
use crate::ask;
use crate::failure::Outcome;
use crate::output::table::printable;
use crate::session::Session;

/// Closes an operation.
pub(super) async fn close(session: &Session, args: CloseOperationArgs) -> Outcome {
    let of = session
        .client
        .record(Some(Kind::Operation), &args.reference)
        .await?;
    let of = of.value.record;
    let arguments = [
        ("operation", printable(of.title()).into()),
        ("days", args.purge_after.into()),
    ];
    let question = session.texts.with("operation-close-really", &arguments);
    ask::confirmed(session, &question)?;
    let close = CloseOperation {
        change_id: session.fresh_id()?,
        purge_after_days: args.purge_after,
        note: args.close_message,
    };
    let id = of.id.to_string();
    let closed = session.client.close_operation(&id, &close).await?;
    if let Some(result) = as_json(session, &closed) {
        return result.map(|()| DONE);
    }
    let arguments = [
        ("operation", printable(of.title()).into()),
        ("at", session.clock.long(&closed.purged_at).into()),
    ];
    session.print("operation-closed", &arguments)?;
    Ok(DONE)
}
