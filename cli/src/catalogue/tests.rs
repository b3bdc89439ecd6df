//! Both catalogues are whole, every key used is there, and every key there is used.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use beffroi_api::Language;
use beffroi_api::texts::Catalogue;

use super::{Texts, choose};

const FRENCH: &str = include_str!("../../catalogues/fr.ftl");
const ENGLISH: &str = include_str!("../../catalogues/en.ftl");

#[test]
fn both_languages_hold_the_same_keys_with_the_same_variables() {
    let french = Catalogue::new(Language::French, FRENCH);
    let english = Catalogue::new(Language::English, ENGLISH);
    assert!(french.contents().len() > 250);
    for (key, variables) in french.contents() {
        assert_eq!(Some(variables), english.contents().get(key), "{key}");
    }
    for key in english.contents().keys() {
        assert!(
            french.contents().contains_key(key),
            "{key} is in English only"
        );
    }
}

#[test]
fn every_message_parses_and_stands_once() {
    for source in [FRENCH, ENGLISH] {
        let parsed = fluent::FluentResource::try_new(source.to_owned());
        assert!(
            parsed.is_ok(),
            "{:?}",
            parsed.err().map(|(_, errors)| errors)
        );
        let mut seen = BTreeSet::new();
        for line in source.lines() {
            if let Some((key, _)) = line.split_once(" =") {
                let is_message = !key.starts_with([' ', '#']);
                assert!(!is_message || seen.insert(key), "{key} stands twice");
            }
        }
    }
}

/// The source as the program has it: without its tests.
fn source_of(folder: &Path, out: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source_of(&path, out);
        } else if !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            out.push_str(text.split("#[cfg(test)]\nmod tests").next().unwrap());
        }
    }
}

/// Every literal that looks like a key: lowercase words joined by hyphens.
fn literals(source: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for piece in source.split('"').skip(1) {
        let is_key = piece.starts_with(|first: char| first.is_ascii_lowercase())
            && piece
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte == b'.');
        if is_key {
            out.insert(piece.to_owned());
        }
    }
    out
}

#[test]
fn every_key_is_used_and_every_key_used_is_there() {
    let texts = Texts::new(Language::French);
    let catalogue = Catalogue::new(Language::French, FRENCH);
    let mut source = String::new();
    source_of(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut source,
    );
    let literals = literals(&source);
    let mut used = crate::help::tests::keys(&texts);
    let fields = crate::output::record::NAMED_FIELDS.iter();
    used.extend(fields.map(|field| format!("field-{field}")));
    let topics = ["post", "disk", "clock", "network", "peers", "data"];
    used.extend(topics.map(|topic| format!("topic-{topic}")));
    for key in &used {
        assert!(
            catalogue.contents().contains_key(key),
            "{key} is used and not there"
        );
    }
    for key in catalogue.contents().keys() {
        let message = key.split('.').next().unwrap();
        // Examples stand under the command they are of.
        let of_command = key.ends_with(".examples") && used.contains(message);
        let named = literals.contains(key) || literals.contains(message) || of_command;
        assert!(named || used.contains(key), "{key} is there and not used");
    }
    let prefixes: BTreeSet<&str> = catalogue
        .contents()
        .keys()
        .filter_map(|key| key.split('-').next())
        .collect();
    for literal in &literals {
        let prefix = literal.split('-').next().unwrap();
        let is_key = literal.contains('-')
            && prefixes.contains(prefix)
            && !NOT_KEYS.contains(&literal.as_str());
        let there = catalogue.contents().contains_key(literal);
        assert!(!is_key || there, "{literal} is used and not there");
    }
}

/// Literals of the source that look like keys and are something else.
const NOT_KEYS: &[&str] = &[];

#[test]
fn the_language_is_the_flags_then_the_variables_then_the_locales() {
    let of = |words: &[&str], variables: &[(&str, &str)]| {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        choose(&words, |name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    };
    assert_eq!(of(&["beffroi"], &[]), Language::French);
    assert_eq!(
        of(&["beffroi"], &[("LANG", "en_GB.UTF-8")]),
        Language::English
    );
    assert_eq!(
        of(&["beffroi"], &[("LANG", "en_GB"), ("LC_ALL", "de_DE")]),
        Language::French
    );
    assert_eq!(
        of(&["beffroi"], &[("LANG", "fr"), ("BEFFROI_LANG", "en")]),
        Language::English
    );
    assert_eq!(
        of(&["beffroi", "--lang", "fr"], &[("BEFFROI_LANG", "en")]),
        Language::French
    );
    assert_eq!(
        of(&["beffroi", "--lang=en", "status"], &[]),
        Language::English
    );
    assert_eq!(
        of(&["beffroi", "show", "--", "--lang=en"], &[]),
        Language::French
    );
}
