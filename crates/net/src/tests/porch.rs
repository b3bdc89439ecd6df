//! The porch: one question, one answer, within limits.

use std::time::{Duration, Instant};

use super::*;
use crate::limits::PORCH_BYTES_MAX;
use crate::porch::{AskError, Scout, ask};

/// Answers each question with itself, reversed.
fn echo(mut post: Post) {
    tokio::spawn(async move {
        while let Some(event) = post.events.recv().await {
            if let NetEvent::PorchRequest { token, bytes, .. } = event {
                let answer: Vec<u8> = bytes.iter().rev().copied().collect();
                post.net.answer_porch(token, answer.into()).await.unwrap();
            }
        }
    });
}

async fn open_porch(seed: u8) -> (Address, NetHandle) {
    let post = Post::start(seed).await;
    let net = post.net.clone();
    let porch = net.open_porch().await.unwrap()[0];
    echo(post);
    (porch, net)
}

async fn after_a_second() {
    tokio::time::sleep(Duration::from_millis(1_050)).await;
}

#[tokio::test]
async fn a_question_is_answered_and_the_closed_porch_is_gone() {
    let (porch, net) = open_porch(1).await;
    assert_eq!(ask(porch, Bytes::from_static(b"abc")).await.unwrap(), "cba");
    after_a_second().await;
    let largest = Bytes::from(vec![5; PORCH_BYTES_MAX]);
    assert_eq!(ask(porch, largest.clone()).await.unwrap(), largest);
    net.close_porch().await.unwrap();
    assert!(net.status().await.unwrap().porch.is_none());
    let gone = ask(porch, Bytes::from_static(b"abc")).await.unwrap_err();
    assert!(matches!(gone, AskError::Unreachable { .. }), "{gone}");
}

#[tokio::test]
async fn one_question_a_second_from_one_source() {
    let (porch, _net) = open_porch(1).await;
    assert!(ask(porch, Bytes::from_static(b"one")).await.is_ok());
    let again = ask(porch, Bytes::from_static(b"two")).await.unwrap_err();
    assert!(matches!(again, AskError::HungUp(_)), "{again}");
    after_a_second().await;
    assert!(ask(porch, Bytes::from_static(b"three")).await.is_ok());
}

#[tokio::test]
async fn a_crowd_of_askers_gets_no_more_than_its_share() {
    let mut post = Post::start(1).await;
    let porch = post.net.open_porch().await.unwrap()[0];
    let began = Instant::now();
    let askers = (0..12).map(|_| tokio::spawn(ask(porch, Bytes::from_static(b"me"))));
    let askers: Vec<_> = askers.collect();
    // Nobody answers, so those that were heard stay.
    let mut heard = 0;
    while askers.iter().filter(|asker| asker.is_finished()).count() < 10 {
        assert!(
            began.elapsed() < PATIENCE,
            "the crowd was never turned away"
        );
        let event = timeout(Duration::from_millis(20), post.next()).await;
        heard += u64::from(matches!(event, Ok(Some(NetEvent::PorchRequest { .. }))));
    }
    let allowed = 1 + began.elapsed().as_secs();
    assert!(
        (1..=allowed).contains(&heard),
        "{heard} were heard in {:?}",
        began.elapsed()
    );
    askers.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn too_long_is_refused_on_both_sides() {
    let post = Post::start(1).await;
    let porch = post.net.open_porch().await.unwrap()[0];
    let long = Bytes::from(vec![0; PORCH_BYTES_MAX + 1]);
    assert!(matches!(
        ask(porch, long.clone()).await,
        Err(AskError::TooLong)
    ));
    let net = post.net.clone();
    let mut post = post;
    let asker = tokio::spawn(ask(porch, Bytes::from_static(b"short")));
    let token = post.until("the question", |event| match event {
        NetEvent::PorchRequest { token, .. } => Some(token),
        _ => None,
    });
    let token = token.await;
    net.answer_porch(token, long).await.unwrap();
    net.answer_porch(token + 1, Bytes::from_static(b"to nobody"))
        .await
        .unwrap();
    net.answer_porch(token, Bytes::from_static(b"short too"))
        .await
        .unwrap();
    assert_eq!(asker.await.unwrap().unwrap(), "short too");
}

#[tokio::test]
async fn the_main_port_is_no_porch() {
    let post = Post::start(1).await;
    let wrong = ask(post.address, Bytes::from_static(b"abc"))
        .await
        .unwrap_err();
    assert!(
        matches!(wrong, AskError::HungUp(_) | AskError::NoPorch(_)),
        "{wrong}"
    );
}

#[tokio::test]
async fn a_silent_porch_is_given_up_in_time() {
    let post = Post::start(1).await;
    let porch = post.net.open_porch().await.unwrap()[0];
    let began = Instant::now();
    let silence = ask(porch, Bytes::from_static(b"abc")).await.unwrap_err();
    assert!(
        matches!(silence, AskError::TimedOut(_) | AskError::HungUp(_)),
        "{silence}"
    );
    assert!(
        began.elapsed() < Duration::from_secs(13),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn a_taken_port_gives_way_to_a_free_one_and_opening_twice_is_opening_once() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let wanted = Address::new(
        Ipv4Addr::LOCALHOST.into(),
        taken.local_addr().unwrap().port(),
    );
    let mut config = config(1);
    config.porch = vec![wanted];
    let post = Post::start_with(config).await;
    let porch = post.net.open_porch().await.unwrap();
    assert_ne!(porch[0].socket.port(), wanted.socket.port());
    assert_eq!(post.net.open_porch().await.unwrap(), porch);
    assert_eq!(post.status().await.porch, Some(porch));
}

#[tokio::test]
async fn a_newcomer_finds_a_porch_by_calling() {
    let port = std::net::UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut config = config(1);
    config.listen = vec![Address::new(Ipv4Addr::UNSPECIFIED.into(), 0)];
    config.porch = config.listen.clone();
    config.discovery.beacon = true;
    config.discovery.beacon_port = port;
    let mut discovery = config.discovery;
    discovery.mdns = false;
    let post = Post::start_with(config).await;
    let mut scout = Scout::start(discovery);
    assert!(
        timeout(Duration::from_millis(700), scout.next())
            .await
            .is_err(),
        "no porch is open"
    );
    drop(scout);
    post.net.open_porch().await.unwrap();
    // The burst is over before anybody listens: without a call the next beacon comes after 15 s.
    tokio::time::sleep(Duration::from_millis(5_200)).await;
    let mut scout = Scout::start(discovery);
    let found = timeout(Duration::from_secs(4), scout.next())
        .await
        .expect("found by calling")
        .unwrap();
    assert!(!found.guessed);
    echo(post);
    assert_eq!(
        ask(found.porch, Bytes::from_static(b"abc")).await.unwrap(),
        "cba"
    );
}
