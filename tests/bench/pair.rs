//! Two posts, each on a machine of its own when this process may make network namespaces.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use beffroi_api::client::{Address, Client};
use beffroi_api::reply::Peer;
use beffroi_api::request::{CreateInvite, CreateTerritory, Join, ListQuery, Role};
use beffroi_api::{Kind, Language};
use beffroi_tests::lab::Lab;
use beffroi_tests::{Post, Settings};

use crate::process::{Process, Wire};

/// The interface of each machine.
const INTERFACE: &str = "eth0";
/// Longest wait for something that must come; 100,000 records on a slow disk need minutes.
const PATIENCE: Duration = Duration::from_secs(600);
/// Life of an invitation's code, in seconds.
const INVITE_S: u64 = 3_600;

/// Two machines, or this one's loopback.
#[derive(Debug)]
pub(crate) struct Ground {
    lab: Option<Lab>,
    machines: Vec<String>,
}

/// A post and a way to ask it.
#[derive(Debug)]
pub(crate) struct Member {
    /// The post.
    pub(crate) post: Post,
    /// Asks it over its socket.
    pub(crate) client: Client,
    name: &'static str,
    code: &'static str,
}

/// A filled post, a second one, and the ground they stand on. The ground goes last: the posts
/// run in its namespaces.
#[derive(Debug)]
pub(crate) struct Pair {
    /// The post that holds the records.
    pub(crate) a: Member,
    /// The post that gets them.
    pub(crate) b: Member,
    /// What they stand on.
    pub(crate) ground: Ground,
    /// Needs of the territory.
    pub(crate) needs: u64,
}

impl Ground {
    /// Two machines on one bridge, or loopback.
    pub(crate) fn new(with_lab: bool) -> Ground {
        if !with_lab {
            return Ground {
                lab: None,
                machines: Vec::new(),
            };
        }
        let mut lab = Lab::new(1);
        let machines = vec![lab.machine("a"), lab.machine("b")];
        for (host, machine) in (1..).zip(&machines) {
            lab.plug(machine, INTERFACE, 0, host);
        }
        Ground {
            lab: Some(lab),
            machines,
        }
    }

    /// Whether there is a cable to pull and to count on.
    pub(crate) fn is_lab(&self) -> bool {
        self.lab.is_some()
    }

    /// Pulls the second post's cable, or puts it back.
    pub(crate) fn cable(&self, plugged: bool) {
        if let (Some(lab), Some(machine)) = (&self.lab, self.machines.get(1)) {
            lab.cable(machine, INTERFACE, plugged);
        }
    }

    /// What the interface of a post's machine has carried; nothing on loopback.
    pub(crate) fn wire(&self, member: &Member) -> Result<Option<Wire>> {
        match self.lab {
            None => Ok(None),
            Some(_) => member.process()?.wire(INTERFACE).map(Some),
        }
    }

    fn member(&self, place: usize, name: &'static str, code: &'static str) -> Member {
        let settings = Settings {
            namespace: self.machines.get(place).cloned(),
            ..Settings::default()
        };
        let post = Post::prepare(name, settings);
        let socket = post.folder().join("api.sock");
        let client = Client::new(Address::Unix(socket), Language::English);
        Member {
            post,
            client,
            name,
            code,
        }
    }
}

impl Member {
    /// Its process.
    pub(crate) fn process(&self) -> Result<Process> {
        let pid = self.post.pid();
        Ok(Process(pid.context("the post is not running")?))
    }

    /// Starts it and waits until its API answers; says how long that took from before the start.
    pub(crate) async fn start(&mut self) -> Result<Duration> {
        let start = Instant::now();
        self.post.spawn();
        let process = self.process()?;
        wait("the API to answer", Duration::from_millis(2), async || {
            process.must_live()?;
            Ok(self.client.version().await.is_ok())
        })
        .await?;
        Ok(start.elapsed())
    }

    /// How many records its list of needs has.
    pub(crate) async fn needs(&self) -> Result<u64> {
        let first = ListQuery {
            limit: "1".into(),
            ..ListQuery::default()
        };
        Ok(self.client.list(Kind::Need, &first).await?.total)
    }

    /// The digest of what it holds; empty while it is in no territory.
    pub(crate) async fn digest(&self) -> String {
        let digest = self.client.digest().await;
        digest.map(|digest| digest.set_digest).unwrap_or_default()
    }

    /// The one other post, as this one sees it.
    pub(crate) async fn peer(&self) -> Result<Peer> {
        let peers = self.client.peers().await?;
        peers.items.into_iter().next().context("it knows no peer")
    }
}

impl Pair {
    /// The first post founds a territory; the second has not started yet.
    pub(crate) async fn found(with_lab: bool) -> Result<Pair> {
        let ground = Ground::new(with_lab);
        let mut a = ground.member(0, "Mairie", "MAI");
        let b = ground.member(1, "Croix-Rouge", "CRF");
        a.start().await?;
        let territory = CreateTerritory {
            name: "Orb-sur-Lez".into(),
            post: a.name.into(),
            code: a.code.into(),
            insee: Vec::new(),
        };
        a.client.create_territory(&territory, None).await?;
        Ok(Pair {
            a,
            b,
            ground,
            needs: 0,
        })
    }

    /// What the second post asks to come in: the code, and the porch that the code's QR names.
    pub(crate) async fn invitation(&self) -> Result<Join> {
        let invite = CreateInvite {
            role: Role::Operator,
            people: false,
            expires_s: INVITE_S,
        };
        let invite = self.a.client.invite(&invite).await?;
        ensure!(!invite.addresses.is_empty(), "the porch has no address");
        Ok(Join {
            invite: invite.code,
            post: self.b.name.into(),
            code: self.b.code.into(),
            peers: invite.addresses,
            wait_s: PATIENCE.as_secs(),
        })
    }

    /// Waits until both hold the same and each has said so to the other.
    pub(crate) async fn in_step(&self) -> Result<()> {
        wait(
            "both posts in step",
            Duration::from_millis(100),
            async || {
                let (a, b) = (self.a.peer().await?, self.b.peer().await?);
                Ok(a.in_step && b.in_step && self.a.digest().await == self.b.digest().await)
            },
        )
        .await
    }

    /// The last lines of both logs, for who looks why something failed.
    pub(crate) fn show_logs(&self) {
        for member in [&self.a, &self.b] {
            let log = member.post.log();
            let lines: Vec<&str> = log.lines().collect();
            let last = &lines[lines.len().saturating_sub(20)..];
            eprintln!("--- {} ---\n{}", member.name, last.join("\n"));
        }
    }
}

/// Looks until something has come.
pub(crate) async fn wait(
    what: &str,
    every: Duration,
    mut reached: impl AsyncFnMut() -> Result<bool>,
) -> Result<()> {
    let start = Instant::now();
    while !reached().await? {
        ensure!(
            start.elapsed() < PATIENCE,
            "waited {} s for {what}",
            PATIENCE.as_secs()
        );
        tokio::time::sleep(every).await;
    }
    Ok(())
}
