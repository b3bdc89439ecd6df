//! The porch: where devices come that the main port does not know. It is open while there are codes to be
//! used, and for a while after a stranger was turned away; members show their grants there.

use std::time::{Duration, Instant};

use beffroi_net::porch::ask;
use beffroi_net::{Address, PORCH_PORT};
use beffroi_sync::{Input as SyncInput, PeerId};
use beffroi_trust::invite::{PorchRefusal, PorchReply, PorchRequest, Present, Withdrawn};
use beffroi_trust::{Checked, DeviceId, Entry, EntryId, Placement};
use bytes::Bytes;

use super::Node;
use super::living::Living;
use crate::clock::now_ms;
use crate::custody;

/// How long the porch stays open for a device that the main port did not know.
const PORCH_OPEN: Duration = Duration::from_secs(120);

impl Node {
    /// Shows our grants at the porch of a post that turned us away: it may not have heard of them.
    pub(super) fn present(&mut self, peer: PeerId, address: Address) {
        let usual = Address::new(address.ip(), PORCH_PORT);
        let porch = self
            .network
            .porches
            .get(&address.ip())
            .copied()
            .unwrap_or(usual);
        let Some(chain) = self
            .living
            .as_ref()
            .and_then(|living| self.own_chain(living))
        else {
            return;
        };
        let Ok(present) = Present::new(&chain) else {
            return;
        };
        if !self.network.presenting.insert(peer) {
            return;
        }
        let node = self.handle.clone();
        let request = Bytes::from(PorchRequest::Present(present).encode());
        tokio::spawn(async move {
            let answer = ask(porch, request).await;
            let task = move |node: &mut Node| node.presented(peer, address, answer.ok());
            let _ = node.ask(task).await;
        });
    }

    fn own_chain(&self, living: &Living) -> Option<Vec<Entry>> {
        let grant = living.chronicle.standing().member(&living.me())?.cites?;
        self.chain_entries(living, &grant)
    }

    fn presented(&mut self, peer: PeerId, address: Address, answer: Option<Bytes>) {
        self.network.presenting.remove(&peer);
        match answer.as_deref().map(PorchReply::decode) {
            Some(Ok(PorchReply::Allowed)) => self.with_net(move |net| async move {
                let _ = net.dial(address).await;
            }),
            Some(Ok(PorchReply::Withdrawn(withdrawn))) => {
                let Some(living) = &self.living else {
                    return;
                };
                if let Ok(entries) = withdrawn.open(&living.id) {
                    self.take_acts(entries);
                }
            }
            Some(_) | None => {}
        }
    }

    /// Takes in acts that were shown at a porch.
    fn take_acts(&mut self, entries: Vec<Checked>) {
        let Some(living) = &mut self.living else {
            return;
        };
        let mut parcels = Vec::new();
        for checked in entries {
            if living.chronicle.offer(&checked, None) == Placement::InSet {
                parcels.extend(living.parcel(&checked));
                living.stage(checked);
            }
        }
        parcels.extend(living.wake());
        if !parcels.is_empty() {
            self.sync(SyncInput::Woken(parcels));
        }
    }

    pub(super) fn at_the_porch(&mut self, token: u64, bytes: &[u8]) {
        match PorchRequest::decode(bytes) {
            Ok(PorchRequest::Claim(claim)) => self.claimed(token, *claim),
            Ok(PorchRequest::Present(present)) => self.shown(token, &present),
            Err(error) => {
                tracing::debug!(%error, "nonsense at the porch");
                self.answer_porch(token, &PorchReply::Refused(PorchRefusal::NotProven));
            }
        }
    }

    /// A member shows its grants. Taken, they are acts like any others.
    fn shown(&mut self, token: u64, present: &Present) {
        let Some(living) = &self.living else {
            return;
        };
        let Ok((device, chain)) = present.open(&living.genesis) else {
            self.answer_porch(token, &PorchReply::Refused(PorchRefusal::NotProven));
            return;
        };
        self.take_acts(chain);
        let reply =
            self.living
                .as_ref()
                .map_or(PorchReply::Refused(PorchRefusal::Busy), |living| {
                    if living.chronicle.standing().stands(&device) {
                        let denied = self.network.denied.contains(&PeerId::from(device));
                        return if denied {
                            PorchReply::Refused(PorchRefusal::NotProven)
                        } else {
                            PorchReply::Allowed
                        };
                    }
                    self.proof_of_withdrawal(living, &device).map_or(
                        PorchReply::Refused(PorchRefusal::NotProven),
                        PorchReply::Withdrawn,
                    )
                });
        self.members_changed();
        self.answer_porch(token, &reply);
    }

    fn proof_of_withdrawal(&self, living: &Living, device: &DeviceId) -> Option<Withdrawn> {
        let standing = living.chronicle.standing();
        let member = standing.member(device)?;
        let revoke = member.grants.iter().find_map(|grant| {
            standing
                .permit(grant)?
                .cut
                .as_ref()?
                .revokes
                .first()
                .copied()
        })?;
        let cites = living.chronicle.act(&revoke)?.grant;
        let mut entries = if cites == standing.territory() {
            Vec::new()
        } else {
            self.chain_entries(living, &cites)?
        };
        entries.extend(self.stored_entries(&[revoke])?);
        Withdrawn::new(&entries).ok()
    }

    /// The grants from the root to this one, the root's first.
    pub(super) fn chain_entries(&self, living: &Living, grant: &EntryId) -> Option<Vec<Entry>> {
        let mut chain = living.chronicle.chain(grant);
        chain.reverse();
        self.stored_entries(&chain)
    }

    fn stored_entries(&self, ids: &[EntryId]) -> Option<Vec<Entry>> {
        let stored = self
            .store
            .entries(&ids.iter().map(|id| id.0).collect::<Vec<_>>())
            .ok()?;
        stored
            .iter()
            .map(|stored| custody::entry(stored.as_ref()?).ok())
            .collect()
    }

    pub(super) fn open_porch(&mut self) {
        let node = self.handle.clone();
        self.with_net(|net| async move {
            match net.open_porch().await {
                Ok(porch) => {
                    let _ = node
                        .ask(move |node: &mut Node| node.network.porch = porch)
                        .await;
                }
                Err(error) => tracing::warn!(%error, "the porch could not be opened"),
            }
        });
    }

    /// The porch does not close for a while, whatever becomes of the codes.
    pub(super) fn keep_porch_open(&mut self) {
        self.network.porch_until = Some(Instant::now() + PORCH_OPEN);
    }

    pub(super) fn close_porch_if_idle(&mut self) {
        let waiting = self
            .network
            .porch_until
            .is_some_and(|until| until > Instant::now());
        if waiting || self.invites.any_open(now_ms()) || self.network.porch.is_empty() {
            return;
        }
        self.network.porch.clear();
        self.with_net(|net| async move {
            let _ = net.close_porch().await;
        });
    }

    pub(super) fn answer_porch(&self, token: u64, reply: &PorchReply) {
        let answer = Bytes::from(reply.encode());
        self.with_net(move |net| async move {
            let _ = net.answer_porch(token, answer).await;
        });
    }
}
