//! How much of one document this post takes: patience, not validity (trust.md §10). A record that somebody
//! floods freezes here as it is, is said, and costs no more; the entries stay in the set, as everywhere.

use beffroi_trust::document::Document;

use super::opening::Opened;

/// Takes a leaf into its document, unless the document is full. `false` when it was not taken.
pub(super) fn offer(document: &mut Document, opened: &Opened) -> bool {
    let has_room = !document.weight().is_full();
    if has_room {
        document.offer(opened.carried.clone(), opened.verdict);
    } else {
        // How the entry of a leaf taken before counts may have changed all the same.
        document.recount(&opened.carried.entry, opened.carried.count);
    }
    has_room
}

#[cfg(test)]
mod tests {
    use beffroi_trust::document::{Carried, DOCUMENT_BYTES_MAX};
    use beffroi_trust::{Count, DeviceId, DocId, EntryId};

    use super::*;

    #[test]
    fn a_flooded_document_freezes_and_the_rest_of_the_flood_costs_nothing() {
        let doc = DocId {
            kind: 0x41,
            ring: 1,
            uuid: [7; 16],
        };
        let mut document = Document::new(doc);
        let payload = bytes::Bytes::from(vec![b'a'; 60 << 10]);
        let taken = (0..=u8::MAX).filter(|n| {
            let carried = Carried {
                entry: EntryId([*n; 32]),
                leaf: 0,
                author: DeviceId([1; 32]),
                time_ms: 0,
                count: Count::Authorised,
                payload: payload.clone(),
            };
            let opened = Opened {
                doc,
                carried,
                verdict: None,
            };
            offer(&mut document, &opened)
        });
        let taken = taken.count();
        assert_eq!(taken, DOCUMENT_BYTES_MAX.div_ceil(payload.len()));
        assert_eq!(document.weight().changes, taken);
    }
}
