//! A table that a person imports: planned, and each record of the plan made.

use beffroi_formats::{Area, Destination, ImportOptions, parse_pair, plan};
use beffroi_records::{Created, Part, Writing, create};
use uuid::Uuid;

use super::{mode, seed};
use crate::{Outcome, Seed, Target};

/// The target.
pub const TARGET: Target = Target {
    name: "table",
    run,
    seeds,
    words: &[
        b"\"",
        b"\"\"",
        b";",
        b"\t",
        b"|",
        b"\r\n",
        b"\n\n",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"=cmd|' /C calc'!A0",
        b"13/01/2010 16:53",
        b"2010-01-12T16:53:00-05:00",
        b"99999999999999999999",
        b"-91.0",
        b"1e308",
        b"18.5,-72.3",
        "é".as_bytes(),
        b"\xc3",
        b"#adm1+name",
        b"INCIDENT TITLE",
        b"APPROVED",
        b"YES",
        "\u{202e}".as_bytes(),
    ],
    bytes_max: 64 << 10,
    memory_max: 32 << 20,
};

const MAP: &[&str] = &[
    "Titre=title",
    "Texte=description",
    "Quand=occurred_at",
    "Lieu=place.label",
    "Lat=place.lat",
    "Lon=place.lon",
];

/// Plans an import.
///
/// # Panics
/// When a record of the plan cannot be made.
pub fn run(data: &[u8]) -> Outcome {
    let Some((mode, file)) = mode(data) else {
        return Outcome::Refused;
    };
    let destination = Destination {
        operation: Uuid::from_u128(0x42),
        exercise: mode & 0x10 != 0,
        time_zone: if mode & 0x20 == 0 {
            "Europe/Paris"
        } else {
            "America/Port-au-Prince"
        }
        .into(),
        started_at: "2010-01-12T16:53:00-05:00".into(),
        area: None::<Area>,
    };
    let mut options = ImportOptions::new(destination, "essai");
    if mode & 1 != 0 {
        let pairs = if mode & 0x80 == 0 { MAP } else { &MAP[..1] };
        options.map = pairs.iter().filter_map(|pair| parse_pair(pair)).collect();
    }
    options.needs = mode & 2 != 0;
    options.private = mode & 4 != 0;
    options.strict = mode & 8 != 0;
    if mode & 0x40 != 0 {
        options.encoding = Some("windows-1252".into());
    }
    let Ok(plan) = plan(file, options) else {
        return Outcome::Refused;
    };
    for record in &plan.records {
        let writing = Writing {
            time_ms: 1,
            operation: Some(Uuid::from_u128(0x42)),
            number: None,
            created: Created {
                at: "2010-01-12T16:53:00-05:00".into(),
                by: "import".into(),
                ..Created::default()
            },
            source: record.source.clone(),
        };
        for (part, values) in [
            (Part::Shared, &record.fields),
            (Part::Private, &record.private),
        ] {
            if part == Part::Shared || !values.is_empty() {
                let made = create(record.kind, part, record.id, values, &writing);
                assert!(
                    made.is_ok(),
                    "line {}: {:?} of {values:?}",
                    record.line,
                    made.err()
                );
            }
        }
    }
    plan.rejected_file();
    Outcome::taken(!plan.records.is_empty())
}

fn seeds() -> Vec<Seed> {
    let header = "Titre;Texte;Quand;Lieu;Lat;Lon\n";
    let ushahidi = "#,INCIDENT TITLE,INCIDENT DATE,LOCATION,DESCRIPTION,CATEGORY,LATITUDE,LONGITUDE,APPROVED,VERIFIED\n";
    let table = |rows: &str| format!("{header}{rows}");
    let wide = ["x"; 600].join(";");
    vec![
        seed(
            "honest-mapped",
            1,
            table(
                "Cave inondée;Eau à 40 cm;22/11/2026 17h40;12 rue des Écoles;43,61;3,87\nRoute coupée;;23/11/2026;RD 986;;\n",
            ),
        ),
        seed(
            "honest-mapped-in-another-encoding",
            0xc1,
            b"Titre;Texte;Quand\nCave inond\xe9e;\xe0 40 cm;22/11/2026\n",
        ),
        seed(
            "honest-comma-and-quotes",
            0x81,
            "Titre,Texte,Quand\r\n\"a, b\",\"dit \"\"oui\"\"\nsur deux lignes\",13/01/2010\r\n",
        ),
        seed(
            "honest-utf-16",
            0x81,
            [
                &[0xff, 0xfe][..],
                &"Titre;Texte\nCave;eau\n"
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect::<Vec<_>>(),
            ]
            .concat(),
        ),
        seed(
            "honest-ushahidi",
            2,
            format!(
                "{ushahidi}4052,Need water,2010-01-13 14:05:00,\"Rue X, PaP\",Please help,\"2a. Food, 2b. Water,\",18.53,-72.33,YES,NO\n"
            ),
        ),
        seed(
            "honest-formula-cells",
            1,
            table("=cmd|' /C calc'!A0;+33 6;;-x;;\n"),
        ),
        seed(
            "attack-a-quote-never-closed",
            1,
            table("\"ouvert;x;y\nb;c;d\n"),
        ),
        seed("attack-six-hundred-columns", 1, format!("{wide}\n{wide}\n")),
        seed("attack-nothing-but-quotes", 1, "\"".repeat(4_000)),
        seed("attack-only-a-header", 1, header),
        seed("attack-a-picture", 1, b"\x89PNG\r\n\x1a\n\0\0"),
        seed("attack-json", 1, b"{\"type\":\"FeatureCollection\"}"),
        seed(
            "attack-wild-numbers",
            1,
            table("a;b;99/99/9999;c;1e308;-9e999\nd;e;0/0/0;f;NaN;inf\n"),
        ),
        seed(
            "honest-rows-of-any-width",
            1,
            table("a\nb;c;d;e;f;g;h;i;j\n;;;;;\n"),
        ),
    ]
}
