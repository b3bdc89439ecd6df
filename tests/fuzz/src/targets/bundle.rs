//! A file on a USB key: read part by part, as it is or with its checksums mended, and each entry of it.

use beffroi_sync::bundle::{BundleReceipt, Counts, Decoder, Encoder, Header, MAGIC, Part};
use beffroi_trust::ids::{KIND_RECORD, RING_COMMON};
use beffroi_trust::{DocId, Entry, Payload, check};
use bytes::Bytes;

use super::{mode, seed};
use crate::world::{TIME_MS, WORLD, alice, bob};
use crate::{Outcome, Seed, Target};

/// The target.
pub const TARGET: Target = Target {
    name: "bundle",
    run,
    seeds,
    words: &[
        &MAGIC,
        b"\x03\x00\x00\x08\x00",
        &[0x28, 0xb5, 0x2f, 0xfd],
        b"\x02",
        b"\x04",
    ],
    bytes_max: 64 << 10,
    memory_max: 8 << 20,
};

const AS_IT_IS: u8 = 0;
const MENDED: u8 = 1;
/// A part: tag, length, checksum.
const PART_HEAD: usize = 1 + 4 + 8;

/// Reads a bundle.
///
/// # Panics
/// When the decoder wants more than a part may have, or goes on behind the end.
pub fn run(data: &[u8]) -> Outcome {
    let Some((mode, file)) = mode(data) else {
        return Outcome::Refused;
    };
    let file = if mode % 2 == AS_IT_IS {
        file.to_vec()
    } else {
        mended(file)
    };
    let (mut decoder, mut rest) = (Decoder::default(), file.as_slice());
    loop {
        let wants = decoder.wants();
        if wants == 0 {
            return Outcome::taken(rest.is_empty());
        }
        assert!(wants <= 600 << 10, "it wants {wants} bytes at once");
        let (piece, after) = rest.split_at(wants.min(rest.len()));
        rest = after;
        match decoder.take(piece) {
            Err(_) => return Outcome::Refused,
            Ok(Some(Part::Entries(entries))) => entries.iter().for_each(look_at),
            Ok(Some(Part::Receipt(receipt))) => {
                let _ = receipt.is_signed();
                assert_eq!(
                    BundleReceipt::decode(&receipt.encode()).as_ref(),
                    Some(&*receipt)
                );
            }
            Ok(Some(Part::Header(_) | Part::Ending(_)) | None) => {}
        }
    }
}

fn look_at(entry: &Bytes) {
    if let Ok(entry) = Entry::decode(entry) {
        drop(check(&entry, &WORLD.territory));
    }
}

/// The same parts with right checksums.
fn mended(file: &[u8]) -> Vec<u8> {
    let mut out = file.to_vec();
    let mut at = MAGIC.len();
    while let Some(head) = out.get(at..at + PART_HEAD) {
        let length = u32::from_le_bytes(head[1..5].try_into().unwrap());
        let length = usize::try_from(length)
            .unwrap_or(usize::MAX)
            .min(out.len() - at - PART_HEAD);
        let mut hasher = blake3::Hasher::new();
        hasher.update(&out[at..=at]);
        hasher.update(&out[at + PART_HEAD..at + PART_HEAD + length]);
        let mut sum = [0; 8];
        hasher.finalize_xof().fill(&mut sum);
        out[at + 5..at + PART_HEAD].copy_from_slice(&sum);
        at += PART_HEAD + length;
    }
    out
}

fn seeds() -> Vec<Seed> {
    let doc = |uuid| DocId {
        kind: KIND_RECORD | 1,
        ring: RING_COMMON,
        uuid: [uuid; 16],
    };
    let line = |n: u8| {
        WORLD
            .content(&[(doc(n), Payload::Record(vec![n; 50].into()))])
            .encode()
    };
    let header = Header {
        territory: WORLD.territory,
        writer: alice().id(),
        created_ms: TIME_MS,
        to: Some(bob().id()),
    };
    let write = |entries: &[Bytes], receipts: usize| {
        let (mut encoder, mut file) = Encoder::begin(&header);
        let mut counts = Counts {
            contents: entries.len() as u64,
            receipts: receipts as u64,
            ..Counts::default()
        };
        let (_, ending) = Encoder::begin(&header).0.end(&alice().signer, counts);
        for _ in 0..receipts {
            file.extend(encoder.receipt(&BundleReceipt::sign(
                &bob().signer,
                &header,
                &ending,
                TIME_MS,
            )));
        }
        if !entries.is_empty() {
            file.extend(encoder.entries(entries).unwrap().0);
        }
        counts.acts = 0;
        file.extend(encoder.end(&alice().signer, counts).0);
        file
    };
    let entries: Vec<Bytes> = (0..12).map(|n| line(n).into()).collect();
    let whole = write(&entries, 2);
    let part = |tag: u8, length: u32, payload: &[u8]| {
        [&MAGIC[..], &[tag], &length.to_le_bytes(), &[0; 8], payload].concat()
    };
    let mut flipped = whole.clone();
    flipped[300] ^= 1;
    let mut two_ends = whole.clone();
    two_ends.extend_from_slice(&whole[whole.len() - 150..]);
    let mut later = whole.clone();
    later[15] = 2;
    vec![
        seed("honest-twelve-lines-two-receipts", AS_IT_IS, &whole),
        seed("honest-nothing-in-it", AS_IT_IS, write(&[], 0)),
        seed("honest-receipts-alone", AS_IT_IS, write(&[], 3)),
        seed("attack-torn", AS_IT_IS, &whole[..whole.len() - 1]),
        seed("attack-one-bit-flipped", AS_IT_IS, &flipped),
        seed("attack-one-bit-flipped-checksums-mended", MENDED, &flipped),
        seed("attack-bytes-behind-the-end", AS_IT_IS, two_ends),
        seed("attack-of-a-later-version", AS_IT_IS, later),
        seed("attack-a-part-of-4-gib", AS_IT_IS, part(1, u32::MAX, b"x")),
        seed(
            "attack-a-pack-before-the-header",
            AS_IT_IS,
            part(3, 4, b"abcd"),
        ),
        seed("attack-empty-parts", MENDED, part(1, 0, b"")),
        seed("attack-another-file", AS_IT_IS, b"PK\x03\x04"),
    ]
}
