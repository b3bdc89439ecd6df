//! Quantities as exact decimals with at most three places: what is counted must not drift as binary fractions do.

use std::fmt;
use std::ops::{Add, Neg};

use crate::limits::{DECIMALS_MAX, INTEGER_DIGITS_MAX};

/// A signed decimal, in thousandths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(i128);

impl Decimal {
    /// A whole number.
    pub const fn whole(value: i64) -> Self {
        Self(value as i128 * 1000)
    }

    /// Reads `40`, `-2.5`, `+2,50`. `None` when it is not a number, has more than 12 digits before the point or more
    /// than 3 after it (zeros at the end do not count).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, decimals) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && decimals.is_empty()) || !all_digits(whole) || !all_digits(decimals)
        {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let decimals = decimals.trim_end_matches('0');
        if whole.len() > INTEGER_DIGITS_MAX || decimals.len() > DECIMALS_MAX {
            return None;
        }
        let units: i128 = if whole.is_empty() {
            0
        } else {
            whole.parse().ok()?
        };
        let thousandths: i128 = format!("{decimals:0<3}").parse().ok()?;
        let value = units * 1000 + thousandths;
        Some(Self(if negative { -value } else { value }))
    }

    /// True below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The nearest double, for JSON numbers and for comparing.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

impl fmt::Display for Decimal {
    /// The one spelling in which a decimal is stored: no leading nor trailing zeros, `-0` never.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, thousandths) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        if thousandths == 0 {
            return write!(formatter, "{sign}{whole}");
        }
        let decimals = format!("{thousandths:03}");
        write!(
            formatter,
            "{sign}{whole}.{}",
            decimals.trim_end_matches('0')
        )
    }
}

impl Add for Decimal {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Neg for Decimal {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn a_decimal_has_one_spelling() {
        for (text, spelled) in [
            ("40", "40"),
            ("040.50", "40.5"),
            ("2,5", "2.5"),
            ("-0.125", "-0.125"),
            ("-0", "0"),
            (".5", "0.5"),
            ("5.", "5"),
            ("+7", "7"),
            ("1.0000", "1"),
            ("999999999999.999", "999999999999.999"),
        ] {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), spelled, "{text}");
        }
        for text in [
            "",
            ".",
            "-",
            "1.2345",
            "1e3",
            "٣",
            "1 000",
            "1000000000000",
            "--1",
            "1.2.3",
            "NaN",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn tenths_add_up_exactly() {
        let tenth = Decimal::parse("0.1").unwrap();
        let sum = (0..10).fold(Decimal::default(), |sum, _| sum + tenth);
        assert_eq!(sum, Decimal::whole(1));
        assert_eq!(-tenth + tenth, Decimal::default());
    }
}
