//! Enumerations that several kinds share. Codes: CAP 1.2 for `scope`, CISU for `precision`, EMSI UM for `unit`.

use super::{List, Open, coded, plain_token};

/// How far a record may go in exports and on shared screens. Codes: CAP `scope`.
pub const SCOPE: List = List {
    name: "scope",
    open: Open::No,
    tokens: &[
        coded("public", "public", "public", "Public"),
        coded("partners", "partenaires", "partners", "Restricted"),
        coded("org", "organisation", "organisation", "Restricted"),
        coded("restricted", "restreint", "restricted", "Private"),
    ],
};

/// How exact a place is. Codes: CISU.
pub const PRECISION: List = List {
    name: "precision",
    open: Open::No,
    tokens: &[
        coded("city", "commune", "town", "VILLE"),
        coded("street", "rue", "street", "RUE"),
        coded("address", "adresse", "address", "ADRESSE"),
        coded("exact", "exacte", "exact point", "EXACTE"),
        coded("unknown", "inconnue", "unknown", "INCONNUE"),
    ],
};

/// Units of quantities; `emsi:<code>` takes any of EMSI's 50. Codes: EMSI UM.
pub const UNIT: List = List {
    name: "unit",
    open: Open::Prefix("emsi:"),
    tokens: &[
        coded("each", "unité", "each", "OTH/EA"),
        plain_token("person", "personne", "person"),
        coded("litre", "litre", "litre", "LSV/LI"),
        coded("cubic_metre", "mètre cube", "cubic metre", "LSV/CM"),
        coded(
            "cubic_metre_per_hour",
            "m³ par heure",
            "m³ per hour",
            "LSV/CMH",
        ),
        coded(
            "litre_per_minute",
            "litre par minute",
            "litre per minute",
            "LSV/LTPRMN",
        ),
        coded("metre", "mètre", "metre", "LSV/METRE"),
        coded("square_metre", "mètre carré", "square metre", "LSV/SQM"),
        coded("kilogram", "kilogramme", "kilogram", "WGT/KG"),
        coded("pallet", "palette", "pallet", "PKG/PAL"),
        coded("box", "boîte, carton", "box", "PKG/BOX"),
        coded("jerrycan", "jerrican (20 l)", "jerrycan", "PKG/JERCAN"),
        coded("ration", "ration", "ration", "PKG/RATION"),
        coded("hour", "heure", "hour", "TIM/HR"),
        coded("day", "jour", "day", "TIM/DAY"),
        coded("work_hour", "heure de travail", "work hour", "OTH/MANHUR"),
        plain_token("kva", "kVA", "kVA"),
    ],
};

/// Where a record came from.
pub const SOURCE_TYPE: List = List {
    name: "source_type",
    open: Open::No,
    tokens: &[
        plain_token("manual", "saisie", "manual"),
        plain_token("import", "import", "import"),
    ],
};

/// Who directs the operation (*directeur des opérations de secours*).
pub const DIRECTOR: List = List {
    name: "director",
    open: Open::No,
    tokens: &[
        plain_token("mayor", "maire (DOS)", "mayor"),
        plain_token("prefect", "préfet (DOS)", "prefect"),
    ],
};
