//! Machines made of network namespaces, joined by bridges in a hub namespace. Everything carries the
//! process id in its name and goes away when the lab is dropped, also after a failure.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::system;

static LABS: AtomicU32 = AtomicU32::new(0);

/// A hub with bridges, and machines on them.
#[derive(Debug)]
pub struct Lab {
    prefix: String,
    namespaces: Vec<String>,
}

impl Lab {
    /// A lab with `bridges` separate bridges.
    #[must_use]
    pub fn new(bridges: usize) -> Lab {
        let prefix = format!(
            "bf{}x{}",
            std::process::id(),
            LABS.fetch_add(1, Ordering::Relaxed)
        );
        let mut lab = Lab {
            prefix,
            namespaces: Vec::new(),
        };
        let hub = lab.hub();
        lab.add_namespace(&hub);
        for bridge in 0..bridges {
            lab.in_hub(&format!("ip link add br{bridge} type bridge"));
            lab.in_hub(&format!("ip link set br{bridge} up"));
        }
        lab
    }

    fn hub(&self) -> String {
        format!("{}hub", self.prefix)
    }

    fn in_hub(&self, command: &str) {
        system(&format!("ip netns exec {} {command}", self.hub()));
    }

    fn add_namespace(&mut self, name: &str) {
        system(&format!("ip netns add {name}"));
        self.namespaces.push(name.to_owned());
        system(&format!("ip netns exec {name} ip link set lo up"));
    }

    /// Adds a machine without any link; returns its namespace.
    pub fn machine(&mut self, name: &str) -> String {
        let namespace = format!("{}{name}", self.prefix);
        self.add_namespace(&namespace);
        namespace
    }

    /// Plugs a machine's interface `port` into a bridge, with the address `10.<bridge>.0.<host>/24`.
    pub fn plug(&self, machine: &str, port: &str, bridge: usize, host: u8) {
        let hub_end = format!("{machine}-{port}");
        let hub_end = hub_end.trim_start_matches(&self.prefix);
        system(&format!(
            "ip link add {port} netns {machine} type veth peer name {hub_end} netns {}",
            self.hub()
        ));
        self.in_hub(&format!("ip link set {hub_end} master br{bridge} up"));
        let inside = |command: &str| system(&format!("ip netns exec {machine} {command}"));
        inside(&format!(
            "ip address add 10.{bridge}.0.{host}/24 broadcast + dev {port}"
        ));
        inside(&format!("ip link set {port} up"));
    }

    /// Pulls a cable, or puts it back: the hub's end goes down, and the machine loses its carrier.
    pub fn cable(&self, machine: &str, port: &str, plugged: bool) {
        let hub_end = format!("{machine}-{port}");
        let state = if plugged { "up" } else { "down" };
        self.in_hub(&format!(
            "ip link set {} {state}",
            hub_end.trim_start_matches(&self.prefix)
        ));
    }

    /// Drops this share of what arrives at a machine (0–100), 0 for none.
    pub fn lose(&self, machine: &str, percent: u8) {
        let inside = |command: &str| system(&format!("ip netns exec {machine} {command}"));
        inside("nft flush ruleset");
        if percent > 0 {
            inside("nft add table inet loss");
            inside("nft add chain inet loss in { type filter hook input priority 0 ; }");
            inside(&format!(
                "nft add rule inet loss in iifname != lo numgen random mod 100 < {percent} drop"
            ));
        }
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for namespace in &self.namespaces {
            let _ = Command::new("ip")
                .args(["netns", "delete", namespace])
                .output();
        }
    }
}
