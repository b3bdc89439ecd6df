//! Records: new, list, show, edit, steps, disagreements.

use beffroi_api::Kind;
use clap::{Args, Subcommand};
use uuid::Uuid;

use super::field::{Common, IncidentFields, NeedFields, ResourceFields, Usual};
use super::parse;

/// `incident …`
#[derive(Debug, Subcommand)]
pub(crate) enum IncidentVerb {
    #[command(alias = "add")]
    New(NewArgs<IncidentFields>),
    List(ListArgs),
    Show(ShowArgs),
    Edit(EditArgs<IncidentFields>),
    Archive(ArchiveArgs),
    History(ShowArgs),
    Close(CloseArgs),
    Reopen(ReopenArgs),
    Verify(VerifyArgs),
}

/// `need …`
#[derive(Debug, Subcommand)]
pub(crate) enum NeedVerb {
    #[command(alias = "add")]
    New(NewArgs<NeedFields>),
    List(ListArgs),
    Show(ShowArgs),
    Edit(EditArgs<NeedFields>),
    Archive(ArchiveArgs),
    History(ShowArgs),
    Close(CloseArgs),
    Reopen(ReopenArgs),
}

/// `resource …`
#[derive(Debug, Subcommand)]
pub(crate) enum ResourceVerb {
    #[command(alias = "add")]
    New(NewArgs<ResourceFields>),
    List(ListArgs),
    Show(ShowArgs),
    Edit(EditArgs<ResourceFields>),
    Archive(ArchiveArgs),
    History(ShowArgs),
}

/// `operation …`
#[derive(Debug, Subcommand)]
pub(crate) enum OperationVerb {
    List(ListArgs),
    Show(ShowArgs),
    Close(CloseOperationArgs),
}

/// `KIND new TITLE`
#[derive(Debug, Args)]
pub(crate) struct NewArgs<F: Usual> {
    #[arg(value_name = "TITLE")]
    pub(crate) title: String,
    #[arg(long, value_name = "UUID")]
    pub(crate) id: Option<Uuid>,
    #[command(flatten)]
    pub(crate) usual: F,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// `KIND edit REF`
#[derive(Debug, Args)]
pub(crate) struct EditArgs<F: Usual> {
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    #[arg(long = "title", value_name = "TEXT")]
    pub(crate) new_title: Option<String>,
    #[arg(long = "status", value_name = "TOKEN")]
    pub(crate) new_status: Option<String>,
    #[command(flatten)]
    pub(crate) usual: F,
    #[command(flatten)]
    pub(crate) common: Common,
    #[arg(long, value_name = "FIELD")]
    pub(crate) unset: Vec<String>,
    #[arg(long, value_name = "TAG")]
    pub(crate) untag: Vec<String>,
    #[arg(long = "add", value_name = "FIELD=VALUE", value_parser = parse::assignment)]
    pub(crate) add_members: Vec<(String, String)>,
    #[arg(long = "remove", value_name = "FIELD=VALUE", value_parser = parse::assignment)]
    pub(crate) remove_members: Vec<(String, String)>,
    #[arg(long = "strict")]
    pub(crate) edit_strict: bool,
}

/// `list KIND`
#[derive(Debug, Args)]
pub(crate) struct ListAnyArgs {
    #[arg(value_name = "KIND", value_parser = parse::kind)]
    pub(crate) list_kind: Kind,
    #[command(flatten)]
    pub(crate) filters: ListArgs,
}

/// What a list is narrowed to.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[arg(long = "status", value_name = "TOKEN")]
    pub(crate) with_status: Option<String>,
    #[arg(long, value_name = "TIME", value_parser = parse::since)]
    pub(crate) since: Option<parse::Since>,
    #[arg(long, value_name = "LAT,LON,KM", allow_hyphen_values = true, value_parser = parse::near)]
    pub(crate) near: Option<String>,
    #[arg(long)]
    pub(crate) mine: bool,
    #[arg(long)]
    pub(crate) conflict: bool,
    #[arg(long)]
    pub(crate) archived: bool,
    #[arg(long)]
    pub(crate) all: bool,
}

/// `show REF`, `KIND show REF`, `KIND history REF`
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    #[arg(long)]
    pub(crate) private: bool,
}

/// `KIND archive REF -m WHY`
#[derive(Debug, Args)]
pub(crate) struct ArchiveArgs {
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    #[arg(short = 'm', long = "message", value_name = "WHY")]
    pub(crate) required_message: String,
}

/// `forget REF -m WHY`
#[derive(Debug, Args)]
pub(crate) struct ForgetArgs {
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    #[arg(short = 'm', long = "message", value_name = "WHY")]
    pub(crate) forget_message: String,
    #[arg(long = "all")]
    pub(crate) forget_all: bool,
}

/// `KIND close REF`
#[derive(Debug, Args)]
pub(crate) struct CloseArgs {
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    #[arg(long, value_name = "TOKEN")]
    pub(crate) reason: Option<String>,
    #[arg(short, long, value_name = "WHY")]
    pub(crate) message: Option<String>,
}

/// `operation close REF`
#[derive(Debug, Args)]
pub(crate) struct CloseOperationArgs {
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    #[arg(long, value_name = "DAYS", default_value = "30d", value_parser = parse::days)]
    pub(crate) purge_after: u16,
    #[arg(short = 'm', long = "message", value_name = "WHY")]
    pub(crate) close_message: Option<String>,
}

/// `KIND reopen REF -m WHY`
#[derive(Debug, Args)]
pub(crate) struct ReopenArgs {
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    #[arg(short = 'm', long = "message", value_name = "WHY")]
    pub(crate) required_message: String,
}

/// `incident verify REF STATE`
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    #[arg(value_name = "STATE", value_parser = ["verified", "refuted", "checking", "unverified"])]
    pub(crate) verification: String,
    #[arg(short, long, value_name = "WHY")]
    pub(crate) message: Option<String>,
}

/// `resolve REF FIELD --take N | --value V`
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("choice").required(true).args(["take", "value"])))]
pub(crate) struct ResolveArgs {
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    #[arg(value_name = "FIELD")]
    pub(crate) field: String,
    #[arg(long, value_name = "N")]
    pub(crate) take: Option<u64>,
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pub(crate) value: Option<String>,
    #[arg(short, long, value_name = "WHY")]
    pub(crate) message: Option<String>,
}
