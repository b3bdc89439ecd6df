//! The command line of the harness.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

/// What is printed for `--help`.
pub(crate) const HELP: &str = "\
Measures whole posts: real daemons, one JSON document on standard output, progress on standard error.

  posts-bench [--records N,N…] [--only SCENARIO,…] [--out FILE] [--date TEXT] [--idle SECONDS]
              [--edits N] [--typed-max N] [--cut cable|restart] [--loopback] [--reports FILE.csv]
  posts-bench --markdown RESULT.json [--into docs/benchmarks.md]

  --records     records of the territory, 1000,10000,100000 by default
  --only        join, typed, stock, idle, edit, reconnect, start, reports, binary (filling is always done)
  --out         writes the document there too, after every scenario: nothing is lost when one fails
  --date        put in the document as it is; none is read from the clock
  --idle        seconds of the idle window, 60 by default
  --edits       live edits, half of them new records, 200 by default
  --typed-max   the typed variant of joining is run up to this many records, 10000 by default
  --cut         how the link is cut before a reconnection: the cable, and both sides have noticed
                (the default with namespaces); or the second post stopped and started
  --loopback    no network namespaces, also for root: bytes on the wire are not taken
  --reports     an Ushahidi CSV to import as well
  --markdown    prints the tables of a document instead of measuring
  --into        replaces the tables between the two marks of this file

Data folders go under TMPDIR: put it on the disk that is to be measured.";

/// The scenarios that `--only` can name.
const SCENARIOS: &[&str] = &[
    "join",
    "typed",
    "stock",
    "idle",
    "edit",
    "reconnect",
    "start",
    "reports",
    "binary",
];

/// How the link is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The cable is pulled until both sides have noticed.
    Cable,
    /// The second post is stopped and started.
    Restart,
}

/// What to do.
#[derive(Debug)]
pub(crate) enum Order {
    /// Prints the help.
    Help,
    /// Measures.
    Measure(Options),
    /// Makes tables of a document.
    Tables {
        /// The document.
        result: PathBuf,
        /// The file that holds them.
        into: Option<PathBuf>,
    },
}

/// How to measure.
#[derive(Debug)]
pub(crate) struct Options {
    /// Sizes of the territory.
    pub(crate) records: Vec<u64>,
    /// Scenarios; empty: all.
    only: Vec<String>,
    /// Where the document is written as well.
    pub(crate) out: Option<PathBuf>,
    /// Put in the document.
    pub(crate) date: Option<String>,
    /// The idle window.
    pub(crate) idle: Duration,
    /// Live edits.
    pub(crate) edits: u64,
    /// Up to how many records the typed variant is run.
    pub(crate) typed_max: u64,
    /// How the link is cut; absent: the cable where there is one.
    pub(crate) cut: Option<Cut>,
    /// No namespaces.
    pub(crate) loopback: bool,
    /// A file of real reports.
    pub(crate) reports: Option<PathBuf>,
}

impl Options {
    /// Whether a scenario is asked for.
    pub(crate) fn wants(&self, scenario: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == scenario)
    }

    /// Whether a second post is needed beside the filled one.
    pub(crate) fn wants_pair(&self) -> bool {
        ["join", "idle", "edit", "reconnect"]
            .iter()
            .any(|scenario| self.wants(scenario))
    }
}

/// Reads the arguments.
pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Order> {
    let mut options = Options {
        records: vec![1_000, 10_000, 100_000],
        only: Vec::new(),
        out: None,
        date: None,
        idle: Duration::from_secs(60),
        edits: 200,
        typed_max: 10_000,
        cut: None,
        loopback: false,
        reports: None,
    };
    let (mut result, mut into) = (None, None);
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .with_context(|| format!("{word} needs a value"))
        };
        match word.as_str() {
            "--help" | "-h" => return Ok(Order::Help),
            "--records" => options.records = numbers(&value()?)?,
            "--only" => options.only = scenarios(&value()?)?,
            "--out" => options.out = Some(value()?.into()),
            "--date" => options.date = Some(value()?),
            "--idle" => options.idle = Duration::from_secs(number(&value()?)?),
            "--edits" => options.edits = number(&value()?)?,
            "--typed-max" => options.typed_max = number(&value()?)?,
            "--cut" => options.cut = Some(cut(&value()?)?),
            "--loopback" => options.loopback = true,
            "--reports" => options.reports = Some(value()?.into()),
            "--markdown" => result = Some(PathBuf::from(value()?)),
            "--into" => into = Some(PathBuf::from(value()?)),
            other => bail!("{other} is no option: see --help"),
        }
    }
    Ok(match result {
        Some(result) => Order::Tables { result, into },
        None => Order::Measure(options),
    })
}

fn number(text: &str) -> Result<u64> {
    let number = text
        .parse()
        .with_context(|| format!("{text} is no whole number"))?;
    ensure!(number > 0, "0 of something cannot be measured");
    Ok(number)
}

fn numbers(text: &str) -> Result<Vec<u64>> {
    text.split(',').map(number).collect()
}

fn scenarios(text: &str) -> Result<Vec<String>> {
    let names: Vec<String> = text.split(',').map(str::to_owned).collect();
    for name in &names {
        ensure!(
            SCENARIOS.contains(&name.as_str()),
            "{name} is no scenario: {}",
            SCENARIOS.join(", ")
        );
    }
    Ok(names)
}

fn cut(text: &str) -> Result<Cut> {
    match text {
        "cable" => Ok(Cut::Cable),
        "restart" => Ok(Cut::Restart),
        other => bail!("--cut takes cable or restart, not {other}"),
    }
}
