//! The arrows between the packages, read from the manifests and compared with a table: a new line in
//! a table here is a design decision. Licences, and what must stay absent, are checked as well.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;

/// Which of our packages each package may name.
const ARROWS: &[(&str, &[&str])] = &[
    ("beffroi-records", &[]),
    ("beffroi-trust", &[]),
    ("beffroi-store", &[]),
    ("beffroi-sync", &["beffroi-trust"]),
    ("beffroi-net", &["beffroi-sync"]),
    ("beffroi-formats", &["beffroi-records"]),
    ("beffroi-api", &["beffroi-records"]),
    ("beffroi-web", &["beffroi-api", "beffroi-records"]),
    (
        "beffroi-sim",
        &["beffroi-records", "beffroi-sync", "beffroi-trust"],
    ),
    (
        "beffroi-daemon",
        &[
            "beffroi-api",
            "beffroi-formats",
            "beffroi-net",
            "beffroi-records",
            "beffroi-store",
            "beffroi-sync",
            "beffroi-trust",
            "beffroi-web",
        ],
    ),
    ("beffroi-cli", &["beffroi-api"]),
];

/// Crates that exactly these packages may name: behind each stands a border.
const BORDERS: &[(&str, &[&str])] = &[
    ("libp2p", &["beffroi-net"]),
    ("sled", &["beffroi-store"]),
    ("askama", &["beffroi-web"]),
    (
        "automerge",
        &["beffroi-daemon", "beffroi-records", "beffroi-trust"],
    ),
    ("rpassword", &["beffroi-cli"]),
];

/// What the pure packages may name besides ours. No clock, no dice, no runtime, no socket.
const PURE: &[(&str, &[&str])] = &[
    (
        "beffroi-records",
        &[
            "automerge",
            "serde",
            "serde_json",
            "thiserror",
            "unicode-normalization",
            "uuid",
        ],
    ),
    (
        "beffroi-trust",
        &[
            "argon2",
            "automerge",
            "bip39",
            "blake3",
            "bytes",
            "chacha20poly1305",
            "ed25519-dalek",
            "hpke",
            "postcard",
            "serde",
            "sha2",
            "thiserror",
            "zeroize",
            "zstd",
        ],
    ),
    (
        "beffroi-sync",
        &["blake3", "bytes", "postcard", "serde", "thiserror", "zstd"],
    ),
];

/// The licences that may enter the programs people run.
const LICENCES: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "CC0-1.0",
    "Unlicense",
    "Unicode-3.0",
    "MIT-0",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn metadata() -> Value {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--offline", "--no-deps"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Package name → names of its normal dependencies.
fn shipped_dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata();
    let normal = |package: &Value| {
        let all = package["dependencies"].as_array().unwrap().iter();
        all.filter(|dependency| dependency["kind"].is_null())
            .map(|dependency| dependency["name"].as_str().unwrap().to_string())
            .collect()
    };
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .map(|package| {
            (
                package["name"].as_str().unwrap().to_string(),
                normal(package),
            )
        })
        .collect()
}

#[test]
fn every_arrow_is_in_the_table() {
    let packages = shipped_dependencies();
    for (package, allowed) in ARROWS {
        let ours: BTreeSet<&str> = packages[*package]
            .iter()
            .map(String::as_str)
            .filter(|name| name.starts_with("beffroi-"))
            .collect();
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        assert!(
            ours.is_subset(&allowed),
            "{package} names {ours:?}, and may name only {allowed:?}"
        );
    }
    let free = ["beffroi-tests", "beffroi-examples", "beffroi-fuzz-targets"];
    for package in packages
        .keys()
        .filter(|package| !free.contains(&package.as_str()))
    {
        assert!(
            ARROWS.iter().any(|(known, _)| known == package),
            "{package} has no line in ARROWS"
        );
    }
}

#[test]
fn only_the_border_crates_name_what_is_behind_the_border() {
    for (foreign, allowed) in BORDERS {
        for (package, dependencies) in shipped_dependencies() {
            let named = dependencies.contains(*foreign);
            assert!(
                !named || allowed.contains(&package.as_str()),
                "{package} names {foreign}"
            );
        }
    }
}

#[test]
fn pure_crates_name_no_clock_no_dice_and_no_runtime() {
    let packages = shipped_dependencies();
    for (package, allowed) in PURE {
        for name in packages[*package]
            .iter()
            .filter(|name| !name.starts_with("beffroi-"))
        {
            assert!(
                allowed.contains(&name.as_str()),
                "{package} is pure and names {name}"
            );
        }
    }
}

#[test]
fn no_shipped_binary_depends_on_the_simulator() {
    for (package, dependencies) in shipped_dependencies() {
        let test_only = ["beffroi-tests", "beffroi-examples"].contains(&package.as_str());
        assert!(
            test_only || !dependencies.contains("beffroi-sim"),
            "{package} names beffroi-sim"
        );
    }
}

#[test]
fn every_licence_is_one_we_accept() {
    let output = std::process::Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--prefix=none",
            "--edges=normal",
            "--format={p}|{l}",
        ])
        .args(["-p=beffroi-daemon", "-p=beffroi-cli"])
        .current_dir(root())
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(
        tree.contains("sled"),
        "cargo tree shows what is shipped: {tree}"
    );
    let accepted =
        |term: &str| LICENCES.contains(&term.trim_matches(|c| c == '(' || c == ')' || c == ' '));
    for (package, licence) in tree
        .lines()
        .filter_map(|line| line.trim_end_matches(" (*)").split_once('|'))
    {
        let choice = licence.replace('/', " OR ");
        let one_choice = choice
            .split(" OR ")
            .any(|alternative| alternative.split(" AND ").all(accepted));
        let each_part = choice
            .split(" AND ")
            .all(|part| part.split(" OR ").any(accepted));
        assert!(one_choice || each_part, "{package} is under {licence}");
    }
}

#[test]
fn nothing_names_the_sync_protocol_of_automerge() {
    // A test of the guard shows what the protocol does to who speaks it.
    let shipped = |file: &PathBuf| !file.components().any(|part| part.as_os_str() == "tests");
    for file in rust_files().into_iter().filter(shipped) {
        let named = std::fs::read_to_string(&file).unwrap().lines().any(|line| {
            let code = line.split("//").next().unwrap_or_default();
            code.contains(concat!("automerge", "::sync"))
        });
        assert!(
            !named,
            "{} names the sync protocol of automerge",
            file.display()
        );
    }
}

#[test]
fn every_file_says_what_is_in_it() {
    for file in rust_files() {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(
            text.starts_with("//!"),
            "{} does not open with //!",
            file.display()
        );
    }
}

fn rust_files() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = ["crates", "daemon", "cli", "tests", "examples"]
        .iter()
        .map(|folder| root().join(folder))
        .collect();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files
}
