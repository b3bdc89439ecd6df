//! Files on a USB key: two posts that never meet exchange by hand, both ways, with receipts; and what a
//! bad key, a bad copy or a bad hand may do to a file.

use std::fs;
use std::path::{Path, PathBuf};

use beffroi_tests::post::pair;
use beffroi_tests::{Post, wait_until};
use serde_json::Value;

/// Two posts of one territory that cannot reach each other: both run offline from now on.
fn apart() -> (Post, Post) {
    let (mut mairie, mut croix_rouge) = pair();
    wait_until("both hold the same", || {
        mairie.digest() == croix_rouge.digest()
    });
    mairie.start_once(&["--offline"]);
    croix_rouge.start_once(&["--offline"]);
    (mairie, croix_rouge)
}

struct Key(tempfile::TempDir);

impl Key {
    fn new() -> Key {
        Key(tempfile::tempdir().expect("a key"))
    }

    fn file(&self, name: &str) -> String {
        self.path(name).to_str().expect("a plain path").to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

fn stored_by(post: &Post, number: &str) -> Value {
    post.json(&["show", number])["stored_by"]["acknowledged"].clone()
}

fn peer(post: &Post) -> Value {
    post.json(&["status"])["peers"][0].clone()
}

#[test]
fn two_posts_that_never_meet_exchange_by_key_and_the_receipt_makes_stored_by_true() {
    let (mairie, croix_rouge) = apart();
    let key = Key::new();
    let need = mairie.json(&["need", "new", "40 lits de camp"]);
    let number = need["number"].as_str().unwrap_or_default().to_owned();
    assert_eq!(stored_by(&mairie, &number), 0);

    let out = key.file("pour-crf.bundle");
    let written = mairie.json(&["bundle", "write", &out, "--for", "CRF"]);
    assert!(written["contents"].as_u64() >= Some(1), "{written}");
    assert_eq!(peer(&mairie)["state"], "carried");
    assert!(peer(&mairie)["carried"]["entries"].as_u64() >= Some(1));
    assert_eq!(stored_by(&mairie, &number), 0, "written is not received");
    let shown = croix_rouge.json(&["bundle", "show", &out]);
    assert_eq!(
        (&shown["writer_name"], &shown["to"]),
        (&"Mairie".into(), &"Croix-Rouge".into())
    );
    assert_eq!(shown["ours"], true);
    assert_ne!(
        croix_rouge.run(&["show", &number]).code,
        0,
        "showing takes nothing in"
    );

    let read = croix_rouge.json(&["bundle", "read", &out]);
    assert_eq!(read["refused"], Value::Array(Vec::new()));
    assert!(read["new"].as_u64() >= Some(1), "{read}");
    assert_eq!(
        croix_rouge.json(&["show", &number])["title"],
        "40 lits de camp"
    );
    assert_eq!(
        stored_by(&croix_rouge, &number),
        1,
        "the writer signed that it has it"
    );
    assert_eq!(croix_rouge.digest(), mairie.digest());
    let again = croix_rouge.json(&["bundle", "read", &out]);
    assert_eq!(again["new"], 0, "reading twice changes nothing");

    let answer = croix_rouge.json(&["incident", "new", "Pont coupé"]);
    let answer = answer["number"].as_str().unwrap_or_default().to_owned();
    let back = key.file("pour-mai.bundle");
    let written = croix_rouge.json(&["bundle", "write", &back, "--for", "MAI"]);
    assert_eq!(written["receipts"], 1);
    let read = mairie.json(&["bundle", "read", &back]);
    assert_eq!((&read["receipts"], &read["new"]), (&1.into(), &1.into()));
    assert_eq!(stored_by(&mairie, &number), 1, "its receipt came");
    assert_ne!(peer(&mairie)["state"], "carried");
    assert_eq!(peer(&mairie)["via"], "usb");
    assert_eq!(mairie.json(&["show", &answer])["title"], "Pont coupé");
    assert_eq!(mairie.digest(), croix_rouge.digest());
}

#[test]
fn a_receipt_alone_goes_back_in_a_small_file_and_survives_a_restart() {
    let (mut mairie, croix_rouge) = apart();
    let key = Key::new();
    let need = mairie.json(&["need", "new", "Pompes"]);
    let number = need["number"].as_str().unwrap_or_default().to_owned();
    let (out, receipt) = (key.file("a.bundle"), key.file("a.receipt"));
    let _ = mairie.json(&["bundle", "write", &out, "--for", "CRF"]);
    let _ = croix_rouge.json(&["bundle", "read", &out, "--receipt", &receipt]);
    mairie.start_once(&["--offline"]);
    assert_eq!(peer(&mairie)["state"], "carried", "kept over a restart");
    let read = mairie.json(&["bundle", "read", &receipt]);
    assert_eq!((&read["receipts"], &read["new"]), (&1.into(), &0.into()));
    assert_eq!(stored_by(&mairie, &number), 1);
    mairie.start_once(&["--offline"]);
    assert_eq!(stored_by(&mairie, &number), 1, "kept over a restart");
    assert_eq!(peer(&mairie)["state"], "silent");
}

#[test]
fn a_third_post_reads_what_was_meant_for_another_and_its_receipt_counts_only_what_was_in_it() {
    let (mairie, croix_rouge) = pair();
    let gymnase = Post::start("Gymnase");
    gymnase.join(&mairie, "GYM");
    wait_until("all hold the same", || {
        mairie.digest() == gymnase.digest() && mairie.digest() == croix_rouge.digest()
    });
    let (mut mairie, mut croix_rouge, mut gymnase) = (mairie, croix_rouge, gymnase);
    for post in [&mut mairie, &mut croix_rouge, &mut gymnase] {
        post.start_once(&["--offline"]);
    }
    let key = Key::new();
    let need = mairie.json(&["need", "new", "Couvertures"]);
    let number = need["number"].as_str().unwrap_or_default().to_owned();
    let (out, receipt) = (key.file("pour-crf.bundle"), key.file("gym.receipt"));
    let _ = mairie.json(&["bundle", "write", &out, "--for", "CRF"]);
    let _ = gymnase.json(&["bundle", "read", &out, "--receipt", &receipt]);
    let read = mairie.json(&["bundle", "read", &receipt]);
    assert_eq!(read["receipts"], 1);
    assert_eq!(stored_by(&mairie, &number), 1);
    let carried = |name: &str| {
        let status = mairie.json(&["status"]);
        let peers = status["peers"].as_array().cloned().unwrap_or_default();
        let found = peers.into_iter().find(|peer| peer["name"] == name);
        found.map(|peer| peer["state"].clone())
    };
    assert_eq!(
        carried("Croix-Rouge"),
        Some("carried".into()),
        "its own receipt has not come"
    );
}

/// Reads a file that must be refused, and checks that nothing changed.
fn refused(post: &Post, path: &Path, bytes: &[u8], says: &str) {
    fs::write(path, bytes).expect("a file on the key");
    let before = post.digest();
    let file = path.to_str().expect("a plain path");
    for verb in ["show", "read"] {
        if verb == "show" && says.contains("territory") {
            continue;
        }
        let answer = post.run(&["bundle", verb, file]);
        assert_eq!(answer.code, 65, "{verb}: {}", answer.err);
        assert!(answer.err.contains(says), "{verb}: {}", answer.err);
    }
    assert_eq!(post.digest(), before, "nothing was taken in");
}

#[test]
fn a_torn_flipped_crafted_or_foreign_file_is_refused_whole() {
    let (mairie, croix_rouge) = apart();
    let key = Key::new();
    let _ = mairie.json(&["need", "new", "Sacs de sable"]);
    let out = key.file("tout.bundle");
    let _ = mairie.json(&["bundle", "write", &out]);
    let good = fs::read(&out).expect("the bundle");
    let bad = key.path("bad.bundle");
    refused(&croix_rouge, &bad, b"", "no bundle of Beffroi");
    refused(
        &croix_rouge,
        &bad,
        b"%PDF-1.7 something else",
        "no bundle of Beffroi",
    );
    for length in [5, 16, 20, good.len() / 2, good.len() - 1] {
        refused(&croix_rouge, &bad, &good[..length], "ends too early");
    }
    for place in [30, good.len() / 2, good.len() - 3] {
        let mut flipped = good.clone();
        flipped[place] ^= 0x10;
        refused(&croix_rouge, &bad, &flipped, "not those that were written");
    }
    let mut longer = good.clone();
    longer.push(0);
    refused(&croix_rouge, &bad, &longer, "not those that were written");
    let mut huge = good.clone();
    huge[17..21].copy_from_slice(&u32::MAX.to_le_bytes());
    refused(&croix_rouge, &bad, &huge, "not those that were written");
    let mut newer = good.clone();
    newer[15] = 9;
    refused(&croix_rouge, &bad, &newer, "later version");

    let elsewhere = Post::start("Autre");
    elsewhere.create_territory("Ailleurs", "AUT");
    refused(&elsewhere, &bad, &good, "another territory");
    let read = croix_rouge.json(&["bundle", "read", &out]);
    assert!(
        read["new"].as_u64() >= Some(1),
        "the good one is taken: {read}"
    );
}

#[test]
fn a_courier_who_searches_a_bundle_for_names_finds_none() {
    let mairie = Post::start("Mairie-Nom-Planté");
    mairie.create_territory("Territoire-Planté", "MAI");
    let planted = ["Dupont-Planté", "Rue-Plantée", "0612345678"];
    for name in planted {
        let _ = mairie.json(&["need", "new", name, "--set", &format!("details={name}")]);
    }
    let key = Key::new();
    let out = key.file("tout.bundle");
    let _ = mairie.json(&["bundle", "write", &out]);
    let bytes = fs::read(&out).expect("the bundle");
    for name in planted.iter().chain(&["Nom-Planté", "Territoire-Planté"]) {
        let found = bytes
            .windows(name.len())
            .any(|part| part == name.as_bytes());
        assert!(!found, "{name} is in the file in clear");
    }
}

#[test]
fn a_post_killed_while_reading_reads_the_same_file_again_and_has_all() {
    const NEEDS: usize = 60;
    let (mairie, mut croix_rouge) = apart();
    let key = Key::new();
    for number in 0..NEEDS {
        let _ = mairie.json(&["need", "new", &format!("Besoin {number}")]);
    }
    let out = key.file("tout.bundle");
    let _ = mairie.json(&["bundle", "write", &out]);
    let mut reading = croix_rouge
        .command(&["bundle", "read", &out])
        .spawn()
        .expect("beffroi starts");
    std::thread::sleep(std::time::Duration::from_millis(15));
    croix_rouge.kill();
    let _ = reading.wait();
    croix_rouge.start_once(&["--offline"]);
    let read = croix_rouge.json(&["bundle", "read", &out]);
    assert_eq!(read["refused"], Value::Array(Vec::new()));
    assert_eq!(croix_rouge.digest(), mairie.digest());
}
