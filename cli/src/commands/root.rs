//! `root use`: the words of a sheet, read from paper or a file, and one act in the root's name.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use beffroi_api::request::{RootAct, SHEET_WORDS, UseRoot};

use super::{DONE, as_json, member};
use crate::args::{RootUseArgs, RootVerb};
use crate::ask;
use crate::failure::{EXIT_FAILED, EXIT_USAGE, Failure, Outcome};
use crate::output::table::printable;
use crate::session::Session;

/// The longest file read as a sheet: a page of text around 24 words.
const SHEET_BYTES_MAX: u64 = 16 * 1024;

pub(super) async fn run(session: &Session, verb: RootVerb) -> Outcome {
    match verb {
        RootVerb::Use(args) => speak(session, args).await,
    }
}

async fn speak(session: &Session, args: RootUseArgs) -> Outcome {
    let words = match &args.sheet_file {
        Some(file) => words_of_file(session, file)?,
        None => asked_words(session)?,
    };
    let check = UseRoot {
        words: words.clone(),
        says: RootAct::Check,
    };
    let checked = session.client.root(&check).await?;
    let arguments = [("sheet", checked.sheet.into())];
    session.talk("root-sheet-right", &arguments);
    let says = match (args.root_revoke, args.root_coordinator) {
        (Some(post), _) => {
            let (since, why) =
                member::circumstances(session, args.revoke_since, args.why.as_deref())?;
            let arguments = [("post", printable(&post).into())];
            ask::confirmed(session, &session.texts.with("revoke-really", &arguments))?;
            RootAct::Revoke { post, since, why }
        }
        (None, Some(post)) => {
            let arguments = [("post", printable(&post).into())];
            let question = session.texts.with("root-coordinator-really", &arguments);
            ask::confirmed(session, &question)?;
            RootAct::Coordinator { post }
        }
        (None, None) => {
            if let Some(result) = as_json(session, &checked) {
                return result.map(|()| DONE);
            }
            session.print("root-what-next", &[])?;
            return Ok(DONE);
        }
    };
    let used = session.client.root(&UseRoot { words, says }).await?;
    if let (Some(revoked), None) = (&used.revoked, session.screen.json()) {
        return member::revoked(session, revoked.clone()).await;
    }
    if let Some(result) = as_json(session, &used) {
        return result.map(|()| DONE);
    }
    if let Some(member) = &used.member {
        let name = member.name.clone().unwrap_or_else(|| member.id.clone());
        let arguments = [("post", printable(&name).into())];
        session.print("root-made-coordinator", &arguments)?;
    }
    Ok(DONE)
}

/// The words a person types from the sheet, a line at a time.
fn asked_words(session: &Session) -> Result<Vec<String>, Failure> {
    if !session.asks() {
        return Err(session.failure(EXIT_USAGE, "root-no-words", &[]));
    }
    session.talk("root-type-words", &[]);
    let mut words = Vec::new();
    while words.len() < SHEET_WORDS {
        let arguments = [("number", (words.len() + 1).into())];
        let question = session.texts.with("root-next-word", &arguments);
        let Some(line) = ask::line(&question) else {
            return Err(session.failure(EXIT_FAILED, "not-done", &[]));
        };
        words.extend(words_of(&line));
    }
    Ok(words)
}

/// The words of a page as it was printed: the block of numbered words, or any text of 24 words.
fn words_of_file(session: &Session, path: &Path) -> Result<Vec<String>, Failure> {
    let mut text = String::new();
    let read =
        File::open(path).and_then(|file| file.take(SHEET_BYTES_MAX).read_to_string(&mut text));
    read.map_err(|error| {
        let arguments = [
            ("path", path.display().to_string().into()),
            ("error", error.to_string().into()),
        ];
        session.failure(EXIT_FAILED, "root-file", &arguments)
    })?;
    let numbered = numbered_words(&text);
    if numbered.len() == SHEET_WORDS {
        return Ok(numbered);
    }
    Ok(words_of(&text))
}

/// The words of a line, without the numbers before them.
fn words_of(line: &str) -> Vec<String> {
    let is_number = |word: &str| word.trim_end_matches('.').parse::<u32>().is_ok();
    let words = line.split_whitespace().filter(|word| !is_number(word));
    words.map(str::to_owned).collect()
}

/// Each word that stands behind its number, in order from 1.
fn numbered_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut tokens = text.split_whitespace();
    while let Some(token) = tokens.next() {
        if token == format!("{}.", words.len() + 1)
            && let Some(word) = tokens.next()
        {
            words.push(word.to_owned());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{numbered_words, words_of};

    #[test]
    fn words_are_found_among_numbers_and_sentences() {
        assert_eq!(
            words_of(" 1. abaisser  2. abandon"),
            ["abaisser", "abandon"]
        );
        let page = "Feuille 1 sur 3\n\n   1. abaisser   2. abandon\n   3. abdiquer\nGardez-la.";
        assert_eq!(numbered_words(page), ["abaisser", "abandon", "abdiquer"]);
    }
}
