//! `demo`: how many posts, how long, and where.

use std::path::PathBuf;

use clap::Args;

/// Fewest posts of a demonstration: one has nobody to disagree with.
pub(crate) const POSTS_MIN: i64 = 2;

/// Most posts of a demonstration: the scenario names five.
pub(crate) const POSTS_MAX: i64 = 5;

/// `demo`
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(POSTS_MIN..=POSTS_MAX))]
    pub(crate) posts: u8,
    #[arg(long)]
    pub(crate) once: bool,
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
}
