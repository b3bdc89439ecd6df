//! What a beacon says, byte by byte.
//!
//! magic 4 · version 1 · kind 1 · main port 2 · porch port 2 · salt 8 · territory tag 4 · device tag 8.
//! The salt is drawn afresh for each datagram, so that nobody but a member can follow a device by its
//! tags; no clock is in it, since the clocks of posts may be wrong.

use beffroi_sync::PeerId;

const MAGIC: [u8; 4] = *b"Bffr";
const VERSION: u8 = 1;
const ANNOUNCE: u8 = 0;
const CALL: u8 = 1;
/// The length of every datagram.
pub(crate) const LENGTH: usize = 30;

/// "A post is here."
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Beacon {
    /// TCP port of the main swarm.
    pub(crate) main_port: u16,
    /// TCP port of the porch; 0 while it is closed.
    pub(crate) porch_port: u16,
    salt: [u8; 8],
    territory: [u8; 4],
    device: [u8; 8],
}

/// What can arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Datagram {
    /// A post announces itself.
    Announce(Beacon),
    /// Somebody who wants to join asks all to announce themselves now.
    Call,
    /// Ours, of another version.
    OtherVersion,
}

/// What the tags of one territory are made with.
#[derive(Clone)]
pub(crate) struct Keys([u8; 32]);

impl Keys {
    /// Those of a territory.
    pub(crate) fn of(territory: &[u8; 32]) -> Self {
        Self(blake3::derive_key("beffroi v1 beacon", territory))
    }

    fn territory_tag(&self, salt: &[u8; 8]) -> [u8; 4] {
        let hash = blake3::keyed_hash(&self.0, salt);
        first(hash.as_bytes())
    }

    fn device_tag(
        &self,
        salt: &[u8; 8],
        main_port: u16,
        porch_port: u16,
        peer: &PeerId,
    ) -> [u8; 8] {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(salt);
        hasher.update(&main_port.to_be_bytes());
        hasher.update(&porch_port.to_be_bytes());
        hasher.update(&peer.0);
        first(hasher.finalize().as_bytes())
    }
}

impl Beacon {
    /// The beacon of a device.
    pub(crate) fn new(
        keys: &Keys,
        peer: &PeerId,
        main_port: u16,
        porch_port: u16,
        salt: [u8; 8],
    ) -> Self {
        Self {
            main_port,
            porch_port,
            salt,
            territory: keys.territory_tag(&salt),
            device: keys.device_tag(&salt, main_port, porch_port, peer),
        }
    }

    /// Whether it comes from our territory, or pretends to with one chance in four thousand million.
    pub(crate) fn is_ours(&self, keys: &Keys) -> bool {
        self.territory == keys.territory_tag(&self.salt)
    }

    /// Whether this device sent it.
    pub(crate) fn is_from(&self, keys: &Keys, peer: &PeerId) -> bool {
        self.device == keys.device_tag(&self.salt, self.main_port, self.porch_port, peer)
    }

    /// The bytes on the wire.
    pub(crate) fn encode(&self) -> [u8; LENGTH] {
        let mut bytes = header(ANNOUNCE);
        bytes[6..8].copy_from_slice(&self.main_port.to_be_bytes());
        bytes[8..10].copy_from_slice(&self.porch_port.to_be_bytes());
        bytes[10..18].copy_from_slice(&self.salt);
        bytes[18..22].copy_from_slice(&self.territory);
        bytes[22..30].copy_from_slice(&self.device);
        bytes
    }
}

impl Datagram {
    /// The bytes of a call.
    pub(crate) fn call() -> [u8; LENGTH] {
        header(CALL)
    }

    /// Reads a datagram; `None` when it is not one of ours at all.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&MAGIC)?;
        let (&version, rest) = rest.split_first()?;
        if version != VERSION {
            return Some(Self::OtherVersion);
        }
        let (&kind, body) = rest.split_first()?;
        let body: &[u8; LENGTH - 6] = body.try_into().ok()?;
        match kind {
            CALL => Some(Self::Call),
            ANNOUNCE => Some(Self::Announce(Beacon {
                main_port: u16::from_be_bytes(first(body)),
                porch_port: u16::from_be_bytes(first(&body[2..])),
                salt: first(&body[4..]),
                territory: first(&body[12..]),
                device: first(&body[16..]),
            })),
            _ => None,
        }
    }
}

fn header(kind: u8) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    bytes[..4].copy_from_slice(&MAGIC);
    bytes[4] = VERSION;
    bytes[5] = kind;
    bytes
}

/// The first N bytes; callers pass at least that many.
fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: PeerId = PeerId([1; 32]);
    const BOB: PeerId = PeerId([2; 32]);

    fn beacon(territory: u8) -> (Keys, Beacon) {
        let keys = Keys::of(&[territory; 32]);
        let beacon = Beacon::new(&keys, &ALICE, 7410, 7413, [9; 8]);
        (keys, beacon)
    }

    #[test]
    fn a_beacon_survives_the_wire() {
        let (_, beacon) = beacon(1);
        assert_eq!(
            Datagram::decode(&beacon.encode()),
            Some(Datagram::Announce(beacon))
        );
        assert_eq!(Datagram::decode(&Datagram::call()), Some(Datagram::Call));
    }

    #[test]
    fn members_recognise_the_device_and_others_do_not() {
        let (keys, beacon) = beacon(1);
        assert!(beacon.is_ours(&keys) && beacon.is_from(&keys, &ALICE));
        assert!(!beacon.is_from(&keys, &BOB));
        let foreign = Keys::of(&[2; 32]);
        assert!(!beacon.is_ours(&foreign) && !beacon.is_from(&foreign, &ALICE));
    }

    #[test]
    fn a_changed_port_is_not_recognised() {
        let (keys, beacon) = beacon(1);
        let mut bytes = beacon.encode();
        bytes[7] ^= 1;
        let Some(Datagram::Announce(changed)) = Datagram::decode(&bytes) else {
            panic!("still a beacon")
        };
        assert!(changed.is_ours(&keys) && !changed.is_from(&keys, &ALICE));
    }

    #[test]
    fn another_salt_makes_other_tags() {
        let (keys, beacon) = beacon(1);
        let next = Beacon::new(&keys, &ALICE, 7410, 7413, [8; 8]);
        assert_ne!(beacon.device, next.device);
        assert_ne!(beacon.territory, next.territory);
    }

    #[test]
    fn rubbish_is_no_beacon() {
        let (_, beacon) = beacon(1);
        let good = beacon.encode();
        for length in 0..LENGTH {
            let cut = Datagram::decode(&good[..length]);
            assert!(cut.is_none(), "{length}");
        }
        assert_eq!(Datagram::decode(&[good.as_slice(), b"x"].concat()), None);
        let mut newer = good;
        newer[4] = 2;
        assert_eq!(Datagram::decode(&newer), Some(Datagram::OtherVersion));
        let mut unknown = good;
        unknown[5] = 7;
        assert_eq!(Datagram::decode(&unknown), None);
    }
}
