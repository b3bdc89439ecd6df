//! Where phones are served: one address of this machine on a local network, never all of them, and never
//! one that the Internet reaches.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use beffroi_api::problem::Cause;

/// The port phones type, when it is free.
pub(crate) const PORT: u16 = 7412;
/// Interfaces that programs make for their own guests.
const OF_PROGRAMS: [&str; 5] = ["docker", "br-", "veth", "virbr", "lxc"];

/// An address to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The address.
    pub(crate) ip: IpAddr,
    /// The port that was named; none: [`PORT`], or a free one.
    pub(crate) port: Option<u16>,
}

/// The address somebody named (`192.168.1.20`, `192.168.1.20:7412`), else the only one there is.
pub(crate) fn choose(named: Option<&str>, here: &[(String, IpAddr)]) -> Result<Wanted, Cause> {
    if let Some(named) = named {
        return read(named).ok_or_else(|| Cause::PhoneAddressRefused {
            address: named.chars().take(80).collect(),
        });
    }
    let of_guests = |name: &str| OF_PROGRAMS.iter().any(|prefix| name.starts_with(prefix));
    let mut found: Vec<IpAddr> = here
        .iter()
        .filter(|(name, ip)| !of_guests(name) && is_private_four(*ip))
        .map(|(_, ip)| *ip)
        .collect();
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [] => Err(Cause::PhoneAddressMissing {}),
        [ip] => Ok(Wanted {
            ip: *ip,
            port: None,
        }),
        several => {
            let several: Vec<String> = several.iter().map(ToString::to_string).collect();
            Err(Cause::PhoneAddressesSeveral {
                addresses: several.join(", "),
            })
        }
    }
}

fn read(named: &str) -> Option<Wanted> {
    let wanted = match named.parse::<IpAddr>() {
        Ok(ip) => Wanted { ip, port: None },
        Err(_) => {
            let address: SocketAddr = named.parse().ok()?;
            Wanted {
                ip: address.ip(),
                port: Some(address.port()),
            }
        }
    };
    let ip = wanted.ip.to_canonical();
    // Loopback is for trying it out: only this machine reaches it.
    (is_private_four(ip) || is_local_six(ip) || ip.is_loopback()).then_some(Wanted { ip, ..wanted })
}

fn is_private_four(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(four) => four.is_private() || is_link_local(four),
        IpAddr::V6(_) => false,
    }
}

/// Addresses machines give themselves where nobody hands any out.
fn is_link_local(four: Ipv4Addr) -> bool {
    four.is_link_local()
}

/// A unique local address (RFC 4193). A link-local one cannot be typed into a browser.
fn is_local_six(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(_) => false,
        IpAddr::V6(six) => six.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(interfaces: &[(&str, &str)]) -> Vec<(String, IpAddr)> {
        let each = interfaces.iter();
        each.map(|(name, ip)| ((*name).to_owned(), ip.parse().unwrap()))
            .collect()
    }

    #[test]
    fn the_only_local_network_is_chosen_and_of_several_none() {
        let one = here(&[
            ("lo", "127.0.0.1"),
            ("wlan0", "192.168.1.20"),
            ("wlan0", "fe80::1"),
            ("docker0", "172.17.0.1"),
            ("wwan0", "203.0.113.5"),
        ]);
        let wanted = choose(None, &one).unwrap();
        assert_eq!(wanted.ip.to_string(), "192.168.1.20");
        assert_eq!(wanted.port, None);
        let two = here(&[("wlan0", "192.168.1.20"), ("eth0", "10.0.0.5")]);
        assert_eq!(
            choose(None, &two),
            Err(Cause::PhoneAddressesSeveral {
                addresses: "10.0.0.5, 192.168.1.20".into()
            })
        );
        let none = here(&[("lo", "127.0.0.1"), ("wwan0", "203.0.113.5")]);
        assert_eq!(choose(None, &none), Err(Cause::PhoneAddressMissing {}));
    }

    #[test]
    fn all_addresses_at_once_and_those_of_the_internet_are_refused() {
        for named in [
            "0.0.0.0",
            "0.0.0.0:7412",
            "::",
            "[::]:7412",
            "::ffff:0.0.0.0",
            "203.0.113.5",
            "2001:db8::1",
            "fe80::1",
            "255.255.255.255",
            "224.0.0.1",
            "localhost",
            "",
            "192.168.1.20:",
            "192.168.1.20:99999",
            "http://192.168.1.20",
        ] {
            let refused = choose(Some(named), &[]);
            assert!(
                matches!(refused, Err(Cause::PhoneAddressRefused { .. })),
                "{named}"
            );
        }
        for (named, port) in [
            ("192.168.1.20", None),
            ("10.0.0.1:80", Some(80)),
            ("169.254.3.4", None),
            ("127.0.0.1:0", Some(0)),
            ("fd00::1", None),
            ("[fd00::1]:7412", Some(7412)),
        ] {
            assert_eq!(choose(Some(named), &[]).unwrap().port, port, "{named}");
        }
    }
}
