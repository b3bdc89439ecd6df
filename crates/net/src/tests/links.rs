//! Frames, queues, and links that come and go.

use std::time::{Duration, Instant};

use beffroi_sync::limits::FRAME_BYTES_MAX;

use super::*;
use crate::Ended;
use crate::limits::QUEUE_BYTES_MAX;

#[tokio::test]
async fn two_posts_exchange_frames() {
    let (mut a, mut b) = pair(1, 2).await;
    let largest = Bytes::from(vec![7; FRAME_BYTES_MAX]);
    a.send(b.me, "first").unwrap();
    a.send(b.me, largest.clone()).unwrap();
    b.send(a.me, "answer").unwrap();
    assert_eq!(b.frame().await, (a.me, Bytes::from_static(b"first")));
    assert_eq!(b.frame().await, (a.me, largest));
    assert_eq!(a.frame().await, (b.me, Bytes::from_static(b"answer")));
    let links = b.status().await.links;
    assert_eq!(
        (
            links.len(),
            links[0].peer,
            links[0].frames_in,
            links[0].dialer
        ),
        (1, a.me, 2, false)
    );
}

#[tokio::test]
async fn a_thousand_frames_arrive_in_order() {
    let (a, mut b) = pair(1, 2).await;
    let link = a.links[&b.me].clone();
    let sending = tokio::spawn(async move {
        for number in 0..1_000_u32 {
            while link.waiting() > 4_000 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let frame = [number.to_be_bytes().as_slice(), &[0; 96]].concat();
            link.send(frame.into()).unwrap();
        }
    });
    for number in 0..1_000_u32 {
        assert_eq!(b.frame().await.1[..4], number.to_be_bytes());
    }
    sending.await.unwrap();
}

#[tokio::test]
async fn both_dial_at_the_same_moment_and_one_connection_stays() {
    for round in 0..4 {
        let (mut a, mut b) = (
            Post::start(2 * round + 1).await,
            Post::start(2 * round + 2).await,
        );
        let (to_b, to_a) = (a.net.add_peer(b.address), b.net.add_peer(a.address));
        let _ = tokio::join!(to_b, to_a);
        a.admit(&[b.me]).await;
        b.admit(&[a.me]).await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        for post in [&a, &b] {
            let status =
                status_until(post, "one connection", |status| status.connections == 1).await;
            assert_eq!(status.links.len(), 1, "round {round}");
        }
        // And it is the same one: frames pass both ways.
        while a.send(b.me, "to b").is_err() {
            a.until("an event", Some).await;
        }
        while b.send(a.me, "to a").is_err() {
            b.until("an event", Some).await;
        }
        assert_eq!(b.frame().await.1, "to b");
        assert_eq!(a.frame().await.1, "to a");
    }
}

#[tokio::test]
async fn a_peer_that_reads_nothing_is_hung_up_on_and_others_are_not_disturbed() {
    let mut config = config(1);
    config.timing.stall = Duration::from_millis(500);
    let mut a = Post::start_with(config).await;
    // Bob receives his first event and then nothing more: his side must push back.
    let (mut bob, mut carol) = (Post::start(2).await, Post::start(3).await);
    for post in [&bob, &carol] {
        post.admit(&[a.me]).await;
    }
    a.admit(&[bob.me, carol.me]).await;
    for post in [&mut bob, &mut carol] {
        a.net.add_peer(post.address).await.unwrap();
        a.connected(post.me).await;
        post.connected(a.me).await;
    }
    let frame = Bytes::from(vec![0; 256 << 10]);
    let to_bob = a.links[&bob.me].clone();
    let began = Instant::now();
    let mut sent = 0;
    while began.elapsed() < PATIENCE && a.links.contains_key(&bob.me) {
        if to_bob.waiting() < QUEUE_BYTES_MAX / 2 && to_bob.send(frame.clone()).is_ok() {
            sent += frame.len();
            continue;
        }
        a.send(carol.me, "still here").unwrap();
        assert_eq!(carol.frame().await.1, "still here");
        let event = timeout(Duration::from_millis(50), a.next()).await;
        if let Ok(Some(NetEvent::Disconnected { peer, reason })) = event {
            assert_eq!((peer, reason), (bob.me, Ended::Stalled));
        }
    }
    assert!(to_bob.is_ended(), "Bob was never hung up on");
    // Bob's inbox (16 MiB), his stream window, the sockets and our queue hold some: the rest stayed here.
    assert!(
        sent < 64 << 20,
        "{sent} bytes were taken by a peer that reads nothing"
    );
}

#[tokio::test]
async fn a_full_queue_ends_the_link() {
    let (mut a, b) = pair(1, 2).await;
    let frame = Bytes::from(vec![0; FRAME_BYTES_MAX]);
    let refused = (0..100).find_map(|_| a.send(b.me, frame.clone()).err());
    assert_eq!(refused, Some(SendError::QueueFull));
    let link = a.links[&b.me].clone();
    assert_eq!(a.disconnected(b.me).await, Ended::QueueFull);
    assert_eq!(link.send(frame), Err(SendError::Ended));
}

#[tokio::test]
async fn a_post_that_restarts_is_found_again() {
    let (mut a, b) = pair(1, 2).await;
    let (peer, address) = (b.me, b.address);
    b.net.shutdown().await;
    drop(b);
    let reason = a.disconnected(peer).await;
    assert!(
        matches!(reason, Ended::ByPeer | Ended::Lost(_)),
        "{reason:?}"
    );
    let mut again = config(2);
    again.listen = vec![address];
    let mut b = Post::start_with(again).await;
    b.admit(&[a.me]).await;
    a.connected(peer).await;
    b.connected(a.me).await;
}

#[tokio::test]
async fn a_shutdown_tells_of_the_end_of_each_link_and_is_quick() {
    let (mut a, mut b) = pair(1, 2).await;
    let began = Instant::now();
    a.net.shutdown().await;
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!(a.disconnected(b.me).await, Ended::Shutdown);
    b.disconnected(a.me).await;
    assert!(a.net.status().await.is_err());
}

#[tokio::test]
async fn a_frame_for_an_old_link_never_reaches_the_next_one() {
    let (mut a, mut b) = pair(1, 2).await;
    let old = a.links[&b.me].clone();
    b.net.hang_up(a.me, "a new session", None).await.unwrap();
    let reason = b.disconnected(a.me).await;
    assert_eq!(reason, Ended::HungUp("a new session".to_owned()));
    // Both have connected again by now, but Alice has received nothing of it yet.
    b.connected(a.me).await;
    assert_eq!(old.send("old".into()), Err(SendError::Ended));
    a.disconnected(b.me).await;
    a.connected(b.me).await;
    assert_ne!(old, a.links[&b.me]);
    assert_eq!(old.send("older".into()), Err(SendError::Ended));
    a.send(b.me, "new").unwrap();
    assert_eq!(b.frame().await.1, "new");
}

#[tokio::test]
async fn a_port_that_is_taken_is_told_and_used_once_it_is_free() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let wanted = Address::new(
        Ipv4Addr::LOCALHOST.into(),
        taken.local_addr().unwrap().port(),
    );
    let mut config = config(1);
    config.listen = vec![wanted];
    let (net, events) = spawn(config).unwrap();
    let mut post = Post {
        me: net.me(),
        net,
        events,
        address: wanted,
        links: BTreeMap::new(),
    };
    let failed = post.until("the failure", |event| match event {
        NetEvent::ListenFailed { address, .. } => Some(address),
        _ => None,
    });
    assert_eq!(failed.await, wanted);
    assert_eq!(post.status().await.listen_errors.len(), 1);
    drop(taken);
    post.until("listening", |event| {
        (event == NetEvent::Listening(wanted)).then_some(())
    })
    .await;
    assert!(post.status().await.listen_errors.is_empty());
}
