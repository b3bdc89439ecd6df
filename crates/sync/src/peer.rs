//! Who stands at the other end of a link, and what the link is like.

use std::fmt;

use beffroi_trust::{Class, DeviceId};

/// Another post, by its device key. The engine only compares these bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId(pub [u8; 32]);

impl fmt::Display for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.0;
        write!(f, "peer {a:02x}{b:02x}{c:02x}{d:02x}")
    }
}

impl From<DeviceId> for PeerId {
    fn from(device: DeviceId) -> Self {
        Self(device.0)
    }
}

impl From<PeerId> for DeviceId {
    fn from(peer: PeerId) -> Self {
        Self(peer.0)
    }
}

/// What a link can bear. The person who set it up says so; the engine never guesses `Thin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// A LAN, Wi-Fi, a radio bridge: entries are pushed, heartbeats every 15 s.
    Fast,
    /// A few kB/s: ids only, newest first, small packs, heartbeats every 5 min.
    Thin,
}

/// One value for each of the two sets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PerClass<T> {
    pub(crate) acts: T,
    pub(crate) contents: T,
}

/// Both sets, in the order they are reconciled.
pub(crate) const CLASSES: [Class; 2] = [Class::Act, Class::Content];

impl<T> PerClass<T> {
    pub(crate) fn at(&self, class: Class) -> &T {
        match class {
            Class::Act => &self.acts,
            Class::Content => &self.contents,
        }
    }

    pub(crate) fn at_mut(&mut self, class: Class) -> &mut T {
        match class {
            Class::Act => &mut self.acts,
            Class::Content => &mut self.contents,
        }
    }
}
