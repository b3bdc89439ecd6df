//! The traps of Ushahidi files, one small file each.

use beffroi_formats::{FileRefused, Reason, TableFormat};
use beffroi_records::{Kind, Source};
use serde_json::json;

use crate::support::{notes, options, plan, rejected, value};

const HEADER: &str = "#,INCIDENT TITLE,INCIDENT DATE,LOCATION,DESCRIPTION,CATEGORY,LATITUDE,LONGITUDE,APPROVED,VERIFIED";

fn file(rows: &[&str]) -> String {
    let mut file = HEADER.to_owned();
    for row in rows {
        file.push_str("\r\n");
        file.push_str(row);
    }
    file + "\r\n"
}

fn row(serial: u32) -> String {
    format!(
        "{serial},Titre {serial},{serial}/01/2010 10:00,Lieu,Texte,\"1d. Incendie | Fire, \",18.5,-72.3,YES,NO"
    )
}

#[test]
fn the_header_is_known_in_any_case_and_with_a_mark() {
    let file = format!(
        "\u{feff}{}\n13,t,13/01/2010 10:00,l,d,,18.5,-72.3,YES,YES\n",
        HEADER.to_lowercase()
    );
    let plan = plan(file, options()).unwrap();
    assert_eq!(plan.survey.format, TableFormat::Ushahidi);
    assert_eq!(value(&plan, 0, "verification"), "verified");
    assert_eq!(value(&plan, 0, "event_type"), &json!(null));
    assert!(
        matches!(&plan.records[0].source, Source::Import { format, name, id, .. }
        if format == "ushahidi" && name == "essai" && id == "13")
    );
}

#[test]
fn a_format_asked_for_says_which_column_is_missing() {
    let mut options = options();
    options.format = Some(TableFormat::Ushahidi);
    let refused = plan("Serial,INCIDENT TITLE\n1,a\n", options).unwrap_err();
    assert_eq!(
        refused,
        FileRefused::MissingColumn {
            column: "INCIDENT DATE".into()
        }
    );
}

#[test]
fn the_first_label_that_is_no_heading_gives_the_type() {
    let category = |cell: &str| {
        let file = file(&[&format!("1,t,13/01/2010 10:00,l,d,\"{cell}\",,,YES,NO")]);
        let plan = plan(file, options()).unwrap();
        (
            value(&plan, 0, "event_type").clone(),
            value(&plan, 0, "tags").clone(),
        )
    };
    assert_eq!(
        category("1. Urgences | Emergency, 5c. Route barree | Road blocked, 1d. Incendie | Fire, "),
        (
            json!("road_blocked"),
            json!([
                "ushahidi:1d. Incendie | Fire",
                "ushahidi:5c. Route barree | Road blocked"
            ])
        )
    );
    assert_eq!(
        category("2. Urgences logistiques | Vital Lines, 4. Menaces | Security Threats"),
        (
            json!("public_order"),
            json!([
                "ushahidi:2. Urgences logistiques | Vital Lines",
                "ushahidi:4. Menaces | Security Threats"
            ])
        )
    );
    assert_eq!(category("1. Urgences | Emergency, ").0, json!("other"));
    assert_eq!(
        category("2c. Eau contaminee | Contaminated water").0,
        json!("pollution")
    );
    assert_eq!(
        category("2c. Probleme de securite | Security Concern").0,
        json!("public_order")
    );
    assert_eq!(category("Inondation | Flood").0, json!("flood"));
    assert_eq!(category(" , , "), (json!(null), json!(null)));
}

#[test]
fn a_label_of_another_map_is_kept_and_noted() {
    let file = file(&["1,t,13/01/2010 10:00,l,d,\"Ovnis, 1d. Incendie | Fire\",,,YES,NO"]);
    let plan = plan(file, options()).unwrap();
    assert_eq!(value(&plan, 0, "event_type"), "structure_fire");
    assert_eq!(
        value(&plan, 0, "tags"),
        &json!(["ushahidi:1d. Incendie | Fire", "ushahidi:Ovnis"])
    );
    assert_eq!(notes(&plan), [(2, Some("CATEGORY"), Reason::UnknownValue)]);
    assert_eq!(plan.notes[0].excerpt.as_deref(), Some("Ovnis"));
}

#[test]
fn needs_are_made_for_each_type_of_help_and_point_at_their_report() {
    let file = file(&[
        "7,Camp,13/01/2010 10:00,Léogâne,d,\"2a. Penurie d'aliments | Food Shortage, 2b. Penurie d'eau | Water shortage, 2c. Eau contaminee | Contaminated water, \",18.5,-72.6,YES,NO",
    ]);
    let mut wanted = options();
    wanted.needs = true;
    let plan = plan(file, wanted).unwrap();
    assert_eq!(
        plan.records
            .iter()
            .map(|record| record.kind)
            .collect::<Vec<_>>(),
        [Kind::Incident, Kind::Need, Kind::Need]
    );
    assert_eq!(
        (value(&plan, 1, "need_type"), value(&plan, 2, "need_type")),
        (&json!("food"), &json!("water"))
    );
    for need in &plan.records[1..] {
        assert_eq!(need.fields["incident"], plan.records[0].id.to_string());
        assert_eq!(need.fields["place"], plan.records[0].fields["place"]);
        assert_eq!((need.line, &need.source), (2, &plan.records[0].source));
    }
    assert_eq!(
        plan.records[1].id,
        beffroi_formats::record_id(
            crate::support::OPERATION,
            "need",
            "ushahidi",
            "essai",
            "7/food"
        )
    );
}

#[test]
fn names_and_addresses_stay_out_unless_asked_for() {
    let file = "Serial,INCIDENT TITLE,INCIDENT DATE,FIRST NAME,LAST NAME,EMAIL\n\
                1,t,13/01/2010,Marie,Durand,marie@example.org\n2,t,14/01/2010,,,\n";
    let without = plan(file, options()).unwrap();
    assert_eq!(without.private_fields, 1);
    assert!(
        without
            .records
            .iter()
            .all(|record| record.private.is_empty())
    );
    assert!(!format!("{without:?}").contains("Durand"));

    let mut asked = options();
    asked.private = true;
    let with = plan(file, asked.clone()).unwrap();
    assert_eq!(with.private_fields, 0);
    assert_eq!(
        with.records[0].private["caller"],
        json!({"name": "Marie Durand", "note": "marie@example.org"})
    );
    assert!(with.records[1].private.is_empty());
    assert_eq!(with.records[0].fields, without.records[0].fields);

    asked.destination.exercise = true;
    let exercise = plan(file, asked).unwrap();
    assert_eq!(
        exercise.private_fields, 1,
        "no real person enters an exercise"
    );
    assert!(exercise.records[0].private.is_empty());
}

#[test]
fn a_private_cell_is_never_quoted_in_a_rejection() {
    let long = "x".repeat(70_000);
    let file = format!("Serial,INCIDENT TITLE,INCIDENT DATE,LAST NAME\n1,t,13/01/2010,{long}\n");
    let plan = plan(file, options()).unwrap();
    assert_eq!(rejected(&plan), [(2, Some("LAST NAME"), Reason::TooLong)]);
    assert_eq!(plan.rejected[0].excerpt, None);
}

#[test]
fn each_row_broken_in_turn_leaves_the_others_in() {
    let rows: Vec<String> = (13..25).map(row).collect();
    let broken: [(&str, &str, Option<&str>, Reason); 8] = [
        ("{n},", ",", Some("#"), Reason::MissingRequired),
        (
            "/01/2010",
            "/13/2010",
            Some("INCIDENT DATE"),
            Reason::BadDate,
        ),
        ("18.5", "\"18,54.2\"", Some("LATITUDE"), Reason::BadNumber),
        ("18.5", "98.5", Some("LATITUDE"), Reason::BadCoordinates),
        ("-72.3", "-272.3", Some("LONGITUDE"), Reason::BadCoordinates),
        ("-72.3", "", Some("LONGITUDE"), Reason::BadCoordinates),
        ("Lieu", "\"Lieu", None, Reason::OpenQuote),
        ("Titre", "\"Titre", None, Reason::OpenQuote),
    ];
    for at in 0..rows.len() {
        for (from, to, column, reason) in broken {
            let mut spoiled = rows.clone();
            let from = from.replace("{n}", &(at + 13).to_string());
            spoiled[at] = spoiled[at].replacen(&from, to, 1);
            let spoiled: Vec<&str> = spoiled.iter().map(String::as_str).collect();
            let plan = plan(file(&spoiled), options()).unwrap();
            let line = at as u64 + 2;
            assert_eq!(rejected(&plan), [(line, column, reason)], "{}", spoiled[at]);
            assert_eq!(plan.records.len(), rows.len() - 1);
            assert!(plan.records.iter().all(|record| record.line != line));
            assert_eq!(plan.rejected[0].row, spoiled[at]);
        }
    }
}

#[test]
fn mended_rejected_rows_come_in_as_the_same_records() {
    let rows = [row(13), row(14).replace("14/01/2010", "demain"), row(15)];
    let spoiled: Vec<&str> = rows.iter().map(String::as_str).collect();
    let first = plan(file(&spoiled), options()).unwrap();
    let left = first.rejected_file().unwrap();
    assert_eq!(left, format!("{HEADER}\r\n{}\r\n", rows[1]));
    let mended = left.replace("demain", "14/01/2010");
    let second = plan(mended, options()).unwrap();
    let whole = plan(file(&[&row(13), &row(14), &row(15)]), options()).unwrap();
    assert_eq!(second.records[0].id, whole.records[1].id);
    assert_eq!(second.records[0].fields, whole.records[1].fields);
    assert_eq!(whole.rejected_file(), None);
}

#[test]
fn a_serial_met_twice_is_rejected_the_second_time() {
    let plan = plan(file(&[&row(13), &row(14), &row(13)]), options()).unwrap();
    assert_eq!(rejected(&plan), [(4, Some("#"), Reason::DuplicateInFile)]);
    assert_eq!(plan.rejected[0].excerpt.as_deref(), Some("13"));
}

#[test]
fn strict_refuses_the_file_at_its_first_rejected_row() {
    let mut strict = options();
    strict.strict = true;
    let bad = file(&[&row(13), "14,t,bientôt,,,,,,,", "15,t,jamais,,,,,,,"]);
    assert_eq!(
        plan(bad, strict.clone()).unwrap_err(),
        FileRefused::Strict {
            rejected: 2,
            line: 3
        }
    );
    let good = file(&[&row(13), &row(14)]);
    let mut relaxed = strict.clone();
    relaxed.strict = false;
    assert_eq!(plan(&good, strict).unwrap(), plan(&good, relaxed).unwrap());
}

#[test]
fn a_report_without_a_title_borrows_one() {
    let plan = plan(
        file(&[
            "1,,13/01/2010,Jacmel,\"\nPont coupé\nsuite\",,,,,",
            "2,,13/01/2010,Jacmel,,,,,,",
            "3,,13/01/2010,,,,,,,",
        ]),
        options(),
    )
    .unwrap();
    assert_eq!(value(&plan, 0, "title"), "Pont coupé");
    assert_eq!(value(&plan, 1, "title"), "Jacmel");
    assert_eq!(
        rejected(&plan),
        [(6, Some("INCIDENT TITLE"), Reason::MissingRequired)]
    );
    assert!(
        notes(&plan)
            .iter()
            .all(|note| note.2 == Reason::TitleBorrowed)
    );
}

#[test]
fn long_texts_are_shortened_aloud_and_a_long_title_stays_whole_in_the_text() {
    let (title, place, text) = ("t".repeat(250), "p".repeat(400), "d".repeat(12_000));
    let plan = plan(
        file(&[
            &format!("1,{title},13/01/2010,{place},suite,,,,,"),
            &format!("2,b,14/01/2010,l,{text},,,,,"),
        ]),
        options(),
    )
    .unwrap();
    let characters = |at, field| value(&plan, at, field).as_str().unwrap().chars().count();
    assert_eq!(characters(0, "title"), 200);
    assert_eq!(
        value(&plan, 0, "description"),
        &json!(format!("{title}\n\nsuite"))
    );
    assert_eq!(
        value(&plan, 0, "place")["label"]
            .as_str()
            .unwrap()
            .chars()
            .count(),
        300
    );
    assert_eq!(
        characters(1, "description"),
        beffroi_formats::limits::TEXT_CHARACTERS_MAX
    );
    assert_eq!(
        notes(&plan),
        [
            (2, Some("INCIDENT TITLE"), Reason::Shortened),
            (2, Some("LOCATION"), Reason::Shortened),
            (3, Some("DESCRIPTION"), Reason::Shortened)
        ]
    );
}

#[test]
fn points_nowhere_swapped_or_abroad() {
    let mut inside = options();
    inside.destination.area = Some(beffroi_formats::Area::from_bounds(-74.6, 17.9, -71.6, 20.2));
    let plan = plan(
        file(&[
            "1,nulle part,13/01/2010,l,d,,0,0,,",
            "2,inversé,13/01/2010,l,d,,-72.3,18.5,,",
            "3,Gênes,13/01/2010,l,d,,44.4,8.9,,",
            "4,vide,13/01/2010,l,d,,,,,",
            "5,dedans,13/01/2010,l,d,,18.5,-72.3,,",
        ]),
        inside,
    )
    .unwrap();
    assert_eq!(plan.records.len(), 5);
    assert_eq!(
        value(&plan, 0, "place"),
        &json!({"label": "l", "precision": "unknown"})
    );
    assert_eq!(
        value(&plan, 1, "place")["point"],
        json!([18.5, -72.3]),
        "said, not swapped"
    );
    assert_eq!(
        notes(&plan),
        [
            (3, Some("LATITUDE"), Reason::SwappedCoordinates),
            (4, Some("LATITUDE"), Reason::OutsideArea)
        ]
    );
    assert_eq!(value(&plan, 2, "tags"), &json!(["outside_area"]));
    assert_eq!(value(&plan, 4, "tags"), &json!(null));
}

#[test]
fn formulas_are_kept_as_text_counted_and_lose_their_apostrophe() {
    let plan = plan(
        file(&[
            "1,'=1+1,13/01/2010,@lieu,+ de 40,,18.5,-72.3,,",
            "2,'tis fine,14/01/2010,l,d,,18.5,'-72.3,,",
        ]),
        options(),
    )
    .unwrap();
    assert_eq!(value(&plan, 0, "title"), "=1+1");
    assert_eq!(value(&plan, 0, "place")["label"], "@lieu");
    assert_eq!(value(&plan, 0, "description"), "+ de 40");
    assert_eq!(plan.formula_cells, 3);
    assert_eq!(value(&plan, 1, "title"), "'tis fine");
    assert_eq!(value(&plan, 1, "place")["point"], json!([-72.3, 18.5]));
    assert_eq!(plan.rejected, []);
}
