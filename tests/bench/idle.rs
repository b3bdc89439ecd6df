//! Two posts in step that have nothing to say.

use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use crate::figure::Figures;
use crate::pair::{Member, Pair};
use crate::process::Wire;

/// The design's aims, for one neighbour.
const WIRE_BYTES: f64 = 3_000.0;
const CPU_PERCENT: f64 = 0.1;
/// "No disk write": below one block of any file system.
const WRITTEN_BYTES: f64 = 1.0;
/// What came before leaves something to be written, at the latest after a minute (receipts, the note of
/// verdicts): a window that is to be judged opens behind it.
const SETTLE: Duration = Duration::from_secs(75);
/// Windows from this on are judged; shorter ones are for trying.
const JUDGED: Duration = Duration::from_secs(60);

struct Sample {
    cpu_s: f64,
    written: u64,
    wire: Option<Wire>,
}

fn sample(pair: &Pair, member: &Member) -> Result<Sample> {
    let process = member.process()?;
    Ok(Sample {
        cpu_s: process.cpu_s()?,
        written: process.written_bytes()?,
        wire: pair.ground.wire(member)?,
    })
}

/// Watches both posts for `window` without asking them anything.
pub(crate) async fn run(pair: &Pair, window: Duration) -> Result<Value> {
    pair.in_step().await?;
    let settle = if window >= JUDGED { SETTLE } else { window };
    tokio::time::sleep(settle).await;
    let before = [sample(pair, &pair.a)?, sample(pair, &pair.b)?];
    tokio::time::sleep(window).await;
    let after = [sample(pair, &pair.a)?, sample(pair, &pair.b)?];
    let minutes = window.as_secs_f64() / 60.0;
    let mut figures = Figures::default();
    let wire = before[1].wire.zip(after[1].wire);
    let wire = wire.map(|(before, after)| after.since(before));
    let a_minute = |bytes: u64| bytes as f64 / minutes;
    figures.aim(
        "ethernet_bytes_a_minute",
        "B",
        "both ways a minute, TCP/IP and Ethernet headers and discovery included",
        wire.map(|wire| a_minute(wire.both())),
        Some(WIRE_BYTES),
    );
    figures.put(
        "discovery_bytes_a_minute",
        "B",
        "of these, multicast and broadcast: beacons and mDNS",
        wire.map(|wire| a_minute(wire.groups)),
    );
    for (place, name) in ["a", "b"].into_iter().enumerate() {
        let (before, after) = (&before[place], &after[place]);
        let cpu = (after.cpu_s - before.cpu_s) / window.as_secs_f64() * 100.0;
        let post = name.to_uppercase();
        figures.aim(
            &format!("cpu_{name}_percent"),
            "%",
            &format!("of one core, {post}"),
            Some(cpu),
            Some(CPU_PERCENT),
        );
        let written = a_minute(after.written - before.written);
        figures.aim(
            &format!("written_{name}_bytes_a_minute"),
            "B",
            &format!("written to the disk a minute, {post}"),
            Some(written),
            Some(WRITTEN_BYTES),
        );
    }
    let how = format!(
        "Connected and in step, nothing asked for {} s. CPU counts in steps of 10 ms.",
        window.as_secs()
    );
    Ok(figures.into_json("idle", &how))
}
