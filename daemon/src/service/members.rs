//! Members: listed, shown, shut out, given another role, taken up, denied here; and what a root says.

use std::collections::BTreeSet;

use beffroi_api::Schema;
use beffroi_api::problem::{Cause, FieldCode};
use beffroi_api::reply::{
    Adopted, LetIn, Member, MemberChanged, MemberDetail, Members, Revoked, RootUsed,
};
use beffroi_api::request::{
    ALSO_MAX, ChangeRole, Deny, Revoke, Role, RootAct, SHEET_WORDS, UseRoot, Why,
};
use beffroi_store::{Store, StoreError};
use beffroi_trust::ids::{RING_COMMON, RING_PEOPLE, Ring};
use beffroi_trust::{DeviceId, EntryId, Signer};
use zeroize::Zeroizing;

use super::membership::all_kept;
use super::{Service, blocking};
use crate::clock::parse_ms;
use crate::failure::{Failure, Outcome};
use crate::node::withdrawing::{Stays, Withdrawn};
use crate::node::{Kept, Node, internal};

/// Entries read from the disk at a time, to see when they came.
const PAGE: usize = 64;

/// Who is to go, since when, and why.
struct Going {
    device: DeviceId,
    why: Why,
    written: BTreeSet<EntryId>,
    stays: Stays,
}

impl Service {
    /// Every device that was ever let in.
    pub(crate) async fn members(&self) -> Outcome<Members> {
        self.context_of_any_post().await?;
        let items = self.node.ask(|node| node.shown_members()).await?;
        Ok(Members {
            schema: Schema,
            items,
        })
    }

    /// One device, whom it let in, and what it reads.
    pub(crate) async fn member(&self, named: String) -> Outcome<MemberDetail> {
        self.context_of_any_post().await?;
        self.node
            .ask(move |node| {
                let device = node.member_named(&named)?;
                Ok(MemberDetail {
                    schema: Schema,
                    member: node.as_member(&device)?,
                    let_in: node.let_in_by(&device),
                    could_read: node.could_read(&device),
                })
            })
            .await?
    }

    /// Shuts a device out, and those it let in that were named with it.
    pub(crate) async fn revoke(&self, named: String, body: Revoke) -> Outcome<Revoked> {
        self.context().await?;
        if body.also.len() > ALSO_MAX {
            return Err(Failure::field("also", FieldCode::TooLong));
        }
        let going = self.going(named, body.since.as_deref(), body.why).await?;
        let mut others = Vec::new();
        for also in body.also {
            others.push(self.going(also, body.since.as_deref(), body.why).await?);
        }
        if body.dry_run {
            return self
                .node
                .ask(move |node| node.weigh(None, &going, &others))
                .await?;
        }
        self.withdraw(None, going, others).await
    }

    async fn withdraw(
        &self,
        root: Option<Signer>,
        going: Going,
        others: Vec<Going>,
    ) -> Outcome<Revoked> {
        let device = going.device;
        let (mut revoked, kept) = self
            .node
            .ask(move |node| node.shut_out(root.as_ref(), &going, &others))
            .await??;
        all_kept(kept).await?;
        revoked.member = self.node.ask(move |node| node.as_member(&device)).await??;
        Ok(revoked)
    }

    /// Which device is meant, and which of its entries this post received in time.
    async fn going(&self, named: String, since: Option<&str>, why: Why) -> Outcome<Going> {
        let since_ms = match since {
            None => None,
            Some(text) => {
                let unreadable = || Failure::field("since", FieldCode::NotATime);
                Some(parse_ms(text).ok_or_else(unreadable)?)
            }
        };
        let (device, written) = self
            .node
            .ask(move |node| {
                let device = node.member_named(&named)?;
                Ok::<_, Failure>((device, node.written_by(&device)))
            })
            .await??;
        let stays = match since_ms {
            None => Stays::All,
            Some(since_ms) => {
                let (store, written) = (self.store.clone(), written.clone());
                let early = blocking(move || received_before(store.as_ref(), &written, since_ms));
                Stays::These(early.await?.map_err(|error| internal(&error))?)
            }
        };
        Ok(Going {
            device,
            why,
            written: written.into_iter().collect(),
            stays,
        })
    }

    /// Gives a device another role.
    pub(crate) async fn change_role(
        &self,
        named: String,
        body: ChangeRole,
    ) -> Outcome<MemberChanged> {
        self.context().await?;
        self.give(None, named, body).await
    }

    async fn give(
        &self,
        root: Option<Signer>,
        named: String,
        change: ChangeRole,
    ) -> Outcome<MemberChanged> {
        let (device, kept) = self
            .node
            .ask(move |node| {
                let device = node.member_named(&named)?;
                let kept = node.change_role(root.as_ref(), &device, &change)?;
                Ok::<_, Failure>((device, kept))
            })
            .await??;
        all_kept(kept).await?;
        self.changed(device).await
    }

    async fn changed(&self, device: DeviceId) -> Outcome<MemberChanged> {
        Ok(MemberChanged {
            schema: Schema,
            member: self.node.ask(move |node| node.as_member(&device)).await??,
        })
    }

    /// Takes up what a device wrote without effect.
    pub(crate) async fn adopt(&self, named: String) -> Outcome<Adopted> {
        self.context().await?;
        let (device, adopted, kept) = self
            .node
            .ask(move |node| {
                let device = node.member_named(&named)?;
                let (adopted, kept) = node.adopt(&device)?;
                Ok::<_, Failure>((device, adopted, kept))
            })
            .await??;
        all_kept(vec![kept]).await?;
        Ok(Adopted {
            schema: Schema,
            member: self.changed(device).await?.member,
            adopted,
        })
    }

    /// Speaks with a device no more, at this post alone, or again.
    pub(crate) async fn deny(&self, named: String, body: Deny) -> Outcome<MemberChanged> {
        self.context().await?;
        let device = self
            .node
            .ask(move |node| {
                let device = node.member_named(&named)?;
                if node
                    .living
                    .as_ref()
                    .is_some_and(|living| living.me() == device)
                {
                    return Err(Cause::WithdrawSelf {}.into());
                }
                node.deny(device, body.denied);
                Ok::<_, Failure>(device)
            })
            .await??;
        self.changed(device).await
    }

    /// One act of a root.
    pub(crate) async fn root(&self, body: UseRoot) -> Outcome<RootUsed> {
        self.context_of_any_post().await?;
        if body.words.len() != SHEET_WORDS {
            let count = body.words.len() as u64;
            return Err(Cause::SheetCount { count }.into());
        }
        let UseRoot { words, says } = body;
        let words = Zeroizing::new(words);
        let (root, sheet) = self.node.ask(move |node| node.root_of(&words)).await??;
        let mut used = RootUsed {
            schema: Schema,
            sheet,
            revoked: None,
            member: None,
        };
        match says {
            RootAct::Check => {}
            RootAct::Revoke { post, since, why } => {
                let going = self.going(post, since.as_deref(), why).await?;
                used.revoked = Some(self.withdraw(Some(root), going, Vec::new()).await?);
            }
            RootAct::Coordinator { post } => {
                let change = ChangeRole {
                    role: Role::Coordinator,
                    people: true,
                };
                used.member = Some(self.give(Some(root), post, change).await?.member);
            }
        }
        Ok(used)
    }
}

/// The entries among these that came before a time, by this post's own clock.
fn received_before(
    store: &dyn Store,
    written: &[EntryId],
    before_ms: u64,
) -> Result<BTreeSet<EntryId>, StoreError> {
    let mut early = BTreeSet::new();
    for page in written.chunks(PAGE) {
        let ids: Vec<_> = page.iter().map(|id| id.0).collect();
        let stored = store.entries(&ids)?.into_iter().flatten();
        let in_time = stored.filter(|stored| stored.received_ms < before_ms);
        early.extend(in_time.map(|stored| EntryId(stored.id)));
    }
    Ok(early)
}

/// A ring as programs read it.
fn ring_word(ring: &Ring) -> String {
    match *ring {
        RING_COMMON => "common".into(),
        RING_PEOPLE => "people".into(),
        other => other.to_string(),
    }
}

impl Node {
    fn as_member(&self, device: &DeviceId) -> Outcome<Member> {
        self.shown_member(device).ok_or_else(|| {
            let member = device.to_string();
            Cause::MemberUnknown { member }.into()
        })
    }

    /// What shutting a device out would come to.
    fn weigh(&self, root: Option<&Signer>, going: &Going, others: &[Going]) -> Outcome<Revoked> {
        let withdrawal = self.withdrawal(root, &going.device, going.why, &going.stays)?;
        for other in others {
            self.withdrawal(root, &other.device, other.why, &other.stays)?;
        }
        let kept = match &going.stays {
            Stays::All => going.written.len(),
            Stays::These(early) => early.len(),
        };
        Ok(Revoked {
            schema: Schema,
            dry_run: true,
            member: self.as_member(&going.device)?,
            kept: kept as u64,
            set_aside: (going.written.len() - kept) as u64,
            also: Vec::new(),
            let_in: self.still_let_in(&going.device),
            holds_on: !withdrawal.beyond.is_empty(),
            keys_turned: Vec::new(),
            keys_left: Vec::new(),
            could_read: self.could_read(&going.device),
        })
    }

    fn shut_out(
        &mut self,
        root: Option<&Signer>,
        going: &Going,
        others: &[Going],
    ) -> Outcome<(Revoked, Vec<Kept>)> {
        // All of it is found to be allowed before any of it is done.
        let mut revoked = self.weigh(root, going, others)?;
        let mut waits = Vec::new();
        let mut also = Vec::new();
        for other in others {
            let withdrawn = self.withdraw(root, &other.device, other.why, &other.stays)?;
            waits.extend(withdrawn.kept);
            also.push(self.as_member(&other.device)?);
        }
        let Withdrawn {
            holds_on,
            turned,
            left,
            kept,
        } = self.withdraw(root, &going.device, going.why, &going.stays)?;
        waits.extend(kept);
        revoked.dry_run = false;
        revoked.member = self.as_member(&going.device)?;
        revoked.holds_on = holds_on;
        revoked.keys_turned = turned.iter().map(ring_word).collect();
        revoked.keys_left = left.iter().map(ring_word).collect();
        revoked.let_in = self.still_let_in(&going.device);
        revoked.also = also
            .into_iter()
            .map(|member| member.name.unwrap_or(member.id))
            .collect();
        Ok((revoked, waits))
    }

    fn still_let_in(&self, device: &DeviceId) -> Vec<LetIn> {
        let mut all = self.let_in_by(device);
        all.retain(|let_in| let_in.stands);
        all
    }
}
