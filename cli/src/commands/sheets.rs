//! The root sheets as pages to print: plain text, one file for each, readable by their owner only.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use beffroi_api::reply::{RootSheet, TerritoryCreated};

use super::DONE;
use crate::failure::{EXIT_FAILED, Failure, Outcome};
use crate::output::table::printable;
use crate::session::Session;

/// Words in one line of a sheet: six lines of four fit any paper.
const WORDS_A_LINE: usize = 4;

/// A folder that takes the sheets.
pub(super) struct Printer {
    folder: PathBuf,
}

impl Printer {
    /// Makes the folder and tries to write in it. A folder that holds sheets is refused: they may
    /// be the only copy of another territory's.
    pub(super) fn prepare(session: &Session, folder: PathBuf) -> Result<Printer, Failure> {
        let printer = Printer { folder };
        match printer.try_folder(session) {
            Ok(true) => Ok(printer),
            Ok(false) => Err(printer.failure(session, "sheets-exist", "")),
            Err(error) => Err(printer.failure(session, "sheets-folder", &error.to_string())),
        }
    }

    fn try_folder(&self, session: &Session) -> io::Result<bool> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)?;
        let first = self.path(session, 1);
        if first.exists() {
            return Ok(false);
        }
        let probe = self.folder.join(".beffroi");
        create(&probe)?;
        fs::remove_file(probe)?;
        Ok(true)
    }

    /// Writes one page for each root.
    pub(super) fn write(&self, session: &Session, created: &TerritoryCreated) -> Outcome {
        for sheet in &created.roots {
            let path = self.path(session, sheet.number);
            let page = page(session, created, sheet);
            let written = create(&path).and_then(|mut file| {
                file.write_all(page.as_bytes())?;
                file.sync_all()
            });
            written.map_err(|error| self.failure(session, "sheets-folder", &error.to_string()))?;
            session.talk(
                "sheet-written",
                &[("path", path.display().to_string().into())],
            );
        }
        Ok(DONE)
    }

    fn path(&self, session: &Session, number: u64) -> PathBuf {
        let name = session.texts.say("sheet-file");
        self.folder.join(format!("{name}-{number}.txt"))
    }

    fn failure(&self, session: &Session, key: &str, error: &str) -> Failure {
        let arguments = [
            ("folder", self.folder.display().to_string().into()),
            ("error", error.into()),
        ];
        session.failure(EXIT_FAILED, key, &arguments)
    }
}

fn create(path: &Path) -> io::Result<fs::File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

fn page(session: &Session, created: &TerritoryCreated, sheet: &RootSheet) -> String {
    let arguments = [
        ("territory", printable(&created.territory.name).into()),
        ("number", sheet.number.into()),
        ("count", created.roots.len().into()),
        ("fingerprint", created.fingerprint.as_str().into()),
    ];
    let head = session.texts.with("sheet-page", &arguments);
    let foot = session.texts.say("sheet-page.foot");
    format!("{head}\n\n{}\n\n{foot}\n", grid(&sheet.words).join("\n"))
}

/// Numbered words in columns.
pub(super) fn grid(words: &[String]) -> Vec<String> {
    let width = words.iter().map(|word| word.chars().count()).max();
    let width = width.unwrap_or_default();
    let numbered: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(index, word)| format!("{:>4}. {word:width$}", index + 1))
        .collect();
    numbered
        .chunks(WORDS_A_LINE)
        .map(|line| line.concat().trim_end().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::grid;

    #[test]
    fn words_stand_numbered_in_columns() {
        let words: Vec<String> = ["abaisser", "abandon", "abdiquer", "abeille", "été"]
            .map(Into::into)
            .into();
        assert_eq!(
            grid(&words),
            [
                "   1. abaisser   2. abandon    3. abdiquer   4. abeille",
                "   5. été"
            ]
        );
    }
}
