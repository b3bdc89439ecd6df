//! The catalogues are whole, and numbers read as people write them.

use super::{Catalogue, own};
use crate::Language;
use crate::finding::FindingCode;
use crate::problem::{Cause, Code, FieldCode};

#[test]
fn both_languages_hold_the_same_keys_with_the_same_variables() {
    let french = own(Language::French).contents();
    let english = own(Language::English).contents();
    assert!(french.len() > 100);
    for (key, variables) in french {
        assert_eq!(Some(variables), english.get(key), "{key}");
    }
    for key in english.keys() {
        assert!(french.contains_key(key), "{key} is in English only");
    }
}

#[test]
fn every_message_parses_and_stands_once() {
    for source in [
        include_str!("../../catalogues/fr.ftl"),
        include_str!("../../catalogues/en.ftl"),
    ] {
        let parsed = fluent::FluentResource::try_new(source.to_owned());
        assert!(
            parsed.is_ok(),
            "{:?}",
            parsed.err().map(|(_, errors)| errors)
        );
        let mut seen = std::collections::BTreeSet::new();
        for line in source.lines() {
            let Some((key, _)) = line.split_once(" =") else {
                continue;
            };
            if !key.starts_with([' ', '#']) {
                assert!(seen.insert(key.to_owned()), "{key} stands twice");
            }
        }
    }
}

#[test]
fn every_key_is_one_the_code_uses_and_the_reverse() {
    let mut used = std::collections::BTreeMap::new();
    for code in Code::ALL {
        used.insert(format!("code-{}", code.token()), None);
    }
    for (key, arguments) in Cause::KEYS {
        used.insert(format!("cause-{key}"), Some(*arguments));
        used.insert(format!("cause-{key}.hint"), Some(*arguments));
    }
    for code in FieldCode::ALL {
        used.insert(format!("field-{}", code.token()), None);
    }
    for (key, arguments) in FindingCode::KEYS {
        used.insert(format!("finding-{key}"), Some(*arguments));
        if !FindingCode::is_good(key) {
            used.insert(format!("finding-{key}.hint"), Some(*arguments));
        }
    }
    let contents = own(Language::French).contents();
    for (key, arguments) in &used {
        let Some(variables) = contents.get(key) else {
            panic!("{key} is in no catalogue");
        };
        let known = arguments.unwrap_or_default();
        for variable in variables {
            assert!(known.contains(&variable.as_str()), "{key} takes {variable}");
        }
    }
    for key in contents.keys() {
        assert!(used.contains_key(key), "nothing uses {key}");
    }
}

#[test]
fn numbers_are_grouped_and_choose_plurals() {
    let source =
        "rows = { $count ->\n    [one] { $count } ligne\n   *[other] { $count } lignes\n}\n";
    let french = Catalogue::new(Language::French, source);
    let rows = |count: i64| french.text("rows", &[("count", count.into())]);
    assert_eq!(rows(0), "0 ligne");
    assert_eq!(rows(2), "2 lignes");
    assert_eq!(rows(1_234_567), "1\u{202f}234\u{202f}567 lignes");
    assert_eq!(rows(-1000), "-1\u{202f}000 lignes");
    assert_eq!(french.text("absent", &[]), "absent");
    assert_eq!(french.find("absent.hint", &[]), None);
}
