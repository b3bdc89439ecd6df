//! Invented records: for each kind its fields in the order in which posts write them, and how a
//! value of each looks.

use automerge::ScalarValue;

use crate::draws::{CODES, Draws, ORGS, STREETS, TAGS, TITLES};

/// How a value looks.
pub(crate) enum Shape {
    Title,
    Text,
    OneOf(&'static [&'static str]),
    Id,
    Moment,
    Organisation,
    Quantity,
    Due,
    Place,
    Integer(u64),
    /// A member of a set, named after the slash.
    Member(&'static [&'static str]),
    CallSign,
}
use Shape::*;

/// What is put under one root key.
pub(crate) enum Write {
    Scalar(ScalarValue),
    Text(String),
}

/// A field: its name, of how many records in ten it is there, its shape.
type Field = (&'static str, u64, Shape);

/// A kind: its token, of how many records in a hundred, its fields.
type Kind = (&'static str, u64, &'static [Field]);

const KINDS: &[Kind] = &[
    ("incident", 34, INCIDENT),
    ("need", 30, NEED),
    ("resource", 16, RESOURCE),
    ("assignment", 8, ASSIGNMENT),
    ("site", 4, SITE),
    ("contact", 4, CONTACT),
    ("report", 2, REPORT),
    ("operation", 2, OPERATION),
];

const INCIDENT: &[Field] = &[
    ("title", 10, Title),
    ("description", 10, Text),
    ("event_type", 9, OneOf(EVENTS)),
    (
        "category",
        2,
        Member(&["met", "rescue", "infra", "transport", "safety"]),
    ),
    (
        "severity",
        8,
        OneOf(&["unknown", "minor", "moderate", "severe", "extreme"]),
    ),
    ("urgency", 7, OneOf(&["immediate", "expected", "unknown"])),
    (
        "verification",
        10,
        OneOf(&["unverified", "unverified", "verified", "checking"]),
    ),
    ("status", 10, OneOf(&["new", "new", "in_progress"])),
    ("occurred_at", 7, Moment),
    ("reported_at", 5, Moment),
    (
        "channel",
        8,
        OneOf(&["phone", "radio", "in_person", "field", "web"]),
    ),
];
const EVENTS: &[&str] = &[
    "flood",
    "road_blocked",
    "power_outage",
    "person_in_danger",
    "storm",
    "runoff",
    "wildfire",
    "welfare_check",
    "other",
];
const NEED: &[Field] = &[
    ("title", 10, Title),
    ("details", 10, Text),
    ("need_type", 10, OneOf(NEEDS)),
    ("item", 3, Title),
    ("quantity", 8, Quantity),
    (
        "priority",
        9,
        OneOf(&["vital", "urgent", "normal", "deferred"]),
    ),
    ("due", 6, Due),
    ("beneficiaries", 5, Integer(90)),
    ("incident", 4, Id),
    ("site", 2, Id),
    ("requester_org", 5, Organisation),
    (
        "constraints",
        2,
        Member(&["reduced_mobility", "oxygen", "animals", "difficult_access"]),
    ),
    ("status", 10, OneOf(&["open"])),
];
const NEEDS: &[&str] = &[
    "equipment",
    "personnel",
    "shelter",
    "food",
    "water",
    "energy",
    "transport",
    "evacuation",
    "check",
    "other",
];
const RESOURCE: &[Field] = &[
    ("name", 10, Title),
    ("resource_type", 10, OneOf(RESOURCES)),
    ("mode", 10, OneOf(&["unique", "lot"])),
    ("owner_org", 9, Organisation),
    ("status", 10, OneOf(&["available"])),
    ("unit", 5, OneOf(&["each", "litre", "person"])),
    ("capacity", 6, Quantity),
    ("home_site", 2, Id),
    ("conditions", 10, Text),
    (
        "basis",
        6,
        OneOf(&["own", "pooled", "agreement", "volunteer", "requisition"]),
    ),
];
const RESOURCES: &[&str] = &[
    "vehicle",
    "generator",
    "pump",
    "bedding",
    "blanket",
    "team",
    "drinking_water",
    "boat",
];
const ASSIGNMENT: &[Field] = &[
    ("need", 9, Id),
    ("resource", 6, Id),
    ("quantity", 6, Quantity),
    ("org", 10, Organisation),
    (
        "team",
        4,
        OneOf(&["équipe 1", "équipe 2", "VL 3", "binôme"]),
    ),
    ("state", 10, OneOf(&["proposed", "accepted", "en_route"])),
    ("difficulty", 5, OneOf(&["none"])),
    ("planned_start", 4, Moment),
    ("planned_end", 4, Moment),
    ("outcome", 10, Text),
    ("basis", 6, OneOf(&["own", "volunteer"])),
];
const SITE: &[Field] = &[
    ("name", 10, Title),
    (
        "site_type",
        10,
        OneOf(&["reception", "shelter", "command_post", "distribution"]),
    ),
    ("status", 10, OneOf(&["open", "closed", "preparing"])),
    ("reception_capacity", 7, Integer(300)),
    ("sleeping_capacity", 6, Integer(120)),
    (
        "amenities",
        6,
        Member(&["heating", "toilets", "showers", "kitchen"]),
    ),
    ("opening_instructions", 10, Text),
];
const CONTACT: &[Field] = &[
    ("org", 10, Organisation),
    (
        "function",
        10,
        OneOf(&["DOS", "RAC", "COS", "chef de cellule", "astreinte"]),
    ),
    (
        "cells",
        6,
        Member(&["logistics", "field", "population", "decision"]),
    ),
    ("call_sign", 4, CallSign),
    (
        "availability",
        5,
        OneOf(&["24 h", "jour", "nuit", "on call"]),
    ),
];
const REPORT: &[Field] = &[
    ("report_type", 10, OneOf(&["situation", "after_action"])),
    ("sequence", 10, Integer(40)),
    ("status", 10, OneOf(&["draft"])),
    ("situation", 10, Text),
    ("population", 10, Text),
    ("networks", 10, Text),
    ("resources", 10, Text),
    ("decisions", 10, Text),
    ("needs", 10, Text),
    ("outlook", 10, Text),
    ("communication", 10, Text),
];
const OPERATION: &[Field] = &[
    ("name", 10, Title),
    ("exercise", 10, OneOf(&["true", "false"])),
    ("phase", 10, OneOf(&["preparation", "active"])),
    ("hazards", 6, Member(EVENTS)),
    ("time_zone", 8, OneOf(&["Europe/Paris"])),
    ("director", 7, OneOf(&["mayor", "prefect"])),
    ("activated_at", 6, Moment),
    ("instructions", 10, Text),
];
/// What every record begins and ends with.
const TAIL: &[Field] = &[
    ("tags", 2, Member(TAGS)),
    ("place", 7, Place),
    (
        "scope",
        1,
        OneOf(&["partners", "org", "public", "restricted"]),
    ),
];

/// Keys and what is put under them, in order.
pub(crate) type Writes = Vec<(String, Write)>;

/// A record's first change.
pub(crate) fn record(d: &mut Draws) -> Writes {
    let mut chance = d.number(100);
    let (token, _, fields) = KINDS
        .iter()
        .find(|(_, share, _)| {
            let here = chance < *share;
            chance = chance.saturating_sub(*share);
            here
        })
        .expect("the shares make a hundred");
    let mut writes = head(d, token);
    for (name, often, shape) in fields.iter().chain(TAIL) {
        if d.number(10) < *often {
            writes.push(write(d, name, shape));
        }
    }
    writes
}

fn head(d: &mut Draws, token: &str) -> Writes {
    let mut writes = vec![
        ("v".to_owned(), Write::Scalar(ScalarValue::Int(1))),
        ("kind".to_owned(), text(token.to_owned())),
    ];
    let imported = d.number(6) == 0;
    if !imported {
        writes.push(("number".to_owned(), text(d.number_said())));
    }
    writes.push(("operation".to_owned(), text(d.uuid())));
    let (at, by) = (d.time(), d.of(&["op-1", "op", "AB", "JM", "chef de salle"]));
    let (org, post) = (d.of(ORGS), d.of(CODES));
    let (created, source) = if imported {
        let source = format!(
            r#"{{"file_hash":"{}","format":"{}","id":"{}","name":"{}","type":"import"}}"#,
            d.hex(32),
            d.of(&["csv", "geojson", "ushahidi", "edxl", "cap"]),
            d.number(9_000),
            d.of(&[
                "besoins.csv",
                "moyens.csv",
                "signalements.csv",
                "export.geojson"
            ])
        );
        (format!(r#"{{"at":"{at}","by":"import"}}"#), source)
    } else {
        let created = match d.number(3) {
            0 => format!(r#"{{"at":"{at}","by":"{by}","post":"{post}"}}"#),
            _ => format!(r#"{{"at":"{at}","by":"{by}","org":"{org}","post":"{post}"}}"#),
        };
        (created, r#"{"type":"manual"}"#.to_owned())
    };
    writes.push(("created".to_owned(), text(created)));
    writes.push(("source".to_owned(), text(source)));
    writes
}

fn text(value: String) -> Write {
    Write::Scalar(value.into())
}

fn write(d: &mut Draws, name: &str, shape: &Shape) -> (String, Write) {
    let value = match shape {
        Title => text(format!("{} {} {}", d.of(TITLES), d.of(STREETS), d.name())),
        Text => {
            let words = d.number(9);
            Write::Text(d.sentence(words))
        }
        OneOf(tokens) => text(d.of(tokens).to_owned()),
        Id => text(d.uuid()),
        Moment => text(d.time()),
        Organisation => text(d.of(ORGS).to_owned()),
        Quantity => text(quantity(d)),
        Due => {
            let delay = d.of(&[
                "immediate",
                "asap",
                "within_2_h",
                "within_4_h",
                "within_24_h",
            ]);
            text(format!(r#"{{"delay":"{delay}"}}"#))
        }
        Place => text(place(d)),
        Integer(below) => {
            let value = i64::try_from(d.number(*below)).expect("small");
            Write::Scalar(ScalarValue::Int(value))
        }
        Member(members) => {
            let mut fresh = [0; 12];
            d.0.fill(&mut fresh);
            let key = format!("{name}/{}", d.of(members));
            return (key, Write::Scalar(ScalarValue::Bytes(fresh.to_vec())));
        }
        CallSign => text(format!("F{}PCT", d.number(9))),
    };
    (name.to_owned(), value)
}

fn quantity(d: &mut Draws) -> String {
    let unit = d.of(&[
        "each",
        "person",
        "litre",
        "box",
        "kva",
        "ration",
        "cubic_metre",
    ]);
    format!(r#"{{"unit":"{unit}","value":"{}"}}"#, 1 + d.number(200))
}

fn place(d: &mut Draws) -> String {
    let (lon, lat) = (d.number(900_000), d.number(900_000));
    let (street, named, town) = (d.of(STREETS), d.name(), d.name());
    let label = format!("{} {street} {named}, {town}", d.number(90));
    let insee = d.number(95_000);
    let precision = d.of(&["unknown", "address", "street", "exact", "city"]);
    let point = format!(
        "[{}.{:05},{}.{:05}]",
        lon / 100_000,
        lon % 100_000,
        42 + lat / 100_000,
        lat % 100_000
    );
    match d.number(4) {
        0 => format!(r#"{{"label":"{label}","precision":"{precision}"}}"#),
        1 => format!(r#"{{"label":"{label}","point":{point},"precision":"{precision}"}}"#),
        2 => format!(r#"{{"insee":"{insee:05}","label":"{label}","precision":"{precision}"}}"#),
        _ => format!(
            r#"{{"insee":"{insee:05}","label":"{label}","point":{point},"precision":"{precision}"}}"#
        ),
    }
}

/// A later change of a field or two.
pub(crate) fn edit(d: &mut Draws) -> Writes {
    const STATES: &[&str] = &["accepted", "en_route", "on_scene", "completed", "cancelled"];
    const STATUSES: &[&str] = &["in_progress", "closed", "paused", "open", "full", "in_use"];
    let of: &[Field] = match d.number(9) {
        0 | 1 => &[("status", 10, OneOf(STATUSES))],
        2 => &[(
            "verification",
            10,
            OneOf(&["verified", "refuted", "checking"]),
        )],
        3 => &[("quantity", 10, Quantity)],
        4 => &[("state", 10, OneOf(STATES))],
        5 => &[("tags", 10, Member(TAGS))],
        6 => &[
            ("priority", 10, OneOf(&["urgent", "normal", "vital"])),
            ("place", 9, Place),
        ],
        7 => return vec![observation(d)],
        _ => return vec![movement(d)],
    };
    let there = of.iter();
    there
        .map(|(name, _, shape)| write(d, name, shape))
        .collect()
}

fn observation(d: &mut Draws) -> (String, Write) {
    let (key, at) = (format!("observations/{}", d.uuid()), d.time());
    let value = format!(
        r#"{{"at":"{at}","by":"op","involved":{},"note":"{}","source":"{}"}}"#,
        d.number(40),
        d.sentence(3),
        d.of(ORGS)
    );
    (key, text(value))
}

fn movement(d: &mut Draws) -> (String, Write) {
    let (key, at) = (format!("movements/{}", d.uuid()), d.time());
    let value = format!(
        r#"{{"assignment":"{}","at":"{at}","by":"op","delta":"-{}","reason":"{}","site":"{}"}}"#,
        d.uuid(),
        d.number(90),
        d.of(&["issued", "received", "consumed", "transfer"]),
        d.uuid()
    );
    (key, text(value))
}

/// A line of the log: an immutable record.
pub(crate) fn log_line(d: &mut Draws) -> Vec<u8> {
    const NATURES: &[&str] = &["information", "message", "request", "action", "decision"];
    let (recorded, observed, number) = (d.time(), d.time(), d.number_said());
    let nature = d.of(NATURES);
    let words = 2 + d.number(8);
    let text = d.sentence(words);
    format!(
        r#"{{"channel":"{}","direction":"{}","from":"{}","links":["{}"],"nature":"{nature}","number":"{number}","observed_at":"{observed}","operation":"{}","recorded_at":"{recorded}","scope":"org","source":{{"type":"manual"}},"text":"{text}","to":"{}"}}"#,
        d.of(&["phone", "radio", "in_person", "field"]),
        d.of(&["in", "out"]),
        d.of(ORGS),
        d.uuid(),
        d.uuid(),
        d.of(ORGS),
    )
    .into_bytes()
}
