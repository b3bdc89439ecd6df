//! Looks for open porches before one belongs to any territory: hears beacons, calls for them, and asks mDNS.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::StreamExt;
use libp2p::swarm::{Swarm, SwarmEvent};
use libp2p::{PeerId, mdns};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::address::{Address, PORCH_PORT};
use crate::beacon::{Datagram, Ears, shout};
use crate::config::Discovery;
use crate::limits::{MDNS_RECORDS_MAX, PORCHES_MAX, Timing};
use crate::{identity, interfaces, transport};

/// Calls at the start, one a second, then one every five.
const CALLS_AT_FIRST: u32 = 5;

/// A porch, perhaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PorchFound {
    /// Where to ask.
    pub porch: Address,
    /// The main port of the same machine.
    pub main: Address,
    /// Only the machine is known, by mDNS: the porch is looked for at the usual port.
    pub guessed: bool,
}

/// Finds porches until it is dropped. Each is told once; at most 64 of them.
pub struct Scout {
    found: mpsc::Receiver<PorchFound>,
    task: JoinHandle<()>,
}

impl Scout {
    /// Begins to look, in the ways that `discovery` allows. What the system refuses is left out and logged.
    pub fn start(discovery: Discovery) -> Self {
        let (tell, found) = mpsc::channel(PORCHES_MAX);
        let look = Look {
            port: discovery.beacon_port,
            ears: Ears::new(discovery.beacon_port),
            mdns: discovery.mdns.then(mdns_swarm).flatten(),
            mdns_records: 0,
            told: BTreeSet::new(),
            tell,
        };
        Self {
            found,
            task: tokio::spawn(look.run(discovery.beacon)),
        }
    }

    /// The next porch; waits for ever when there is none. `None` when as many as are looked for were told.
    pub async fn next(&mut self) -> Option<PorchFound> {
        self.found.recv().await
    }
}

impl Drop for Scout {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type MdnsSwarm = Swarm<mdns::tokio::Behaviour>;

struct Look {
    port: u16,
    ears: Ears,
    mdns: Option<MdnsSwarm>,
    mdns_records: usize,
    told: BTreeSet<Address>,
    tell: mpsc::Sender<PorchFound>,
}

impl Look {
    async fn run(mut self, beacon: bool) {
        let mut calls = 0;
        let mut next_call = Instant::now();
        while self.told.len() < PORCHES_MAX {
            tokio::select! {
                () = tokio::time::sleep_until(next_call), if beacon => {
                    self.call();
                    calls += 1;
                    let wait = if calls < CALLS_AT_FIRST { 1 } else { 5 };
                    next_call = Instant::now() + Duration::from_secs(wait);
                }
                (datagram, from) = self.ears.hear() => {
                    if let Datagram::Announce(beacon) = datagram && beacon.porch_port != 0 {
                        self.found(PorchFound {
                            porch: Address::new(from, beacon.porch_port),
                            main: Address::new(from, beacon.main_port),
                            guessed: false,
                        });
                    }
                }
                discovered = mdns_next(self.mdns.as_mut()) => self.discovered(&discovered),
            }
        }
    }

    fn call(&mut self) {
        let interfaces = interfaces::enumerate().unwrap_or_default();
        if let Err(error) = self.ears.open(&interfaces) {
            tracing::warn!(%error, port = self.port, "cannot hear beacons");
        }
        shout(&Datagram::call(), &interfaces, self.port);
    }

    fn found(&mut self, found: PorchFound) {
        if found.porch.dialable().is_ok() && self.told.insert(found.porch) {
            // The channel holds as many as are ever told.
            let _ = self.tell.try_send(found);
        }
    }

    fn discovered(&mut self, discovered: &[Address]) {
        for main in discovered {
            self.mdns_records += 1;
            self.found(PorchFound {
                porch: Address::new(main.ip(), PORCH_PORT),
                main: Address::new(main.ip(), main.socket.port()),
                guessed: true,
            });
        }
        if self.mdns_records > MDNS_RECORDS_MAX {
            tracing::warn!("too many mDNS records: not listening to mDNS any more");
            self.mdns = None;
        }
    }
}

async fn mdns_next(swarm: Option<&mut MdnsSwarm>) -> Vec<Address> {
    let Some(swarm) = swarm else {
        return std::future::pending().await;
    };
    loop {
        if let SwarmEvent::Behaviour(mdns::Event::Discovered(list)) = swarm.select_next_some().await
        {
            let addresses = list
                .iter()
                .filter_map(|(_, place)| Address::from_multiaddr(place).ok());
            return addresses.collect();
        }
    }
}

fn mdns_swarm() -> Option<MdnsSwarm> {
    let keypair = identity::throw_away().ok()?;
    let timing = Timing::default();
    let transport = transport::build(&keypair, timing.handshake, timing.tcp_user_timeout).ok()?;
    let me: PeerId = keypair.public().to_peer_id();
    match mdns::tokio::Behaviour::new(mdns::Config::default(), me) {
        Ok(behaviour) => {
            let config = libp2p::swarm::Config::with_tokio_executor();
            Some(Swarm::new(transport, behaviour, me, config))
        }
        Err(error) => {
            tracing::warn!(%error, "no mDNS");
            None
        }
    }
}
