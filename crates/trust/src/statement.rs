//! What a device signs beside entries, about files carried by hand: that it wrote a bundle, and that
//! all of one is on its disk. Each has its own domain, so that neither can be taken for the other.

use crate::domains;
use crate::ids::DeviceId;
use crate::keys::{Signer, verifies};

/// What a statement beside the entries is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statement {
    /// The message closes a bundle that the signer wrote.
    Bundle,
    /// The message says that every entry of a bundle is on the signer's disk.
    Receipt,
}

impl Statement {
    const fn domain(self) -> &'static [u8] {
        match self {
            Statement::Bundle => domains::BUNDLE,
            Statement::Receipt => domains::BUNDLE_RECEIPT,
        }
    }

    /// The signature of the device over this message.
    #[must_use]
    pub fn sign(self, signer: &Signer, message: &[u8]) -> [u8; 64] {
        signer.sign(self.domain(), message)
    }

    /// Whether the device signed this message, by the strict rules of entries.
    #[must_use]
    pub fn is_signed(self, by: &DeviceId, message: &[u8], signature: &[u8; 64]) -> bool {
        verifies(by, self.domain(), message, signature)
    }
}
