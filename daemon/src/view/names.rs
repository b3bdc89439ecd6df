//! What posts call themselves, from their `post` documents: people read names, not keys.

use std::collections::BTreeMap;

use beffroi_records::Record;
use beffroi_trust::{DeviceId, TerritoryId};
use uuid::Uuid;

/// Hexadecimal digits of a key shown for a post whose name has not arrived.
const FINGERPRINT_DIGITS: usize = 8;

/// A post's own words for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PostName {
    pub(crate) name: String,
    pub(crate) code: String,
}

/// The names of posts, by the id of their document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    posts: BTreeMap<Uuid, PostName>,
}

/// The id of the document in which a device is named (records.md §2.10).
pub(crate) fn post_uuid(device: &DeviceId) -> Uuid {
    let hash = blake3::hash(&device.0);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    Uuid::from_bytes(bytes)
}

/// The id of the document in which the territory is named.
pub(crate) fn territory_uuid(territory: &TerritoryId) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&territory.0[..16]);
    Uuid::from_bytes(bytes)
}

impl Names {
    pub(super) fn learn(&mut self, record: &Record) {
        let text = |field: &str| record.shown(field).as_str().unwrap_or_default().to_owned();
        let post = PostName {
            name: text("name"),
            code: text("code"),
        };
        self.posts.insert(record.id, post);
    }

    /// What a device is called, if its name has arrived.
    pub(crate) fn of(&self, device: &DeviceId) -> Option<&PostName> {
        self.posts
            .get(&post_uuid(device))
            .filter(|post| !post.name.is_empty())
    }

    /// A device for people: its name, or the beginning of its key.
    pub(crate) fn shown(&self, device: &DeviceId) -> String {
        let digits = || {
            device
                .to_string()
                .chars()
                .take(FINGERPRINT_DIGITS)
                .collect()
        };
        self.of(device)
            .map_or_else(digits, |post| post.name.clone())
    }
}
