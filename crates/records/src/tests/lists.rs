//! Rows, filters and orders.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Post, START_MS, apart, set, values, writing};
use crate::{
    Filter, Kind, Number, Origin, Part, Query, Row, Sort, Source, create, may_be_duplicates,
    principal, read_first_change, verbs,
};

/// A row of a record with these values, created so many minutes after the start.
fn row(kind: Kind, id: u128, minute: u64, number: &str, given: Value) -> Row {
    let mut writing = writing(START_MS + minute * 60_000);
    writing.number = Number::parse(number);
    let mut given = values(given);
    given
        .entry(kind.title_field().to_owned())
        .or_insert(json!("Titre"));
    let raw = create(kind, Part::Shared, Uuid::from_u128(id), &given, &writing).unwrap();
    let origin = Origin {
        author: [id as u8; 32],
        at_ms: writing.time_ms,
    };
    let change = crate::Change::try_from(raw.as_slice()).unwrap();
    Row::new(&read_first_change(&raw, change.hash(), kind, Uuid::from_u128(id), origin).unwrap())
}

fn shown(filter: &Filter, rows: &[Row]) -> Vec<u128> {
    rows.iter()
        .filter(|row| filter.matches(row))
        .map(|row| row.id.as_u128())
        .collect()
}

#[test]
fn a_row_holds_what_lists_need_and_is_small() {
    let row = row(
        Kind::Incident,
        9,
        0,
        "MAI-014",
        json!({
            "title": "Cave inondée, 3 personnes", "severity": "severe", "event_type": "flood", "tags": ["quai"],
            "place": {"label": "12 rue des Écoles", "point": [3.21234, -43.5]}, "occurred_at": "2026-11-22T17:00:00Z",
        }),
    );
    assert_eq!(
        (&*row.reference, &*row.title, &*row.place),
        ("MAI-014", "Cave inondée, 3 personnes", "12 rue des Écoles")
    );
    assert_eq!(
        (
            row.status(),
            row.record_type(),
            row.rank(),
            row.verification()
        ),
        ("new", "flood", "severe", "unverified")
    );
    assert_eq!(row.point(), Some((3.21234, -43.5)));
    assert_eq!(row.at_ms(), Some(1_795_366_800_000));
    assert_eq!(row.operation, writing(0).operation);
    assert!(row.is_by(&[9; 32]) && !row.is_by(&[8; 32]));
    let heap = row.title.len() + row.place.len() + row.reference.len() + 8 + 16 + 4;
    let bytes = size_of::<Row>() + heap;
    assert!(bytes < 400, "{bytes} bytes");
}

#[test]
fn a_row_counts_conflicts_and_uses_the_cautious_value() {
    let (alice, _) = apart(
        Kind::Need,
        json!({}),
        "priority",
        json!("vital"),
        json!("normal"),
    );
    let row = Row::new(&alice.read());
    assert_eq!((row.conflicts, row.rank()), (1, "vital"));
    let conflicts = Filter {
        conflict: true,
        ..Filter::default()
    };
    assert!(conflicts.matches(&row));
}

#[test]
fn an_imported_record_is_called_by_its_source_until_it_has_a_number() {
    let mut writing = writing(START_MS);
    writing.source = Source::Import {
        format: "ushahidi".to_owned(),
        name: "haiti".to_owned(),
        id: "4052".to_owned(),
        file_hash: String::new(),
    };
    let raw = create(
        Kind::Incident,
        Part::Shared,
        super::record_id(),
        &values(json!({"title": "x"})),
        &writing,
    )
    .unwrap();
    let mut post = Post::new(1, Kind::Incident);
    post.take(&raw);
    let row = Row::new(&post.read());
    assert_eq!(
        (&*row.reference, row.other_references.len()),
        ("USH:4052", 0)
    );
    post.set(1, "number", json!("MAI-003"));
    let row = Row::new(&post.read());
    assert_eq!(
        row.references().collect::<Vec<_>>(),
        ["MAI-003", "USH:4052"]
    );
    assert!(Query::new("ush:4052").matches(&row) && Query::new("mai-3").matches(&row));
}

#[test]
fn filters_say_which_rows_are_shown() {
    let near = json!({"point": [3.21, 43.51]});
    let rows = [
        row(
            Kind::Incident,
            1,
            0,
            "MAI-001",
            json!({"title": "Cave inondée", "place": near, "tags": ["pompe"]}),
        ),
        row(
            Kind::Incident,
            2,
            60,
            "MAI-002",
            json!({"title": "Route coupée", "status": "closed"}),
        ),
        row(
            Kind::Need,
            3,
            90,
            "CRF-001",
            json!({"title": "50 couvertures", "place": {"label": "Gymnase Écoles"}}),
        ),
    ];
    let all = Filter::default();
    assert_eq!(shown(&all, &rows), [1, 2, 3]);
    assert_eq!(
        shown(
            &Filter {
                kinds: vec![Kind::Need],
                ..all.clone()
            },
            &rows
        ),
        [3]
    );
    assert_eq!(
        shown(
            &Filter {
                statuses: vec!["closed".into(), "open".into()],
                ..all.clone()
            },
            &rows
        ),
        [2, 3]
    );
    assert_eq!(
        shown(
            &Filter {
                since_ms: Some(START_MS + 3_600_000),
                ..all.clone()
            },
            &rows
        ),
        [2, 3]
    );
    assert_eq!(
        shown(
            &Filter {
                near: Some(((3.2, 43.5), 2.0)),
                ..all.clone()
            },
            &rows
        ),
        [1]
    );
    assert_eq!(
        shown(
            &Filter {
                near: Some(((3.2, 43.5), 0.5)),
                ..all.clone()
            },
            &rows
        ),
        Vec::<u128>::new()
    );
    assert_eq!(
        shown(
            &Filter {
                mine: Some([2; 32]),
                ..all.clone()
            },
            &rows
        ),
        [2]
    );
    assert_eq!(
        shown(
            &Filter {
                conflict: true,
                ..all.clone()
            },
            &rows
        ),
        Vec::<u128>::new()
    );
    assert_eq!(
        shown(
            &Filter {
                operation: Some(Uuid::from_u128(7)),
                ..all.clone()
            },
            &rows
        ),
        Vec::<u128>::new()
    );
    assert_eq!(
        shown(
            &Filter {
                operation: writing(0).operation,
                ..all.clone()
            },
            &rows
        ),
        [1, 2, 3]
    );
    for (text, found) in [
        ("INONDEE", vec![1]),
        ("ecoles gymnase", vec![3]),
        ("pompe", vec![1]),
        ("mai-2", vec![2]),
        ("mai", vec![1, 2]),
        ("", vec![1, 2, 3]),
        ("cave route", vec![]),
    ] {
        assert_eq!(
            shown(
                &Filter {
                    query: Some(Query::new(text)),
                    ..all.clone()
                },
                &rows
            ),
            found,
            "{text}"
        );
    }
}

#[test]
fn archived_rows_are_shown_when_asked_for() {
    let mut alice = Post::with(1, Kind::Incident, json!({}));
    alice.edit(
        1,
        &verbs::archive(Kind::Incident, "fini", "2026-11-22T18:00:00Z", "").unwrap(),
    );
    let row = Row::new(&alice.read());
    assert!(!Filter::default().matches(&row));
    assert!(
        Filter {
            archived: true,
            ..Filter::default()
        }
        .matches(&row)
    );
}

fn ordered(sort: Sort, rows: &[Row]) -> Vec<u128> {
    let ids = |rows: &[&Row]| rows.iter().map(|row| row.id.as_u128()).collect::<Vec<_>>();
    let mut all: Vec<&Row> = rows.iter().collect();
    sort.sort(&mut all);
    for count in 0..=rows.len() + 1 {
        let mut first: Vec<&Row> = rows.iter().rev().collect();
        sort.sort_first(&mut first, count);
        let count = count.min(rows.len());
        assert_eq!(
            ids(&first[..count]),
            ids(&all[..count]),
            "the first {count}"
        );
    }
    ids(&all)
}

#[test]
fn the_most_urgent_come_first() {
    let rows = [
        row(Kind::Incident, 1, 0, "", json!({"severity": "minor"})),
        row(
            Kind::Incident,
            2,
            0,
            "",
            json!({"severity": "extreme", "status": "closed"}),
        ),
        row(
            Kind::Incident,
            3,
            0,
            "",
            json!({"severity": "extreme", "status": "in_progress"}),
        ),
        row(Kind::Incident, 4, 0, "", json!({"severity": "extreme"})),
        row(Kind::Incident, 5, 0, "", json!({})),
        row(
            Kind::Need,
            6,
            0,
            "",
            json!({"priority": "vital", "due": "within_1_h"}),
        ),
        row(
            Kind::Need,
            7,
            9,
            "",
            json!({"priority": "vital", "due": "immediate"}),
        ),
        row(Kind::Need, 8, 0, "", json!({"priority": "deferred"})),
    ];
    assert_eq!(ordered(Sort::Urgent, &rows), [7, 6, 4, 3, 5, 1, 8, 2]);
}

#[test]
fn lists_have_other_orders() {
    let rows = [
        row(Kind::Incident, 1, 5, "MAI-010", json!({"title": "école"})),
        row(
            Kind::Incident,
            2,
            9,
            "CRF-100",
            json!({"title": "Zone", "place": {"point": [3.0, 43.0]}}),
        ),
        row(
            Kind::Incident,
            3,
            1,
            "",
            json!({"title": "Eau", "place": {"point": [3.5, 43.0]}}),
        ),
        row(Kind::Incident, 4, 5, "MAI-009", json!({"title": "Abri"})),
    ];
    assert_eq!(ordered(Sort::Newest, &rows), [2, 1, 4, 3]);
    assert_eq!(ordered(Sort::Oldest, &rows), [3, 1, 4, 2]);
    assert_eq!(ordered(Sort::Updated, &rows), [2, 1, 4, 3]);
    assert_eq!(ordered(Sort::Number, &rows), [2, 4, 1, 3]);
    assert_eq!(ordered(Sort::Title, &rows), [4, 3, 1, 2]);
    assert_eq!(ordered(Sort::Nearest(3.4, 43.0), &rows), [3, 2, 1, 4]);
}

#[test]
fn a_need_is_due_by_its_claim_and_its_delay() {
    let mut need = Post::with(1, Kind::Need, json!({}));
    need.edit(10, &set("due", json!("within_30_min")));
    assert_eq!(
        Row::new(&need.read()).at_ms(),
        Some((START_MS + 40 * 60_000) as i64)
    );
    need.edit(11, &set("due", json!("2026-11-22T19:00:00Z")));
    assert_eq!(Row::new(&need.read()).at_ms(), Some(1_795_374_000_000));
}

#[test]
fn two_reports_of_one_event_are_proposed_as_duplicates() {
    let report = |id: u128, minute: u64, longitude: f64, event: &str| {
        let given = json!({"event_type": event, "place": {"point": [longitude, 43.5]}});
        row(Kind::Incident, id, minute, "", given)
    };
    let first = report(1, 0, 3.2, "flood");
    // At this latitude a thousandth of a degree is 81 m.
    assert!(may_be_duplicates(&first, &report(2, 119, 3.203, "flood")));
    assert!(!may_be_duplicates(&first, &report(2, 121, 3.2, "flood")));
    assert!(!may_be_duplicates(&first, &report(2, 0, 3.204, "flood")));
    assert!(!may_be_duplicates(&first, &report(2, 0, 3.2, "runoff")));
    assert!(!may_be_duplicates(&first, &first));
    let answered = json!({
        "event_type": "flood", "place": {"point": [3.2, 43.5]}, "duplicate_of": Uuid::from_u128(1).to_string(),
    });
    let answered = row(Kind::Incident, 3, 0, "", answered);
    assert_eq!(answered.duplicate_of(), Some(Uuid::from_u128(1)));
    assert!(!may_be_duplicates(&first, &answered) && !may_be_duplicates(&answered, &first));
}

#[test]
fn duplicates_are_grouped_and_a_circle_is_broken_at_the_oldest() {
    let targets = [(2, 1), (3, 2), (5, 6), (6, 7), (7, 5), (9, 7), (8, 8)];
    let duplicate_of = |id: Uuid| {
        let found = targets
            .iter()
            .find(|(from, _)| Uuid::from_u128(*from) == id);
        found.map(|(_, to)| Uuid::from_u128(*to))
    };
    let groups: Vec<u128> = (1..10)
        .map(|id| principal(Uuid::from_u128(id), duplicate_of).as_u128())
        .collect();
    assert_eq!(groups, [1, 1, 1, 4, 5, 5, 5, 8, 5]);
}
