//! What the daemon asks for.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use beffroi_sync::PeerId;

use super::{Node, Step};
use crate::address::Address;
use crate::event::{Ended, NetEvent};
use crate::handle::Command;
use crate::identity;
use crate::limits::TOLD_ADDRESSES_MAX;
use crate::listen::reachable;
use crate::porch::{OpenError, Question, Server};

impl Node {
    /// Does as asked. When all handles are gone the node stops.
    pub(super) fn command(&mut self, command: Option<Command>) -> Step {
        let Some(command) = command else {
            return Step::Stop(None);
        };
        // In each answer below, an error means that the asker has gone away.
        match command {
            Command::Allow(peers) => self.allow(peers),
            Command::HangUp(peer, reason, ban) => self.hang_up(peer, reason, ban),
            Command::Dial(address) => self.dial_once(address),
            Command::Learn(peer, addresses) => self.learn(peer, &addresses),
            Command::AddPeer(address, reply) => {
                let _ = reply.send(self.add_typed(address, Instant::now()));
            }
            Command::RemovePeer(address, reply) => {
                let _ = reply.send(self.remove_typed(&address));
            }
            Command::OpenPorch(reply) => {
                let _ = reply.send(self.open_porch());
            }
            Command::ClosePorch => self.close_porch(),
            Command::AnswerPorch(token, answer) => {
                if let Some(porch) = &self.porch {
                    porch.answer(token, answer);
                }
            }
            Command::Status(reply) => {
                let _ = reply.send(self.report());
            }
            Command::Shutdown(done) => return Step::Stop(Some(done)),
        }
        Step::Go
    }

    fn allow(&mut self, mut peers: BTreeSet<PeerId>) {
        peers.remove(&self.me);
        let change = self.admission.set_members(peers);
        for peer in &change.added {
            self.swarm
                .behaviour_mut()
                .allowed
                .allow_peer(identity::to_libp2p(peer));
        }
        for peer in &change.removed {
            self.shut_out(peer, &Ended::NotAllowed);
            self.book.forget_hearsay(peer);
        }
        self.tell_beacon_the_members();
        self.dial_what_is_due(Instant::now());
    }

    fn shut_out(&mut self, peer: &PeerId, reason: &Ended) {
        self.end_peer(peer, reason);
        self.swarm
            .behaviour_mut()
            .allowed
            .disallow_peer(identity::to_libp2p(peer));
    }

    fn hang_up(&mut self, peer: PeerId, reason: String, ban: Option<Duration>) {
        tracing::debug!(%peer, reason, ?ban, "hanging up");
        let reason = Ended::HungUp(reason);
        match ban {
            Some(lasts) => {
                self.admission.ban(peer, lasts, Instant::now());
                self.shut_out(&peer, &reason);
                self.tell_beacon_the_members();
            }
            None => self.end_peer(&peer, &reason),
        }
    }

    /// Admits those whose ban is over.
    pub(super) fn end_bans(&mut self, now: Instant) {
        let over = self.admission.end_bans(now);
        if over.is_empty() {
            return;
        }
        for peer in over {
            self.swarm
                .behaviour_mut()
                .allowed
                .allow_peer(identity::to_libp2p(&peer));
        }
        self.tell_beacon_the_members();
    }

    /// Told by a neighbour. Loopback would lead to ourselves.
    fn learn(&mut self, peer: PeerId, addresses: &[Address]) {
        if !self.admission.admits(&peer) {
            return;
        }
        let now = Instant::now();
        let useful = addresses
            .iter()
            .filter(|address| address.dialable().is_ok());
        let useful = useful.filter(|address| !address.ip().is_loopback());
        for address in useful.take(TOLD_ADDRESSES_MAX) {
            self.book.tell(peer, address.socket, now);
        }
    }

    fn open_porch(&mut self) -> Result<Vec<Address>, OpenError> {
        if self.porch.is_none() {
            // Each opening has tokens of its own: an old answer never meets a new question.
            self.porch_openings = self.porch_openings.wrapping_add(1);
            let first_token = u64::from(self.porch_openings) << 32;
            let questions = self.questions.clone();
            let at = &self.config.porch;
            self.porch = Some(Server::open(
                at,
                first_token,
                questions,
                &self.config.timing,
            )?);
            self.announce_porch();
        }
        Ok(self.porch_addresses().unwrap_or_default())
    }

    fn close_porch(&mut self) {
        self.porch = None;
        self.announce_porch();
    }

    fn announce_porch(&mut self) {
        let port = self.porch.as_ref().map_or(0, |porch| porch.port);
        if let Some(beacon) = &self.beacon {
            beacon.announce(|announcement| announcement.porch_port = port);
        }
    }

    /// Where the porch can be reached, while it is open.
    pub(super) fn porch_addresses(&self) -> Option<Vec<Address>> {
        let porch = self.porch.as_ref()?;
        Some(reachable(
            &self.config.porch,
            porch.port,
            self.interfaces.seen(),
        ))
    }

    /// Somebody asks at the porch.
    pub(super) fn question(&mut self, question: Question) {
        let Question { token, from, bytes } = question;
        if self.porch.is_some() {
            self.tell(NetEvent::PorchRequest { token, from, bytes });
        }
    }
}
