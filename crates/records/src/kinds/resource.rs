//! Resource (*moyen*): something that can be used, one thing or a stock.

use crate::caution::{Caution, OTHER};
use crate::field::Field;
use crate::labels;
use crate::machine::{Machine, free};
use crate::shape::Shape;

const STATUS: Machine = Machine {
    steps: &[
        free(
            &["reserved", "in_use", "maintenance", "unavailable"],
            "available",
        ),
        free(
            &["available", "in_use", "maintenance", "unavailable"],
            "reserved",
        ),
        free(
            &["available", "reserved", "maintenance", "unavailable"],
            "in_use",
        ),
        free(
            &["available", "reserved", "in_use", "unavailable"],
            "maintenance",
        ),
        free(
            &["available", "reserved", "in_use", "maintenance"],
            "unavailable",
        ),
    ],
};

/// The states that a person sets by hand on a `unique` resource; the others follow from its assignments.
pub(crate) const SET_BY_HAND: &[&str] = &["available", "maintenance", "unavailable"];

pub(crate) const FIELDS: &[Field] = &[
    Field::plain("name", Shape::Title).required(),
    Field::plain("resource_type", Shape::Token(&labels::RESOURCE_TYPE)),
    Field::plain("emsi_rclass", Shape::Code),
    Field::once("mode", Shape::Token(&labels::MODE)).default("unique"),
    Field::critical("owner_org", Shape::Title, Caution::NoneOfSeveral),
    Field::critical(
        "status",
        Shape::Token(&labels::RESOURCE_STATUS),
        Caution::Ranked(&[
            "unavailable",
            "maintenance",
            "in_use",
            "reserved",
            OTHER,
            "available",
        ]),
    )
    .machine(&STATUS)
    .default("available"),
    Field::once("unit", Shape::Token(&labels::UNIT)),
    Field::plain("capacity", Shape::Quantity),
    Field::plain("home_site", Shape::Id),
    Field::text("conditions"),
    Field::set("skills", Shape::Line),
    Field::plain("basis", Shape::Token(&labels::BASIS)),
    Field::ledger("movements", Shape::Movement),
];
