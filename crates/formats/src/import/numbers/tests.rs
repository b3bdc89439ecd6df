//! Numbers and decimal marks.

use super::*;

fn decimal(text: &str, mark: DecimalMark) -> Option<String> {
    Written::read(text)?.decimal(mark)
}

#[test]
fn numbers_are_read_as_people_write_them() {
    for (text, mark, expected) in [
        ("1234.5", DecimalMark::Point, "1234.5"),
        ("1234,5", DecimalMark::Comma, "1234.5"),
        ("1 234,5", DecimalMark::Comma, "1234.5"),
        ("1\u{a0}234\u{202f}567", DecimalMark::Point, "1234567"),
        (" -072.5330 ", DecimalMark::Point, "-72.533"),
        ("+5", DecimalMark::Comma, "5"),
        ("−3", DecimalMark::Point, "-3"),
        (".5", DecimalMark::Point, "0.5"),
        ("-0.0", DecimalMark::Point, "0"),
        ("000", DecimalMark::Point, "0"),
    ] {
        assert_eq!(decimal(text, mark).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_is_no_number_is_none() {
    for text in [
        "",
        "-",
        ".",
        ",",
        "18,54.2",
        "1,234.5",
        "1.2.3",
        "12 34",
        "1e5",
        "NaN",
        "0x1F",
        "１２",
        "5 kg",
        "--5",
        "1234567890123456789",
    ] {
        assert_eq!(Written::read(text), None, "{text}");
    }
}

#[test]
fn a_column_is_point_or_comma_not_both() {
    assert_eq!(decimal("1,5", DecimalMark::Point), None);
    assert_eq!(decimal("1.5", DecimalMark::Comma), None);
    assert_eq!(decimal("15", DecimalMark::Comma).as_deref(), Some("15"));
}

#[test]
fn a_comma_before_three_digits_is_not_taken_for_a_decimal_mark_by_itself() {
    let mut votes = MarkVotes::default();
    votes.add("5,000");
    votes.add("12");
    assert_eq!(votes.mark(), DecimalMark::Point);
    assert_eq!(votes.mark_without_thousands(), DecimalMark::Comma);
    votes.add("2,5");
    assert_eq!(votes.mark(), DecimalMark::Comma);
}

#[test]
fn integers_have_no_mark() {
    let integer = |text| Written::read(text).and_then(|written| written.integer());
    assert_eq!(integer("1 200"), Some(1200));
    assert_eq!(integer("-3"), Some(-3));
    assert_eq!(integer("5,000"), None);
    assert_eq!(integer("5.0"), None);
}
