//! What an author may put into one entry, and how many payloads are cut into several.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use beffroi_trust::author::{self, AuthorError, LEAVES_WRITTEN_MAX, batches};
use beffroi_trust::ids::RING_COMMON;
use beffroi_trust::limits::PAYLOAD_BYTES_MAX;
use beffroi_trust::{DocId, Epoch, Payload, check};
use support::*;

const NONCE: [u8; 16] = [9; 16];

#[test]
fn an_author_is_told_what_does_not_fit() {
    let content = |items: &[(DocId, Payload)], epochs: &BTreeMap<u64, Epoch>| {
        let position = position(alices_grant().id());
        author::content(
            &alice().signer,
            &position,
            NONCE,
            items,
            epochs,
            &ring_keys(),
        )
    };
    let change = |size| Payload::Change(noise(1, size));
    let needs = |count: u16, size| -> Vec<(DocId, Payload)> {
        (0..count)
            .map(|n| {
                let mut doc = doc(NEED, RING_COMMON, 0);
                doc.uuid[..2].copy_from_slice(&n.to_be_bytes());
                (doc, change(size))
            })
            .collect()
    };
    assert_eq!(content(&[], &epochs()), Err(AuthorError::Empty));
    assert!(content(&needs(256, 10), &epochs()).is_ok());
    assert_eq!(
        content(&needs(257, 10), &epochs()),
        Err(AuthorError::TooMany)
    );
    assert_eq!(
        content(&needs(3, 60_000), &epochs()),
        Err(AuthorError::TooLarge)
    );
    assert_eq!(
        content(&needs(1, PAYLOAD_BYTES_MAX + 1), &epochs()),
        Err(AuthorError::PayloadTooLarge { index: 0 })
    );
    let nine: Vec<_> = (0..9)
        .map(|kind| (doc(kind, RING_COMMON, 1), change(5)))
        .collect();
    assert_eq!(content(&nine, &epochs()), Err(AuthorError::TooMany));
    assert!(content(&nine[1..], &epochs()).is_ok());
    let wrong = [(doc(LOG, RING_COMMON, 1), change(5))];
    assert_eq!(
        content(&wrong, &epochs()),
        Err(AuthorError::WrongPayload { index: 0 })
    );
    let unknown = BTreeMap::from([(RING_COMMON, Epoch([1; 16]))]);
    let no_key = Err(AuthorError::NoKey { ring: RING_COMMON });
    assert_eq!(content(&needs(1, 5), &unknown), no_key);
    assert_eq!(content(&needs(1, 5), &BTreeMap::new()), no_key);
}

#[test]
fn batches_cut_what_an_author_takes() {
    let mut items: Vec<(DocId, Payload)> = (0..250_u16)
        .map(|n| {
            let mut doc = doc((n % 12) as u8, RING_COMMON, 0);
            doc.uuid[..2].copy_from_slice(&n.to_be_bytes());
            (
                doc,
                Payload::Change(noise(n as u8, 1 + usize::from(n) * 120)),
            )
        })
        .collect();
    items.push(items[0].clone());
    items.push(items[0].clone());
    let runs = batches(&items);
    assert_eq!(runs.first().map(|run| run.start), Some(0));
    assert!(runs.windows(2).all(|pair| pair[0].end == pair[1].start));
    assert_eq!(runs.last().map(|run| run.end), Some(items.len()));
    for run in runs {
        assert!(run.len() <= LEAVES_WRITTEN_MAX);
        let entry = alices(&items[run.clone()]);
        assert!(check(&entry, &territory()).is_ok());
        let docs: BTreeSet<_> = items[run.clone()].iter().map(|i| i.0).collect();
        assert_eq!(docs.len(), run.len(), "one payload a document");
    }
    assert_eq!(batches(&[]), []);
    let small: Vec<_> = (0..101_u16)
        .map(|n| {
            let mut doc = doc(NEED, RING_COMMON, 0);
            doc.uuid[..2].copy_from_slice(&n.to_be_bytes());
            (doc, Payload::Change(noise(1, 5)))
        })
        .collect();
    assert_eq!(batches(&small), [0..100, 100..101]);
}
