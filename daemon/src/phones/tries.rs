//! Wrong codes of the last minute. Nothing else is remembered of who tried, so the memory is bounded by
//! the very limit it keeps.

use std::collections::VecDeque;
use std::net::IpAddr;

/// Wrong codes one address may send in a minute.
const FROM_ONE_MAX: usize = 5;
/// Wrong codes in a minute from everybody: who takes many addresses still needs thousands of years for one
/// of 24⁸ codes, and four people who mistype do not shut out a fifth.
const IN_ALL_MAX: usize = 20;
/// How long a wrong code counts.
const MINUTE_MS: u64 = 60_000;

/// Wrong codes of the last minute, the oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Tries(VecDeque<(u64, IpAddr)>);

impl Tries {
    /// Whether this address may try.
    pub(super) fn may(&mut self, from: IpAddr, now_ms: u64) -> bool {
        // A clock set back lets what it had counted go, rather than count it for ever.
        self.0
            .retain(|(at, _)| *at <= now_ms && now_ms - at < MINUTE_MS);
        let same = self.0.iter().filter(|(_, known)| *known == from).count();
        same < FROM_ONE_MAX && self.0.len() < IN_ALL_MAX
    }

    /// It tried, and was wrong.
    pub(super) fn missed(&mut self, from: IpAddr, now_ms: u64) {
        self.0.push_back((now_ms, from));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(tries: &mut Tries, last: u8, now_ms: u64) -> bool {
        let from = IpAddr::from([192, 168, 1, last]);
        let may = tries.may(from, now_ms);
        if may {
            tries.missed(from, now_ms);
        }
        may
    }

    #[test]
    fn five_wrong_codes_a_minute_from_one_address() {
        let mut tries = Tries::default();
        let taken = (0..100).filter(|at| wrong(&mut tries, 7, *at)).count();
        assert_eq!(taken, FROM_ONE_MAX);
        assert!(wrong(&mut tries, 8, 100), "another phone is not shut out");
        assert!(!wrong(&mut tries, 7, MINUTE_MS - 1));
        assert!(wrong(&mut tries, 7, MINUTE_MS));
    }

    #[test]
    fn many_addresses_do_not_multiply_the_tries() {
        let mut tries = Tries::default();
        let taken = (0..=255).filter(|last| wrong(&mut tries, *last, 0)).count();
        assert_eq!(taken, IN_ALL_MAX);
        assert_eq!(tries.0.len(), IN_ALL_MAX);
    }

    #[test]
    fn a_clock_set_back_shuts_nobody_out() {
        let mut tries = Tries::default();
        while wrong(&mut tries, 7, 10 * MINUTE_MS) {}
        assert!(wrong(&mut tries, 7, 0));
    }
}
