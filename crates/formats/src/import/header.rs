//! The names of the columns, and how people point at one.

use std::collections::BTreeMap;

use beffroi_records::fold;

use super::refused::FileRefused;
use super::rows::cells;
use super::text::without_guard;
use crate::limits::COLUMNS_MAX;

/// The header row.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    /// The row as it stands in the file.
    pub(crate) text: String,
    names: Vec<String>,
}

impl Header {
    /// Reads the header row. The second of two equal names becomes `Name#2`; a column without a
    /// name is called by its number, `#3`.
    pub(crate) fn read(text: &str, delimiter: u8) -> Result<Self, FileRefused> {
        let cells = cells(text, delimiter);
        if cells.len() > COLUMNS_MAX {
            return Err(FileRefused::TooManyColumns {
                columns: cells.len(),
            });
        }
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        let mut names = Vec::with_capacity(cells.len());
        for (at, cell) in cells.iter().enumerate() {
            let name = without_guard(cell)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            if name.is_empty() {
                names.push(format!("#{}", at + 1));
                continue;
            }
            let times = seen.entry(fold(&name)).or_insert(0);
            *times += 1;
            names.push(if *times == 1 {
                name
            } else {
                format!("{name}#{times}")
            });
        }
        Ok(Self {
            text: text.to_owned(),
            names,
        })
    }

    /// The names, in order.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The column of this name (case and accents ignored), or of this number (`#3`, from 1).
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        let wanted = fold(name.trim());
        let by_name = self.names.iter().position(|known| fold(known) == wanted);
        by_name.or_else(|| {
            let number: usize = name.trim().strip_prefix('#')?.parse().ok()?;
            (1..=self.names.len()).contains(&number).then(|| number - 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_met_twice_gets_a_number() {
        let header = Header::read("Name,Address,,Address,address", b',').unwrap();
        assert_eq!(
            header.names(),
            ["Name", "Address", "#3", "Address#2", "address#3"]
        );
        assert_eq!(header.find("ADDRESS"), Some(1));
        assert_eq!(header.find("address#2"), Some(3));
        assert_eq!(header.find("#4"), Some(3));
        assert_eq!(header.find("#9"), None);
        assert_eq!(header.find("#0"), None);
    }

    #[test]
    fn a_column_called_sharp_is_found() {
        let header = Header::read("#;INCIDENT TITLE", b';').unwrap();
        assert_eq!(header.find("#"), Some(0));
    }

    #[test]
    fn a_header_of_a_thousand_columns_is_refused() {
        let text = "a,".repeat(1000);
        assert!(matches!(
            Header::read(&text, b','),
            Err(FileRefused::TooManyColumns { columns: 1001 })
        ));
    }
}
