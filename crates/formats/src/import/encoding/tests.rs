//! Encodings, found and decoded.

use std::io::Cursor;

use super::*;

fn decoded(
    bytes: &[u8],
    wanted: Option<&str>,
) -> Result<(String, &'static str, bool), FileRefused> {
    let mut reader = Cursor::new(bytes);
    let facts = examine(&mut reader, wanted)?;
    assert_eq!(facts.bytes, bytes.len() as u64);
    assert_eq!(facts.hash, blake3::hash(bytes));
    let mut source = Decoded::new(reader, facts.encoding, facts.bytes)?;
    let mut text = Vec::new();
    while source.read_into(&mut text)? {}
    Ok((
        String::from_utf8(text).unwrap(),
        facts.encoding.name(),
        facts.guessed,
    ))
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let units = text.encode_utf16();
    units
        .flat_map(|unit| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        })
        .collect()
}

#[test]
fn a_mark_decides_and_is_taken_off() {
    assert_eq!(
        decoded("\u{feff}é".as_bytes(), None).unwrap(),
        ("é".into(), "UTF-8", false)
    );
    assert_eq!(
        decoded(&utf16("\u{feff}é;b", false), None).unwrap(),
        ("é;b".into(), "UTF-16LE", false)
    );
    assert_eq!(
        decoded(&utf16("\u{feff}é;b", true), None).unwrap(),
        ("é;b".into(), "UTF-16BE", false)
    );
}

#[test]
fn valid_utf8_is_utf8_and_the_rest_is_guessed() {
    assert_eq!(
        decoded("école".as_bytes(), None).unwrap(),
        ("école".into(), "UTF-8", false)
    );
    let latin = b"Nom;Lieu\nLaut\xe9m;\xc9cole pr\xe8s du c\xf4t\xe9 \x97 gauche\n";
    let (text, encoding, guessed) = decoded(latin, None).unwrap();
    assert_eq!((encoding, guessed), ("windows-1252", true));
    assert!(text.contains("École près du côté — gauche"));
}

#[test]
fn a_person_may_name_the_encoding() {
    let (text, encoding, guessed) = decoded(b"\xe9", Some("latin1")).unwrap();
    assert_eq!(
        (text.as_str(), encoding, guessed),
        ("é", "windows-1252", false)
    );
    assert_eq!(
        decoded(&utf16("é;b", false), Some("utf-16le")).unwrap().0,
        "é;b"
    );
    assert!(matches!(
        decoded(b"a", Some("klingon")),
        Err(FileRefused::UnknownEncoding { .. })
    ));
    assert_eq!(
        decoded(b"ab\xe9c", Some("utf-8")).unwrap_err(),
        FileRefused::Undecodable { encoding: "UTF-8" }
    );
}

#[test]
fn half_a_character_is_not_passed_over() {
    let mut cut = utf16("\u{feff}ab", false);
    cut.pop();
    assert_eq!(
        decoded(&cut, None).unwrap_err(),
        FileRefused::Undecodable {
            encoding: "UTF-16LE"
        }
    );
}

#[test]
fn what_is_no_text_is_refused_by_name() {
    assert_eq!(decoded(b"", None).unwrap_err(), FileRefused::Empty);
    assert_eq!(decoded(b"a,b\0c\n", None).unwrap_err(), FileRefused::Binary);
    assert_eq!(
        decoded(b"PK\x03\x04....", None).unwrap_err(),
        FileRefused::NotATable {
            what: "ZIP, XLSX, ODS"
        }
    );
    assert!(matches!(
        decoded(b"%PDF-1.7", None),
        Err(FileRefused::NotATable { what: "PDF" })
    ));
}

#[test]
fn characters_cut_by_a_chunk_are_whole() {
    let text = "é".repeat(CHUNK_BYTES) + "x";
    let shifted = format!("a{text}");
    assert_eq!(decoded(shifted.as_bytes(), None).unwrap().0, shifted);
}
