//! `kill -9`, twenty times each, in the middle of a sync and in the middle of an import: what was answered is
//! there, what is there is whole, and all posts end equal.

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use beffroi_tests::post::{pair, wait_equal};
use beffroi_tests::{Post, wait_until};

/// Rows of one import: two batches, and the time between them.
const ROWS: u64 = 150;

#[test]
fn a_post_killed_during_a_sync_twenty_times_loses_nothing() {
    let (mut mairie, mut croix_rouge) = pair();
    for round in 0..20_u64 {
        let victim = if round % 2 == 0 {
            &mut mairie
        } else {
            &mut croix_rouge
        };
        victim.kill();
        let (living, dead) = if round % 2 == 0 {
            (&croix_rouge, &mut mairie)
        } else {
            (&mairie, &mut croix_rouge)
        };
        for n in 0..5 {
            let _ = living.json(&["need", "new", &format!("Besoin {round}-{n}")]);
        }
        dead.spawn();
        std::thread::sleep(Duration::from_millis(60 * round));
        dead.kill();
        dead.restart();
    }
    wait_equal(&[&mairie, &croix_rouge]);
    for post in [&mairie, &croix_rouge] {
        assert_eq!(post.list("need").len(), 100);
        let _ = post.run(&["journal", "verify"]).ok();
    }
}

/// A table of reports whose numbers no other round has.
fn table(round: u64) -> String {
    let mut text = String::from(
        "#,INCIDENT TITLE,INCIDENT DATE,LOCATION,DESCRIPTION,CATEGORY,LATITUDE,LONGITUDE,APPROVED,VERIFIED\n",
    );
    for row in 1..=ROWS {
        let number = round * 1_000 + row;
        let _ = writeln!(
            text,
            "{number},Rue {number} inondée,2010-01-12 00:00:00,Ici,Eau dans la rue {number},2f,18.5,-72.3,YES,NO"
        );
    }
    text
}

fn incidents(post: &Post) -> u64 {
    post.json(&["status"])["counts"]["incident"]
        .as_u64()
        .unwrap()
}

#[test]
fn a_post_killed_during_an_import_twenty_times_keeps_what_it_answered_and_takes_the_rest_later() {
    let (mut mairie, mut croix_rouge) = pair();
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("reports.csv");
    let path = file.to_str().unwrap();
    let import = ["import", path, "--as", "incident"];
    let mut cut_short = 0;
    for round in 0..20_u64 {
        fs::write(&file, table(round)).unwrap();
        let command = &mut mairie.command(&import);
        let mut importing = command
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(15 * round));
        mairie.kill();
        if round % 4 == 1 {
            croix_rouge.kill();
        }
        let answered = importing.wait().unwrap().success();
        cut_short += u32::from(!answered);
        mairie.restart();
        let left = fs::read_dir(mairie.folder().join("exchange")).unwrap();
        assert_eq!(left.count(), 0, "a killed import leaves no file behind");
        if round % 4 == 1 {
            croix_rouge.restart();
        }
        let kept = incidents(&mairie) - round * ROWS;
        assert!(
            kept == ROWS || (!answered && kept < ROWS),
            "round {round}: {kept}"
        );
        let again = mairie.json(&import);
        assert_eq!(again["created"], ROWS - kept, "round {round}: {again}");
        assert_eq!(incidents(&mairie), (round + 1) * ROWS);
    }
    assert!(
        cut_short >= 5,
        "only {cut_short} imports were cut short: nothing was tested"
    );
    wait_until("the other post has every report", || {
        incidents(&croix_rouge) == 20 * ROWS
    });
    wait_equal(&[&mairie, &croix_rouge]);
    for post in [&mairie, &croix_rouge] {
        let all = post.list("incident");
        assert_eq!(all.len() as u64, 20 * ROWS);
        for incident in all {
            let number = incident["source"]["id"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            let title = incident["title"].as_str().unwrap();
            assert!(
                title.contains(&number) && incident["description"].is_string(),
                "{incident}"
            );
        }
        let _ = post.run(&["journal", "verify"]).ok();
    }
}
