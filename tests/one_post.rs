//! One post alone: what is answered is on the disk, and mistakes are answered in plain words.

use std::fs;
use std::time::Duration;

use beffroi_tests::{Post, Settings, wait_until};

#[test]
fn an_incident_typed_at_one_post_is_shown_again_after_kill_9() {
    let mut mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let made = mairie.json(&[
        "incident",
        "new",
        "Cave inondée, 3 personnes",
        "--type",
        "flood",
        "--severity",
        "severe",
        "--place",
        "12 rue des Écoles",
    ]);
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(made["number"], "MAI-001");
    mairie.restart();
    let shown = mairie.json(&["incident", "show", "MAI-001"]);
    assert_eq!(shown["id"], id.as_str());
    assert_eq!(shown["title"], "Cave inondée, 3 personnes");
    assert_eq!(shown["severity"], "severe");
    assert_eq!(shown["event_type"], "flood");
    assert_eq!(shown["place"]["label"], "12 rue des Écoles");
    assert_eq!(shown["heads"], made["heads"]);
}

#[test]
fn twenty_kills_lose_nothing_that_was_answered() {
    let mut mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let mut answered = Vec::new();
    for round in 0..20 {
        let writer =
            |n: usize| mairie.command(&["need", "new", &format!("Besoin {round}-{n}"), "--json"]);
        let children: Vec<_> = (0..3)
            .map(|n| {
                writer(n)
                    .stdout(std::process::Stdio::piped())
                    .stderr(std::process::Stdio::null())
                    .spawn()
                    .unwrap()
            })
            .collect();
        std::thread::sleep(Duration::from_millis(7 * round));
        mairie.kill();
        for child in children {
            let output = child.wait_with_output().unwrap();
            if output.status.success() {
                let record: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
                answered.push(record["id"].as_str().unwrap().to_owned());
            }
        }
        mairie.restart();
    }
    let held: Vec<String> = mairie
        .list("need")
        .iter()
        .map(|need| need["id"].as_str().unwrap().to_owned())
        .collect();
    let lost: Vec<_> = answered.iter().filter(|id| !held.contains(id)).collect();
    assert!(
        lost.is_empty(),
        "{} of {} answered needs are lost",
        lost.len(),
        answered.len()
    );
    assert!(
        !answered.is_empty(),
        "no need was answered before a kill: the test shows nothing"
    );
    let _ = mairie.run(&["journal", "verify"]).ok();
}

#[test]
fn the_same_creation_twice_is_one_record() {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let id = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001";
    let first = mairie.json(&["need", "new", "40 lits", "--id", id]);
    let again = mairie.json(&["need", "new", "40 lits", "--id", id]);
    assert_eq!(first["heads"], again["heads"]);
    assert_eq!(mairie.list("need").len(), 1);
    let other = mairie.run(&["need", "new", "50 lits", "--id", id]);
    assert_eq!(other.code, 1, "{}", other.err);
    assert_eq!(mairie.list("need").len(), 1);
}

#[test]
fn what_was_said_with_a_step_is_kept_and_shown_in_the_history() {
    let mut mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let _ = mairie.json(&["need", "new", "Eau potable"]);
    let close = [
        "need",
        "close",
        "MAI-001",
        "--reason",
        "satisfied",
        "-m",
        "Livré à 14 h",
    ];
    let closed = mairie.json(&close);
    assert_eq!(closed["status"], "closed");
    assert_eq!(closed["closing_reason"], "satisfied");
    mairie.restart();
    let history = mairie.json(&["need", "history", "MAI-001"]);
    let fields: Vec<_> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|item| item["fields"].as_array().unwrap())
        .collect();
    assert!(
        fields
            .iter()
            .any(|field| field["field"] == "note" && field["to"] == "Livré à 14 h"),
        "{history}"
    );
    let impossible = mairie.run(&["need", "edit", "MAI-001", "--set", "status=suspended"]);
    assert_eq!(impossible.code, 1, "{}", impossible.err);
    assert!(
        impossible.err.contains("closed") && impossible.err.contains("suspended"),
        "{}",
        impossible.err
    );
    let next = mairie.json(&["need", "new", "Pain"]);
    assert_eq!(
        next["number"], "MAI-003",
        "the log line took a number of its own"
    );
}

#[test]
fn a_second_daemon_on_the_same_folder_is_refused_by_pid() {
    let mairie = Post::start("Mairie");
    let second = mairie.daemon_command().output().unwrap();
    assert_eq!(second.status.code(), Some(75));
    let message = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(
        message.contains(&mairie.pid().unwrap().to_string()),
        "{message}"
    );
}

#[test]
fn a_data_folder_copied_while_running_is_refused_and_names_the_way_out() {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let _ = mairie.json(&["need", "new", "Pompes"]);
    let temporary = tempfile::tempdir().unwrap();
    let copy = temporary.path().join("copy");
    beffroi_tests::system(&format!(
        "cp -r {} {}",
        mairie.folder().display(),
        copy.display()
    ));
    let copied = Post::prepare(
        "Copie",
        Settings {
            data: Some(copy),
            ..Settings::default()
        },
    );
    let refused = copied.daemon_command().output().unwrap();
    assert_eq!(refused.status.code(), Some(78));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--new-post"));
}

#[test]
fn commands_without_a_territory_or_a_daemon_say_what_to_type() {
    let mut mairie = Post::start("Mairie");
    let early = mairie.run(&["need", "new", "Eau"]);
    assert_eq!(early.code, 1, "{}", early.err);
    assert!(
        early.err.contains("beffroi territory create") && early.err.contains("beffroi join"),
        "{}",
        early.err
    );
    mairie.stop();
    let gone = mairie.run(&["status"]);
    assert_eq!(gone.code, 69);
    assert!(gone.err.contains("beffroid --data"), "{}", gone.err);
}

#[test]
fn what_is_not_understood_is_refused_and_changes_nothing() {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let need = mairie.json(&["need", "new", "Eau potable", "--priority", "urgent"]);
    let before = mairie.digest();
    let long = "x".repeat(10_001);
    let too_long_title = "y".repeat(201);
    let refused: &[&[&str]] = &[
        &["need", "new", ""],
        &["need", "new", &too_long_title],
        &["need", "new", "Eau", "--set", "no_such_field=1"],
        &["need", "new", "Eau", "--priority", "enormous"],
        &[
            "need",
            "edit",
            "MAI-001",
            "--set",
            &format!("details={long}"),
        ],
        &["need", "edit", "MAI-001", "--set", "beneficiaries=-4"],
        &["need", "edit", "MAI-001", "--set", "status=flying"],
        &["incident", "new", "Feu", "--at", "95,3"],
    ];
    for arguments in refused {
        let answer = mairie.run(arguments);
        assert!(
            [1, 2].contains(&answer.code),
            "{arguments:?}: exit {} {}",
            answer.code,
            answer.out
        );
        assert!(!answer.err.is_empty());
    }
    assert_eq!(mairie.run(&["need", "show", "MAI-999"]).code, 3);
    assert_eq!(mairie.digest(), before);
    assert_eq!(
        mairie.json(&["need", "show", "MAI-001"])["heads"],
        need["heads"]
    );
}

#[test]
fn a_text_of_ten_megabytes_is_refused_and_the_post_goes_on() {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let before = mairie.digest();
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("large.csv");
    let mut text = String::from(
        "#,INCIDENT TITLE,INCIDENT DATE,LOCATION,DESCRIPTION,CATEGORY,LATITUDE,LONGITUDE,APPROVED,VERIFIED\n",
    );
    text.push_str("1,Inondation,2010-01-12 00:00:00,Ici,\"");
    text.push_str(&"a".repeat(10 << 20));
    text.push_str("\",2f. Power outage,18.5,-72.3,YES,NO\n");
    fs::write(&file, text).unwrap();
    let answer = mairie.run(&["import", file.to_str().unwrap(), "--as", "incident"]);
    assert_eq!(answer.code, 65, "{}", answer.err);
    assert!(answer.err.contains("line 2"), "{}", answer.err);
    assert_eq!(mairie.digest(), before);
    let _ = mairie.json(&["need", "new", "Eau"]);
}

#[test]
fn a_table_of_a_hundred_megabytes_is_imported_or_refused_in_bounded_memory() {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("huge.csv");
    let mut text = String::with_capacity(101 << 20);
    text.push_str("#,INCIDENT TITLE,INCIDENT DATE,LOCATION,DESCRIPTION,CATEGORY,LATITUDE,LONGITUDE,APPROVED,VERIFIED\n");
    let mut row = 0_u32;
    while text.len() < 100 << 20 {
        row += 1;
        let filler = "b".repeat(390);
        text.push_str(&format!(
            "{row},Rue {row},2010-01-12 00:00:00,Ici,{filler},2f,18.5,-72.3,YES,NO\n"
        ));
    }
    fs::write(&file, &text).unwrap();
    drop(text);
    let answer = mairie.run(&[
        "import",
        file.to_str().unwrap(),
        "--as",
        "incident",
        "--dry-run",
        "--json",
    ]);
    assert!(
        [0, 65].contains(&answer.code),
        "exit {} {}",
        answer.code,
        answer.err
    );
    let status = fs::read_to_string(format!("/proc/{}/status", mairie.pid().unwrap())).unwrap();
    let peak = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    let kilobytes: u64 = peak.split_whitespace().nth(1).unwrap().parse().unwrap();
    assert!(kilobytes < 200_000, "{peak}");
    wait_until("the post answers", || {
        mairie.run(&["status", "--json"]).code == 0
    });
}
