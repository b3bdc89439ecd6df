//! The command line: nouns, verbs and flags. Help texts are put in afterwards, from the catalogues.

mod demo;
mod field;
mod global;
mod keys;
mod member;
pub(crate) mod parse;
mod phones;
mod post;
mod record;
mod territory;
mod transfer;

use clap::{Parser, Subcommand};

pub(crate) use demo::DemoArgs;
#[cfg(test)]
pub(crate) use demo::{POSTS_MAX as DEMO_POSTS_MAX, POSTS_MIN as DEMO_POSTS_MIN};
pub(crate) use field::{Common, Usual};
pub(crate) use global::{ColorWhen, Global, JsonStyle};
pub(crate) use keys::PassphraseArgs;
pub(crate) use member::{DenyArgs, MemberVerb, RevokeArgs, RoleArgs, RootUseArgs, RootVerb};
pub(crate) use phones::PhonesVerb;
pub(crate) use post::{CompletionsArgs, JournalVerb, ManArgs, PeerVerb, StatusArgs, SyncArgs};
pub(crate) use record::{
    ArchiveArgs, CloseArgs, CloseOperationArgs, EditArgs, ForgetArgs, IncidentVerb, ListAnyArgs,
    ListArgs, NeedVerb, NewArgs, OperationVerb, ReopenArgs, ResolveArgs, ResourceVerb, ShowArgs,
    VerifyArgs,
};
pub(crate) use territory::{CreateTerritoryArgs, InviteArgs, InviteVerb, JoinArgs, TerritoryVerb};
pub(crate) use transfer::{
    BundleReadArgs, BundleShowArgs, BundleVerb, BundleWriteArgs, ExportArgs, ImportArgs,
};

/// Everything that was typed.
#[derive(Debug, Parser)]
#[command(
    name = "beffroi",
    disable_help_subcommand = true,
    disable_help_flag = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Noun,
}

/// The first word.
#[derive(Debug, Subcommand)]
pub(crate) enum Noun {
    #[command(subcommand)]
    Territory(TerritoryVerb),
    Invite(InviteArgs),
    Join(JoinArgs),
    Unlock,
    Lock,
    Passphrase(PassphraseArgs),
    Status(StatusArgs),
    Digest,
    Doctor,
    #[command(subcommand)]
    Incident(IncidentVerb),
    #[command(subcommand)]
    Need(NeedVerb),
    #[command(subcommand)]
    Resource(ResourceVerb),
    #[command(subcommand)]
    Operation(OperationVerb),
    List(ListAnyArgs),
    Show(ShowArgs),
    Forget(ForgetArgs),
    Conflicts,
    Resolve(ResolveArgs),
    #[command(subcommand)]
    Member(MemberVerb),
    #[command(subcommand)]
    Root(RootVerb),
    #[command(subcommand)]
    Peer(PeerVerb),
    #[command(subcommand)]
    Phones(PhonesVerb),
    Sync(SyncArgs),
    Import(ImportArgs),
    Export(ExportArgs),
    #[command(subcommand)]
    Bundle(BundleVerb),
    #[command(subcommand)]
    Journal(JournalVerb),
    Demo(DemoArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
    Version,
}
