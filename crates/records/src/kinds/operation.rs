//! Operation (*événement*): what a command post is opened for. Written by coordinators.

use crate::caution::{Caution, OTHER};
use crate::field::Field;
use crate::labels;
use crate::machine::{Machine, Wants, asking, free};
use crate::shape::Shape;

/// Forward freely, backward with a log entry, and closed only after the after-action review.
const PHASES: Machine = Machine {
    steps: &[
        free(&["preparation"], "standby"),
        free(&["preparation", "standby"], "active"),
        free(&["preparation", "standby", "active"], "recovery"),
        free(
            &["preparation", "standby", "active", "recovery"],
            "after_action",
        ),
        free(&["after_action"], "closed"),
        asking(
            &["standby", "active", "recovery", "after_action", "closed"],
            "preparation",
            Wants::Reason,
        ),
        asking(
            &["active", "recovery", "after_action", "closed"],
            "standby",
            Wants::Reason,
        ),
        asking(
            &["recovery", "after_action", "closed"],
            "active",
            Wants::Reason,
        ),
        asking(&["after_action", "closed"], "recovery", Wants::Reason),
        asking(&["closed"], "after_action", Wants::Reason),
    ],
};

pub(crate) const FIELDS: &[Field] = &[
    Field::plain("name", Shape::Title).required(),
    // Once and for all: an exercise can never become real, nor the reverse.
    Field::once("exercise", Shape::Flag).default("false"),
    Field::critical(
        "phase",
        Shape::Token(&labels::PHASE),
        Caution::Ranked(&[
            "active",
            "standby",
            "recovery",
            "preparation",
            "after_action",
            OTHER,
            "closed",
        ]),
    )
    .machine(&PHASES)
    .default("preparation"),
    Field::set("hazards", Shape::Token(&labels::EVENT_TYPE)),
    Field::set("territory", Shape::Insee),
    Field::once("time_zone", Shape::TimeZone),
    Field::plain("director", Shape::Token(&labels::DIRECTOR)),
    Field::plain("activated_at", Shape::Moment),
    Field::plain("closed_at", Shape::Moment),
    Field::text("instructions"),
    Field::plain("director_name", Shape::Title).private(),
];
