//! Dates and times as people write them. What a lone cell cannot tell (day first or month first)
//! is left open, and decided for the whole column by `date_order`.

use jiff::civil::{Date, DateTime, Time};

use super::date_order::DateOrder;

/// Serial numbers taken for Excel dates: 1927 to 2173. Below, a number in a date column is more
/// likely a year; the Excel calendar has day 0 on 30 December 1899.
const SERIALS: std::ops::RangeInclusive<i64> = 10_000..=99_999;

/// Names of months as they begin, English then French, accents taken off; four letters at most
/// tell them apart (`juin`, `juil`).
const MONTHS: [&[&str]; 12] = [
    &["january", "janvier"],
    &["february", "fevrier"],
    &["march", "mars"],
    &["april", "avril"],
    &["may", "mai"],
    &["june", "juin"],
    &["july", "juillet"],
    &["august", "aout"],
    &["september", "septembre"],
    &["october", "octobre"],
    &["november", "novembre"],
    &["december", "decembre"],
];

/// A date as written in one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    day: Day,
    time: Time,
    /// Seconds east of UTC, when the cell says so.
    pub(crate) offset_seconds: Option<i32>,
}

/// The day part of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Day {
    Known(Date),
    /// Two numbers and a year: day/month or month/day.
    Open {
        first: i8,
        second: i8,
        year: i16,
    },
}

/// What a cell says about the order of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// The order does not matter here.
    Plain,
    /// Only day/month makes a date.
    DayFirst,
    /// Only month/day makes a date.
    MonthFirst,
    /// Both orders make a date; `same` when it is the same one (`05/05/2010`).
    Either { same: bool },
}

impl Written {
    /// Reads a cell; `None` when no reading makes a date.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(serial) = excel_serial(text) {
            return Some(serial);
        }
        let (day, rest) = numeric_day(text).or_else(|| named_day(text))?;
        let (time, offset_seconds) = time_and_offset(rest)?;
        Some(Self {
            day,
            time,
            offset_seconds,
        })
    }

    /// What this cell tells of the order.
    pub(crate) fn reading(&self) -> Reading {
        match self.day {
            Day::Known(_) => Reading::Plain,
            Day::Open { first, second, .. } if first > 12 && second <= 12 => Reading::DayFirst,
            Day::Open { first, second, .. } if second > 12 && first <= 12 => Reading::MonthFirst,
            Day::Open { first, second, .. } => Reading::Either {
                same: first == second,
            },
        }
    }

    /// The civil date and time under an order; `None` when it makes no date.
    pub(crate) fn resolve(&self, order: DateOrder) -> Option<DateTime> {
        let date = match self.day {
            Day::Known(date) => date,
            Day::Open {
                first,
                second,
                year,
            } => {
                let (day, month) = match order {
                    DateOrder::DayFirst => (first, second),
                    DateOrder::MonthFirst => (second, first),
                };
                Date::new(year, month, day).ok()?
            }
        };
        Some(date.to_datetime(self.time))
    }
}

fn excel_serial(text: &str) -> Option<Written> {
    let (days, fraction) = match text.split_once(['.', ',']) {
        Some((days, fraction)) => (days, fraction),
        None => (text, ""),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if days.len() != 5 || !digits(days) || !digits(fraction) {
        return None;
    }
    let days: i64 = days.parse().ok()?;
    if !SERIALS.contains(&days) {
        return None;
    }
    let part: f64 = format!("0.{fraction}0").parse().ok()?;
    // Excel keeps a time as a fraction of a day: a minute is not exact, so round to the second.
    let seconds = (part * 86_400.0).round() as i64;
    let midnight = Date::new(1899, 12, 30).ok()?.at(0, 0, 0, 0);
    let span = jiff::Span::new()
        .try_days(days)
        .and_then(|span| span.try_seconds(seconds))
        .ok()?;
    let moment = midnight.checked_add(span).ok()?;
    Some(Written {
        day: Day::Known(moment.date()),
        time: moment.time(),
        offset_seconds: None,
    })
}

/// `2010-07-05`, `2010.07.05`, `2010/07/05`, `05/07/2010`, `5-7-10`, `5.7.2010`; and what follows.
fn numeric_day(text: &str) -> Option<(Day, &str)> {
    let (first, rest) = digits(text)?;
    let separator = rest
        .chars()
        .next()
        .filter(|c| matches!(c, '/' | '-' | '.'))?;
    let (second, rest) = digits(&rest[1..])?;
    let (third, rest) = digits(rest.strip_prefix(separator)?)?;
    if first.len() == 4 && (1..=2).contains(&second.len()) && (1..=2).contains(&third.len()) {
        let date = Date::new(
            first.parse().ok()?,
            second.parse().ok()?,
            third.parse().ok()?,
        )
        .ok()?;
        return Some((Day::Known(date), rest));
    }
    let (first, second): (i8, i8) = (small(first)?, small(second)?);
    let year = year(third)?;
    let makes_a_date =
        Date::new(year, second, first).is_ok() || Date::new(year, first, second).is_ok();
    makes_a_date.then_some((
        Day::Open {
            first,
            second,
            year,
        },
        rest,
    ))
}

/// `1 March 2015`, `1er mars 2015`, `1-Mar-2015`, `March 1st, 2015`; and what follows.
fn named_day(text: &str) -> Option<(Day, &str)> {
    let (day, month, rest) = if text.starts_with(|c: char| c.is_ascii_digit()) {
        let (day, rest) = digits(text)?;
        let (month, rest) = month(skip(without_ordinal(rest)))?;
        (day, month, rest)
    } else {
        let (month, rest) = month(text)?;
        let (day, rest) = digits(skip(rest))?;
        (day, month, without_ordinal(rest))
    };
    let (third, rest) = digits(skip(rest))?;
    let date = Date::new(year(third)?, month, small(day)?).ok()?;
    Some((Day::Known(date), rest))
}

/// `er`, `st`, `nd`, `rd`, `th` right after a day.
fn without_ordinal(text: &str) -> &str {
    ["er", "st", "nd", "rd", "th"]
        .iter()
        .find_map(|ordinal| text.strip_prefix(ordinal))
        .unwrap_or(text)
}

fn skip(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | '-' | '/'))
}

/// The month whose name, or the beginning of it, starts `text`.
fn month(text: &str) -> Option<(i8, &str)> {
    let end = text
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(text.len());
    let name = beffroi_records::fold(&text[..end]);
    if name.len() < 3 {
        return None;
    }
    let mut found = (1_i8..).zip(MONTHS).filter(|(_, names)| {
        names
            .iter()
            .any(|known| known.starts_with(&name) || (name == "sept" && *known == "september"))
    });
    match (found.next(), found.next()) {
        (Some((number, _)), None) => Some((number, &text[end..])),
        _ => None,
    }
}

/// The digits at the start of a text, one at least, four at most.
fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    (1..=4).contains(&end).then(|| text.split_at(end))
}

fn small(digits: &str) -> Option<i8> {
    (digits.len() <= 2).then(|| digits.parse().ok()).flatten()
}

/// Two digits are 1969 to 2068, as POSIX reads them.
fn year(digits: &str) -> Option<i16> {
    let number: i16 = digits.parse().ok()?;
    match digits.len() {
        4 => Some(number),
        2 if number < 69 => Some(2000 + number),
        2 => Some(1900 + number),
        _ => None,
    }
}

/// What follows the day: nothing, a time, a time and an offset. Midnight when there is no time.
fn time_and_offset(text: &str) -> Option<(Time, Option<i32>)> {
    let text = text.strip_prefix(['T', 't']).unwrap_or(text);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    let text = text
        .strip_prefix("à ")
        .or(text.strip_prefix("at "))
        .unwrap_or(text);
    if text.is_empty() {
        return Some((Time::midnight(), None));
    }
    let (hour, rest) = digits(text)?;
    let hour = small(hour)?;
    let (minute, second, rest) = minutes_and_seconds(rest)?;
    let (hour, rest) = twelve_hours(hour, rest.trim_start())?;
    let time = Time::new(hour, minute, second, 0).ok()?;
    let rest = rest.trim();
    Some((
        time,
        if rest.is_empty() {
            None
        } else {
            Some(offset(rest)?)
        },
    ))
}

/// `:26`, `:26:05`, `:26:05.123`, `h26`, `h`; the part of a second is dropped.
fn minutes_and_seconds(text: &str) -> Option<(i8, i8, &str)> {
    if let Some(rest) = text.strip_prefix(['h', 'H']) {
        return match digits(rest) {
            Some((minute, rest)) => Some((small(minute)?, 0, rest)),
            None => Some((0, 0, rest)),
        };
    }
    let (minute, rest) = digits(text.strip_prefix(':')?)?;
    let Some(after) = rest.strip_prefix(':') else {
        return Some((small(minute)?, 0, rest));
    };
    let (second, rest) = digits(after)?;
    let rest = match rest.strip_prefix(['.', ',']) {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    Some((small(minute)?, small(second)?, rest))
}

/// The hour on 24, and what follows `AM` or `PM`.
fn twelve_hours(hour: i8, text: &str) -> Option<(i8, &str)> {
    let folded = text.get(..2).unwrap_or_default().to_ascii_lowercase();
    match (folded.as_str(), hour) {
        ("am", 12) => Some((0, &text[2..])),
        ("am", 0..=11) => Some((hour, &text[2..])),
        ("am", _) => None,
        ("pm", 1..=11) => Some((hour + 12, &text[2..])),
        ("pm", _) => Some((hour, &text[2..])),
        _ => Some((hour, text)),
    }
}

/// Seconds east of UTC of `Z`, `UTC`, `+02:00`, `-0500`, `+02`.
fn offset(text: &str) -> Option<i32> {
    if matches!(text, "Z" | "z" | "UTC" | "GMT") {
        return Some(0);
    }
    let (sign, rest) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix(['-', '−'])?),
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if rest.len() == 4 && rest.is_ascii() => rest.split_at(2),
        None => (rest, "0"),
    };
    let (hours, minutes) = (i32::from(small(hours)?), i32::from(small(minutes)?));
    let legal = (0..=14).contains(&hours) && (0..60).contains(&minutes);
    legal.then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests;
