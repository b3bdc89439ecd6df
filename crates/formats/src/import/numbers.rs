//! Numbers as people write them, and the decimal mark of a whole column.

/// The decimal mark of a column: one or the other, not both (formats.md §2.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DecimalMark {
    /// `1234.5`
    Point,
    /// `1234,5`
    Comma,
}

/// One number, read without deciding what its mark means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    negative: bool,
    whole: String,
    mark: Option<DecimalMark>,
    fraction: String,
}

impl Written {
    /// Reads `1234.5`, `1234,5`, `1 234,5` (any kind of space) and a sign. `None` for the rest.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, text) = match text.chars().next()? {
            '-' | '−' => (true, &text[text.chars().next()?.len_utf8()..]),
            '+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, mark, fraction) = match text.find(['.', ',']) {
            Some(at) if text.as_bytes()[at] == b'.' => {
                (&text[..at], Some(DecimalMark::Point), &text[at + 1..])
            }
            Some(at) => (&text[..at], Some(DecimalMark::Comma), &text[at + 1..]),
            None => (text, None, ""),
        };
        let whole = digits_of_groups(whole)?;
        let digits_only = fraction.bytes().all(|byte| byte.is_ascii_digit());
        let empty = whole.is_empty() && fraction.is_empty();
        (digits_only && !empty && whole.len() + fraction.len() <= DIGITS_MAX).then(|| Self {
            negative,
            whole,
            mark,
            fraction: fraction.to_owned(),
        })
    }

    /// Canonical decimal text (`-12.5`, `40`), when the column's mark allows this number.
    pub(crate) fn decimal(&self, column: DecimalMark) -> Option<String> {
        if self.mark.is_some_and(|mark| mark != column) {
            return None;
        }
        let whole = self.whole.trim_start_matches('0');
        let fraction = self.fraction.trim_end_matches('0');
        let zero = whole.is_empty() && fraction.is_empty();
        let mut text = String::new();
        if self.negative && !zero {
            text.push('-');
        }
        text.push_str(if whole.is_empty() { "0" } else { whole });
        if !fraction.is_empty() {
            text.push('.');
            text.push_str(fraction);
        }
        Some(text)
    }

    /// A whole number without any mark: `5,000` is refused rather than read as 5.
    pub(crate) fn integer(&self) -> Option<i64> {
        if self.mark.is_some() {
            return None;
        }
        let value: i64 = self.whole.parse().ok()?;
        Some(if self.negative { -value } else { value })
    }

    /// True for `5,000`: one to three digits, a comma, three digits. Five, or five thousand?
    fn looks_like_thousands(&self) -> bool {
        self.mark == Some(DecimalMark::Comma)
            && self.fraction.len() == 3
            && (1..=3).contains(&self.whole.len())
            && self.whole != "0"
    }
}

/// Digits of the longest number read: beyond, no quantity nor coordinate.
const DIGITS_MAX: usize = 18;

/// The digits of `1234` or `1 234`; `None` when groups after the first are not of three digits.
fn digits_of_groups(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(text.len());
    for (at, group) in text
        .split([' ', '\u{a0}', '\u{202f}', '\u{2009}'])
        .enumerate()
    {
        let well_formed = group.bytes().all(|byte| byte.is_ascii_digit());
        if !well_formed || (at > 0 && group.len() != 3) {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

/// What the cells of one column say about its decimal mark.
#[derive(Clone, Debug, Default)]
pub(crate) struct MarkVotes {
    points: u64,
    commas: u64,
    thousands_like: u64,
}

impl MarkVotes {
    /// Counts one cell.
    pub(crate) fn add(&mut self, cell: &str) {
        let Some(written) = Written::read(cell) else {
            return;
        };
        match written.mark {
            Some(DecimalMark::Point) => self.points += 1,
            Some(DecimalMark::Comma) if written.looks_like_thousands() => self.thousands_like += 1,
            Some(DecimalMark::Comma) => self.commas += 1,
            None => {}
        }
    }

    /// The mark of the column. With nothing but cells like `5,000`, the point: each of them is
    /// then rejected, because reading 5 where 5000 blankets are meant is worse than asking.
    pub(crate) fn mark(&self) -> DecimalMark {
        if self.commas > self.points {
            DecimalMark::Comma
        } else {
            DecimalMark::Point
        }
    }

    /// The mark of a column where nobody groups thousands: `48,123` is a latitude.
    pub(crate) fn mark_without_thousands(&self) -> DecimalMark {
        if self.commas + self.thousands_like > self.points {
            DecimalMark::Comma
        } else {
            DecimalMark::Point
        }
    }
}

#[cfg(test)]
mod tests;
