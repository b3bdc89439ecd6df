//! Dates as people write them.

use super::*;

fn day_first(text: &str) -> Option<String> {
    Written::read(text)?
        .resolve(DateOrder::DayFirst)
        .map(|date| date.to_string())
}

fn month_first(text: &str) -> Option<String> {
    Written::read(text)?
        .resolve(DateOrder::MonthFirst)
        .map(|date| date.to_string())
}

#[test]
fn every_form_of_the_design_is_read() {
    for (text, expected) in [
        ("2010-07-05", "2010-07-05T00:00:00"),
        ("2013.01.26", "2013-01-26T00:00:00"),
        ("2010/7/5 8:05", "2010-07-05T08:05:00"),
        ("05/07/2010 17:26", "2010-07-05T17:26:00"),
        ("4/03/12", "2012-03-04T00:00:00"),
        ("5.7.2010 17h26", "2010-07-05T17:26:00"),
        ("5-7-69", "1969-07-05T00:00:00"),
        ("05/07/2010 12:00:00 AM", "2010-07-05T00:00:00"),
        ("05/07/2010 12:10 pm", "2010-07-05T12:10:00"),
        ("05/07/2010 5:26PM", "2010-07-05T17:26:00"),
        ("22/11/2026 à 8h", "2026-11-22T08:00:00"),
        ("1 March 2015", "2015-03-01T00:00:00"),
        ("1er mars 2015", "2015-03-01T00:00:00"),
        ("14 Août 2015 09:30", "2015-08-14T09:30:00"),
        ("3 févr. 2015", "2015-02-03T00:00:00"),
        ("March 1st, 2015", "2015-03-01T00:00:00"),
        ("1-Mar-15", "2015-03-01T00:00:00"),
        ("28 juil. 2015", "2015-07-28T00:00:00"),
        ("2 Sept 2015", "2015-09-02T00:00:00"),
        ("40364", "2010-07-05T00:00:00"),
        ("40364.7263888889", "2010-07-05T17:26:00"),
        ("40364,5", "2010-07-05T12:00:00"),
        ("2010-07-05T17:26:05.123", "2010-07-05T17:26:05"),
    ] {
        assert_eq!(day_first(text).as_deref(), Some(expected), "{text}");
    }
    assert_eq!(
        month_first("11/16/12 12:00:00 AM").as_deref(),
        Some("2012-11-16T00:00:00")
    );
    assert_eq!(
        month_first("05/07/2010").as_deref(),
        Some("2010-05-07T00:00:00")
    );
}

#[test]
fn offsets_are_kept() {
    let offset = |text| Written::read(text).map(|written| written.offset_seconds);
    assert_eq!(offset("2010-07-05T17:26:00Z"), Some(Some(0)));
    assert_eq!(offset("2010-07-05T17:26:00+02:00"), Some(Some(7200)));
    assert_eq!(offset("2010-07-05 17:26 -0430"), Some(Some(-16_200)));
    assert_eq!(offset("2010-07-05T17:26:00-00:00"), Some(Some(0)));
    assert_eq!(offset("2010-07-05 17:26"), Some(None));
    assert_eq!(offset("2010-07-05 17:26 +15:00"), None);
}

#[test]
fn what_is_no_date_is_none() {
    for text in [
        "",
        "hier",
        "32/01/2010",
        "30/02/2010",
        "13/13/2010",
        "2010",
        "2010-13-01",
        "1/2",
        "1/2/3",
        "05/07/2010 25:00",
        "05/07/2010 17:60",
        "05/07/2010 5",
        "05/07/2010 17:26 quelque chose",
        "99999999",
        "5,5",
        "05/07-2010",
        "1 ma 2015",
        "1 juin",
        "12/ 3/2010",
        "05/07/20100",
        "0/7/2010",
        "13:00 05/07/2010",
        "05/07/2010 13:00 AM",
    ] {
        assert!(Written::read(text).is_none(), "{text}");
    }
}

#[test]
fn a_lone_cell_says_what_it_can_of_the_order() {
    let reading = |text| Written::read(text).unwrap().reading();
    assert_eq!(reading("13/07/2010"), Reading::DayFirst);
    assert_eq!(reading("07/13/2010"), Reading::MonthFirst);
    assert_eq!(reading("05/07/2010"), Reading::Either { same: false });
    assert_eq!(reading("05/05/2010"), Reading::Either { same: true });
    assert_eq!(reading("2010-07-05"), Reading::Plain);
    assert_eq!(reading("1 March 2015"), Reading::Plain);
    assert_eq!(day_first("07/13/2010"), None);
}
