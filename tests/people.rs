//! Data about people between real posts: who reads them, who is told that he does not, and that no
//! name is in any file, log, list or export.

use std::fs;
use std::path::{Path, PathBuf};

use beffroi_tests::post::wait_equal;
use beffroi_tests::{Post, Settings, wait_until};
use beffroi_trust::Keystore;
use beffroi_trust::ids::{RING_COMMON, RING_PEOPLE};
use serde_json::Value;

/// Names and telephones of nobody, which stand in no other text.
const PLANTED: [&str; 20] = [
    "Quentine Zwybrück",
    "0699887761",
    "Théodule Xyloph",
    "0699887762",
    "Ysoline Kqvist",
    "0699887763",
    "Zébulon Wqatt",
    "0699887764",
    "Philiberte Jxomm",
    "0699887765",
    "Onésime Vzkrat",
    "0699887766",
    "Hermance Qwlotz",
    "0699887767",
    "Anthelme Bvxnik",
    "0699887768",
    "sourde oreille gauche-qzx",
    "rappeler apres 19h-qzx",
    "voisine du dessus-qzx",
    "porte bleue a droite-qzx",
];

fn loud(name: &str) -> Post {
    let settings = Settings {
        environment: vec![("BEFFROI_LOG".into(), "trace".into())],
        ..Settings::default()
    };
    Post::start_with(name, settings)
}

/// The founder, an operator who reads data about people, an observer, a relay.
fn four_posts() -> [Post; 4] {
    let mairie = loud("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let croix_rouge = loud("Croix-Rouge");
    croix_rouge.join_as(&mairie, "CRF", &["--role", "operator", "--people"]);
    let gendarmerie = loud("Gendarmerie");
    gendarmerie.join_as(&mairie, "GEN", &["--role", "observer"]);
    let relais = loud("Relais");
    relais.join_as(&mairie, "REL", &["--role", "relay"]);
    [mairie, croix_rouge, gendarmerie, relais]
}

fn caller(name: &str, phone: &str, note: &str) -> String {
    format!(r#"caller={{"name":"{name}","phone":"{phone}","note":"{note}"}}"#)
}

/// Every file under a folder, and the log beside it.
fn files(post: &Post) -> Vec<PathBuf> {
    let mut found = vec![post.folder().with_extension("log")];
    let mut folders = vec![post.folder().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found
}

fn hits(file: &Path, words: &[&str]) -> Vec<String> {
    let bytes = fs::read(file).unwrap_or_default();
    let holds = |word: &&&str| {
        bytes
            .windows(word.len())
            .any(|part| part == word.as_bytes())
    };
    let found = words.iter().filter(holds);
    found
        .map(|word| format!("{word} in {}", file.display()))
        .collect()
}

fn shown(post: &Post, reference: &str) -> Value {
    post.json(&["show", reference, "--private"])["fields"].clone()
}

#[test]
fn twenty_planted_names_are_in_no_file_log_list_event_or_export_of_any_post() {
    let posts = four_posts();
    let [mairie, croix_rouge, gendarmerie, relais] = &posts;
    for (n, pair) in PLANTED[..16].chunks(2).enumerate() {
        let note = PLANTED[16 + n % 4];
        let value = caller(pair[0], pair[1], note);
        let author = if n % 2 == 0 { mairie } else { croix_rouge };
        if n < 6 {
            let title = format!("Cave inondée {n}");
            let _ = author.json(&["incident", "new", &title, "--set", &value]);
        } else {
            let made = author.json(&["need", "new", "Couvertures"]);
            let value = value.replace("caller=", "contact=");
            let id = made["id"].as_str().unwrap();
            let _ = author.json(&["need", "edit", id, "--set", &value]);
        }
    }
    wait_equal(&[mairie, croix_rouge, gendarmerie, relais]);
    // They were really written, and both readers see them.
    for post in [mairie, croix_rouge] {
        wait_until("the names are shown to readers", || {
            let one = shown(post, "MAI-001")["caller"]["name"] == PLANTED[0];
            one && shown(post, "CRF-001")["caller"]["phone"] == PLANTED[3]
        });
    }
    // Everything that leaves a reader's post, or stays at any.
    let folder = tempfile::tempdir().unwrap();
    let mut outputs = Vec::new();
    for (n, post) in [mairie, croix_rouge, gendarmerie].into_iter().enumerate() {
        for format in [
            ["export", "--format", "geojson"].as_slice(),
            &["export", "--format", "csv"],
            &["export", "--format", "csv", "--excel"],
        ] {
            let file = folder.path().join(format!("{n}-{}", outputs.len()));
            let name = file.to_str().unwrap();
            let said = post.run(&[format, &["-o", name]].concat()).ok();
            outputs.push(said.out + &said.err);
            assert_eq!(hits(&file, &PLANTED), Vec::<String>::new());
            assert!(fs::metadata(&file).unwrap().len() > 0);
        }
        // Sealed, and said so.
        for command in [["journal", "export", "-o"].as_slice(), &["bundle", "write"]] {
            let file = folder.path().join(format!("{n}-{}", outputs.len()));
            let name = file.to_str().unwrap();
            let said = post.run(&[command, &[name]].concat()).ok();
            assert!(
                said.out.contains("data about people in it: "),
                "{}",
                said.out
            );
            outputs.push(said.out + &said.err);
            assert_eq!(hits(&file, &PLANTED), Vec::<String>::new());
        }
        for command in [
            ["list", "incident"].as_slice(),
            &["list", "need"],
            &["incident", "show", "MAI-001"],
            &["incident", "history", "MAI-001"],
            &["need", "history", "MAI-004"],
            &["conflicts"],
            &["status"],
            &["doctor"],
            &["journal", "verify"],
            &["journal", "openings"],
        ] {
            for json in [[].as_slice(), &["--json"]] {
                let said = post.run(&[command, json].concat());
                outputs.push(said.out + &said.err);
            }
        }
    }
    // A closed operation tells no more, and a restart writes nothing else.
    let id = mairie.list("operation")[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let closed = mairie.run(&["operation", "close", &id, "-m", "fin"]).ok();
    outputs.push(closed.out + &closed.err);
    wait_equal(&[mairie, croix_rouge, gendarmerie, relais]);
    for said in &outputs {
        let found: Vec<_> = PLANTED
            .iter()
            .filter(|name| said.contains(**name))
            .collect();
        assert!(found.is_empty(), "{found:?} in {said}");
    }
    for post in &posts {
        for file in files(post) {
            assert_eq!(hits(&file, &PLANTED), Vec::<String>::new());
        }
    }
    // The grep finds what is there: titles are in no file either, but the log of a level this fine speaks.
    assert!(relais.log().contains("TRACE") || relais.log().contains("DEBUG"));
}

#[test]
fn an_observer_and_a_relay_cannot_decrypt_people_and_a_post_without_the_right_is_told_so() {
    let posts = four_posts();
    let [mairie, croix_rouge, gendarmerie, relais] = &posts;
    let plain = loud("Pompiers");
    plain.join_as(mairie, "SDI", &["--role", "operator"]);
    let made = mairie.json(&[
        "incident",
        "new",
        "Cave",
        "--set",
        &caller(PLANTED[0], PLANTED[1], "x"),
    ]);
    assert_eq!(made["private"]["fields"][0], "caller");
    assert!(made.get("caller").is_none());
    wait_equal(&[mairie, croix_rouge, gendarmerie, relais, &plain]);
    wait_until("the record arrives", || {
        plain.run(&["show", "MAI-001"]).code == 0
    });
    for post in [gendarmerie, &plain] {
        assert!(post.json(&["show", "MAI-001"]).get("private").is_none());
        let refused = post.run(&["show", "MAI-001", "--private"]);
        assert_eq!(refused.code, 4, "{}", refused.err);
        assert!(refused.err.contains("people"), "{}", refused.err);
        let before = post.digest();
        let typed = caller(PLANTED[2], PLANTED[3], "x");
        assert_eq!(
            post.run(&["incident", "edit", "MAI-001", "--set", &typed])
                .code,
            4
        );
        // Not even the other half of the command is done.
        let both = post.run(&[
            "incident", "edit", "MAI-001", "--title", "Y", "--set", &typed,
        ]);
        assert_eq!(both.code, 4);
        assert_eq!(
            post.run(&["incident", "new", "Autre", "--set", &typed])
                .code,
            4
        );
        assert_eq!(post.digest(), before, "nothing was written");
    }
    // A carrier holds the bytes and no key; an observer and a plain operator none of *people*.
    for (post, rings) in [
        (relais, [].as_slice()),
        (gendarmerie, &[RING_COMMON]),
        (&plain, &[RING_COMMON]),
        (croix_rouge, &[RING_COMMON, RING_PEOPLE]),
    ] {
        let file = fs::read(post.folder().join("keys/keystore")).unwrap();
        let keys = Keystore::from_open(&file).unwrap().rings;
        let held: Vec<_> = keys.iter().map(|(ring, _, _)| ring).collect();
        assert_eq!(held, rings);
    }
    assert_ne!(relais.run(&["show", "MAI-001", "--private"]).code, 0);
}

#[test]
fn private_fields_merge_show_history_and_note_who_opened_them() {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let mut croix_rouge = Post::start("Croix-Rouge");
    croix_rouge.join_as(&mairie, "CRF", &["--role", "operator", "--people"]);
    let made = mairie.json(&["incident", "new", "Cave", "--set", "caller=Mme Roux"]);
    let plain = mairie.json(&["incident", "new", "Route"]);
    assert!(plain["private"].is_null());
    let first = made["private"]["heads"].clone();
    wait_equal(&[&mairie, &croix_rouge]);
    wait_until("the name arrives", || {
        shown(&croix_rouge, "MAI-001")["caller"]["name"] == "Mme Roux"
    });
    // Apart, each writes the same field, and a twin that did not exist.
    croix_rouge.stop();
    let _ = mairie.json(&[
        "incident",
        "edit",
        "MAI-001",
        "--set",
        "caller=Mme Roux-Petit",
    ]);
    let _ = mairie.json(&["incident", "edit", "MAI-002", "--set", "caller=M. Un"]);
    let again = mairie.json(&[
        "incident",
        "edit",
        "MAI-001",
        "--set",
        "caller=Mme Roux-Petit",
    ]);
    assert_eq!(again["unchanged"], true);
    let mut mairie = mairie;
    mairie.stop();
    croix_rouge.restart();
    let _ = croix_rouge.json(&["incident", "edit", "MAI-001", "--set", "caller=Mme Leroux"]);
    let _ = croix_rouge.json(&["incident", "edit", "MAI-002", "--set", "caller=M. Deux"]);
    mairie.restart();
    wait_equal(&[&mairie, &croix_rouge]);
    for reference in ["MAI-001", "MAI-002"] {
        wait_until("both show the same", || {
            shown(&mairie, reference) == shown(&croix_rouge, reference)
        });
        let heads = |post: &Post| post.json(&["show", reference])["private"]["heads"].clone();
        wait_until("on the same heads", || {
            heads(&mairie) == heads(&croix_rouge)
        });
        assert_ne!(heads(&mairie), first);
    }
    let history = mairie.json(&["incident", "history", "MAI-001", "--private"]);
    let written = history["items"].as_array().unwrap();
    assert_eq!(written.len(), 3, "{history}");
    assert_eq!(
        mairie.json(&["incident", "history", "MAI-001"])["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // Who opened what is noted, newest first, and never what was read.
    let openings = mairie.json(&["journal", "openings"]);
    let items = openings["items"].as_array().unwrap();
    assert_eq!(items[0]["ref"], "MAI-001");
    assert_eq!(items[0]["history"], true);
    assert!(items.iter().any(|opening| opening["ref"] == "MAI-002"));
    assert!(!openings.to_string().contains("Roux"));
    let before = items.len();
    mairie.restart();
    let kept = mairie.json(&["journal", "openings"])["items"]
        .as_array()
        .unwrap()
        .len();
    assert_eq!(kept, before, "notes outlive a restart");
    // A field of the record is not taken for a private one, nor the reverse.
    let list = mairie.json(&["list", "incident"]).to_string();
    assert!(
        !list.contains("private") && !list.contains("Roux"),
        "{list}"
    );
}

#[test]
fn an_export_says_how_many_private_fields_it_left_out() {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let _ = mairie.json(&[
        "incident",
        "new",
        "Cave",
        "--at",
        "43.6,3.8",
        "--set",
        "caller=Mme Roux",
    ]);
    let _ = mairie.json(&["incident", "new", "Route"]);
    let _ = mairie.json(&["need", "new", "Lits", "--set", "contact=M. Petit"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out");
    let name = file.to_str().unwrap();
    for (format, count) in [
        (["export", "--format", "geojson", "-o"], "2 private fields"),
        (["export", "--format", "csv", "-o"], "1 private field"),
    ] {
        let said = mairie.run(&[format.as_slice(), &[name]].concat()).ok();
        let all = said.out + &said.err;
        assert!(all.contains(count), "{all}");
        assert!(!fs::read_to_string(&file).unwrap().contains("Roux"));
    }
}

#[test]
fn a_forgotten_caller_is_shown_to_nobody_and_written_by_nobody_while_the_journal_verifies() {
    let mut mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let mut croix_rouge = Post::start("Croix-Rouge");
    croix_rouge.join_as(&mairie, "CRF", &["--role", "operator", "--people"]);
    for (title, name) in [("Cave", "Mme Roux"), ("Route", "M. Petit")] {
        let caller = format!("caller={name}");
        let _ = mairie.json(&["incident", "new", title, "--set", &caller]);
    }
    wait_equal(&[&mairie, &croix_rouge]);
    let name = |post: &Post, reference: &str| shown(post, reference)["caller"]["name"].clone();
    wait_until("the names arrive", || {
        name(&croix_rouge, "MAI-002") == "M. Petit"
    });
    let forget = |post: &Post, arguments: &[&str]| {
        post.run(
            &[
                &["forget"],
                arguments,
                &["-m", "à la demande de la personne"],
            ]
            .concat(),
        )
    };
    // An operator may not, and says so.
    assert_eq!(forget(&croix_rouge, &["MAI-001"]).code, 4);
    let _ = forget(&mairie, &["MAI-001"]).ok();
    assert_eq!(shown(&mairie, "MAI-001"), serde_json::json!({}), "at once");
    wait_equal(&[&mairie, &croix_rouge]);
    for post in [&mairie, &croix_rouge] {
        wait_until("nobody is shown it", || {
            shown(post, "MAI-001") == serde_json::json!({})
        });
        assert_eq!(
            post.json(&["show", "MAI-001"])["private"]["forgotten"],
            true
        );
        assert_eq!(name(post, "MAI-002"), "M. Petit");
        let again = post.run(&["incident", "edit", "MAI-001", "--set", "caller=Mme Roux"]);
        assert_eq!(again.code, 3, "{}", again.err);
        assert_eq!(post.json(&["journal", "verify"])["ok"], true);
    }
    mairie.restart();
    croix_rouge.restart();
    for post in [&mairie, &croix_rouge] {
        assert_eq!(
            shown(post, "MAI-001"),
            serde_json::json!({}),
            "over a restart"
        );
        assert_eq!(post.json(&["show", "MAI-001"])["title"], "Cave");
    }
    // Nothing to forget is said, and so is a whole record that goes.
    let plain = mairie.json(&["incident", "new", "Dupont, 3 rue des Écoles"]);
    let number = plain["number"].as_str().unwrap().to_owned();
    assert_eq!(forget(&mairie, &[&number]).code, 3);
    let _ = forget(&mairie, &[&number, "--all"]).ok();
    assert_eq!(mairie.run(&["show", &number]).code, 3);
    wait_equal(&[&mairie, &croix_rouge]);
    wait_until("the record is shown nowhere", || {
        let titles = |post: &Post| post.list("incident").len();
        croix_rouge.run(&["show", &number]).code == 3
            && titles(&croix_rouge) == 2
            && titles(&mairie) == 2
    });
    mairie.restart();
    assert_eq!(mairie.list("incident").len(), 2);
}
