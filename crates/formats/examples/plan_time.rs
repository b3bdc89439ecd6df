//! Measures how long a table takes to plan: `plan_time FILE [TIMES]` repeats its rows TIMES times, serials made different.
#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use std::io::Cursor;
use std::time::Instant;

use beffroi_formats::{Destination, ImportOptions, Planner, source_label};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: plan_time FILE [TIMES]")?;
    let times: usize = arguments.next().map_or(Ok(1), |times| times.parse())?;
    let file = repeated(&std::fs::read(&path)?, times);
    let destination = Destination {
        operation: uuid::Uuid::nil(),
        exercise: false,
        time_zone: "America/Port-au-Prince".into(),
        started_at: "2010-01-12T16:53:00-05:00".into(),
        area: None,
    };
    let start = Instant::now();
    let mut planner = Planner::new(
        Cursor::new(&file),
        ImportOptions::new(destination, source_label(&path)),
    )?;
    let surveyed = start.elapsed();
    let (mut records, mut rejected) = (0, 0);
    while let Some(batch) = planner.next_batch()? {
        records += batch.records.len();
        rejected += batch.rejected.len();
    }
    let planned = start.elapsed();
    println!(
        "{} bytes: surveyed in {surveyed:?}, planned in {planned:?}: {records} records, {rejected} rejected",
        file.len()
    );
    Ok(())
}

/// The header once, then the rows again and again; a serial at the start of a row gets a letter for each round.
fn repeated(file: &[u8], times: usize) -> Vec<u8> {
    let header_end = file
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(file.len(), |at| at + 1);
    let (header, rows) = file.split_at(header_end);
    let mut all = header.to_vec();
    for round in 0..times {
        let mut line_start = true;
        for (at, &byte) in rows.iter().enumerate() {
            if line_start && byte.is_ascii_digit() && round > 0 {
                all.extend_from_slice(format!("{round}x").as_bytes());
            }
            all.push(byte);
            // Rows end with CRLF; lines inside a cell with LF alone.
            line_start = byte == b'\n' && at > 0 && rows[at - 1] == b'\r';
        }
    }
    all
}
