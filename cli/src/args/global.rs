//! Flags every command takes. What the environment may say instead is read in `locate` and
//! `session`, because a flag for one thing beats the environment for another.

use std::path::PathBuf;

use beffroi_api::Language;
use clap::{ArgAction, Args, ValueEnum};

/// Flags every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    #[arg(long, global = true, value_name = "URL|unix:PATH")]
    pub(crate) daemon: Option<String>,
    #[arg(long, global = true, value_name = "REF")]
    pub(crate) operation: Option<String>,
    #[arg(
        long,
        global = true,
        value_name = "STYLE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "document",
        value_enum
    )]
    pub(crate) json: Option<JsonStyle>,
    #[arg(long, global = true, value_name = "WHEN", value_enum)]
    pub(crate) color: Option<ColorWhen>,
    #[arg(long, global = true, value_name = "fr|en")]
    pub(crate) lang: Option<Language>,
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    #[arg(short, long, global = true)]
    pub(crate) yes: bool,
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    #[arg(short, long, global = true, action = ArgAction::HelpShort)]
    pub(crate) help: Option<bool>,
}

/// The form of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum JsonStyle {
    /// One document.
    Document,
    /// One object a line.
    Lines,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal that wants it.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
