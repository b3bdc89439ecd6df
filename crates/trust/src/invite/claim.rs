//! The joiner's first message: I know the code, these are my keys, this is my name.

use bytes::Bytes;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload as Sealing};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};

use super::code::InviteKeys;
use crate::domains;
use crate::ids::DeviceId;
use crate::keys::{self, DeviceKeys};
use crate::limits::{LABEL_BYTES_MAX, PORCH_BYTES_MAX};
use crate::wire::{self, DecodeError};

/// Bytes the sealing of a label adds.
const TAG_BYTES: usize = 16;

/// A request to be let in. What it says is read by [`Claim::open`] alone, after both signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    said: Said,
    #[serde(with = "wire::array")]
    sig_invite: [u8; 64],
    #[serde(with = "wire::array")]
    sig_device: [u8; 64],
}

/// What both signatures are over. The order is the wire format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Said {
    invite: DeviceId,
    device: DeviceId,
    seal: [u8; 32],
    label_enc: Bytes,
    nonce: [u8; 24],
}

/// Who asks to be let in, proven to know the code and to hold the device's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joiner {
    /// The device.
    pub device: DeviceId,
    /// Its X25519 key, for the Grant.
    pub seal: [u8; 32],
    /// The label it gave itself; what is in it is the caller's affair.
    pub label: Vec<u8>,
}

/// Why a claim is refused, or was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// Made with another code.
    #[error("the claim was made with another code")]
    OtherInvite,
    /// Not signed by the code's key and the device's, or not as it was written.
    #[error("the claim is not signed by those it names")]
    Signature,
    /// The label does not open, or is longer than [`LABEL_BYTES_MAX`].
    #[error("the label cannot be read, or has more than {LABEL_BYTES_MAX} bytes")]
    Label,
}

impl Claim {
    /// Asks to be let in. `nonce` must be random, and new unless claim and label are the same.
    ///
    /// # Errors
    /// When the label is longer than [`LABEL_BYTES_MAX`].
    pub fn new(
        invite: &InviteKeys,
        device: &DeviceKeys,
        label: &[u8],
        nonce: [u8; 24],
    ) -> Result<Self, ClaimError> {
        if label.len() > LABEL_BYTES_MAX {
            return Err(ClaimError::Label);
        }
        let mut said = Said {
            invite: invite.id(),
            device: device.id(),
            seal: device.seal.public(),
            label_enc: Bytes::new(),
            nonce,
        };
        let label_enc = XChaCha20Poly1305::new((&*invite.welcome).into())
            .encrypt(
                &XNonce::from(nonce),
                Sealing {
                    msg: label,
                    aad: &said.label_about(),
                },
            )
            .map_err(|_| ClaimError::Label)?;
        said.label_enc = label_enc.into();
        let bytes = wire::encode(&said);
        Ok(Self {
            sig_invite: invite.signer.sign(domains::CLAIM, &bytes),
            sig_device: device.signer.sign(domains::CLAIM, &bytes),
            said,
        })
    }

    /// The invite it names: whoever is not its author cannot answer, and says so.
    #[must_use]
    pub fn invite(&self) -> DeviceId {
        self.said.invite
    }

    /// The device and X25519 key it names, unproven: what a Welcome is sealed for.
    pub(super) fn named(&self) -> (DeviceId, [u8; 32]) {
        (self.said.device, self.said.seal)
    }

    /// Verifies the claim against our code's keys and reads the label.
    ///
    /// # Errors
    /// When it was made with another code, is not signed by those it names, or its label does not
    /// open.
    pub fn open(&self, invite: &InviteKeys) -> Result<Joiner, ClaimError> {
        let said = &self.said;
        if said.invite != invite.id() {
            return Err(ClaimError::OtherInvite);
        }
        if said.label_enc.len() > LABEL_BYTES_MAX + TAG_BYTES {
            return Err(ClaimError::Label);
        }
        let bytes = wire::encode(said);
        let signed = [
            (&said.invite, &self.sig_invite),
            (&said.device, &self.sig_device),
        ]
        .into_iter()
        .all(|(key, signature)| keys::verifies(key, domains::CLAIM, &bytes, signature));
        if !signed {
            return Err(ClaimError::Signature);
        }
        let label = XChaCha20Poly1305::new((&*invite.welcome).into())
            .decrypt(
                &XNonce::from(said.nonce),
                Sealing {
                    msg: &said.label_enc,
                    aad: &said.label_about(),
                },
            )
            .map_err(|_| ClaimError::Label)?;
        Ok(Joiner {
            device: said.device,
            seal: said.seal,
            label,
        })
    }

    /// Reads a claim; nothing in it is proven yet.
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

impl Said {
    /// The label belongs to this device and invite.
    fn label_about(&self) -> Vec<u8> {
        [domains::CLAIM, &self.invite.0, &self.device.0, &self.seal].concat()
    }
}
