//! Files in and out.

use std::path::PathBuf;

use beffroi_api::Kind;
use clap::{Args, Subcommand};

use super::parse;

/// `import FILE --as KIND`
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    #[arg(value_name = "FILE")]
    pub(crate) import_file: PathBuf,
    #[arg(long = "as", value_name = "KIND", value_parser = parse::kind)]
    pub(crate) import_kind: Kind,
    #[arg(long = "map", value_name = "COLUMN=FIELD", value_parser = parse::mapping)]
    pub(crate) map: Vec<String>,
    #[arg(long = "format", value_name = "FORMAT")]
    pub(crate) import_format: Option<String>,
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[arg(long = "strict")]
    pub(crate) import_strict: bool,
}

/// `export --format FORMAT -o FILE`
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[arg(long = "format", value_name = "FORMAT", value_parser = ["geojson", "csv"])]
    pub(crate) export_format: String,
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = parse::kind)]
    pub(crate) what: Vec<Kind>,
    #[arg(long)]
    pub(crate) excel: bool,
}

/// `bundle …`
#[derive(Debug, Subcommand)]
pub(crate) enum BundleVerb {
    Write(BundleWriteArgs),
    Read(BundleReadArgs),
    Show(BundleShowArgs),
}

/// `bundle write FILE`
#[derive(Debug, Args)]
pub(crate) struct BundleWriteArgs {
    #[arg(value_name = "FILE")]
    pub(crate) bundle_file: PathBuf,
    #[arg(long = "for", value_name = "POST")]
    pub(crate) bundle_for: Option<String>,
}

/// `bundle read FILE`
#[derive(Debug, Args)]
pub(crate) struct BundleReadArgs {
    #[arg(value_name = "FILE")]
    pub(crate) bundle_file: PathBuf,
    #[arg(long = "receipt", value_name = "FILE")]
    pub(crate) bundle_receipt: Option<PathBuf>,
}

/// `bundle show FILE`
#[derive(Debug, Args)]
pub(crate) struct BundleShowArgs {
    #[arg(value_name = "FILE")]
    pub(crate) bundle_file: PathBuf,
}
