//! A file of real reports, when one is given, and the size of the program.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, ensure};
use beffroi_api::Kind;
use beffroi_api::request::Import;
use serde_json::Value;

use crate::figure::{Figures, count, megabytes};
use crate::pair::Pair;

/// The design's aim, for 3,593 reports.
const IMPORT_S: f64 = 3.0;
const IMPORT_OF: u64 = 3_593;
/// The design's aim for the program.
const PROGRAM_MB: f64 = 25.0;

/// Imports `file` as incidents into a fresh post.
pub(crate) async fn run(file: &Path) -> Result<Value> {
    let pair = Pair::found(false).await?;
    let import = Import {
        kind: Kind::Incident,
        format: None,
        name: "reports.csv".into(),
        dry_run: false,
        strict: false,
        update: false,
        operation: None,
        map: Vec::new(),
    };
    let reader = tokio::fs::File::open(file).await?;
    let start = Instant::now();
    let report = pair.a.client.import(&import, reader).await?;
    let took = start.elapsed().as_secs_f64();
    ensure!(report.created > 0, "no report of the file was taken");
    let mut figures = Figures::default();
    let budget = (report.rows == IMPORT_OF).then_some(IMPORT_S);
    figures.put("rows", "", "rows read", Some(count(report.rows)));
    figures.put("created", "", "incidents made", Some(count(report.created)));
    figures.aim(
        "import_s",
        "s",
        "import, from the request to its report",
        Some(took),
        budget,
    );
    Ok(figures.into_json("reports", "A file of real reports into a fresh post."))
}

/// The size of the daemon as it was built.
pub(crate) fn program() -> Result<Value> {
    let bytes = std::fs::metadata(beffroi_tests::binary("beffroid"))?.len();
    let mut figures = Figures::default();
    let budget = (!cfg!(debug_assertions)).then_some(PROGRAM_MB);
    figures.aim(
        "beffroid_mb",
        "MB",
        "the daemon; the release profile strips it",
        Some(megabytes(bytes)),
        budget,
    );
    Ok(figures.into_json("binary", "The file beside this program."))
}
