//! Two posts: invite, join, live edits, a disagreement listed at both and settled once, and what
//! happens to codes that are wrong, used or too old.

use beffroi_tests::post::{pair, wait_equal};
use beffroi_tests::{Post, wait_until};
use serde_json::Value;

#[test]
fn an_edit_at_one_post_is_seen_at_the_other_and_said_to_be_stored_only_then() {
    let (mairie, croix_rouge) = pair();
    let need = mairie.json(&["need", "new", "40 lits de camp", "--priority", "urgent"]);
    let id = need["id"].as_str().unwrap();
    wait_until("the need arrives", || {
        croix_rouge.run(&["need", "show", id]).code == 0
    });
    assert_eq!(
        croix_rouge.json(&["need", "show", "MAI-001"])["title"],
        "40 lits de camp"
    );
    wait_until("the other post says it has stored it", || {
        mairie.json(&["need", "show", id])["stored_by"]["acknowledged"] == 1
    });
    // The operation and the need.
    assert_eq!(mairie.json(&["status"])["stored_by_all"], 2);
    let answer = croix_rouge.json(&["incident", "new", "Pont coupé", "--type", "road_blocked"]);
    assert_eq!(answer["number"], "CRF-001");
    wait_until("the incident arrives", || {
        mairie.run(&["incident", "show", "CRF-001"]).code == 0
    });
    wait_equal(&[&mairie, &croix_rouge]);
    wait_until("in step", || {
        let status = mairie.json(&["status"]);
        status["peers"][0]["in_step"] == true && status["peers"][0]["name"] == "Croix-Rouge"
    });
}

#[test]
fn two_priorities_set_apart_are_listed_at_both_posts_and_settled_once() {
    let (mairie, mut croix_rouge) = pair();
    let need = mairie.json(&["need", "new", "Pompes", "--set", "details=Trois pompes."]);
    let id = need["id"].as_str().unwrap().to_owned();
    wait_equal(&[&mairie, &croix_rouge]);
    wait_until("all is stored at both", || {
        mairie.json(&["status"])["stored_by_all"] == 2
    });
    croix_rouge.stop();
    let alone = mairie.json(&["need", "new", "Bottes"]);
    assert_eq!(mairie.json(&["status"])["stored_by_all"], 2, "{alone}");
    let _ = mairie.json(&[
        "need",
        "edit",
        &id,
        "--priority",
        "vital",
        "--set",
        "details=Trois pompes. Urgent.",
    ]);
    let mut mairie = mairie;
    mairie.stop();
    croix_rouge.restart();
    let _ = croix_rouge.json(&[
        "need",
        "edit",
        &id,
        "--priority",
        "deferred",
        "--set",
        "details=Aux écoles : Trois pompes.",
    ]);
    mairie.restart();
    wait_equal(&[&mairie, &croix_rouge]);
    for post in [&mairie, &croix_rouge] {
        let conflicts = post.json(&["conflicts"]);
        let items = conflicts["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{conflicts}");
        assert_eq!(items[0]["field"], "priority");
        assert_eq!(items[0]["used"], "vital");
        let values: Vec<&Value> = items[0]["values"]
            .as_array()
            .unwrap()
            .iter()
            .map(|value| &value["value"])
            .collect();
        assert!(
            values.contains(&&Value::from("vital")) && values.contains(&&Value::from("deferred"))
        );
        assert!(
            items[0]["values"][0]["post"].is_string() && items[0]["values"][0]["at"].is_string()
        );
        let shown = post.json(&["need", "show", &id]);
        assert_eq!(
            shown["priority"], "vital",
            "the cautious value serves meanwhile"
        );
        assert_eq!(
            shown["details"], "Aux écoles : Trois pompes. Urgent.",
            "both texts are merged"
        );
    }
    let reference = need["number"].as_str().unwrap();
    let _ = croix_rouge
        .run(&[
            "resolve",
            reference,
            "priority",
            "--value",
            "urgent",
            "-m",
            "vu au téléphone",
        ])
        .ok();
    wait_equal(&[&mairie, &croix_rouge]);
    for post in [&mairie, &croix_rouge] {
        assert_eq!(
            post.json(&["conflicts"])["items"].as_array().unwrap().len(),
            0
        );
        assert_eq!(post.json(&["need", "show", &id])["priority"], "urgent");
    }
}

#[test]
fn codes_that_are_wrong_used_or_cancelled_are_refused_and_say_what_to_do() {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let before = mairie.digest();
    let (code, porch) = mairie.invite();
    let stranger = Post::start("Inconnu");
    let join = |post: &Post, code: &str| {
        post.run(&[
            "join", code, "--post", "Poste", "--code", "PST", "--peer", &porch, "--wait", "10s",
        ])
    };
    let mistyped = join(&stranger, "7KQ4-M2XR-9HW4");
    assert!([1, 2].contains(&mistyped.code), "{}", mistyped.err);
    let after_invite = mairie.digest();
    assert_ne!(before, after_invite, "an invitation is an act in the set");
    let _ = join(&stranger, &code).ok();
    let late = Post::start("Retardataire");
    let used = join(&late, &code);
    assert_ne!(used.code, 0);
    assert!(used.err.contains("already"), "{}", used.err);
    let (expiring, _) = mairie.invite();
    let invites = mairie.json(&["invite", "list"]);
    let open = invites["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|invite| invite["state"] == "open")
        .unwrap();
    let _ = mairie
        .run(&["invite", "cancel", open["id"].as_str().unwrap()])
        .ok();
    let cancelled = join(&late, &expiring);
    assert_ne!(cancelled.code, 0);
    let short = mairie.json(&["invite", "--role", "operator", "--expires", "1s"]);
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let expired = join(&late, short["code"].as_str().unwrap());
    assert_ne!(expired.code, 0);
    assert_eq!(
        late.run(&["need", "list"]).code,
        1,
        "the late post is still outside"
    );
}
