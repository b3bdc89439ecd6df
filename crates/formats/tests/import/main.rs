//! Import, from the bytes of a file to the plan.

mod haiti;
mod hostile;
mod mapped;
mod sahana;
mod support;
mod ushahidi;
