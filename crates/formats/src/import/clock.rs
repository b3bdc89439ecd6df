//! From a civil date to the RFC 3339 time that a record holds.

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

use super::date_order::DateOrder;
use super::dates::Written;
use super::reason::Reason;
use super::refused::FileRefused;

/// The operation's zone, from the database inside the program: the same on every post.
pub(crate) fn zone(name: &str) -> Result<TimeZone, FileRefused> {
    TimeZoneDatabase::bundled()
        .get(name)
        .map_err(|_| FileRefused::UnknownTimeZone {
            name: name.to_owned(),
        })
}

/// A time as records store it, and the doubt about it if there is one.
pub(crate) struct Moment {
    pub(crate) text: String,
    pub(crate) doubt: Option<Reason>,
}

/// Reads a cell under the order of its column; `None` when it is no date.
pub(crate) fn moment(cell: &str, order: DateOrder, zone: &TimeZone) -> Option<Moment> {
    let written = Written::read(cell)?;
    let civil = written.resolve(order)?;
    if let Some(seconds) = written.offset_seconds {
        return Some(Moment {
            text: spelled(civil, seconds),
            doubt: None,
        });
    }
    let ambiguous = zone.to_ambiguous_timestamp(civil);
    let doubt = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => None,
        AmbiguousOffset::Gap { .. } => Some(Reason::NoSuchHour),
        AmbiguousOffset::Fold { .. } => Some(Reason::RepeatedHour),
    };
    let timestamp = ambiguous.compatible().ok()?;
    let offset = zone.to_offset(timestamp);
    // Offsets of local mean time, before 1911 in France, have seconds that RFC 3339 has no room for.
    let offset = if offset.seconds() % 60 == 0 {
        offset
    } else {
        Offset::UTC
    };
    Some(Moment {
        text: spelled(offset.to_datetime(timestamp), offset.seconds()),
        doubt,
    })
}

fn spelled(civil: DateTime, offset_seconds: i32) -> String {
    let mut text = format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        civil.year(),
        civil.month(),
        civil.day(),
        civil.hour(),
        civil.minute(),
        civil.second(),
    );
    if offset_seconds == 0 {
        text.push('Z');
    } else {
        let sign = if offset_seconds < 0 { '-' } else { '+' };
        let minutes = offset_seconds.abs() / 60;
        text.push_str(&format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str, zone_name: &str) -> Option<(String, Option<Reason>)> {
        let zone = zone(zone_name).unwrap();
        moment(cell, DateOrder::DayFirst, &zone).map(|moment| (moment.text, moment.doubt))
    }

    #[test]
    fn a_date_without_an_offset_is_of_the_operations_zone() {
        assert_eq!(
            read("05/07/2010 17:26", "America/Port-au-Prince"),
            Some(("2010-07-05T17:26:00-05:00".into(), None))
        );
        assert_eq!(
            read("05/07/2026 17h26", "Europe/Paris"),
            Some(("2026-07-05T17:26:00+02:00".into(), None))
        );
        assert_eq!(
            read("2026-01-05", "UTC"),
            Some(("2026-01-05T00:00:00Z".into(), None))
        );
    }

    #[test]
    fn an_offset_in_the_cell_is_kept() {
        assert_eq!(
            read("2026-01-05T10:00:00-03:30", "Europe/Paris"),
            Some(("2026-01-05T10:00:00-03:30".into(), None))
        );
    }

    #[test]
    fn hours_that_clocks_skip_or_repeat_are_noted() {
        assert_eq!(
            read("29/03/2026 02:30", "Europe/Paris"),
            Some(("2026-03-29T03:30:00+02:00".into(), Some(Reason::NoSuchHour)))
        );
        assert_eq!(
            read("25/10/2026 02:30", "Europe/Paris"),
            Some((
                "2026-10-25T02:30:00+02:00".into(),
                Some(Reason::RepeatedHour)
            ))
        );
    }

    #[test]
    fn local_mean_time_is_written_in_utc() {
        assert_eq!(
            read("01/01/1880", "Europe/Paris"),
            Some(("1879-12-31T23:50:39Z".into(), None))
        );
    }

    #[test]
    fn an_unknown_zone_is_refused() {
        assert!(matches!(
            zone("Mars/Olympus"),
            Err(FileRefused::UnknownTimeZone { .. })
        ));
    }
}
