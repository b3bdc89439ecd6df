//! What is remembered of each other post while the daemon runs: when it was heard, its version, its
//! clock, why it cannot be reached. The engine knows the rest.

use std::collections::BTreeMap;

use beffroi_sync::PeerId;

/// What one peer told of itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Remembered {
    pub(crate) version: Option<String>,
    /// Its clock minus ours, in milliseconds, when it greeted us.
    pub(crate) clock_offset_ms: Option<i64>,
    /// When both sets were last equal, by our clock.
    pub(crate) in_step_ms: Option<u64>,
    /// When a link was last open or a frame came, by our clock.
    pub(crate) heard_ms: Option<u64>,
    /// When a file of its own was read here, by our clock.
    pub(crate) brought_ms: Option<u64>,
}

/// All peers.
#[derive(Debug, Default)]
pub(crate) struct Peers {
    known: BTreeMap<PeerId, Remembered>,
}

impl Peers {
    pub(crate) fn greeted(&mut self, peer: PeerId, version: String, wall_ms: u64, now_ms: u64) {
        let remembered = self.known.entry(peer).or_default();
        remembered.version = Some(version);
        let signed = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
        remembered.clock_offset_ms = Some(signed(wall_ms).saturating_sub(signed(now_ms)));
    }

    pub(crate) fn in_step(&mut self, peer: PeerId, now_ms: u64) {
        self.known.entry(peer).or_default().in_step_ms = Some(now_ms);
    }

    pub(crate) fn heard(&mut self, peer: PeerId, now_ms: u64) {
        self.known.entry(peer).or_default().heard_ms = Some(now_ms);
    }

    /// A file that it signed was read.
    pub(crate) fn brought(&mut self, peer: PeerId, now_ms: u64) {
        self.known.entry(peer).or_default().brought_ms = Some(now_ms);
    }

    pub(crate) fn of(&self, peer: &PeerId) -> Remembered {
        self.known.get(peer).cloned().unwrap_or_default()
    }
}
