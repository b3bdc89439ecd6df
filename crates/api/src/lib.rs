//! What local programs say to the daemon: the types of requests and replies under `/api/v1`, the
//! problems it answers with, and a client over its socket or a loopback address.
//!
//! A record here is the JSON of the API, with types of its own: a changed page or command never
//! changes what posts say to each other. Nothing in this crate decides anything.
//!
//! - [`path`] builds the addresses, [`kind::Kind`] names the kinds of records;
//! - [`request`] and [`reply`] hold one type for each body, [`record::Record`] the record itself;
//! - [`labels`] says a stored word in the reader's language;
//! - [`problem::Problem`] is the one form of every error, in French and English;
//! - [`finding::Finding`] is one line of `status` and `doctor`;
//! - [`event::Event`] is what `/events` streams;
//! - [`client::Client`] asks.

pub mod client;
pub mod event;
pub mod finding;
pub mod kind;
pub mod labels;
pub mod language;
pub mod path;
pub mod problem;
pub mod record;
pub mod reply;
pub mod request;
pub mod schema;
pub mod texts;

pub use kind::Kind;
pub use language::Language;
pub use record::Record;
pub use schema::Schema;
