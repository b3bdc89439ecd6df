//! The smallest stories that run.
