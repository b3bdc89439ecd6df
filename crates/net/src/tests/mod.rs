//! Whole nodes on real sockets of the loopback interface.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test waits for one event among all others"
)]

mod admission;
mod discovery;
mod hostile;
mod links;
mod porch;

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::time::Duration;

use beffroi_sync::PeerId;
use bytes::Bytes;
use tokio::time::timeout;

use crate::{
    Address, LinkSender, NetConfig, NetEvent, NetEvents, NetHandle, NetStatus, SendError, peer_id,
    spawn,
};

const TERRITORY: [u8; 32] = [42; 32];
/// Long enough for a busy machine; nothing waits for it when all is well.
const PATIENCE: Duration = Duration::from_secs(10);

/// A node and its events.
struct Post {
    me: PeerId,
    net: NetHandle,
    events: NetEvents,
    address: Address,
    links: BTreeMap<PeerId, LinkSender>,
}

fn anywhere() -> Address {
    Address::new(Ipv4Addr::LOCALHOST.into(), 0)
}

/// A post on a free port of 127.0.0.1 that looks for nobody.
fn config(seed: u8) -> NetConfig {
    let mut config = NetConfig::new([seed; 32], TERRITORY);
    config.listen = vec![anywhere()];
    config.porch = vec![anywhere()];
    config.discovery.beacon = false;
    config.discovery.mdns = false;
    config
}

impl Post {
    async fn start(seed: u8) -> Self {
        Self::start_with(config(seed)).await
    }

    async fn start_with(config: NetConfig) -> Self {
        let (net, mut events) = spawn(config).unwrap();
        let address = loop {
            match timeout(PATIENCE, events.recv())
                .await
                .expect("listening in time")
            {
                Some(NetEvent::Listening(address)) => break address,
                Some(_) => {}
                None => panic!("the node stopped"),
            }
        };
        let me = net.me();
        Self {
            me,
            net,
            events,
            address: address.of(me),
            links: BTreeMap::new(),
        }
    }

    /// The next event; links are kept as the daemon keeps them.
    async fn next(&mut self) -> Option<NetEvent> {
        let event = self.events.recv().await?;
        match &event {
            NetEvent::Connected { peer, link, .. } => {
                let before = self.links.insert(*peer, link.clone());
                assert!(before.is_none(), "the link before was never taken back");
            }
            NetEvent::Disconnected { peer, .. } => {
                assert!(
                    self.links.remove(peer).is_some(),
                    "the end of an unknown link"
                );
            }
            _ => {}
        }
        Some(event)
    }

    fn send(&self, to: PeerId, frame: impl Into<Bytes>) -> Result<(), SendError> {
        self.links
            .get(&to)
            .ok_or(SendError::Ended)?
            .send(frame.into())
    }

    /// Waits for an event for which `pick` gives something.
    async fn until<T>(&mut self, what: &str, mut pick: impl FnMut(NetEvent) -> Option<T>) -> T {
        let found = async {
            loop {
                let event = self.next().await.expect("the node runs");
                if let Some(found) = pick(event) {
                    return found;
                }
            }
        };
        timeout(PATIENCE, found)
            .await
            .unwrap_or_else(|_| panic!("never: {what}"))
    }

    async fn connected(&mut self, peer: PeerId) {
        self.until("connected", |event| {
            matches!(event, NetEvent::Connected { peer: with, .. } if with == peer).then_some(())
        })
        .await;
    }

    async fn disconnected(&mut self, peer: PeerId) -> crate::Ended {
        self.until("disconnected", |event| match event {
            NetEvent::Disconnected { peer: with, reason } if with == peer => Some(reason),
            _ => None,
        })
        .await
    }

    async fn frame(&mut self) -> (PeerId, Bytes) {
        self.until("a frame", |event| match event {
            NetEvent::Frame { peer, bytes } => Some((peer, bytes)),
            _ => None,
        })
        .await
    }

    /// Fails when an event for which `pick` gives something comes within the time.
    async fn never(&mut self, within: Duration, mut pick: impl FnMut(&NetEvent) -> bool) {
        let unwanted = async {
            while let Some(event) = self.next().await {
                assert!(!pick(&event), "unwanted: {event:?}");
            }
        };
        let _ = timeout(within, unwanted).await;
    }

    async fn admit(&self, peers: &[PeerId]) {
        self.net
            .allow(peers.iter().copied().collect::<BTreeSet<_>>())
            .await
            .unwrap();
    }

    async fn status(&self) -> NetStatus {
        self.net.status().await.unwrap()
    }
}

/// Two posts that admit each other; the first dials the second.
async fn pair(first: u8, second: u8) -> (Post, Post) {
    let (mut a, mut b) = (Post::start(first).await, Post::start(second).await);
    meet(&mut a, &mut b).await;
    (a, b)
}

async fn meet(a: &mut Post, b: &mut Post) {
    a.admit(&[b.me]).await;
    b.admit(&[a.me]).await;
    a.net.add_peer(b.address).await.unwrap();
    a.connected(b.me).await;
    b.connected(a.me).await;
}

/// Waits until a condition on the status holds.
async fn status_until(
    post: &Post,
    what: &str,
    mut holds: impl FnMut(&NetStatus) -> bool,
) -> NetStatus {
    let found = async {
        loop {
            let status = post.status().await;
            if holds(&status) {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, found)
        .await
        .unwrap_or_else(|_| panic!("never: {what}"))
}
