//! Who opened private fields, noted at this post alone: when, who by his own word, which record; never
//! what was read. The note is on the disk before the answer leaves.

use beffroi_api::Schema;
use beffroi_api::reply::{Opening, Openings};
use beffroi_records::Kind as RecordKind;
use beffroi_store::{Batch, Store, StoreError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::shape::api_kind;
use super::{Context, Service, blocking};
use crate::clock::{now_ms, rfc3339};
use crate::dice;
use crate::failure::Outcome;
use crate::node::internal;

/// Where the notes are kept.
const OPENED: &str = "opened";
/// Notes kept: a year of thirty openings a day. The oldest make room, so that reading can never fill the disk.
const OPENINGS_MAX: usize = 10_000;
/// Notes read from the disk at a time.
const PAGE: usize = 1_000;

/// A note as it is kept. Its key is the time, then an id, so that notes lie in order.
#[derive(Serialize, Deserialize)]
struct Kept {
    by: Option<String>,
    kind: u8,
    id: [u8; 16],
    history: bool,
}

impl Service {
    /// Notes that the private fields of a record are being opened.
    pub(super) async fn note_opening(
        &self,
        (kind, id): (RecordKind, Uuid),
        by: Option<String>,
        history: bool,
    ) -> Outcome<()> {
        let kept = Kept {
            by,
            kind: kind.wire(),
            id: *id.as_bytes(),
            history,
        };
        let store = self.store.clone();
        let noted = blocking(move || note(store.as_ref(), &kept, now_ms())).await?;
        Ok(noted.map_err(|error| internal(&error))?)
    }

    /// Who opened private fields, the newest first.
    pub(crate) async fn openings(&self) -> Outcome<Openings> {
        let context = self.context().await?;
        let store = self.store.clone();
        let items = blocking(move || context.openings(store.as_ref())).await?;
        Ok(Openings {
            schema: Schema,
            kept_max: OPENINGS_MAX as u64,
            items: items.map_err(|error| internal(&error))?,
        })
    }
}

impl Context {
    fn openings(&self, store: &dyn Store) -> Result<Vec<Opening>, StoreError> {
        let mut items: Vec<Opening> = all(store)?
            .into_iter()
            .filter_map(|(key, kept)| self.opening(&key, kept?))
            .collect();
        items.reverse();
        Ok(items)
    }

    fn opening(&self, key: &[u8], kept: Kept) -> Option<Opening> {
        let (at_ms, _) = key.split_first_chunk::<8>()?;
        let kind = RecordKind::from_wire(kept.kind)?;
        let id = Uuid::from_bytes(kept.id);
        let cabinet = self.view.cabinet();
        let row = cabinet.row(kind, id);
        Some(Opening {
            at: rfc3339(u64::from_be_bytes(*at_ms)),
            by: kept.by,
            kind: api_kind(kind)?,
            id,
            reference: row.map(|row| row.reference.to_string()),
            history: kept.history,
        })
    }
}

fn note(store: &dyn Store, kept: &Kept, now_ms: u64) -> Result<(), StoreError> {
    let known = all(store)?;
    let mut batch = Batch::new();
    let full = known.len().saturating_sub(OPENINGS_MAX - 1);
    for (key, _) in known.iter().take(full) {
        batch.delete(OPENED, key);
    }
    let key = [now_ms.to_be_bytes().as_slice(), &dice::bytes::<8>()].concat();
    // A name of 80 characters, an id and two small numbers always encode.
    let value = postcard::to_allocvec(kept).unwrap_or_default();
    batch.put(OPENED, &key, &value);
    store.commit(&batch)?;
    store.flush()
}

/// A note under its key; `None` when it cannot be read.
type Noted = (Vec<u8>, Option<Kept>);

/// All notes, the oldest first.
fn all(store: &dyn Store) -> Result<Vec<Noted>, StoreError> {
    let mut all: Vec<Noted> = Vec::new();
    loop {
        let after = all.last().map(|(key, _)| key.clone());
        let page = store.values(OPENED, &[], after.as_deref(), PAGE)?;
        let count = page.len();
        all.extend(
            page.into_iter()
                .map(|named| (named.key, postcard::from_bytes(&named.value).ok())),
        );
        if count < PAGE {
            return Ok(all);
        }
    }
}

#[cfg(test)]
mod tests {
    use beffroi_store::MemoryStore;

    use super::*;

    #[test]
    fn the_oldest_notes_make_room() {
        let store = MemoryStore::new();
        let kept = |n: u8| Kept {
            by: None,
            kind: 1,
            id: [n; 16],
            history: false,
        };
        let mut batch = Batch::new();
        for n in 0..OPENINGS_MAX as u64 {
            let value = postcard::to_allocvec(&kept(1)).unwrap();
            batch.put(OPENED, &[n.to_be_bytes(), [0; 8]].concat(), &value);
        }
        store.commit(&batch).unwrap();
        note(&store, &kept(2), 1_000_000).unwrap();
        let all = all(&store).unwrap();
        assert_eq!(all.len(), OPENINGS_MAX);
        assert_eq!(all[0].0[..8], 1_u64.to_be_bytes());
        assert_eq!(all.last().unwrap().1.as_ref().unwrap().id, [2; 16]);
    }
}
