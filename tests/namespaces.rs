//! Machines on real networks: found without any address typed, unplugged and plugged in again, in a
//! line where the ends never meet, and with loss.

use beffroi_tests::lab::Lab;
use beffroi_tests::post::wait_equal;
use beffroi_tests::{Post, Settings, is_root, shared_data, wait_until};
use serde_json::Value;

fn post_in(name: &str, namespace: &str) -> Post {
    Post::start_with(
        name,
        Settings {
            namespace: Some(namespace.into()),
            ..Settings::default()
        },
    )
}

#[test]
fn three_posts_on_one_bridge_join_by_code_and_share_an_import_and_a_disagreement() {
    if !is_root() {
        return;
    }
    let mut lab = Lab::new(1);
    let machines = ["a", "b", "c"].map(|name| lab.machine(name));
    for (host, machine) in (1..).zip(&machines) {
        lab.plug(machine, "eth0", 0, host);
    }
    let [a, b, c] = ["Mairie", "Croix-Rouge", "Gymnase"];
    let a = post_in(a, &machines[0]);
    a.create_territory("Orb-sur-Lez", "MAI");
    let b = post_in(b, &machines[1]);
    b.join(&a, "CRF");
    let c = post_in(c, &machines[2]);
    c.join(&a, "GYM");
    if let Some(file) = shared_data("ushahidi-haiti-2010/Haiti.redacted.csv") {
        let file = file.to_str().unwrap().to_owned();
        let report = a.json(&["import", &file, "--as", "incident"]);
        let rejected = report["rejected"].as_array().unwrap();
        assert_eq!(report["rows"], 3593);
        assert_eq!(
            report["created"].as_u64().unwrap() + rejected.len() as u64,
            3593
        );
        assert!(
            rejected
                .iter()
                .all(|row| row["line"].is_u64() && row["reason"].is_string())
        );
        wait_equal(&[&a, &b, &c]);
        let created = report["created"].as_u64().unwrap();
        wait_until("the view has taken everything in", || {
            b.list("incident").len() as u64 == created
        });
        let again = b.json(&["import", &file, "--as", "incident"]);
        assert_eq!(again["created"], 0);
        wait_equal(&[&a, &b, &c]);
    }
    let need = a.json(&["need", "new", "Pompes", "--set", "details=Trois pompes."]);
    let id = need["id"].as_str().unwrap();
    wait_equal(&[&a, &b, &c]);
    lab.cable(&machines[2], "eth0", false);
    let _ = a.json(&[
        "need",
        "edit",
        id,
        "--priority",
        "vital",
        "--set",
        "details=Trois pompes. Urgent.",
    ]);
    let _ = c.json(&[
        "need",
        "edit",
        id,
        "--priority",
        "deferred",
        "--set",
        "details=Aux écoles : Trois pompes.",
    ]);
    wait_equal(&[&a, &b]);
    lab.cable(&machines[2], "eth0", true);
    wait_equal(&[&a, &b, &c]);
    for post in [&a, &b, &c] {
        let conflicts = post.json(&["conflicts"]);
        let items = conflicts["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{conflicts}");
        let values: Vec<&Value> = items[0]["values"]
            .as_array()
            .unwrap()
            .iter()
            .map(|value| &value["value"])
            .collect();
        assert!(
            values.contains(&&Value::from("vital")) && values.contains(&&Value::from("deferred"))
        );
        assert_eq!(
            post.json(&["need", "show", id])["details"],
            "Aux écoles : Trois pompes. Urgent."
        );
    }
    let _ = b.run(&["resolve", id, "priority", "--take", "1"]).ok();
    wait_equal(&[&a, &b, &c]);
    for post in [&a, &b, &c] {
        assert_eq!(
            post.json(&["conflicts"])["items"].as_array().unwrap().len(),
            0
        );
    }
}

#[test]
fn in_a_line_the_ends_never_meet_and_an_edit_reaches_the_far_end_live() {
    if !is_root() {
        return;
    }
    let mut lab = Lab::new(2);
    let machines = ["a", "b", "c"].map(|name| lab.machine(name));
    lab.plug(&machines[0], "eth0", 0, 1);
    lab.plug(&machines[1], "eth0", 0, 2);
    lab.plug(&machines[1], "eth1", 1, 2);
    lab.plug(&machines[2], "eth0", 1, 3);
    let b = post_in("Relais", &machines[1]);
    b.create_territory("Orb-sur-Lez", "MAI");
    let a = post_in("Amont", &machines[0]);
    a.join(&b, "AMT");
    let c = post_in("Aval", &machines[2]);
    c.join(&b, "AVL");
    let need = a.json(&["need", "new", "Barques"]);
    let id = need["id"].as_str().unwrap();
    wait_until("the need reaches the far end", || {
        c.run(&["need", "show", id]).code == 0
    });
    let connected = |post: &Post, name: &str| {
        let status = post.json(&["status"]);
        let peers = status["peers"].as_array().unwrap().clone();
        peers
            .iter()
            .any(|peer| peer["name"] == name && peer["connected"] == true)
    };
    assert!(
        !connected(&a, "Aval") && !connected(&c, "Amont"),
        "the ends cannot reach each other"
    );
    wait_equal(&[&a, &b, &c]);
}

#[test]
fn a_post_without_any_network_starts_and_finds_the_others_when_a_cable_comes() {
    if !is_root() {
        return;
    }
    let mut lab = Lab::new(1);
    let machines = ["a", "b"].map(|name| lab.machine(name));
    lab.plug(&machines[0], "eth0", 0, 1);
    let a = post_in("Mairie", &machines[0]);
    a.create_territory("Orb-sur-Lez", "MAI");
    let b = post_in("Gymnase", &machines[1]);
    lab.plug(&machines[1], "eth0", 0, 2);
    b.join(&a, "GYM");
    lab.lose(&machines[1], 30);
    for n in 0..10 {
        let _ = a.json(&["incident", "new", &format!("Appel {n}")]);
    }
    wait_equal(&[&a, &b]);
    assert_eq!(b.list("incident").len(), 10);
}

#[test]
fn a_post_of_another_territory_is_noticed_and_let_alone() {
    if !is_root() {
        return;
    }
    let mut lab = Lab::new(1);
    let machines = ["a", "b"].map(|name| lab.machine(name));
    lab.plug(&machines[0], "eth0", 0, 1);
    lab.plug(&machines[1], "eth0", 0, 2);
    let ours = post_in("Mairie", &machines[0]);
    ours.create_territory("Orb-sur-Lez", "MAI");
    let theirs = post_in("Voisins", &machines[1]);
    theirs.create_territory("Lez-sur-Orb", "VOI");
    wait_until("the doctor names the neighbours", || {
        ours.run(&["doctor"]).out.contains("of another territory")
    });
    let peers = ours.json(&["status"])["peers"].clone();
    assert_eq!(peers.as_array().map(Vec::len), Some(0), "{peers}");
}
