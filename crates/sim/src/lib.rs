//! A whole mesh in one thread, from one seed. Never shipped.
