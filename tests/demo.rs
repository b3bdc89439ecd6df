//! `beffroi demo`: real posts that end equal, and nothing left behind, whether it ends by itself or
//! is told to.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use beffroi_tests::{binary, wait_until};

/// `beffroi demo --once` whose posts live under `folder`.
fn demo(folder: &Path) -> Command {
    let mut command = Command::new(binary("beffroi"));
    command
        .args(["--lang", "en", "demo", "--once"])
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Processes whose command line names something under `folder`.
fn daemons_in(folder: &Path) -> usize {
    let wanted = folder.to_str().expect("a plain path");
    let processes = std::fs::read_dir("/proc").expect("the list of processes");
    let lines = processes.flatten().filter_map(|process| {
        let line = std::fs::read(process.path().join("cmdline")).ok()?;
        Some(String::from_utf8_lossy(&line).into_owned())
    });
    lines.filter(|line| line.contains(wanted)).count()
}

fn nothing_is_left(folder: &Path) {
    assert_eq!(daemons_in(folder), 0, "a daemon was left behind");
    let left = std::fs::read_dir(folder).expect("the folder").count();
    assert_eq!(left, 0, "the temporary folder was left behind");
}

#[test]
fn the_demonstration_ends_equal_with_one_disagreement_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = demo(folder.path())
        .arg("--json")
        .output()
        .expect("it starts");
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{talk}");
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(result["agree"], true);
    let posts = result["posts"].as_array().expect("posts");
    assert_eq!(posts.len(), 3);
    for post in posts {
        assert_eq!(post["set_digest"], posts[0]["set_digest"]);
        assert_eq!(
            post["conflicts"].as_array().map(Vec::len),
            Some(1),
            "{post}"
        );
        assert_eq!(post["conflicts"][0]["field"], "priority");
    }
    nothing_is_left(folder.path());
}

fn ended(child: &mut Child) -> bool {
    child.try_wait().expect("a child").is_some()
}

#[test]
fn a_demonstration_told_to_end_in_the_middle_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = demo(folder.path()).spawn().expect("it starts");
    wait_until("three posts run", || daemons_in(folder.path()) == 3);
    beffroi_tests::system(&format!("kill -TERM {}", child.id()));
    wait_until("the demonstration ends", || ended(&mut child));
    let status = child.wait().expect("a child ends");
    assert_eq!(status.code(), Some(1), "an interrupted demonstration fails");
    nothing_is_left(folder.path());
}
