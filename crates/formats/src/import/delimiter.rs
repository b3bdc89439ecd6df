//! Finds the character that cuts a table into cells.

use std::io::{Read, Seek};

use super::encoding::Decoded;
use super::refused::FileRefused;
use super::rows::{Rows, cells};
use crate::limits::DELIMITER_ROWS;

/// The delimiters looked for, the most common first.
pub(crate) const DELIMITERS: [u8; 4] = *b",;\t|";

/// The delimiter that gives the same number (over one) of cells in most of the first rows; a comma
/// when none does, so that a table of one column is read too.
pub(crate) fn detect<R: Read + Seek>(
    mut source: Decoded<R>,
) -> Result<(u8, Decoded<R>), FileRefused> {
    let mut best = (Shape::default(), DELIMITERS[0]);
    for delimiter in DELIMITERS {
        source = source.rewound()?;
        let mut rows = Rows::new(source, delimiter);
        let shape = shape(&mut rows, delimiter)?;
        if shape.is_better_than(best.0) {
            best = (shape, delimiter);
        }
        source = rows.into_source();
    }
    Ok((best.1, source.rewound()?))
}

/// What the first rows look like under a delimiter.
#[derive(Clone, Copy, Default)]
struct Shape {
    rows: usize,
    /// Rows that have the most common number of cells over one.
    agreeing: usize,
    /// That number.
    width: usize,
}

impl Shape {
    /// The share of rows that agree comes first: a wrong delimiter cuts multi-line cells into rows,
    /// and so has more of them.
    fn is_better_than(self, other: Self) -> bool {
        let (mine, theirs) = (
            self.agreeing * other.rows.max(1),
            other.agreeing * self.rows.max(1),
        );
        (mine, self.width) > (theirs, other.width)
    }
}

fn shape<R: Read + Seek>(rows: &mut Rows<R>, delimiter: u8) -> Result<Shape, FileRefused> {
    let mut widths = Vec::new();
    while widths.len() < DELIMITER_ROWS {
        match rows.next_row() {
            Ok(Some(row)) if row.sound => widths.push(cells(row.text, delimiter).len()),
            Ok(Some(_)) => widths.push(0),
            Ok(None) => break,
            // Another delimiter may read this file: the one chosen is judged when rows are read.
            Err(FileRefused::RowTooLong { .. } | FileRefused::OpenQuotes { .. }) => break,
            Err(error) => return Err(error),
        }
    }
    let several = widths.iter().copied().filter(|width| *width > 1);
    let common = several
        .map(|width| {
            (
                widths.iter().filter(|other| **other == width).count(),
                width,
            )
        })
        .max();
    let (agreeing, width) = common.unwrap_or_default();
    Ok(Shape {
        rows: widths.len(),
        agreeing,
        width,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn detected(text: &str) -> u8 {
        let source =
            Decoded::new(Cursor::new(text), encoding_rs::UTF_8, text.len() as u64).unwrap();
        detect(source).unwrap().0
    }

    #[test]
    fn each_delimiter_is_found() {
        assert_eq!(detected("a,b,c\n1,2,3\n"), b',');
        assert_eq!(detected("a;b;c\n1,5;2,5;3,5\n"), b';');
        assert_eq!(detected("a\tb\n1,1\t2\n3\t4,4,4\n"), b'\t');
        assert_eq!(detected("a|b\n1|2\n"), b'|');
    }

    #[test]
    fn commas_inside_quoted_cells_do_not_win() {
        assert_eq!(detected("a;b\n\"x, y, z\";1\n\"x, y, z\";2\n"), b';');
    }

    #[test]
    fn decimal_commas_and_multi_line_cells_do_not_win() {
        let file = "lieu;lat;lon;tags\né;0,1;-0,1;\"|a\né,,a\né,,b\"\n";
        assert_eq!(detected(file), b';');
    }

    #[test]
    fn a_single_column_is_read_with_a_comma() {
        assert_eq!(detected("nom\nGymnase\nÉcole\n"), b',');
    }
}
