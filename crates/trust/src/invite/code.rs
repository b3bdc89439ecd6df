//! The code: eleven characters of base 32 and one that catches slips, in three groups of four.

use std::fmt;
use std::str::FromStr;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::domains;
use crate::ids::DeviceId;
use crate::keys::Signer;
use crate::stretch::stretch;

/// Crockford's base 32: no I, L, O or U, which are heard or read as others.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters that carry the seed, five bits each.
const SEED_CHARACTERS: usize = 11;
/// Characters of a code.
const CODE_CHARACTERS: usize = SEED_CHARACTERS + 1;
/// The bits of a seed.
const SEED_MASK: u64 = (1 << (5 * SEED_CHARACTERS)) - 1;

/// Why a text is not an invite code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Too few or too many characters.
    #[error("a code has {CODE_CHARACTERS} characters, as in 7KQ4-M2XR-9HWP")]
    Length,
    /// A character no code has.
    #[error("{0:?} is in no code")]
    Character(char),
    /// The last character does not belong to the others.
    #[error("one character is wrong, or two are swapped: look at the code again")]
    Check,
}

/// What an invite's code says: 55 random bits. Whoever knows it can join. Wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct InviteCode(u64);

impl InviteCode {
    /// A code from random bits; the nine highest are not used.
    #[must_use]
    pub fn from_random(bits: u64) -> Self {
        Self(bits & SEED_MASK)
    }

    /// The text to show. Not `Display`, so that no log line prints a code by accident.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(CODE_CHARACTERS + 2));
        let digits = self.digits();
        for (n, digit) in digits.iter().chain([&check_digit(&digits)]).enumerate() {
            if n > 0 && n % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[usize::from(*digit)]));
        }
        text
    }

    /// Its keys. Takes half a second, so that guessing takes longer than a code lives.
    #[must_use]
    pub fn keys(&self) -> InviteKeys {
        let key = stretch(&self.0.to_be_bytes(), domains::INVITE_SALT);
        let signing = Zeroizing::new(blake3::derive_key(domains::INVITE_SIGN, &*key));
        InviteKeys {
            signer: Signer::from_seed(&signing),
            welcome: Zeroizing::new(blake3::derive_key(domains::INVITE_WELCOME, &*key)),
        }
    }

    fn digits(&self) -> [u8; SEED_CHARACTERS] {
        let mut digits = [0; SEED_CHARACTERS];
        for (n, digit) in digits.iter_mut().rev().enumerate() {
            *digit = (self.0 >> (5 * n)).to_le_bytes()[0] & 31;
        }
        digits
    }
}

impl FromStr for InviteCode {
    type Err = CodeError;

    /// Reads a code as people type it: any case, hyphens and spaces anywhere, O for 0, I or L for 1.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        let mut digits = Zeroizing::new([0; CODE_CHARACTERS]);
        let mut count = 0;
        let typed = text.chars().filter(|c| {
            !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '.' | '_')
        });
        for character in typed {
            let digit = digit_of(character).ok_or(CodeError::Character(character))?;
            *digits.get_mut(count).ok_or(CodeError::Length)? = digit;
            count += 1;
        }
        if count != CODE_CHARACTERS {
            return Err(CodeError::Length);
        }
        let [seed @ .., check] = &*digits;
        if check_digit(seed) != *check {
            return Err(CodeError::Check);
        }
        let bits = seed
            .iter()
            .fold(0, |bits, digit| bits << 5 | u64::from(*digit));
        Ok(Self(bits))
    }
}

impl fmt::Debug for InviteCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InviteCode(secret)")
    }
}

fn digit_of(character: char) -> Option<u8> {
    let character = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET.iter().position(|c| char::from(*c) == character)?;
    u8::try_from(place).ok()
}

/// The character that makes Σ digit · αⁿ zero in the field of 32 elements, with a weight of its own
/// for each place: it catches every single wrong character and every swap of two.
fn check_digit(digits: &[u8]) -> u8 {
    digits.iter().fold(0, |sum, digit| times_alpha(sum ^ digit))
}

/// Multiplication by α, a root of the primitive polynomial x⁵ + x² + 1.
fn times_alpha(digit: u8) -> u8 {
    let doubled = digit << 1;
    if doubled & 32 == 0 {
        doubled
    } else {
        doubled ^ 0b10_0101
    }
}

/// What both ends derive from a code. The inviter keeps it in memory until the code is used or over,
/// never on disk.
pub struct InviteKeys {
    pub(super) signer: Signer,
    pub(super) welcome: Zeroizing<[u8; 32]>,
}

impl InviteKeys {
    /// The public key the Invite act announces and every Claim names.
    #[must_use]
    pub fn id(&self) -> DeviceId {
        self.signer.id()
    }
}

impl fmt::Debug for InviteKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InviteKeys({})", self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fixed codes from all over the range.
    fn codes() -> impl Iterator<Item = InviteCode> {
        (0..64_u64).map(|n| InviteCode::from_random(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ n))
    }

    #[test]
    fn a_code_is_read_back_however_it_is_typed() {
        for code in codes() {
            let text = code.text();
            assert_eq!(text.len(), 14);
            let spaced = text.replace('-', " ").to_lowercase();
            let joined = text.replace('-', "");
            let misheard = joined.replace('0', "o").replace('1', "L");
            for typed in [
                text.to_string(),
                spaced,
                joined,
                misheard,
                format!(" {} ", *text),
            ] {
                assert_eq!(typed.parse(), Ok(code.clone()), "{typed}");
            }
        }
    }

    #[test]
    fn every_wrong_character_and_every_swap_is_caught() {
        for code in codes() {
            let good: Vec<char> = code.text().replace('-', "").chars().collect();
            for place in 0..good.len() {
                for other in ALPHABET.iter().map(|c| char::from(*c)) {
                    let mut wrong = good.clone();
                    wrong[place] = other;
                    let read = wrong.iter().collect::<String>().parse::<InviteCode>();
                    assert_eq!(read.is_ok(), other == good[place]);
                }
                for with in 0..place {
                    let mut swapped = good.clone();
                    swapped.swap(place, with);
                    let read = swapped.iter().collect::<String>().parse::<InviteCode>();
                    assert_eq!(read.is_ok(), good[place] == good[with]);
                }
            }
        }
    }

    #[test]
    fn what_is_no_code_is_said_to_be_none() {
        let read = |text: &str| text.parse::<InviteCode>();
        assert_eq!(read(""), Err(CodeError::Length));
        assert_eq!(read("7KQ4-M2XR-9HW"), Err(CodeError::Length));
        assert_eq!(read("7KQ4-M2XR-9HWPP"), Err(CodeError::Length));
        assert_eq!(read("7KQ4-M2XR-9HUP"), Err(CodeError::Character('U')));
        assert_eq!(read("7KQ4-M2XR-9Hé"), Err(CodeError::Character('é')));
        assert_eq!(read(&"0".repeat(100_000)), Err(CodeError::Length));
    }

    #[test]
    fn a_code_is_not_printed_by_debug() {
        let code = InviteCode::from_random(5);
        assert_eq!(format!("{code:?}"), "InviteCode(secret)");
    }
}
