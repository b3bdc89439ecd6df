//! From the device's seed and key to libp2p's words, and back.

use beffroi_sync::PeerId;
use libp2p::identity::Keypair;

/// What stands before the 32 key bytes in libp2p's id of an Ed25519 key: the identity multihash (0x00) of
/// 36 bytes, which are the protobuf of the key (type 1 = Ed25519, data of 32 bytes).
/// Source: libp2p specs, peer-ids.
const ED25519_PREFIX: [u8; 6] = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20];

/// The libp2p key pair of a device; the seed is wiped.
pub(crate) fn keypair(mut seed: [u8; 32]) -> Keypair {
    #[expect(clippy::expect_used, reason = "every 32 bytes are an Ed25519 seed")]
    let keypair = Keypair::ed25519_from_bytes(&mut seed).expect("32 bytes");
    keypair
}

/// An identity that nobody knows, for the porch and for those who ask at one.
pub(crate) fn throw_away() -> Result<Keypair, getrandom::Error> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)?;
    Ok(keypair(seed))
}

/// The id under which libp2p knows a peer.
pub(crate) fn to_libp2p(peer: &PeerId) -> libp2p::PeerId {
    let mut bytes = [0; 38];
    bytes[..6].copy_from_slice(&ED25519_PREFIX);
    bytes[6..].copy_from_slice(&peer.0);
    #[expect(
        clippy::expect_used,
        reason = "an identity multihash of 36 bytes is always a valid id"
    )]
    let id = libp2p::PeerId::from_bytes(&bytes).expect("a well-formed multihash");
    id
}

/// Our id of a libp2p peer; `None` when its key is not an Ed25519 key, hence no device of ours.
pub(crate) fn from_libp2p(peer: &libp2p::PeerId) -> Option<PeerId> {
    let bytes = peer.to_bytes();
    let key = bytes.strip_prefix(&ED25519_PREFIX)?;
    key.try_into().ok().map(PeerId)
}

/// The id of the device that has this seed.
pub fn peer_id(seed: [u8; 32]) -> PeerId {
    let id = keypair(seed).public().to_peer_id();
    #[expect(clippy::expect_used, reason = "the key pair was made as Ed25519 above")]
    let peer = from_libp2p(&id).expect("an Ed25519 key");
    peer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_goes_to_libp2p_and_back() {
        let seed = [7; 32];
        let id = keypair(seed).public().to_peer_id();
        let ours = peer_id(seed);
        assert_eq!(to_libp2p(&ours), id);
        assert_eq!(from_libp2p(&id), Some(ours));
    }

    #[test]
    fn an_id_made_from_a_hash_is_no_device() {
        let hashed = [[0x12, 0x20].as_slice(), &[9; 32]].concat();
        let id = libp2p::PeerId::from_bytes(&hashed).unwrap();
        assert_eq!(from_libp2p(&id), None);
    }
}
