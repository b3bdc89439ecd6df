//! Files that are broken, enormous, of another format, or made to hurt.

use std::io::{Cursor, Read, Seek, SeekFrom};

use beffroi_formats::{FileRefused, Planner, Reason, limits};

use crate::support::{mapped, notes, options, plan, rejected, value};

const MAP: &[&str] = &["Titre=title", "Texte=description", "Quand=occurred_at"];

#[test]
fn empty_files_and_lone_headers() {
    assert_eq!(plan("", options()).unwrap_err(), FileRefused::Empty);
    assert_eq!(plan("\u{feff}", options()).unwrap_err(), FileRefused::Empty);
    assert_eq!(plan("\r\n\n\r", options()).unwrap_err(), FileRefused::Empty);
    let header = plan("Titre,Texte,Quand\r\n", mapped(MAP)).unwrap();
    assert_eq!((header.survey.rows, header.records.len()), (0, 0));
}

#[test]
fn other_formats_are_refused_with_their_name() {
    for (file, what) in [
        (&b"<?xml version=\"1.0\"?><alert/>"[..], "XML"),
        (b"  <!DOCTYPE html><html>", "HTML"),
        (b"{\"type\":\"FeatureCollection\"}", "JSON"),
        (b"PK\x03\x04\x14\x00", "ZIP, XLSX, ODS"),
        (b"%PDF-1.4\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
    ] {
        assert_eq!(
            plan(file, mapped(MAP)).unwrap_err(),
            FileRefused::NotATable { what }
        );
    }
    assert_eq!(
        plan(b"Titre,Texte\n\0\0\0", mapped(MAP)).unwrap_err(),
        FileRefused::Binary
    );
    assert_eq!(
        plan("a,b\n1,2\n", options()).unwrap_err(),
        FileRefused::Unrecognised
    );
}

#[test]
fn a_quote_never_closed_is_one_rejected_line() {
    let file = "Titre,Texte,Quand\na,\"ouvert,13/01/2010\nb,\"fermé\",14/01/2010\nc,d,15/01/2010\n";
    let plan = plan(file, mapped(MAP)).unwrap();
    assert_eq!(rejected(&plan), [(2, None, Reason::OpenQuote)]);
    assert_eq!(plan.rejected[0].row, "a,\"ouvert,13/01/2010");
    assert_eq!(
        plan.records
            .iter()
            .map(|record| record.line)
            .collect::<Vec<_>>(),
        [3, 4]
    );
}

#[test]
fn a_nul_after_the_first_sector_is_removed_like_any_control_character() {
    let file = format!(
        "Titre,Texte,Quand\n{}b\0c,d\0,13/01/2010\n",
        "a,x,13/01/2010\n".repeat(1000)
    );
    let plan = plan(file, mapped(MAP)).unwrap();
    assert_eq!(
        (
            value(&plan, 1000, "title"),
            value(&plan, 1000, "description")
        ),
        (&"bc".into(), &"d".into())
    );
}

#[test]
fn rows_of_any_width_come_in_with_a_note() {
    let wide = format!("a,b,13/01/2010{}", ",x".repeat(297));
    let file = format!("Titre,Texte,Quand\n{wide}\nc,d\ne,f,14/01/2010,,,\n");
    let plan = plan(file, mapped(MAP)).unwrap();
    assert_eq!(plan.records.len(), 3);
    assert_eq!(
        notes(&plan),
        [(2, None, Reason::RaggedRow), (3, None, Reason::RaggedRow)]
    );
}

#[test]
fn rows_of_empty_cells_are_no_rows() {
    let plan = plan(
        "Titre,Texte,Quand\n,,\na,b,13/01/2010\n \t, ,\n",
        mapped(MAP),
    )
    .unwrap();
    assert_eq!(
        (plan.survey.rows, plan.records.len(), plan.rejected.len()),
        (1, 1, 0)
    );
}

#[test]
fn a_cell_too_large_is_rejected_and_a_row_too_large_refuses_the_file() {
    let cell = "x".repeat(limits::CELL_BYTES_MAX + 1);
    let large = plan(
        format!("Titre,Texte,Quand\na,{cell},13/01/2010\nb,c,14/01/2010\n"),
        mapped(MAP),
    )
    .unwrap();
    assert_eq!(rejected(&large), [(2, Some("Texte"), Reason::TooLong)]);
    assert_eq!(large.rejected[0].row.len(), cell.len() + 13);
    assert!(
        large.rejected[0].excerpt.as_ref().unwrap().chars().count()
            <= limits::EXCERPT_CHARACTERS_MAX
    );

    let ten_megabytes = "x".repeat(10 << 20);
    let file = format!("Titre,Texte,Quand\na,b,13/01/2010\nc,\"{ten_megabytes}\",14/01/2010\n");
    assert_eq!(
        plan(file, mapped(MAP)).unwrap_err(),
        FileRefused::RowTooLong { line: 3 }
    );
}

#[test]
fn too_many_rows_or_columns_refuse_the_file() {
    let rows = "a,b,13/01/2010\n".repeat(usize::try_from(limits::ROWS_MAX).unwrap() + 1);
    assert_eq!(
        plan(format!("Titre,Texte,Quand\n{rows}"), mapped(MAP)).unwrap_err(),
        FileRefused::TooManyRows
    );
    let header = "c,".repeat(limits::COLUMNS_MAX);
    assert_eq!(
        plan(format!("{header}c\n1\n"), mapped(MAP)).unwrap_err(),
        FileRefused::TooManyColumns {
            columns: limits::COLUMNS_MAX + 1
        }
    );
}

/// A file of spaces that is as long as it says, without being anywhere.
struct Endless {
    position: u64,
    length: u64,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = usize::try_from(self.length - self.position)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        buffer[..left].fill(b' ');
        self.position += left as u64;
        Ok(left)
    }
}

impl Seek for Endless {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let SeekFrom::Start(position) = to else {
            return Err(std::io::ErrorKind::Unsupported.into());
        };
        self.position = position;
        Ok(position)
    }
}

#[test]
fn a_file_over_the_limit_is_refused_at_the_limit() {
    let endless = Endless {
        position: 0,
        length: 1 << 40,
    };
    let refused = Planner::new(endless, options()).err();
    assert_eq!(refused, Some(FileRefused::TooLarge));
}

/// A medium that fails after some bytes of the second reading.
struct Failing {
    file: Cursor<Vec<u8>>,
    readings: u32,
}

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.readings > 3 {
            return Err(std::io::Error::other("medium removed"));
        }
        self.file.read(buffer)
    }
}

impl Seek for Failing {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.readings += 1;
        self.file.seek(to)
    }
}

#[test]
fn a_medium_that_fails_is_an_answer() {
    let file = Cursor::new("Titre,Texte,Quand\na,b,13/01/2010\n".as_bytes().to_vec());
    let refused = Planner::new(Failing { file, readings: 0 }, mapped(MAP)).err();
    assert!(
        matches!(refused, Some(FileRefused::Unreadable { detail }) if detail == "medium removed")
    );
}

#[test]
fn all_line_ends_and_encodings_give_the_same_records() {
    let text = "Titre;Texte;Quand\né1;\"a;b\";13/01/2010\n\né2;c’est;14/01/2010\n";
    let mut wanted = mapped(MAP);
    wanted.encoding = None;
    let expected = plan(text, wanted.clone()).unwrap();
    assert_eq!(
        expected
            .records
            .iter()
            .map(|record| record.line)
            .collect::<Vec<_>>(),
        [2, 4]
    );
    let utf16 = |order: fn(u16) -> [u8; 2]| {
        format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(order)
            .collect::<Vec<u8>>()
    };
    let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    for (name, bytes) in [
        ("CRLF", text.replace('\n', "\r\n").into_bytes()),
        ("CR", text.replace('\n', "\r").into_bytes()),
        ("BOM", format!("\u{feff}{text}").into_bytes()),
        ("UTF-16LE", utf16(u16::to_le_bytes)),
        ("UTF-16BE", utf16(u16::to_be_bytes)),
        ("windows-1252", windows.into_owned()),
    ] {
        let found = plan(&bytes, wanted.clone()).unwrap();
        let same = |plan: &beffroi_formats::ImportPlan| {
            plan.records
                .iter()
                .map(|record| (record.id, record.line, record.fields.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(same(&found), same(&expected), "{name}");
        assert_eq!(found.survey.delimiter, ';');
    }
}

/// A small generator: the same seed gives the same file. (SplitMix64, Steele et al. 2014.)
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((word ^ (word >> 31)) % sides as u64).unwrap()
    }
}

#[test]
fn a_mutated_file_never_panics_and_never_plans_what_records_refuse() {
    let seeds = [
        "#,INCIDENT TITLE,INCIDENT DATE,LOCATION,DESCRIPTION,CATEGORY,LATITUDE,LONGITUDE,APPROVED,VERIFIED\r\n\
         1,\"Eau, \"\"vite\"\"\",13/01/2010 10:00,Léogâne,\"deux\nlignes &amp; <br> fin\",\"2a. Penurie d'aliments | Food Shortage, \",18.5,-72.3,YES,NO\r\n\
         2,Pont,14/01/2010 11:30,Jacmel,,\"5c. Route barree | Road blocked\",18.2,-72.5,NO,YES\r\n",
        "Titre;Texte;Quand;Lat;Lon;Nb\n'=1;\"a;b\";05/07/2010 12:00:00 AM;48,85;2,35;3\né;\u{2028};1er mars 2015;0;0;x\n",
    ];
    let pieces: [&[u8]; 20] = [
        b"\"",
        b"\"\"",
        b",",
        b";",
        b"\r",
        b"\n",
        b"\r\n",
        b"\0",
        b"\xff",
        b"\xc3",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"=",
        b"'",
        b"&#x0;",
        b"<br",
        b"99999999999999999999",
        b"-0",
        b"\t|",
        "\u{202e}\u{feff}".as_bytes(),
    ];
    for seed in 0..1500_u64 {
        let mut dice = Dice(seed);
        let mut file = seeds[dice.roll(seeds.len())].as_bytes().to_vec();
        for _ in 0..=dice.roll(12) {
            let at = dice.roll(file.len());
            match dice.roll(4) {
                0 => file[at] = u8::try_from(dice.roll(256)).unwrap(),
                1 => drop(file.drain(at..(at + dice.roll(20)).min(file.len()))),
                2 => drop(file.splice(at..at, pieces[dice.roll(pieces.len())].iter().copied())),
                _ => {
                    let copy = file[at..(at + dice.roll(80)).min(file.len())].to_vec();
                    file.splice(at..at, copy);
                }
            }
            if file.is_empty() {
                break;
            }
        }
        let mut wanted = mapped(&[]);
        wanted.needs = true;
        wanted.private = true;
        if !file.starts_with(b"#") {
            wanted = mapped(&[
                "#1=title",
                "#2=description",
                "#3=occurred_at",
                "#4=place.lat",
                "#5=place.lon",
                "#6=tags",
            ]);
        }
        let outcome = std::panic::catch_unwind(|| plan(&file, wanted));
        assert!(
            outcome.is_ok(),
            "seed {seed}: {:?}",
            String::from_utf8_lossy(&file)
        );
    }
}
