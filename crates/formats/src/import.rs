//! Import of tables: a file in, a plan out. Nothing here reads a disk or a clock.

mod area;
mod cells;
mod clock;
mod columns;
mod date_order;
mod dates;
mod delimiter;
mod draft;
mod encoding;
mod entities;
mod header;
mod identity;
mod numbers;
mod options;
mod own;
mod plan;
mod planner;
mod reason;
mod refused;
mod row;
mod rows;
mod target;
mod text;
mod tokens;
mod ushahidi;

pub use area::Area;
pub use date_order::DateOrder;
pub use identity::{NAMESPACE, record_id, source_label};
pub use options::{Destination, ImportOptions, TableFormat, parse_pair};
pub use plan::{Batch, DateColumn, ImportPlan, NewRecord, Note, Rejected, Survey, rejected_file};
pub use planner::{Planner, plan};
pub use reason::Reason;
pub use refused::FileRefused;

pub(crate) use text::is_guarded_form;
