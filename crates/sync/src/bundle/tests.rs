//! A bundle reads back as it was written; whatever is done to its bytes is noticed before its end.

use beffroi_trust::{DeviceId, Signer, TerritoryId};
use bytes::Bytes;

use super::{BundleError, BundleReceipt, Counts, Decoder, Encoder, Ending, Header, Part};

fn header(signer: &Signer) -> Header {
    Header {
        territory: TerritoryId([7; 32]),
        writer: signer.id(),
        created_ms: 1_790_000_000_000,
        to: Some(DeviceId([9; 32])),
    }
}

fn bundle(writer: &Signer) -> (Vec<u8>, Vec<Bytes>, Ending) {
    let entries: Vec<Bytes> = (0..40_u8).map(|n| Bytes::from(vec![n; 90])).collect();
    let (mut encoder, mut bytes) = Encoder::begin(&header(writer));
    let (part, taken) = encoder.entries(&entries).unwrap();
    assert_eq!(taken, entries.len());
    bytes.extend(part);
    let counts = Counts {
        acts: 10,
        contents: 30,
        private_leaves: 3,
        receipts: 0,
    };
    let (end, ending) = encoder.end(writer, counts);
    bytes.extend(end);
    (bytes, entries, ending)
}

fn read(mut bytes: &[u8]) -> Result<Vec<Part>, BundleError> {
    let mut decoder = Decoder::default();
    let mut parts = Vec::new();
    while decoder.wants() > 0 {
        let (taken, rest) = bytes.split_at(decoder.wants().min(bytes.len()));
        parts.extend(decoder.take(taken)?);
        bytes = rest;
    }
    if bytes.is_empty() {
        Ok(parts)
    } else {
        Err(BundleError::Damaged)
    }
}

#[test]
fn a_bundle_reads_back_as_it_was_written() {
    let writer = Signer::from_seed(&[1; 32]);
    let (bytes, entries, ending) = bundle(&writer);
    let parts = read(&bytes).unwrap();
    let expected = [
        Part::Header(header(&writer)),
        Part::Entries(entries),
        Part::Ending(ending),
    ];
    assert_eq!(parts, expected);
}

#[test]
fn a_bundle_cut_anywhere_is_refused() {
    let (bytes, _, _) = bundle(&Signer::from_seed(&[1; 32]));
    for length in 0..bytes.len() {
        assert!(read(&bytes[..length]).is_err(), "{length} bytes");
    }
    assert_eq!(read(&[]), Err(BundleError::NotOne));
    assert_eq!(read(&bytes[..40]), Err(BundleError::Cut));
}

#[test]
fn a_flipped_bit_anywhere_is_noticed() {
    let (bytes, _, _) = bundle(&Signer::from_seed(&[1; 32]));
    for place in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[place] ^= 1 << (place % 8);
        assert!(read(&flipped).is_err(), "byte {place}");
    }
}

#[test]
fn a_bundle_in_the_name_of_another_is_refused() {
    let thief = Signer::from_seed(&[2; 32]);
    let victim = Signer::from_seed(&[1; 32]);
    let (encoder, mut bytes) = Encoder::begin(&header(&victim));
    bytes.extend(encoder.end(&thief, Counts::default()).0);
    assert_eq!(read(&bytes), Err(BundleError::Forged));
}

#[test]
fn a_huge_claimed_length_asks_for_no_memory() {
    let (mut bytes, _, _) = bundle(&Signer::from_seed(&[1; 32]));
    bytes[17..21].copy_from_slice(&u32::MAX.to_le_bytes());
    let mut decoder = Decoder::default();
    decoder.take(&bytes[..16]).unwrap();
    assert_eq!(decoder.take(&bytes[16..29]), Err(BundleError::Damaged));
}

#[test]
fn claimed_counts_must_be_those_there_are() {
    let writer = Signer::from_seed(&[1; 32]);
    let (encoder, mut bytes) = Encoder::begin(&header(&writer));
    let counts = Counts {
        acts: u64::MAX,
        contents: 1,
        ..Counts::default()
    };
    bytes.extend(encoder.end(&writer, counts).0);
    assert_eq!(read(&bytes), Err(BundleError::Damaged));
}

#[test]
fn a_receipt_is_its_readers_own_and_of_one_bundle() {
    let (writer, reader) = (Signer::from_seed(&[1; 32]), Signer::from_seed(&[2; 32]));
    let (_, _, ending) = bundle(&writer);
    let receipt = BundleReceipt::sign(&reader, &header(&writer), &ending, 5);
    assert!(receipt.is_signed());
    assert_eq!(
        BundleReceipt::decode(&receipt.encode()),
        Some(receipt.clone())
    );
    let mut forged = receipt.clone();
    forged.said.bundle = [0; 32];
    assert!(!forged.is_signed());
    forged = receipt;
    forged.said.reader = writer.id();
    assert!(!forged.is_signed());
}
