//! One run: every size, every scenario asked for, and the document of it all.

use std::fs;

use anyhow::Result;
use beffroi_tests::is_root;
use serde_json::{Value, json};

use crate::join::Came;
use crate::options::{Cut, Options};
use crate::pair::Pair;
use crate::{edit, fill, idle, join, machine, reconnect, reports, start, stock};

/// The form of the document.
const SCHEMA: &str = "beffroi.posts-bench/1";

/// The document, and how many scenarios failed.
pub(crate) struct Document {
    value: Value,
    options: Options,
    /// Scenarios that failed.
    pub(crate) failed: usize,
}

/// Measures everything that `options` asks for.
pub(crate) async fn everything(options: Options) -> Result<Document> {
    machine::programs_are_here()?;
    let with_lab = !options.loopback && is_root();
    let network = if with_lab {
        "two network namespaces, veth pairs on one bridge"
    } else {
        "loopback: bytes on the wire are not taken"
    };
    let value = json!({
        "schema": SCHEMA,
        "version": env!("CARGO_PKG_VERSION"),
        "date": options.date,
        "machine": machine::describe()?,
        "network": network,
        "once": [],
        "sizes": [],
    });
    let mut document = Document {
        value,
        options,
        failed: 0,
    };
    if document.options.wants("binary") {
        document.keep(None, "binary", reports::program())?;
    }
    if document.options.wants("reports")
        && let Some(file) = document.options.reports.clone()
    {
        eprintln!("reports");
        document.keep(None, "reports", reports::run(&file).await)?;
    }
    for records in document.options.records.clone() {
        document.size(records, with_lab).await?;
    }
    Ok(document)
}

impl Document {
    /// Its text.
    pub(crate) fn text(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(&self.value)? + "\n")
    }

    async fn size(&mut self, records: u64, with_lab: bool) -> Result<()> {
        eprintln!("{records} records");
        if let Some(sizes) = self.value["sizes"].as_array_mut() {
            sizes.push(json!({"records": records, "scenarios": []}));
        }
        if self.options.wants("typed") && records <= self.options.typed_max {
            eprintln!("  join_typed");
            let outcome = typed(records, with_lab).await;
            self.keep(Some(records), "join_typed", outcome)?;
        }
        let others = self.options.wants("stock") || self.options.wants("start");
        if !others && !self.options.wants_pair() {
            return Ok(());
        }
        let mut pair = Pair::found(with_lab).await?;
        if let Err(error) = self.scenarios(&mut pair, records).await {
            eprintln!("    FAILED: {error:#}");
            pair.show_logs();
        }
        Ok(())
    }

    /// The scenarios of one size, in an order in which none spoils the next. The first that fails
    /// leaves posts in a state that nobody knows, so it is the last.
    async fn scenarios(&mut self, pair: &mut Pair, records: u64) -> Result<()> {
        let size = Some(records);
        eprintln!("  fill");
        let outcome = fill::import(pair, records).await;
        self.must(size, "fill", outcome)?;
        if self.options.wants_pair() {
            eprintln!("  join");
            let outcome = join::run(pair, Came::Imported).await;
            self.must(size, "join", outcome)?;
            pair.in_step().await?;
        }
        if self.options.wants("stock") {
            eprintln!("  stock");
            let outcome = stock::run(pair, records).await;
            self.must(size, "stock", outcome)?;
        }
        if self.options.wants("start") {
            eprintln!("  start");
            let outcome = start::run(pair, records).await;
            self.must(size, "start", outcome)?;
        }
        if self.options.wants("idle") {
            eprintln!("  idle");
            let outcome = idle::run(pair, self.options.idle).await;
            self.must(size, "idle", outcome)?;
        }
        if self.options.wants("edit") {
            eprintln!("  edit");
            let outcome = edit::run(pair, self.options.edits).await;
            self.must(size, "edit", outcome)?;
        }
        if self.options.wants("reconnect") {
            eprintln!("  reconnect");
            let cable = self.options.cut.unwrap_or(Cut::Cable) == Cut::Cable;
            let cut = if cable && pair.ground.is_lab() {
                Cut::Cable
            } else {
                Cut::Restart
            };
            let outcome = reconnect::run(pair, records, cut, self.options.idle).await;
            self.must(size, "reconnect", outcome)?;
        }
        if self.options.wants("start") && self.options.wants("reconnect") {
            eprintln!("  start_after_edits");
            let outcome = start::after_edits(pair).await;
            self.must(size, "start_after_edits", outcome)?;
        }
        Ok(())
    }

    /// Keeps what a scenario gave; its failure is passed on.
    fn must(&mut self, size: Option<u64>, name: &str, outcome: Result<Value>) -> Result<()> {
        let failure = outcome.as_ref().err().map(|error| format!("{error:#}"));
        self.keep(size, name, outcome)?;
        match failure {
            None => Ok(()),
            Some(why) => Err(anyhow::anyhow!("{name}: {why}")),
        }
    }

    /// Keeps what a scenario gave, its failure included, and writes the document as it is now.
    fn keep(&mut self, size: Option<u64>, name: &str, outcome: Result<Value>) -> Result<()> {
        let scenario = outcome.unwrap_or_else(|error| {
            self.failed += 1;
            json!({"scenario": name, "failed": format!("{error:#}"), "figures": []})
        });
        let list = match size {
            None => &mut self.value["once"],
            Some(_) => {
                let last = self.value["sizes"]
                    .as_array_mut()
                    .and_then(|all| all.last_mut());
                match last {
                    None => return Ok(()),
                    Some(size) => &mut size["scenarios"],
                }
            }
        };
        if let Some(list) = list.as_array_mut() {
            list.push(scenario);
        }
        if let Some(out) = &self.options.out {
            fs::write(out, self.text()?)?;
        }
        Ok(())
    }
}

/// A territory whose every record was typed, and an empty post that joins it.
async fn typed(records: u64, with_lab: bool) -> Result<Value> {
    let mut pair = Pair::found(with_lab).await?;
    let took = fill::typed(&mut pair, records).await?;
    eprintln!("    typed in {:.1} s", took.as_secs_f64());
    let outcome = join::run(&mut pair, Came::Typed).await;
    if outcome.is_err() {
        pair.show_logs();
    }
    outcome
}
