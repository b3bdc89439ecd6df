//! What a tired person should look at, in the order to look: the post, the disk, the clock, the
//! network, the peers, the data. Each finding says what to type.

use std::os::unix::fs::PermissionsExt;

use beffroi_api::Language;
use beffroi_api::Schema;
use beffroi_api::finding::{Finding, FindingCode, Level};
use beffroi_api::reply::status::{Doctor, Peer, PeerState};
use beffroi_net::NetStatus;

use super::{Service, routes};
use crate::failure::Outcome;
use crate::node::{Node, SETTINGS};

/// A clock that differs more than this from a peer's is said (trust.md §10: 10 minutes are “doubtful”).
const CLOCK_DOUBT_S: i64 = 120;
/// Below this much room a person should act.
const DISK_LOW_BYTES: u64 = 512 << 20;

/// What the loop knows.
struct Seen {
    code: String,
    name: String,
    role: String,
    in_territory: bool,
    keys_locked: bool,
    sealed: bool,
    relay: bool,
    locked_entries: usize,
    withdrawn: bool,
    coordinator: bool,
    parked: u64,
    over_budget: Vec<(String, u64)>,
    conflicts: u64,
    full: u64,
    alarms: Vec<FindingCode>,
    peers: Vec<Peer>,
    trouble: bool,
    other_code: Option<String>,
}

impl Service {
    /// Every check, good or bad.
    pub(crate) async fn doctor(&self, language: Language) -> Outcome<Doctor> {
        let findings = self.findings().await?;
        let findings = findings
            .iter()
            .map(|code| Finding::new(language, code))
            .collect();
        Ok(Doctor {
            schema: Schema,
            findings,
        })
    }

    /// What `status` shows: only what is not well.
    pub(crate) async fn health_findings(&self, language: Language) -> Outcome<Vec<Finding>> {
        let findings = self.findings().await?;
        let bad = findings.iter().filter(|code| code.level() != Level::Ok);
        Ok(bad.map(|code| Finding::new(language, code)).collect())
    }

    async fn findings(&self) -> Outcome<Vec<FindingCode>> {
        let (seen, net) = self
            .node
            .ask(|node| (node.seen(), node.network.handle.clone()))
            .await?;
        let status = match net {
            None => None,
            Some(net) => net.status().await.ok(),
        };
        let mut findings = Vec::new();
        self.post_findings(&seen, &mut findings);
        self.disk_findings(&seen, &mut findings);
        clock_findings(&seen.peers, &mut findings);
        if seen.in_territory {
            network_findings(status.as_ref(), &seen.peers, &mut findings);
            peer_findings(&seen.peers, &mut findings);
        }
        self.data_findings(&seen, &mut findings);
        Ok(findings)
    }

    fn post_findings(&self, seen: &Seen, findings: &mut Vec<FindingCode>) {
        if seen.keys_locked {
            findings.push(FindingCode::KeystoreLocked {});
            return;
        }
        if !seen.in_territory {
            findings.push(FindingCode::NoTerritory {});
            return;
        }
        if seen.withdrawn {
            findings.push(FindingCode::Withdrawn {});
        } else {
            let (name, code, role) = (seen.name.clone(), seen.code.clone(), seen.role.clone());
            findings.push(FindingCode::PostOk { name, code, role });
        }
        if !seen.sealed && !seen.relay {
            findings.push(FindingCode::KeystoreOpen {});
        }
        if seen.coordinator
            && self
                .store
                .value(SETTINGS, b"sheets-confirmed")
                .ok()
                .flatten()
                .is_none()
        {
            findings.push(FindingCode::SheetsUnconfirmed {});
        }
        findings.extend(seen.alarms.iter().cloned());
        if let Some(other) = &seen.other_code {
            findings.push(FindingCode::CodeShared {
                code: seen.code.clone(),
                other: other.clone(),
            });
        }
        if seen.locked_entries > 0 && !seen.relay {
            findings.push(FindingCode::RingKeyMissing {});
        }
    }

    fn disk_findings(&self, seen: &Seen, findings: &mut Vec<FindingCode>) {
        let path = self.folder.root().display().to_string();
        if let Some(mended) = &self.mended {
            findings.push(FindingCode::StoreMended {
                entries: mended.entries,
                missing: mended.missing,
                path: mended.moved_to.display().to_string(),
            });
        }
        if seen.trouble {
            let full = self.store.sizes().is_ok_and(|sizes| !sizes.writable);
            findings.push(if full {
                FindingCode::DiskFull { path }
            } else {
                FindingCode::DiskFailed { path }
            });
            return;
        }
        match self.store.sizes() {
            Err(_) => findings.push(FindingCode::DiskFailed { path }),
            Ok(sizes) if !sizes.writable => findings.push(FindingCode::DiskFull { path }),
            Ok(sizes) if sizes.free_bytes < DISK_LOW_BYTES => {
                findings.push(FindingCode::DiskLow {
                    free: human(sizes.free_bytes),
                    path,
                });
            }
            Ok(sizes) => findings.push(FindingCode::DiskOk {
                free: human(sizes.free_bytes),
            }),
        }
    }

    fn data_findings(&self, seen: &Seen, findings: &mut Vec<FindingCode>) {
        if seen.parked > 0 {
            findings.push(FindingCode::EntriesParked { count: seen.parked });
        }
        for (author, count) in &seen.over_budget {
            findings.push(FindingCode::AuthorOverBudget {
                author: author.clone(),
                count: *count,
            });
        }
        if seen.full > 0 {
            findings.push(FindingCode::RecordsFull { count: seen.full });
        }
        if seen.conflicts > 0 {
            findings.push(FindingCode::ConflictsWait {
                count: seen.conflicts,
            });
        }
        let socket = self.folder.socket();
        let path = socket.display().to_string();
        let mode = std::fs::metadata(&socket).map(|metadata| metadata.permissions().mode() & 0o077);
        findings.push(match mode {
            Ok(0) => FindingCode::SocketOk { path },
            Ok(_) | Err(_) => FindingCode::SocketOpen { path },
        });
    }
}

fn clock_findings(peers: &[Peer], findings: &mut Vec<FindingCode>) {
    let offsets: Vec<(i64, &Peer)> = peers
        .iter()
        .filter_map(|peer| Some((peer.clock_offset_s?, peer)))
        .collect();
    let worst = offsets.iter().max_by_key(|(offset, _)| offset.abs());
    match worst {
        None => findings.push(FindingCode::ClockAlone {}),
        Some((offset, _)) if offset.abs() < CLOCK_DOUBT_S => {
            findings.push(FindingCode::ClockOk {
                peers: offsets.len() as u64,
            });
        }
        Some((offset, peer)) => {
            let (minutes, peer) = (offset.unsigned_abs() / 60, called(peer));
            // The offset is the peer's clock minus ours.
            findings.push(if *offset < 0 {
                FindingCode::ClockAhead { minutes, peer }
            } else {
                FindingCode::ClockBehind { minutes, peer }
            });
        }
    }
}

fn network_findings(status: Option<&NetStatus>, peers: &[Peer], findings: &mut Vec<FindingCode>) {
    let Some(status) = status else {
        findings.push(FindingCode::NetworkNone {});
        return;
    };
    for (address, _) in &status.listen_errors {
        findings.push(FindingCode::PortTaken {
            address: address.to_string(),
        });
    }
    let ips: std::collections::BTreeSet<String> = status
        .addresses
        .iter()
        .map(|address| address.ip().to_string())
        .collect();
    if ips.is_empty() {
        findings.push(FindingCode::NetworkNone {});
    } else {
        let addresses = ips.into_iter().collect::<Vec<_>>().join(", ");
        findings.push(FindingCode::NetworkOk { addresses });
    }
    if let Some(interface) = routes::vpn() {
        findings.push(FindingCode::VpnRoute { interface });
    }
    let foreign = status.beacon.as_ref().map(|beacon| beacon.foreign_sources);
    if let Some(machines) = foreign.filter(|machines| *machines > 0) {
        let machines = machines as u64;
        findings.push(FindingCode::OtherTerritory { machines });
    }
    let nobody = peers.iter().all(|peer| !peer.connected);
    if !peers.is_empty() && nobody {
        findings.push(FindingCode::NobodyHeard {});
    }
}

fn peer_findings(peers: &[Peer], findings: &mut Vec<FindingCode>) {
    if peers.is_empty() {
        findings.push(FindingCode::PeersNone {});
        return;
    }
    let in_step = peers.iter().filter(|peer| peer.in_step).count() as u64;
    if in_step > 0 {
        findings.push(FindingCode::PeersOk { peers: in_step });
    }
    for peer in peers {
        match peer.state {
            PeerState::Silent | PeerState::Carried => {
                findings.push(FindingCode::PeerSilent { peer: called(peer) })
            }
            PeerState::CatchingUp => {
                findings.push(FindingCode::PeerCatchingUp { peer: called(peer) })
            }
            PeerState::Blocked => {
                let reason = peer.reason.clone().unwrap_or_default();
                findings.push(FindingCode::PeerBlocked {
                    peer: called(peer),
                    reason,
                });
            }
            PeerState::InStep | PeerState::Other => {}
        }
        if let Some(version) = peer
            .version
            .as_ref()
            .filter(|version| *version != env!("CARGO_PKG_VERSION"))
        {
            findings.push(FindingCode::PeerVersion {
                peer: called(peer),
                version: version.clone(),
            });
        }
    }
}

fn called(peer: &Peer) -> String {
    peer.name
        .clone()
        .unwrap_or_else(|| peer.id.chars().take(8).collect())
}

/// A size as people read it.
fn human(bytes: u64) -> String {
    match bytes {
        0..=1_073_741_823 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}

/// Authors of whom entries wait, called as people call them, with how many.
fn authors_over_budget(living: &crate::node::Living) -> Vec<(String, u64)> {
    let called = |device: beffroi_trust::DeviceId| {
        let cabinet = living.view.cabinet();
        let post = cabinet.names().of(&device).map(|post| post.name.clone());
        post.unwrap_or_else(|| device.to_string().chars().take(8).collect())
    };
    let waiting = living.waiting_authors().into_iter();
    waiting
        .map(|(device, count)| (called(device), count))
        .collect()
}

impl Node {
    fn seen(&self) -> Seen {
        let living = self.living.as_ref();
        let me = living.map(super::super::node::Living::me);
        let post = living
            .zip(me)
            .and_then(|(living, me)| living.view.cabinet().names().of(&me).cloned());
        let member = living
            .zip(me)
            .and_then(|(living, me)| living.chronicle.standing().member(&me).cloned());
        let role = member
            .as_ref()
            .and_then(|member| member.role)
            .and_then(crate::node::roles::shown);
        let peers = self.shown_peers();
        let code = post
            .as_ref()
            .map_or_else(String::new, |post| post.code.clone());
        let same = peers
            .iter()
            .find(|peer| !code.is_empty() && peer.code.as_deref() == Some(code.as_str()));
        let conflicts = living.map_or(0, |living| {
            let cabinet = living.view.cabinet();
            let kinds = beffroi_records::Kind::RECORDS.into_iter();
            kinds.map(|kind| cabinet.tally(kind).conflicts).sum()
        });
        Seen {
            other_code: same.map(called),
            name: post.map_or_else(String::new, |post| post.name),
            role: role.map_or_else(String::new, |role| role.token().to_owned()),
            in_territory: living.is_some(),
            keys_locked: self.is_locked(),
            sealed: self
                .vault
                .as_ref()
                .is_some_and(crate::vault::Vault::is_sealed),
            relay: role == Some(beffroi_api::request::Role::Relay),
            locked_entries: living.map_or(0, |living| living.view.cabinet().locked_entries()),
            withdrawn: member
                .as_ref()
                .is_some_and(|member| member.status != beffroi_trust::Status::Stands),
            coordinator: role == Some(beffroi_api::request::Role::Coordinator),
            parked: self.parked_count(),
            over_budget: living.map(authors_over_budget).unwrap_or_default(),
            conflicts,
            full: living.map_or(0, |living| living.view.cabinet().full_documents() as u64),
            alarms: self.alarm_findings(),
            peers,
            trouble: self.trouble.is_some(),
            code,
        }
    }
}
