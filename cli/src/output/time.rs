//! Times as people read them: local, with their offset where the day matters.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use crate::catalogue::Texts;

/// This moment, in this machine's zone.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    now: ZonedDateTime,
}

impl Clock {
    /// Reads the clock.
    pub(crate) fn here() -> Clock {
        Clock {
            now: ZonedDateTime::now(),
        }
    }

    /// Milliseconds since 1970.
    pub(crate) fn unix_ms(&self) -> u64 {
        u64::try_from(self.now.timestamp().as_millisecond()).unwrap_or_default()
    }

    /// So long ago, RFC 3339 UTC.
    pub(crate) fn before(&self, ago: Duration) -> String {
        let seconds = i64::try_from(ago.as_secs()).unwrap_or(i64::MAX);
        let second = self.now.timestamp().as_second().saturating_sub(seconds);
        Timestamp::from_second(second)
            .unwrap_or(Timestamp::MIN)
            .to_string()
    }

    /// The hour when it is of today, else day and hour: for columns.
    pub(crate) fn short(&self, time: &str) -> String {
        let Some(local) = self.local(time) else {
            return time.to_owned();
        };
        let format = if local.date() == self.now.date() {
            "%H:%M"
        } else {
            "%Y-%m-%d %H:%M"
        };
        local.strftime(format).to_string()
    }

    /// Day, hour and offset.
    pub(crate) fn long(&self, time: &str) -> String {
        self.local(time).map_or_else(
            || time.to_owned(),
            |local| local.strftime("%Y-%m-%d %H:%M %:z").to_string(),
        )
    }

    /// How long ago, in the largest unit that is not zero; `None` for a time that does not read. A
    /// time ahead of this clock is now.
    pub(crate) fn ago(&self, time: &str, texts: &Texts) -> Option<String> {
        Some(span(self.seconds_since(time)?, texts))
    }

    /// Seconds since a time.
    pub(crate) fn seconds_since(&self, time: &str) -> Option<u64> {
        let then: Timestamp = time.parse().ok()?;
        let seconds = self
            .now
            .timestamp()
            .as_second()
            .saturating_sub(then.as_second());
        Some(u64::try_from(seconds).unwrap_or_default())
    }

    fn local(&self, time: &str) -> Option<ZonedDateTime> {
        let timestamp: Timestamp = time.parse().ok()?;
        Some(timestamp.to_zoned_datetime(self.zone()))
    }

    fn zone(&self) -> TimeZone {
        self.now.time_zone().clone()
    }
}

/// A length of time in its largest unit.
pub(crate) fn span(seconds: u64, texts: &Texts) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let (key, number) = match seconds {
        0..MINUTE => ("span-seconds", seconds),
        MINUTE..HOUR => ("span-minutes", seconds / MINUTE),
        HOUR..DAY => ("span-hours", seconds / HOUR),
        DAY.. => ("span-days", seconds / DAY),
    };
    texts.with(key, &[("number", number.into())])
}

#[cfg(test)]
mod tests {
    use beffroi_api::Language;

    use super::{Clock, span};
    use crate::catalogue::Texts;

    fn clock() -> Clock {
        Clock {
            now: "2026-11-22T18:40:04+01:00[Europe/Paris]".parse().unwrap(),
        }
    }

    #[test]
    fn a_time_of_today_is_an_hour_and_any_other_has_its_day() {
        assert_eq!(clock().short("2026-11-22T13:02:00Z"), "14:02");
        assert_eq!(clock().short("2026-11-21T23:30:00Z"), "00:30");
        assert_eq!(clock().short("2026-11-20T13:02:00Z"), "2026-11-20 14:02");
        assert_eq!(
            clock().long("2026-07-01T12:00:00Z"),
            "2026-07-01 14:00 +02:00"
        );
        assert_eq!(clock().long("soon"), "soon");
    }

    #[test]
    fn spans_are_in_their_largest_unit() {
        let texts = Texts::new(Language::French);
        assert_eq!(span(4, &texts), "4 s");
        assert_eq!(span(3 * 3600 + 59, &texts), "3 h");
        assert_eq!(span(3 * 86_400, &texts), "3 j");
        assert_eq!(
            clock().ago("2026-11-22T17:38:04Z", &texts).as_deref(),
            Some("2 min")
        );
        assert_eq!(
            clock().ago("2027-01-01T00:00:00Z", &texts).as_deref(),
            Some("0 s")
        );
        assert_eq!(
            clock().before(std::time::Duration::from_secs(4)),
            "2026-11-22T17:40:00Z"
        );
    }
}
