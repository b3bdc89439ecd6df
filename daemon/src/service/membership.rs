//! Founding, inviting, joining: the waits around what the node does.

use std::time::Duration;

use beffroi_api::Schema;
use beffroi_api::problem::Cause;
use beffroi_api::reply::membership::{
    Invite, InviteState as ShownState, InviteSummary, Invites as ShownInvites, JoinedTerritory,
    OperationSummary, PostSummary, RootSheet, SheetsConfirmed, Territory, TerritoryCreated,
};
use beffroi_api::reply::status::TerritoryName;
use beffroi_api::request::{CreateInvite, CreateTerritory, Join};
use beffroi_records::{Kind, Row};
use beffroi_store::Batch;
use beffroi_trust::digest::territory_words;
use beffroi_trust::ids::RING_PEOPLE;
use beffroi_trust::invite::InviteCode;
use beffroi_trust::{DeviceId, EntryId};
use tokio::time::{Instant, sleep, timeout_at};

use super::{Context, Service, blocking};
use crate::clock::{now_ms, rfc3339};
use crate::dice;
use crate::failure::{Failure, Outcome};
use crate::node::{InviteState, Kept, Node, SETTINGS, find, roles};
use crate::vault::Passphrase;
use crate::view::territory_uuid;
use crate::writer::Job;

/// When the root sheets were confirmed, among the settings.
const SHEETS: &[u8] = b"sheets-confirmed";
/// How often a condition that others bring about is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// The longest wait of a join: a person stands before it.
const JOIN_WAIT_MAX: Duration = Duration::from_secs(600);

pub(super) async fn all_kept(kept: Vec<Kept>) -> Outcome<()> {
    for kept in kept {
        kept.await.map_err(|_| Failure::from(Cause::Ending {}))??;
    }
    Ok(())
}

impl Service {
    /// Founds a territory.
    pub(crate) async fn found(
        &self,
        body: CreateTerritory,
        passphrase: Option<Passphrase>,
    ) -> Outcome<TerritoryCreated> {
        let key = self.key_for_new(passphrase).await?;
        let founded = self.node.ask(move |node| node.found(&body, key)).await??;
        all_kept(founded.kept).await?;
        let context = self.context().await?;
        let sheet = |(n, root): (usize, &beffroi_trust::RootSeed)| RootSheet {
            number: n as u64 + 1,
            words: root.words().split_whitespace().map(str::to_owned).collect(),
        };
        let operation = context
            .view
            .cabinet()
            .row(Kind::Operation, founded.operation)
            .cloned();
        let operation = operation.ok_or(Cause::Internal {})?;
        let summary = self.operation_summary(&context, &operation);
        let (territory, post, fingerprint) = self
            .node
            .ask(|node| node.identity())
            .await?
            .ok_or(Cause::Internal {})?;
        Ok(TerritoryCreated {
            schema: Schema,
            territory,
            post,
            operation: summary,
            fingerprint,
            roots: founded.roots.0.iter().enumerate().map(sheet).collect(),
        })
    }

    /// The territory.
    pub(crate) async fn territory(&self) -> Outcome<Territory> {
        let context = self.context_of_any_post().await?;
        let (name, post, fingerprint) = self
            .node
            .ask(|node| node.identity())
            .await?
            .ok_or(Cause::TerritoryMissing {})?;
        let created = self
            .node
            .ask(|node| {
                node.living
                    .as_ref()
                    .map(|living| living.genesis.created_ms())
            })
            .await?;
        let sheets = self.store.value(SETTINGS, SHEETS).ok().flatten();
        let operations = context
            .view
            .rows(Kind::Operation, |rows| rows.cloned().collect::<Vec<Row>>());
        Ok(Territory {
            schema: Schema,
            name: name.name,
            id: name.id,
            fingerprint,
            created: created.map(rfc3339),
            insee: self.insee().await?,
            sheets_confirmed: Some(sheets.is_some()),
            post,
            operations: operations
                .iter()
                .map(|row| self.operation_summary(&context, row))
                .collect(),
        })
    }

    async fn insee(&self) -> Outcome<Vec<String>> {
        let context = self.context_of_any_post().await?;
        let id = self
            .node
            .ask(|node| node.living.as_ref().map(|living| living.id))
            .await?;
        let record = id.and_then(|id| context.view.record(Kind::Territory, territory_uuid(&id)));
        Ok(record.map_or_else(Vec::new, |record| {
            record.members("area").map(str::to_owned).collect()
        }))
    }

    pub(crate) fn operation_summary(&self, context: &Context, row: &Row) -> OperationSummary {
        let record = context.view.record(Kind::Operation, row.id);
        let exercise = record
            .as_ref()
            .is_some_and(|record| record.used("exercise") == true);
        OperationSummary {
            id: row.id,
            number: Some(row.reference.to_string()).filter(|number| !number.is_empty()),
            name: row.title.to_string(),
            phase: Some(row.status().to_owned()).filter(|phase| !phase.is_empty()),
            exercise,
        }
    }

    /// The sheets were printed and read back.
    pub(crate) async fn confirm_sheets(&self) -> Outcome<SheetsConfirmed> {
        self.context().await?;
        let at = rfc3339(now_ms());
        let text = at.clone();
        self.node
            .ask(move |node| {
                let mut batch = Batch::new();
                batch.put(SETTINGS, SHEETS, text.as_bytes());
                node.writer.keep(Job {
                    ids: Vec::new(),
                    batch,
                });
            })
            .await?;
        Ok(SheetsConfirmed {
            schema: Schema,
            confirmed: at,
        })
    }

    /// Makes a code. Its keys are stretched on another thread: half a second.
    pub(crate) async fn invite(&self, body: CreateInvite) -> Outcome<Invite> {
        self.context().await?;
        let code = InviteCode::from_random(u64::from_le_bytes(dice::bytes()));
        let (code, keys) = blocking(move || {
            let keys = code.keys();
            (code, keys)
        })
        .await?;
        let request = body.clone();
        let invited = self
            .node
            .ask(move |node| node.invite(&request, &code, keys))
            .await??;
        all_kept(vec![invited.kept]).await?;
        Ok(Invite {
            schema: Schema,
            code: invited.code,
            id: invited.id.to_string(),
            role: body.role,
            people: body.people,
            expires: rfc3339(invited.until_ms),
            addresses: self.porch_addresses().await?,
        })
    }

    /// Where the porch can be reached; it may take a moment to open.
    async fn porch_addresses(&self) -> Outcome<Vec<String>> {
        let until = Instant::now() + Duration::from_secs(2);
        loop {
            let porch = self.node.ask(|node| node.network.porch.clone()).await?;
            if !porch.is_empty() || Instant::now() >= until {
                return Ok(porch.iter().map(ToString::to_string).collect());
            }
            sleep(LOOK).await;
        }
    }

    /// The codes of this daemon's life.
    pub(crate) async fn invites(&self) -> Outcome<ShownInvites> {
        self.context().await?;
        let items = self.node.ask(|node| node.invite_summaries()).await?;
        Ok(ShownInvites {
            schema: Schema,
            items,
        })
    }

    /// Takes a code back.
    pub(crate) async fn cancel_invite(&self, id: String) -> Outcome<InviteSummary> {
        self.context().await?;
        self.node
            .ask(move |node| {
                let unknown = || Cause::InviteUnknown {
                    invite: id.chars().take(80).collect(),
                };
                let found = node
                    .invites
                    .known
                    .keys()
                    .find(|known| known.to_string().starts_with(&id) && id.len() >= 4);
                let found = *found.ok_or_else(unknown)?;
                node.cancel_invite(&found)?;
                let mut summaries = node.invite_summaries().into_iter();
                let ours = summaries.find(|summary| summary.id == found.to_string());
                ours.ok_or_else(|| unknown().into())
            })
            .await?
    }

    /// Enters a territory by a code.
    pub(crate) async fn join(
        &self,
        body: Join,
        passphrase: Option<Passphrase>,
    ) -> Outcome<JoinedTerritory> {
        let key = self.key_for_new(passphrase).await?;
        let wait = Duration::from_secs(body.wait_s).min(JOIN_WAIT_MAX);
        let until = Instant::now() + wait;
        let entered = find(&self.node, &body, self.discovery.clone(), key, until).await?;
        let inviter = entered
            .welcomed
            .chain
            .last()
            .map(beffroi_trust::Checked::author);
        let welcomed = entered.welcomed;
        let kept = self.node.ask(move |node| node.enter(&welcomed)).await??;
        all_kept(vec![kept]).await?;
        let complete = timeout_at(until, self.received_enough(inviter)).await;
        if complete.is_err() {
            return Err(Cause::JoinedIncomplete {
                seconds: body.wait_s,
            }
            .into());
        }
        self.joined(inviter, entered.address).await
    }

    /// Waits until acts, the name of this post and an operation have arrived.
    async fn received_enough(&self, inviter: Option<DeviceId>) -> Outcome<()> {
        loop {
            let context = self.context().await?;
            let named = !context.code.is_empty();
            let operation = context
                .view
                .rows(Kind::Operation, |rows| rows.next().is_some());
            let relay = self.node.ask(|node| node.reads_nothing()).await?;
            let in_step = self.node.ask(move |node| node.is_in_step(inviter)).await?;
            if (named && operation && in_step) || (relay && in_step) {
                return Ok(());
            }
            sleep(LOOK).await;
        }
    }

    async fn joined(&self, inviter: Option<DeviceId>, address: String) -> Outcome<JoinedTerritory> {
        let context = self.context().await?;
        let (territory, post, _) = self
            .node
            .ask(|node| node.identity())
            .await?
            .ok_or(Cause::TerritoryMissing {})?;
        let (received, in_step, people) = self
            .node
            .ask(move |node| {
                let people = node.living.as_ref().is_some_and(|living| {
                    let member = living.chronicle.standing().member(&living.me());
                    member.is_some_and(|member| member.rings.contains(&RING_PEOPLE))
                });
                (node.entry_count(), node.is_in_step(inviter), people)
            })
            .await?;
        let from = inviter.map(|inviter| context.view.cabinet().names().shown(&inviter));
        Ok(JoinedTerritory {
            schema: Schema,
            territory,
            post,
            people,
            from: from.unwrap_or_default(),
            address,
            received,
            offered: in_step.then_some(received),
            in_step,
        })
    }
}

impl Node {
    /// The territory, this post, and the words people compare.
    pub(crate) fn identity(&mut self) -> Option<(TerritoryName, PostSummary, String)> {
        let living = self.living.as_ref()?;
        let me = living.me();
        let cabinet = living.view.cabinet();
        let post = cabinet.names().of(&me).cloned();
        let role = living
            .chronicle
            .standing()
            .member(&me)
            .and_then(|member| member.role);
        let territory = TerritoryName {
            name: living.genesis.name().to_owned(),
            id: living.id.to_string(),
        };
        let (name, code) = post.map_or_else(Default::default, |post| (post.name, post.code));
        let post = PostSummary {
            name,
            code,
            id: me.to_string(),
            role: role.and_then(roles::shown),
        };
        Some((territory, post, territory_words(&living.id)))
    }

    fn invite_summaries(&self) -> Vec<InviteSummary> {
        let now = now_ms();
        let names = |device: &DeviceId| {
            let living = self.living.as_ref()?;
            Some(living.view.cabinet().names().shown(device))
        };
        let summary = |(id, invite): (&EntryId, &crate::node::OpenInvite)| InviteSummary {
            id: id.to_string(),
            role: invite.role,
            people: invite.people,
            created: None,
            expires: rfc3339(invite.until_ms),
            state: match invite.state {
                InviteState::Open if invite.until_ms <= now => ShownState::Expired,
                InviteState::Open => ShownState::Open,
                InviteState::Used(..) => ShownState::Used,
                InviteState::Cancelled => ShownState::Cancelled,
            },
            used_by: match &invite.state {
                InviteState::Used(device, _) => names(device),
                InviteState::Open | InviteState::Cancelled => None,
            },
        };
        self.invites.known.iter().map(summary).collect()
    }

    /// Whether this device carries entries and reads none.
    fn reads_nothing(&self) -> bool {
        self.living.as_ref().is_some_and(|living| {
            let member = living.chronicle.standing().member(&living.me());
            member.is_some_and(|member| member.rings.is_empty())
        })
    }

    /// Whether both sides hold the same; with any post when the one meant is not known.
    pub(crate) fn is_in_step(&self, with: Option<DeviceId>) -> bool {
        let Some(living) = &self.living else {
            return false;
        };
        let in_step = |peer: &beffroi_sync::PeerId| {
            living
                .engine
                .peer(peer)
                .is_some_and(|status| status.in_step)
        };
        match with {
            Some(device) => in_step(&device.into()) || self.others().iter().any(in_step),
            None => self.others().iter().any(in_step),
        }
    }

    /// Entries on the disk, of both sets.
    pub(crate) fn entry_count(&self) -> u64 {
        use beffroi_trust::Class;
        self.living.as_ref().map_or(0, |living| {
            living.engine.count(Class::Act) + living.engine.count(Class::Content)
        })
    }
}
