//! `edit` without flags: the record's texts in the person's own editor.

use std::io::{self, Read as _, Write as _};
use std::process::Command;

use beffroi_api::Record;
use serde_json::{Map, Value};
use tempfile::NamedTempFile;

use crate::failure::{EXIT_FAILED, Failure};
use crate::session::{Session, variable};

/// Texts that are edited by hand, in the order they are shown.
const FIELDS: &[&str] = &["title", "name", "description", "details", "conditions"];

/// Longest draft read back, in bytes: the daemon takes no larger request.
const DRAFT_BYTES_MAX: u64 = 64 * 1024;

/// The editor when the person named none: on every system that has one.
const EDITOR_DEFAULT: &str = "vi";

/// What came back from the editor. The file stays until the daemon has answered.
pub(super) struct Draft {
    /// The fields that were changed.
    pub(super) changed: Map<String, Value>,
    file: NamedTempFile,
}

impl Draft {
    /// Removes the file: the daemon has what it held.
    pub(super) fn discard(self) {
        // The folder of temporary files is swept by others when this fails.
        let _ = self.file.close();
    }

    /// Keeps the file, and says where it is.
    pub(super) fn kept(self) -> String {
        match self.file.keep() {
            Ok((_file, path)) => path.display().to_string(),
            Err(error) => error.file.path().display().to_string(),
        }
    }
}

/// Opens the editor on the texts of a record.
pub(super) fn edit(session: &Session, record: &Record) -> Result<Draft, Failure> {
    let failed = |error: String| {
        let arguments = [("error", error.into())];
        session.failure(EXIT_FAILED, "editor-failed", &arguments)
    };
    let fields = texts_of(record);
    let file = write(session, &fields).map_err(|error| failed(error.to_string()))?;
    open(&file).map_err(failed)?;
    match read(&file) {
        Ok(text) => Ok(Draft {
            changed: changed(&fields, &text),
            file,
        }),
        Err(error) => {
            let draft = Draft {
                changed: Map::new(),
                file,
            };
            session.talk("edit-kept", &[("path", draft.kept().into())]);
            Err(failed(error.to_string()))
        }
    }
}

/// Runs the person's editor until it is left.
fn open(file: &NamedTempFile) -> Result<(), String> {
    let program = ["VISUAL", "EDITOR"].into_iter().find_map(variable);
    let program = program.unwrap_or_else(|| EDITOR_DEFAULT.to_owned());
    let mut words = program.split_whitespace();
    let status = Command::new(words.next().unwrap_or(EDITOR_DEFAULT))
        .args(words)
        .arg(file.path())
        .status()
        .map_err(|error| format!("{program}: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{program}: {status}"))
    }
}

/// The draft as it is at its path: some editors put a new file in the place of the old one.
fn read(file: &NamedTempFile) -> io::Result<String> {
    let mut text = String::new();
    let opened = std::fs::File::open(file.path())?;
    opened.take(DRAFT_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > DRAFT_BYTES_MAX {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(text)
}

fn texts_of(record: &Record) -> Vec<(&'static str, String)> {
    FIELDS
        .iter()
        .filter_map(|field| Some((*field, record.text(field)?.to_owned())))
        .collect()
}

fn write(session: &Session, fields: &[(&'static str, String)]) -> io::Result<NamedTempFile> {
    let mut file = tempfile::Builder::new()
        .prefix("beffroi-")
        .suffix(".txt")
        .tempfile()?;
    file.write_all(page(session, fields).as_bytes())?;
    file.flush()?;
    Ok(file)
}

fn page(session: &Session, fields: &[(&'static str, String)]) -> String {
    let mut page = format!("# {}\n", session.texts.say("editor-heading"));
    for (field, text) in fields {
        page.push_str(&format!("{}\n{text}\n", marker(field)));
    }
    page
}

fn marker(field: &str) -> String {
    format!("=== {field} ===")
}

/// The fields whose text differs, out of the page as it came back. A marker that was removed leaves
/// its field as it was.
fn changed(fields: &[(&'static str, String)], page: &str) -> Map<String, Value> {
    let mut out = Map::new();
    let mut current: Option<(&str, Vec<&str>)> = None;
    let mut close = |section: Option<(&str, Vec<&str>)>| {
        let Some((field, lines)) = section else {
            return;
        };
        let text = lines.join("\n").trim_end().to_owned();
        let before = fields.iter().find(|(name, _)| *name == field);
        if before.is_some_and(|(_, before)| before.trim_end() != text) {
            out.insert(field.to_owned(), Value::String(text));
        }
    };
    for line in page.lines() {
        let section = fields
            .iter()
            .find(|(field, _)| line.trim_end() == marker(field));
        match (section, &mut current) {
            (Some((field, _)), _) => close(current.replace((field, Vec::new()))),
            (None, Some((_, lines))) => lines.push(line),
            (None, None) => {}
        }
    }
    close(current);
    out
}

#[cfg(test)]
mod tests {
    use super::changed;

    #[test]
    fn only_what_was_changed_is_sent() {
        let fields = [
            ("title", "Cave inondée".to_owned()),
            ("description", "Une ligne.\nDeux.".to_owned()),
        ];
        let untouched =
            "# aide\n=== title ===\nCave inondée\n=== description ===\nUne ligne.\nDeux.\n";
        assert!(changed(&fields, untouched).is_empty());
        let edited = untouched.replace("Deux.", "Deux.\n\nTrois.");
        let out = changed(&fields, &edited);
        assert_eq!(out.len(), 1);
        assert_eq!(out["description"], "Une ligne.\nDeux.\n\nTrois.");
        assert!(changed(&fields, "").is_empty());
    }
}
