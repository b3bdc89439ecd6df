//! The journal: checked by a program without any code of ours, anchored by six words, and told whole by
//! `journal verify`.

#[path = "../examples/verify_journal.rs"]
#[allow(dead_code, reason = "its main is for the command line")]
mod verify_journal;

use beffroi_store::{Batch, Change, Config, DataFolder, LeafBytes, SledStore, Store};
use beffroi_tests::post::wait_equal;
use beffroi_tests::{Post, clock, wait_until};
use serde_json::Value;
use verify_journal::verify;

/// Two posts with records of both rings, one of them forgotten.
fn two_posts() -> (Post, Post) {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let croix_rouge = Post::start("Croix-Rouge");
    croix_rouge.join_as(&mairie, "CRF", &["--role", "operator", "--people"]);
    let _ = mairie.json(&["incident", "new", "Cave", "--set", "caller=Mme Roux"]);
    let _ = croix_rouge.json(&["need", "new", "Lits", "--quantity", "40", "--unit", "each"]);
    wait_equal(&[&mairie, &croix_rouge]);
    (mairie, croix_rouge)
}

fn export(post: &Post) -> String {
    post.run(&["journal", "export"]).ok().out
}

fn lines(journal: &str) -> Vec<Value> {
    let read = |line| serde_json::from_str(line).unwrap();
    journal.lines().map(read).collect()
}

fn text(lines: &[Value]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Another digit in the middle of a field.
fn flip(field: &mut Value) {
    let mut digits = field.as_str().unwrap().as_bytes().to_vec();
    let middle = digits.len() / 2;
    digits[middle] = if digits[middle] == b'0' { b'1' } else { b'0' };
    *field = String::from_utf8(digits).unwrap().into();
}

fn counts(journal: &Value) -> Vec<(String, u64)> {
    let counts = journal["counts"].as_array().unwrap().iter();
    let count = |count: &Value| {
        let kind = count["kind"].as_str().unwrap().to_owned();
        (kind, count["count"].as_u64().unwrap())
    };
    counts.map(count).collect()
}

#[test]
fn a_stranger_checks_an_export_without_our_code_and_six_words_are_equal_at_posts_in_step() {
    let (mairie, croix_rouge) = two_posts();
    let words = |post: &Post| post.run(&["journal", "digest"]).ok().out.trim().to_owned();
    assert_eq!(words(&mairie), words(&croix_rouge));
    assert_eq!(words(&mairie).split(' ').count(), 6);
    for post in [&mairie, &croix_rouge] {
        let found = verify(&export(post)).unwrap();
        assert_eq!(found.words, words(post));
        assert_eq!((found.erased, found.holes), (0, 0));
        assert_eq!(
            found.entries as u64,
            post.json(&["digest"])["entries"].as_u64().unwrap()
        );
    }
    let before = words(&mairie);
    let _ = mairie.json(&["incident", "new", "Route"]);
    assert_ne!(words(&mairie), before);
    // What the program is made of.
    let source = include_str!("../examples/verify_journal.rs");
    assert!(!source.contains("use beffroi"));
}

#[test]
fn a_stranger_refuses_whatever_was_altered_in_an_export() {
    let (mairie, _croix_rouge) = two_posts();
    let whole = lines(&export(&mairie));
    verify(&text(&whole)).unwrap();
    let last = whole.len() - 1;
    let content = (1..last).find(|n| whole[*n]["class"] == "content").unwrap();
    let refused = |what: &str, why: &str, alter: &dyn Fn(&mut Vec<Value>)| {
        let mut lines = whole.clone();
        alter(&mut lines);
        let error = verify(&text(&lines)).expect_err(what);
        assert!(error.contains(why), "{what}: {error}");
    };
    for n in [1, content] {
        refused("a head", "id", &|lines| flip(&mut lines[n]["head"]));
        refused("an id", "id", &|lines| flip(&mut lines[n]["id"]));
        refused("a signature", "signature", &|lines| {
            flip(&mut lines[n]["signature"])
        });
        refused("a leaf", "leaves", &|lines| {
            flip(&mut lines[n]["leaves"][0]["bytes"])
        });
        refused("a nonce", "leaves", &|lines| flip(&mut lines[n]["nonce"]));
        refused("a removed entry", "", &|lines| drop(lines.remove(n)));
        refused("an entry twice", "twice", &|lines| {
            lines.insert(n, lines[n].clone())
        });
    }
    refused("a removed entry", "digest", &|lines| {
        drop(lines.remove(content))
    });
    refused("an erased leaf that lies", "leaves", &|lines| {
        let hash = "00".repeat(32);
        let size = lines[content]["leaves"][0]["bytes"].as_str().unwrap().len() / 2;
        lines[content]["leaves"][0] = serde_json::json!({"slot": 0, "size": size, "hash": hash});
    });
    refused("words of another set", "digest", &|lines| {
        lines[last]["words"] = "abaisser".into()
    });
    refused("a cut file", "last line", &|lines| drop(lines.pop()));
    // The founding statement of another territory, and the same with its own name.
    let other = Post::start("Autre");
    other.create_territory("Orb-sur-Lez", "AUT");
    let genesis = lines(&export(&other))[0].clone();
    refused("another genesis", "territory", &|lines| {
        lines[0]["genesis"] = genesis["genesis"].clone();
    });
    refused("another territory", "territory", &|lines| {
        lines[0] = genesis.clone()
    });
    refused("another root", "roots", &|lines| {
        lines[0]["roots"][0] = genesis["roots"][0].clone();
    });
}

#[test]
fn an_entry_that_is_no_longer_what_was_signed_is_told_with_its_id_and_exit_1() {
    let mut mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let _ = mairie.json(&["incident", "new", "Cave"]);
    let sound = mairie.run(&["journal", "verify"]).ok();
    assert!(sound.out.contains("nothing altered"), "{}", sound.out);
    let entry = lines(&export(&mairie));
    // The last of its chain: nothing names it, so that its loss leaves no hole besides.
    let contents = entry.iter().filter(|line| line["class"] == "content");
    let entry = contents.max_by_key(|line| line["seq"].as_u64()).unwrap();
    let id = entry["id"].as_str().unwrap().to_owned();
    let size = entry["leaves"][0]["bytes"].as_str().unwrap().len() / 2;
    mairie.stop();
    put_leaf(&mairie, &id, 0, LeafBytes::Here(vec![7; size]));
    mairie.restart();
    let told = mairie.run(&["journal", "verify", "-v"]);
    assert_eq!(told.code, 1);
    assert!(told.out.contains("1 entry is no longer"), "{}", told.out);
    assert!(told.out.contains(&id[..12]), "{}", told.out);
    let json = mairie.run(&["journal", "verify", "--json"]);
    assert_eq!(json.code, 1);
    assert_eq!(json.json()["findings"][0]["entries"][0], id);
    assert_eq!(counts(&json.json()), [("damaged".to_owned(), 1)]);
    let french = mairie.command(&["journal", "verify"]);
    let mut french_command = std::process::Command::new(french.get_program());
    let arguments = french
        .get_args()
        .map(|one| if one == "en" { "fr".as_ref() } else { one });
    let said = french_command.args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("n'est plus ce qui a été signé"), "{said}");
}

/// Puts another leaf in the place of one, at a post that is stopped.
fn put_leaf(post: &Post, id: &str, leaf: u8, bytes: LeafBytes) {
    let byte = |n| u8::from_str_radix(&id[n..n + 2], 16).unwrap();
    let id: Vec<u8> = (0..64).step_by(2).map(byte).collect();
    let held = DataFolder::open(post.folder()).unwrap();
    let (store, _) = SledStore::open(held, Config::default()).unwrap();
    let mut batch = Batch::new();
    batch.push(Change::Leaf {
        id: id.try_into().unwrap(),
        leaf,
        bytes,
    });
    store.commit(&batch).unwrap();
    store.close().unwrap();
}

#[test]
fn gap_withheld_by_one_post_is_filled_by_another() {
    if !clock::can_be_set() {
        return;
    }
    let mut mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let mut relais = Post::start("Relais");
    relais.join_as(&mairie, "REL", &["--role", "relay"]);
    let mut croix_rouge = Post::start("Croix-Rouge");
    croix_rouge.join_as(&mairie, "CRF", &["--role", "operator", "--people"]);
    let _ = croix_rouge.json(&["peer", "add", &relais.address()]);
    croix_rouge.stop();
    let _ = mairie.json(&["incident", "new", "Cave", "--set", "caller=Mme Roux"]);
    wait_equal(&[&mairie, &relais]);
    mairie.stop();
    relais.stop();
    clock::set_ahead(&mut relais, 31);
    relais.restart();
    let told = |post: &Post| counts(&post.json(&["journal", "verify"]));
    wait_until("the relay drops what it carried", || {
        told(&relais).contains(&("carried".to_owned(), 1))
    });
    croix_rouge.restart();
    wait_equal(&[&relais, &croix_rouge]);
    wait_until("the gap is told", || {
        told(&croix_rouge).contains(&("gap".to_owned(), 1))
    });
    let private = |post: &Post| post.json(&["show", "MAI-001", "--private"])["fields"].clone();
    assert_eq!(private(&croix_rouge), serde_json::json!({}));
    // An export with a gap is as sound as without.
    assert_eq!(verify(&export(&croix_rouge)).unwrap().erased, 1);
    let words = croix_rouge.digest();
    mairie.restart();
    wait_until("the other post fills it", || {
        private(&croix_rouge)["caller"]["name"] == "Mme Roux"
    });
    assert_eq!(told(&croix_rouge), []);
    assert_eq!(verify(&export(&croix_rouge)).unwrap().erased, 0);
    assert_eq!(croix_rouge.digest(), words, "the set is the same");
    croix_rouge.restart();
    assert_eq!(private(&croix_rouge)["caller"]["name"], "Mme Roux");
    assert_eq!(told(&croix_rouge), []);
    // The relay, which may not read it, does not ask for it.
    wait_equal(&[&mairie, &relais]);
    assert!(told(&relais).contains(&("carried".to_owned(), 1)));
}
