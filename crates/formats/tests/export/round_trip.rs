//! Our own tables: out, then in again, equal.

use beffroi_formats::{
    CsvOptions, Derived, Destination, Exported, FileRefused, ImportOptions, Selection, Stock, plan,
};
use beffroi_records::labels::{
    DELAY, EVENT_TYPE, INCIDENT_STATUS, Language, List, NEED_STATUS, NEED_TYPE, PRIORITY, SEVERITY,
    UNIT, VERIFICATION,
};
use beffroi_records::{Kind, Record, stock};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use serde_json::{Map, Value, json};

use crate::support::{OPERATION, csv, record};

const STYLES: [CsvOptions; 4] = [
    CsvOptions {
        excel: false,
        labels: false,
        language: Language::French,
    },
    CsvOptions {
        excel: false,
        labels: true,
        language: Language::English,
    },
    CsvOptions {
        excel: true,
        labels: false,
        language: Language::English,
    },
    CsvOptions {
        excel: true,
        labels: true,
        language: Language::French,
    },
];

fn destination(exercise: bool) -> Destination {
    Destination {
        operation: OPERATION,
        exercise,
        time_zone: "Europe/Paris".into(),
        started_at: "2026-11-22T08:00:00+01:00".into(),
        area: None,
    }
}

fn exported(record: &Record) -> Exported<'_> {
    let sites = stock(record.entries("movements"));
    let stock = sites
        .iter()
        .map(|site| Stock {
            place: None,
            amount: site.amount.to_string(),
        })
        .collect();
    Exported {
        record,
        derived: Derived {
            delivered: None,
            stock,
        },
        private_fields: 0,
    }
}

/// Out, in, made again: gives the table of the new records, which must be that of the old ones but for their ids.
fn there_and_back(records: &[Record], options: CsvOptions) {
    let all: Vec<Exported<'_>> = records.iter().map(exported).collect();
    let (table, _) = csv(&all, options, Selection::usual(false));
    let back = plan(
        table.as_bytes(),
        ImportOptions::new(destination(false), "retour"),
    )
    .unwrap();
    assert_eq!(back.rejected, [], "{table}");
    assert_eq!(back.notes, [], "{table}");
    assert_eq!(back.survey.left_out_columns, Vec::<String>::new());
    assert_eq!(back.records.len(), records.len());
    let made: Vec<Record> = back
        .records
        .iter()
        .zip(records)
        .map(|(new, old)| {
            let values: Map<String, Value> = new.fields.clone().into_iter().collect();
            record(new.kind, old.id.as_u128(), &Value::Object(values))
        })
        .collect();
    let all: Vec<Exported<'_>> = made.iter().map(exported).collect();
    assert_eq!(csv(&all, options, Selection::usual(false)).0, table);
}

fn token(list: &'static List) -> impl Strategy<Value = Value> {
    (0..list.tokens.len()).prop_map(|at| Value::from(list.tokens[at].token))
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "[=+@'\"; ,|-]{0,3}\\PC{1,20}",
        Just("&amp; <b>gras</b> &lt;".to_owned()),
        Just("'=1".to_owned()),
        Just("yes".to_owned()),
    ]
    .prop_filter("a title is not blank", |text| {
        !beffroi_records::clean_line(text).is_empty()
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "(?s).{0,60}",
        "[=\\-+@\t\r\n '\"]{1,4}.{0,10}",
        Just(String::new())
    ]
}

fn place() -> impl Strategy<Value = Value> {
    (
        line(),
        -9_000_000..=9_000_000_i32,
        -18_000_000..=18_000_000_i32,
        any::<bool>(),
    )
        .prop_map(|(label, y, x, pointed)| {
            let point = [f64::from(x) / 1e5, f64::from(y) / 1e5];
            if pointed {
                json!({"label": label, "point": point, "insee": "2A004"})
            } else {
                json!({"label": label})
            }
        })
}

fn amount() -> impl Strategy<Value = Value> {
    (0_i64..9_000_000, token(&UNIT))
        .prop_map(|(thousandths, unit)| json!({"value": thousandths as f64 / 1000.0, "unit": unit}))
}

fn moment() -> impl Strategy<Value = Value> {
    (0_i64..4_000_000_000)
        .prop_map(|seconds| Value::from(beffroi_records::Moment::utc(seconds * 1000).text))
}

fn incident() -> impl Strategy<Value = Value> {
    let words = proptest::collection::vec("[a-zé;,|= ]{1,12}[a-z]", 0..4);
    (line(), text(), token(&EVENT_TYPE), token(&SEVERITY), token(&INCIDENT_STATUS), token(&VERIFICATION), place(), moment(), words)
        .prop_map(|(title, description, event_type, severity, status, verification, place, occurred_at, tags)| {
            json!({
                "title": title, "description": description, "event_type": event_type, "severity": severity, "status": status,
                "verification": verification, "place": place, "occurred_at": occurred_at, "tags": tags,
            })
        })
}

fn need() -> impl Strategy<Value = Value> {
    let due = prop_oneof![
        moment(),
        token(&DELAY).prop_filter("a set time has its time", |delay| delay != "at_time"),
    ];
    (line(), token(&NEED_TYPE), token(&PRIORITY), amount(), 0_i64..100_000, due, token(&NEED_STATUS), line()).prop_map(
        |(title, need_type, priority, quantity, beneficiaries, due, status, org)| {
            json!({
                "title": title, "need_type": need_type, "priority": priority, "quantity": quantity,
                "beneficiaries": beneficiaries, "due": due, "status": status, "requester_org": org, "item": org,
            })
        },
    )
}

fn seeded(cases: u32, seed: u64) -> Config {
    Config {
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::with_cases(cases)
    }
}

proptest! {
    #![proptest_config(seeded(60, 0x1ce))]

    #[test]
    fn incidents_come_back_equal(values in proptest::collection::vec(incident(), 1..6)) {
        let records: Vec<Record> = values.iter().zip(1..).map(|(values, id)| record(Kind::Incident, id, values)).collect();
        for style in STYLES {
            there_and_back(&records, style);
        }
    }

    #[test]
    fn needs_come_back_equal(values in proptest::collection::vec(need(), 1..6)) {
        let records: Vec<Record> = values.iter().zip(1..).map(|(values, id)| record(Kind::Need, id, values)).collect();
        for style in STYLES {
            there_and_back(&records, style);
        }
    }
}

#[test]
fn resources_and_their_stock_come_back_equal() {
    let count = json!([{"id": "0190f5a2-0000-7000-8000-000000000001", "at": "2026-11-22T08:00:00+01:00", "by": "x", "count": "5.125", "covers": []}]);
    let records = [
        record(
            Kind::Resource,
            1,
            &json!({"name": "Couvertures", "resource_type": "blanket", "unit": "each", "movements": count, "owner_org": "CRF"}),
        ),
        record(
            Kind::Resource,
            2,
            &json!({"name": "-GE-2", "resource_type": "generator", "capacity": {"value": "60", "unit": "kva"}, "status": "maintenance"}),
        ),
    ];
    for style in STYLES {
        there_and_back(&records, style);
    }
}

#[test]
fn an_exercise_stays_among_exercises() {
    let incident = record(Kind::Incident, 1, &json!({"title": "Crue simulée"}));
    for style in STYLES {
        let (table, _) = csv(&[Exported::plain(&incident)], style, Selection::usual(true));
        let into = |exercise| {
            plan(
                table.as_bytes(),
                ImportOptions::new(destination(exercise), "s"),
            )
        };
        assert_eq!(into(false).unwrap_err(), FileRefused::ExerciseMismatch);
        assert_eq!(into(true).unwrap().records.len(), 1);
    }
    let (real, _) = csv(
        &[Exported::plain(&incident)],
        STYLES[0],
        Selection::usual(false),
    );
    assert_eq!(
        plan(real.as_bytes(), ImportOptions::new(destination(true), "s"))
            .unwrap()
            .records
            .len(),
        1
    );
}

#[test]
fn a_table_of_ours_says_its_kind_itself_and_keeps_added_columns_out() {
    let need = record(Kind::Need, 1, &json!({"title": "Eau"}));
    let (table, _) = csv(
        &[Exported::plain(&need)],
        STYLES[0],
        Selection::usual(false),
    );
    let added = table.replacen("conflicts\r\n", "conflicts,remarque\r\n", 1);
    let back = plan(
        added.as_bytes(),
        ImportOptions::new(destination(false), "s"),
    )
    .unwrap();
    assert_eq!(back.survey.kind, Kind::Need);
    assert_eq!(back.survey.left_out_columns, ["remarque"]);
    assert_eq!(back.records.len(), 1);
}
