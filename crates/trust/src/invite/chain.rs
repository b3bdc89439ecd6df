//! A chain of grants, shown by one who wants in to a post that may not know them.

use bytes::Bytes;

use crate::act::{Act, Role};
use crate::check::{Checked, Invalid, check};
use crate::entry::Entry;
use crate::genesis::Genesis;
use crate::ids::{DeviceId, EntryId};
use crate::limits::CHAIN_MAX;
use crate::wire::DecodeError;

/// Why entries are no chain of grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// None, or more than [`CHAIN_MAX`].
    #[error("a chain has 1 to {CHAIN_MAX} grants")]
    Length,
    /// One cannot be read.
    #[error("an entry of the chain is {0}")]
    Decode(#[from] DecodeError),
    /// One is not valid on its own.
    #[error("an entry of the chain is not valid: {0}")]
    Invalid(#[from] Invalid),
    /// One is not a Grant that follows from the one before, the first from a root.
    #[error("the grants do not lead from a root to the device")]
    Broken,
}

/// Reads a chain of grants, the root's first: each valid, the first by a root, every other by the
/// coordinator the one before names. Gives the entries and the device the last one lets in. Says
/// nothing of withdrawals: whoever knows one decides by its own standing.
///
/// # Errors
/// The first rule broken.
pub fn verify_chain(
    genesis: &Genesis,
    entries: &[Bytes],
) -> Result<(DeviceId, Vec<Checked>), ChainError> {
    if entries.len() > CHAIN_MAX {
        return Err(ChainError::Length);
    }
    let territory = genesis.territory();
    let mut above: Option<(EntryId, DeviceId, Role)> = None;
    let mut chain = Vec::new();
    for bytes in entries {
        let checked = check(&Entry::decode(bytes)?, &territory)?;
        let cites = checked.head().map(|head| head.grant);
        let follows = match above {
            None => {
                genesis.is_root(&checked.author())
                    && cites == Some(EntryId::of_territory(&territory))
            }
            Some((grant, device, role)) => {
                role == Role::Coordinator && device == checked.author() && cites == Some(grant)
            }
        };
        let Some(Act::Grant { device, role, .. }) = checked.act().filter(|_| follows) else {
            return Err(ChainError::Broken);
        };
        above = Some((checked.id(), *device, *role));
        chain.push(checked);
    }
    let (_, device, _) = above.ok_or(ChainError::Length)?;
    Ok((device, chain))
}
