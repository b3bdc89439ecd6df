//! The keys of the post.

use std::path::PathBuf;

use clap::Args;

/// `passphrase`
#[derive(Debug, Args)]
pub(crate) struct PassphraseArgs {
    #[arg(long, conflicts_with = "new_file")]
    pub(crate) remove: bool,
    #[arg(long, value_name = "FILE")]
    pub(crate) new_file: Option<PathBuf>,
}
