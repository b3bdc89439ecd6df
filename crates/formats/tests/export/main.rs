//! Export, from records to bytes, and back in.
#![expect(clippy::unwrap_used, reason = "a helper of tests may fail them")]

mod geojson;
mod round_trip;
mod support;
mod table;
