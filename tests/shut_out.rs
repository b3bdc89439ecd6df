//! Who is shut out, and what becomes of him: a lost laptop, a rogue coordinator, a role that was lowered,
//! a newcomer nobody told of, a post cut off by one alone, twenty posts that revoke each other while they
//! are apart. Real daemons, on loopback and in network namespaces.

use std::time::{Duration, Instant};

use beffroi_tests::lab::Lab;
use beffroi_tests::post::{pair, wait_equal};
use beffroi_tests::{Post, Settings, is_root, wait_until};
use serde_json::Value;

/// A town hall, the Red Cross as operator, and a gymnasium as operator, all equal.
fn three() -> (Post, Post, Post) {
    let (mairie, croix_rouge) = pair();
    let gymnase = Post::start("Gymnase");
    gymnase.join(&mairie, "GYM");
    wait_equal(&[&mairie, &croix_rouge, &gymnase]);
    (mairie, croix_rouge, gymnase)
}

/// Founds a territory at a post and gives the words of its sheets.
fn founded(post: &Post) -> Vec<String> {
    let created = post.json(&[
        "territory",
        "create",
        "Orb-sur-Lez",
        "--post",
        "Mairie",
        "--code",
        "MAI",
    ]);
    let sheets = created["roots"].as_array().expect("sheets");
    let words = |sheet: &Value| {
        let words = sheet["words"].as_array().expect("words").iter();
        let words: Vec<&str> = words.filter_map(Value::as_str).collect();
        words.join(" ")
    };
    sheets.iter().map(words).collect()
}

/// Speaks as a root at a post, from a file as a sheet would be typed into one.
fn as_root(post: &Post, sheet: &str, arguments: &[&str]) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sheet.txt");
    std::fs::write(&file, sheet).expect("a sheet");
    let file = file.to_str().expect("a plain path");
    post.json(&[&["root", "use", file], arguments].concat())
}

fn need(post: &Post, title: &str) -> String {
    let made = post.json(&["need", "new", title]);
    made["number"].as_str().expect("a number").to_owned()
}

fn has(post: &Post, title: &str) -> bool {
    let list = post.run(&["list", "need", "--json"]);
    list.code == 0 && list.out.contains(title)
}

fn member(post: &Post, code: &str) -> Value {
    let members = post.json(&["member", "list"]);
    let items = members["items"].as_array().expect("members").clone();
    let found = items.into_iter().find(|member| member["code"] == code);
    found.unwrap_or_else(|| panic!("no {code} in {members}"))
}

fn is_connected(post: &Post, code: &str) -> bool {
    let status = post.json(&["status"]);
    let peers = status["peers"].as_array().cloned().unwrap_or_default();
    peers
        .iter()
        .any(|peer| peer["code"] == code && peer["connected"] == true)
}

fn is_told(post: &Post) -> bool {
    let status = post.json(&["status"]);
    let health = status["health"].as_array().cloned().unwrap_or_default();
    health.iter().any(|finding| finding["code"] == "withdrawn")
}

fn now() -> String {
    let output = std::process::Command::new("date")
        .args(["-u", "+%Y-%m-%dT%H:%M:%S.%NZ"])
        .output()
        .expect("date runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn a_withdrawn_post_is_cut_off_within_a_second_told_locked_and_its_keys_destroyed() {
    let (mairie, mut croix_rouge, gymnase) = three();
    need(&croix_rouge, "40 lits de camp");
    wait_equal(&[&mairie, &croix_rouge, &gymnase]);
    let keys = std::fs::metadata(croix_rouge.folder().join("keys/keystore")).expect("keys");

    let revoked = mairie.json(&["member", "revoke", "crf", "--why", "lost"]);
    let acted = Instant::now();
    while is_connected(&gymnase, "CRF") || is_connected(&mairie, "CRF") {
        // A second is the claim; the rest is for a machine that does other things meanwhile.
        assert!(acted.elapsed() < Duration::from_secs(4), "still connected");
    }
    assert_eq!(revoked["member"]["status"], "withdrawn");
    assert_eq!(revoked["member"]["withdrawn"]["why"][0], "lost");
    assert_eq!(revoked["keys_turned"], serde_json::json!(["common"]));
    assert_eq!(revoked["could_read"]["records"]["need"], 1);
    assert_eq!(revoked["could_read"]["reads_people"], false);

    wait_until("the withdrawn post is told", || is_told(&croix_rouge));
    let refused = croix_rouge.run(&["list", "need"]);
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(refused.err.contains("withdrawn"), "{refused:?}");
    assert!(refused.err.contains("bundle write"), "{refused:?}");
    assert_eq!(croix_rouge.run(&["need", "new", "Encore"]).code, 4);
    wait_until("its ring keys are destroyed", || {
        croix_rouge
            .log()
            .contains("ring keys of this post were destroyed")
    });
    let left = std::fs::metadata(croix_rouge.folder().join("keys/keystore")).expect("keys");
    assert!(left.len() < keys.len(), "{} < {}", left.len(), keys.len());
    croix_rouge.restart();
    assert!(is_told(&croix_rouge));
    assert_eq!(croix_rouge.run(&["list", "need"]).code, 4);

    // What it wrote stays at the others, and what they write now is sealed with a key it never had.
    assert!(has(&mairie, "40 lits de camp"));
    need(&mairie, "Eau potable");
    wait_until("the others go on", || has(&gymnase, "Eau potable"));
    wait_until("every post that stands has learnt of it", || {
        let learnt = member(&mairie, "CRF")["withdrawn"]["learnt_by"].clone();
        learnt["acknowledged"] == 1 && learnt["posts"] == 1
    });
}

#[test]
fn what_came_after_the_theft_is_set_aside_and_can_be_taken_up() {
    let (mairie, croix_rouge, gymnase) = three();
    need(&croix_rouge, "Avant le vol");
    wait_equal(&[&mairie, &croix_rouge, &gymnase]);
    std::thread::sleep(Duration::from_millis(50));
    let theft = now();
    need(&croix_rouge, "Après le vol");
    wait_equal(&[&mairie, &croix_rouge, &gymnase]);

    let weighed = mairie.json(&["member", "revoke", "CRF", "--since", &theft, "--dry-run"]);
    assert_eq!(weighed["set_aside"], 1, "{weighed}");
    assert_eq!(member(&mairie, "CRF")["status"], "stands");
    let revoked = mairie.json(&["member", "revoke", "CRF", "--since", &theft]);
    assert_eq!(revoked["set_aside"], 1, "{revoked}");
    for post in [&mairie, &gymnase] {
        wait_until("what came later is not shown", || {
            !has(post, "Après le vol")
        });
        assert!(has(post, "Avant le vol"));
    }
    assert_eq!(member(&gymnase, "CRF")["set_aside"], 1);

    let refused = gymnase.run(&["member", "adopt", "CRF"]);
    assert_eq!(refused.code, 4, "an operator adopts nothing: {refused:?}");
    let adopted = mairie.json(&["member", "adopt", "CRF"]);
    assert_eq!(adopted["adopted"], 1);
    for post in [&mairie, &gymnase] {
        wait_until("what was taken up is shown", || has(post, "Après le vol"));
    }
    assert_eq!(mairie.run(&["member", "adopt", "CRF"]).code, 1);
}

/// Machines on one bridge, each with a post.
fn on_a_bridge(lab: &mut Lab, names: &[&str]) -> Vec<(String, Post)> {
    let machine = |(host, name): (u8, &&str)| {
        let machine = lab.machine(&format!("m{host}"));
        lab.plug(&machine, "eth0", 0, host);
        let settings = Settings {
            namespace: Some(machine.clone()),
            ..Settings::default()
        };
        (machine, Post::start_with(name, settings))
    };
    (1..).zip(names).map(machine).collect()
}

#[test]
fn honest_work_that_never_left_a_withdrawn_post_is_handed_in_by_key_and_taken_up() {
    if !is_root() {
        return;
    }
    let mut lab = Lab::new(1);
    let mut posts = on_a_bridge(&mut lab, &["Mairie", "Croix-Rouge"]);
    let (machine, croix_rouge) = posts.pop().expect("two posts");
    let (_, mairie) = posts.pop().expect("two posts");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    croix_rouge.join(&mairie, "CRF");
    wait_equal(&[&mairie, &croix_rouge]);
    lab.cable(&machine, "eth0", false);
    need(&croix_rouge, "Écrit pendant la coupure");
    let _ = mairie.json(&["member", "revoke", "CRF", "--why", "left"]);
    lab.cable(&machine, "eth0", true);
    // It is refused at the main port, shows its grant at the porch, and is answered with the withdrawal.
    wait_until("the withdrawn post is told", || is_told(&croix_rouge));

    let key = tempfile::tempdir().expect("a key");
    let file = key.path().join("a-remettre.bundle");
    let file = file.to_str().expect("a plain path");
    let _ = croix_rouge.json(&["bundle", "write", file]);
    let read = mairie.json(&["bundle", "read", file]);
    assert!(read["new"].as_u64() >= Some(1), "{read}");
    assert!(!has(&mairie, "Écrit pendant la coupure"), "set aside first");
    let adopted = mairie.json(&["member", "adopt", "CRF"]);
    assert!(adopted["adopted"].as_u64() >= Some(1), "{adopted}");
    wait_until("it is taken up", || {
        has(&mairie, "Écrit pendant la coupure")
    });
}

#[test]
fn equals_operators_and_oneself_are_not_withdrawn_and_the_answer_says_what_to_do() {
    let (mairie, croix_rouge, gymnase) = three();
    let annexe = Post::start("Annexe");
    annexe.join_as(&mairie, "ANX", &["--role", "coordinator"]);
    wait_equal(&[&mairie, &croix_rouge, &gymnase, &annexe]);

    let refused = croix_rouge.run(&["member", "revoke", "GYM"]);
    assert_eq!(refused.code, 4, "{refused:?}");
    let refused = annexe.run(&["member", "revoke", "MAI"]);
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(refused.err.contains("envelope"), "{refused:?}");
    let refused = mairie.run(&["member", "revoke", "MAI"]);
    assert_eq!(refused.code, 4, "{refused:?}");
    assert_eq!(mairie.run(&["member", "revoke", "NOBODY"]).code, 3);
    // A post that is out already is said to be.
    let _ = annexe.json(&["member", "revoke", "GYM", "--why", "left"]);
    wait_until("the town hall has learnt", || {
        member(&mairie, "GYM")["status"] == "withdrawn"
    });
    assert_eq!(mairie.run(&["member", "revoke", "GYM"]).code, 1);
}

#[test]
fn one_sheet_undoes_a_rogue_coordinator_in_one_act() {
    let mairie = Post::start("Mairie");
    let sheets = founded(&mairie);
    let volunteer = Post::start("Bénévoles");
    volunteer.join(&mairie, "BEN");
    let rogue = Post::start("Annexe");
    rogue.join_as(&mairie, "ANX", &["--role", "coordinator"]);
    wait_equal(&[&mairie, &volunteer, &rogue]);
    std::thread::sleep(Duration::from_millis(50));
    let since = now();

    // She throws a volunteer out and lets a friend in.
    let _ = rogue.json(&["member", "revoke", "BEN", "--why", "abuse"]);
    let friend = Post::start("Ami");
    friend.join(&rogue, "AMI");
    need(&friend, "Faux besoin");
    wait_until("the town hall has heard", || has(&mairie, "Faux besoin"));
    wait_until("the volunteer was told", || is_told(&volunteer));

    // A sheet typed with one wrong word does nothing; another territory's neither.
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("wrong.txt");
    std::fs::write(&file, sheets[1].replacen(' ', " abaisser ", 1)).expect("a sheet");
    let wrong = ["root", "use", file.to_str().expect("a plain path")];
    assert_eq!(mairie.run(&wrong).code, 2);

    let used = as_root(
        &mairie,
        &sheets[1],
        &["--revoke", "ANX", "--since", &since, "--why", "abuse"],
    );
    assert_eq!(used["sheet"], 2);
    assert_eq!(used["revoked"]["member"]["status"], "withdrawn", "{used}");
    wait_until("the friend has fallen", || {
        !has(&mairie, "Faux besoin") && member(&mairie, "AMI")["status"] != "stands"
    });
    assert_eq!(member(&mairie, "BEN")["status"], "stands");
    wait_until("the volunteer is back and reads", || {
        volunteer.run(&["list", "need"]).code == 0
    });
    need(&volunteer, "Vrai besoin");
    wait_until("what she writes counts again", || {
        has(&mairie, "Vrai besoin")
    });
    wait_until("the rogue is told", || is_told(&rogue));
    // An envelope that was opened is said on every screen of who stands.
    let doctor = mairie.json(&["doctor"]);
    let findings = doctor["findings"].as_array().cloned().unwrap_or_default();
    assert!(
        findings
            .iter()
            .any(|finding| finding["code"] == "root_acted"),
        "{doctor}"
    );
}

#[test]
fn a_sheet_names_a_coordinator_when_none_is_left() {
    let mut mairie = Post::start("Mairie");
    let sheets = founded(&mairie);
    let croix_rouge = Post::start("Croix-Rouge");
    croix_rouge.join(&mairie, "CRF");
    wait_equal(&[&mairie, &croix_rouge]);
    mairie.kill();
    assert_eq!(croix_rouge.run(&["invite", "--role", "operator"]).code, 4);
    let used = as_root(&croix_rouge, &sheets[2], &["--coordinator", "CRF"]);
    assert_eq!(used["member"]["role"], "coordinator", "{used}");
    let gymnase = Post::start("Gymnase");
    gymnase.join(&croix_rouge, "GYM");
    wait_equal(&[&croix_rouge, &gymnase]);
}

#[test]
fn a_lowered_role_is_refused_at_every_post_and_a_raised_one_reads() {
    let (mairie, croix_rouge, gymnase) = three();
    let changed = mairie.json(&["member", "role", "CRF", "observer"]);
    assert_eq!(changed["member"]["role"], "observer");
    wait_until("the observer knows", || {
        croix_rouge.json(&["status"])["post"]["role"] == "observer"
    });
    let refused = croix_rouge.run(&["need", "new", "Interdit"]);
    assert_eq!(refused.code, 4, "{refused:?}");
    need(&gymnase, "Lu par tous");
    wait_until("an observer reads on", || has(&croix_rouge, "Lu par tous"));
    let _ = mairie.json(&["member", "role", "CRF", "operator", "--people"]);
    wait_until("the operator may write again", || {
        croix_rouge
            .run(&["need", "new", "Permis", "--set", "contact=Mme Test"])
            .code
            == 0
    });
    wait_until("it is everywhere", || has(&gymnase, "Permis"));
    assert_eq!(member(&gymnase, "CRF")["people"], true);
    assert_eq!(
        mairie
            .run(&["member", "role", "CRF", "relay", "--people"])
            .code,
        4
    );
}

#[test]
fn a_fresh_grant_is_shown_to_a_post_that_has_not_heard_of_it() {
    if !is_root() {
        return;
    }
    let mut lab = Lab::new(1);
    let posts = on_a_bridge(&mut lab, &["Mairie", "Croix-Rouge", "Gymnase"]);
    let [(town, mairie), (far, croix_rouge), (_, gymnase)] = posts.as_slice() else {
        panic!("three posts");
    };
    mairie.create_territory("Orb-sur-Lez", "MAI");
    croix_rouge.join(mairie, "CRF");
    wait_equal(&[mairie, croix_rouge]);
    lab.cable(far, "eth0", false);
    gymnase.join(mairie, "GYM");
    wait_equal(&[mairie, gymnase]);
    // The only post that could tell of the newcomer goes; the one that has not heard comes back.
    lab.cable(town, "eth0", false);
    lab.cable(far, "eth0", true);
    wait_equal(&[croix_rouge, gymnase]);
    need(gymnase, "De la part d'un inconnu");
    wait_until("it is believed", || {
        has(croix_rouge, "De la part d'un inconnu")
    });
}

/// Chance for one run; its seed is printed.
struct Dice(u64);

impl Dice {
    fn new() -> Dice {
        let since = std::time::UNIX_EPOCH.elapsed().expect("a clock after 1970");
        let seed = since.as_nanos() as u64 | 1;
        eprintln!("seed {seed}");
        Dice(seed)
    }

    /// A number below `bound` (xorshift).
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("a small number")
    }
}

/// Who stands, as a post sees it.
fn standing(post: &Post) -> Vec<String> {
    let members = post.json(&["member", "list"]);
    let items = members["items"].as_array().expect("members").iter();
    let stands = items.filter(|member| member["status"] == "stands");
    let mut ids: Vec<String> = stands.map(|member| member["id"].to_string()).collect();
    ids.sort();
    ids
}

#[test]
fn twenty_posts_apart_in_three_that_withdraw_each_other_end_with_equal_digests() {
    if !is_root() {
        return;
    }
    const POSTS: u8 = 20;
    let mut dice = Dice::new();
    let mut lab = Lab::new(4);
    let mut posts = Vec::new();
    for n in 0..POSTS {
        let machine = lab.machine(&format!("t{n}"));
        // All on one bridge, and each third on one of its own.
        lab.plug(&machine, "eth0", 0, n + 1);
        lab.plug(&machine, "eth1", usize::from(n % 3) + 1, n + 1);
        let settings = Settings {
            namespace: Some(machine.clone()),
            ..Settings::default()
        };
        posts.push((machine, Post::start_with(&format!("Poste {n}"), settings)));
    }
    let code = |n: usize| format!("P{n:02}");
    let mairie = &posts[0].1;
    mairie.create_territory("Orb-sur-Lez", "P00");
    for (n, (_, post)) in posts.iter().enumerate().skip(1) {
        let role = if n < 3 { "coordinator" } else { "operator" };
        post.join_as(mairie, &code(n), &["--role", role]);
    }
    let all: Vec<&Post> = posts.iter().map(|(_, post)| post).collect();
    wait_equal(&all);

    for (machine, _) in &posts {
        lab.cable(machine, "eth0", false);
    }
    let mut out = std::collections::BTreeSet::new();
    for third in 0..3 {
        for _ in 0..3 {
            let writer = 3 + third + 3 * dice.below(5);
            let _ = all[writer].run(&["need", "new", &format!("Besoin de {writer}")]);
        }
        // The coordinator of each third withdraws two posts, of whichever third.
        for _ in 0..2 {
            let lost = 3 + dice.below(usize::from(POSTS) - 3);
            let revoked = all[third].run(&["member", "revoke", &code(lost), "--why", "lost"]);
            assert!([0, 1].contains(&revoked.code), "{revoked:?}");
            out.insert(lost);
        }
    }
    for (machine, _) in &posts {
        lab.cable(machine, "eth0", true);
    }
    let left: Vec<&Post> = (0..usize::from(POSTS))
        .filter(|n| !out.contains(n))
        .map(|n| all[n])
        .collect();
    wait_equal(&left);
    let stand = standing(left[0]);
    assert_eq!(stand.len(), left.len());
    for post in &left {
        assert_eq!(standing(post), stand);
    }
    for n in out {
        wait_until("each that is out is told", || is_told(all[n]));
    }
}

#[test]
fn a_post_cut_off_by_one_alone_stays_a_member_for_the_others() {
    let (mairie, croix_rouge, mut gymnase) = three();
    wait_until("gymnasium and Red Cross are linked", || {
        is_connected(&gymnase, "MAI") && is_connected(&mairie, "CRF")
    });
    let denied = gymnase.json(&["member", "deny", "CRF"]);
    assert_eq!(denied["member"]["denied_here"], true);
    wait_until("no link is left", || !is_connected(&gymnase, "CRF"));
    gymnase.restart();
    wait_until("the others find it", || is_connected(&gymnase, "MAI"));
    need(&croix_rouge, "Par un autre chemin");
    wait_until("its entries come by others", || {
        has(&gymnase, "Par un autre chemin")
    });
    assert!(!is_connected(&gymnase, "CRF"));
    assert!(is_connected(&mairie, "CRF"));
    assert_eq!(member(&mairie, "CRF")["status"], "stands");
    let again = gymnase.json(&["member", "deny", "CRF", "--end"]);
    assert_eq!(again["member"]["denied_here"], false);
}
