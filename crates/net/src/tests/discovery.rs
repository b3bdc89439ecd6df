//! Finding each other without being told where.

use std::time::Duration;

use super::*;
use crate::Origin;

/// A UDP port that no other test of this process or machine uses at this moment.
fn free_udp_port() -> u16 {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port()
}

fn with_beacon(seed: u8, port: u16) -> NetConfig {
    let mut config = config(seed);
    config.listen = vec![Address::new(Ipv4Addr::UNSPECIFIED.into(), 0)];
    config.discovery.beacon = true;
    config.discovery.beacon_port = port;
    config
}

#[tokio::test]
async fn three_posts_of_one_machine_share_the_beacon_port_and_find_each_other() {
    let port = free_udp_port();
    let mut posts = Vec::new();
    for seed in 1..=3 {
        posts.push(Post::start_with(with_beacon(seed, port)).await);
    }
    let all: Vec<PeerId> = posts.iter().map(|post| post.me).collect();
    for post in &posts {
        post.admit(&all).await;
    }
    for post in &posts {
        let status = status_until(post, "two links", |status| status.links.len() == 2).await;
        let beacon = status.beacon.unwrap();
        assert!(beacon.from_members > 0 && beacon.foreign == 0, "{beacon:?}");
        assert_eq!(beacon.error, None);
    }
}

#[tokio::test]
async fn another_territory_is_counted_and_not_dialled() {
    let port = free_udp_port();
    let mut foreign = with_beacon(2, port);
    foreign.territory = [43; 32];
    let (a, b) = (
        Post::start_with(with_beacon(1, port)).await,
        Post::start_with(foreign).await,
    );
    a.admit(&[b.me]).await;
    b.admit(&[a.me]).await;
    let status = status_until(&a, "a foreign beacon", |status| {
        status
            .beacon
            .as_ref()
            .is_some_and(|beacon| beacon.foreign > 0)
    })
    .await;
    assert!(status.beacon.unwrap().foreign_sources > 0);
    assert!(status.peers.is_empty() && status.connections == 0);
}

#[tokio::test]
async fn an_address_told_by_a_neighbour_is_dialled_when_it_leads_away_from_here() {
    let (a, b) = (Post::start(1).await, Post::start(2).await);
    a.admit(&[b.me]).await;
    let elsewhere: Address = "192.0.2.77:7410".parse().unwrap();
    a.net
        .learn(
            b.me,
            vec![b.address, elsewhere, "[fe80::1]:7410".parse().unwrap()],
        )
        .await
        .unwrap();
    a.net.learn(PeerId([9; 32]), vec![elsewhere]).await.unwrap();
    let status = status_until(&a, "told", |status| !status.peers.is_empty()).await;
    assert_eq!(status.peers.len(), 1, "nothing is kept about strangers");
    assert_eq!(
        status.peers[0].addresses,
        vec![(elsewhere.of(b.me), Origin::Told)]
    );
}

#[tokio::test]
async fn a_remembered_address_is_tried_at_start_and_learned_again_only_when_new() {
    let b = Post::start(2).await;
    let mut config = config(1);
    config.remembered = vec![(b.me, b.address)];
    let mut a = Post::start_with(config).await;
    b.admit(&[a.me]).await;
    a.admit(&[b.me]).await;
    a.connected(b.me).await;
    let learned = |event: &NetEvent| matches!(event, NetEvent::AddressLearned { .. });
    a.never(Duration::from_millis(200), learned).await;
}

#[tokio::test]
async fn a_typed_address_without_a_name_leads_to_whoever_is_admitted_there() {
    let (mut a, b) = (Post::start(1).await, Post::start(2).await);
    a.admit(&[b.me]).await;
    b.admit(&[a.me]).await;
    let nameless = Address {
        peer: None,
        ..b.address
    };
    a.net.add_peer(nameless).await.unwrap();
    let learned = a.until("learned", |event| match event {
        NetEvent::AddressLearned { peer, address } => Some((peer, address)),
        _ => None,
    });
    assert_eq!(learned.await, (b.me, b.address));
    a.connected(b.me).await;
    assert_eq!(a.status().await.typed[0].found, Some(b.me));
    assert!(a.net.remove_peer(nameless).await.unwrap());
    assert!(!a.net.remove_peer(nameless).await.unwrap());
}

#[tokio::test]
async fn what_cannot_be_dialled_is_refused_when_it_is_typed() {
    let a = Post::start(1).await;
    for text in ["[fe80::1]:7410", "0.0.0.0:7410", "224.0.0.1:7410"] {
        assert!(
            a.net.add_peer(text.parse().unwrap()).await.is_err(),
            "{text}"
        );
    }
}

#[tokio::test]
async fn mdns_starts_and_says_what_it_is_doing() {
    let mut config = config(1);
    config.discovery.mdns = true;
    let a = Post::start_with(config).await;
    let status = status_until(&a, "mdns", |status| status.mdns.is_some()).await;
    assert_eq!(status.mdns.unwrap().error, None);
}

#[tokio::test]
async fn a_peer_heard_at_another_address_while_its_link_is_silent_is_dialled_there() {
    let port = free_udp_port();
    let main = crate::listen::choose_port(&[anywhere()]).unwrap();
    let mut moving = with_beacon(2, port);
    // Beacons leave from 127.0.0.1 only, since 127.0.0.2 is on no interface.
    let (old, new) = (Ipv4Addr::new(127, 0, 0, 2), Ipv4Addr::LOCALHOST);
    moving.listen = [old, new].map(|ip| Address::new(ip.into(), main)).to_vec();
    let mut doubting = with_beacon(1, port);
    doubting.timing.doubtful = Duration::from_millis(300);
    let (mut a, mut b) = (
        Post::start_with(doubting).await,
        Post::start_with(moving).await,
    );
    a.admit(&[b.me]).await;
    b.admit(&[a.me]).await;
    let there = Address::new(old.into(), main).of(b.me);
    a.net.dial(there).await.unwrap();
    let first = a.until("connected", |event| match event {
        NetEvent::Connected { address, .. } => Some(address.ip()),
        _ => None,
    });
    assert_eq!(first.await, old);
    b.connected(a.me).await;
    let status = status_until(&a, "linked where it is heard", |status| {
        status.links.iter().any(|link| link.address.ip() == new)
    })
    .await;
    assert_eq!(status.links.len(), 1);
    assert_eq!(status.links[0].interface.as_deref(), Some("lo"));
}
