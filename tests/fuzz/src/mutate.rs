//! Mutants from a seed number: the same number makes the same mutants for ever.

/// SplitMix64.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice that fall the same way for the same seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 for none.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or(0)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}

/// Numbers at which lengths, counts and clocks go wrong.
const NUMBERS: &[u64] = &[
    0,
    1,
    16,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0xffff,
    0x1_0000,
    0x10_0000,
    0x7fff_ffff,
    0xffff_ffff,
    0x1_0000_0000,
    0x7fff_ffff_ffff_ffff,
    u64::MAX,
];

/// A number as the formats write them: little or big endian, or in groups of seven bits.
fn number(dice: &mut Dice) -> Vec<u8> {
    let mut value = NUMBERS[dice.below(NUMBERS.len())];
    match dice.below(5) {
        0 => value.to_le_bytes()[..4].to_vec(),
        1 => value.to_le_bytes().to_vec(),
        2 => value.to_be_bytes().to_vec(),
        _ => {
            let mut bytes = Vec::new();
            while value >= 0x80 {
                bytes.push(value.to_le_bytes()[0] | 0x80);
                value >>= 7;
            }
            bytes.push(value.to_le_bytes()[0]);
            bytes
        }
    }
}

fn put(data: &mut Vec<u8>, dice: &mut Dice, what: &[u8]) {
    let at = dice.below(data.len() + 1);
    let over = if dice.below(2) == 0 { 0 } else { what.len() };
    let end = (at + over).min(data.len());
    data.splice(at..end, what.iter().copied());
}

/// One to four changes to `from`: bits, bytes, cuts, repetitions, numbers, words, parts of `other`.
pub fn mutant(
    dice: &mut Dice,
    from: &[u8],
    other: &[u8],
    words: &[&[u8]],
    bytes_max: usize,
) -> Vec<u8> {
    let mut data = from.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(data.len());
        match dice.below(11) {
            0 if !data.is_empty() => data[at] ^= 1 << dice.below(8),
            1 if !data.is_empty() => data[at] = dice.byte(),
            2 => data.insert(at, dice.byte()),
            3 if !data.is_empty() => {
                data.remove(at);
            }
            4 if !data.is_empty() => {
                data[at] = data[at].wrapping_add(if dice.below(2) == 0 { 1 } else { 255 })
            }
            5 => {
                let end = at + dice.below(data.len() - at);
                data.drain(at..end);
            }
            6 => {
                // A piece of it once more, or many times.
                let piece = data[at..(at + 1 + dice.below(32)).min(data.len())].to_vec();
                let most = if dice.below(8) == 0 { 200 } else { 2 };
                for _ in 0..=dice.below(most) {
                    data.splice(at..at, piece.iter().copied());
                }
            }
            7 => {
                let number = number(dice);
                put(&mut data, dice, &number);
            }
            8 if !words.is_empty() => {
                let word = words[dice.below(words.len())];
                put(&mut data, dice, word);
            }
            9 if !other.is_empty() => {
                let from = dice.below(other.len());
                let piece = other[from..from + dice.below(other.len() - from)].to_vec();
                put(&mut data, dice, &piece);
            }
            10 if dice.below(8) == 0 => data.truncate(at),
            _ => {}
        }
        data.truncate(bytes_max);
    }
    data
}
