//! Import, from the bytes of a file to the plan.
#![expect(clippy::unwrap_used, reason = "a helper of tests may fail them")]

mod haiti;
mod hostile;
mod mapped;
mod sahana;
mod support;
mod ushahidi;
