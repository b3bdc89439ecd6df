//! Where packets go that are for nobody near: a VPN that takes everything often takes the local network too.

use std::fs;

/// `/proc/net/route`: the route is up (Linux, `RTF_UP`).
const ROUTE_UP: u16 = 1;
/// `/sys/class/net/*/flags`: a tunnel to one other end (Linux, `IFF_POINTOPOINT`).
const POINT_TO_POINT: u32 = 0x10;

/// The tunnel by which everything leaves this machine, if there is one.
pub(super) fn vpn() -> Option<String> {
    let table = fs::read_to_string("/proc/net/route").ok()?;
    let interface = default_interface(&table)?;
    let flags = fs::read_to_string(format!("/sys/class/net/{interface}/flags")).ok()?;
    let flags = u32::from_str_radix(flags.trim().trim_start_matches("0x"), 16).ok()?;
    (flags & POINT_TO_POINT != 0).then_some(interface)
}

/// The interface of the default route with the lowest metric; two halves of everything, as WireGuard's and
/// OpenVPN's tools write them, are a default route too.
fn default_interface(table: &str) -> Option<String> {
    let route = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [name, destination, _, flags, _, _, metric, mask, ..] = columns.as_slice() else {
            return None;
        };
        let hex = |text: &str| u32::from_str_radix(text, 16).ok();
        let (destination, mask) = (hex(destination)?, hex(mask)?);
        let is_up = u16::from_str_radix(flags, 16).ok()? & ROUTE_UP != 0;
        // Addresses are written in the machine's order, the first byte last.
        let is_half = mask == 0x80 && [0, 0x80].contains(&destination);
        let is_default = mask == 0 && destination == 0;
        let metric: u32 = metric.parse().ok()?;
        (is_up && (is_default || is_half)).then(|| ((!is_half, metric), (*name).to_owned()))
    };
    let best = table.lines().skip(1).filter_map(route).min();
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADINGS: &str =
        "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n";

    #[test]
    fn the_default_route_is_the_one_of_the_lowest_metric() {
        let table = format!(
            "{HEADINGS}wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n\
             eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n\
             eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"
        );
        assert_eq!(default_interface(&table).as_deref(), Some("eth0"));
        assert_eq!(default_interface(HEADINGS), None);
    }

    #[test]
    fn two_halves_of_everything_go_before_the_default_route() {
        let table = format!(
            "{HEADINGS}eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n\
             tun0\t00000000\t0101080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n\
             tun0\t00000080\t0101080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n"
        );
        assert_eq!(default_interface(&table).as_deref(), Some("tun0"));
    }
}
