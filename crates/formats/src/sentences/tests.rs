//! Both catalogues are whole, and say the same things.

use std::collections::BTreeSet;

use beffroi_records::Kind;
use fluent::FluentResource;

use super::*;
use crate::TableFormat;
use crate::export::columns::{KINDS, columns, heading_key};

const CATALOGUES: [(&str, &str); 2] = [
    ("fr", include_str!("../../catalogues/fr.ftl")),
    ("en", include_str!("../../catalogues/en.ftl")),
];

fn keys(source: &str) -> BTreeSet<&str> {
    let lines = source
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    lines
        .filter_map(|line| line.split_once(" =").map(|(key, _)| key))
        .collect()
}

fn every_refusal() -> Vec<FileRefused> {
    vec![
        FileRefused::Empty,
        FileRefused::TooLarge,
        FileRefused::TooManyRows,
        FileRefused::TooManyColumns { columns: 600 },
        FileRefused::RowTooLong { line: 41 },
        FileRefused::OpenQuotes { line: 41 },
        FileRefused::Binary,
        FileRefused::NotATable { what: "XML" },
        FileRefused::Undecodable { encoding: "UTF-8" },
        FileRefused::UnknownEncoding { name: "x".into() },
        FileRefused::Unrecognised,
        FileRefused::MissingColumn { column: "x".into() },
        FileRefused::UnknownColumn { column: "x".into() },
        FileRefused::UnknownField {
            kind: "need",
            field: "x".into(),
        },
        FileRefused::FieldTwice { field: "x".into() },
        FileRefused::MapTooLong,
        FileRefused::KindNotImported { kind: "operation" },
        FileRefused::BadDelimiter,
        FileRefused::UnknownTimeZone { name: "x".into() },
        FileRefused::AmbiguousDates {
            column: "x".into(),
            rows: 3,
        },
        FileRefused::ExerciseMismatch,
        FileRefused::Strict {
            rejected: 2,
            line: 3,
        },
        FileRefused::Unreadable { detail: "x".into() },
    ]
}

#[test]
fn both_catalogues_parse_and_hold_the_same_keys() {
    for (language, source) in CATALOGUES {
        assert!(
            FluentResource::try_new(source.to_owned()).is_ok(),
            "{language}"
        );
        assert_eq!(
            keys(source).len(),
            source
                .lines()
                .filter(|line| line.contains(" = ") && !line.starts_with([' ', '#']))
                .count(),
            "{language}: a key comes twice"
        );
    }
    assert_eq!(keys(CATALOGUES[0].1), keys(CATALOGUES[1].1));
}

#[test]
fn every_reason_refusal_and_heading_has_its_sentence() {
    let mut used = BTreeSet::from(
        [
            "with-excerpt",
            "list-separator",
            "delimiter-tab",
            "read-as",
            "read-as-dates",
            "cut-list",
            "cut-rows",
            "cut-notes",
        ]
        .map(str::to_owned),
    );
    used.extend(
        Reason::ALL
            .iter()
            .map(|reason| format!("reason-{}", reason.code())),
    );
    used.extend(
        every_refusal()
            .iter()
            .map(|refused| format!("refused-{}", refused.code())),
    );
    used.extend(
        [TableFormat::Ushahidi, TableFormat::Csv]
            .map(|format| format!("format-{}", format.token())),
    );
    used.extend(Kind::RECORDS.map(|kind| format!("exported-{}", kind.token())));
    used.extend(
        [
            "without-place",
            "out-of-scope",
            "archived",
            "private",
            "conflicts",
        ]
        .map(|what| format!("exported-{what}")),
    );
    used.extend(KINDS.into_iter().flat_map(columns).map(heading_key));
    let known: BTreeSet<String> = keys(CATALOGUES[0].1)
        .into_iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(used, known);
}

#[test]
fn every_sentence_gets_the_values_it_names() {
    for language in [Language::French, Language::English] {
        let sentences = Sentences::new(language);
        for refused in every_refusal() {
            let text = sentences.refused(&refused);
            assert!(!text.contains(['{', '}', '$']), "{text}");
            for (_, value) in refused.values() {
                assert!(text.contains(&value), "{text} lacks {value}");
            }
        }
    }
}

#[test]
fn headings_of_a_table_are_all_different() {
    for language in [Language::French, Language::English] {
        let sentences = Sentences::new(language);
        for kind in KINDS {
            let headings: BTreeSet<String> = columns(kind)
                .map(|column| sentences.heading(column))
                .collect();
            assert_eq!(headings.len(), columns(kind).count(), "{kind:?}");
        }
    }
}

#[test]
fn sentences_read_as_people_speak() {
    let french = Sentences::new(Language::French);
    let english = Sentences::new(Language::English);
    let rejected = Rejected {
        line: 41,
        column: Some("LATITUDE".into()),
        reason: Reason::BadNumber,
        excerpt: Some("18,54.2".into()),
        row: String::new(),
    };
    assert_eq!(
        english.rejected(&rejected),
        "\"18,54.2\": is not a number (write 1234.5 or 1234,5, the same in the whole column)"
    );
    let summary = Summary {
        exported: vec![(Kind::Incident, 128)],
        without_place: 0,
        out_of_scope: 3,
        archived: 0,
        private_fields: 41,
        conflicts: 2,
    };
    assert_eq!(
        french.exported(&summary),
        "128 signalements exportés ; 3 hors diffusion ; 41 champs privés non exportés ; 2 valeurs en conflit (valeur prudente)"
    );
    let one = Summary {
        exported: vec![(Kind::Incident, 1), (Kind::Need, 0)],
        without_place: 1,
        private_fields: 1,
        conflicts: 1,
        ..summary
    };
    assert_eq!(
        english.exported(&one),
        "1 incident exported; 0 needs exported; 1 without a place on the map; 3 out of scope; 1 private field not exported; 1 value in conflict (cautious value)"
    );
    assert_eq!(
        english.list_cut(10_000, 10_001),
        "10001 rows are rejected: the report lists the first 10000"
    );
    for cut in [
        french.list_cut(7, 9),
        french.rows_cut(7, 9),
        french.notes_cut(7, 9),
    ] {
        assert!(cut.contains('7') && cut.contains('9'), "{cut}");
    }
    let survey = Survey {
        format: TableFormat::Ushahidi,
        kind: Kind::Incident,
        encoding: "windows-1252",
        encoding_guessed: true,
        delimiter: '\t',
        rows: 120,
        file_hash: String::new(),
        dates: vec![crate::DateColumn {
            column: "INCIDENT DATE".into(),
            order: DateOrder::DayFirst,
            either: 9,
        }],
        left_out_columns: Vec::new(),
        header: String::new(),
    };
    assert_eq!(
        english.read_as(&survey),
        "Ushahidi CSV, windows-1252 (a guess), delimiter \"tab\", 120 rows; \"INCIDENT DATE\" read as day/month/year (9 could be either: --map \"INCIDENT DATE=mdy\")"
    );
}
