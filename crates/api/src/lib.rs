//! What local programs say to the daemon: types, errors, client.
