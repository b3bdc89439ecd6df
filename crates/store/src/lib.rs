//! What survives a crash: sled, and memory for tests.
