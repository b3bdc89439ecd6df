//! An empty post joins a territory that is full.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;

use crate::figure::{Figures, count, megabytes};
use crate::pair::{Pair, wait};

/// How often it is looked whether everything has come: a look costs the posts a hash over all ids.
const LOOK: Duration = Duration::from_millis(10);

/// The design's aims for 10,000 records.
const BUDGET_RECORDS: u64 = 10_000;
const VISIBLE_S: f64 = 2.5;
const IMPORTED_MB: f64 = 1.6;
const TYPED_MB: f64 = 3.2;
/// The design's aims for memory.
const MEMORY_MB: &[(u64, f64)] = &[(10_000, 60.0), (100_000, 250.0)];

/// How it is done.
const HOW: &str = "B is empty and has just started; it is given the code and the address that the \
    code's QR holds. Looked at every 10 ms. Making the code's key takes 64 MiB for a moment, which \
    is in B's peak.";

/// How the records came into the first post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Came {
    /// By import: 100 records an entry.
    Imported,
    /// Each typed: one entry.
    Typed,
}

/// What a post may use at this size.
pub(crate) fn memory_budget(records: u64) -> Option<f64> {
    let found = MEMORY_MB.iter().find(|(size, _)| *size == records);
    found.map(|(_, budget)| *budget)
}

/// Lets the second post, empty and just started, join.
pub(crate) async fn run(pair: &mut Pair, came: Came) -> Result<Value> {
    pair.b.start().await?;
    let invitation = pair.invitation().await?;
    eprintln!("    porch: {}", invitation.peers.join(" "));
    let (a, b) = (pair.a.process()?, pair.b.process()?);
    a.forget_peak()?;
    let (cpu_a, cpu_b) = (a.cpu_s()?, b.cpu_s()?);
    let wire = pair.ground.wire(&pair.b)?;
    let start = Instant::now();
    pair.b.client.join(&invitation, None).await?;
    let admitted = start.elapsed();
    wait("the digests to be equal", LOOK, async || {
        let here = pair.b.digest().await;
        Ok(!here.is_empty() && here == pair.a.digest().await)
    })
    .await?;
    let equal = start.elapsed();
    wait("all records to be listed", LOOK, async || {
        Ok(pair.b.needs().await? == pair.needs)
    })
    .await?;
    let visible = start.elapsed();
    let (cpu_a, cpu_b) = (a.cpu_s()? - cpu_a, b.cpu_s()? - cpu_b);
    let after = pair.ground.wire(&pair.b)?;
    let wire = wire.zip(after).map(|(before, after)| after.since(before));

    let at_budget = pair.needs == BUDGET_RECORDS;
    let budget = |number| at_budget.then_some(number);
    let (name, wire_mb) = match came {
        Came::Imported => ("join", IMPORTED_MB),
        Came::Typed => ("join_typed", TYPED_MB),
    };
    let mut figures = Figures::default();
    let seconds = |time: Duration| Some(time.as_secs_f64());
    figures.put(
        "admitted_s",
        "s",
        "code shown until `join` answers",
        seconds(admitted),
    );
    figures.put(
        "equal_s",
        "s",
        "until both digests are equal",
        seconds(equal),
    );
    figures.aim(
        "visible_s",
        "s",
        "until every record is in B's list",
        seconds(visible),
        budget(VISIBLE_S),
    );
    let way = |bytes: Option<u64>| bytes.map(megabytes);
    figures.aim(
        "ethernet_mb",
        "MB",
        "both ways on the wire, TCP/IP and Ethernet headers included",
        way(wire.map(|wire| wire.both())),
        budget(wire_mb),
    );
    figures.put(
        "ethernet_to_b_mb",
        "MB",
        "of these, to B",
        way(wire.map(|wire| wire.received)),
    );
    figures.put(
        "ethernet_to_a_mb",
        "MB",
        "of these, to A",
        way(wire.map(|wire| wire.sent)),
    );
    figures.put("cpu_a_s", "s", "CPU of A, which gives", Some(cpu_a));
    figures.put("cpu_b_s", "s", "CPU of B, which joins", Some(cpu_b));
    figures.put(
        "peak_a_mb",
        "MB",
        "most memory of A meanwhile",
        Some(megabytes(a.memory()?.peak)),
    );
    figures.aim(
        "peak_b_mb",
        "MB",
        "most memory of B since its start",
        Some(megabytes(b.memory()?.peak)),
        memory_budget(pair.needs),
    );
    let entries = pair.b.client.digest().await?.entries;
    figures.put(
        "entries",
        "",
        "entries held in the end",
        Some(count(entries)),
    );
    Ok(figures.into_json(name, HOW))
}
