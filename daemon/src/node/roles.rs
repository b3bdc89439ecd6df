//! The roles of the API and those of the acts.

use beffroi_api::request::Role as ApiRole;
use beffroi_trust::ids::{RING_COMMON, RING_PEOPLE};
use beffroi_trust::{Ring, Role};

/// The role as the API names it; `None` for one of a newer version.
pub(crate) fn shown(role: Role) -> Option<ApiRole> {
    match role {
        Role::Coordinator => Some(ApiRole::Coordinator),
        Role::Operator => Some(ApiRole::Operator),
        Role::Observer => Some(ApiRole::Observer),
        Role::Relay => Some(ApiRole::Relay),
        Role::Newer(_) => None,
    }
}

/// The role as the acts carry it.
pub(crate) fn carried(role: ApiRole) -> Role {
    match role {
        ApiRole::Coordinator => Role::Coordinator,
        ApiRole::Operator => Role::Operator,
        ApiRole::Observer => Role::Observer,
        ApiRole::Relay => Role::Relay,
    }
}

/// The rings a newcomer of this role is let into. A relay carries what it cannot read.
pub(crate) fn rings(role: ApiRole, people: bool) -> Vec<Ring> {
    match role {
        ApiRole::Relay => Vec::new(),
        ApiRole::Coordinator | ApiRole::Operator | ApiRole::Observer if people => {
            vec![RING_COMMON, RING_PEOPLE]
        }
        ApiRole::Coordinator | ApiRole::Operator | ApiRole::Observer => vec![RING_COMMON],
    }
}
