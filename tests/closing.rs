//! The end of data about people: with their operation, and at those who only carried them. Real posts, whose
//! clocks are set ahead.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use beffroi_tests::post::wait_equal;
use beffroi_tests::{Post, clock, wait_until};
use beffroi_trust::Keystore;
use beffroi_trust::ids::RING_PEOPLE;
use serde_json::{Value, json};

fn shown(post: &Post, reference: &str) -> Value {
    post.json(&["show", reference, "--private"])["fields"].clone()
}

fn operation(post: &Post) -> String {
    let id = &post.list("operation")[0]["id"];
    id.as_str().unwrap().to_owned()
}

/// How many the journal counts of a kind.
fn counted(post: &Post, kind: &str) -> u64 {
    let journal = post.json(&["journal", "verify"]);
    assert_eq!(journal["ok"], true, "{journal}");
    let counts = journal["counts"].as_array().unwrap();
    let of_kind = counts.iter().find(|count| count["kind"] == kind);
    of_kind.map_or(0, |count| count["count"].as_u64().unwrap())
}

/// The names of the keys for data about people that a post holds.
fn keys(post: &Post) -> BTreeSet<[u8; 16]> {
    let file = fs::read(post.folder().join("keys/keystore")).unwrap();
    let rings = Keystore::from_open(&file).unwrap().rings;
    let people = rings.iter().filter(|(ring, _, _)| *ring == RING_PEOPLE);
    people.map(|(_, epoch, _)| epoch.0).collect()
}

/// Every leaf of a journal, by entry and number: its sealed bytes, or none when it is gone.
fn leaves(post: &Post) -> Vec<(String, Option<Vec<u8>>)> {
    let journal = post.run(&["journal", "export"]).ok().out;
    let lines = journal
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of = |entry: Value| {
        let leaves = entry["leaves"].as_array().cloned().unwrap_or_default();
        let id = entry["id"].to_string();
        let leaf = move |(n, leaf): (usize, Value)| {
            let text = leaf["bytes"].as_str().map(str::to_owned);
            let byte = |text: &str, n: usize| u8::from_str_radix(&text[n..n + 2], 16).unwrap();
            let bytes =
                text.map(|text| (0..text.len()).step_by(2).map(|n| byte(&text, n)).collect());
            (format!("{id} {n}"), bytes)
        };
        leaves.into_iter().enumerate().map(leaf).collect::<Vec<_>>()
    };
    lines.flat_map(of).collect()
}

/// Whether bytes are in any file under a folder.
fn on_disk(folder: &Path, bytes: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().flatten().any(|found| {
        if found.path().is_dir() {
            return on_disk(&found.path(), bytes);
        }
        let file = fs::read(found.path()).unwrap_or_default();
        file.windows(bytes.len()).any(|part| part == bytes)
    })
}

/// Of the leaves there were, those that are gone now: soon their bytes are in no file. (First the marks are
/// written, then the files anew.)
fn destroyed(post: &Post, before: &[(String, Option<Vec<u8>>)]) -> usize {
    let gone: BTreeSet<String> = leaves(post)
        .into_iter()
        .filter(|(_, bytes)| bytes.is_none())
        .map(|(at, _)| at)
        .collect();
    let were = before.iter().filter(|(at, _)| gone.contains(at));
    let were: Vec<&Vec<u8>> = were.filter_map(|(_, bytes)| bytes.as_ref()).collect();
    for bytes in &were {
        wait_until("a destroyed leaf is in no file", || {
            !on_disk(post.folder(), bytes)
        });
    }
    were.len()
}

#[test]
fn closing_takes_the_record_to_its_last_phase_and_is_for_coordinators() {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let croix_rouge = Post::start("Croix-Rouge");
    croix_rouge.join_as(&mairie, "CRF", &["--role", "operator", "--people"]);
    let id = operation(&mairie);
    wait_equal(&[&mairie, &croix_rouge]);
    let before = croix_rouge.digest();
    assert_eq!(croix_rouge.run(&["operation", "close", &id]).code, 4);
    assert_eq!(croix_rouge.digest(), before, "nothing was written");
    for days in ["2d", "3651"] {
        let refused = mairie.run(&["operation", "close", &id, "--purge-after", days]);
        assert_eq!(refused.code, 2, "{}", refused.err);
    }
    assert_eq!(mairie.digest(), before);
    let closed = mairie.json(&["operation", "close", &id, "-m", "fin de crise"]);
    assert!(closed["purged_at"].is_string(), "{closed}");
    let phase = |post: &Post| post.json(&["operation", "show", &id])["phase"].clone();
    assert_eq!(phase(&mairie), "closed");
    wait_until("the other post learns of it", || {
        phase(&croix_rouge) == "closed"
    });
    // Closed again, the first to be due decides; nothing new is said when it is the same.
    let set = mairie.digest();
    let again = mairie.json(&["operation", "close", &id]);
    assert_eq!(again["purged_at"], closed["purged_at"]);
    assert_eq!(mairie.digest(), set);
    let later = mairie.json(&["operation", "close", &id, "--purge-after", "90d"]);
    assert_eq!(later["purged_at"], closed["purged_at"]);
    let sooner = mairie.json(&["operation", "close", &id, "--purge-after", "10d"]);
    assert!(sooner["purged_at"].as_str() < closed["purged_at"].as_str());
}

#[test]
fn data_about_people_end_with_their_operation_and_an_old_post_brings_none_back() {
    if !clock::can_be_set() {
        return;
    }
    let mut mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let mut croix_rouge = Post::start("Croix-Rouge");
    croix_rouge.join_as(&mairie, "CRF", &["--role", "operator", "--people"]);
    let mut pompiers = Post::start("Pompiers");
    pompiers.join_as(&mairie, "SDI", &["--role", "operator", "--people"]);
    let id = operation(&mairie);
    for (title, caller) in [("Cave", "caller=Mme Roux"), ("Route", "caller=M. Petit")] {
        let _ = mairie.json(&["incident", "new", title, "--set", caller]);
    }
    wait_equal(&[&mairie, &croix_rouge, &pompiers]);
    let name = |post: &Post, reference: &str| shown(post, reference)["caller"]["name"].clone();
    for post in [&croix_rouge, &pompiers] {
        wait_until("the names arrive", || name(post, "MAI-002") == "M. Petit");
    }
    pompiers.stop();
    let before = leaves(&mairie);
    let old = keys(&mairie);
    assert_eq!((old.len(), keys(&croix_rouge)), (1, old.clone()));
    let _ = mairie.json(&["operation", "close", &id, "--purge-after", "30d"]);
    wait_equal(&[&mairie, &croix_rouge]);
    // Until then everything is as it was, restarts included.
    croix_rouge.restart();
    for post in [&mairie, &croix_rouge] {
        assert_eq!(name(post, "MAI-001"), "Mme Roux");
        assert_eq!(counted(post, "erased"), 0);
    }
    mairie.stop();
    croix_rouge.stop();
    for post in [&mut mairie, &mut croix_rouge] {
        clock::set_ahead(post, 29);
        post.restart();
        std::thread::sleep(std::time::Duration::from_secs(6));
        assert_eq!(name(post, "MAI-001"), "Mme Roux", "a day too early");
        post.stop();
        clock::set_ahead(post, 31);
    }
    // Killed in the middle of it, several times, the post goes on where it was.
    for tenths in [2, 5, 9, 15, 30, 52] {
        croix_rouge.spawn();
        std::thread::sleep(std::time::Duration::from_millis(tenths * 100));
        croix_rouge.kill();
    }
    mairie.restart();
    croix_rouge.restart();
    for post in [&mairie, &croix_rouge] {
        wait_until("the bytes are destroyed", || counted(post, "erased") == 2);
        assert_eq!(destroyed(post, &before), 2);
        assert_eq!(shown(post, "MAI-001"), json!({}));
        let record = post.json(&["show", "MAI-001"]);
        assert_eq!(
            (&record["private"]["forgotten"], &record["title"]),
            (&json!(true), &json!("Cave"))
        );
        let edit = ["incident", "edit", "MAI-001", "--set", "caller=Mme Roux"];
        let refused = post.run(&edit);
        assert_eq!(refused.code, 3, "{}", refused.err);
        assert!(refused.err.contains("operation"), "{}", refused.err);
        assert_eq!(counted(post, "gap"), 0);
    }
    // The key they were sealed with is turned, and put away where nothing uses it any more.
    wait_until("the key is turned and put away", || {
        let keys = [keys(&mairie), keys(&croix_rouge)];
        keys[0] == keys[1] && keys[0].len() == 1 && keys[0] != old
    });
    // The old post, which knew nothing, still writes about them; nothing of it stays.
    mairie.stop();
    croix_rouge.stop();
    clock::set_ahead(&mut pompiers, 31);
    pompiers.restart();
    assert_eq!(name(&pompiers, "MAI-001"), "Mme Roux");
    let _ = pompiers.json(&[
        "incident",
        "edit",
        "MAI-001",
        "--set",
        "caller=Mme Roux-Petit",
    ]);
    let written = leaves(&pompiers);
    mairie.restart();
    wait_equal(&[&mairie, &pompiers]);
    assert_eq!(shown(&mairie, "MAI-001"), json!({}));
    mairie.restart();
    wait_until("what it wrote is destroyed", || {
        counted(&mairie, "erased") == 3
    });
    assert_eq!(destroyed(&mairie, &written), 3);
    assert_eq!(counted(&mairie, "gap"), 0);
    assert_eq!(shown(&mairie, "MAI-001"), json!({}));
    wait_until("the key is put away again", || {
        keys(&mairie).is_disjoint(&old)
    });
}

#[test]
fn a_carrier_drops_what_it_cannot_read_after_thirty_days_and_does_not_fetch_it_again() {
    if !clock::can_be_set() {
        return;
    }
    let mut mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let mut posts = ["relay", "observer"].map(|role| {
        let post = Post::start(role);
        post.join_as(&mairie, "CAR", &["--role", role]);
        post
    });
    let _ = mairie.json(&["incident", "new", "Cave", "--set", "caller=Mme Roux"]);
    let before = leaves(&mairie);
    for post in &mut posts {
        wait_equal(&[&mairie, post]);
        assert_eq!(destroyed(post, &before), 0);
        post.stop();
        clock::set_ahead(post, 31);
        post.restart();
        wait_until("the leaf is dropped", || counted(post, "carried") == 1);
        assert_eq!(destroyed(post, &before), 1);
        // In step with who has it, it does not come back.
        wait_equal(&[&mairie, post]);
        let _ = post.run(&["sync", "--wait", "10s"]);
        post.restart();
        wait_equal(&[&mairie, post]);
        assert_eq!(counted(post, "carried"), 1);
        assert_eq!(destroyed(post, &before), 1);
    }
    clock::set_ahead(&mut mairie, 400);
    mairie.restart();
    std::thread::sleep(std::time::Duration::from_secs(6));
    assert_eq!(shown(&mairie, "MAI-001")["caller"]["name"], "Mme Roux");
    assert_eq!(destroyed(&mairie, &before), 0, "a reader never drops");
}
