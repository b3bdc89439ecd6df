//! `list`: records of a kind, the newest first.

use beffroi_api::Kind;
use beffroi_api::reply::RecordList;
use beffroi_api::request::{ListQuery, PAGE_ITEMS_MAX};

use super::DONE;
use crate::args::ListArgs;
use crate::args::parse::{Since, token};
use crate::failure::{Failure, Outcome};
use crate::output::{json, record};
use crate::session::Session;

/// Records shown as text without `--all`.
const SHOWN: u64 = 50;

pub(super) async fn run(session: &Session, kind: Kind, args: &ListArgs) -> Outcome {
    let whole = args.all || session.screen.json().is_some();
    let list = read(session, kind, query(session, kind, args, whole)).await?;
    if session.screen.json().is_some() {
        json::items(&session.screen, &list, &list.items)?;
        return Ok(DONE);
    }
    if list.items.is_empty() {
        session.talk(empty_key(kind), &[]);
        return Ok(DONE);
    }
    record::list(session, kind, &list.items)?;
    let more = list.total.saturating_sub(list.items.len() as u64);
    if more > 0 {
        session.talk("list-more", &[("count", more.into())]);
    }
    Ok(DONE)
}

const fn empty_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Operation => "none-operation",
        Kind::Incident => "none-incident",
        Kind::Need => "none-need",
        Kind::Resource => "none-resource",
    }
}

fn query(session: &Session, kind: Kind, args: &ListArgs, whole: bool) -> ListQuery {
    let flag = |on: bool| if on { "1".to_owned() } else { String::new() };
    let limit = if whole { PAGE_ITEMS_MAX } else { SHOWN };
    let operation = session
        .operation
        .clone()
        .filter(|_| kind != Kind::Operation);
    ListQuery {
        status: args.with_status.as_deref().map(token).unwrap_or_default(),
        operation: operation.unwrap_or_default(),
        since: match &args.since {
            None => String::new(),
            Some(Since::At(time)) => time.clone(),
            Some(Since::Ago(ago)) => session.clock.before(*ago),
        },
        near: args.near.clone().unwrap_or_default(),
        conflict: flag(args.conflict),
        archived: flag(args.archived),
        mine: flag(args.mine),
        limit: limit.to_string(),
        ..ListQuery::default()
    }
}

/// One page, or every page when a whole list is wanted.
async fn read(session: &Session, kind: Kind, mut query: ListQuery) -> Result<RecordList, Failure> {
    let whole = query.limit == PAGE_ITEMS_MAX.to_string();
    let mut list = session.client.list(kind, &query).await?;
    while let Some(cursor) = list.next.take().filter(|_| whole) {
        query.cursor = cursor;
        let page = session.client.list(kind, &query).await?;
        list.items.extend(page.items);
        list.next = page.next;
        list.total = page.total;
    }
    Ok(list)
}
