//! Every command and argument has its sentence; manual and completions come out of the same tree.

use std::collections::BTreeSet;

use beffroi_api::Language;
use clap::Command;
use clap_complete::Shell;

use super::{argument_keys, command};
use crate::catalogue::Texts;

fn each(command: &Command, path: &str, visit: &mut dyn FnMut(&Command, &str)) {
    visit(command, path);
    for below in command.get_subcommands() {
        let name = below.get_name();
        let below_path = if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}-{name}")
        };
        each(below, &below_path, visit);
    }
}

/// Every key the command tree uses.
pub(crate) fn keys(texts: &Texts) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    each(&command(texts), "", &mut |command, path| {
        let name = if path.is_empty() { "beffroi" } else { path };
        keys.insert(format!("cmd-{name}"));
        for argument in command.get_arguments() {
            let candidates = argument_keys(path, argument.get_id().as_str());
            let found = candidates.iter().find(|key| texts.find(key).is_some());
            keys.insert(found.unwrap_or(&candidates[1]).clone());
        }
    });
    keys
}

#[test]
fn the_command_tree_is_sound() {
    for language in Language::ALL {
        command(&Texts::new(language)).debug_assert();
    }
}

#[test]
fn every_command_and_argument_is_explained_in_both_languages() {
    for language in Language::ALL {
        let texts = Texts::new(language);
        for key in keys(&texts) {
            assert!(texts.find(&key).is_some(), "{key} is missing in {language}");
        }
        each(&command(&texts), "", &mut |command, path| {
            let about = command
                .get_about()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(!about.is_empty() && !about.starts_with("cmd-"), "{path}");
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{path} {}",
                    argument.get_id()
                );
            }
        });
    }
}

#[test]
fn help_speaks_one_language() {
    let french = command(&Texts::new(Language::French))
        .render_help()
        .to_string();
    for word in [
        "Utilisation :",
        "Commandes:",
        "Options communes:",
        "Signalements",
        "Premiers pas",
    ] {
        assert!(french.contains(word), "{word} in\n{french}");
    }
    for word in [
        "Usage",
        "Options:\n",
        "Print help",
        "Arguments:",
        "possible values",
        "default:",
    ] {
        assert!(!french.contains(word), "{word} in\n{french}");
    }
}

#[test]
fn completions_come_out_for_each_shell() {
    let texts = Texts::new(Language::French);
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut command(&texts), "beffroi", &mut script);
        let script = String::from_utf8(script).unwrap();
        assert!(
            script.contains("incident") && script.contains("confirm-sheets"),
            "{shell}"
        );
    }
}
