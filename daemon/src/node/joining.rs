//! Joining by a code: the keys are made and saved first, so that a crash after the claim is the same
//! device asking again; then every porch that is heard or was typed is tried; then the main port.

use std::collections::BTreeSet;
use std::time::Duration;

use beffroi_api::problem::{Cause, FieldCode};
use beffroi_api::request::Join;
use beffroi_net::Address;
use beffroi_net::porch::{Scout, ask};
use beffroi_store::Batch;
use beffroi_sync::Input as SyncInput;
use beffroi_trust::invite::{
    Claim, InviteCode, InviteKeys, PorchRefusal, PorchReply, PorchRequest, Welcomed,
};
use beffroi_trust::{DeviceKeys, KeystoreKey, RingKeys};
use tokio::time::{Instant, timeout_at};

use super::authoring::internal;
use super::founding::check_code;
use super::inviting::Label;
use super::locking::unsaved;
use super::waiting::Kept;
use super::{GENESIS, Node, NodeHandle, SETTINGS};
use crate::config::Discovery;
use crate::dice;
use crate::failure::{Failure, Outcome};
use crate::vault::Vault;

/// How long one porch may take.
const PORCH_PATIENCE: Duration = Duration::from_secs(12);
/// How often a porch that was too busy, or not there yet, is asked again.
const AGAIN: Duration = Duration::from_secs(2);

/// What a porch let us into.
pub(crate) struct Entered {
    pub(crate) welcomed: Welcomed,
    pub(crate) address: String,
}

impl Node {
    /// Refuses what cannot be joined, and makes the keys of this device unless it has some.
    /// `key` is the passphrase for them, stretched elsewhere; keys that have one already keep it.
    pub(crate) fn prepare_join(
        &mut self,
        request: &Join,
        key: Option<KeystoreKey>,
    ) -> Outcome<DeviceKeys> {
        self.refuse_locked()?;
        if let Some(living) = &self.living {
            return Err(Cause::InTerritoryAlready {
                territory: living.genesis.name().into(),
            }
            .into());
        }
        self.refuse_in_trouble()?;
        check_code(&request.code)?;
        if request.post.trim().is_empty() {
            return Err(Failure::field("post", FieldCode::Empty));
        }
        match &mut self.vault {
            None => {
                let vault = Vault::create(&self.folder, key).map_err(|error| unsaved(&error))?;
                self.vault = Some(vault);
            }
            Some(vault) if key.is_some() && !vault.is_sealed() => {
                vault
                    .reseal(key, &RingKeys::new())
                    .map_err(|error| unsaved(&error))?;
            }
            Some(_) => {}
        }
        self.vault
            .as_ref()
            .map(Vault::device)
            .ok_or_else(|| Cause::Internal {}.into())
    }

    /// Enters the territory: the founding statement and the grants go to the disk together.
    pub(crate) fn enter(&mut self, welcomed: &Welcomed) -> Outcome<Kept> {
        if self.living.is_some() {
            return Err(Cause::UnderWay {}.into());
        }
        let absent = self.absent();
        let vault = self.vault.take().ok_or(absent)?;
        self.come_alive(welcomed.genesis.clone(), vault, RingKeys::new())?;
        let living = self.living.as_mut().ok_or(Cause::Internal {})?;
        // A machine that joins again as a new device has grants of the chain on its disk already: those are
        // not written a second time, and nobody would ever say that they were.
        let chain = welcomed.chain.iter();
        let new: Vec<_> = chain
            .filter(|checked| !living.chronicle.contains(&checked.id()))
            .collect();
        let mut parcels = Vec::new();
        for checked in new.iter().copied() {
            living.chronicle.offer(checked, None);
            living.stage(checked.clone());
            parcels.extend(living.parcel(checked));
        }
        let mut notes = Batch::new();
        notes.put(SETTINGS, GENESIS, &living.genesis.encode());
        if let Some(staged) = new
            .first()
            .and_then(|first| living.staged.get_mut(&first.id()))
        {
            staged.notes = notes;
        }
        let kept = self
            .waiting
            .for_entries(new.iter().map(|checked| checked.id()));
        self.sync(SyncInput::Authored(parcels));
        // The inviter must be let in before it is dialled, or we turn it away ourselves.
        self.members_changed();
        if let Some(inviter) = welcomed.chain.last().map(beffroi_trust::Checked::author) {
            self.learn(inviter.into(), &welcomed.addresses);
        }
        Ok(kept)
    }
}

/// Finds the porch of the post that made the code, and shows it.
pub(crate) async fn find(
    node: &NodeHandle,
    request: &Join,
    discovery: Discovery,
    key: Option<KeystoreKey>,
    until: Instant,
) -> Outcome<Entered> {
    let code: InviteCode = request
        .invite
        .parse()
        .map_err(|_| Cause::InviteMistyped {})?;
    let asked = request.clone();
    let device = node
        .ask(move |node| node.prepare_join(&asked, key))
        .await??;
    let typed = typed(&request.peers)?;
    let stretched = tokio::task::spawn_blocking(move || code.keys()).await;
    let keys = stretched.map_err(|error| internal(&error))?;
    let label = Label {
        name: request.post.trim().into(),
        code: request.code.clone(),
    };
    let label = postcard::to_allocvec(&label).map_err(|error| internal(&error))?;
    let claim = Claim::new(&keys, &device, &label, dice::bytes())
        .map_err(|_| Failure::field("post", FieldCode::TooLong))?;
    Search {
        keys,
        device,
        claim: PorchRequest::Claim(Box::new(claim)).encode().into(),
        refusals: BTreeSet::new(),
    }
    .run(typed, discovery, until, request.wait_s)
    .await
}

fn typed(peers: &[String]) -> Outcome<Vec<Address>> {
    let address = |text: &String| {
        text.parse().map_err(|_| {
            Failure::from(Cause::AddressUnreadable {
                address: text.clone(),
            })
        })
    };
    peers.iter().map(address).collect()
}

struct Search {
    keys: InviteKeys,
    device: DeviceKeys,
    claim: bytes::Bytes,
    refusals: BTreeSet<PorchRefusal>,
}

impl Search {
    async fn run(
        mut self,
        typed: Vec<Address>,
        discovery: Discovery,
        until: Instant,
        wait_s: u64,
    ) -> Outcome<Entered> {
        let mut scout = Scout::start(discovery.into());
        let mut heard: Vec<Address> = Vec::new();
        loop {
            for address in typed.iter().chain(&heard) {
                if let Some(entered) = self.try_one(address, until).await {
                    return Ok(entered);
                }
            }
            let again = (Instant::now() + AGAIN).min(until);
            while let Ok(Some(found)) = timeout_at(again, scout.next()).await {
                let address = found.porch;
                if !heard.contains(&address) && !typed.contains(&address) {
                    if let Some(entered) = self.try_one(&address, until).await {
                        return Ok(entered);
                    }
                    heard.push(address);
                }
            }
            if Instant::now() >= until || self.is_over() {
                return Err(self.not_found(wait_s).into());
            }
        }
    }

    /// Asks at one porch.
    async fn try_one(&mut self, address: &Address, until: Instant) -> Option<Entered> {
        let patience = (Instant::now() + PORCH_PATIENCE).min(until);
        let answer = match timeout_at(patience, ask(*address, self.claim.clone())).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                tracing::debug!(%error, "a porch did not answer");
                return None;
            }
            Err(_) => return None,
        };
        match PorchReply::decode(&answer) {
            Ok(PorchReply::Welcome(welcome)) => match welcome.open(&self.keys, &self.device) {
                Ok(welcomed) => Some(Entered {
                    welcomed,
                    address: address.to_string(),
                }),
                Err(error) => {
                    tracing::warn!(%error, "a welcome was not made by who made the code");
                    None
                }
            },
            Ok(PorchReply::Refused(refusal)) => {
                self.refusals.insert(refusal);
                None
            }
            Ok(PorchReply::Allowed | PorchReply::Withdrawn(_)) | Err(_) => None,
        }
    }

    /// Whether somebody said that the code is over. Anybody can say so, hence the others are asked too.
    fn is_over(&self) -> bool {
        [PorchRefusal::CodeUsed, PorchRefusal::CodeExpired]
            .iter()
            .any(|over| self.refusals.contains(over))
    }

    fn not_found(&self, seconds: u64) -> Cause {
        if self.refusals.contains(&PorchRefusal::CodeUsed) {
            return Cause::InviteUsed {};
        }
        if self.refusals.contains(&PorchRefusal::CodeExpired) {
            return Cause::InviteOver {};
        }
        if self.refusals.contains(&PorchRefusal::OtherInviter) {
            return Cause::OtherPostFound {};
        }
        Cause::NoPostFound { seconds }
    }
}
