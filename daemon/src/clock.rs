//! The wall clock, read here and nowhere else, and how its times are written.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Milliseconds since 1970 by this machine's clock; 0 when it stands before 1970.
#[must_use]
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The date where this machine stands: `2026-11-30`.
#[must_use]
pub(crate) fn today() -> String {
    jiff::ZonedDateTime::now().date().to_string()
}

/// RFC 3339 in UTC, whole seconds. A time beyond the calendar (an entry may claim any) is shown as the
/// calendar's last.
#[must_use]
pub(crate) fn rfc3339(ms: u64) -> String {
    let second = i64::try_from(ms / 1000).unwrap_or(i64::MAX);
    Timestamp::from_second(second)
        .unwrap_or(Timestamp::MAX)
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

/// The milliseconds of an RFC 3339 time.
#[must_use]
pub(crate) fn parse_ms(text: &str) -> Option<u64> {
    let time: Timestamp = text.parse().ok()?;
    u64::try_from(time.as_millisecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_claimed_time_can_be_shown() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(1_795_368_004_999), "2026-11-22T17:20:04Z");
        assert!(rfc3339(u64::MAX).starts_with("9999"));
        assert_eq!(parse_ms("2026-11-22T17:20:04Z"), Some(1_795_368_004_000));
        assert_eq!(parse_ms("yesterday"), None);
    }
}
