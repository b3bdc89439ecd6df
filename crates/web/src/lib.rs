//! The pages people see: a view in, HTML out. One file for each page, its template beside the others in
//! `templates/`, its sentences in `catalogues/`. Nothing is asked of the daemon here and nothing decided:
//! handlers, sessions and guards are the daemon's.
//!
//! Every text that comes from a record is escaped by the template engine; no template says otherwise.

mod frame;
pub mod phones;
mod texts;

pub use frame::Frame;

/// Why a page could not be written: a fault of its template.
pub type RenderError = askama::Error;

/// The one style sheet, served under [`STYLE_PATH`].
pub const STYLE: &str = include_str!("../assets/style.css");

/// Where the style sheet is served.
pub const STYLE_PATH: &str = "/style.css";
