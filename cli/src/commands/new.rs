//! `new`: create a record, and see for half a second whether others have it too.

use std::time::Duration;

use beffroi_api::client::ClientError;
use beffroi_api::reply::RecordReply;
use beffroi_api::request::Create;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{DONE, as_json};
use crate::args::{Common, NewArgs, Usual};
use crate::failure::{EXIT_LATER, Failure, Outcome};
use crate::output::record;
use crate::session::Session;

/// How long a person is shown a fresh record before the command ends.
const WATCHED: Duration = Duration::from_millis(500);

/// How often acknowledgements are looked for meanwhile.
const LOOKED_EVERY: Duration = Duration::from_millis(100);

pub(super) async fn run<F: Usual>(session: &Session, args: NewArgs<F>) -> Outcome {
    let id = args.id.map_or_else(|| session.fresh_id(), Ok)?;
    let mut set = args.usual.values();
    set.insert(F::TITLE.to_owned(), Value::String(args.title.clone()));
    if args.common.moves() {
        set.insert("place".to_owned(), args.common.placed(None));
    }
    if !args.common.tag.is_empty() {
        set.insert("tags".to_owned(), Value::from(args.common.tag.clone()));
    }
    add_others(session, &args.usual, &args.common, &mut set).await?;
    let create = Create {
        id,
        operation: session.operation.clone(),
        set,
    };
    let created = session.client.create(F::KIND, &create).await;
    let created = created.map_err(|error| retried(session, error, id))?;
    if let Some(result) = as_json(session, &created) {
        return result.map(|()| DONE);
    }
    if created.replayed {
        session.talk("new-replayed", &[]);
    }
    let created = watched::<F>(session, created).await;
    session
        .screen
        .line(&record::line(session, &created.record))?;
    Ok(DONE)
}

/// What `--set` gave, and the records that references name.
pub(super) async fn add_others<F: Usual>(
    session: &Session,
    usual: &F,
    common: &Common,
    set: &mut Map<String, Value>,
) -> Result<(), Failure> {
    set.extend(common.assigned());
    for (field, typed) in usual.references() {
        let named = session.client.record(None, typed).await?.value.record;
        set.insert(field.to_owned(), Value::String(named.id.to_string()));
    }
    Ok(())
}

/// When nobody knows whether the record was written, the same id makes a second try the same
/// record.
fn retried(session: &Session, error: ClientError, id: Uuid) -> Failure {
    match error {
        ClientError::TimedOut { .. } | ClientError::Broken { .. } => {
            let arguments = [
                ("error", error.to_string().into()),
                ("id", id.to_string().into()),
            ];
            session.failure(EXIT_LATER, "new-unknown", &arguments)
        }
        ClientError::Unreachable { .. }
        | ClientError::Problem(_)
        | ClientError::Unreadable { .. }
        | ClientError::LocalFile(_) => error.into(),
    }
}

/// On a terminal, the record as it is once every post acknowledged it or the time is over.
async fn watched<F: Usual>(session: &Session, mut created: RecordReply) -> RecordReply {
    if !session.screen.is_live() {
        return created;
    }
    let id = created.record.id.to_string();
    let end = tokio::time::Instant::now() + WATCHED;
    while created.record.stored_by.acknowledged < created.record.stored_by.posts {
        if tokio::time::Instant::now() >= end {
            break;
        }
        tokio::time::sleep(LOOKED_EVERY).await;
        // The record is kept whatever this look brings.
        if let Ok(read) = session.client.record(Some(F::KIND), &id).await {
            created.record = read.value.record;
        }
    }
    created
}
