//! The post itself: status, peers, journal, and what helps at a shell.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use clap_complete::Shell;

use super::parse::{self, FailIf};

/// `status`
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[arg(long)]
    pub(crate) watch: bool,
    #[arg(long, value_name = "silent=15m|conflicts|parked", value_delimiter = ',', value_parser = parse::fail_if)]
    pub(crate) fail_if: Vec<FailIf>,
}

/// `peer …`
#[derive(Debug, Subcommand)]
pub(crate) enum PeerVerb {
    Add(PeerAddArgs),
    List,
    Remove(PeerRemoveArgs),
}

/// `peer add MULTIADDR`
#[derive(Debug, Args)]
pub(crate) struct PeerAddArgs {
    #[arg(value_name = "MULTIADDR")]
    pub(crate) address: String,
}

/// `peer remove POST|MULTIADDR`
#[derive(Debug, Args)]
pub(crate) struct PeerRemoveArgs {
    #[arg(value_name = "POST|MULTIADDR")]
    pub(crate) peer: String,
}

/// `sync`
#[derive(Debug, Args)]
pub(crate) struct SyncArgs {
    #[arg(long, value_name = "POST")]
    pub(crate) with: Option<String>,
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = parse::duration)]
    pub(crate) wait: Duration,
}

/// `journal …`
#[derive(Debug, Subcommand)]
pub(crate) enum JournalVerb {
    Verify,
    Export(JournalExportArgs),
    Digest,
    Openings,
}

/// `journal export`
#[derive(Debug, Args)]
pub(crate) struct JournalExportArgs {
    #[arg(short = 'o', long = "output", value_name = "FILE", default_value = "-")]
    pub(crate) journal_output: PathBuf,
}

/// `completions SHELL`
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    #[arg(value_name = "SHELL", value_parser = parse::shell())]
    pub(crate) shell: Shell,
}

/// `man [DIR]`
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}
