//! What other posts said they have on disk, kept over a restart: “stored by” stays true without asking
//! again. Losing a receipt costs a comparison, never an entry.

use std::time::{Duration, Instant};

use beffroi_store::{Batch, Store, StoreError};
use beffroi_sync::{Digest, PeerId, Receipt};
use beffroi_trust::{Class, EntryId};
use serde::{Deserialize, Serialize};

use super::{Node, RECEIPTS};
use crate::writer::Job;

/// Receipts read at a time: two for each post of a territory.
const PAGE: usize = 1_000;
/// Receipts are worth a write now and then, not one after each edit.
const KEEP_EVERY: Duration = Duration::from_secs(10);
/// Ids listed one by one in a kept receipt: above, the heartbeat's comparison is cheaper than the disk.
const LISTED_MAX: usize = 512;

/// A receipt as it is kept. The key is the peer and the class.
#[derive(Serialize, Deserialize)]
struct Kept {
    count: u64,
    root: [u8; 16],
    missing: Vec<EntryId>,
    beyond: Vec<EntryId>,
}

/// The receipts on the disk. One that cannot be read is left out.
pub(super) fn read(store: &dyn Store) -> Result<Vec<Receipt>, StoreError> {
    let mut receipts = Vec::new();
    for named in store.values(RECEIPTS, &[], None, PAGE)? {
        let key: Option<(&[u8; 32], &[u8])> = named.key.split_first_chunk();
        let Some((peer, [class])) = key else {
            continue;
        };
        let kept: Option<Kept> = postcard::from_bytes(&named.value).ok();
        if let (Ok(class), Some(kept)) = (Class::try_from(*class), kept) {
            receipts.push(Receipt {
                peer: PeerId(*peer),
                class,
                all: Digest {
                    count: kept.count,
                    root: kept.root,
                },
                missing: kept.missing,
                beyond: kept.beyond,
            });
        }
    }
    Ok(receipts)
}

impl Node {
    /// A peer said what it has: whoever watches it is told, and the receipt is kept with the next turn.
    pub(crate) fn receipts_changed(&mut self, peer: PeerId) {
        self.receipts_changed = true;
        self.tell_peer(peer);
    }

    /// Keeps receipts that changed, at most every [`KEEP_EVERY`].
    pub(super) fn keep_receipts_in_time(&mut self) {
        if self.receipts_changed && self.receipts_kept.elapsed() >= KEEP_EVERY {
            self.keep_receipts();
        }
    }

    /// Keeps the receipts that changed: they share the flush of whatever is written next.
    pub(crate) fn keep_receipts(&mut self) {
        self.receipts_changed = false;
        self.receipts_kept = Instant::now();
        let Some(living) = &mut self.living else {
            return;
        };
        let mut batch = Batch::new();
        for receipt in living.engine.changed_receipts() {
            let key = [receipt.peer.0.as_slice(), &[u8::from(receipt.class)]].concat();
            if receipt.missing.len() > LISTED_MAX {
                batch.delete(RECEIPTS, &key);
                continue;
            }
            let beyond = receipt.beyond.into_iter().take(LISTED_MAX).collect();
            let Digest { count, root } = receipt.all;
            let kept = Kept {
                count,
                root,
                missing: receipt.missing,
                beyond,
            };
            if let Ok(bytes) = postcard::to_allocvec(&kept) {
                batch.put(RECEIPTS, &key, &bytes);
            }
        }
        if !batch.changes.is_empty() {
            self.writer.keep(Job {
                ids: Vec::new(),
                batch,
            });
        }
    }
}
