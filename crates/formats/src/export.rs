//! Export: records in, one by one; a stream of bytes out, and the count of what stayed out.

pub(crate) mod columns;
mod csv_out;
mod geojson_out;
mod selection;
mod values;

pub use csv_out::{CsvOptions, CsvWriter};
pub use geojson_out::GeoJsonWriter;
pub use selection::{Derived, Exported, Reach, Selection, Stock, Summary};
