//! Enumerations of an operation.

use super::{List, Open, plain_token};

/// The phases of an operation, in their order.
pub const PHASE: List = List {
    name: "phase",
    open: Open::No,
    tokens: &[
        plain_token("preparation", "préparation", "preparation"),
        plain_token("standby", "veille", "standby"),
        plain_token("active", "activation", "active"),
        plain_token("recovery", "retour à la normale", "recovery"),
        plain_token("after_action", "retour d'expérience", "after-action"),
        plain_token("closed", "close", "closed"),
    ],
};
