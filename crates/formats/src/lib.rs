//! What other tools read and write.
//!
//! **Import**: [`plan`] turns the bytes of a table into an [`ImportPlan`], or refuses the whole
//! file ([`FileRefused`]). [`Planner`] does the same a batch at a time, from anything that reads
//! and seeks. Nothing is written, no clock is read: the caller shows the plan, then makes each
//! [`NewRecord`] with `beffroi_records::create`. The same file gives the same ids on every post.
//!
//! ```
//! use beffroi_formats::{Destination, ImportOptions, plan, source_label};
//!
//! let destination = Destination {
//!     operation: uuid::Uuid::nil(),
//!     exercise: false,
//!     time_zone: "Europe/Paris".into(),
//!     started_at: "2026-11-22T08:00:00+01:00".into(),
//!     area: None,
//! };
//! let file = "Nom;Date;Lieu\nCave inondée;22/11/2026 17h40;12 rue des Écoles\n";
//! let mut options = ImportOptions::new(destination, source_label("signalements (1).csv"));
//! options.map = ["Nom=title", "Date=occurred_at", "Lieu=place.label"]
//!     .iter()
//!     .filter_map(|pair| beffroi_formats::parse_pair(pair))
//!     .collect();
//! let plan = plan(file.as_bytes(), options)?;
//! assert_eq!(plan.records[0].fields["occurred_at"], "2026-11-22T17:40:00+01:00");
//! assert!(plan.rejected.is_empty());
//! # Ok::<(), beffroi_formats::FileRefused>(())
//! ```
//!
//! **Export**: a [`CsvWriter`] or a [`GeoJsonWriter`] takes records one by one and writes them to
//! any `io::Write`; [`Summary`] says what stayed out.
//!
//! Every sentence for people comes from [`Sentences`], in French and in English. Every bound is in
//! [`limits`].

mod export;
mod import;
pub mod limits;
mod sentences;

pub use export::{
    CsvOptions, CsvWriter, Derived, Exported, GeoJsonWriter, Reach, Selection, Stock, Summary,
};
pub use import::{
    Area, Batch, DateColumn, DateOrder, Destination, FileRefused, ImportOptions, ImportPlan,
    NAMESPACE, NewRecord, Note, Planner, Reason, Rejected, Survey, TableFormat, parse_pair, plan,
    record_id, rejected_file, source_label,
};
pub use sentences::Sentences;
