//! What a command post writes down, and how it lives in an Automerge document.
//!
//! A [`Kind`] is a table of fields. [`create()`] makes a record's first change, [`edit()`] and [`settle()`] make later ones,
//! [`read()`] turns a document back into a [`Record`]. Changes come out under a zero actor with the claimed time inside:
//! the trust layer stamps the actor and signs. Everything here is a pure function: no clock, no dice, no disk.
//!
//! A writer is checked (forms, limits, states: [`Refused`] names the field). A reader accepts whatever a merge gives.
//! Start with `kind`, then `field`, `kinds/need`, `create`, `edit`, `read`.
//!
//! ```
//! use beffroi_records::{Created, Edit, Kind, Origin, Part, Values, Writing, create, document, edit, read};
//! use uuid::Uuid;
//!
//! let id = Uuid::from_u128(7);
//! let writing = Writing {
//!     time_ms: 1_795_365_604_000,
//!     operation: Some(Uuid::from_u128(1)),
//!     created: Created { at: "2026-11-22T17:40:04+01:00".into(), post: "MAI".into(), ..Created::default() },
//!     ..Writing::default()
//! };
//! let values = Values::from([("title".to_owned(), "Cave inondée".into()), ("severity".to_owned(), "severe".into())]);
//! let first = create(Kind::Incident, Part::Shared, id, &values, &writing)?;
//!
//! let document = document([first.as_slice()])?;
//! let record = read(&document, Kind::Incident, id, &|_actor| Some(Origin { author: [1; 32], at_ms: 1_795_365_604_000 }));
//! assert_eq!(record.title(), "Cave inondée");
//! assert_eq!(record.status(), "new");
//! # Ok::<(), beffroi_records::Refused>(())
//! ```

mod archive;
mod canonical;
mod caution;
mod columns;
mod create;
mod decimal;
mod difference;
mod document;
mod duplicates;
mod edit;
mod field;
mod first;
mod fold;
mod geo;
mod history;
mod kind;
mod kinds;
pub mod labels;
pub mod limits;
mod list;
mod machine;
mod members;
mod moment;
mod number;
mod read;
mod record;
mod refused;
mod row;
mod settle;
mod shape;
mod step;
mod stock;
mod text;
mod transition;
pub mod verbs;

#[cfg(test)]
mod tests;

pub use automerge::{Automerge, Change, ChangeHash};
pub use canonical::{canonical_json, clean_line, clean_text};
pub use caution::Caution;
pub use create::{Created, Source, Values, Writing, create, split};
pub use decimal::Decimal;
pub use difference::Splice;
pub use document::document;
pub use duplicates::{may_be_duplicates, principal};
pub use edit::{Append, Edit, edit};
pub use field::{Field, LAYOUT_VERSION, Rule};
pub use first::read_first_change;
pub use fold::fold;
pub use geo::distance_km;
pub use history::{HistoryItem, Touched, What, history, history_since};
pub use kind::{EXTENSION_PREFIX, Kind, Part};
pub use list::{Filter, Query, Sort};
pub use machine::{Machine, Steps, Wants};
pub use moment::Moment;
pub use number::{Number, is_post_code};
pub use read::{Origins, read};
pub use record::{Candidate, LedgerEntry, Origin, Reading, Record};
pub use refused::{Code, Fault, Refused};
pub use row::Row;
pub use settle::{Choice, settle};
pub use shape::Shape;
pub use stock::{Stock, covers, stock};
