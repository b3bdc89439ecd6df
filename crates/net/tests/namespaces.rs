//! Posts that find each other, lose each other and come back, on real interfaces in network namespaces.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "what surrounds a test may fail it, and a test waits for one event among all others"
)]

mod lab;

use std::time::Duration;

use beffroi_net::{Ended, NetConfig};
use lab::{Lab, admit_all, talk, within};

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A post as it is shipped, without mDNS: what is found is found by the beacon.
fn beacon_only(seed: u8) -> NetConfig {
    let mut config = NetConfig::new([seed; 32], [42; 32]);
    config.discovery.mdns = false;
    config
}

#[test]
fn three_posts_on_a_bridge_find_each_other_by_beacon_alone() {
    let Some(mut lab) = Lab::open() else { return };
    let mut posts = Vec::new();
    for number in 1..=3 {
        lab.machine(number);
        lab.cable(number, &format!("10.77.0.{number}/24"));
        posts.push(lab.start(number, beacon_only(number)));
    }
    admit_all(&posts.iter().collect::<Vec<_>>());
    let took = within(seconds(8), "each has two links", || {
        posts.iter().all(|post| post.status().links.len() == 2)
    });
    eprintln!("three posts whole after {took:?}");
    talk(seconds(2), &posts[0], &posts[2], "good morning");
    let status = posts[0].status();
    assert_eq!(status.addresses.len(), 1, "{:?}", status.addresses);
    assert_eq!(status.addresses[0].to_string(), "/ip4/10.77.0.1/tcp/7410");
}

#[test]
fn a_pulled_cable_is_noticed_and_a_plugged_one_used_at_once() {
    let Some(mut lab) = Lab::open() else { return };
    let posts = [1, 2].map(|number| {
        lab.machine(number);
        lab.cable(number, &format!("10.77.0.{number}/24"));
        lab.start(number, beacon_only(number))
    });
    let [a, b] = &posts;
    admit_all(&[a, b]);
    talk(seconds(8), a, b, "before");
    lab.carrier(1, false);
    within(seconds(7), "the one without a carrier knows", || {
        a.ends().contains(&Ended::InterfaceGone)
    });
    std::thread::sleep(seconds(5));
    assert!(!a.connected_to(b.me));
    lab.carrier(1, true);
    let took = talk(seconds(6), a, b, "after");
    eprintln!("reconnected {took:?} after the cable was plugged in");
}

#[test]
fn a_post_that_moves_to_another_address_is_found_there() {
    let Some(mut lab) = Lab::open() else { return };
    let posts = [1, 2].map(|number| {
        lab.machine(number);
        lab.cable(number, &format!("10.77.0.{number}/24"));
        lab.start(number, beacon_only(number))
    });
    let [a, b] = &posts;
    admit_all(&[a, b]);
    talk(seconds(8), a, b, "before");
    lab.drop_addresses(1);
    lab.set_address(1, "10.77.0.201/24");
    let took = within(seconds(10), "linked to the new address", || {
        let links = b.status().links;
        links
            .iter()
            .any(|link| link.peer == a.me && link.address.ip().to_string() == "10.77.0.201")
    });
    talk(seconds(3), a, b, "after");
    eprintln!("reconnected {took:?} after the address changed");
}

#[test]
fn a_post_started_without_any_interface_is_found_when_one_comes() {
    let Some(mut lab) = Lab::open() else { return };
    lab.machine(1);
    let a = lab.start(1, beacon_only(1));
    lab.machine(2);
    lab.cable(2, "10.77.0.2/24");
    let b = lab.start(2, beacon_only(2));
    admit_all(&[&a, &b]);
    std::thread::sleep(seconds(1));
    assert!(a.status().addresses.is_empty());
    lab.cable(1, "10.77.0.1/24");
    let took = talk(seconds(8), &a, &b, "at last");
    eprintln!("connected {took:?} after the interface came");
}

#[test]
fn a_path_that_dies_in_silence_is_noticed_and_its_healing_too() {
    let Some(mut lab) = Lab::open() else { return };
    let posts = [1, 2].map(|number| {
        lab.machine(number);
        lab.cable(number, &format!("10.77.0.{number}/24"));
        let mut config = beacon_only(number);
        config.timing.tcp_user_timeout = seconds(3);
        lab.start(number, config)
    });
    let [a, b] = &posts;
    admit_all(&[a, b]);
    talk(seconds(8), a, b, "before");
    // Carrier and addresses stay: only frames like the engine's heartbeats can tell.
    lab.plug(1, "br1");
    within(seconds(12), "both have noticed", || {
        for (from, to) in [(a, b), (b, a)] {
            from.say(to.me, "heartbeat");
        }
        !a.ends().is_empty() && !b.ends().is_empty()
    });
    assert!(
        a.ends()
            .iter()
            .chain(&b.ends())
            .all(|end| matches!(end, Ended::Lost(_))),
        "{:?}",
        a.ends()
    );
    lab.plug(1, "br0");
    let took = talk(seconds(12), a, b, "after");
    eprintln!("reconnected {took:?} after the path healed");
}

#[test]
fn posts_with_ipv6_alone_find_each_other_by_multicast() {
    let Some(mut lab) = Lab::open() else { return };
    let posts = [1, 2].map(|number| {
        lab.machine(number);
        lab.cable(number, &format!("fd77::{number}/64"));
        lab.start(number, beacon_only(number))
    });
    let [a, b] = &posts;
    admit_all(&[a, b]);
    talk(seconds(10), a, b, "good morning");
}

#[test]
fn link_local_ipv6_is_counted_and_not_dialled() {
    let Some(mut lab) = Lab::open() else { return };
    let posts = [1, 2].map(|number| {
        lab.machine(number);
        lab.cable(number, "");
        lab.start(number, beacon_only(number))
    });
    let [a, b] = &posts;
    admit_all(&[a, b]);
    within(seconds(10), "heard, and said so", || {
        a.status()
            .beacon
            .is_some_and(|beacon| beacon.link_local > 0)
    });
    assert!(!a.connected_to(b.me) && a.status().addresses.is_empty());
    assert!(
        a.status()
            .interfaces
            .iter()
            .any(beffroi_net::Interface::is_link_local)
    );
}

#[test]
fn mdns_alone_is_enough_on_a_quiet_network() {
    let Some(mut lab) = Lab::open() else { return };
    let posts = [1, 2].map(|number| {
        lab.machine(number);
        lab.cable(number, &format!("10.77.0.{number}/24"));
        let mut config = beacon_only(number);
        config.discovery.beacon = false;
        config.discovery.mdns = true;
        lab.start(number, config)
    });
    let [a, b] = &posts;
    admit_all(&[a, b]);
    let took = talk(seconds(40), a, b, "good morning");
    eprintln!("connected by mDNS after {took:?}");
    assert!(a.status().mdns.unwrap().from_members + b.status().mdns.unwrap().from_members > 0);
}
