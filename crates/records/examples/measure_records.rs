//! What creating and reading cost: `cargo run --release -p beffroi-records --example measure_records`.
#![expect(
    clippy::disallowed_methods,
    reason = "this program measures: it needs a clock"
)]
#![expect(clippy::print_stdout, reason = "its results go to the terminal")]

use std::hint::black_box;
use std::time::Instant;

use beffroi_records::{
    Change, Created, Edit, Filter, Kind, Number, Origin, Part, Query, Refused, Row, Sort, Values,
    Writing, create, document, edit, read, read_first_change,
};
use serde_json::json;
use uuid::Uuid;

const RECORDS: u128 = 10_000;

fn values(number: u128) -> Values {
    let text = "Rez-de-chaussée sous 40 cm d'eau, l'électricité est coupée, trois personnes âgées à l'étage. "
        .repeat(2);
    let given = json!({
        "title": format!("Cave inondée numéro {number}"), "description": text, "event_type": "flood",
        "severity": "severe", "urgency": "immediate", "channel": "phone", "tags": ["cave", "quai"],
        "occurred_at": "2026-11-22T17:30:00+01:00",
        "place": {"label": "12 rue des Écoles", "insee": "34120", "point": [3.21234, 43.51234]},
    });
    let object = given.as_object().cloned().unwrap_or_default();
    object.into_iter().collect()
}

fn main() -> Result<(), Refused> {
    let given: Vec<Values> = (0..RECORDS).map(values).collect();
    let writing = |number: u128| Writing {
        time_ms: 1_795_365_604_000 + number as u64,
        operation: Some(Uuid::from_u128(1)),
        number: Number::parse(&format!("MAI-{}", number + 1)),
        created: Created {
            at: "2026-11-22T17:40:04+01:00".to_owned(),
            by: "op-1".to_owned(),
            org: String::new(),
            post: "MAI".to_owned(),
        },
        ..Writing::default()
    };
    let raws = timed("create", || {
        let made = given.iter().zip(0_u128..).map(|(given, number)| {
            let id = Uuid::from_u128(number);
            create(Kind::Incident, Part::Shared, id, given, &writing(number))
        });
        made.collect::<Result<Vec<_>, _>>()
    })?;
    let bytes: usize = raws.iter().map(Vec::len).sum();
    println!(
        "{:>8} bytes   a creation, text of 188 characters",
        bytes / raws.len()
    );
    let changes: Vec<Change> = timed("decode the change", || {
        raws.iter()
            .filter_map(|raw| Change::try_from(raw.as_slice()).ok())
            .collect()
    });
    let origin = Origin::default();
    let hashes: Vec<_> = changes.iter().map(Change::hash).collect();
    timed("read the first change", || {
        for (raw, hash) in raws.iter().zip(&hashes) {
            black_box(read_first_change(
                raw,
                *hash,
                Kind::Incident,
                Uuid::nil(),
                origin,
            ));
        }
    });
    let rows: Vec<Row> = timed("read the first change, make a row", || {
        let read = |(raw, hash): (&Vec<u8>, &_)| {
            read_first_change(raw, *hash, Kind::Incident, Uuid::nil(), origin)
        };
        let records = raws.iter().zip(&hashes).filter_map(read);
        records.map(|record| Row::new(&record)).collect()
    });
    let filter = Filter {
        query: Some(Query::new("cave 9999")),
        ..Filter::default()
    };
    let found = timed("search a row", || {
        rows.iter().filter(|row| filter.matches(row)).count()
    });
    let mut sorted: Vec<&Row> = rows.iter().collect();
    timed("sort a row, most urgent first", || {
        Sort::Urgent.sort(&mut sorted)
    });
    black_box((found, sorted));
    println!("{:>8} bytes   a row, its texts apart", size_of::<Row>());
    let documents = timed("build the document", || {
        let built = raws.iter().map(|raw| document([raw.as_slice()]));
        built.collect::<Result<Vec<_>, _>>()
    })?;
    timed("read the document", || {
        for document in &documents {
            black_box(read(document, Kind::Incident, Uuid::nil(), &|_| {
                Some(origin)
            }));
        }
    });
    let few = &documents[..1_000];
    let started = Instant::now();
    let mut edit_wanted = Edit::default();
    edit_wanted
        .set
        .insert("severity".to_owned(), json!("minor"));
    for live in few {
        // Unstamped documents are refused at the end, after the work that is measured here.
        let heads = live.get_heads();
        let made = edit(live, Kind::Incident, Part::Shared, &heads, &edit_wanted, 0);
        black_box(made.is_ok());
    }
    report("edit one field", started, few.len());
    Ok(())
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = work();
    report(what, started, RECORDS as usize);
    done
}

fn report(what: &str, started: Instant, count: usize) {
    let each = started.elapsed().as_secs_f64() * 1e6 / count as f64;
    println!("{each:>8.1} µs      {what}");
}
