//! Enumerations of an incident. Codes: CAP 1.2, and EMSI for types and states.

use super::{List, Open, coded, plain_token};

/// What happens. Codes: EMSI category (`ENV DIS/…` are disaster codes).
pub const EVENT_TYPE: List = List {
    name: "event_type",
    open: Open::No,
    tokens: &[
        coded("flood", "inondation", "flood", "FLD/PLN"),
        coded("runoff", "ruissellement", "surface runoff", "FLD/FLS"),
        coded(
            "coastal_flood",
            "submersion marine",
            "coastal flood",
            "FLD/TID",
        ),
        coded("wildfire", "feu de forêt", "wildfire", "FIR"),
        coded("structure_fire", "feu de bâtiment", "structure fire", "FIR"),
        coded("landslide", "mouvement de terrain", "landslide", "GND/LDS"),
        coded("earthquake", "séisme", "earthquake", "GND/EQK"),
        coded("storm", "tempête", "storm", "ENV DIS/STORM"),
        coded("snow_ice", "neige, verglas", "snow, ice", "ENV DIS/SNOW"),
        plain_token("heatwave", "canicule", "heatwave"),
        coded("pollution", "pollution", "pollution", "POL"),
        coded(
            "industrial_accident",
            "accident industriel",
            "industrial accident",
            "ENV DIS/INDHAZ",
        ),
        coded(
            "transport_accident",
            "accident de transport",
            "transport accident",
            "TRP/CRS",
        ),
        coded(
            "power_outage",
            "coupure d'électricité",
            "power outage",
            "ENV DIS/PWROUT",
        ),
        plain_token("water_outage", "coupure d'eau", "water outage"),
        plain_token("telecom_outage", "coupure des télécoms", "telecom outage"),
        plain_token("supply_shortage", "pénurie", "supply shortage"),
        plain_token("road_blocked", "voirie coupée", "road blocked"),
        coded(
            "unsafe_building",
            "bâtiment menaçant",
            "unsafe building",
            "ENV DIS/STCLPS",
        ),
        coded(
            "person_in_danger",
            "personne en danger",
            "person in danger",
            "ASR",
        ),
        plain_token("welfare_check", "personne à vérifier", "welfare check"),
        coded(
            "missing_person",
            "personne disparue",
            "missing person",
            "PSW/MIS",
        ),
        coded("public_health", "sanitaire", "public health", "HLT"),
        coded("public_order", "ordre public", "public order", "PSW"),
        plain_token("other", "autre", "other"),
    ],
};

/// The CAP category that an event type belongs to when nobody chose one. `None` for an unknown type.
pub fn default_category(event_type: &str) -> Option<&'static str> {
    Some(match event_type {
        "flood" | "runoff" | "coastal_flood" | "storm" | "snow_ice" | "heatwave" => "met",
        "wildfire" | "structure_fire" => "fire",
        "landslide" | "earthquake" => "geo",
        "pollution" => "env",
        "industrial_accident" | "unsafe_building" => "safety",
        "transport_accident" | "road_blocked" => "transport",
        "power_outage" | "water_outage" | "telecom_outage" => "infra",
        "person_in_danger" | "welfare_check" | "missing_person" => "rescue",
        "public_health" => "health",
        "public_order" => "security",
        "supply_shortage" | "other" => "other",
        _ => return None,
    })
}

/// CAP categories. Codes: CAP `category`.
pub const CATEGORY: List = List {
    name: "category",
    open: Open::No,
    tokens: &[
        coded("geo", "géophysique", "geophysical", "Geo"),
        coded("met", "météo, inondation", "meteorological", "Met"),
        coded("safety", "sécurité des personnes", "safety", "Safety"),
        coded("security", "ordre public", "security", "Security"),
        coded("rescue", "secours", "rescue", "Rescue"),
        coded("fire", "incendie", "fire", "Fire"),
        coded("health", "santé", "health", "Health"),
        coded("env", "environnement", "environment", "Env"),
        coded("transport", "transport", "transport", "Transport"),
        coded("infra", "réseaux", "infrastructure", "Infra"),
        coded("cbrne", "NRBCE", "CBRNE", "CBRNE"),
        coded("other", "autre", "other", "Other"),
    ],
};

/// How grave it is. Codes: CAP `severity`.
pub const SEVERITY: List = List {
    name: "severity",
    open: Open::No,
    tokens: &[
        coded("extreme", "extrême", "extreme", "Extreme"),
        coded("severe", "grave", "severe", "Severe"),
        coded("moderate", "modérée", "moderate", "Moderate"),
        coded("minor", "mineure", "minor", "Minor"),
        coded("unknown", "inconnue", "unknown", "Unknown"),
    ],
};

/// How soon it bears. Codes: CAP `urgency`.
pub const URGENCY: List = List {
    name: "urgency",
    open: Open::No,
    tokens: &[
        coded("immediate", "immédiate", "immediate", "Immediate"),
        coded("expected", "attendue", "expected", "Expected"),
        coded("future", "future", "future", "Future"),
        coded("past", "passée", "past", "Past"),
        coded("unknown", "inconnue", "unknown", "Unknown"),
    ],
};

/// What is known of its truth. Codes: CAP `certainty`.
pub const VERIFICATION: List = List {
    name: "verification",
    open: Open::No,
    tokens: &[
        coded("unverified", "à vérifier", "to verify", "Unknown"),
        coded(
            "checking",
            "en cours de vérification",
            "being checked",
            "Possible",
        ),
        coded("verified", "vérifié", "verified", "Observed"),
        coded("refuted", "infirmé", "refuted", "Unlikely"),
    ],
};

/// Where its handling stands. Codes: EMSI status.
pub const INCIDENT_STATUS: List = List {
    name: "incident_status",
    open: Open::No,
    tokens: &[
        coded("new", "nouveau", "new", "NST"),
        coded("in_progress", "en cours", "in progress", "IPR"),
        coded(
            "paused",
            "en pause, sous contrôle",
            "paused, under control",
            "STOP",
        ),
        coded("closed", "clos", "closed", "COM"),
    ],
};

/// How the news came.
pub const CHANNEL: List = List {
    name: "channel",
    open: Open::No,
    tokens: &[
        plain_token("phone", "téléphone", "telephone"),
        plain_token("radio", "radio", "radio"),
        plain_token("sms", "SMS", "text message"),
        plain_token("email", "courriel", "e-mail"),
        plain_token("in_person", "face à face", "in person"),
        plain_token("field", "terrain", "field"),
        plain_token("web", "web", "web"),
        coded("cap", "alerte CAP", "CAP alert", "CAP"),
        plain_token("other", "autre", "other"),
    ],
};
