//! Tables: columns, guards, scopes, marks.

use beffroi_formats::{CsvOptions, Derived, Exported, Reach, Selection, Stock, Summary};
use beffroi_records::Kind;
use beffroi_records::labels::Language;
use serde_json::json;

use crate::support::{cell, cells, csv, in_conflict, record};

fn incident() -> beffroi_records::Record {
    record(
        Kind::Incident,
        1,
        &json!({
            "title": "Cave inondée", "description": "Trois; \"personnes\"\nà l'étage", "event_type": "flood",
            "severity": "severe", "occurred_at": "2026-11-22T17:40:00+01:00", "tags": ["a", "ushahidi:1d. Incendie | Fire"],
            "place": {"label": "12 rue des Écoles", "insee": "34190", "point": [-3.12345, 43.5], "precision": "address"},
        }),
    )
}

const EXCEL: CsvOptions = CsvOptions {
    excel: true,
    labels: false,
    language: Language::French,
};

#[test]
fn a_plain_table_has_field_names_tokens_and_points() {
    let incident = incident();
    let (text, summary) = csv(
        &[Exported::plain(&incident)],
        CsvOptions::default(),
        Selection::usual(false),
    );
    assert!(text.starts_with("id,number,exercise,place.insee,place.label,place.lat,place.lon,occurred_at,reported_at,title,"));
    assert!(text.ends_with("\r\n"));
    let table = cells(&text, b',');
    for (column, expected) in [
        ("id", "00000000-0000-0000-0000-000000000001"),
        ("number", ""),
        ("exercise", ""),
        ("place.insee", "34190"),
        ("place.lat", "43.5"),
        ("place.lon", "-3.12345"),
        ("occurred_at", "2026-11-22T17:40:00+01:00"),
        ("event_type", "flood"),
        ("severity", "severe"),
        ("status", "new"),
        ("verification", "unverified"),
        ("description", "Trois; \"personnes\"\nà l'étage"),
        ("tags", "a\nushahidi:1d. Incendie | Fire"),
        ("conflicts", ""),
    ] {
        assert_eq!(cell(&table, 1, column), expected, "{column}");
    }
    assert_eq!(
        (summary.total(), summary.private_fields, summary.conflicts),
        (1, 0, 0)
    );
}

#[test]
fn excel_gets_a_mark_semicolons_commas_and_headings() {
    let incident = incident();
    let (text, _) = csv(
        &[Exported::plain(&incident)],
        EXCEL,
        Selection::usual(false),
    );
    assert!(
        text.starts_with("\u{feff}identifiant;numéro;exercice;code INSEE;lieu;latitude;longitude;")
    );
    let table = cells(&text, b';');
    assert_eq!(cell(&table, 1, "latitude"), "43,5");
    assert_eq!(cell(&table, 1, "longitude"), "-3,12345");
    assert_eq!(cell(&table, 1, "gravité"), "severe");
    let labels = CsvOptions {
        labels: true,
        ..EXCEL
    };
    let (text, _) = csv(
        &[Exported::plain(&incident)],
        labels,
        Selection::usual(false),
    );
    let table = cells(&text, b';');
    assert_eq!(cell(&table, 1, "gravité"), "grave");
    assert_eq!(cell(&table, 1, "état"), "nouveau");
}

#[test]
fn every_text_cell_is_text_in_a_spreadsheet_and_every_number_a_number() {
    for hostile in [
        "=cmd|' /C calc'!A0",
        "+1",
        "-2+3",
        "@SUM(A1)",
        "  =1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "\t=1",
        "'=1",
    ] {
        let record = record(
            Kind::Incident,
            2,
            &json!({"title": format!("x{hostile}"), "description": hostile, "tags": [hostile],
                    "place": {"label": hostile, "point": [-72.5, -18.5]}}),
        );
        let mut record = in_conflict(record, "title", &json!(hostile));
        record
            .readings
            .iter_mut()
            .for_each(|reading| reading.conflict = false);
        for options in [CsvOptions::default(), EXCEL] {
            let (text, _) = csv(
                &[Exported::plain(&record)],
                options,
                Selection::usual(false),
            );
            let delimiter = if options.excel { b';' } else { b',' };
            let table = cells(&text, delimiter);
            for (heading, value) in table[0].iter().zip(&table[1]) {
                let runs = value.starts_with(['\t', '\r'])
                    || value
                        .trim_start()
                        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
                let number =
                    ["place.lat", "place.lon", "latitude", "longitude"].contains(&heading.as_str());
                assert_eq!(runs, number, "{heading}: {value:?}");
            }
        }
    }
}

#[test]
fn what_a_stranger_wrote_under_our_names_is_guarded_too() {
    let mut record = incident();
    for reading in &mut record.readings {
        match reading.name.as_ref() {
            "severity" | "status" | "occurred_at" => reading.used = json!("=1+1"),
            "place" => reading.used = json!({"label": "x", "point": ["=1", "@x"], "insee": "=2"}),
            _ => {}
        }
    }
    let (text, _) = csv(
        &[Exported::plain(&record)],
        CsvOptions::default(),
        Selection::usual(false),
    );
    let table = cells(&text, b',');
    for column in [
        "severity",
        "status",
        "occurred_at",
        "place.lat",
        "place.lon",
        "place.insee",
    ] {
        assert!(
            cell(&table, 1, column).starts_with('\''),
            "{column}: {}",
            cell(&table, 1, column)
        );
    }
}

#[test]
fn scope_and_archive_keep_records_in_and_say_so() {
    let scoped =
        |id, scope: &str| record(Kind::Incident, id, &json!({"title": "t", "scope": scope}));
    let mut later = scoped(9, "public");
    later
        .readings
        .iter_mut()
        .find(|reading| reading.name == "scope")
        .unwrap()
        .used = json!("galactic");
    let mut records: Vec<_> = ["public", "partners", "org", "restricted"]
        .iter()
        .zip(1..)
        .map(|(scope, id)| scoped(id, scope))
        .collect();
    records.push(later);
    records.push(record(
        Kind::Incident,
        10,
        &json!({"title": "t", "archived": {"reason": "doublon", "at": "2026-11-22T17:40:00+01:00"}}),
    ));
    let exported: Vec<Exported<'_>> = records.iter().map(Exported::plain).collect();
    let counts = |reach, archived| {
        let selection = Selection {
            reach,
            archived,
            exercise: false,
        };
        let (text, summary) = csv(&exported, CsvOptions::default(), selection);
        assert_eq!(cells(&text, b',').len() as u64, summary.total() + 1);
        let (_, same) = crate::support::geojson(&exported, selection);
        assert_eq!(same.without_place, same.total(), "none has a place");
        let without_place = summary.without_place;
        assert_eq!(
            Summary {
                without_place,
                ..same
            },
            summary
        );
        (summary.total(), summary.out_of_scope, summary.archived)
    };
    assert_eq!(counts(Reach::Partners, false), (2, 3, 1));
    assert_eq!(counts(Reach::Partners, true), (3, 3, 0));
    assert_eq!(counts(Reach::Public, false), (1, 5, 0));
    assert_eq!(counts(Reach::Org, false), (3, 2, 1));
    assert_eq!(counts(Reach::Restricted, true), (6, 0, 0));
}

#[test]
fn a_conflict_goes_out_as_its_cautious_value_with_its_name() {
    let record = in_conflict(incident(), "status", &json!("in_progress"));
    let record = in_conflict(record, "severity", &json!("extreme"));
    let (text, summary) = csv(
        &[Exported::plain(&record)],
        CsvOptions::default(),
        Selection::usual(false),
    );
    let table = cells(&text, b',');
    assert_eq!(cell(&table, 1, "status"), "in_progress");
    assert_eq!(cell(&table, 1, "severity"), "extreme");
    assert_eq!(cell(&table, 1, "conflicts"), "severity status");
    assert_eq!(summary.conflicts, 2);
}

#[test]
fn private_values_never_go_out_and_are_counted() {
    let mut record = incident();
    let mut private = record.readings[0].clone();
    private.name = "caller".into();
    private.private = true;
    private.conflict = true;
    private.shown = json!({"name": "Marie Durand", "phone": "06 12 34 56 78"});
    private.used = private.shown.clone();
    record.readings.push(private);
    let exported = Exported {
        private_fields: 2,
        ..Exported::plain(&record)
    };
    let (table, summary) = csv(
        std::slice::from_ref(&exported),
        CsvOptions::default(),
        Selection::usual(false),
    );
    let (json, same) = crate::support::geojson(&[exported], Selection::usual(false));
    assert_eq!((summary.private_fields, same.private_fields), (3, 3));
    assert_eq!((summary.conflicts, same.conflicts), (0, 0));
    for text in [table, json] {
        assert!(!text.contains("Durand") && !text.contains("06 12") && !text.contains("caller"));
        assert!(
            !text.contains("mairie-3"),
            "who typed it is nobody's business outside"
        );
    }
}

#[test]
fn each_row_of_an_exercise_is_marked() {
    let incident = incident();
    let (text, _) = csv(
        &[Exported::plain(&incident)],
        CsvOptions::default(),
        Selection::usual(true),
    );
    assert_eq!(cell(&cells(&text, b','), 1, "exercise"), "true");
}

#[test]
fn a_lot_has_a_row_for_each_site() {
    let lot = record(
        Kind::Resource,
        3,
        &json!({"name": "Couvertures", "resource_type": "blanket", "unit": "each", "place": {"label": "Mairie"}}),
    );
    let stock = |label: Option<&str>, amount: &str| Stock {
        place: label.map(|label| json!({"label": label})),
        amount: amount.into(),
    };
    let derived = Derived {
        stock: vec![stock(None, "40"), stock(Some("Gymnase"), "-2.5")],
        ..Derived::default()
    };
    let exported = Exported {
        record: &lot,
        derived,
        private_fields: 0,
    };
    let (text, summary) = csv(&[exported], EXCEL, Selection::usual(false));
    let table = cells(&text, b';');
    assert_eq!((table.len(), summary.total()), (3, 1));
    assert_eq!(
        (cell(&table, 1, "lieu"), cell(&table, 1, "stock")),
        ("Mairie", "40")
    );
    assert_eq!(
        (cell(&table, 2, "lieu"), cell(&table, 2, "stock")),
        ("Gymnase", "-2,5")
    );
}

#[test]
fn a_need_shows_what_was_delivered() {
    let need = record(
        Kind::Need,
        4,
        &json!({"title": "Eau", "need_type": "water", "quantity": {"value": "12.5", "unit": "pallet"}, "priority": "vital",
                "due": "2026-11-22T18:00:00+01:00", "beneficiaries": 40, "requester_org": "Mairie"}),
    );
    let exported = Exported {
        record: &need,
        derived: Derived {
            delivered: Some("3.5".into()),
            ..Derived::default()
        },
        private_fields: 0,
    };
    let (text, _) = csv(&[exported], CsvOptions::default(), Selection::usual(false));
    let table = cells(&text, b',');
    for (column, expected) in [
        ("quantity", "12.5"),
        ("quantity.unit", "pallet"),
        ("delivered", "3.5"),
        ("beneficiaries", "40"),
        ("due.delay", "at_time"),
        ("due.at", "2026-11-22T18:00:00+01:00"),
        ("status", "open"),
    ] {
        assert_eq!(cell(&table, 1, column), expected, "{column}");
    }
}

#[test]
fn kinds_without_a_table_give_an_empty_file() {
    let operation = record(
        Kind::Operation,
        5,
        &json!({"name": "Crue", "exercise": false, "time_zone": "Europe/Paris"}),
    );
    let (text, _) = csv(
        &[Exported::plain(&operation)],
        CsvOptions::default(),
        Selection::usual(false),
    );
    assert_eq!(text.trim(), "");
}
