//! Who is in and who is out; speaking as a root.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::parse::{self, Since};

/// `member …`
#[derive(Debug, Subcommand)]
pub(crate) enum MemberVerb {
    List,
    Show(MemberArgs),
    Role(RoleArgs),
    Revoke(RevokeArgs),
    Adopt(MemberArgs),
    Deny(DenyArgs),
}

/// `member show POST`, `member adopt POST`
#[derive(Debug, Args)]
pub(crate) struct MemberArgs {
    #[arg(value_name = "POST")]
    pub(crate) member: String,
}

/// `member role POST ROLE`
#[derive(Debug, Args)]
pub(crate) struct RoleArgs {
    #[arg(value_name = "POST")]
    pub(crate) member: String,
    #[arg(value_name = "ROLE", value_parser = ["coordinator", "operator", "observer", "relay"])]
    pub(crate) new_role: String,
    #[arg(long)]
    pub(crate) people: bool,
}

/// `member revoke POST`
#[derive(Debug, Args)]
pub(crate) struct RevokeArgs {
    #[arg(value_name = "POST")]
    pub(crate) member: String,
    #[arg(long = "since", value_name = "TIME", value_parser = parse::since)]
    pub(crate) revoke_since: Option<Since>,
    #[arg(long, value_name = "WHY", value_parser = ["lost", "left", "abuse", "replaced"])]
    pub(crate) why: Option<String>,
    #[arg(long, value_name = "POST")]
    pub(crate) also: Vec<String>,
    #[arg(long = "dry-run")]
    pub(crate) revoke_dry_run: bool,
}

/// `member deny POST`
#[derive(Debug, Args)]
pub(crate) struct DenyArgs {
    #[arg(value_name = "POST")]
    pub(crate) member: String,
    #[arg(long = "end")]
    pub(crate) deny_end: bool,
}

/// `root …`
#[derive(Debug, Subcommand)]
pub(crate) enum RootVerb {
    Use(RootUseArgs),
}

/// `root use [FILE]`
#[derive(Debug, Args)]
pub(crate) struct RootUseArgs {
    #[arg(value_name = "FILE")]
    pub(crate) sheet_file: Option<PathBuf>,
    #[arg(
        long = "revoke",
        value_name = "POST",
        conflicts_with = "root_coordinator"
    )]
    pub(crate) root_revoke: Option<String>,
    #[arg(long = "since", value_name = "TIME", value_parser = parse::since, requires = "root_revoke")]
    pub(crate) revoke_since: Option<Since>,
    #[arg(long, value_name = "WHY", value_parser = ["lost", "left", "abuse", "replaced"], requires = "root_revoke")]
    pub(crate) why: Option<String>,
    #[arg(long = "coordinator", value_name = "POST")]
    pub(crate) root_coordinator: Option<String>,
}
