//! The status of this post: one look at everything, true at one moment.

use std::collections::BTreeMap;

use beffroi_api::finding::Finding;
use beffroi_api::reply::status::{PostStatus, Status, TerritoryName};
use beffroi_api::{Language, Schema};
use beffroi_records::{Kind, Row};
use beffroi_trust::ids::RING_PEOPLE;

use super::{Context, Service, blocking};
use crate::failure::Outcome;
use crate::node::{Node, genesis, roles};

/// What the rows amount to.
#[derive(Default)]
struct Counts {
    records: BTreeMap<String, u64>,
    conflicts: u64,
}

impl Service {
    /// The status, complete also before there is a territory.
    pub(crate) async fn status(&self, language: Language) -> Outcome<Status> {
        let health: Vec<Finding> = self.health_findings(language).await?;
        let Ok(context) = self.context_of_any_post().await else {
            let seen = |node: &mut Node| (node.locked_status(), node.locked_territory());
            let (post, territory) = self.node.ask(seen).await?;
            return Ok(Status {
                post,
                territory,
                ..self.status_outside(health)
            });
        };
        let counts = context.counts();
        let (digest, entries) = self.set_digest().await?;
        let operations = context
            .view
            .rows(Kind::Operation, |rows| rows.cloned().collect::<Vec<Row>>());
        let summaries = operations
            .iter()
            .map(|row| self.operation_summary(&context, row))
            .collect();
        let (peers, parked, post, territory) = self
            .node
            .ask(|node| {
                (
                    node.shown_peers(),
                    node.parked_count(),
                    node.post_status(),
                    node.territory_name(),
                )
            })
            .await?;
        let stored_by_all = self
            .stored_by_all(&context, counts.records.values().sum())
            .await?;
        let url = self.url_port.map(|port| {
            let host = if context.code.is_empty() {
                "127.0.0.1".into()
            } else {
                format!("{}.localhost", context.code.to_lowercase())
            };
            format!("http://{host}:{port}")
        });
        Ok(Status {
            schema: Schema,
            post,
            territory,
            set_digest: Some(digest.to_string()),
            counts: counts.records,
            entries,
            parked,
            conflicts: counts.conflicts,
            stored_by_all,
            peers,
            health,
            operations: summaries,
            url,
            version: env!("CARGO_PKG_VERSION").into(),
            boot: self.boot.clone(),
        })
    }

    fn status_outside(&self, health: Vec<Finding>) -> Status {
        Status {
            schema: Schema,
            post: None,
            territory: None,
            set_digest: None,
            counts: BTreeMap::new(),
            entries: 0,
            parked: 0,
            conflicts: 0,
            stored_by_all: None,
            peers: Vec::new(),
            health,
            operations: Vec::new(),
            url: self.url_port.map(|port| format!("http://127.0.0.1:{port}")),
            version: env!("CARGO_PKG_VERSION").into(),
            boot: self.boot.clone(),
        }
    }

    /// Records of which every other post said that it has all of it on disk; unknown when alone.
    async fn stored_by_all(&self, context: &Context, records: u64) -> Outcome<Option<u64>> {
        let lacking = self.node.ask(|node| {
            let others = node.others();
            let living = node.living.as_ref()?;
            let lacking = living.engine.contents_unacknowledged(&others);
            (!others.is_empty()).then_some(lacking)
        });
        match lacking.await? {
            None => Ok(None),
            Some(None) => Ok(Some(0)),
            Some(Some(lacking)) if lacking.is_empty() => Ok(Some(records)),
            Some(Some(lacking)) => {
                let view = context.view.clone();
                let without = move || view.cabinet().records_without(&lacking);
                Ok(Some(blocking(without).await?))
            }
        }
    }
}

impl Context {
    fn counts(&self) -> Counts {
        let cabinet = self.view.cabinet();
        let mut counts = Counts::default();
        for kind in Kind::RECORDS {
            let tally = cabinet.tally(kind);
            counts
                .records
                .insert(kind.token().to_owned(), tally.records);
            counts.conflicts += tally.conflicts;
        }
        counts
    }
}

impl Node {
    pub(crate) fn parked_count(&self) -> u64 {
        self.living
            .as_ref()
            .map_or(0, |living| living.parked.len() as u64)
    }

    pub(super) fn territory_name(&self) -> Option<TerritoryName> {
        let living = self.living.as_ref()?;
        Some(TerritoryName {
            name: living.genesis.name().to_owned(),
            id: living.id.to_string(),
        })
    }

    /// A locked post knows its territory from the founding statement, which is in clear, and of itself
    /// nothing.
    fn locked_status(&self) -> Option<PostStatus> {
        self.is_locked().then(|| PostStatus {
            name: String::new(),
            code: String::new(),
            id: String::new(),
            role: None,
            people: false,
            locked: true,
        })
    }

    fn locked_territory(&self) -> Option<TerritoryName> {
        let genesis = genesis(self.store.as_ref()).ok().flatten();
        genesis
            .filter(|_| self.is_locked())
            .map(|genesis| TerritoryName {
                name: genesis.name().to_owned(),
                id: genesis.territory().to_string(),
            })
    }

    pub(super) fn post_status(&self) -> Option<PostStatus> {
        let living = self.living.as_ref()?;
        let me = living.me();
        let post = living.view.cabinet().names().of(&me).cloned();
        let (name, code) = post.map_or_else(Default::default, |post| (post.name, post.code));
        let member = living.chronicle.standing().member(&me);
        Some(PostStatus {
            name,
            code,
            id: me.to_string(),
            role: member.and_then(|member| member.role).and_then(roles::shown),
            people: member.is_some_and(|member| member.rings.contains(&RING_PEOPLE)),
            locked: false,
        })
    }
}
