//! The exported journal, checked by the stand-alone verifier that shares no code with the daemon: a true
//! one passes, and each way of tampering with it is caught.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use beffroi_tests::post::{pair, wait_equal};
use serde_json::Value;

/// The verifier, built on first use.
fn verifier() -> PathBuf {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let built = Command::new(cargo)
        .args([
            "build",
            "-q",
            "-p",
            "beffroi-examples",
            "--example",
            "verify_journal",
        ])
        .status()
        .expect("cargo runs");
    assert!(built.success());
    beffroi_tests::binary("examples/verify_journal")
}

struct Checker {
    verifier: PathBuf,
    file: tempfile::NamedTempFile,
}

impl Checker {
    /// Exit code and all that was said about these lines.
    fn says(&self, lines: &[String]) -> (bool, String) {
        fs::write(self.file.path(), lines.concat()).expect("a file");
        let output = Command::new(&self.verifier)
            .arg(self.file.path())
            .output()
            .expect("it runs");
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.success(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    }

    fn catches(&self, what: &str, lines: &[String], says: &str) {
        let (ok, said) = self.says(lines);
        assert!(!ok && said.contains(says), "{what}: {said}");
    }
}

fn edited(line: &str, edit: impl FnOnce(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(line).expect("a line of JSON");
    edit(&mut value);
    format!("{value}\n")
}

/// Another digit in the middle of a field in hexadecimal.
fn flip(value: &mut Value) {
    let mut text = value.as_str().expect("a text").to_owned().into_bytes();
    let middle = text.len() / 2;
    text[middle] = if text[middle] == b'0' { b'1' } else { b'0' };
    *value = String::from_utf8(text).expect("digits").into();
}

#[test]
fn an_independent_verifier_passes_a_true_journal_and_catches_every_tampering() {
    let (mairie, croix_rouge) = pair();
    let _ = mairie.json(&["need", "new", "Lits"]);
    let _ = croix_rouge.json(&["incident", "new", "Pont coupé"]);
    wait_equal(&[&mairie, &croix_rouge]);
    let checker = Checker {
        verifier: verifier(),
        file: tempfile::NamedTempFile::new().expect("a file"),
    };
    let exported = mairie.run(&["journal", "export"]).ok().out;
    let lines: Vec<String> = exported.split_inclusive('\n').map(str::to_owned).collect();
    let (ok, said) = checker.says(&lines);
    assert!(ok, "{said}");
    let words = mairie.json(&["journal", "digest"])["words"].clone();
    let words: Vec<&str> = words
        .as_array()
        .expect("words")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(said.contains(&words.join(" ")), "{said}");
    assert_eq!(
        croix_rouge.run(&["journal", "export"]).ok().out,
        exported,
        "equal at both posts"
    );

    let last_entry = lines.len() - 2;
    let with = |place: usize, line: String| {
        let mut changed = lines.clone();
        changed[place] = line;
        changed
    };
    for (field, says) in [
        ("head", "hash of the head"),
        ("signature", "signature"),
        ("id", "hash"),
    ] {
        let line = edited(&lines[last_entry], |line| flip(&mut line[field]));
        checker.catches(field, &with(last_entry, line), says);
    }
    let line = edited(&lines[last_entry], |line| {
        flip(&mut line["leaves"][0]["bytes"])
    });
    checker.catches(
        "a flipped byte",
        &with(last_entry, line),
        "not the one that was signed",
    );
    let mut dropped = lines.clone();
    dropped.remove(last_entry);
    checker.catches("a dropped line", &dropped, "counts");
    let other: Value = serde_json::from_str(&lines[last_entry - 1]).expect("a line");
    let line = edited(&lines[last_entry], |line| {
        line["signature"] = other["signature"].clone()
    });
    checker.catches("a swapped signature", &with(last_entry, line), "signature");
    let mut reordered = lines.clone();
    reordered.swap(last_entry, last_entry - 1);
    checker.catches("another order", &reordered, "out of order");
    checker.catches("a cut file", &lines[..last_entry], "it was cut");
    let line = edited(&lines[0], |line| flip(&mut line["genesis"]));
    checker.catches("another territory", &with(0, line), "founding statement");
    let grant = |line: &String| line.contains("\"Grant\"");
    let without: Vec<String> = lines.iter().filter(|line| !grant(line)).cloned().collect();
    checker.catches(
        "authors without a grant",
        &without,
        "no grant leads from a root",
    );
    let digest = lines.len() - 1;
    let line = edited(&lines[digest], |line| flip(&mut line["set_digest"]));
    checker.catches("another digest", &with(digest, line), "digest");
}
