//! Enumerations of a need. Codes: EMSI MISSION.TYPE for types, CISU for delays, EMSI for priorities (5 is the highest).

use super::{List, Open, coded, plain_token};

/// What is needed. Codes: EMSI MISSION.TYPE.
pub const NEED_TYPE: List = List {
    name: "need_type",
    open: Open::No,
    tokens: &[
        plain_token("equipment", "matériel", "equipment"),
        plain_token("personnel", "personnel", "personnel"),
        plain_token("shelter", "hébergement", "shelter"),
        plain_token("food", "ravitaillement", "food"),
        plain_token("water", "eau", "water"),
        plain_token("energy", "énergie", "energy"),
        plain_token("transport", "transport", "transport"),
        coded("evacuation", "évacuation", "evacuation", "SAV/RHD"),
        coded(
            "medical_care",
            "soins, secourisme",
            "medical care",
            "SAV/ASC",
        ),
        coded(
            "psychosocial_support",
            "soutien psychologique",
            "psychosocial support",
            "GEN/SUPRTN",
        ),
        plain_token("communication", "communication", "communication"),
        plain_token("security", "sécurisation", "security"),
        plain_token("cleanup", "nettoyage", "clean-up"),
        plain_token("information", "information", "information"),
        plain_token("check", "vérification", "check"),
        plain_token("other", "autre", "other"),
    ],
};

/// How soon it is needed, from the most urgent. Codes: CISU.
pub const DELAY: List = List {
    name: "delay",
    open: Open::No,
    tokens: &[
        coded("immediate", "immédiatement", "immediately", "DEL0"),
        coded("asap", "dès que disponible", "as soon as available", "ASAP"),
        coded(
            "within_30_min",
            "sous 30 minutes",
            "within 30 minutes",
            "30M",
        ),
        coded(
            "within_45_min",
            "sous 45 minutes",
            "within 45 minutes",
            "45M",
        ),
        coded("within_1_h", "sous 1 heure", "within 1 hour", "1H"),
        coded("within_2_h", "sous 2 heures", "within 2 hours", "2H"),
        coded("within_4_h", "sous 4 heures", "within 4 hours", "4H"),
        coded("within_8_h", "sous 8 heures", "within 8 hours", "8H"),
        coded("within_12_h", "sous 12 heures", "within 12 hours", "12H"),
        coded("within_24_h", "sous 24 heures", "within 24 hours", "24H"),
        coded("at_time", "à l'heure dite", "at a set time", "RDV"),
    ],
};

/// Why a need was closed.
pub const CLOSING_REASON: List = List {
    name: "closing_reason",
    open: Open::No,
    tokens: &[
        plain_token("satisfied", "satisfait", "satisfied"),
        plain_token("partial", "partiel", "partial"),
        plain_token("out_of_scope", "hors champ", "out of scope"),
        plain_token("done_by_others", "fait par autrui", "done by others"),
        plain_token(
            "declined",
            "refusé par le bénéficiaire",
            "declined by beneficiary",
        ),
        plain_token("rejected", "rejeté", "rejected"),
        plain_token("duplicate", "doublon", "duplicate"),
        plain_token("obsolete", "obsolète", "obsolete"),
    ],
};

/// What makes it hard: functional, never a diagnosis. `language:<xx>` names a language; other words are taken.
pub const CONSTRAINTS: List = List {
    name: "constraints",
    open: Open::Any("language:"),
    tokens: &[
        plain_token("reduced_mobility", "PMR", "reduced mobility"),
        plain_token("oxygen", "oxygène", "oxygen"),
        plain_token("animals", "animaux", "animals"),
        plain_token("difficult_access", "accès difficile", "difficult access"),
    ],
};

/// Whether a need is still asked for.
pub const NEED_STATUS: List = List {
    name: "need_status",
    open: Open::No,
    tokens: &[
        plain_token("open", "ouvert", "open"),
        coded("suspended", "suspendu", "suspended", "PAU"),
        plain_token("closed", "clos", "closed"),
    ],
};

/// How pressing it is. Codes: EMSI (5 is the highest), CISU.
pub const PRIORITY: List = List {
    name: "priority",
    open: Open::No,
    tokens: &[
        coded("vital", "vitale", "vital", "5, P0"),
        coded("urgent", "urgente", "urgent", "4, P1"),
        coded("normal", "normale", "normal", "2, P2"),
        coded("deferred", "différée", "deferred", "1, P3"),
    ],
};
