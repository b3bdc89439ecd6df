//! Live edits: from A's answer until B shows them.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use beffroi_api::event::Event;
use beffroi_api::request::ListQuery;
use beffroi_api::{Kind, Record};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::data::Need;
use crate::figure::Figures;
use crate::fill;
use crate::machine;
use crate::pair::Pair;

/// Between two edits: one person types no faster, and each is measured by itself.
const PAUSE: Duration = Duration::from_millis(20);
/// Longest wait for one edit to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// Events that wait for us.
const EVENTS_MAX: usize = 1_024;
/// The design's aims.
const MEDIAN_MS: f64 = 10.0;
const P95_MS: f64 = 30.0;

/// How it is done.
const HOW: &str = "One edit at a time at A, half of them new records; B's event stream tells, then \
    the record is read from B over its socket. Both flushes included.";

/// A record moved at B: when we were told, and where it stands.
type Told = (Instant, uuid::Uuid, Vec<String>);

/// Makes `edits` edits at A, every second one a new record.
pub(crate) async fn run(pair: &mut Pair, edits: u64) -> Result<Value> {
    pair.in_step().await?;
    let references = references(pair, edits.div_ceil(2)).await?;
    let mut told = listen(pair).await?;
    let (mut answered, mut announced, mut visible) = (Vec::new(), Vec::new(), Vec::new());
    let first = pair.needs;
    for number in 0..edits {
        let start = Instant::now();
        let record = if number % 2 == 0 {
            let create = Need::of(first + number).create();
            pair.needs += 1;
            pair.a.client.create(Kind::Need, &create).await?.record
        } else {
            let reference = &references[(number / 2) as usize % references.len()];
            let edit = fill::edit((1 << 20) + number);
            let edited = pair
                .a
                .client
                .edit(Kind::Need, reference, &edit, None)
                .await?;
            ensure!(!edited.unchanged, "an edit changed nothing");
            edited.record
        };
        let answer = Instant::now();
        let event = arrival(&mut told, &record).await?;
        seen(pair, &record).await?;
        visible.push(answer.elapsed());
        answered.push(answer - start);
        announced.push(event.saturating_duration_since(answer));
        tokio::time::sleep(PAUSE).await;
    }
    let mut figures = Figures::default();
    figures.spread(
        "visible",
        "A's answer until read in B's API",
        &visible,
        Some(MEDIAN_MS),
        Some(P95_MS),
    );
    figures.spread(
        "announced",
        "A's answer until B's event stream says so",
        &announced,
        None,
        None,
    );
    figures.spread(
        "answered",
        "request until A's answer, its flush included",
        &answered,
        None,
        None,
    );
    figures.spread(
        "flush",
        "for comparison, one append of 4 KiB flushed to the same disk",
        &machine::flush_times()?,
        None,
        None,
    );
    Ok(figures.into_json("edit", HOW))
}

/// Needs of the first page at A.
pub(crate) async fn references(pair: &Pair, wanted: u64) -> Result<Vec<String>> {
    let mut references = Vec::new();
    let mut cursor = String::new();
    while (references.len() as u64) < wanted {
        let query = ListQuery {
            limit: beffroi_api::request::PAGE_ITEMS_MAX.to_string(),
            cursor,
            sort: "created".into(),
            ..ListQuery::default()
        };
        let page = pair.a.client.list(Kind::Need, &query).await?;
        references.extend(page.items.iter().map(|record| record.id.to_string()));
        match page.next {
            Some(next) => cursor = next,
            None => break,
        }
    }
    references.truncate(wanted as usize);
    ensure!(!references.is_empty(), "there is no need to edit");
    Ok(references)
}

async fn listen(pair: &Pair) -> Result<mpsc::Receiver<Told>> {
    let mut events = pair.b.client.events(None).await?;
    let (send, receive) = mpsc::channel(EVENTS_MAX);
    tokio::spawn(async move {
        while let Ok(Some(event)) = events.next().await {
            if let Event::Record { id, heads, .. } = event
                && send.send((Instant::now(), id, heads)).await.is_err()
            {
                return;
            }
        }
    });
    Ok(receive)
}

async fn arrival(told: &mut mpsc::Receiver<Told>, record: &Record) -> Result<Instant> {
    let wanted = async {
        while let Some((at, id, heads)) = told.recv().await {
            if id == record.id && heads == record.heads {
                return Ok(at);
            }
        }
        anyhow::bail!("B's event stream ended")
    };
    let within = tokio::time::timeout(PATIENCE, wanted).await;
    within.context("an edit did not arrive at B")?
}

/// Reads the record at B; the event may be a little ahead of the view.
async fn seen(pair: &Pair, record: &Record) -> Result<()> {
    let reference = record.id.to_string();
    let start = Instant::now();
    loop {
        let read = pair.b.client.record(Some(Kind::Need), &reference).await;
        if read.is_ok_and(|read| read.value.record.heads == record.heads) {
            return Ok(());
        }
        ensure!(
            start.elapsed() < PATIENCE,
            "B told of an edit it does not show"
        );
    }
}
