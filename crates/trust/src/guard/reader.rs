//! Reads LEB128 numbers and run-length columns from untrusted bytes. Nothing is allocated from a
//! claimed length, and every loop ends at a cap.

use super::Bad;

/// The bytes still to read.
pub(super) struct Reader<'a>(&'a [u8]);

/// What a run-length column amounts to, once its cap allowed counting it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// How many rows the column stands for.
    pub(super) rows: u64,
    /// The values added up, or the bytes of its texts added up.
    pub(super) sum: u64,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn left(&self) -> usize {
        self.0.len()
    }

    pub(super) fn take(&mut self, bytes: u64) -> Result<&'a [u8], Bad> {
        let bytes = usize::try_from(bytes).map_err(|_| Bad::Truncated)?;
        let (taken, rest) = self.0.split_at_checked(bytes).ok_or(Bad::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Bad> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(Bad::Truncated)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(super) fn unsigned(&mut self) -> Result<u64, Bad> {
        let (mut value, mut shift) = (0_u64, 0_u32);
        loop {
            let [byte] = self.array::<1>()?;
            if shift >= 63 && byte > 1 {
                return Err(Bad::Truncated);
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
            shift += 7;
        }
    }

    pub(super) fn signed(&mut self) -> Result<i64, Bad> {
        let (mut value, mut shift) = (0_i64, 0_u32);
        loop {
            let [byte] = self.array::<1>()?;
            if shift > 63 {
                return Err(Bad::Truncated);
            }
            value |= i64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                if shift < 64 && byte & 0x40 != 0 {
                    value |= -1_i64 << shift;
                }
                return Ok(value);
            }
        }
    }

    /// One text, its length first.
    pub(super) fn text_bytes(&mut self) -> Result<&'a [u8], Bad> {
        let bytes = self.unsigned()?;
        self.take(bytes)
    }

    /// Bytes of one text, its length first.
    fn text(&mut self) -> Result<u64, Bad> {
        Ok(self.text_bytes()?.len() as u64)
    }
}

/// Counts a column of numbers; more than `rows_max` rows is `over`.
pub(super) fn numbers(column: &[u8], rows_max: u64, over: Bad) -> Result<Column, Bad> {
    count(column, rows_max, over, Reader::unsigned)
}

/// Counts a column of texts, `sum` being their bytes; more than `rows_max` rows is `over`.
pub(super) fn texts(column: &[u8], rows_max: u64, over: Bad) -> Result<Column, Bad> {
    count(column, rows_max, over, Reader::text)
}

/// Each run is a signed count: above zero, one value that many times; zero, a number of empty
/// rows; below zero, that many values in full.
fn count<'a>(
    column: &'a [u8],
    rows_max: u64,
    over: Bad,
    mut value: impl FnMut(&mut Reader<'a>) -> Result<u64, Bad>,
) -> Result<Column, Bad> {
    let mut reader = Reader::new(column);
    let (mut rows, mut sum) = (0_u64, 0_u64);
    while reader.left() > 0 {
        let run = reader.signed()?;
        let times = run.unsigned_abs();
        if run > 0 {
            sum = sum.saturating_add(value(&mut reader)?.saturating_mul(times));
            rows = rows.saturating_add(times);
        } else if run == 0 {
            rows = rows.saturating_add(reader.unsigned()?);
        } else {
            rows = rows.saturating_add(times);
            if rows > rows_max {
                return Err(over);
            }
            for _ in 0..times {
                sum = sum.saturating_add(value(&mut reader)?);
            }
        }
        if rows > rows_max {
            return Err(over);
        }
    }
    Ok(Column { rows, sum })
}

/// The rows of a column that has as many as `rows_max`, or ends before, the rest being empty.
pub(super) fn rows<'a, T: Copy>(
    column: &'a [u8],
    rows_max: usize,
    mut value: impl FnMut(&mut Reader<'a>) -> Result<T, Bad>,
) -> Option<Vec<Option<T>>> {
    let mut reader = Reader::new(column);
    let mut rows = Vec::new();
    let fits = |times: u64, rows: &Vec<_>| {
        let times = usize::try_from(times).ok()?;
        (times <= rows_max - rows.len()).then_some(times)
    };
    while reader.left() > 0 {
        let run = reader.signed().ok()?;
        let times = if run == 0 {
            reader.unsigned().ok()?
        } else {
            run.unsigned_abs()
        };
        let times = fits(times, &rows)?;
        if run > 0 {
            let value = value(&mut reader).ok()?;
            rows.resize(rows.len() + times, Some(value));
        } else if run == 0 {
            rows.resize(rows.len() + times, None);
        } else {
            for _ in 0..times {
                rows.push(Some(value(&mut reader).ok()?));
            }
        }
    }
    rows.resize(rows_max, None);
    Some(rows)
}
