//! RFC 3339 times: read, brought to one spelling, compared. The offset an author gave is kept: it is what he saw.

const DAY_MS: i64 = 86_400_000;

/// A point in time and the spelling in which it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970-01-01T00:00:00Z; negative before.
    pub epoch_ms: i64,
    /// `2026-11-22T17:40:04+01:00`: `T`, seconds, at most three decimals, `Z` for a zero offset.
    pub text: String,
}

impl Moment {
    /// Reads an RFC 3339 time. `None` when it is not one, has no offset, or names a day or an hour that does not exist.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes = text.as_bytes();
        if !text.is_ascii() || bytes.len() < 20 || bytes.len() > 40 {
            return None;
        }
        let number = |from: usize, to: usize| -> Option<i64> {
            let digits = text.get(from..to)?;
            digits
                .bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| digits.parse().ok())?
        };
        let separated = bytes[4] == b'-'
            && bytes[7] == b'-'
            && matches!(bytes[10], b'T' | b't' | b' ')
            && bytes[13] == b':'
            && bytes[16] == b':';
        if !separated {
            return None;
        }
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        let exists = (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        if !exists {
            return None;
        }
        let (milliseconds, rest) = fraction(&text[19..])?;
        let offset_minutes = offset(rest)?;
        let local_ms = days_from_epoch(year, month, day) * DAY_MS
            + ((hour * 60 + minute) * 60 + second) * 1000
            + milliseconds;
        Some(Self {
            epoch_ms: local_ms - offset_minutes * 60_000,
            text: spelled(local_ms, offset_minutes),
        })
    }

    /// The time in UTC. Times outside the years 0 to 9999 are shown at that bound.
    pub fn utc(epoch_ms: i64) -> Self {
        let first = days_from_epoch(0, 1, 1) * DAY_MS;
        let last = days_from_epoch(10_000, 1, 1) * DAY_MS - 1;
        let epoch_ms = epoch_ms.clamp(first, last);
        Self {
            epoch_ms,
            text: spelled(epoch_ms, 0),
        }
    }
}

fn fraction(rest: &str) -> Option<(i64, &str)> {
    let Some(rest) = rest.strip_prefix('.') else {
        return Some((0, rest));
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return None;
    }
    let mut milliseconds = 0;
    for index in 0..3 {
        let digit = rest.as_bytes()[..digits]
            .get(index)
            .map_or(0, |byte| i64::from(byte - b'0'));
        milliseconds = milliseconds * 10 + digit;
    }
    Some((milliseconds, &rest[digits..]))
}

/// Minutes east of UTC.
fn offset(rest: &str) -> Option<i64> {
    if matches!(rest, "Z" | "z") {
        return Some(0);
    }
    let bytes = rest.as_bytes();
    if bytes.len() != 6 || bytes[3] != b':' {
        return None;
    }
    let sign = match bytes[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let two = |from: usize| -> Option<i64> {
        let (tens, units) = (bytes[from], bytes[from + 1]);
        (tens.is_ascii_digit() && units.is_ascii_digit())
            .then(|| i64::from(tens - b'0') * 10 + i64::from(units - b'0'))
    };
    let (hours, minutes) = (two(1)?, two(4)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn spelled(local_ms: i64, offset_minutes: i64) -> String {
    let (year, month, day) = date_from_days(local_ms.div_euclid(DAY_MS));
    let of_day = local_ms.rem_euclid(DAY_MS);
    let (hour, minute) = (of_day / 3_600_000, of_day / 60_000 % 60);
    let (second, milliseconds) = (of_day / 1000 % 60, of_day % 1000);
    let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    if milliseconds != 0 {
        let decimals = format!("{milliseconds:03}");
        text.push('.');
        text.push_str(decimals.trim_end_matches('0'));
    }
    if offset_minutes == 0 {
        text.push('Z');
    } else {
        let sign = if offset_minutes < 0 { '-' } else { '+' };
        let minutes = offset_minutes.abs();
        text.push_str(&format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60));
    }
    text
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar, years beginning in March so that the leap day is the last
/// (H. Hinnant, "chrono-compatible low-level date algorithms").
fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn date_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::{Moment, date_from_days, days_from_epoch};

    fn read(text: &str) -> Option<(i64, String)> {
        Moment::parse(text).map(|moment| (moment.epoch_ms, moment.text))
    }

    #[test]
    fn a_time_keeps_its_offset_and_gets_one_spelling() {
        assert_eq!(
            read("2026-11-22t17:40:04.500+01:00"),
            Some((1_795_365_604_500, "2026-11-22T17:40:04.5+01:00".to_owned()))
        );
        assert_eq!(
            read("1970-01-01 00:00:00.0000Z"),
            Some((0, "1970-01-01T00:00:00Z".to_owned()))
        );
        assert_eq!(
            read("2026-01-01T00:00:00-00:00"),
            read("2026-01-01T00:00:00Z")
        );
        assert_eq!(
            Moment::utc(1_795_365_604_500).text,
            "2026-11-22T16:40:04.5Z"
        );
    }

    #[test]
    fn what_does_not_exist_is_refused() {
        for text in [
            "",
            "2026-11-22",
            "2026-11-22T17:40:04",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T17:60:00Z",
            "2026-11-22T17:40:04.Z",
            "2026-11-22T17:40:04+1:00",
            "2026-11-22T17:40:04+99:00",
            "２026-11-22T17:40:04Z",
            "2026-11-22T17:40:04Zz",
            "+026-11-22T17:40:04Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(read("2024-02-29T23:59:59Z").is_some());
    }

    #[test]
    fn days_and_dates_are_inverse() {
        for days in (-719_468..2_932_897).step_by(97) {
            let (year, month, day) = date_from_days(days);
            assert_eq!(
                days_from_epoch(year, month, day),
                days,
                "{year}-{month}-{day}"
            );
        }
        assert_eq!(date_from_days(19_782), (2024, 2, 29));
    }

    #[test]
    fn a_spelling_reads_back_as_the_same_time() {
        for step in 0..2_000_i64 {
            let epoch_ms = step * 86_399_123_457 - 20_000_000_000_000;
            let moment = Moment::utc(epoch_ms);
            assert_eq!(
                Moment::parse(&moment.text),
                Some(moment.clone()),
                "{}",
                moment.text
            );
        }
    }
}
