//! The threat model names the test of each attack: it must not rot.

use std::collections::BTreeSet;
use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn page() -> String {
    std::fs::read_to_string(root().join("docs/threat-model.md")).unwrap()
}

/// The names in backticks that are those of tests: words joined by underscores, three at least.
fn cited(text: &str) -> BTreeSet<&str> {
    let spans = text.split('`').skip(1).step_by(2);
    spans
        .filter(|name| {
            let words = name.split('_').collect::<Vec<_>>();
            let plain = |word: &&str| {
                !word.is_empty()
                    && word
                        .chars()
                        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            };
            words.len() >= 2 && words.iter().all(plain)
        })
        .collect()
}

/// The names of all tests: functions behind a `#[test]`, and those a macro of the fuzz driver makes.
fn tests() -> BTreeSet<String> {
    let mut folders: Vec<PathBuf> = ["crates", "daemon", "cli", "tests"]
        .iter()
        .map(|folder| root().join(folder))
        .collect();
    let mut names = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                names.extend(tests_in(&std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    names
}

fn tests_in(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut marked = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            marked = true;
        } else if line.starts_with("no_mutant_") {
            names.extend(line.split_once(": \"").map(|(name, _)| name.to_owned()));
        } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| marked) {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            names.push(rest[..end.unwrap_or(rest.len())].to_owned());
            marked = false;
        }
    }
    names
}

#[test]
fn every_test_the_threat_model_names_exists() {
    let (page, tests) = (page(), tests());
    let cited = cited(&page);
    assert!(cited.len() > 80, "{} names", cited.len());
    // Names that are those of functions of the program.
    let program = ["open_leaf", "from_open", "from_sealed"];
    let missing: Vec<_> = cited
        .iter()
        .filter(|name| !tests.contains(**name) && !program.contains(name))
        .collect();
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
}

#[test]
fn every_attack_and_every_claim_has_its_line() {
    let page = page();
    let rows = |heading: &str, columns: usize| -> Vec<u32> {
        let part = page.split(heading).nth(1).unwrap();
        let part = part.split("\n### ").next().unwrap();
        let lines = part
            .lines()
            .filter(|line| line.matches(" | ").count() == columns - 1);
        lines
            .filter_map(|line| {
                line.trim_start_matches('|')
                    .split('|')
                    .next()?
                    .trim()
                    .parse()
                    .ok()
            })
            .collect()
    };
    let attacks = rows("### Each attack, what it meets, and the test", 4);
    assert_eq!(attacks, (1..=23).collect::<Vec<_>>());
    let claims = rows("### The tests an expert would ask for", 3);
    assert_eq!(claims, (1..=62).collect::<Vec<_>>());
}
