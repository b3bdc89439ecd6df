//! Filling a post: by import, as a list that was kept before, or typed one by one.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use beffroi_api::Kind;
use beffroi_api::client::Client;
use beffroi_api::request::{Edit, Import};
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;

use crate::data::{self, Need};
use crate::figure::{Figures, count, megabytes};
use crate::pair::Pair;

/// Requests of typing people that are under way at once.
const TYPING: usize = 16;
/// Numbers of changes begin behind those of records.
const CHANGES_FROM: u64 = 1 << 32;

/// Imports `records` needs into the first post, and says how fast that was.
pub(crate) async fn import(pair: &mut Pair, records: u64) -> Result<Value> {
    let table = data::table(records);
    let bytes = table.len() as u64;
    let import = Import {
        kind: Kind::Need,
        format: Some("csv".into()),
        name: "besoins.csv".into(),
        dry_run: false,
        strict: false,
        update: false,
        operation: None,
        map: data::MAP.iter().map(|pair| (*pair).to_owned()).collect(),
    };
    let process = pair.a.process()?;
    let (cpu, written) = (process.cpu_s()?, process.written_bytes()?);
    let start = Instant::now();
    let reader = std::io::Cursor::new(table.into_bytes());
    let report = pair.a.client.import(&import, reader).await?;
    let took = start.elapsed();
    ensure!(
        report.created == records,
        "{} of {records} records were created; first refusal: {:?}",
        report.created,
        report.rejected.first()
    );
    pair.needs += records;
    let mut figures = Figures::default();
    let seconds = took.as_secs_f64();
    figures.put(
        "import_s",
        "s",
        "import, from the request to its report",
        Some(seconds),
    );
    figures.put(
        "import_rate",
        "records/s",
        "import rate",
        Some(count(records) / seconds),
    );
    figures.put(
        "cpu_s",
        "s",
        "CPU of the post",
        Some(process.cpu_s()? - cpu),
    );
    figures.put("file_mb", "MB", "size of the file", Some(megabytes(bytes)));
    let written = process.written_bytes()? - written;
    figures.put(
        "written_mb",
        "MB",
        "written to the disk",
        Some(megabytes(written)),
    );
    let memory = process.memory()?;
    figures.put(
        "peak_mb",
        "MB",
        "most memory while importing",
        Some(megabytes(memory.peak)),
    );
    Ok(figures.into_json(
        "fill",
        "One mapped CSV of needs of 12 fields, imported over the API.",
    ))
}

/// Types `records` needs into the first post, [`TYPING`] at once: one entry for each.
pub(crate) async fn typed(pair: &mut Pair, records: u64) -> Result<Duration> {
    let start = Instant::now();
    let create = |client: Client, number: u64| async move {
        client
            .create(Kind::Need, &Need::of(number).create())
            .await?;
        anyhow::Ok(())
    };
    several(&pair.a.client, 0..records, create).await?;
    pair.needs += records;
    Ok(start.elapsed())
}

/// Changes as many different needs of the first post, [`TYPING`] at once.
pub(crate) async fn change(pair: &Pair, needs: &[String], from: u64) -> Result<()> {
    let edit = |client: Client, number: u64| {
        let reference = needs[number as usize].clone();
        async move {
            let edit = edit(from + number);
            client.edit(Kind::Need, &reference, &edit, None).await?;
            anyhow::Ok(())
        }
    };
    several(&pair.a.client, 0..needs.len() as u64, edit).await
}

/// A change that no other one repeats.
pub(crate) fn edit(number: u64) -> Edit {
    let set = json!({"beneficiaries": 1_000 + number, "quantity": {"value": (1_000 + number).to_string()}});
    Edit {
        change_id: data::id(CHANGES_FROM + number),
        set: set.as_object().cloned().unwrap_or_else(Map::new),
        ..Edit::default()
    }
}

async fn several<F, R>(client: &Client, numbers: std::ops::Range<u64>, mut request: F) -> Result<()>
where
    F: FnMut(Client, u64) -> R,
    R: Future<Output = Result<()>> + Send + 'static,
{
    let mut under_way = JoinSet::new();
    for number in numbers {
        if under_way.len() >= TYPING
            && let Some(done) = under_way.join_next().await
        {
            done??;
        }
        under_way.spawn(request(client.clone(), number));
    }
    while let Some(done) = under_way.join_next().await {
        done??;
    }
    Ok(())
}
