//! Rows, cells and physical lines.

use std::io::Cursor;

use super::*;

fn rows(text: &str) -> Vec<(u64, String, bool)> {
    let source = Decoded::new(Cursor::new(text), encoding_rs::UTF_8, text.len() as u64).unwrap();
    let mut rows = Rows::new(source, b',');
    let mut found = Vec::new();
    while let Some(row) = rows.next_row().unwrap() {
        found.push((row.line, row.text.to_owned(), row.sound));
    }
    found
}

fn lines(text: &str) -> Vec<u64> {
    rows(text).into_iter().map(|(line, _, _)| line).collect()
}

#[test]
fn lines_are_physical_after_crlf_blank_lines_and_lone_cr() {
    assert_eq!(lines("h\r\na\r\n\r\nb\r\n\r\nc\r\n"), [1, 2, 4, 6]);
    assert_eq!(lines("h\na\n\nb\n\nc"), [1, 2, 4, 6]);
    assert_eq!(lines("h\ra\r\rb\r\rc\r"), [1, 2, 4, 6]);
    assert_eq!(lines("\r\n\nh\ra\nb"), [3, 4, 5]);
    assert_eq!(lines(""), Vec::<u64>::new());
    assert_eq!(lines("\r\n\r\n"), Vec::<u64>::new());
}

#[test]
fn line_ends_inside_quotes_belong_to_the_row() {
    assert_eq!(lines("h\r\n\"a\nb\r\nc\rd\",1\r\ne\r\n"), [1, 2, 6]);
    assert_eq!(rows("\"a\n\"\"b\"\"\",1\nx")[0].1, "\"a\n\"\"b\"\"\",1");
}

#[test]
fn cells_lose_their_quotes() {
    assert_eq!(cells("a,\"b,c\",", b','), ["a", "b,c", ""]);
    assert_eq!(
        cells("\"say \"\"hello\"\"\",\"\"", b','),
        ["say \"hello\"", ""]
    );
    assert_eq!(cells("5\" pipe,x", b','), ["5\" pipe", "x"]);
    assert_eq!(cells("\"a\"b,c", b','), ["ab", "c"]);
    assert_eq!(cells("a;b,c", b';'), ["a", "b,c"]);
    assert_eq!(cells("", b','), [""]);
}

#[test]
fn an_open_quote_spoils_its_own_line_only() {
    let text = "h,t\r\n1,\"open\r\n2,\"whole\r\nstory\"\r\n3,plain\r\n";
    let found = rows(text);
    assert_eq!(found[1], (2, "1,\"open".to_owned(), false));
    assert_eq!(found[2], (3, "2,\"whole\r\nstory\"".to_owned(), true));
    assert_eq!(found[3], (5, "3,plain".to_owned(), true));
}

#[test]
fn blanks_after_a_closing_quote_are_no_mistake() {
    let found = rows("h\n\"two\nlines\" ,1\n\"b\" , 2\n");
    assert_eq!(found[1], (2, "\"two\nlines\" ,1".to_owned(), true));
    assert_eq!(found[2].0, 4);
}

#[test]
fn text_after_a_closing_quote_spoils_its_row() {
    let found = rows("h,t\n1,\"a\"b\n2,\"a,\"b, \",c\n3,x\n");
    assert_eq!(
        found
            .iter()
            .map(|(line, _, sound)| (*line, *sound))
            .collect::<Vec<_>>(),
        [(1, true), (2, false), (3, false), (4, true)]
    );
}

#[test]
fn an_open_quote_at_the_end_does_not_swallow_the_file() {
    let found = rows("h\n1,\"open\n2,b\n3,c\n");
    assert_eq!(
        found
            .iter()
            .map(|(line, _, sound)| (*line, *sound))
            .collect::<Vec<_>>(),
        [(1, true), (2, false), (3, true), (4, true)]
    );
}

#[test]
fn a_row_over_a_mebibyte_refuses_the_file_with_its_line() {
    let text = format!("h\n1\n\"{}\"\n", "x".repeat(ROW_BYTES_MAX));
    let source = Decoded::new(Cursor::new(&text), encoding_rs::UTF_8, text.len() as u64).unwrap();
    let mut rows = Rows::new(source, b',');
    assert!(rows.next_row().unwrap().is_some());
    assert!(rows.next_row().unwrap().is_some());
    assert_eq!(
        rows.next_row().unwrap_err(),
        FileRefused::RowTooLong { line: 3 }
    );
}

#[test]
fn the_longest_row_is_read_wherever_the_window_ends() {
    let long = "y".repeat(ROW_BYTES_MAX);
    let text = format!("a\n{}{long}\r\n{long}\nz\n", "b\n".repeat(1_700_000));
    let found = rows(&text);
    assert_eq!(found.len(), 1_700_004);
    assert_eq!(found[1_700_001].1.len(), ROW_BYTES_MAX);
    assert_eq!(found[1_700_002].0, 1_700_003);
    assert_eq!(found[1_700_003].1, "z");
}

#[test]
fn quotes_left_open_by_the_thousand_refuse_the_file() {
    let text = "a\n".to_owned() + &"\"x\ny\"z\n".repeat(1000);
    let source = Decoded::new(Cursor::new(&text), encoding_rs::UTF_8, text.len() as u64).unwrap();
    let mut rows = Rows::new(source, b',');
    let refused = loop {
        match rows.next_row() {
            Ok(row) => assert!(row.is_some()),
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, FileRefused::OpenQuotes { .. }));
}
