//! Phones: turned on and off, and what they are shown. They see titles, states and places of what is open,
//! in the common ring; nothing here reads a private field.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use beffroi_api::problem::Cause;
use beffroi_api::reply::{PhoneSession, Phones as ShownPhones, PhonesEnded, PhonesOn};
use beffroi_api::request::{Role, TurnPhonesOn};
use beffroi_api::{Kind, Schema};
use beffroi_records::{Row, Sort};
use beffroi_web::phones::{Line, Lines};
use tokio::net::TcpListener;

use super::shape::record_kind;
use super::{Context, Service, blocking};
use crate::clock::{now_ms, rfc3339};
use crate::failure::{Failure, Outcome};
use crate::http::{phones, server};
use crate::phones::{self as doors, LINK_LIFE_MS, OpenDoor, Session, Wanted};

/// Lines of a list: a screenful to scroll, and a page that a weak Wi-Fi brings at once.
const LINES_MAX: usize = 50;
/// Between two attempts to serve phones at the start: the Wi-Fi may come up after the daemon.
const AGAIN: Duration = Duration::from_secs(10);

/// What stands around a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Around {
    /// The name of this post.
    pub(crate) post: String,
    /// The name of the territory.
    pub(crate) territory: String,
    /// Whether an open operation is an exercise.
    pub(crate) exercise: bool,
}

impl Service {
    /// Turns phones on, or on another address, and makes a link for one phone.
    pub(crate) async fn phones_on(self: Arc<Self>, body: TurnPhonesOn) -> Outcome<PhonesOn> {
        self.may_run_phones().await?;
        let address = self.open_phones(body.address.as_deref()).await?;
        let phones = self.phones.clone();
        let (code, link, sessions) = blocking(move || {
            // The code is made of what the disk keeps: a poster stays good after a power cut.
            phones.keep()?;
            Ok::<_, Cause>((phones.code(), phones.link(), phones.sessions().len()))
        })
        .await??;
        let url = format!("http://{address}");
        Ok(PhonesOn {
            schema: Schema,
            link: format!("{url}/open/{link}"),
            link_expires: rfc3339(now_ms() + LINK_LIFE_MS),
            url,
            code: grouped(&code),
            sessions: sessions as u64,
        })
    }

    /// Turns phones on as the configuration says, as soon as the address is there.
    pub(crate) async fn phones_on_at_start(self: Arc<Self>, named: Option<String>) {
        let mut ending = self.ending.clone();
        let mut said = false;
        while !*ending.borrow_and_update() && !self.phones.were_turned_off() {
            match self.open_phones(named.as_deref()).await {
                Ok(_) => return,
                Err(failure) if !said => {
                    tracing::warn!(?failure, "phones are not served yet");
                    said = true;
                }
                Err(_) => {}
            }
            let _ = tokio::time::timeout(AGAIN, ending.changed()).await;
        }
    }

    /// Turns phones off: those that are in are out, the code of the day is another one.
    pub(crate) async fn phones_off(&self) -> Outcome<PhonesEnded> {
        self.may_run_phones().await?;
        let phones = self.phones.clone();
        let ended = blocking(move || {
            let sessions = phones.sessions();
            phones.off().map(|()| sessions)
        })
        .await??;
        Ok(PhonesEnded {
            schema: Schema,
            ended: ended.into_iter().map(|session| session.id).collect(),
        })
    }

    /// Whether phones are on, and which are in.
    pub(crate) fn phones(&self) -> ShownPhones {
        let address = self.phones.address();
        let code = address.map(|_| grouped(&self.phones.code()));
        ShownPhones {
            schema: Schema,
            on: address.is_some(),
            url: address.map(|address| format!("http://{address}")),
            code,
            items: self.phones.sessions().iter().map(shown).collect(),
        }
    }

    /// Ends one session.
    pub(crate) async fn end_phone(&self, id: String) -> Outcome<PhonesEnded> {
        self.may_run_phones().await?;
        let (phones, ended) = (self.phones.clone(), id.clone());
        if blocking(move || phones.end(&ended)).await?? {
            Ok(PhonesEnded {
                schema: Schema,
                ended: vec![id],
            })
        } else {
            Err(Cause::PhoneUnknown { session: id }.into())
        }
    }

    /// A coordinator or an operator may let phones in: what they write is written in this post's name.
    async fn may_run_phones(&self) -> Outcome<()> {
        let post = self.node.ask(|node| node.post_status()).await?;
        let post = post.ok_or(Cause::TerritoryMissing {})?;
        match post.role {
            Some(Role::Coordinator | Role::Operator) => Ok(()),
            Some(role @ (Role::Observer | Role::Relay)) => Err(Cause::RoleTooNarrow {
                role: role.token().into(),
            }
            .into()),
            None => Err(Cause::NotAMember {}.into()),
        }
    }

    /// The address phones are served on; opened when it is not.
    async fn open_phones(self: &Arc<Self>, named: Option<&str>) -> Outcome<SocketAddr> {
        self.context().await?;
        let open = self.phones.address();
        if let (Some(open), None) = (open, named) {
            return Ok(open);
        }
        let here = beffroi_net::interfaces().map_err(|error| crate::node::internal(&error))?;
        let here: Vec<_> = here
            .into_iter()
            .filter(|interface| interface.up)
            .map(|interface| (interface.name, interface.ip))
            .collect();
        let wanted = doors::choose(named, &here)?;
        let is_same = |open: &SocketAddr| {
            open.ip() == wanted.ip && wanted.port.is_none_or(|port| port == open.port())
        };
        if let Some(open) = open.filter(is_same) {
            return Ok(open);
        }
        let listener = bind(wanted).await?;
        let address = listener
            .local_addr()
            .map_err(|error| crate::node::internal(&error))?;
        let served = server::serve(
            server::Listener::Tcp(listener),
            phones::door(self.clone(), address),
            server::PHONES,
            self.ending.clone(),
        );
        let task = tokio::spawn(served).abort_handle();
        self.phones.opened(OpenDoor { address, task });
        tracing::info!(port = address.port(), "phones are served");
        Ok(address)
    }

    /// What stands around a page.
    pub(crate) async fn around(&self) -> Outcome<Around> {
        let Ok(context) = self.context().await else {
            return Ok(Around::default());
        };
        let territory = self.node.ask(|node| node.territory_name()).await?;
        let open = context.open_operations();
        let exercise = open
            .iter()
            .any(|row| self.operation_summary(&context, row).exercise);
        Ok(Around {
            post: context.name,
            territory: territory.map_or_else(String::new, |territory| territory.name),
            exercise,
        })
    }

    /// The open operations, for who adds something: id and name.
    pub(crate) async fn operations_to_choose(&self) -> Outcome<Vec<(String, String)>> {
        let open = self.context().await?.open_operations();
        let named = open.iter();
        Ok(named
            .map(|row| (row.id.to_string(), row.title.to_string()))
            .collect())
    }

    /// What is open of a kind, the most urgent first.
    pub(crate) async fn open_lines(&self, kind: Kind) -> Outcome<Lines> {
        let context = self.context().await?;
        blocking(move || context.open_lines(kind)).await
    }
}

impl Context {
    fn open_lines(&self, kind: Kind) -> Lines {
        self.view.rows(record_kind(kind), |rows| {
            let mut open: Vec<&Row> = rows
                .filter(|row| !row.archived && row.status() != "closed")
                .collect();
            Sort::Urgent.sort_first(&mut open, LINES_MAX);
            Lines {
                total: open.len() as u64,
                items: open.iter().take(LINES_MAX).map(|row| line(row)).collect(),
            }
        })
    }
}

fn line(row: &Row) -> Line {
    let reference = if row.reference.is_empty() {
        row.id.to_string()
    } else {
        row.reference.to_string()
    };
    Line {
        reference,
        title: row.title.to_string(),
        status: row.status().to_owned(),
        rank: row.rank().to_owned(),
        place: row.place.to_string(),
    }
}

async fn bind(wanted: Wanted) -> Outcome<TcpListener> {
    let usual = wanted.port.unwrap_or(doors::PORT);
    let mut bound = TcpListener::bind((wanted.ip, usual)).await;
    if wanted.port.is_none() && bound.as_ref().is_err_and(is_taken) {
        bound = TcpListener::bind((wanted.ip, 0)).await;
    }
    bound.map_err(|error| {
        Failure::from(Cause::PhoneAddressTaken {
            address: SocketAddr::new(wanted.ip, usual).to_string(),
            error: error.to_string(),
        })
    })
}

fn is_taken(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::AddrInUse
}

/// A code as it is read aloud.
fn grouped(code: &str) -> String {
    let (first, second) = code.split_at(code.len() / 2);
    format!("{first}-{second}")
}

fn shown(session: &Session) -> PhoneSession {
    PhoneSession {
        id: session.id.clone(),
        label: session.label.clone(),
        since: rfc3339(session.since_ms),
        until: rfc3339(session.ends_ms()),
        seen: session.seen_ms.map(rfc3339),
    }
}
