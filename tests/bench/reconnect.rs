//! The link is cut, A changes some records, the link is back.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;

use crate::edit;
use crate::figure::{Figures, count, milliseconds};
use crate::fill;
use crate::options::Cut;
use crate::pair::{Pair, wait};

/// How many records are changed meanwhile.
const CHANGED: &[u64] = &[0, 10, 1_000];
/// How often it is looked whether both are equal.
const LOOK: Duration = Duration::from_millis(5);
/// What follows being equal (receipts, a first heartbeat) is counted too.
const SETTLE_MAX: Duration = Duration::from_secs(2);
/// The design's aims for 10 changed of 10,000. Its 300 B for nothing changed are frames alone, which
/// cannot be told from handshakes here.
const TEN_BYTES: f64 = 5_000.0;
const TEN_MS: f64 = 100.0;
const TEN_OF: u64 = 10_000;

/// How it is done.
const CABLE: &str = "The cable of B is pulled until both posts say they are not connected, then \
    put back.";
const RESTART: &str = "B is stopped and started.";
const HOW: &str = "Times from the new connection begin when either post says that it is connected, \
    looked at every 5 ms; bytes go from the link's return until two seconds after both are in step, \
    with TCP and Noise handshakes and discovery.";

/// Cuts, changes and heals once for each number of changes that the territory has records for.
pub(crate) async fn run(pair: &mut Pair, records: u64, cut: Cut, idle: Duration) -> Result<Value> {
    let settle = idle.min(SETTLE_MAX);
    let asked = Asked {
        records,
        cut,
        settle,
    };
    let mut figures = Figures::default();
    for changed in CHANGED
        .iter()
        .copied()
        .filter(|changed| *changed <= records)
    {
        eprintln!("    cut, {changed} changed, healed");
        round(pair, &asked, changed, &mut figures).await?;
    }
    let how = match cut {
        Cut::Cable => CABLE,
        Cut::Restart => RESTART,
    };
    let how = format!("{how} {HOW}");
    Ok(figures.into_json("reconnect", &how))
}

/// What all rounds have in common.
struct Asked {
    records: u64,
    cut: Cut,
    settle: Duration,
}

async fn round(pair: &mut Pair, asked: &Asked, changed: u64, figures: &mut Figures) -> Result<()> {
    let Asked {
        records,
        cut,
        settle,
    } = *asked;
    pair.in_step().await?;
    part(pair, cut).await?;
    if changed > 0 {
        let references = edit::references(pair, changed).await?;
        fill::change(pair, &references, changed << 24).await?;
    }
    let target = pair.a.digest().await;
    let wire = pair.ground.wire(&pair.a)?;
    let start = Instant::now();
    match cut {
        Cut::Cable => pair.ground.cable(true),
        Cut::Restart => {
            pair.b.start().await?;
        }
    }
    wait("a new connection", LOOK, async || {
        Ok(pair.b.peer().await?.connected || pair.a.peer().await?.connected)
    })
    .await?;
    let connected = start.elapsed();
    wait("equal digests", LOOK, async || {
        Ok(pair.b.digest().await == target)
    })
    .await?;
    let equal = start.elapsed();
    wait("being in step", LOOK, async || {
        Ok(pair.b.peer().await?.in_step && pair.a.peer().await?.in_step)
    })
    .await?;
    let in_step = start.elapsed();
    tokio::time::sleep(settle).await;
    let after = pair.ground.wire(&pair.a)?;
    let wire = wire.zip(after).map(|(before, after)| after.since(before));

    let ten = (changed == 10 && records == TEN_OF).then_some(());
    let bytes_budget = ten.map(|()| TEN_BYTES);
    let name = |figure: &str| format!("{figure}_{changed}_changed");
    let what = |what: &str| format!("{changed} changed: {what}");
    figures.aim(
        &name("equal_ms"),
        "ms",
        &what("new connection until digests are equal"),
        Some(milliseconds(equal - connected)),
        ten.map(|()| TEN_MS),
    );
    figures.put(
        &name("in_step_ms"),
        "ms",
        &what("new connection until each knows that the other has all"),
        Some(milliseconds(in_step - connected)),
    );
    figures.put(
        &name("connected_ms"),
        "ms",
        &what("link back until the new connection"),
        Some(milliseconds(connected)),
    );
    figures.aim(
        &name("ethernet_bytes"),
        "B",
        &what("both ways on the wire, TCP/IP and Ethernet headers included"),
        wire.map(|wire| count(wire.both())),
        bytes_budget,
    );
    figures.put(
        &name("discovery_bytes"),
        "B",
        &what("of these, multicast and broadcast"),
        wire.map(|wire| count(wire.groups)),
    );
    Ok(())
}

/// Cuts the link, and waits until the posts have noticed.
async fn part(pair: &mut Pair, cut: Cut) -> Result<()> {
    match cut {
        Cut::Restart => pair.b.post.stop(),
        Cut::Cable => pair.ground.cable(false),
    }
    wait(
        "the posts to notice the cut",
        Duration::from_millis(200),
        async || {
            let b_noticed = cut == Cut::Restart || !pair.b.peer().await?.connected;
            Ok(b_noticed && !pair.a.peer().await?.connected)
        },
    )
    .await
}
