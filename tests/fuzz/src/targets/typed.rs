//! What a person types or a program puts in a path: codes, the words of a sheet, ids, numbers, moments.

use beffroi_api::path::{escape, unescape};
use beffroi_records::{Decimal, Moment, Number};
use beffroi_trust::invite::InviteCode;
use beffroi_trust::{EntryId, RootSeed, Roots};

use super::{mode, seed};
use crate::{Outcome, Seed, Target};

/// The target.
pub const TARGET: Target = Target {
    name: "typed",
    run,
    seeds,
    words: &[
        b"-",
        b"%",
        b"%C3%A9",
        "É".as_bytes(),
        "\u{2011}".as_bytes(),
        b"7KQ4-M2XR",
        b"99999999999",
        b"T",
        b"+14:00",
    ],
    bytes_max: 4 << 10,
    memory_max: 1 << 20,
};

/// Reads a text.
///
/// # Panics
/// When what was read is written otherwise.
pub fn run(data: &[u8]) -> Outcome {
    let Some((mode, bytes)) = mode(data) else {
        return Outcome::Refused;
    };
    let text = String::from_utf8_lossy(bytes);
    Outcome::taken(match mode % 7 {
        0 => text.parse::<InviteCode>().is_ok_and(|code| {
            assert!(
                code.text()
                    .parse::<InviteCode>()
                    .is_ok_and(|again| again == code)
            );
            true
        }),
        1 => RootSeed::from_words(&text).is_ok_and(|seed| {
            assert!(RootSeed::from_words(&seed.words()).is_ok_and(|again| again.id() == seed.id()));
            true
        }),
        2 => text.parse::<EntryId>().is_ok_and(|id| {
            assert_eq!(id.to_string().parse(), Ok(id));
            true
        }),
        3 => {
            assert_eq!(unescape(&escape(&text)).as_deref(), Some(&*text));
            unescape(&text).is_some()
        }
        4 => Number::parse_shown(&text).is_some(),
        5 => Moment::parse(&text).is_some(),
        _ => Decimal::parse(&text).is_some(),
    })
}

fn seeds() -> Vec<Seed> {
    let code = InviteCode::from_random(0x1234_5678_9abc);
    let words = Roots::from_seeds(&[[1; 32], [2; 32], [3; 32]]).0[0].words();
    let mut other = words.split_whitespace().collect::<Vec<_>>();
    other.swap(0, 1);
    vec![
        seed("honest-code", 0, code.text().as_bytes()),
        seed(
            "honest-code-in-small-letters-without-hyphens",
            0,
            code.text().replace('-', "").to_lowercase(),
        ),
        seed("attack-code-of-other-letters", 0, "éèà-----ÉÈ"),
        seed("honest-sheet", 1, words.as_bytes()),
        seed("attack-sheet-with-two-words-swapped", 1, other.join(" ")),
        seed("honest-id", 2, EntryId([7; 32]).to_string()),
        seed("attack-id-cut", 2, &EntryId([7; 32]).to_string()[..40]),
        seed("honest-escaped", 3, "caf%C3%A9%20noir"),
        seed("attack-escape-cut", 3, "caf%C"),
        seed("honest-number", 4, "MAI-12"),
        seed("attack-number", 4, "MAI-99999999999999999999"),
        seed("honest-moment", 5, "2026-11-22T17:40:00+01:00"),
        seed("attack-moment", 5, "2026-13-45T99:99:99+99:99"),
        seed("honest-decimal", 6, "12.5"),
        seed("attack-decimal", 6, "1e999999999"),
    ]
}
