//! The other posts as far as this one knows, and the addresses people type. Nothing is inferred from
//! having sent, from a third post, or from silence.

use std::time::Duration;

use beffroi_api::Schema;
use beffroi_api::problem::Cause;
use beffroi_api::reply::status::{
    CarriedByHand, Peer, PeerAdded, PeerRemoved, PeerState, Peers, Synced, TypedAddress, Via,
};
use beffroi_api::request::{AddPeer, SyncNow};
use beffroi_net::Address;
use beffroi_store::Batch;
use beffroi_sync::PeerId;
use beffroi_trust::DeviceId;
use tokio::time::{Instant, sleep};

use super::Service;
use crate::clock::{now_ms, rfc3339};
use crate::failure::Outcome;
use crate::node::{Node, REMEMBERED, TYPED, roles};
use crate::writer::Job;

/// How often it is looked whether posts are in step.
const LOOK: Duration = Duration::from_millis(50);
/// The longest wait a request may ask for.
const WAIT_MAX: Duration = Duration::from_secs(600);

impl Service {
    /// The other posts.
    pub(crate) async fn peers(&self) -> Outcome<Peers> {
        self.context_of_any_post().await?;
        let items = self.node.ask(|node| node.shown_peers()).await?;
        Ok(Peers {
            schema: Schema,
            items,
            typed: self.typed().await?,
        })
    }

    async fn typed(&self) -> Outcome<Vec<TypedAddress>> {
        let (net, names) = self
            .node
            .ask(|node| {
                let names = node
                    .living
                    .as_ref()
                    .map(|living| living.view.cabinet().names().clone());
                (node.network.handle.clone(), names.unwrap_or_default())
            })
            .await?;
        let Some(net) = net else {
            return Ok(Vec::new());
        };
        let status = net.status().await.map_err(|_| Cause::Ending {})?;
        let shown = |typed: &beffroi_net::TypedAddress| TypedAddress {
            address: typed.address.to_string(),
            answered_by: typed.found.map(|peer| names.shown(&DeviceId::from(peer))),
            tried: None,
            error: typed.error.clone(),
        };
        Ok(status.typed.iter().map(shown).collect())
    }

    /// Keeps an address and dials it.
    pub(crate) async fn add_peer(&self, body: AddPeer) -> Outcome<PeerAdded> {
        self.context_of_any_post().await?;
        let unreadable = || Cause::AddressUnreadable {
            address: body.address.chars().take(120).collect(),
        };
        let address: Address = body.address.parse().map_err(|_| unreadable())?;
        let net = self.node.ask(|node| node.network.handle.clone()).await?;
        if let Some(net) = net {
            net.add_peer(address).await.map_err(|_| unreadable())?;
        }
        let text = address.to_string();
        let key = text.clone();
        self.node
            .ask(move |node| {
                let mut batch = Batch::new();
                batch.put(TYPED, key.as_bytes(), &[]);
                node.writer.keep(Job {
                    ids: Vec::new(),
                    batch,
                });
            })
            .await?;
        Ok(PeerAdded {
            schema: Schema,
            address: text,
        })
    }

    /// Forgets a typed address, or every address of a post.
    pub(crate) async fn remove_peer(&self, id: String) -> Outcome<PeerRemoved> {
        self.context_of_any_post().await?;
        let unknown = || Cause::PeerUnknown {
            peer: id.chars().take(80).collect(),
        };
        let wanted = id.clone();
        let (net, peer) = self
            .node
            .ask(move |node| (node.network.handle.clone(), node.peer_named(&wanted)))
            .await?;
        let typed = self.node.ask(|node| node.typed_peers()).await?;
        let address: Option<Address> = id.parse().ok();
        let removed: Vec<Address> = match (address, peer) {
            (Some(address), _) => typed
                .into_iter()
                .filter(|known| *known == address)
                .collect(),
            (None, Some(peer)) => {
                self.node
                    .ask(move |node| node.forget_addresses(peer))
                    .await?
            }
            (None, None) => Vec::new(),
        };
        if removed.is_empty() && peer.is_none() {
            return Err(unknown().into());
        }
        let texts: Vec<String> = removed.iter().map(ToString::to_string).collect();
        let keys = texts.clone();
        self.node
            .ask(move |node| {
                let mut batch = Batch::new();
                keys.iter().for_each(|key| {
                    batch.delete(TYPED, key.as_bytes());
                });
                node.writer.keep(Job {
                    ids: Vec::new(),
                    batch,
                });
            })
            .await?;
        if let Some(net) = net {
            for address in removed {
                let _ = net.remove_peer(address).await;
            }
        }
        Ok(PeerRemoved {
            schema: Schema,
            removed: texts,
        })
    }

    /// Waits until this post is in step with those asked for. The engine compares by itself as soon as a
    /// link stands, so there is nothing to start.
    pub(crate) async fn sync(&self, body: SyncNow) -> Outcome<Synced> {
        self.context_of_any_post().await?;
        let wanted = match &body.with {
            None => None,
            Some(with) => {
                let named = with.clone();
                let peer = self.node.ask(move |node| node.peer_named(&named)).await?;
                Some(peer.ok_or_else(|| Cause::PeerUnknown { peer: with.clone() })?)
            }
        };
        let before = self.node.ask(|node| node.entry_count()).await?;
        let until = Instant::now() + Duration::from_secs(body.wait_s).min(WAIT_MAX);
        loop {
            let (peers, entries) = self
                .node
                .ask(move |node| (node.shown_peers(), node.entry_count()))
                .await?;
            let meant = |peer: &&Peer| wanted.is_none_or(|wanted| peer.id == wanted.to_string());
            let peers: Vec<Peer> = peers.iter().filter(meant).cloned().collect();
            let in_step = !peers.is_empty() && peers.iter().all(|peer| peer.in_step);
            if in_step || Instant::now() >= until {
                return Ok(Synced {
                    schema: Schema,
                    in_step,
                    received: entries.saturating_sub(before),
                    peers,
                });
            }
            sleep(LOOK).await;
        }
    }
}

impl Node {
    /// Every other post now standing.
    pub(crate) fn shown_peers(&self) -> Vec<Peer> {
        self.others()
            .into_iter()
            .map(|peer| self.shown_peer(peer))
            .collect()
    }

    fn shown_peer(&self, peer: PeerId) -> Peer {
        let device = DeviceId::from(peer);
        let living = self.living.as_ref();
        let name = living.and_then(|living| living.view.cabinet().names().of(&device).cloned());
        let role = living.and_then(|living| living.chronicle.standing().member(&device)?.role);
        let status = living.and_then(|living| living.engine.peer(&peer));
        let remembered = self.peers.of(&peer);
        let connected = self.network.connected.contains_key(&peer);
        let in_step = connected && status.as_ref().is_some_and(|status| status.in_step);
        let on_the_way = self.on_the_way.get(&peer).map(|it| CarriedByHand {
            entries: it.entries,
            since: rfc3339(it.since_ms),
        });
        let state = match (connected, in_step) {
            (_, true) => PeerState::InStep,
            (true, false) => PeerState::CatchingUp,
            (false, false) if on_the_way.is_some() => PeerState::Carried,
            (false, false) => PeerState::Silent,
        };
        let last_ms = if connected {
            Some(self.heard_ms(&status))
        } else {
            remembered.heard_ms.max(remembered.brought_ms)
        };
        let by_hand = !connected && remembered.brought_ms > remembered.heard_ms;
        let via = if by_hand { Via::Usb } else { Via::Lan };
        let addresses = self.network.remembered.get(&peer);
        Peer {
            name: name.as_ref().map(|post| post.name.clone()),
            code: name.map(|post| post.code),
            id: peer.to_string(),
            role: role.and_then(roles::shown),
            via: last_ms.map(|_| via),
            connected,
            last_contact: last_ms.map(rfc3339),
            missing_here: status.as_ref().and_then(|status| status.missing_here),
            missing_there: status.as_ref().and_then(|status| status.missing_there),
            in_step,
            in_step_at: remembered.in_step_ms.map(rfc3339),
            state,
            carried: on_the_way,
            reason: None,
            version: status
                .and_then(|status| status.version)
                .or(remembered.version),
            clock_offset_s: remembered.clock_offset_ms.map(|ms| ms / 1000),
            addresses: addresses.map_or_else(Vec::new, |all| {
                all.iter().map(ToString::to_string).collect()
            }),
        }
    }

    /// When a connected peer was last heard, by our clock.
    fn heard_ms(&self, status: &Option<beffroi_sync::PeerStatus>) -> u64 {
        let last = status.as_ref().and_then(|status| status.last_heard);
        let ago = last.map_or(Duration::ZERO, |last| self.moment().since(last));
        now_ms().saturating_sub(u64::try_from(ago.as_millis()).unwrap_or(u64::MAX))
    }

    /// A post by its code, its name, or the beginning of its key.
    pub(crate) fn peer_named(&self, named: &str) -> Option<PeerId> {
        let cabinet = self.living.as_ref()?.view.cabinet();
        let is_meant = |peer: &PeerId| {
            let post = cabinet.names().of(&DeviceId::from(*peer));
            let by_name = post.is_some_and(|post| {
                post.code.eq_ignore_ascii_case(named)
                    || post.name.to_lowercase() == named.to_lowercase()
            });
            by_name || (named.len() >= 4 && peer.to_string().starts_with(&named.to_lowercase()))
        };
        self.others().into_iter().find(is_meant)
    }

    fn forget_addresses(&mut self, peer: PeerId) -> Vec<Address> {
        let known = self.network.remembered.remove(&peer).unwrap_or_default();
        let mut batch = Batch::new();
        batch.delete(REMEMBERED, &peer.0);
        self.writer.keep(Job {
            ids: Vec::new(),
            batch,
        });
        known
    }
}
