//! What a full post takes, and what its lists cost.

use std::time::{Duration, Instant};

use anyhow::Result;
use beffroi_api::Kind;
use beffroi_api::request::ListQuery;
use serde_json::Value;

use crate::figure::{Figures, count, megabytes};
use crate::join::memory_budget;
use crate::pair::Pair;
use crate::process::disk_bytes;

/// Times each list is asked for.
const ASKED: usize = 40;
/// The first page that a person sees.
const PAGE: &str = "50";
/// The design's aim, at this many records.
const LIST_MS: f64 = 10.0;
const LIST_OF: u64 = 100_000;

/// How it is done.
const HOW: &str = "After joining (when that was asked for), before any edit. Lists over the API's \
    socket, each with a connection of its own.";

/// Measures folder, memory and lists of the first post.
pub(crate) async fn run(pair: &Pair, records: u64) -> Result<Value> {
    let mut figures = Figures::default();
    let disk = disk_bytes(pair.a.post.folder())?;
    figures.put(
        "folder_mb",
        "MB",
        "data folder on the disk",
        Some(megabytes(disk)),
    );
    figures.put(
        "folder_bytes_a_record",
        "B",
        "the same for each record",
        Some(count(disk) / count(pair.needs)),
    );
    let a = pair.a.process()?.memory()?;
    figures.aim(
        "resident_a_mb",
        "MB",
        "resident memory of A",
        Some(megabytes(a.resident)),
        memory_budget(records),
    );
    if let Ok(b) = pair.b.process() {
        figures.aim(
            "resident_b_mb",
            "MB",
            "resident memory of B",
            Some(megabytes(b.memory()?.resident)),
            memory_budget(records),
        );
    }
    let budget = (records == LIST_OF).then_some(LIST_MS);
    let open = ListQuery {
        status: "open".into(),
        sort: "urgent".into(),
        limit: PAGE.into(),
        ..ListQuery::default()
    };
    let near = ListQuery {
        near: "43.6,3.2,5".into(),
        ..open.clone()
    };
    let words = ListQuery {
        q: "pompes moulin".into(),
        ..open.clone()
    };
    for (name, what, query) in [
        (
            "list_urgent",
            "open needs, most urgent first, first page of 50",
            &open,
        ),
        ("list_near", "the same within 5 km", &near),
        ("list_search", "the same with two words searched", &words),
    ] {
        figures.spread(name, what, &asked(pair, query).await?, budget, None);
    }
    Ok(figures.into_json("stock", HOW))
}

async fn asked(pair: &Pair, query: &ListQuery) -> Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(ASKED);
    for _ in 0..ASKED {
        let start = Instant::now();
        pair.a.client.list(Kind::Need, query).await?;
        times.push(start.elapsed());
    }
    Ok(times)
}
