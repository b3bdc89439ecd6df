//! Founding a territory, letting posts in, joining.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::parse;

/// `territory …`
#[derive(Debug, Subcommand)]
pub(crate) enum TerritoryVerb {
    Create(CreateTerritoryArgs),
    Show,
    ConfirmSheets,
}

/// `territory create NAME`
#[derive(Debug, Args)]
pub(crate) struct CreateTerritoryArgs {
    #[arg(value_name = "NAME")]
    pub(crate) territory_name: String,
    #[arg(long, value_name = "NAME")]
    pub(crate) post: String,
    #[arg(long, value_name = "CODE")]
    pub(crate) code: String,
    #[arg(long = "insee", value_name = "CODE")]
    pub(crate) insee_codes: Vec<String>,
    #[arg(long, value_name = "DIR")]
    pub(crate) sheets: Option<PathBuf>,
}

/// `invite --role ROLE`, `invite list`, `invite cancel ID`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct InviteArgs {
    #[command(subcommand)]
    pub(crate) verb: Option<InviteVerb>,
    #[arg(long, required = true, value_name = "ROLE", value_parser = ["coordinator", "operator", "observer", "relay"])]
    pub(crate) role: Option<String>,
    #[arg(long)]
    pub(crate) people: bool,
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = parse::duration)]
    pub(crate) expires: Duration,
    #[arg(long)]
    pub(crate) qr: bool,
}

/// `invite …`
#[derive(Debug, Subcommand)]
pub(crate) enum InviteVerb {
    List,
    Cancel(InviteCancelArgs),
}

/// `invite cancel ID`
#[derive(Debug, Args)]
pub(crate) struct InviteCancelArgs {
    #[arg(value_name = "ID")]
    pub(crate) invite_id: String,
}

/// `join CODE`
#[derive(Debug, Args)]
pub(crate) struct JoinArgs {
    #[arg(value_name = "CODE")]
    pub(crate) invite_code: String,
    #[arg(long, value_name = "NAME")]
    pub(crate) post: String,
    #[arg(long, value_name = "CODE")]
    pub(crate) code: String,
    #[arg(long = "peer", value_name = "MULTIADDR")]
    pub(crate) join_peers: Vec<String>,
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse::duration)]
    pub(crate) wait: Duration,
}
