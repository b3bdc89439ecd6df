//! Disks that fill up: new edits are refused in plain words, everything else goes on, and when there is
//! room again nothing is lost.

use std::fs;

use beffroi_tests::post::{pair, wait_equal};
use beffroi_tests::tmpfs::Tmpfs;
use beffroi_tests::{Post, Settings, is_root, wait_until};

/// Room for the reserve and a little more.
const MEBIBYTES: u32 = 48;

fn on_small_disk(disk: &Tmpfs) -> Post {
    let data = disk.path().join("data");
    Post::prepare(
        "Mairie",
        Settings {
            data: Some(data),
            ..Settings::default()
        },
    )
}

#[test]
fn a_disk_that_fills_up_refuses_edits_serves_on_and_recovers() {
    if !is_root() {
        return;
    }
    let disk = Tmpfs::mount(MEBIBYTES);
    let mut mairie = on_small_disk(&disk);
    mairie.restart();
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let croix_rouge = Post::start("Croix-Rouge");
    croix_rouge.join(&mairie, "CRF");
    let kept = mairie.json(&["need", "new", "Eau"]);
    disk.fill();
    let refused = mairie.run(&["need", "new", "Pain"]);
    assert_eq!(refused.code, 75, "{}", refused.err);
    assert!(refused.err.contains("full"), "{}", refused.err);
    let id = kept["id"].as_str().unwrap();
    assert_eq!(mairie.json(&["need", "show", id])["title"], "Eau");
    let away = croix_rouge.json(&["need", "new", "Lits"]);
    disk.empty();
    wait_until("there is room again", || {
        mairie.run(&["need", "new", "Pain"]).code == 0
    });
    wait_until("what the other post wrote meanwhile arrives", || {
        mairie
            .run(&["need", "show", away["id"].as_str().unwrap()])
            .code
            == 0
    });
    wait_equal(&[&mairie, &croix_rouge]);
    let _ = mairie.run(&["journal", "verify"]).ok();
}

#[test]
fn a_store_with_spoilt_pages_is_mended_said_and_made_whole_by_a_neighbour() {
    let (mut mairie, croix_rouge) = pair();
    for n in 0..60 {
        let _ = mairie.json(&["need", "new", &format!("Besoin {n}")]);
    }
    wait_equal(&[&mairie, &croix_rouge]);
    mairie.stop();
    let database = mairie.folder().join("store/live/db");
    let mut bytes = fs::read(&database).unwrap();
    // Some of these spots hold entries, others nothing any more.
    let spots = bytes.chunks_mut(24 << 10);
    spots.for_each(|spot| spot[..600].fill(0));
    fs::write(&database, &bytes).unwrap();
    mairie.restart();
    let doctor = mairie.run(&["doctor"]);
    assert!(
        doctor.out.contains("the data were damaged"),
        "{}",
        doctor.out
    );
    wait_equal(&[&mairie, &croix_rouge]);
    assert_eq!(mairie.list("need").len(), 60);
    let _ = mairie.run(&["journal", "verify"]).ok();
    // Asked for, mending loses nothing either.
    let digest = mairie.digest();
    mairie.stop();
    mairie.start_once(&["--repair"]);
    assert_eq!(mairie.digest(), digest);
}

#[test]
fn a_daemon_started_on_a_full_disk_reads_refuses_and_recovers() {
    if !is_root() {
        return;
    }
    let disk = Tmpfs::mount(MEBIBYTES);
    let mut mairie = on_small_disk(&disk);
    mairie.restart();
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let kept = mairie.json(&["need", "new", "Eau"]);
    mairie.kill();
    disk.fill();
    mairie.restart();
    let id = kept["id"].as_str().unwrap();
    assert_eq!(mairie.json(&["need", "show", id])["title"], "Eau");
    assert_eq!(mairie.run(&["need", "new", "Pain"]).code, 75);
    disk.empty();
    wait_until("there is room again", || {
        mairie.run(&["need", "new", "Pain"]).code == 0
    });
    mairie.restart();
    assert_eq!(mairie.list("need").len(), 2);
}
