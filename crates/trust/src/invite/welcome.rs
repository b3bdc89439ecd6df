//! The answer to a claim: what territory this is, by what right you are in, where we listen. Ring
//! keys are not in it: they come with the acts, sealed to the device.

use bytes::Bytes;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload as Sealing};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};

use super::chain::{ChainError, verify_chain};
use super::claim::Claim;
use super::code::InviteKeys;
use crate::act::Act;
use crate::check::Checked;
use crate::domains;
use crate::entry::Entry;
use crate::genesis::{Genesis, GenesisError};
use crate::ids::{DeviceId, EntryId};
use crate::keys::DeviceKeys;
use crate::limits::{ADDRESS_BYTES_MAX, ADDRESSES_MAX, CHAIN_MAX, PORCH_BYTES_MAX};
use crate::wire::{self, DecodeError};

/// A sealed answer: only one who knows the code can have made it, only one who knows it can read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    nonce: [u8; 24],
    sealed: Bytes,
}

/// The plaintext. The order is the wire format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Text {
    genesis: Bytes,
    #[serde(deserialize_with = "wire::at_most::<_, _, CHAIN_MAX>")]
    chain: Vec<Bytes>,
    #[serde(deserialize_with = "wire::at_most::<_, _, ADDRESSES_MAX>")]
    addresses: Vec<String>,
}

/// What a verified Welcome tells the joiner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcomed {
    /// The territory.
    pub genesis: Genesis,
    /// The grants from a root to this device, the root's first: the first acts to store.
    pub chain: Vec<Checked>,
    /// Where the inviter's main port may be reached: hints.
    pub addresses: Vec<String>,
    /// This device's own Grant, the last of the chain.
    pub grant: EntryId,
}

/// Why a Welcome was not made or not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WelcomeError {
    /// More than fits a porch message, or too many or too long addresses.
    #[error("the welcome does not fit the porch: give fewer addresses")]
    TooLarge,
    /// Not made with this code, or for another device.
    #[error("the answer was not made by the one who made this code")]
    Unsealing,
    /// The text inside is malformed.
    #[error("the welcome is {0}")]
    Decode(#[from] DecodeError),
    /// The territory inside is none.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// The grants inside do not hold.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The grants lead to another device, or to other keys of this one.
    #[error("the welcome lets another device in")]
    OtherDevice,
}

impl Welcome {
    /// Answers a claim that [opened](Claim::open). `chain` is the root's grant first, the joiner's
    /// last. `nonce` must be random.
    ///
    /// # Errors
    /// When the whole exceeds a porch message, or there are too many or too long addresses.
    pub fn new(
        invite: &InviteKeys,
        claim: &Claim,
        genesis: &Genesis,
        chain: &[Entry],
        addresses: &[String],
        nonce: [u8; 24],
    ) -> Result<Self, WelcomeError> {
        let text = Text {
            genesis: genesis.encode().into(),
            chain: chain.iter().map(|entry| entry.encode().into()).collect(),
            addresses: addresses.to_vec(),
        };
        if text.chain.len() > CHAIN_MAX || !fit(addresses) {
            return Err(WelcomeError::TooLarge);
        }
        let (device, seal) = claim.named();
        let sealed = XChaCha20Poly1305::new((&*invite.welcome).into())
            .encrypt(
                &XNonce::from(nonce),
                Sealing {
                    msg: &wire::encode(&text),
                    aad: &about(&invite.id(), &device, &seal),
                },
            )
            .map_err(|_| WelcomeError::TooLarge)?;
        let welcome = Self {
            nonce,
            sealed: sealed.into(),
        };
        // The reply that carries it adds its tag.
        if welcome.encode().len() + 1 > PORCH_BYTES_MAX {
            return Err(WelcomeError::TooLarge);
        }
        Ok(welcome)
    }

    /// Reads an answer to our claim, and verifies all of it: made with the code, a genesis, a chain
    /// of grants in that territory that ends at this very device and its keys.
    ///
    /// # Errors
    /// The first thing that does not hold; then it is as if nobody had answered.
    pub fn open(&self, invite: &InviteKeys, device: &DeviceKeys) -> Result<Welcomed, WelcomeError> {
        let (me, seal) = (device.id(), device.seal.public());
        let plain = XChaCha20Poly1305::new((&*invite.welcome).into())
            .decrypt(
                &XNonce::from(self.nonce),
                Sealing {
                    msg: &self.sealed,
                    aad: &about(&invite.id(), &me, &seal),
                },
            )
            .map_err(|_| WelcomeError::Unsealing)?;
        let text: Text = wire::decode(&plain, PORCH_BYTES_MAX)?;
        if !fit(&text.addresses) {
            return Err(WelcomeError::TooLarge);
        }
        let genesis = Genesis::decode(&text.genesis)?;
        let (granted, chain) = verify_chain(&genesis, &text.chain)?;
        let mine = chain.last().filter(|last| {
            let keys = match last.act() {
                Some(Act::Grant { seal, .. }) => Some(*seal),
                _ => None,
            };
            granted == me && keys == Some(seal)
        });
        let grant = mine.ok_or(WelcomeError::OtherDevice)?.id();
        Ok(Welcomed {
            genesis,
            chain,
            addresses: text.addresses,
            grant,
        })
    }

    /// Reads a Welcome; nothing in it is opened yet.
    ///
    /// # Errors
    /// When the bytes are too long, malformed or not canonical.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        wire::decode(bytes, PORCH_BYTES_MAX)
    }

    /// The bytes that travel.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        wire::encode(self)
    }
}

fn fit(addresses: &[String]) -> bool {
    addresses.len() <= ADDRESSES_MAX
        && addresses
            .iter()
            .all(|address| address.len() <= ADDRESS_BYTES_MAX)
}

/// The Welcome belongs to this invite and device, so that one joiner's cannot be handed to another.
fn about(invite: &DeviceId, device: &DeviceId, seal: &[u8; 32]) -> Vec<u8> {
    [domains::WELCOME, &invite.0, &device.0, seal].concat()
}
