//! Invented needs of an invented commune, the same at every run: 12 fields each, as a table to import
//! and as bodies to type.

use std::fmt::Write as _;

use beffroi_api::request::Create;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The seed of everything here.
const SEED: u64 = 0x00be_ff01;
/// A moment for the ids, in milliseconds since 1970: 22 November 2026.
const TIME_MS: u64 = 1_795_365_604_000;

const ITEMS: &[(&str, &str, &str)] = &[
    ("lits de camp", "equipment", "each"),
    ("bouteilles d'eau", "water", "litre"),
    ("repas chauds", "food", "ration"),
    ("couvertures", "equipment", "each"),
    ("pompes d'épuisement", "equipment", "each"),
    ("groupes électrogènes", "energy", "kva"),
    ("bénévoles", "personnel", "person"),
    ("places d'hébergement", "shelter", "person"),
    ("bus", "transport", "each"),
    ("sacs de sable", "equipment", "each"),
    ("secouristes", "medical_care", "person"),
    ("bâches", "equipment", "square_metre"),
];
const STREETS: &[&str] = &[
    "rue des Écoles",
    "quai du Vieux-Moulin",
    "avenue de la Gare",
    "chemin des Lavandières",
    "place de la Halle",
    "impasse du Four",
    "rue du Pont-Neuf",
    "allée des Platanes",
];
const REASONS: &[&str] = &[
    "l'eau monte encore dans la rue",
    "l'électricité est coupée depuis ce matin",
    "plusieurs personnes âgées sont à l'étage",
    "le gymnase est plein",
    "la route vers le bourg est barrée",
    "le stock prévu a été pris par l'eau",
];
const ASKERS: &[&str] = &[
    "Mairie",
    "Croix-Rouge",
    "Protection civile",
    "CCAS",
    "École Jean-Moulin",
    "EHPAD Les Tilleuls",
];
const PRIORITIES: &[&str] = &["vital", "urgent", "normal", "normal", "deferred"];
const DELAYS: &[&str] = &["immediate", "within_1_h", "within_4_h", "within_24_h"];
const CONSTRAINTS: &[&str] = &["reduced_mobility", "oxygen", "animals", "difficult_access"];
const TAGS: &[&str] = &["berges", "centre", "hameau", "école", "gymnase"];

/// Which column of the table gives which field.
pub(crate) const MAP: &[&str] = &[
    "Clé=id",
    "Intitulé=title",
    "Détails=details",
    "Nature=need_type",
    "Objet=item",
    "Quantité=quantity",
    "Unité=quantity.unit",
    "Priorité=priority",
    "Délai=due.delay",
    "Bénéficiaires=beneficiaries",
    "Demandeur=requester_org",
    "Contraintes=constraints",
    "Lieu=place.label",
    "Latitude=place.lat",
    "Longitude=place.lon",
    "Étiquettes=tags",
];

/// Numbers that look like chance and are the same at every run (SplitMix64).
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[(self.next() % list.len() as u64) as usize]
    }
}

/// One need.
#[derive(Debug)]
pub(crate) struct Need {
    number: u64,
    title: String,
    details: String,
    need_type: &'static str,
    item: &'static str,
    quantity: u64,
    unit: &'static str,
    priority: &'static str,
    delay: &'static str,
    beneficiaries: u64,
    asker: &'static str,
    constraint: &'static str,
    place: String,
    latitude: f64,
    longitude: f64,
    tag: &'static str,
}

impl Need {
    /// The need of this number.
    pub(crate) fn of(number: u64) -> Need {
        let mut dice = Dice(SEED ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let (item, need_type, unit) = dice.of(ITEMS);
        let quantity = 1 + dice.below(200);
        let place = format!("{} {}", 1 + dice.below(90), dice.of(STREETS));
        let beneficiaries = dice.below(120);
        Need {
            number,
            title: format!("{quantity} {item} pour {place}"),
            details: format!(
                "Demande {number}. Sur place {}, {}. Rappeler le poste avant l'envoi, compter \
                 {} personnes pour décharger.",
                dice.of(REASONS),
                dice.of(REASONS),
                2 + dice.below(6)
            ),
            need_type,
            item,
            quantity,
            unit,
            priority: dice.of(PRIORITIES),
            delay: dice.of(DELAYS),
            beneficiaries,
            asker: dice.of(ASKERS),
            constraint: dice.of(CONSTRAINTS),
            place,
            latitude: 43.5 + dice.below(20_000) as f64 / 1e5,
            longitude: 3.1 + dice.below(20_000) as f64 / 1e5,
            tag: dice.of(TAGS),
        }
    }

    /// Its fields, as the API takes them.
    pub(crate) fn fields(&self) -> Map<String, Value> {
        let fields = json!({
            "title": self.title, "details": self.details, "need_type": self.need_type,
            "item": self.item, "quantity": {"value": self.quantity.to_string(), "unit": self.unit},
            "priority": self.priority, "due": {"delay": self.delay},
            "beneficiaries": self.beneficiaries, "requester_org": self.asker,
            "constraints": [self.constraint],
            "place": {"label": self.place, "point": [self.longitude, self.latitude]},
            "tags": [self.tag],
        });
        fields.as_object().cloned().unwrap_or_default()
    }

    /// The request that types it.
    pub(crate) fn create(&self) -> Create {
        Create {
            id: id(self.number),
            operation: None,
            set: self.fields(),
        }
    }

    fn row(&self, table: &mut String) {
        let _ = writeln!(
            table,
            "B-{};{};{};{};{};{};{};{};{};{};{};{};{};{:.5};{:.5};{}",
            self.number,
            self.title,
            self.details,
            self.need_type,
            self.item,
            self.quantity,
            self.unit,
            self.priority,
            self.delay,
            self.beneficiaries,
            self.asker,
            self.constraint,
            self.place,
            self.latitude,
            self.longitude,
            self.tag
        );
    }
}

/// A table of the needs from 0.
pub(crate) fn table(records: u64) -> String {
    let columns = MAP.iter().filter_map(|pair| pair.split('=').next());
    let mut table = columns.collect::<Vec<_>>().join(";");
    table.push('\n');
    (0..records).for_each(|number| Need::of(number).row(&mut table));
    table
}

/// An id for what a person does: the same at every run, no two alike.
pub(crate) fn id(number: u64) -> Uuid {
    let mut dice = Dice(SEED ^ number.rotate_left(32));
    let mut random = [0; 10];
    random[..8].copy_from_slice(&dice.next().to_be_bytes());
    beffroi_api::client::new_id(TIME_MS + number, random)
}
