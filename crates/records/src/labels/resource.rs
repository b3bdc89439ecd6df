//! Enumerations of a resource. Codes: EMSI RCLASS for types (the nearest of the 601), EMSI RESOURCE.STATUS for states.

use super::{List, Open, coded, plain_token};

/// What it is. `emsi_rclass` overrides the code.
pub const RESOURCE_TYPE: List = List {
    name: "resource_type",
    open: Open::No,
    tokens: &[
        coded("vehicle", "véhicule", "vehicle", "MAT/VEH/ROADVE"),
        coded(
            "generator",
            "groupe électrogène",
            "generator",
            "MAT/EQ/ELC/POWGN",
        ),
        coded("pump", "pompe", "pump", "MAT/EQ/ENG/FIRFGT/MPR"),
        coded("lighting", "éclairage", "lighting", "MAT/EQ/OTH"),
        coded("bedding", "couchage", "bedding, camp bed", "MAT/EQ/OTH"),
        coded("blanket", "couverture", "blanket", "MAT/EQ/OTH/BLNKT"),
        coded("tent", "tente", "tent", "MAT/EQ/OTH/TENT"),
        coded("radio", "radio", "radio", "MAT/EQ/ELC/COMSYS/PMRRDIO"),
        coded("boat", "bateau", "boat", "MAT/VEH/VESSEL/SMLLBO"),
        coded("barrier", "barrière", "barrier", "MAT/EQ/OTH"),
        coded("sandbag", "sac de sable", "sandbag", "MAT/EQ/OTH"),
        coded("tools", "outillage", "tools", "MAT/EQ/OTH"),
        coded("meal", "repas", "meal", "MAT/CM/FOO"),
        coded(
            "drinking_water",
            "eau potable",
            "drinking water",
            "MAT/CM/WTRPOT",
        ),
        coded("fuel", "carburant", "fuel", "MAT/CM/FUEL"),
        coded(
            "medical_supplies",
            "matériel médical",
            "medical supplies",
            "MAT/CM/MEDSPL",
        ),
        coded("premises", "local", "premises", "FAC/BUILDN"),
        coded("team", "équipe", "team", "HUM/UNIT"),
        coded(
            "volunteer_pool",
            "lot de bénévoles",
            "volunteer pool",
            "HUM",
        ),
        coded("other", "autre", "other", "MAT"),
    ],
};

/// Whether it is one thing or a stock.
pub const MODE: List = List {
    name: "mode",
    open: Open::No,
    tokens: &[
        plain_token("unique", "unique", "single item"),
        plain_token("lot", "lot", "lot"),
    ],
};

/// Whether it can be had. Codes: EMSI.
pub const RESOURCE_STATUS: List = List {
    name: "resource_status",
    open: Open::No,
    tokens: &[
        coded("available", "disponible", "available", "AVAILB"),
        coded("reserved", "réservé", "reserved", "RESRVD"),
        coded("in_use", "engagé", "in use", "IN_USE/MOBILE"),
        coded("maintenance", "maintenance", "maintenance", "MAINTC"),
        coded("unavailable", "indisponible", "unavailable", "UNAV"),
    ],
};

/// On what ground it may be used.
pub const BASIS: List = List {
    name: "basis",
    open: Open::No,
    tokens: &[
        plain_token("own", "propre", "own"),
        plain_token("pooled", "mutualisé", "pooled"),
        plain_token("agreement", "convention", "agreement"),
        plain_token("volunteer", "bénévole", "volunteer"),
        plain_token("requisition", "réquisition", "requisition"),
        plain_token("state", "État", "State"),
    ],
};

/// Why a stock moved.
pub const MOVEMENT_REASON: List = List {
    name: "movement_reason",
    open: Open::No,
    tokens: &[
        plain_token("received", "reçu", "received"),
        plain_token("issued", "sorti", "issued"),
        plain_token("consumed", "consommé", "consumed"),
        plain_token("lost", "perdu", "lost"),
        plain_token("transfer", "transfert", "transfer"),
    ],
};
