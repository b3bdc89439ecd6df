//! The benchmark of whole posts measures something, at a size that takes seconds: it cannot rot unseen.
//! No figure is judged here.

use std::process::{Command, Output};

use beffroi_tests::binary;
use serde_json::Value;

const SCENARIOS: [&str; 9] = [
    "join_typed",
    "fill",
    "join",
    "stock",
    "start",
    "idle",
    "edit",
    "reconnect",
    "start_after_edits",
];

fn bench(arguments: &[&str]) -> Output {
    let mut command = Command::new(binary("posts-bench"));
    command.args(arguments).output().unwrap()
}

fn document(arguments: &[&str]) -> Value {
    let output = bench(arguments);
    let progress = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{progress}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{progress}"))
}

#[test]
fn every_scenario_of_the_benchmark_runs_at_fifty_records_and_its_tables_can_be_made() {
    let folder = tempfile::tempdir().unwrap();
    let result = folder.path().join("result.json");
    let result = result.to_str().unwrap();
    let document = document(&[
        "--records",
        "50",
        "--idle",
        "1",
        "--edits",
        "10",
        "--cut",
        "restart",
        "--out",
        result,
    ]);
    let size = &document["sizes"][0];
    assert_eq!(size["records"], 50);
    let scenarios = size["scenarios"].as_array().unwrap();
    for name in SCENARIOS {
        let scenario = scenarios.iter().find(|one| one["scenario"] == name);
        let scenario = scenario.unwrap_or_else(|| panic!("{name} is missing"));
        let figures = scenario["figures"].as_array().unwrap();
        assert!(!figures.is_empty(), "{name} measured nothing");
        for figure in figures {
            let on_the_wire = figure["name"].as_str().unwrap().contains("ethernet")
                || figure["name"].as_str().unwrap().contains("discovery");
            let root = document["network"].as_str().unwrap().contains("namespaces");
            assert_eq!(
                figure["measured"].is_number(),
                root || !on_the_wire,
                "{figure}"
            );
            assert_eq!(figure["budget"].is_null(), figure["met"].is_null());
        }
    }
    let page = folder.path().join("page.md");
    std::fs::write(
        &page,
        "before\n<!-- posts-bench: begin -->\nTO BE REPLACED\n<!-- posts-bench: end -->\nafter\n",
    )
    .unwrap();
    let made = bench(&["--markdown", result, "--into", page.to_str().unwrap()]);
    assert!(made.status.success());
    let page = std::fs::read_to_string(page).unwrap();
    assert!(
        page.starts_with("before\n")
            && page.ends_with("after\n")
            && !page.contains("TO BE REPLACED")
    );
    assert!(
        page.contains("| A's answer until read in B's API: median |"),
        "{page}"
    );
}

#[test]
fn an_unknown_scenario_is_refused_with_those_there_are() {
    let refused = bench(&["--only", "joins"]);
    assert!(!refused.status.success());
    let why = String::from_utf8_lossy(&refused.stderr);
    assert!(why.contains("join, typed"), "{why}");
}
