//! Starting on a full folder.

use std::time::{Duration, Instant};

use anyhow::Result;
use beffroi_api::Kind;
use serde_json::Value;

use crate::data::Need;
use crate::figure::{Figures, count, megabytes, milliseconds};
use crate::join::memory_budget;
use crate::pair::{Pair, wait};

/// Starts of each sort, of which the median counts.
const ROUNDS: usize = 3;
/// Records typed just before a kill, so that the store has something to mend.
const BEFORE_KILL: u64 = 10;
/// The design's aims, in milliseconds.
const START_MS: &[(u64, f64)] = &[(10_000, 1_000.0), (100_000, 6_000.0)];

/// One start.
struct Start {
    first: Duration,
    complete: Duration,
    cpu_s: f64,
    resident: u64,
}

/// Starts the first post after clean ends and after `kill -9`; the second is away meanwhile.
pub(crate) async fn run(pair: &mut Pair, records: u64) -> Result<Value> {
    let with_b = pair.b.post.pid().is_some();
    pair.b.post.kill();
    let (mut clean, mut killed) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        pair.a.post.stop();
        clean.push(one(pair).await?);
    }
    for _ in 0..ROUNDS {
        for _ in 0..BEFORE_KILL {
            let create = Need::of((1 << 24) + pair.needs).create();
            pair.a.client.create(Kind::Need, &create).await?;
            pair.needs += 1;
        }
        pair.a.post.kill();
        killed.push(one(pair).await?);
    }
    let mut figures = Figures::default();
    let budget = START_MS.iter().find(|(size, _)| *size == records);
    let budget = budget.map(|(_, budget)| *budget);
    let memory = memory_budget(records);
    told(
        &mut figures,
        "clean",
        "after a clean end",
        &clean,
        budget,
        memory,
    );
    told(
        &mut figures,
        "killed",
        "after kill -9",
        &killed,
        budget,
        memory,
    );
    if with_b {
        pair.b.start().await?;
    }
    Ok(figures.into_json(
        "start",
        "Median of three; the files are in the page cache. B is away.",
    ))
}

/// Starts the first post once more, when the edits of the other scenarios are in its records.
pub(crate) async fn after_edits(pair: &mut Pair) -> Result<Value> {
    pair.b.post.kill();
    let entries = pair.a.client.digest().await?.entries;
    pair.a.post.stop();
    let start = one(pair).await?;
    let mut figures = Figures::default();
    figures.put("entries", "", "entries held", Some(count(entries)));
    told(
        &mut figures,
        "clean",
        "after a clean end",
        &[start],
        None,
        None,
    );
    Ok(figures.into_json(
        "start_after_edits",
        "As start, once, with the edits of the scenarios before: each an entry of its own.",
    ))
}

fn told(
    figures: &mut Figures,
    name: &str,
    when: &str,
    starts: &[Start],
    budget: Option<f64>,
    memory: Option<f64>,
) {
    let median = |value: fn(&Start) -> f64| {
        let mut values: Vec<f64> = starts.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    figures.aim(
        &format!("{name}_complete_ms"),
        "ms",
        &format!("{when}: exec until `status` answers with all records"),
        median(|start| milliseconds(start.complete)),
        budget,
    );
    figures.put(
        &format!("{name}_answers_ms"),
        "ms",
        &format!("{when}: exec until the API answers at all"),
        median(|start| milliseconds(start.first)),
    );
    figures.put(
        &format!("{name}_cpu_s"),
        "s",
        &format!("{when}: CPU until then"),
        median(|start| start.cpu_s),
    );
    figures.aim(
        &format!("{name}_resident_mb"),
        "MB",
        &format!("{when}: resident memory then"),
        median(|start| megabytes(start.resident)),
        memory,
    );
}

async fn one(pair: &mut Pair) -> Result<Start> {
    let start = Instant::now();
    let first = pair.a.start().await?;
    wait("all records", Duration::from_millis(2), async || {
        let status = pair.a.client.status().await?;
        Ok(status.counts.get(Kind::Need.token()).copied() == Some(pair.needs))
    })
    .await?;
    let complete = start.elapsed();
    let process = pair.a.process()?;
    Ok(Start {
        first,
        complete,
        cpu_s: process.cpu_s()?,
        resident: process.memory()?.resident,
    })
}
