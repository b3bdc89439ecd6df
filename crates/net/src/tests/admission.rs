//! Who may connect, and what those learn who may not.

use std::time::{Duration, Instant};

use super::*;
use crate::Ended;

#[tokio::test]
async fn a_stranger_is_refused_before_any_stream_and_both_sides_learn_it() {
    let (mut a, mut stranger) = (Post::start(1).await, Post::start(2).await);
    a.admit(&[]).await;
    stranger.admit(&[a.me]).await;
    stranger.net.add_peer(a.address).await.unwrap();
    let refused = stranger.until("refused", |event| match event {
        NetEvent::Refused { peer, address } => Some((peer, address)),
        NetEvent::Connected { .. } => panic!("a stranger was let in"),
        _ => None,
    });
    assert_eq!(refused.await, (a.me, a.address));
    let device = a.until("turned away", |event| match event {
        NetEvent::TurnedAway { device, address } => Some((device, address)),
        NetEvent::Connected { .. } => panic!("a stranger was let in"),
        _ => None,
    });
    assert_eq!(device.await, (stranger.me, Ipv4Addr::LOCALHOST.into()));
    let status = a.status().await;
    assert_eq!((status.counters.links, status.links.len()), (0, 0));
    // Once its grant is known it gets in, by its own back-off.
    a.admit(&[stranger.me]).await;
    a.connected(stranger.me).await;
}

#[tokio::test]
async fn a_device_found_where_we_dialled_counts_as_turned_away_too() {
    let (mut a, unknown) = (Post::start(1).await, Post::start(2).await);
    unknown.admit(&[a.me]).await;
    let nameless = Address {
        peer: None,
        ..unknown.address
    };
    a.net.add_peer(nameless).await.unwrap();
    let device = a.until("turned away", |event| match event {
        NetEvent::TurnedAway { device, .. } => Some(device),
        _ => None,
    });
    assert_eq!(device.await, unknown.me);
    let typed = a.status().await.typed;
    assert!(
        typed[0].error.as_ref().unwrap().contains("not admitted"),
        "{typed:?}"
    );
}

#[tokio::test]
async fn a_member_that_is_withdrawn_is_out_within_a_second() {
    let (mut a, mut b) = pair(1, 2).await;
    let began = Instant::now();
    a.admit(&[]).await;
    assert_eq!(a.disconnected(b.me).await, Ended::NotAllowed);
    b.disconnected(a.me).await;
    assert!(began.elapsed() < Duration::from_secs(1));
    status_until(&a, "no connection", |status| status.connections == 0).await;
    a.never(Duration::from_millis(1_500), |event| {
        matches!(event, NetEvent::Connected { .. })
    })
    .await;
}

#[tokio::test]
async fn a_ban_keeps_a_member_out_and_then_ends() {
    let (mut a, mut b) = pair(1, 2).await;
    a.net
        .hang_up(b.me, "broke a rule", Some(Duration::from_millis(2_500)))
        .await
        .unwrap();
    let began = Instant::now();
    assert_eq!(
        a.disconnected(b.me).await,
        Ended::HungUp("broke a rule".to_owned())
    );
    b.net.dial(a.address).await.unwrap();
    a.until("connected again", |event| match event {
        NetEvent::Connected { peer, .. } if peer == b.me => Some(()),
        NetEvent::TurnedAway { .. } => panic!("a banned member is no stranger"),
        _ => None,
    })
    .await;
    assert!(began.elapsed() > Duration::from_millis(2_400));
    b.connected(a.me).await;
}

#[tokio::test]
async fn another_territory_fails_at_negotiation() {
    let mut other = config(2);
    other.territory = [43; 32];
    let (mut a, b) = (Post::start(1).await, Post::start_with(other).await);
    a.admit(&[b.me]).await;
    b.admit(&[a.me]).await;
    a.net.add_peer(b.address).await.unwrap();
    let status = status_until(&a, "noticed", |status| status.counters.other_protocol > 0).await;
    assert_eq!(status.counters.links, 0);
    let reach = status
        .peers
        .iter()
        .find(|reach| reach.peer == b.me)
        .unwrap();
    assert!(reach.error.as_ref().unwrap().contains("another territory"));
    assert!(
        reach.next_attempt.unwrap() > Duration::from_secs(30),
        "no use hammering"
    );
    let told =
        |event: &NetEvent| matches!(event, NetEvent::Connected { .. } | NetEvent::Refused { .. });
    a.never(Duration::from_millis(300), told).await;
}
