//! Makes a packing dictionary from invented records: `cargo run -p beffroi-trust --features train
//! --example dictionary -- FILE`. Dictionary 1 was made by it and is never made again: sealed
//! leaves need its very bytes. A better one would be dictionary 2, with payload tags of its own.
//!
//! The samples are Automerge changes and log lines as posts write them: flat keys, composite values
//! as canonical JSON. Every name, place and number in them is invented.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, ObjType, ROOT, ScalarValue};

const DICTIONARY_BYTES: usize = 4 << 10;
const SAMPLES: u64 = 6_000;

/// Draws from a fixed seed, so that the samples are the same on every run.
struct Draws(blake3::OutputReader);

impl Draws {
    fn number(&mut self, below: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % below
    }
    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[usize::try_from(self.number(words.len() as u64)).expect("small")]
    }
    fn sentence(&mut self, count: u64) -> String {
        let words = (0..count).map(|_| match self.number(3) {
            0 => self.name().to_lowercase(),
            _ => self.of(WORDS).to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    }
    fn hex(&mut self, bytes: usize) -> String {
        (0..bytes)
            .map(|_| format!("{:02x}", self.number(256)))
            .collect()
    }
    fn uuid(&mut self) -> String {
        format!(
            "019{}-{}-7{}-{}{}-{}",
            &self.hex(3)[..5],
            self.hex(2),
            &self.hex(2)[..3],
            self.of(&["8", "9", "a", "b"]),
            &self.hex(2)[..3],
            self.hex(6)
        )
    }
    fn time(&mut self) -> String {
        format!(
            "20{}-{:02}-{:02}T{:02}:{:02}:{:02}{}",
            26 + self.number(4),
            1 + self.number(12),
            1 + self.number(28),
            self.number(24),
            self.number(60),
            self.number(60),
            self.of(&["+01:00", "+02:00", "Z", "+01:00"]),
        )
    }
    fn name(&mut self) -> String {
        let count = 2 + self.number(3);
        let name: String = (0..count).map(|_| self.of(SYLLABLES)).collect();
        let mut letters = name.chars();
        let first = letters.next().expect("syllables have letters");
        first.to_uppercase().chain(letters).collect()
    }
    fn number_said(&mut self) -> String {
        format!("{}-{:03}", self.of(CODES), self.number(400))
    }
}

const CODES: &[&str] = &["MAI", "CRF", "PCC", "SDI", "POL", "RAD", "ECO", "GYM"];
const ORGS: &[&str] = &[
    "Mairie",
    "Commune de ",
    "Croix-Rouge",
    "Protection civile",
    "Réserve communale",
    "Pompiers",
    "Services techniques",
    "Gendarmerie",
    "Communauté de communes",
    "Radioamateurs",
    "Red Cross",
    "Town hall",
    "Civil protection",
];
/// Parts of invented place names: different in nearly every sample, so that the dictionary learns
/// what surrounds a name and not the name.
const SYLLABLES: &[&str] = &[
    "va", "bru", "mon", "tre", "ro", "che", "fau", "pon", "ta", "mi", "les", "cour", "bel", "ni",
    "ga", "sau", "vi", "er", "lo", "den", "mar", "cy", "du", "au", "ley", "ba", "zé", "or", "ques",
    "né", "gri", "tou", "pla", "fi", "hau", "jo", "ri", "ve", "lan", "sy", "bo", "cla",
];
const STREETS: &[&str] = &[
    "rue de la",
    "rue des",
    "rue du",
    "place de l'",
    "avenue de la",
    "chemin du",
    "route de Saint-",
    "quai de l'",
    "impasse des",
    "boulevard",
    "salle des fêtes",
    "gymnase",
    "école primaire",
];
const TITLES: &[&str] = &[
    "inondation",
    "cave inondée",
    "route coupée",
    "arbre tombé sur la chaussée",
    "coupure d'électricité",
    "personne à évacuer",
    "personne isolée",
    "couvertures",
    "groupe électrogène",
    "lits de camp",
    "eau potable",
    "repas chauds",
    "pompe",
    "bénévoles",
    "sacs de sable",
    "flooded cellar",
    "road blocked",
    "power outage",
    "blankets",
    "drinking water",
    "généraliste de garde",
    "transport de personnes",
];
const WORDS: &[&str] = &[
    "l'eau monte",
    "depuis",
    "ce matin",
    "dans la",
    "il faut",
    "personnes",
    "sans électricité",
    "est coupée",
    "demande",
    "couvertures",
    "pour la nuit",
    "au gymnase",
    "équipe",
    "en attente",
    "de",
    "par téléphone",
    "par radio",
    "accès difficile",
    "avec",
    "et",
    "de la",
    "des",
    "du",
    "pour",
    "est",
    "sur place",
    "vers",
    "le secteur",
    "aux habitants",
    "à",
    "la",
    "les",
    "un",
    "une",
    "en cours",
    "au niveau",
    "besoin",
    "the water",
    "we need",
    "people",
    "and",
    "the",
    "of",
    "for",
];
const TAGS: &[&str] = &["urgent", "nuit", "quai", "école", "sector-2", "à rappeler"];

/// Keys and values in the order they are written: the common fields first, as a table has them.
type Values = Vec<(String, ScalarValue)>;

fn pairs<const N: usize>(pairs: [(&str, String); N]) -> Values {
    pairs
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.into()))
        .collect()
}

fn integer(key: &str, value: u64) -> (String, ScalarValue) {
    (
        key.to_owned(),
        ScalarValue::Int(i64::try_from(value).expect("small")),
    )
}

/// A set's member: its value only has to be fresh.
fn member(d: &mut Draws, key: &str) -> (String, ScalarValue) {
    let mut fresh = [0; 10];
    d.0.fill(&mut fresh);
    (key.to_owned(), ScalarValue::Bytes(fresh.to_vec()))
}

fn place(d: &mut Draws) -> String {
    let (lon, lat) = (d.number(900_000), d.number(900_000));
    let (street, named, town) = (d.of(STREETS), d.name(), d.name());
    let label = format!("{} {street} {named}, {town}", d.number(90));
    let precision = d.of(&["address", "street", "exact", "city"]);
    match d.number(3) {
        0 => format!(r#"{{"label":"{label}","precision":"{precision}"}}"#),
        _ => format!(
            r#"{{"insee":"{:05}","label":"{label}","point":[{}.{:05},{}.{:05}],"precision":"{precision}"}}"#,
            d.number(95_000),
            lon / 100_000,
            lon % 100_000,
            42 + lat / 100_000,
            lat % 100_000
        ),
    }
}

fn common(d: &mut Draws, kind: &str) -> Values {
    let mut values = vec![integer("v", 1)];
    values.extend(pairs([("kind", kind.to_owned())]));
    let imported = d.number(5) == 0;
    if !imported {
        values.extend(pairs([("number", d.number_said())]));
    }
    let at = d.time();
    let created = format!(
        r#"{{"at":"{at}","by":"{}","org":"{}","post":"{}"}}"#,
        d.of(&["op", "AB", "JM", "poste 1", "chef de salle"]),
        d.of(ORGS),
        d.of(CODES)
    );
    let source = if imported {
        format!(
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
        )
    } else {
        r#"{"type":"manual"}"#.to_owned()
    };
    values.extend(pairs([
        ("operation", d.uuid()),
        ("created", created),
        ("source", source),
    ]));
    if d.number(3) > 0 {
        values.extend(pairs([("place", place(d))]));
    }
    let scope = d.of(&["partners", "partners", "org", "public"]);
    values.extend(pairs([("scope", scope.to_owned())]));
    values
}

fn quantity(d: &mut Draws) -> String {
    format!(
        r#"{{"unit":"{}","value":"{}"}}"#,
        d.of(&[
            "each",
            "person",
            "litre",
            "box",
            "kva",
            "ration",
            "cubic_metre"
        ]),
        1 + d.number(200)
    )
}

/// A record's first change: its fields, and its empty texts.
fn record(d: &mut Draws) -> (Values, &'static [&'static str]) {
    let title = format!("{} {} {}", d.of(TITLES), d.of(STREETS), d.name());
    match d.number(8) {
        0 | 1 => {
            let mut values = common(d, "incident");
            values.extend(pairs([
                ("title", title),
                (
                    "event_type",
                    d.of(&[
                        "flood",
                        "road_blocked",
                        "power_outage",
                        "person_in_danger",
                        "storm",
                        "runoff",
                        "wildfire",
                        "welfare_check",
                    ])
                    .into(),
                ),
                (
                    "severity",
                    d.of(&["unknown", "minor", "moderate", "severe", "extreme"])
                        .into(),
                ),
                (
                    "urgency",
                    d.of(&["immediate", "expected", "unknown"]).into(),
                ),
                (
                    "verification",
                    d.of(&["unverified", "verified", "checking"]).into(),
                ),
                ("status", "new".into()),
                ("occurred_at", d.time()),
                ("reported_at", d.time()),
                (
                    "channel",
                    d.of(&["phone", "radio", "in_person", "field"]).into(),
                ),
            ]));
            values.push(member(d, "category/met"));
            (values, &["description"])
        }
        2 | 3 => {
            let mut values = common(d, "need");
            values.extend(pairs([
                ("title", title),
                (
                    "need_type",
                    d.of(&[
                        "equipment",
                        "personnel",
                        "shelter",
                        "food",
                        "water",
                        "energy",
                        "transport",
                        "evacuation",
                        "check",
                    ])
                    .into(),
                ),
                ("item", d.of(TITLES).into()),
                ("quantity", quantity(d)),
                (
                    "priority",
                    d.of(&["vital", "urgent", "normal", "low", "high"]).into(),
                ),
                (
                    "due",
                    format!(
                        r#"{{"delay":"{}"}}"#,
                        d.of(&[
                            "immediate",
                            "asap",
                            "within_2_h",
                            "within_4_h",
                            "within_24_h"
                        ])
                    ),
                ),
                ("incident", d.uuid()),
                ("requester_org", d.of(ORGS).into()),
                ("status", "open".into()),
            ]));
            values.push(integer("beneficiaries", d.number(90)));
            (values, &["details"])
        }
        4 => {
            let mut values = common(d, "resource");
            values.extend(pairs([
                ("name", title),
                (
                    "resource_type",
                    d.of(&[
                        "vehicle",
                        "generator",
                        "pump",
                        "bedding",
                        "blanket",
                        "team",
                        "drinking_water",
                        "boat",
                    ])
                    .into(),
                ),
                ("mode", d.of(&["unique", "lot"]).into()),
                ("owner_org", d.of(ORGS).into()),
                ("status", "available".into()),
                ("unit", d.of(&["each", "litre", "person"]).into()),
                ("capacity", quantity(d)),
                ("home_site", d.uuid()),
                (
                    "basis",
                    d.of(&["own", "pooled", "agreement", "volunteer", "requisition"])
                        .into(),
                ),
            ]));
            (values, &["conditions"])
        }
        5 => {
            let mut values = common(d, "assignment");
            values.extend(pairs([
                ("need", d.uuid()),
                ("resource", d.uuid()),
                ("quantity", quantity(d)),
                ("org", d.of(ORGS).into()),
                (
                    "team",
                    d.of(&["équipe 1", "équipe 2", "VL 3", "binôme"]).into(),
                ),
                ("state", d.of(&["proposed", "accepted", "en_route"]).into()),
                ("difficulty", "none".into()),
                ("planned_start", d.time()),
                ("planned_end", d.time()),
                ("basis", "own".into()),
            ]));
            (values, &["outcome"])
        }
        6 => {
            let mut values = common(d, "site");
            values.extend(pairs([
                ("name", title),
                (
                    "site_type",
                    d.of(&[
                        "reception",
                        "shelter",
                        "command_post",
                        "distribution",
                        "assembly_point",
                        "water_point",
                    ])
                    .into(),
                ),
                ("status", d.of(&["open", "closed", "preparing"]).into()),
            ]));
            values.push(integer("reception_capacity", d.number(300)));
            values.push(integer("sleeping_capacity", d.number(120)));
            values.push(member(d, "amenities/heating"));
            values.push(member(d, "amenities/toilets"));
            (values, &["opening_instructions"])
        }
        _ => {
            let mut values = common(d, "contact");
            values.extend(pairs([
                ("org", d.of(ORGS).into()),
                (
                    "function",
                    d.of(&[
                        "DOS",
                        "RAC",
                        "COS",
                        "chef de cellule",
                        "astreinte",
                        "duty officer",
                    ])
                    .into(),
                ),
                ("call_sign", format!("F{}PCT", d.number(9))),
                (
                    "availability",
                    d.of(&["24 h", "jour", "nuit", "on call"]).into(),
                ),
            ]));
            values.push(member(d, "cells/logistics"));
            (values, &[])
        }
    }
}

/// A later change of a field or two.
fn edit(d: &mut Draws) -> Values {
    match d.number(8) {
        0 => pairs([(
            "status",
            d.of(&[
                "in_progress",
                "closed",
                "paused",
                "open",
                "full",
                "suspended",
            ])
            .into(),
        )]),
        1 => pairs([(
            "verification",
            d.of(&["verified", "refuted", "checking"]).into(),
        )]),
        2 => pairs([("quantity", quantity(d))]),
        3 => pairs([(
            "state",
            d.of(&["accepted", "en_route", "on_scene", "completed", "cancelled"])
                .into(),
        )]),
        4 => {
            let key = format!("tags/{}", d.of(TAGS));
            vec![member(d, &key)]
        }
        5 => {
            let (key, at) = (format!("observations/{}", d.uuid()), d.time());
            let value = format!(
                r#"{{"at":"{at}","by":"op","involved":{},"note":"{}","source":"{}"}}"#,
                d.number(40),
                d.sentence(3),
                d.of(ORGS)
            );
            vec![(key, value.into())]
        }
        6 => {
            let (key, at) = (format!("movements/{}", d.uuid()), d.time());
            let value = format!(
                r#"{{"assignment":"{}","at":"{at}","by":"op","delta":"-{}","reason":"{}","site":"{}"}}"#,
                d.uuid(),
                d.number(90),
                d.of(&["issued", "received", "consumed", "transfer"]),
                d.uuid()
            );
            vec![(key, value.into())]
        }
        _ => pairs([
            ("priority", d.of(&["urgent", "normal", "vital"]).into()),
            ("place", place(d)),
        ]),
    }
}

fn log_line(d: &mut Draws) -> Vec<u8> {
    let (recorded, observed, number) = (d.time(), d.time(), d.number_said());
    let nature = d.of(&[
        "information",
        "message",
        "request",
        "action",
        "decision",
        "verification",
    ]);
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

/// The raw bytes of the last change, under an actor as random as a stamped one. None when the
/// values written were there already.
fn last_change(document: &mut AutoCommit) -> Option<Vec<u8>> {
    let change = document.get_last_local_change()?;
    Some(change.raw_bytes().to_vec())
}

fn put(document: &mut AutoCommit, values: &Values) {
    for (key, value) in values {
        document
            .put(ROOT, key.as_str(), value.clone())
            .expect("a scalar at the root");
    }
}

fn actor(d: &mut Draws) -> ActorId {
    let mut bytes = [0; 16];
    d.0.fill(&mut bytes);
    ActorId::from(bytes)
}

fn samples(d: &mut Draws) -> Vec<Vec<u8>> {
    let mut samples = Vec::new();
    for _ in 0..SAMPLES {
        if d.number(6) == 0 {
            samples.push(log_line(d));
            continue;
        }
        let time = i64::try_from(1_800_000_000_000 + d.number(90_000_000_000)).expect("small");
        #[expect(
            clippy::disallowed_methods,
            reason = "the actor is replaced on the same line"
        )]
        let mut document = AutoCommit::new().with_actor(actor(d));
        let (values, texts) = record(d);
        put(&mut document, &values);
        for name in texts {
            let text = document
                .put_object(ROOT, *name, ObjType::Text)
                .expect("a text at the root");
            let words = d.number(9);
            document
                .splice_text(&text, 0, 0, &d.sentence(words))
                .expect("an empty text");
        }
        document.commit_with(CommitOptions::default().with_time(time));
        samples.extend(last_change(&mut document));
        if d.number(2) == 0 {
            document.set_actor(actor(d));
            put(&mut document, &edit(d));
            document.commit_with(CommitOptions::default().with_time(time + 60_000));
            samples.extend(last_change(&mut document));
        }
    }
    samples
}

/// Says what the dictionary is worth, in mean bytes of a sample.
#[expect(clippy::print_stdout, reason = "a tool for a person at a terminal")]
fn report(samples: &[Vec<u8>], dictionary: &[u8]) {
    let mean = |sizes: Vec<usize>| sizes.iter().sum::<usize>() / sizes.len();
    println!("plain {}", mean(samples.iter().map(Vec::len).collect()));
    for level in [3, 9, 12, 19] {
        let mut with = zstd::bulk::Compressor::with_dictionary(level, dictionary).expect("memory");
        let mut without = zstd::bulk::Compressor::new(level).expect("memory");
        let packed = |c: &mut zstd::bulk::Compressor<'_>| {
            mean(
                samples
                    .iter()
                    .map(|s| c.compress(s).expect("memory").len())
                    .collect(),
            )
        };
        println!(
            "level {level}: {} with, {} without",
            packed(&mut with),
            packed(&mut without)
        );
    }
}

fn main() {
    let file = std::env::args()
        .nth(1)
        .expect("the file to write is an argument");
    let seed = blake3::Hasher::new_derive_key("beffroi dictionary 1 samples");
    let samples = samples(&mut Draws(seed.finalize_xof()));
    let dictionary = zstd::dict::from_samples(&samples, DICTIONARY_BYTES).expect("enough samples");
    report(&samples, &dictionary);
    std::fs::write(&file, dictionary).expect("the file can be written");
}
