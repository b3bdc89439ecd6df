//! Columns without borders.

use anstyle::Style;
use comfy_table::{Cell, ColumnConstraint, ContentArrangement, Table, presets};

use super::Screen;

/// Rows under headings, every cell escaped.
pub(crate) struct Columns {
    table: Table,
}

impl Columns {
    /// Columns with these headings; as wide as the terminal, or as wide as it takes.
    pub(crate) fn new(screen: &Screen, headings: &[String]) -> Columns {
        let mut columns = Columns::bare(screen);
        let headings = headings.iter().map(|heading| heading.to_uppercase());
        columns.table.set_header(headings.map(Cell::new));
        columns
    }

    /// Columns without headings.
    pub(crate) fn bare(screen: &Screen) -> Columns {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        match screen.width() {
            Some(width) => table
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(width),
            None => table.set_content_arrangement(ContentArrangement::Disabled),
        };
        Columns { table }
    }

    /// Names the columns whose cells may be broken into lines on a narrow terminal; the others keep
    /// theirs whole.
    pub(crate) fn break_only(&mut self, breakable: &[usize]) {
        for (index, column) in self.table.column_iter_mut().enumerate() {
            if !breakable.contains(&index) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
    }

    /// One row.
    pub(crate) fn row(&mut self, cells: &[String]) {
        let cells = cells.iter().map(|cell| Cell::new(printable(cell)));
        self.table.add_row(cells);
    }

    /// Prints all rows, without spaces at their ends.
    pub(crate) fn print(&self, screen: &Screen) -> std::io::Result<()> {
        let headed = self.table.header().is_some();
        for (index, line) in self.table.lines().enumerate() {
            let line = line.trim_end();
            if headed && index == 0 {
                let bold = Style::new().bold();
                screen.line(&format!("{bold}{line}{bold:#}"))?;
            } else {
                screen.line(line)?;
            }
        }
        Ok(())
    }
}

/// Text others wrote, safe for a terminal: line ends and tabs become spaces, other control
/// characters and marks that turn the direction of writing are shown as `?`.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '?',
            _ if character.is_control() => '?',
            _ => character,
        })
        .collect()
}

/// The same for a text of several lines, whose line ends stay.
pub(crate) fn printable_lines(text: &str) -> Vec<String> {
    text.lines().map(printable).collect()
}

#[cfg(test)]
mod tests {
    use super::{printable, printable_lines};

    #[test]
    fn text_of_others_cannot_steer_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\u{202e}c\nd"), "a?[2Jb?c d");
        assert_eq!(
            printable("Cave inondée, 3 personnes"),
            "Cave inondée, 3 personnes"
        );
        assert_eq!(printable_lines("a\u{7}\nb"), ["a?", "b"]);
    }
}
