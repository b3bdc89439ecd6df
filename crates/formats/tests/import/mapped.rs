//! Tables whose columns a person maps.

use beffroi_formats::{DateOrder, FileRefused, Reason, parse_pair};
use beffroi_records::Kind;
use serde_json::json;

use crate::support::{mapped, notes, plan, rejected, value};

#[test]
fn a_pair_is_cut_at_its_last_sign() {
    assert_eq!(
        parse_pair("Nom=title"),
        Some(("Nom".into(), "title".into()))
    );
    assert_eq!(
        parse_pair(" a=b = place.lat "),
        Some(("a=b".into(), "place.lat".into()))
    );
    assert_eq!(parse_pair("Nom"), None);
    assert_eq!(parse_pair("=title"), None);
    assert_eq!(parse_pair("Nom="), None);
}

#[test]
fn a_map_with_a_mistake_is_refused_before_any_row() {
    let file = "Nom,Date,Nom\na,demain,b\n";
    let refused = |pairs: &[&str]| plan(file, mapped(pairs)).unwrap_err();
    assert_eq!(
        refused(&["Prénom=title"]),
        FileRefused::UnknownColumn {
            column: "Prénom".into()
        }
    );
    assert_eq!(
        refused(&["Nom=titel"]),
        FileRefused::UnknownField {
            kind: "incident",
            field: "titel".into()
        }
    );
    for field in [
        "number",
        "created",
        "source",
        "kind",
        "caller",
        "private.caller",
        "private.title.name",
        "place",
        "ext.",
        "ext.a/b",
        "observations",
        "movements.count",
    ] {
        assert!(
            matches!(
                refused(&[&format!("Nom={field}")]),
                FileRefused::UnknownField { .. }
            ),
            "{field}"
        );
    }
    assert_eq!(
        refused(&["Nom=title", "Nom#2=title"]),
        FileRefused::FieldTwice {
            field: "title".into()
        }
    );
    assert_eq!(
        refused(&["Date=reported_at"]),
        FileRefused::MissingColumn {
            column: "title".into()
        }
    );
    assert_eq!(
        refused(&["Nom=title", "Heure=dmy"]),
        FileRefused::UnknownColumn {
            column: "Heure".into()
        }
    );
    assert_eq!(refused(&["DATE=dmy"]), FileRefused::Unrecognised);
    let mut operation = mapped(&["Nom=name"]);
    operation.kind = Some(Kind::Operation);
    assert_eq!(
        plan(file, operation).unwrap_err(),
        FileRefused::KindNotImported { kind: "operation" }
    );
    let mut zone = mapped(&["Nom=title"]);
    zone.destination.time_zone = "Pays/Nulle-Part".into();
    assert!(matches!(
        plan(file, zone).unwrap_err(),
        FileRefused::UnknownTimeZone { .. }
    ));
    let mut delimiter = mapped(&["Nom=title"]);
    delimiter.delimiter = Some('x');
    assert_eq!(
        plan(file, delimiter).unwrap_err(),
        FileRefused::BadDelimiter
    );
}

#[test]
fn dates_that_all_read_both_ways_are_asked_about() {
    let file = "Nom,Fait le\na,05/07/2010\nb,06/08/2010\n";
    let refused = plan(file, mapped(&["Nom=title", "Fait le=occurred_at"])).unwrap_err();
    assert_eq!(
        refused,
        FileRefused::AmbiguousDates {
            column: "Fait le".into(),
            rows: 2
        }
    );
    assert!(refused.asks_a_person());
    for (pair, expected, order) in [
        (
            "Fait le=dmy",
            "2010-07-05T00:00:00-05:00",
            DateOrder::DayFirst,
        ),
        (
            "DATE=mdy",
            "2010-05-07T00:00:00-05:00",
            DateOrder::MonthFirst,
        ),
    ] {
        let plan = plan(file, mapped(&["Nom=title", "Fait le=occurred_at", pair])).unwrap();
        assert_eq!(value(&plan, 0, "occurred_at"), expected);
        assert_eq!(
            (plan.survey.dates[0].order, plan.survey.dates[0].either),
            (order, 2)
        );
    }
}

#[test]
fn an_order_said_by_a_person_rejects_what_does_not_follow_it() {
    let file = "Nom,D\na,13/07/2010\nb,07/13/2010\n";
    assert!(matches!(
        plan(file, mapped(&["Nom=title", "D=occurred_at"])),
        Err(FileRefused::AmbiguousDates { .. })
    ));
    let plan = plan(file, mapped(&["Nom=title", "D=occurred_at", "D=dmy"])).unwrap();
    assert_eq!(rejected(&plan), [(3, Some("D"), Reason::BadDate)]);
}

#[test]
fn a_need_takes_numbers_units_delays_and_labels() {
    let file = "Objet;Combien;Unité;Priorité;Genre;Pour;Gens;Contraintes;Qui\n\
                Eau;1 200,5;LITRE;Vitale;eau;22/11/2026 18:00;40;PMR, oxygène;Marie 06 12\n\
                Lits;80;brouette;haute;hébergement;;;;\n\
                Pains;-3;;;;;;;\n";
    let pairs = [
        "Objet=title",
        "Combien=quantity",
        "Unité=quantity.unit",
        "Priorité=priority",
        "Genre=need_type",
        "Pour=due.at",
        "Gens=beneficiaries",
        "Contraintes=constraints",
        "Qui=private.contact.name",
    ];
    let mut wanted = mapped(&pairs);
    wanted.kind = Some(Kind::Need);
    wanted.destination.time_zone = "Europe/Paris".into();
    let plan = plan(file, wanted).unwrap();
    assert_eq!(
        value(&plan, 0, "quantity"),
        &json!({"value": "1200.5", "unit": "litre"})
    );
    assert_eq!(value(&plan, 0, "priority"), "vital");
    assert_eq!(value(&plan, 0, "need_type"), "water");
    assert_eq!(
        value(&plan, 0, "due"),
        &json!({"delay": "at_time", "at": "2026-11-22T18:00:00+01:00"})
    );
    assert_eq!(value(&plan, 0, "beneficiaries"), 40);
    assert_eq!(
        value(&plan, 0, "constraints"),
        &json!(["oxygen", "reduced_mobility"])
    );
    assert_eq!(
        value(&plan, 1, "quantity"),
        &json!({"value": "80", "unit": "each"})
    );
    assert_eq!(value(&plan, 1, "priority"), &json!(null));
    assert_eq!(
        value(&plan, 1, "tags"),
        &json!(["essai:brouette", "essai:haute"])
    );
    assert_eq!(
        notes(&plan),
        [
            (3, Some("Unité"), Reason::UnknownValue),
            (3, Some("Priorité"), Reason::UnknownValue)
        ]
    );
    assert_eq!(rejected(&plan), [(4, Some("Combien"), Reason::BadNumber)]);
    assert_eq!(plan.private_fields, 1);
    assert!(!format!("{:?}", plan.records).contains("Marie"));
}

#[test]
fn a_lot_begins_with_a_count_that_every_post_writes_alike() {
    let file =
        "Nom,Nombre,Unité,Genre\nCouvertures,\"5,5\",boîte,couverture\nTentes,\"2,25\",,tente\n";
    let mut wanted = mapped(&[
        "Nom=name",
        "Nombre=stock",
        "Unité=unit",
        "Genre=resource_type",
    ]);
    wanted.kind = Some(Kind::Resource);
    let first = plan(file, wanted.clone()).unwrap();
    assert_eq!(value(&first, 0, "mode"), "lot");
    assert_eq!(value(&first, 0, "resource_type"), "blanket");
    let movements = value(&first, 0, "movements").as_array().unwrap();
    assert_eq!(movements.len(), 1);
    assert_eq!(movements[0]["count"], "5.5");
    assert_eq!(movements[0]["by"], "import");
    assert_eq!(movements[0]["at"], "2010-01-12T16:53:00-05:00");
    assert_eq!(first, plan(file, wanted).unwrap());
}

#[test]
fn five_thousand_is_not_read_as_five() {
    let file = "Nom,Nombre\nBidons,\"5,000\"\nPelles,12\n";
    let mut wanted = mapped(&["Nom=name", "Nombre=stock"]);
    wanted.kind = Some(Kind::Resource);
    let plan = plan(file, wanted).unwrap();
    assert_eq!(rejected(&plan), [(2, Some("Nombre"), Reason::BadNumber)]);
}

#[test]
fn unmapped_columns_are_named_and_chosen_ones_kept() {
    let file = "Nom,Antenne,Téléphone,INSEE,Antenne\na,Nord,06,1004,x\n";
    let plan = plan(
        file,
        mapped(&["Nom=title", "#2=ext.antenne", "INSEE=place.insee"]),
    )
    .unwrap();
    assert_eq!(plan.survey.left_out_columns, ["Téléphone", "Antenne#2"]);
    assert_eq!(value(&plan, 0, "ext/antenne"), "Nord");
    assert_eq!(value(&plan, 0, "place")["insee"], "01004");
    assert!(!format!("{:?}", plan.records).contains("\"06\""));
}

#[test]
fn identical_rows_without_identity_are_all_kept_and_told_apart() {
    let file = "Nom,Autre\na,1\na,1\na,2\na,1\n";
    let first = plan(file, mapped(&["Nom=title"])).unwrap();
    let mut ids: Vec<_> = first.records.iter().map(|record| record.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    let moved = plan("Nom,Autre\na,2\na,1\na,1\na,1\n", mapped(&["Nom=title"])).unwrap();
    let mut again: Vec<_> = moved.records.iter().map(|record| record.id).collect();
    again.sort_unstable();
    assert_eq!(again, ids, "the order of rows is no part of who they are");
}

#[test]
fn another_label_or_operation_makes_other_records() {
    let file = "Nom,Réf\na,1\n";
    let wanted = mapped(&["Nom=title", "Réf=id"]);
    let id = |options| plan(file, options).unwrap().records[0].id;
    let mut label = wanted.clone();
    label.source = "autre".into();
    let mut operation = wanted.clone();
    operation.destination.operation = uuid::Uuid::from_u128(7);
    assert_ne!(id(wanted.clone()), id(label));
    // The helper creates in its own operation: only the ids are compared here.
    let other = beffroi_formats::plan(file.as_bytes(), operation)
        .unwrap()
        .records[0]
        .id;
    assert_ne!(id(wanted), other);
}

#[test]
fn hours_that_clocks_skip_are_noted() {
    let mut wanted = mapped(&["Nom=title", "Quand=occurred_at"]);
    wanted.destination.time_zone = "Europe/Paris".into();
    let plan = plan(
        "Nom,Quand\na,29/03/2026 02:30\nb,25/10/2026 02:30\n",
        wanted,
    )
    .unwrap();
    assert_eq!(value(&plan, 0, "occurred_at"), "2026-03-29T03:30:00+02:00");
    assert_eq!(
        notes(&plan),
        [
            (2, Some("Quand"), Reason::NoSuchHour),
            (3, Some("Quand"), Reason::RepeatedHour)
        ]
    );
}

#[test]
fn a_lone_column_is_a_table_too() {
    let plan = plan("Nom\nGymnase\nÉcole\n", mapped(&["nom=title"])).unwrap();
    assert_eq!(plan.records.len(), 2);
}

#[test]
fn columns_of_a_known_format_may_be_mapped_otherwise() {
    let file = "Serial,INCIDENT TITLE,INCIDENT DATE,LOCATION,Suivi\n1,t,13/01/2010,l,à rappeler\n";
    let plan = plan(
        file,
        mapped(&["Suivi=ext.suivi", "INCIDENT DATE=reported_at"]),
    )
    .unwrap();
    assert_eq!(value(&plan, 0, "ext/suivi"), "à rappeler");
    assert_eq!(value(&plan, 0, "reported_at"), "2010-01-13T00:00:00-05:00");
    assert_eq!(value(&plan, 0, "occurred_at"), &json!(null));
    assert_eq!(plan.survey.format, beffroi_formats::TableFormat::Ushahidi);
}
