//! A command line that cannot be read, said in the reader's language. What is rarer than the cases
//! here is said by clap, in English.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

use crate::catalogue::Texts;
use crate::failure::{EXIT_USAGE, Failure};
use crate::help;

/// The failure for what is common; `None` for help that was asked for, and for what clap says.
pub(crate) fn failure(error: &Error, typed: &[OsString], texts: &Texts) -> Option<Failure> {
    let command = help::command(texts);
    let (below, path) = reached(&command, typed);
    let mut said = None;
    let mut hints = Vec::new();
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "clap's list of errors is open, and it says the others itself"
    )]
    match error.kind() {
        ErrorKind::MissingRequiredArgument => {
            let arguments = strings(error, ContextKind::InvalidArg).join(" ");
            said = Some(texts.with("usage-missing", &[("arguments", arguments.into())]));
        }
        ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand => {
            let unknown = [ContextKind::InvalidArg, ContextKind::InvalidSubcommand]
                .into_iter()
                .flat_map(|kind| strings(error, kind))
                .next()?;
            said = Some(texts.with("usage-unknown", &[("argument", unknown.into())]));
            hints = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand]
                .into_iter()
                .flat_map(|kind| strings(error, kind))
                .collect();
        }
        ErrorKind::ValueValidation | ErrorKind::InvalidValue => {
            let argument = strings(error, ContextKind::InvalidArg).into_iter().next()?;
            let value = strings(error, ContextKind::InvalidValue).into_iter().next();
            let about = below
                .get_arguments()
                .find(|known| known.to_string() == argument)
                .and_then(|known| known.get_help());
            hints.extend(about.map(ToString::to_string));
            let arguments = [
                ("value", value.unwrap_or_default().into()),
                ("argument", argument.into()),
            ];
            said = Some(texts.with("usage-value", &arguments));
        }
        ErrorKind::ArgumentConflict => {
            let argument = strings(error, ContextKind::InvalidArg).into_iter().next()?;
            let other = strings(error, ContextKind::PriorArg).join(" ");
            let arguments = [("argument", argument.into()), ("other", other.into())];
            said = Some(texts.with("usage-conflict", &arguments));
        }
        _ => {}
    }
    hints.push(texts.with("usage-try", &[("command", path.into())]));
    Some(Failure::Said {
        error: said?,
        why: Vec::new(),
        hints,
        exit: EXIT_USAGE,
    })
}

/// The deepest command that was named, and its words.
fn reached<'a>(root: &'a Command, typed: &[OsString]) -> (&'a Command, String) {
    let mut command = root;
    let mut path = root.get_name().to_owned();
    let mut words = typed.iter().skip(1).filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        if let Some(below) = command.find_subcommand(word) {
            command = below;
            path = format!("{path} {}", below.get_name());
        } else if takes_next(command, word) {
            words.next();
        } else if !word.starts_with('-') {
            break;
        }
    }
    (command, path)
}

/// Whether the word after this one is its value.
fn takes_next(command: &Command, word: &str) -> bool {
    let Some(long) = word.strip_prefix("--") else {
        return false;
    };
    let known = command
        .get_arguments()
        .find(|known| known.get_long() == Some(long));
    known.is_some_and(|known| known.get_action().takes_values() && !known.is_require_equals_set())
}

fn strings(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(one)) => vec![one.clone()],
        Some(ContextValue::Strings(many)) => many.clone(),
        Some(_) | None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use beffroi_api::Language;

    use super::failure;
    use crate::catalogue::Texts;
    use crate::failure::EXIT_USAGE;
    use crate::help;

    fn said(language: Language, line: &str) -> String {
        let texts = Texts::new(language);
        let typed: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let error = help::command(&texts)
            .try_get_matches_from(&typed)
            .unwrap_err();
        let failure = failure(&error, &typed, &texts).unwrap();
        assert_eq!(failure.exit(), EXIT_USAGE);
        failure.text(&texts).unwrap()
    }

    #[test]
    fn what_was_mistyped_is_said_in_the_readers_language() {
        assert_eq!(
            said(Language::French, "beffroi join 7KQ4-M2XR-9HW3 --post X"),
            "erreur : il manque --code <CODE>\n  essayez :   beffroi join --help\n"
        );
        assert_eq!(
            said(Language::English, "beffroi --data x incidnt list"),
            "error: there is no \"incidnt\" here\n  try:   invite\n         incident\n         beffroi --help\n"
        );
        assert_eq!(
            said(Language::French, "beffroi list incident --since hier"),
            "erreur : « hier » ne convient pas pour --since <TIME>\n  \
             essayez :   Seulement ce qui a changé depuis : 2h, ou une date\n              beffroi list --help\n"
        );
        assert_eq!(
            said(Language::English, "beffroi need new Eau --priority high"),
            "error: \"high\" does not suit --priority <TOKEN>\n  \
             try:   Priority [vital, urgent, normal, deferred]\n         beffroi need new --help\n"
        );
    }

    #[test]
    fn help_that_was_asked_for_is_no_failure() {
        let texts = Texts::new(Language::French);
        let typed: Vec<OsString> = ["beffroi", "--help"].map(OsString::from).into();
        let error = help::command(&texts)
            .try_get_matches_from(&typed)
            .unwrap_err();
        assert!(failure(&error, &typed, &texts).is_none());
    }
}
