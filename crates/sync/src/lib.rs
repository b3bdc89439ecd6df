//! What to tell which peer, and when.
