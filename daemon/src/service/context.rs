//! What most answers need of the node: the view, who we are, and which operation is meant.

use std::sync::Arc;

use beffroi_api::problem::Cause;
use beffroi_api::record::StoredBy;
use beffroi_records::{Kind, Row};
use beffroi_sync::PeerId;
use beffroi_trust::ids::RING_PEOPLE;
use beffroi_trust::{DeviceId, EntryId};
use uuid::Uuid;

use super::Service;
use crate::failure::Outcome;
use crate::node::Node;
use crate::view::View;

/// The territory as an answer needs it.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) view: Arc<View>,
    pub(crate) me: DeviceId,
    /// This post's own code and name; empty until its document has arrived.
    pub(crate) code: String,
    pub(crate) name: String,
    /// Whether this post has the right to read data about people.
    pub(crate) reads_people: bool,
}

impl Service {
    /// The territory; refused when there is none yet, while the keys are locked, and at a post that was
    /// withdrawn.
    pub(crate) async fn context(&self) -> Outcome<Context> {
        let out = |node: &mut Node| {
            node.is_out().then(|| {
                let living = node.living.as_ref()?;
                node.withdrawal_of(&living.me())
            })
        };
        if let Some(withdrawal) = self.node.ask(out).await? {
            let by = withdrawal.and_then(|withdrawal| withdrawal.by);
            let cause = by.map_or(Cause::PostOut {}, |by| Cause::PostWithdrawn { by });
            return Err(cause.into());
        }
        self.context_of_any_post().await
    }

    /// The territory, also at a post that was withdrawn: for its status, its journal, and handing in what
    /// it wrote.
    pub(crate) async fn context_of_any_post(&self) -> Outcome<Context> {
        let living = |node: &mut Node| {
            let living = node.living.as_ref().ok_or_else(|| node.absent())?;
            let reads_people = living.reads(RING_PEOPLE);
            Ok::<_, Cause>((living.view.clone(), living.me(), reads_people))
        };
        let (view, me, reads_people) = self.node.ask(living).await??;
        let post = view.cabinet().names().of(&me).cloned();
        let (name, code) = post.map_or_else(Default::default, |post| (post.name, post.code));
        Ok(Context {
            view,
            me,
            code,
            name,
            reads_people,
        })
    }

    /// How many other posts said that they have all of these entries.
    pub(crate) async fn stored_by(&self, records: Vec<Vec<EntryId>>) -> Outcome<Vec<StoredBy>> {
        self.node.ask(move |node| node.stored_by(&records)).await
    }
}

impl Node {
    /// The other posts now standing.
    pub(crate) fn others(&self) -> Vec<PeerId> {
        let Some(living) = &self.living else {
            return Vec::new();
        };
        let me = living.me();
        let devices = living
            .chronicle
            .standing()
            .devices()
            .filter(|device| **device != me);
        devices.map(|device| PeerId::from(*device)).collect()
    }

    pub(crate) fn stored_by(&self, records: &[Vec<EntryId>]) -> Vec<StoredBy> {
        let others = self.others();
        let has = |peer: &&PeerId, entries: &[EntryId]| {
            let engine = self.living.as_ref().map(|living| &living.engine);
            engine
                .is_some_and(|engine| entries.iter().all(|entry| engine.acknowledged(peer, entry)))
        };
        let count = |entries: &Vec<EntryId>| StoredBy {
            acknowledged: others.iter().filter(|peer| has(peer, entries)).count() as u64,
            posts: others.len() as u64,
        };
        records.iter().map(count).collect()
    }
}

impl Context {
    /// The operations that are not closed and not archived, the newest first.
    pub(crate) fn open_operations(&self) -> Vec<Row> {
        let mut open: Vec<Row> = self.view.rows(Kind::Operation, |rows| {
            rows.filter(|row| row.status() != "closed" && !row.archived)
                .cloned()
                .collect()
        });
        open.sort_by_key(|row| std::cmp::Reverse((row.created_ms, row.id)));
        open
    }

    /// The operation a request names, else the only one that is open.
    pub(crate) fn operation(&self, named: Option<&str>) -> Outcome<Uuid> {
        if let Some(named) = named.filter(|named| !named.is_empty()) {
            return self.resolve(Some(Kind::Operation), named).map(|(_, id)| id);
        }
        let open = self.open_operations();
        match open.as_slice() {
            [only] => Ok(only.id),
            [] => Err(Cause::RecordNotReceived {
                reference: "operation".into(),
            }
            .into()),
            _ => Err(Cause::OperationsOpen {}.into()),
        }
    }
}
