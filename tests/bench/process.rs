//! What the kernel counts for a process and for its network: `/proc/PID`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

/// Ticks a second of `/proc/PID/stat`: `USER_HZ`, 100 on every Linux that users see (proc(5)).
const TICKS_PER_SECOND: f64 = 100.0;
/// Fields of `stat` behind the name in parentheses, from 0: state, utime, stime (proc(5): 3, 14, 15).
const STATE: usize = 0;
const USER_TICKS: usize = 11;
const SYSTEM_TICKS: usize = 12;
/// What Ethernet puts before each IP packet.
const ETHERNET_HEADER_BYTES: u64 = 14;

/// A process, by its id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(pub(crate) u32);

/// Memory of a process, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// Resident now.
    pub(crate) resident: u64,
    /// The most that was resident since the start or [`Process::forget_peak`].
    pub(crate) peak: u64,
}

/// Bytes of a network interface since it was made, Ethernet headers included.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wire {
    /// Received.
    pub(crate) received: u64,
    /// Sent.
    pub(crate) sent: u64,
    /// Both ways, to groups rather than to one machine: how posts find each other.
    pub(crate) groups: u64,
}

impl Wire {
    /// What was counted since `before`.
    pub(crate) fn since(self, before: Wire) -> Wire {
        Wire {
            received: self.received.saturating_sub(before.received),
            sent: self.sent.saturating_sub(before.sent),
            groups: self.groups.saturating_sub(before.groups),
        }
    }

    /// Both ways.
    pub(crate) fn both(self) -> u64 {
        self.received + self.sent
    }
}

impl Process {
    fn read(self, name: &str) -> Result<String> {
        let path = format!("/proc/{}/{name}", self.0);
        fs::read_to_string(&path).with_context(|| format!("{path}: has the daemon ended?"))
    }

    fn stat(self, field: usize) -> Result<String> {
        let stat = self.read("stat")?;
        let behind_name = stat.rsplit_once(')').context("no stat line")?.1;
        let mut fields = behind_name.split_whitespace();
        Ok(fields.nth(field).context("a short stat line")?.to_owned())
    }

    /// Fails when the process has ended.
    pub(crate) fn must_live(self) -> Result<()> {
        ensure!(self.stat(STATE)? != "Z", "the daemon has ended by itself");
        Ok(())
    }

    /// CPU time used so far, user and system, in seconds; steps of 10 ms.
    pub(crate) fn cpu_s(self) -> Result<f64> {
        let ticks = |field| -> Result<f64> { Ok(self.stat(field)?.parse::<f64>()?) };
        Ok((ticks(USER_TICKS)? + ticks(SYSTEM_TICKS)?) / TICKS_PER_SECOND)
    }

    /// Memory now and at its peak.
    pub(crate) fn memory(self) -> Result<Memory> {
        let status = self.read("status")?;
        let kib = |name| number_after(&status, name).map(|kib| kib * 1024);
        Ok(Memory {
            resident: kib("VmRSS:")?,
            peak: kib("VmHWM:")?,
        })
    }

    /// Lets the peak begin again at what is resident now (proc(5), `clear_refs`).
    pub(crate) fn forget_peak(self) -> Result<()> {
        let path = format!("/proc/{}/clear_refs", self.0);
        fs::write(&path, "5").with_context(|| path)
    }

    /// Bytes it caused to be written to a disk; 0 on a file system without one.
    pub(crate) fn written_bytes(self) -> Result<u64> {
        number_after(&self.read("io")?, "write_bytes:")
    }

    /// What the interface of its network namespace has carried.
    pub(crate) fn wire(self, interface: &str) -> Result<Wire> {
        let devices = self.read("net/dev")?;
        let prefix = format!("{interface}:");
        let line = devices
            .lines()
            .find_map(|line| line.trim_start().strip_prefix(&prefix))
            .with_context(|| format!("no interface {interface}"))?;
        let column = |index| -> Result<u64> {
            let word = line.split_whitespace().nth(index);
            Ok(word.context("a short line")?.parse()?)
        };
        Ok(Wire {
            received: column(0)?,
            sent: column(8)?,
            groups: self.to_groups()?,
        })
    }

    /// Multicast and broadcast of IPv4 and IPv6, both ways.
    fn to_groups(self) -> Result<u64> {
        let four = self.read("net/netstat")?;
        let six = self.read("net/snmp6")?;
        let mut bytes = 0;
        for way in ["In", "Out"] {
            for group in ["Mcast", "Bcast"] {
                bytes += column_named(&four, "IpExt:", &format!("{way}{group}Octets"))?;
                let packets = column_named(&four, "IpExt:", &format!("{way}{group}Pkts"))?;
                bytes += packets * ETHERNET_HEADER_BYTES;
            }
            bytes += number_after(&six, &format!("Ip6{way}McastOctets"))?;
            let packets = number_after(&six, &format!("Ip6{way}McastPkts"))?;
            bytes += packets * ETHERNET_HEADER_BYTES;
        }
        Ok(bytes)
    }
}

/// The number behind a word that begins a line.
fn number_after(text: &str, word: &str) -> Result<u64> {
    let mut lines = text.lines();
    let rest = lines.find_map(|line| line.strip_prefix(word));
    let rest = rest.with_context(|| format!("no {word}"))?;
    let number = rest.split_whitespace().next().context("no number")?;
    Ok(number.parse()?)
}

/// The number under a name, in a table of two lines that begin with the same word.
fn column_named(text: &str, prefix: &str, name: &str) -> Result<u64> {
    let mut lines = text.lines().filter(|line| line.starts_with(prefix));
    let names = lines.next().context("no names")?.split_whitespace();
    let numbers = lines.next().context("no numbers")?.split_whitespace();
    let mut pairs = names.zip(numbers);
    let (_, number) = pairs
        .find(|(known, _)| *known == name)
        .with_context(|| format!("no {name}"))?;
    Ok(number.parse()?)
}

/// Bytes that a folder takes on its disk, as `du` counts them.
pub(crate) fn disk_bytes(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let data = entry.metadata()?;
        bytes += std::os::unix::fs::MetadataExt::blocks(&data) * 512;
        if data.is_dir() {
            bytes += disk_bytes(&entry.path())?;
        }
    }
    Ok(bytes)
}
