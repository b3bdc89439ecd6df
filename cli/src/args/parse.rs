//! What people type, as values: durations, points, kinds, assignments.

use std::fmt;
use std::str::FromStr as _;
use std::time::Duration;

use beffroi_api::Kind;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap_complete::Shell;
use serde_json::Value;

/// A position as typed: latitude first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

/// When `status` shall fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailIf {
    /// A post was not heard for so long.
    Silent(Duration),
    /// A disagreement waits.
    Conflicts,
    /// An entry waits for a permit.
    Parked,
}

/// From when on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// So long ago.
    Ago(Duration),
    /// A time, as typed.
    At(String),
}

/// What was typed is not of the form wanted. What that form is, the argument's help says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not of the form wanted")
    }
}

impl std::error::Error for Unreadable {}

const WHOLE_DAY_SECONDS: u64 = 24 * 60 * 60;

/// `90s`, `15m`, `24h`, `2d`; a bare number is seconds.
pub(crate) fn duration(typed: &str) -> Result<Duration, Unreadable> {
    let digits = typed.trim_end_matches(|character: char| !character.is_ascii_digit());
    let number: u64 = digits.parse().map_err(|_error| Unreadable)?;
    let seconds_each = match &typed[digits.len()..] {
        "" | "s" => 1,
        "m" | "min" => 60,
        "h" => 60 * 60,
        "d" | "j" => WHOLE_DAY_SECONDS,
        _ => return Err(Unreadable),
    };
    let seconds = number.checked_mul(seconds_each).ok_or(Unreadable)?;
    Ok(Duration::from_secs(seconds))
}

/// `30d`, `30j`; a bare number is days.
pub(crate) fn days(typed: &str) -> Result<u16, Unreadable> {
    let digits = typed.trim_end_matches(['d', 'j']);
    match typed.len() - digits.len() {
        0 | 1 => digits.parse().map_err(|_error| Unreadable),
        _ => Err(Unreadable),
    }
}

/// A duration back from now, or a time.
pub(crate) fn since(typed: &str) -> Result<Since, Unreadable> {
    if let Ok(ago) = duration(typed) {
        return Ok(Since::Ago(ago));
    }
    if let Ok(time) = jiff::Timestamp::from_str(typed) {
        return Ok(Since::At(time.to_string()));
    }
    let now = jiff::ZonedDateTime::now();
    let hour = jiff::civil::Time::strptime("%H:%M", typed).map_err(|_error| Unreadable)?;
    Ok(Since::At(
        last_at(&now, hour).ok_or(Unreadable)?.to_string(),
    ))
}

/// The last time a clock on the wall showed this hour.
fn last_at(now: &jiff::ZonedDateTime, hour: jiff::civil::Time) -> Option<jiff::Timestamp> {
    let today = now.date().to_datetime(hour);
    let today = today.to_zoned_datetime(now.time_zone().clone()).ok()?;
    let last = if today > *now {
        let yesterday = now.date().yesterday().ok()?.to_datetime(hour);
        yesterday.to_zoned_datetime(now.time_zone().clone()).ok()?
    } else {
        today
    };
    Some(last.timestamp())
}

/// `LAT,LON` in degrees.
pub(crate) fn point(typed: &str) -> Result<Point, Unreadable> {
    let (latitude, longitude) = typed.split_once(',').ok_or(Unreadable)?;
    let degrees = |text: &str, max: f64| {
        let degrees: f64 = text.trim().parse().map_err(|_error| Unreadable)?;
        if degrees.abs() <= max {
            Ok(degrees)
        } else {
            Err(Unreadable)
        }
    };
    Ok(Point {
        latitude: degrees(latitude, 90.0)?,
        longitude: degrees(longitude, 180.0)?,
    })
}

/// `LAT,LON,KM`.
pub(crate) fn near(typed: &str) -> Result<String, Unreadable> {
    let (position, kilometres) = typed.rsplit_once(',').ok_or(Unreadable)?;
    let position = point(position).map_err(|_error| Unreadable)?;
    let kilometres: f64 = kilometres.trim().parse().map_err(|_error| Unreadable)?;
    if !kilometres.is_finite() || kilometres <= 0.0 {
        return Err(Unreadable);
    }
    Ok(format!(
        "{},{},{kilometres}",
        position.latitude, position.longitude
    ))
}

/// A kind, singular or plural.
pub(crate) fn kind(typed: &str) -> Result<Kind, Unreadable> {
    typed.parse::<Kind>().map_err(|_error| Unreadable)
}

/// `FIELD=VALUE`.
pub(crate) fn assignment(typed: &str) -> Result<(String, String), Unreadable> {
    match typed.split_once('=') {
        Some((field, value)) if !field.trim().is_empty() => {
            Ok((field.trim().to_owned(), value.to_owned()))
        }
        Some(_) | None => Err(Unreadable),
    }
}

/// `COLUMN=FIELD`, as it goes to the daemon.
pub(crate) fn mapping(typed: &str) -> Result<String, Unreadable> {
    match typed.split_once('=') {
        Some((column, field)) if !column.trim().is_empty() && !field.trim().is_empty() => {
            Ok(typed.to_owned())
        }
        Some(_) | None => Err(Unreadable),
    }
}

/// `silent=15m`, `conflicts` or `parked`.
pub(crate) fn fail_if(typed: &str) -> Result<FailIf, Unreadable> {
    match typed.split_once('=') {
        Some(("silent", time)) => duration(time).map(FailIf::Silent),
        None if typed == "conflicts" => Ok(FailIf::Conflicts),
        None if typed == "parked" => Ok(FailIf::Parked),
        Some(_) | None => Err(Unreadable),
    }
}

/// The shells that completions are written for.
pub(crate) fn shell() -> impl TypedValueParser<Value = Shell> {
    PossibleValuesParser::new(["bash", "zsh", "fish"]).try_map(|word| word.parse::<Shell>())
}

/// A token as the API spells it: `-` stands for `_`.
pub(crate) fn token(typed: &str) -> String {
    typed.trim().replace('-', "_")
}

/// The value of `--set`: an object or a list when it is written as JSON, else the text itself, which
/// the daemon reads as the field wants it.
pub(crate) fn field_value(typed: &str) -> Value {
    let is_json = typed.trim_start().starts_with(['{', '[']);
    if let Some(value) = is_json.then(|| serde_json::from_str(typed).ok()).flatten() {
        return value;
    }
    Value::String(typed.to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::{
        FailIf, Since, assignment, duration, fail_if, field_value, near, point, since, token,
    };

    #[test]
    fn durations_are_a_number_and_a_unit() {
        for (typed, seconds) in [
            ("90s", 90),
            ("15m", 900),
            ("24h", 86_400),
            ("2d", 172_800),
            ("5", 5),
        ] {
            assert_eq!(duration(typed), Ok(Duration::from_secs(seconds)));
        }
        for typed in [
            "",
            "h",
            "1w",
            "-1h",
            "1 h",
            "99999999999999999999s",
            "18446744073709551615d",
            "é",
        ] {
            assert!(duration(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn since_is_a_duration_or_a_time() {
        assert_eq!(since("2h"), Ok(Since::Ago(Duration::from_secs(7200))));
        assert_eq!(
            since("2026-11-22T18:40:00+01:00"),
            Ok(Since::At("2026-11-22T17:40:00Z".into()))
        );
        assert!(since("yesterday").is_err());
        assert!(matches!(since("14:05"), Ok(Since::At(_))));
        assert!(since("25:00").is_err());
    }

    #[test]
    fn an_hour_is_the_last_time_the_clock_showed_it() {
        let now: jiff::ZonedDateTime = "2026-11-22T09:30:00+01:00[Europe/Paris]".parse().unwrap();
        let at = |hour: &str| {
            super::last_at(&now, hour.parse().unwrap())
                .unwrap()
                .to_string()
        };
        assert_eq!(at("09:00"), "2026-11-22T08:00:00Z");
        assert_eq!(at("23:00"), "2026-11-21T22:00:00Z");
    }

    #[test]
    fn points_are_latitude_first_and_on_earth() {
        let found = point("43.61, 3.88").unwrap();
        assert_eq!((found.latitude, found.longitude), (43.61, 3.88));
        for typed in ["91,0", "0,181", "43.61", "43,61 3,88", "a,b", "NaN,0"] {
            assert!(point(typed).is_err(), "{typed}");
        }
        assert_eq!(near("43.61,3.88,5"), Ok("43.61,3.88,5".into()));
        assert!(near("43.61,3.88").is_err());
        assert!(near("43.61,3.88,0").is_err());
    }

    #[test]
    fn values_are_text_unless_written_as_json() {
        assert_eq!(field_value("2026"), json!("2026"));
        assert_eq!(field_value("[\"a\"]"), json!(["a"]));
        assert_eq!(field_value("{oops"), json!("{oops"));
        assert_eq!(assignment("a=b=c"), Ok(("a".into(), "b=c".into())));
        assert!(assignment("=b").is_err());
        assert_eq!(token("medical-care"), "medical_care");
        assert_eq!(
            fail_if("silent=15m"),
            Ok(FailIf::Silent(Duration::from_secs(900)))
        );
        assert!(fail_if("silent").is_err());
    }
}
