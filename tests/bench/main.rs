//! Measures whole posts: real daemons on two machines, at several sizes of a territory.
//! `posts-bench --help` says how; `docs/benchmarks.md` says what each figure is.

mod data;
mod edit;
mod figure;
mod fill;
mod idle;
mod join;
mod machine;
mod markdown;
mod options;
mod pair;
mod process;
mod reconnect;
mod reports;
mod run;
mod start;
mod stock;

use std::process::ExitCode;

use anyhow::{Result, bail};
use tokio::signal::unix::{SignalKind, signal};

use crate::options::{Options, Order};

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match options::read(std::env::args().skip(1)) {
        Err(error) => Err(error),
        Ok(Order::Help) => {
            println!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Ok(Order::Tables { result, into }) => markdown::make(&result, into.as_deref()),
        Ok(Order::Measure(options)) => measure(options).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("posts-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Measures until it is done or told to stop. Either way the daemons end and the machines go away,
/// because both are dropped with the run.
async fn measure(options: Options) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let document = tokio::select! {
        document = run::everything(options) => document?,
        _ = terminate.recv() => bail!("stopped"),
        _ = tokio::signal::ctrl_c() => bail!("stopped"),
    };
    print!("{}", document.text()?);
    if document.failed > 0 {
        bail!("{} scenarios failed", document.failed);
    }
    Ok(())
}
