//! `phones …`: phones that reach this post by their browser.

use clap::{Args, Subcommand};

/// `phones …`
#[derive(Debug, Subcommand)]
pub(crate) enum PhonesVerb {
    On(PhonesOnArgs),
    Off,
    List,
    End(PhonesEndArgs),
}

/// `phones on`
#[derive(Debug, Args)]
pub(crate) struct PhonesOnArgs {
    #[arg(long = "address", value_name = "IP[:PORT]")]
    pub(crate) phones_address: Option<String>,
}

/// `phones end SESSION`
#[derive(Debug, Args)]
pub(crate) struct PhonesEndArgs {
    #[arg(value_name = "SESSION")]
    pub(crate) phone: String,
}
