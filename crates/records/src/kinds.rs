//! One table of fields per kind, with its state machines.

pub(crate) mod incident;
pub(crate) mod need;
pub(crate) mod operation;
pub(crate) mod post;
pub(crate) mod resource;
pub(crate) mod territory;
