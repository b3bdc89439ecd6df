//! Incident (*signalement*): something that happened or is feared.

use crate::caution::{Caution, OTHER};
use crate::field::Field;
use crate::labels;
use crate::machine::{Machine, Wants, asking, free};
use crate::shape::Shape;

const STATUS: Machine = Machine {
    steps: &[
        free(&["new", "paused"], "in_progress"),
        free(&["in_progress"], "paused"),
        free(&["in_progress", "paused"], "closed"),
        asking(&["new"], "closed", Wants::Reason),
        asking(&["closed"], "in_progress", Wants::Reason),
    ],
};

const VERIFICATION: Machine = Machine {
    steps: &[
        free(&["unverified"], "checking"),
        free(&["unverified", "checking"], "verified"),
        free(&["unverified", "checking"], "refuted"),
        asking(&["refuted"], "verified", Wants::Note),
        asking(&["verified"], "refuted", Wants::Note),
    ],
};

pub(crate) const FIELDS: &[Field] = &[
    Field::plain("title", Shape::Title).required(),
    Field::text("description"),
    Field::plain("event_type", Shape::Token(&labels::EVENT_TYPE)),
    Field::plain("emsi_etype", Shape::EmsiType),
    Field::set("category", Shape::Token(&labels::CATEGORY)),
    Field::critical(
        "severity",
        Shape::Token(&labels::SEVERITY),
        // `unknown` and tokens of later versions rank as `moderate`, which is named first to win that tie.
        Caution::Ranked(&["extreme", "severe", "moderate", "unknown", OTHER, "minor"]),
    ),
    Field::plain("urgency", Shape::Token(&labels::URGENCY)),
    Field::critical(
        "verification",
        Shape::Token(&labels::VERIFICATION),
        Caution::WhenDiffering("unverified"),
    )
    .machine(&VERIFICATION)
    .default("unverified"),
    Field::critical(
        "status",
        Shape::Token(&labels::INCIDENT_STATUS),
        Caution::Ranked(&["in_progress", "new", "paused", OTHER, "closed"]),
    )
    .machine(&STATUS)
    .default("new"),
    Field::critical("duplicate_of", Shape::Id, Caution::NullWhenDiffering),
    Field::plain("parent", Shape::Id),
    Field::plain("occurred_at", Shape::Moment),
    Field::plain("reported_at", Shape::Moment),
    Field::plain("channel", Shape::Token(&labels::CHANNEL)),
    Field::plain("chosen_observation", Shape::Id),
    Field::ledger("observations", Shape::Observation),
    Field::plain("caller", Shape::Person).private(),
];
