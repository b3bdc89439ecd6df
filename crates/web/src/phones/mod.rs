//! The few pages of phones: small, whole without a script, and without anything about people.

mod enter;
mod home;
mod new;
mod open;
mod record;
mod refused;

pub use enter::{Enter, EnterNote};
pub use home::{Home, Line, Lines};
pub use new::{Added, New, NewNote};
pub use open::Open;
pub use record::Shown;
pub use refused::Refused;

/// Letters of a title that a phone's form takes.
pub const TITLE_CHARACTERS_MAX: usize = 200;
