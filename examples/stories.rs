//! The examples run to their end and show what they promise.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::PathBuf;
use std::process::Command;

/// What an example prints. Cargo builds the examples of a package with its tests.
fn told(name: &str) -> String {
    let test = std::env::current_exe().unwrap();
    let profile: PathBuf = test.ancestors().nth(2).unwrap().join("examples");
    let output = Command::new(profile.join(name)).output();
    let output = output.unwrap_or_else(|error| panic!("cargo build --examples: {error}"));
    let text = String::from_utf8(output.stdout).unwrap();
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}\n{text}\n{talk}");
    text
}

#[test]
fn a_need_is_kept_and_read_back() {
    let text = told("report_a_need");
    assert_eq!(
        text,
        "kept here: 2 entries\nMAI-001   40 lits de camp   urgent   open\n"
    );
}

#[test]
fn two_laptops_end_equal() {
    let text = told("two_laptops");
    assert_eq!(text.matches(": 1 entry\n").count(), 2, "{text}");
    assert!(text.ends_with("\nequal: 2 entries each\n"), "{text}");
}

#[test]
fn a_mesh_that_was_split_agrees_again() {
    let text = told("split_and_heal");
    let (apart, healed) = text.split_once("\nequal ").unwrap();
    for (entries, posts) in [("20", 9), ("50", 3), ("70", 6)] {
        let found = apart.matches(&format!("   {entries} entries")).count();
        assert_eq!(found, posts, "{text}");
    }
    assert_eq!(healed.matches("   100 entries").count(), 9, "{text}");
    assert!(text.ends_with("seed 7: all agree\n"), "{text}");
}
