//! Export, from records to bytes, and back in.

mod geojson;
mod round_trip;
mod support;
mod table;
