//! Peers that break the rules: admitted members with changed software, and strangers in crowds.

use std::time::Duration;

use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Stream, Swarm};
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpSocket, TcpStream};

use super::*;
use crate::limits::{PENDING_INCOMING_MAX, PENDING_INCOMING_PER_SOURCE_MAX};
use crate::streams::Negotiated;
use crate::{Ended, behaviour, identity, streams, transport};

/// Opens a stream of each of two protocols, which may be the same.
#[derive(NetworkBehaviour)]
struct Two {
    one: streams::Behaviour,
    other: streams::Behaviour,
}

/// A swarm with the key of a member whose software was changed, on its way to the victim.
fn mallory(victim: &Post, seed: u8, streams: [&[u8; 32]; 2]) -> Swarm<Two> {
    let keypair = identity::keypair([seed; 32]);
    let patience = Duration::from_secs(5);
    let [one, other] =
        streams.map(|territory| streams::Behaviour::new(behaviour::protocol(territory), patience));
    let transport = transport::build(&keypair, patience, patience).unwrap();
    let config = libp2p::swarm::Config::with_tokio_executor();
    let two = Two { one, other };
    let mut swarm = Swarm::new(transport, two, keypair.public().to_peer_id(), config);
    swarm.dial(victim.address.place()).unwrap();
    swarm
}

/// Connects and gives its stream towards the victim, and the victim's towards it.
async fn mallory_connected(victim: &Post, seed: u8) -> (Stream, Stream) {
    let mut swarm = mallory(victim, seed, [&TERRITORY, &[1; 32]]);
    let (mut outbound, mut inbound) = (None, None);
    let connecting = async {
        loop {
            if let SwarmEvent::Behaviour(TwoEvent::One(event)) = swarm.select_next_some().await {
                match event.what {
                    Negotiated::Outbound(stream) => outbound = Some(stream),
                    Negotiated::Inbound(stream) => inbound = Some(stream),
                    other => panic!("{other:?}"),
                }
            }
            if outbound.is_some() && inbound.is_some() {
                break;
            }
        }
    };
    timeout(PATIENCE, connecting)
        .await
        .expect("connected in time");
    run(swarm);
    (outbound.unwrap(), inbound.unwrap())
}

fn run(mut swarm: Swarm<Two>) {
    tokio::spawn(async move {
        loop {
            swarm.select_next_some().await;
        }
    });
}

#[tokio::test]
async fn a_frame_that_claims_to_be_too_long_ends_the_link() {
    let mut alice = Post::start(1).await;
    let evil = peer_id([66; 32]);
    alice.admit(&[evil]).await;
    let (mut stream, _inbound) = mallory_connected(&alice, 66).await;
    alice.connected(evil).await;
    stream.write_all(&u32::MAX.to_be_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    assert_eq!(
        alice.disconnected(evil).await,
        Ended::FrameTooLong { bytes: u32::MAX }
    );
    let status = status_until(&alice, "hung up", |status| status.connections == 0).await;
    assert_eq!(status.counters.violations, 1);
}

#[tokio::test]
async fn a_frame_that_trickles_ends_the_link_and_others_are_not_disturbed() {
    let mut patient = config(1);
    patient.timing.stall = Duration::from_millis(600);
    let (mut alice, mut bob) = (Post::start_with(patient).await, Post::start(2).await);
    let evil = peer_id([66; 32]);
    bob.admit(&[alice.me]).await;
    alice.admit(&[evil, bob.me]).await;
    bob.net.add_peer(alice.address).await.unwrap();
    bob.connected(alice.me).await;
    let (mut stream, _inbound) = mallory_connected(&alice, 66).await;
    alice.connected(evil).await;
    stream.write_all(&[0, 0, 0, 100, 1, 2, 3]).await.unwrap();
    stream.flush().await.unwrap();
    bob.send(alice.me, "meanwhile").unwrap();
    assert_eq!(
        alice.frame().await,
        (bob.me, Bytes::from_static(b"meanwhile"))
    );
    assert_eq!(alice.disconnected(evil).await, Ended::Stalled);
    assert_eq!(alice.status().await.links.len(), 1);
}

#[tokio::test]
async fn a_second_stream_ends_the_link() {
    let alice = Post::start(1).await;
    let evil = peer_id([66; 32]);
    alice.admit(&[evil]).await;
    run(mallory(&alice, 66, [&TERRITORY, &TERRITORY]));
    status_until(&alice, "the violation", |status| {
        status.counters.violations == 1 && status.connections == 0
    })
    .await;
}

#[tokio::test]
async fn a_stream_that_is_closed_is_the_end_of_the_link() {
    let mut alice = Post::start(1).await;
    let evil = peer_id([66; 32]);
    alice.admit(&[evil]).await;
    let (mut stream, mut inbound) = mallory_connected(&alice, 66).await;
    alice.connected(evil).await;
    stream.close().await.unwrap();
    assert_eq!(alice.disconnected(evil).await, Ended::ByPeer);
    let mut rest = Vec::new();
    let _ = inbound.read_to_end(&mut rest).await;
    assert!(rest.is_empty());
}

async fn silent_connection(from: Ipv4Addr, to: Address) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    socket.connect(to.socket).await.unwrap()
}

#[tokio::test]
async fn endless_silent_connections_are_bounded_and_members_still_get_in() {
    let mut alice = Post::start(1).await;
    let mut bob = Post::start(2).await;
    alice.admit(&[bob.me]).await;
    bob.admit(&[alice.me]).await;
    let attacker = Ipv4Addr::new(127, 0, 0, 66);
    let mut open = Vec::new();
    for _ in 0..200 {
        open.push(silent_connection(attacker, alice.address).await);
    }
    let most = u32::try_from(PENDING_INCOMING_PER_SOURCE_MAX).unwrap();
    let status = status_until(&alice, "the crowd is turned away", |status| {
        status.counters.over_limit >= 200 - u64::from(most)
    })
    .await;
    assert!(status.pending <= most, "{} of one source", status.pending);
    bob.net.add_peer(alice.address).await.unwrap();
    bob.connected(alice.me).await;
    alice.connected(bob.me).await;
    // The refused ones were closed, not merely forgotten.
    let mut closed = 0;
    for stream in &mut open {
        let mut byte = [0];
        if let Ok(end) = timeout(Duration::from_millis(5), stream.read(&mut byte)).await {
            closed += u32::from(!matches!(end, Ok(1)));
        }
    }
    assert!(closed >= 150, "{closed} of 200 were closed");
}

#[tokio::test]
async fn a_crowd_of_sources_is_bounded_as_a_whole() {
    let alice = Post::start(1).await;
    let mut open = Vec::new();
    for source in 1..=10 {
        for _ in 0..PENDING_INCOMING_PER_SOURCE_MAX {
            open.push(silent_connection(Ipv4Addr::new(127, 0, 1, source), alice.address).await);
        }
    }
    let status = status_until(&alice, "the crowd is turned away", |status| {
        status.counters.over_limit >= 160 - u64::from(PENDING_INCOMING_MAX)
    })
    .await;
    assert!(status.pending <= PENDING_INCOMING_MAX);
}

#[tokio::test]
async fn handshakes_that_do_not_go_on_are_given_up() {
    let mut hurried = config(1);
    hurried.timing.handshake = Duration::from_millis(400);
    let alice = Post::start_with(hurried).await;
    let _open = silent_connection(Ipv4Addr::LOCALHOST, alice.address).await;
    status_until(&alice, "pending", |status| status.pending == 1).await;
    status_until(&alice, "given up", |status| status.pending == 0).await;
}
