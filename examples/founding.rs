//! A territory for the examples, and its roots' signed word that a device may write in it. Real
//! posts draw every seed and nonce from the operating system.

use std::error::Error;

use beffroi_trust::author::{self, Position};
use beffroi_trust::{Act, DeviceKeys, Entry, EntryId, Genesis, Role, Roots, ids};

/// A Sunday in November, in milliseconds since 1970: nothing in these crates reads a clock.
pub(crate) const NOW_MS: u64 = 1_795_365_604_000;

/// The three root keys, which live on paper, and the founding statement.
pub(crate) fn territory() -> Result<(Roots, Genesis), Box<dyn Error>> {
    let roots = Roots::from_seeds(&[[1; 32], [2; 32], [3; 32]]);
    let genesis = Genesis::new("Orb-sur-Lez", NOW_MS, &roots.ids(), [4; 16])?;
    Ok((roots, genesis))
}

/// Where the first entry of an author stands, written under a grant.
pub(crate) fn first_of(genesis: &Genesis, grant: EntryId) -> Position {
    Position {
        territory: genesis.territory(),
        grant,
        prev: Vec::new(),
        seq: 1,
        time_ms: NOW_MS,
    }
}

/// A root lets a device in, as operator.
pub(crate) fn let_in(
    (roots, genesis): &(Roots, Genesis),
    root: usize,
    device: &DeviceKeys,
) -> Result<Entry, Box<dyn Error>> {
    let grant = Act::Grant {
        device: device.id(),
        seal: device.seal.public(),
        role: Role::Operator,
        rings: vec![ids::RING_COMMON],
        invite: None,
    };
    let position = first_of(genesis, EntryId::of_territory(&genesis.territory()));
    Ok(author::act(&roots.0[root].signer(), &position, &grant)?)
}
