//! The binary itself: what it says and exits with when nobody answers, in both languages, and what
//! it writes for shells and manuals.

#![expect(
    clippy::expect_used,
    reason = "helpers of tests: what they expect is part of the claim"
)]

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn beffroi(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_beffroi"))
        .args(arguments)
        .env_clear()
        .env("HOME", "/nonexistent")
        .stdin(Stdio::null())
        .output()
        .expect("beffroi starts")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

fn nobody_at(folder: &Path, language: &str, arguments: &[&str]) -> Output {
    let folder = folder.to_str().expect("a plain path");
    let mut line = vec!["--lang", language, "--data", folder];
    line.extend_from_slice(arguments);
    beffroi(&line)
}

#[test]
fn without_a_daemon_every_command_says_where_why_and_what_to_type() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().display();
    let french = nobody_at(folder.path(), "fr", &["need", "list"]);
    assert_eq!(french.status.code(), Some(69));
    assert_eq!(out(&french), "");
    assert_eq!(
        err(&french),
        format!(
            "erreur : aucun Beffroi ne répond à {path}/api.sock\n  \
             cause :     ce fichier n'existe pas : le démon n'est pas lancé\n  \
             essayez :   beffroid --data {path}   (dans un autre terminal)\n"
        )
    );
    let english = nobody_at(folder.path(), "en", &["status", "--json"]);
    assert_eq!(english.status.code(), Some(69));
    assert_eq!(
        err(&english),
        format!(
            "error: no Beffroi answers at {path}/api.sock\n  \
             why:   there is no such file: the daemon is not running\n  \
             try:   beffroid --data {path}   (in another terminal)\n"
        )
    );
    let lines: &[&[&str]] = &[
        &["territory", "show"],
        &["invite", "--role", "operator"],
        &["invite", "list"],
        &["join", "7KQ4-M2XR-9HW3", "--post", "X", "--code", "X1"],
        &["digest"],
        &["doctor"],
        &["incident", "add", "Cave"],
        &["incident", "verify", "MAI-001", "verified"],
        &["need", "edit", "MAI-001", "--priority", "vital"],
        &["resource", "history", "MAI-001"],
        &["operation", "list"],
        &["list", "incidents"],
        &["show", "MAI-001"],
        &["conflicts"],
        &["resolve", "MAI-001", "severity", "--take", "1"],
        &["peer", "add", "/ip4/10.0.0.1/tcp/7410"],
        &["sync"],
        &["journal", "verify"],
    ];
    for line in lines {
        let output = nobody_at(folder.path(), "en", line);
        assert_eq!(output.status.code(), Some(69), "{line:?}: {}", err(&output));
    }
}

#[test]
fn the_service_is_named_when_no_folder_was_given() {
    let output = beffroi(&["status", "--lang=en"]);
    assert_eq!(output.status.code(), Some(69));
    assert_eq!(
        err(&output),
        "error: no Beffroi answers at /var/lib/beffroi/api.sock\n  \
         why:   there is no such file: the daemon is not running\n  \
         try:   sudo systemctl start beffroi   (installed as a service)\n         \
         beffroid --data /nonexistent/.local/share/beffroi   (in another terminal)\n"
    );
}

#[test]
fn a_socket_left_behind_is_told_from_no_socket() {
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("api.sock");
    drop(std::os::unix::net::UnixListener::bind(&socket).expect("a socket"));
    let output = nobody_at(folder.path(), "en", &["status"]);
    assert_eq!(output.status.code(), Some(69));
    assert!(err(&output).contains("why:   nobody listens there any more: the daemon has stopped"));
}

#[test]
fn a_line_that_cannot_be_read_exits_2_and_help_exits_0() {
    for (line, code) in [
        (vec!["incident", "new"], 2),
        (vec!["nothing"], 2),
        (vec!["list", "clouds"], 2),
        (vec!["status", "--json=pretty"], 2),
        (vec!["resolve", "MAI-001", "severity"], 2),
        (vec!["need", "new", "Eau", "--unit", "litre"], 2),
        (vec!["--daemon", "7411", "status"], 2),
        (vec![], 2),
        (vec!["--help"], 0),
        (vec!["incident", "new", "--help"], 0),
        (vec!["--version"], 0),
    ] {
        let output = beffroi(&line);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{line:?}: {}",
            err(&output)
        );
    }
}

#[test]
fn the_locale_chooses_the_language() {
    let help = |locale: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_beffroi"))
            .arg("--help")
            .env_clear()
            .env("LANG", locale)
            .output()
            .expect("beffroi starts");
        out(&output)
    };
    assert!(help("en_GB.UTF-8").contains("Usage:"));
    assert!(help("de_DE.UTF-8").contains("Utilisation :"));
}

#[test]
fn a_file_that_is_not_there_exits_3_before_anything_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("absent.csv");
    let missing = missing.to_str().expect("a plain path");
    let output = nobody_at(
        folder.path(),
        "en",
        &["import", missing, "--as", "incident"],
    );
    assert_eq!(output.status.code(), Some(3), "{}", err(&output));
}

#[test]
fn no_file_is_left_by_an_export_that_failed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("out.csv");
    std::fs::write(&file, "before").expect("a file");
    let name = file.to_str().expect("a plain path");
    let output = nobody_at(
        folder.path(),
        "en",
        &["export", "--format", "csv", "-o", name],
    );
    assert_eq!(output.status.code(), Some(69), "{}", err(&output));
    assert_eq!(std::fs::read(&file).expect("the file"), b"before");
    assert_eq!(
        std::fs::read_dir(folder.path())
            .expect("the folder")
            .count(),
        1
    );
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = folder.path().to_str().expect("a plain path");
    let output = beffroi(&["man", name]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let page = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("a page");
    assert!(page("beffroi.1").contains("signalements"));
    assert!(page("beffroi-incident-new.1").contains("\\-\\-severity"));
    assert!(page("beffroi-territory-confirm-sheets.1").starts_with(".ie"));
    let pages = std::fs::read_dir(folder.path())
        .expect("the folder")
        .count();
    assert!(pages > 45, "{pages} pages");
}

#[test]
fn completions_are_scripts_of_their_shell() {
    for (shell, word) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef beffroi"),
        ("fish", "complete -c beffroi"),
    ] {
        let output = beffroi(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        assert!(out(&output).contains(word), "{shell}");
    }
    assert_eq!(beffroi(&["completions", "tcsh"]).status.code(), Some(2));
}

#[test]
fn the_client_has_a_version_without_a_daemon() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = nobody_at(folder.path(), "en", &["version", "--json"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        out(&output),
        format!(
            "{{\"schema\":\"beffroi/1\",\"version\":\"{}\",\"daemon\":null}}\n",
            env!("CARGO_PKG_VERSION")
        )
    );
}

#[test]
fn sheets_are_refused_before_the_territory_exists_when_they_could_not_be_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = folder.path().join("feuille-racine-1.txt");
    std::fs::write(&taken, "words").expect("a file");
    let name = folder.path().to_str().expect("a plain path");
    let line = [
        "territory",
        "create",
        "Orb",
        "--post",
        "Mairie",
        "--code",
        "MAI",
        "--sheets",
        name,
    ];
    let output = nobody_at(folder.path(), "fr", &line);
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert_eq!(std::fs::read(&taken).expect("the file"), b"words");
}
