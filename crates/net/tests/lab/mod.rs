//! A laboratory of network namespaces: posts joined by cables to a bridge, all inside this machine.
//!
//! Each post runs on a thread of its own that has moved into its namespace, so nothing but the kernel
//! stands between the posts. Needs root and iproute2; where they are missing the tests say so and pass.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use beffroi_net::{Ended, LinkSender, NetConfig, NetEvent, NetHandle, NetStatus, spawn};
use beffroi_sync::PeerId;
use bytes::Bytes;
use futures::executor::block_on;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

/// What every namespace of this laboratory is called by, so that a later run finds what a killed one left.
const PREFIX: &str = "bfnet";
static LABS: AtomicU32 = AtomicU32::new(0);

/// Runs a command line; its output, or what it complained about.
fn run(line: &str) -> Result<String, String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let output = Command::new(words[0]).args(&words[1..]).output();
    let output = output.map_err(|error| format!("{line}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!(
            "{line}: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ))
    }
}

/// Runs a command line that must succeed.
fn must(line: &str) {
    if let Err(error) = run(line) {
        panic!("{error}");
    }
}

/// Removes what killed runs have left behind.
fn sweep() {
    for line in run("ip netns list").unwrap_or_default().lines() {
        let Some(name) = line
            .split_whitespace()
            .next()
            .filter(|name| name.starts_with(PREFIX))
        else {
            continue;
        };
        let owner = name[PREFIX.len()..].split('x').next().unwrap_or_default();
        if !std::path::Path::new(&format!("/proc/{owner}")).exists() {
            let _ = run(&format!("ip netns del {name}"));
        }
    }
}

/// The bridge and the namespaces; all of it goes when this is dropped, on failure too.
pub(crate) struct Lab {
    name: String,
    namespaces: BTreeSet<String>,
}

impl Lab {
    /// An empty laboratory with a bridge; `None`, said aloud, where namespaces cannot be made.
    pub(crate) fn open() -> Option<Self> {
        let number = LABS.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}x{number}", std::process::id());
        let mut lab = Self {
            name,
            namespaces: BTreeSet::new(),
        };
        sweep();
        if let Err(error) = lab.add_namespace("hub") {
            eprintln!("SKIPPED: network namespaces need root and iproute2 ({error})");
            return None;
        }
        let hub = lab.namespace("hub");
        for bridge in ["br0", "br1"] {
            must(&format!(
                "ip -n {hub} link add {bridge} type bridge mcast_snooping 0"
            ));
            must(&format!("ip -n {hub} link set {bridge} up"));
        }
        Some(lab)
    }

    fn namespace(&self, of: &str) -> String {
        format!("{}{of}", self.name)
    }

    fn add_namespace(&mut self, of: &str) -> Result<(), String> {
        let name = self.namespace(of);
        run(&format!("ip netns add {name}"))?;
        self.namespaces.insert(name.clone());
        run(&format!("ip -n {name} link set lo up"))?;
        Ok(())
    }

    /// A namespace for a post, without any cable.
    pub(crate) fn machine(&mut self, number: u8) {
        self.add_namespace(&number.to_string()).unwrap();
    }

    /// A cable from a machine to the bridge. The address is set before the link is up, as a manager would.
    pub(crate) fn cable(&self, number: u8, address: &str) {
        let (hub, machine) = (self.namespace("hub"), self.namespace(&number.to_string()));
        must(&format!(
            "ip link add e0 netns {machine} type veth peer name p{number} netns {hub}"
        ));
        // No waiting for duplicate addresses, which cannot be here.
        let no_dad = "net.ipv6.conf.e0.accept_dad=0";
        let _ = run(&format!("ip netns exec {machine} sysctl -qw {no_dad}"));
        self.plug(number, "br0");
        if !address.is_empty() {
            self.set_address(number, address);
        }
        must(&format!("ip -n {machine} link set e0 up"));
    }

    /// Adds an address to a machine's cable.
    pub(crate) fn set_address(&self, number: u8, address: &str) {
        let machine = self.namespace(&number.to_string());
        let broadcast = if address.contains(':') { "" } else { "brd +" };
        must(&format!(
            "ip -n {machine} addr add {address} {broadcast} dev e0"
        ));
    }

    /// Takes all addresses from a machine's cable.
    pub(crate) fn drop_addresses(&self, number: u8) {
        let machine = self.namespace(&number.to_string());
        must(&format!("ip -n {machine} addr flush dev e0"));
    }

    /// Pulls the cable of a machine at the bridge, or plugs it in again.
    pub(crate) fn carrier(&self, number: u8, up: bool) {
        let state = if up { "up" } else { "down" };
        must(&format!(
            "ip -n {} link set p{number} {state}",
            self.namespace("hub")
        ));
    }

    /// Puts a machine on a bridge: on another one it keeps its carrier and reaches nobody.
    pub(crate) fn plug(&self, number: u8, bridge: &str) {
        must(&format!(
            "ip -n {} link set p{number} master {bridge} up",
            self.namespace("hub")
        ));
    }

    /// Starts a post on a machine.
    pub(crate) fn start(&self, number: u8, config: NetConfig) -> Post {
        let path = format!("/var/run/netns/{}", self.namespace(&number.to_string()));
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (tell, told) = mpsc::channel();
        let told_to = Arc::clone(&seen);
        let thread = std::thread::spawn(move || {
            let namespace = std::fs::File::open(path).unwrap();
            let kind = Some(LinkNameSpaceType::Network);
            move_into_link_name_space(std::os::fd::AsFd::as_fd(&namespace), kind).unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let (net, mut events) = spawn(config).unwrap();
                tell.send(net).unwrap();
                while let Some(event) = events.recv().await {
                    let mut seen = told_to.lock().unwrap();
                    match &event {
                        NetEvent::Connected { peer, link, .. } => {
                            seen.links.insert(*peer, link.clone());
                        }
                        NetEvent::Disconnected { peer, .. } => {
                            seen.links.remove(peer);
                        }
                        _ => {}
                    }
                    seen.events.push(event);
                }
            });
        });
        let net = told.recv().unwrap();
        Post {
            me: net.me(),
            net,
            seen,
            thread: Some(thread),
        }
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for namespace in &self.namespaces {
            if let Err(error) = run(&format!("ip netns del {namespace}")) {
                eprintln!("{error}");
            }
        }
    }
}

/// What a post has told so far.
#[derive(Default)]
struct Seen {
    events: Vec<NetEvent>,
    links: BTreeMap<PeerId, LinkSender>,
}

/// A post in its namespace. Drop it before the laboratory.
pub(crate) struct Post {
    pub(crate) me: PeerId,
    pub(crate) net: NetHandle,
    seen: Arc<Mutex<Seen>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Post {
    fn drop(&mut self) {
        block_on(self.net.shutdown());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Post {
    pub(crate) fn status(&self) -> NetStatus {
        block_on(self.net.status()).unwrap()
    }

    pub(crate) fn connected_to(&self, peer: PeerId) -> bool {
        self.status().links.iter().any(|link| link.peer == peer)
    }

    /// Why links have ended so far.
    pub(crate) fn ends(&self) -> Vec<Ended> {
        let seen = self.seen.lock().unwrap();
        let ends = seen.events.iter().filter_map(|event| match event {
            NetEvent::Disconnected { reason, .. } => Some(reason.clone()),
            _ => None,
        });
        ends.collect()
    }

    /// Sends a word, if there is a link.
    pub(crate) fn say(&self, to: PeerId, word: &str) {
        let seen = self.seen.lock().unwrap();
        if let Some(link) = seen.links.get(&to) {
            let _ = link.send(Bytes::copy_from_slice(word.as_bytes()));
        }
    }

    fn heard(&self, what: &str) -> bool {
        let seen = self.seen.lock().unwrap();
        seen.events
            .iter()
            .any(|event| matches!(event, NetEvent::Frame { bytes, .. } if bytes == what))
    }
}

/// Every post admits every other.
pub(crate) fn admit_all(posts: &[&Post]) {
    let all: BTreeSet<PeerId> = posts.iter().map(|post| post.me).collect();
    for post in posts {
        block_on(post.net.allow(all.clone())).unwrap();
    }
}

/// How long it took until a condition held; fails when it takes longer than allowed.
pub(crate) fn within(allowed: Duration, what: &str, mut holds: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < allowed, "not within {allowed:?}: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
    began.elapsed()
}

/// Both can speak and be heard, by a word never used before.
pub(crate) fn talk(allowed: Duration, a: &Post, b: &Post, word: &str) -> Duration {
    within(allowed, word, || {
        a.say(b.me, word);
        b.say(a.me, word);
        a.heard(word) && b.heard(word)
    })
}
