//! Plays the exercise: each record and act typed at its post, each act on what the one before it
//! left.

use std::collections::BTreeMap;

use beffroi_api::request::{Create, Edit, StepRequest};
use beffroi_api::{Kind, Record};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::fleet::Fleet;
use super::post::Post;
use super::scenario::{Act, Scenario, Typed};
use super::wait;
use crate::failure::{EXIT_FAILED, Failure};
use crate::session::Session;

/// A record that was typed, as its last author left it.
pub(super) struct Played {
    pub(super) id: Uuid,
    pub(super) kind: Kind,
    heads: Vec<String>,
}

/// The exercise as far as it was played.
pub(super) struct Play<'a> {
    session: &'a Session,
    scenario: &'a Scenario,
    operation: Uuid,
    records: BTreeMap<&'a str, Played>,
}

impl<'a> Play<'a> {
    /// Opens the operation at the first post, and waits until every post has it.
    pub(super) async fn open(
        session: &'a Session,
        fleet: &Fleet,
        scenario: &'a Scenario,
    ) -> Result<Play<'a>, Failure> {
        let operation = session.fresh_id()?;
        let play = Play {
            session,
            scenario,
            operation,
            records: BTreeMap::new(),
        };
        if let Some(first) = fleet.posts.first() {
            let create = Create {
                id: operation,
                operation: None,
                set: scenario.operation.clone(),
            };
            let opened = first.client.create(Kind::Operation, &create).await?.record;
            play.talk_of("demo-opened", opened.title());
            for post in &fleet.posts {
                play.wait_for(post, Kind::Operation, operation, &opened.heads)
                    .await?;
            }
        }
        Ok(play)
    }

    /// Types every record, then does every act.
    pub(super) async fn all(&mut self, fleet: &Fleet) -> Result<(), Failure> {
        let scenario = self.scenario;
        let total = scenario.records.len() + scenario.acts.len();
        let arguments = [
            ("records", scenario.records.len().into()),
            ("acts", scenario.acts.len().into()),
        ];
        self.session.talk("demo-playing", &arguments);
        let bar = self.bar(total);
        for typed in &scenario.records {
            self.record(fleet, typed).await?;
            bar.inc(1);
        }
        for act in &scenario.acts {
            self.act(fleet, act).await?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(())
    }

    /// What was played under a name of the scenario.
    pub(super) fn played(&self, local: &str) -> Result<&Played, Failure> {
        self.records.get(local).ok_or_else(|| {
            let arguments = [("record", local.into())];
            self.session
                .failure(EXIT_FAILED, "demo-not-played", &arguments)
        })
    }

    /// Edits a record at a post that has it, without waiting for what others wrote.
    pub(super) async fn edit(
        &self,
        post: &Post,
        played: &Played,
        set: Map<String, Value>,
    ) -> Result<(), Failure> {
        self.write(post, played, set).await.map(|_record| ())
    }

    /// Types a record at a post.
    pub(super) async fn create(
        &self,
        post: &Post,
        kind: Kind,
        set: Map<String, Value>,
    ) -> Result<Record, Failure> {
        let create = Create {
            id: self.session.fresh_id()?,
            operation: Some(self.operation.to_string()),
            set,
        };
        Ok(post.client.create(kind, &create).await?.record)
    }

    async fn record(&mut self, fleet: &Fleet, typed: &'a Typed) -> Result<(), Failure> {
        let mut set = typed.set.clone();
        if let Some(local) = &typed.incident {
            let incident = self.played(local)?.id.to_string();
            set.insert("incident".to_owned(), Value::String(incident));
        }
        let post = at(fleet, typed.post);
        let record = self.create(post, typed.kind, set).await?;
        self.keep(&typed.local, record);
        Ok(())
    }

    async fn act(&mut self, fleet: &Fleet, act: &'a Act) -> Result<(), Failure> {
        let post = at(fleet, act.post);
        let played = self.played(&act.on)?;
        self.wait_for(post, played.kind, played.id, &played.heads)
            .await?;
        let record = match &act.step {
            Some(step) => {
                let request = StepRequest {
                    change_id: self.session.fresh_id()?,
                    heads: Vec::new(),
                    step: step.clone(),
                };
                let id = played.id.to_string();
                post.client.step(played.kind, &id, &request).await?.record
            }
            None => self.write(post, played, act.set.clone()).await?,
        };
        self.keep(&act.on, record);
        Ok(())
    }

    async fn write(
        &self,
        post: &Post,
        played: &Played,
        set: Map<String, Value>,
    ) -> Result<Record, Failure> {
        let edit = Edit {
            change_id: self.session.fresh_id()?,
            set,
            ..Edit::default()
        };
        let id = played.id.to_string();
        let edited = post.client.edit(played.kind, &id, &edit, None).await?;
        Ok(edited.record)
    }

    fn keep(&mut self, local: &'a str, record: Record) {
        let played = Played {
            id: record.id,
            kind: record.kind,
            heads: record.heads,
        };
        self.records.insert(local, played);
    }

    /// Waits until a post shows a record with these heads.
    async fn wait_for(
        &self,
        post: &Post,
        kind: Kind,
        id: Uuid,
        heads: &[String],
    ) -> Result<(), Failure> {
        let what = self
            .session
            .texts
            .with("demo-wait-record", &[("post", post.name.as_str().into())]);
        let id = id.to_string();
        wait::until(self.session, &what, async || {
            // Not there yet, or there as it was before.
            let read = post.client.record(Some(kind), &id).await.ok();
            Ok(read.and_then(|read| (read.value.record.heads == heads).then_some(())))
        })
        .await
    }

    fn talk_of(&self, key: &str, title: &str) {
        self.session.talk(key, &[("title", title.into())]);
    }

    /// A bar on a terminal, else nothing.
    fn bar(&self, total: usize) -> ProgressBar {
        let target = if self.session.screen.is_live() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(total as u64), target);
        // The pattern is a constant: the default serves should it ever not parse.
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len}") {
            bar.set_style(style);
        }
        bar
    }
}

/// The post that stands for a place in the scenario.
fn at(fleet: &Fleet, place: usize) -> &Post {
    &fleet.posts[place % fleet.posts.len()]
}
