//! Need (*besoin, mission*): something that is asked for.

use crate::caution::{Caution, OTHER};
use crate::field::Field;
use crate::labels;
use crate::machine::{Machine, Wants, asking, free};
use crate::shape::Shape;

const STATUS: Machine = Machine {
    steps: &[
        free(&["open"], "suspended"),
        free(&["suspended", "closed"], "open"),
        asking(&["open", "suspended"], "closed", Wants::ClosingReason),
    ],
};

pub(crate) const FIELDS: &[Field] = &[
    Field::plain("title", Shape::Title).required(),
    Field::text("details"),
    Field::critical(
        "need_type",
        Shape::Token(&labels::NEED_TYPE),
        Caution::Newest,
    ),
    Field::plain("item", Shape::Title),
    Field::plain("emsi_rclass", Shape::Code),
    Field::critical("quantity", Shape::Quantity, Caution::Largest),
    Field::critical(
        "priority",
        Shape::Token(&labels::PRIORITY),
        Caution::Ranked(&["vital", "urgent", "normal", OTHER, "deferred"]),
    ),
    Field::critical("due", Shape::Due, Caution::MostUrgent),
    Field::plain("beneficiaries", Shape::Integer),
    Field::plain("incident", Shape::Id),
    Field::plain("site", Shape::Id),
    Field::plain("requester_org", Shape::Title),
    Field::set("constraints", Shape::Token(&labels::CONSTRAINTS)),
    Field::critical(
        "status",
        Shape::Token(&labels::NEED_STATUS),
        Caution::Ranked(&["open", "suspended", OTHER, "closed"]),
    )
    .machine(&STATUS)
    .default("open"),
    Field::plain("closing_reason", Shape::Token(&labels::CLOSING_REASON)),
    Field::plain("contact", Shape::Person).private(),
];
