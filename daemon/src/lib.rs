//! beffroid: performs every effect in order, with one event loop.
