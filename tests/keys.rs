//! Keys at rest and acts that ask the passphrase again, between real posts: locked and unlocked, killed in
//! the middle of a change, copied, cloned, served with the keys they lack.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use beffroi_tests::keys::image;
use beffroi_tests::post::wait_equal;
use beffroi_tests::{Answer, Post, Settings, wait_until};
use beffroi_trust::ids::RING_COMMON;
use beffroi_trust::ring_keys::hand_out;
use beffroi_trust::{Act, RingSecret, Why};
use serde_json::Value;

const PASSPHRASE: &str = "abricot cendre foulard été";
const LOCKED: i32 = 4;

/// A founder whose keys are under [`PASSPHRASE`].
fn sealed(settings: Settings) -> Post {
    let mairie = Post::start_with("Mairie", settings);
    let create = [
        "territory",
        "create",
        "Orb-sur-Lez",
        "--post",
        "Mairie",
        "--code",
        "MAI",
    ];
    let _ = mairie.run_with(PASSPHRASE, &create).ok();
    mairie
}

fn join(post: &Post, invite: &Value, code: &str) -> Answer {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (invite, porch) = (text(&invite["code"]), text(&invite["addresses"][0]));
    post.run(&[
        "join", &invite, "--post", code, "--code", code, "--wait", "50s", "--peer", &porch,
    ])
}

fn titles(post: &Post) -> Vec<String> {
    let items = post.list("incident").into_iter();
    let mut titles: Vec<String> = items
        .filter_map(|item| item["title"].as_str().map(str::to_owned))
        .collect();
    titles.sort();
    titles
}

fn health(post: &Post) -> Vec<String> {
    let status = post.json(&["status"]);
    let health = status["health"].as_array().cloned().unwrap_or_default();
    health
        .iter()
        .map(|finding| finding["code"].as_str().unwrap_or_default().to_owned())
        .collect()
}

fn says(post: &Post, code: &str) -> bool {
    health(post).iter().any(|said| said == code)
}

#[test]
fn a_post_that_restarts_sealed_shows_nothing_until_unlocked() {
    let loud = Settings {
        environment: vec![("BEFFROI_LOG".into(), "trace".into())],
        ..Settings::default()
    };
    let mut mairie = sealed(loud);
    assert!(!says(&mairie, "keystore_open"));
    let _ = mairie.json(&["incident", "new", "Cave inondée"]);
    let invite = mairie.run_with(PASSPHRASE, &["invite", "--role", "operator", "--json"]);
    let croix_rouge = Post::start("Croix-Rouge");
    let _ = join(&croix_rouge, &invite.ok().json(), "CRF").ok();
    assert!(
        says(&croix_rouge, "keystore_open"),
        "nobody was there to ask"
    );
    wait_equal(&[&mairie, &croix_rouge]);
    mairie.restart();
    let nothing = |post: &Post| {
        let status = post.json(&["status"]);
        assert_eq!(status["post"]["locked"], true, "{status}");
        assert_eq!(status["post"]["name"], "");
        assert_eq!(status["entries"], 0);
        assert!(says(post, "keystore_locked"));
        assert!(post.run(&["status"]).ok().out.contains("beffroi unlock"));
        let refused: [&[&str]; 9] = [
            &["list", "incident"],
            &["show", "MAI-001"],
            &["incident", "new", "Autre"],
            &["digest"],
            &["journal", "verify"],
            &["journal", "openings"],
            &["territory", "show"],
            &["invite", "--role", "operator"],
            &["passphrase", "--remove"],
        ];
        for command in refused {
            let answer = post.run(command);
            assert_eq!(answer.code, LOCKED, "{command:?} {}", answer.err);
            assert!(answer.err.contains("beffroi unlock"), "{}", answer.err);
            assert!(!answer.out.contains("Cave"));
        }
        let create = ["territory", "create", "X", "--post", "X", "--code", "XX"];
        assert_eq!(
            post.run(&create).code,
            LOCKED,
            "no keys over the locked ones"
        );
        let (status, body) = post.over_tcp("GET", "/healthz", "");
        assert_eq!((status, body.as_str()), (200, "locked"));
        let listening = format!("/proc/{}/net/tcp", post.pid().unwrap());
        assert!(fs::metadata(listening).is_ok());
    };
    nothing(&mairie);
    let _ = croix_rouge.json(&["incident", "new", "Route coupée"]);
    std::thread::sleep(Duration::from_secs(2));
    let alone = croix_rouge.json(&["peer", "list"]);
    assert_eq!(
        alone["items"][0]["connected"], false,
        "no network while locked"
    );

    assert_eq!(mairie.run(&["unlock"]).code, LOCKED, "without passphrase");
    let wrong = mairie.run_with("abricot cendre foulard ete", &["unlock"]);
    assert_eq!(wrong.code, LOCKED, "{}", wrong.err);
    assert!(wrong.err.contains("Nothing was changed"), "{}", wrong.err);
    nothing(&mairie);
    let _ = mairie.run_with(PASSPHRASE, &["unlock"]).ok();
    assert_eq!(mairie.over_tcp("GET", "/healthz", "").1, "ok");
    wait_until("the other post's record arrives", || {
        titles(&mairie) == ["Cave inondée", "Route coupée"]
    });
    assert_eq!(mairie.run_with(PASSPHRASE, &["unlock"]).code, 1, "already");

    // Locked by hand it is the same again, and the network comes back with the keys.
    let _ = mairie.run(&["lock"]).ok();
    nothing(&mairie);
    let _ = croix_rouge.json(&["incident", "new", "Pont fermé"]);
    let _ = mairie.run_with(PASSPHRASE, &["unlock"]).ok();
    wait_until("what was written meanwhile arrives", || {
        titles(&mairie).len() == 3
    });
    wait_equal(&[&mairie, &croix_rouge]);
    let log = mairie.log();
    assert!(!log.contains("abricot") && !log.contains("foulard"));
    let open = croix_rouge.run(&["lock"]);
    assert_ne!(open.code, 0, "keys without passphrase could not come back");
    assert!(open.err.contains("beffroi passphrase"), "{}", open.err);
}

#[test]
fn whoever_guesses_passphrases_gets_few_a_minute_and_destroys_nothing() {
    let mut mairie = sealed(Settings::default());
    mairie.restart();
    let keystore = mairie.folder().join("keys/keystore");
    let before = fs::read(&keystore).unwrap();
    let codes: Vec<i32> = (0..7)
        .map(|n| mairie.run_with(&format!("devine {n}"), &["unlock"]).code)
        .collect();
    assert_eq!(codes, [4, 4, 4, 4, 4, 75, 75]);
    let refused = mairie.run_with(PASSPHRASE, &["unlock"]);
    assert_eq!(refused.code, 75, "the right one waits as well");
    assert_eq!(fs::read(&keystore).unwrap(), before);
    // A restart is no way to more tries for who is not on the machine, and harms nothing.
    mairie.restart();
    let _ = mairie.run_with(PASSPHRASE, &["unlock"]).ok();
    assert_eq!(mairie.json(&["territory", "show"])["name"], "Orb-sur-Lez");
}

#[test]
fn an_act_without_the_passphrase_is_refused() {
    let mairie = sealed(Settings::default());
    let made = mairie.json(&["incident", "new", "Cave", "--set", "caller=Mme Roux"]);
    let reference = made["number"].as_str().unwrap().to_owned();
    let invite: &[&str] = &["invite", "--role", "operator"];
    let forget: &[&str] = &["forget", &reference, "-m", "à sa demande"];
    let remove: &[&str] = &["passphrase", "--remove"];
    let before = mairie.digest();
    for act in [invite, forget, remove] {
        let none = mairie.run(act);
        assert_eq!(none.code, LOCKED, "{act:?} {}", none.err);
        assert!(none.err.contains("BEFFROI_PASSPHRASE_FILE"), "{}", none.err);
    }
    assert_eq!(mairie.run_with("autre", invite).code, LOCKED);
    let body = r#"{"role":"operator","people":false,"expires_s":60}"#;
    let (status, said) = mairie.over_tcp("POST", "/api/v1/invites", body);
    assert_eq!(status, 423, "{said}");
    assert!(said.contains("passphrase_needed"), "{said}");
    assert_eq!(mairie.digest(), before, "nothing was written");
    let code = mairie.run_with(PASSPHRASE, &["invite", "--role", "operator", "--json"]);
    let id = code.ok().json()["id"].as_str().unwrap().to_owned();
    // Taking back and reading need none.
    let _ = mairie.run(&["invite", "list"]).ok();
    let _ = mairie.run(&["invite", "cancel", &id]).ok();
    let _ = mairie.run_with(PASSPHRASE, forget).ok();
    // Without passphrase on the keys nobody is asked.
    let _ = mairie.run_with(PASSPHRASE, remove).ok();
    assert!(says(&mairie, "keystore_open"));
    let _ = mairie.run(invite).ok();
}

#[test]
fn crash_during_change_of_passphrase_opens_with_one_of_the_two() {
    let mut mairie = sealed(Settings::default());
    let mut current = PASSPHRASE.to_owned();
    let change = |post: &Post, from: &str, to: &str| {
        let file = post.passphrase_file(to).display().to_string();
        let mut command = post.command(&["passphrase", "--new-file", &file]);
        command.env("BEFFROI_PASSPHRASE_FILE", post.passphrase_file(from));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let start = Instant::now();
    assert!(
        change(&mairie, &current, "mesure")
            .status()
            .unwrap()
            .success()
    );
    let takes = start.elapsed();
    current = "mesure".into();
    let mut seen = BTreeMap::new();
    let rounds = 10;
    for round in 0..=rounds {
        let new = format!("phrase {round}");
        let mut child = change(&mairie, &current, &new).spawn().unwrap();
        // The last round is left to end; the others are killed earlier and earlier in the change's time.
        if round == rounds {
            let _ = child.wait();
        } else {
            std::thread::sleep(takes * round / rounds);
        }
        mairie.kill();
        let _ = child.wait();
        mairie.restart();
        assert_eq!(mairie.json(&["status"])["post"]["locked"], true);
        let beside = mairie.folder().join("keys/keystore.new");
        assert!(!beside.exists(), "what was begun is removed");
        let opened = [&new, &current]
            .into_iter()
            .find(|passphrase| mairie.run_with(passphrase, &["unlock"]).code == 0)
            .unwrap_or_else(|| panic!("round {round}: neither opens"))
            .clone();
        *seen.entry(opened == new).or_insert(0) += 1;
        assert_eq!(mairie.json(&["territory", "show"])["name"], "Orb-sur-Lez");
        current = opened;
    }
    assert!(
        seen.contains_key(&true) && seen.contains_key(&false),
        "{seen:?}"
    );
}

#[test]
fn a_relay_restarts_unattended() {
    // A coordinator with a file does as well; without one it waits for a person.
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("passphrase");
    fs::write(&file, format!("{PASSPHRASE}\n")).unwrap();
    let settings = Settings {
        environment: vec![("BEFFROI_PASSPHRASE_FILE".into(), file.display().to_string())],
        ..Settings::default()
    };
    let mut mairie = Post::start_with("Mairie", settings);
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let _ = mairie.json(&["incident", "new", "Cave inondée"]);
    let invite = mairie.run_with(PASSPHRASE, &["invite", "--role", "relay", "--json"]);
    let mut relais = Post::start("Relais");
    let _ = join(&relais, &invite.ok().json(), "REL").ok();
    wait_equal(&[&mairie, &relais]);
    assert!(!says(&relais, "keystore_open"), "a relay may stay open");
    mairie.restart();
    relais.restart();
    for post in [&mairie, &relais] {
        assert_eq!(post.json(&["status"])["post"]["locked"], false);
    }
    wait_until("both are in step again", || {
        relais.json(&["peer", "list"])["items"][0]["in_step"] == true
    });
    // A changed passphrase that the file does not hold is said, and leaves a post that waits for a person.
    let new = mairie.passphrase_file("tout autre").display().to_string();
    let changed = mairie.run_with(PASSPHRASE, &["passphrase", "--new-file", &new]);
    let said = changed.ok().err;
    assert!(said.contains(&file.display().to_string()), "{said}");
    mairie.restart();
    assert_eq!(mairie.json(&["status"])["post"]["locked"], true);
    let _ = mairie.run_with("tout autre", &["unlock"]).ok();
    assert_eq!(titles(&mairie), ["Cave inondée"]);
    fs::write(&file, "tout autre\n").unwrap();
    mairie.restart();
    assert_eq!(titles(&mairie), ["Cave inondée"]);
}

#[test]
fn member_admitted_in_the_other_partition_reads_after_reseal() {
    let mut mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let mut prefecture = Post::start("Préfecture");
    prefecture.join_as(&mairie, "PRE", &["--role", "coordinator", "--people"]);
    let mut lost = Post::start("Perdu");
    lost.join(&mairie, "PER");
    wait_equal(&[&mairie, &prefecture, &lost]);
    lost.stop();
    prefecture.stop();
    // In its half, the town hall withdraws the lost device and turns the key.
    let keys = mairie.open_keystore().device;
    let thief = lost.open_keystore().device.id();
    let mut chronicle = mairie.chronicle();
    let standing = chronicle.standing();
    let grant = standing.member(&thief).and_then(|member| member.cites);
    let revoke = Act::Revoke {
        grant: grant.unwrap(),
        keep: Vec::new(),
        why: Why::Lost,
    };
    let old: Vec<_> = chronicle.announced().iter().map(|act| act.epoch).collect();
    let readers = standing.readers(RING_COMMON);
    let readers: BTreeMap<_, _> = readers
        .filter(|(device, _)| **device != thief)
        .filter_map(|(device, member)| Some((*device, member.seal?)))
        .collect();
    let turned = RingSecret::from_bytes(&[0x5e; 32]);
    let territory = chronicle.genesis().territory();
    let turn = hand_out(&territory, RING_COMMON, &turned, &old, &readers, &[7; 32]);
    let acts = [vec![revoke], turn.acts].concat();
    mairie.take_in_acts(&mut chronicle, &keys, &acts);
    wait_until("the key that was turned is kept", || {
        let held = mairie.open_keystore().rings;
        held.key(RING_COMMON, &turned.epoch()).is_some()
    });
    let _ = mairie.json(&["incident", "new", "Sous la nouvelle clé"]);
    mairie.stop();
    // In the other half, the prefecture lets somebody in, with the keys it knows.
    prefecture.restart();
    let nina = Post::start("Nina");
    nina.join(&prefecture, "NIN");
    wait_equal(&[&prefecture, &nina]);
    let held = |post: &Post| {
        let rings = post.open_keystore().rings;
        rings.key(RING_COMMON, &turned.epoch()).is_some()
    };
    assert!(!held(&nina) && !held(&prefecture));
    mairie.restart();
    wait_until(
        "the newcomer reads what was written under the new key",
        || titles(&nina) == ["Sous la nouvelle clé"],
    );
    assert!(held(&nina) && held(&prefecture));
    assert!(!held(&lost), "and the lost device has nothing of it");
    wait_equal(&[&mairie, &prefecture, &nina]);
}

#[test]
fn a_copied_machine_becomes_a_new_device_keeps_the_records_and_the_old_one_stays_listed() {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let mut croix_rouge = Post::start("Croix-Rouge");
    croix_rouge.join(&mairie, "CRF");
    let _ = croix_rouge.json(&["incident", "new", "Cave inondée"]);
    wait_equal(&[&mairie, &croix_rouge]);
    croix_rouge.stop();
    let temporary = tempfile::tempdir().unwrap();
    let copy = temporary.path().join("restored");
    beffroi_tests::system(&format!(
        "cp -r {} {}",
        croix_rouge.folder().display(),
        copy.display()
    ));
    let settings = Settings {
        data: Some(copy.clone()),
        ..Settings::default()
    };
    let mut restored = Post::prepare("Croix-Rouge 2", settings);
    let refused = restored.daemon_command().output().unwrap();
    assert_eq!(refused.status.code(), Some(78));
    restored.start_once(&["--new-post"]);
    assert!(!copy.join("keys/keystore").exists(), "it has no keys");
    restored.join(&mairie, "CR2");
    croix_rouge.restart();
    wait_equal(&[&mairie, &croix_rouge, &restored]);
    assert_eq!(titles(&restored), ["Cave inondée"]);
    let peers = mairie.json(&["peer", "list"]);
    let mut codes: Vec<_> = peers["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|peer| peer["code"].as_str().unwrap().to_owned())
        .collect();
    codes.sort();
    assert_eq!(codes, ["CR2", "CRF"], "the old device is still a member");
    assert_eq!(
        mairie.json(&["journal", "verify"])["findings"],
        Value::Array(vec![])
    );
}

#[test]
fn rollback_and_clone_two_clones_of_one_disk_fork_their_chain_heal_it_and_lose_nothing() {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let mut first = Post::start("Croix-Rouge");
    first.join(&mairie, "CRF");
    let _ = first.json(&["incident", "new", "Avant la copie"]);
    wait_equal(&[&mairie, &first]);
    first.stop();
    let temporary = tempfile::tempdir().unwrap();
    let copy = temporary.path().join("clone");
    image(first.folder(), &copy);
    let settings = Settings {
        data: Some(copy),
        ..Settings::default()
    };
    let mut second = Post::prepare("Clone", settings);
    // Each writes without knowing of the other, as two machines with one key do.
    first.start_once(&["--offline"]);
    let _ = first.json(&["incident", "new", "Du premier"]);
    first.stop();
    second.start_once(&["--offline"]);
    let _ = second.json(&["incident", "new", "Du second"]);
    second.stop();
    first.restart();
    wait_equal(&[&mairie, &first]);
    first.stop();
    second.restart();
    wait_equal(&[&mairie, &second]);
    let all = ["Avant la copie", "Du premier", "Du second"];
    for post in [&mairie, &second] {
        wait_until("both records are there", || titles(post) == all);
    }
    let forks = |post: &Post| {
        // A fork makes it exit 1, with the whole answer.
        let journal = post.run(&["journal", "verify", "--json"]).json();
        let faults = journal["findings"].as_array().cloned().unwrap_or_default();
        let forks = faults.iter().filter(|fault| fault["kind"] == "fork");
        forks.count()
    };
    assert_eq!(forks(&mairie), 1, "the copied key is shown");
    // The next entry of either names both tips.
    let _ = second.json(&["incident", "new", "Ensuite"]);
    wait_equal(&[&mairie, &second]);
    assert_eq!(forks(&mairie), 0, "healed");
    second.stop();
    first.restart();
    wait_equal(&[&mairie, &first]);
    wait_until("nothing is lost", || {
        titles(&first) == ["Avant la copie", "Du premier", "Du second", "Ensuite"]
    });
    assert_eq!(titles(&mairie), titles(&first));
}
