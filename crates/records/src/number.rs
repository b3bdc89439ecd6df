//! Human numbers, `MAI-014`: a post's code and that post's own counter, so that no centre is needed.

use std::fmt;

/// A record's number. `MAI-014` and `mai-14` are the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    /// The post's code.
    pub code: String,
    /// That post's counter in the operation, from 1.
    pub counter: u64,
}

/// True for a post's code: 2 to 6 characters, `A`–`Z` and `0`–`9`, a letter first.
pub fn is_post_code(code: &str) -> bool {
    (2..=6).contains(&code.len())
        && code.starts_with(|first: char| first.is_ascii_uppercase())
        && code
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

impl Number {
    /// Reads `MAI-014` in any case, without a suffix. `None` when it is not a number.
    pub fn parse(text: &str) -> Option<Self> {
        let (code, digits) = text.trim().rsplit_once('-')?;
        let code = code.to_ascii_uppercase();
        let plain =
            (1..=18).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let counter: u64 = if plain {
            digits.parse().ok()?
        } else {
            return None;
        };
        (is_post_code(&code) && counter > 0).then_some(Self { code, counter })
    }

    /// Reads a number as a person gives it, with the suffix that told two equal ones apart: `MAI-014/b` is the
    /// second, rank 1. Without a suffix the rank is `None`.
    pub fn parse_shown(text: &str) -> Option<(Self, Option<usize>)> {
        match text.split_once('/') {
            None => Some((Self::parse(text)?, None)),
            Some((number, suffix)) => Some((Self::parse(number)?, Some(rank(suffix.trim())?))),
        }
    }

    /// The number after the highest one seen for this code in the operation. A reinstalled post goes on from there.
    pub fn next<'a>(code: &str, seen: impl IntoIterator<Item = &'a Self>) -> Self {
        let highest = seen
            .into_iter()
            .filter(|number| number.code == code)
            .map(|number| number.counter)
            .max();
        Self {
            code: code.to_owned(),
            counter: highest.unwrap_or(0).saturating_add(1),
        }
    }

    /// How the number is shown when several records bear it: the first by record id bare, then `/b`, `/c`…
    pub fn shown(&self, rank: usize) -> String {
        if rank == 0 {
            self.to_string()
        } else {
            format!("{self}/{}", suffix(rank))
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{:03}", self.code, self.counter)
    }
}

/// 0 → `a`, 25 → `z`, 26 → `aa`.
fn suffix(mut rank: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'a' + (rank % 26) as u8);
        match rank / 26 {
            0 => break,
            more => rank = more - 1,
        }
    }
    letters
        .iter()
        .rev()
        .map(|letter| char::from(*letter))
        .collect()
}

fn rank(suffix: &str) -> Option<usize> {
    if suffix.is_empty()
        || suffix.len() > 4
        || !suffix.bytes().all(|byte| byte.is_ascii_alphabetic())
    {
        return None;
    }
    let digits = suffix
        .bytes()
        .map(|byte| usize::from(byte.to_ascii_lowercase() - b'a') + 1);
    Some(digits.fold(0, |rank, digit| rank * 26 + digit) - 1)
}

#[cfg(test)]
mod tests {
    use super::{Number, rank, suffix};

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn a_number_has_at_least_three_digits_and_ignores_case() {
        assert_eq!(number("mai-14").to_string(), "MAI-014");
        assert_eq!(number(" MAI-014 "), number("mai-14"));
        assert_eq!(number("C2-1234").to_string(), "C2-1234");
        for text in [
            "",
            "MAI",
            "MAI-",
            "MAI-0",
            "M-1",
            "MAIRIES-1",
            "2MA-1",
            "MAI-1a",
            "MAI-1/b",
            "MAI--1",
            "MÉI-1",
            "MAI-+1",
            "MAI-9999999999999999999",
        ] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_post_goes_on_from_the_highest_number_of_its_code() {
        let seen = [number("MAI-014"), number("CRF-200"), number("MAI-009")];
        assert_eq!(Number::next("MAI", &seen).to_string(), "MAI-015");
        assert_eq!(Number::next("GYM", &seen).to_string(), "GYM-001");
    }

    #[test]
    fn equal_numbers_are_told_apart_by_a_suffix() {
        let shared = number("MAI-014");
        assert_eq!(shared.shown(0), "MAI-014");
        assert_eq!(shared.shown(1), "MAI-014/b");
        assert_eq!(
            Number::parse_shown("mai-14/B"),
            Some((shared.clone(), Some(1)))
        );
        assert_eq!(Number::parse_shown("mai-14"), Some((shared, None)));
        assert_eq!(Number::parse_shown("mai-14/"), None);
        for place in 0..2_000 {
            assert_eq!(rank(&suffix(place)), Some(place));
        }
    }
}
