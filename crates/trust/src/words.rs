//! Bits spelled as French words, eleven a word, from the BIP39 list: to be read on the radio, copied
//! on paper, typed back with or without accents.

use bip39::Language;

/// Bits one word stands for.
const WORD_BITS: usize = 11;

/// The first `count` × 11 bits of `bytes` as words, with their accents. Bits beyond the end read
/// as zero.
#[must_use]
pub fn spell(bytes: &[u8], count: usize) -> Vec<String> {
    let bit = |n: usize| -> usize {
        let byte = bytes.get(n / 8).copied().unwrap_or(0);
        usize::from(byte >> (7 - n % 8) & 1)
    };
    (0..count)
        .map(|word| {
            let bits = word * WORD_BITS..(word + 1) * WORD_BITS;
            composed(list()[bits.fold(0, |number, n| number << 1 | bit(n))])
        })
        .collect()
}

fn list() -> &'static [&'static str; 2_048] {
    Language::French.word_list()
}

/// The number of a word, however it is written: capitals and accents do not matter, for no two
/// words of the list differ by them alone.
#[must_use]
pub(crate) fn number_of(word: &str) -> Option<u16> {
    let wanted = folded(word);
    let place = list().iter().position(|listed| folded(listed) == wanted)?;
    u16::try_from(place).ok()
}

/// The list is in decomposed form; people and printers expect composed letters.
fn composed(word: &str) -> String {
    let mut letters = String::with_capacity(word.len());
    for letter in word.chars() {
        let accented = match (letters.chars().last(), letter) {
            (Some('e'), '\u{301}') => 'é',
            (Some('e'), '\u{300}') => 'è',
            _ => {
                letters.push(letter);
                continue;
            }
        };
        letters.pop();
        letters.push(accented);
    }
    letters
}

fn folded(word: &str) -> String {
    word.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|letter| match letter {
            '\u{300}'..='\u{36f}' => None,
            'é' | 'è' | 'ê' | 'ë' => Some('e'),
            'à' | 'â' | 'ä' => Some('a'),
            'î' | 'ï' => Some('i'),
            'ô' | 'ö' => Some('o'),
            'ù' | 'û' | 'ü' => Some('u'),
            'ç' => Some('c'),
            plain => Some(plain),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_word_prints_composed_and_is_read_back_with_and_without_accents() {
        for (number, listed) in list().iter().enumerate() {
            let printed = composed(listed);
            assert!(
                printed
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == 'é' || c == 'è'),
                "{printed}"
            );
            for typed in [printed.clone(), folded(listed), printed.to_uppercase()] {
                assert_eq!(number_of(&typed).map(usize::from), Some(number), "{typed}");
            }
        }
    }

    #[test]
    fn no_two_words_differ_by_accents_alone() {
        let plain: BTreeSet<String> = list().iter().map(|word| folded(word)).collect();
        assert_eq!(plain.len(), 2_048);
    }

    #[test]
    fn spelling_takes_the_bits_in_order() {
        assert_eq!(spell(&[0; 8], 2), ["abaisser", "abaisser"]);
        assert_eq!(spell(&[0, 0x20, 0], 2), ["abandon", "abaisser"]);
        assert_eq!(spell(&[0xff; 2], 1), ["zoologie"]);
        assert_eq!(spell(&[], 1), ["abaisser"]);
    }
}
