//! Who is let in: sessions, one-time links, the code of the day. Pure: time and chance are arguments. Of a
//! session only the hash of its cookie is kept, so that the file lets nobody in.

use blake3::Hash;
use serde::{Deserialize, Serialize};

use super::tries::Tries;
use std::net::IpAddr;

/// How long a phone stays in: a shift. Over plain http somebody near may have read its cookie.
pub(crate) const SESSION_LIFE_MS: u64 = 12 * 60 * 60 * 1000;
/// How long a one-time link waits.
pub(crate) const LINK_LIFE_MS: u64 = 10 * 60 * 1000;
/// Phones let in at once: more than a post has people.
const SESSIONS_MAX: usize = 64;
/// Links waiting at once; a further one takes the place of the oldest.
const LINKS_MAX: usize = 8;
/// Letters of the code: without I and O, which are read as 1 and 0.
const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Letters of a code: 24⁸ codes, and few tries a minute.
const CODE_LETTERS: usize = 8;
/// The layout of the file.
const LAYOUT_VERSION: u8 = 1;

/// Who is let in.
#[derive(Debug, Clone)]
pub(crate) struct Book {
    /// What the codes of the days are made of.
    secret: [u8; 32],
    sessions: Vec<Session>,
    links: Vec<Link>,
    tries: Tries,
}

/// What a session may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Cap {
    /// Reads open incidents and needs without private fields, adds one; no acts, no API.
    Phone,
}

/// One phone let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    /// What a person types to end it.
    pub(crate) id: String,
    /// The hash of the cookie, in hexadecimal.
    proof: String,
    /// What it may do, whatever the post may.
    pub(crate) cap: Cap,
    /// What kind of device it said it is.
    pub(crate) label: String,
    /// When it was let in.
    pub(crate) since_ms: u64,
    /// When it last asked for something.
    #[serde(skip)]
    pub(crate) seen_ms: Option<u64>,
}

#[derive(Debug, Clone)]
struct Link {
    proof: Hash,
    made_ms: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    v: u8,
    secret: String,
    sessions: Vec<Session>,
}

/// A phone that was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entered {
    /// The value of its cookie; kept nowhere here.
    pub(crate) cookie: String,
}

/// Why a phone was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Not the code of today.
    Wrong,
    /// Too many wrong codes in the last minute.
    TooOften,
    /// The link was used, is over, or never was.
    LinkOver,
    /// Too many phones are in.
    Full,
}

impl Session {
    /// When it ends by itself.
    pub(crate) fn ends_ms(&self) -> u64 {
        self.since_ms.saturating_add(SESSION_LIFE_MS)
    }

    fn is_over(&self, now_ms: u64) -> bool {
        now_ms >= self.ends_ms()
    }
}

impl Book {
    /// An empty book.
    pub(crate) fn new(secret: [u8; 32]) -> Book {
        Book {
            secret,
            sessions: Vec::new(),
            links: Vec::new(),
            tries: Tries::default(),
        }
    }

    /// A book as the disk holds it.
    pub(crate) fn read(bytes: &[u8]) -> Option<Book> {
        let file: File = serde_json::from_slice(bytes).ok()?;
        let known = file.v == LAYOUT_VERSION && file.sessions.len() <= SESSIONS_MAX;
        let secret = Hash::from_hex(file.secret).ok().filter(|_| known)?;
        Some(Book {
            sessions: file.sessions,
            ..Book::new(*secret.as_bytes())
        })
    }

    /// The book as the disk holds it: links and tries do not outlive the daemon.
    pub(crate) fn write(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&File {
            v: LAYOUT_VERSION,
            secret: Hash::from_bytes(self.secret).to_hex().to_string(),
            sessions: self.sessions.clone(),
        })
    }

    /// The code of a day.
    pub(crate) fn code(&self, day: &str) -> String {
        let mut letters = blake3::Hasher::new_keyed(&self.secret)
            .update(b"code of the day ")
            .update(day.as_bytes())
            .finalize_xof();
        let mut code = String::new();
        while code.len() < CODE_LETTERS {
            let mut byte = [0];
            letters.fill(&mut byte);
            // 240 is the last multiple of 24: beyond it the first letters would come more often.
            if byte[0] < 240 {
                code.push(char::from(LETTERS[usize::from(byte[0]) % LETTERS.len()]));
            }
        }
        code
    }

    /// Whether a code is that of today. A right one is refused too while there were too many wrong ones.
    pub(crate) fn try_code(
        &mut self,
        typed: &str,
        day: &str,
        from: IpAddr,
        now_ms: u64,
    ) -> Result<(), Refusal> {
        if !self.tries.may(from, now_ms) {
            return Err(Refusal::TooOften);
        }
        let typed: String = typed
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        // Hashes are compared, so that the time taken tells nothing of the code.
        if blake3::hash(typed.as_bytes()) == blake3::hash(self.code(day).as_bytes()) {
            return Ok(());
        }
        self.tries.missed(from, now_ms);
        Err(Refusal::Wrong)
    }

    /// What a new one-time link carries.
    pub(crate) fn link(&mut self, now_ms: u64, random: [u8; 16]) -> String {
        let once = hex(&random);
        if self.links.len() >= LINKS_MAX {
            self.links.remove(0);
        }
        self.links.push(Link {
            proof: blake3::hash(once.as_bytes()),
            made_ms: now_ms,
        });
        once
    }

    /// Uses a link up; false when there is none such.
    pub(crate) fn take_link(&mut self, once: &str, now_ms: u64) -> bool {
        self.links
            .retain(|link| now_ms.saturating_sub(link.made_ms) < LINK_LIFE_MS);
        let proof = blake3::hash(once.as_bytes());
        let waiting = self.links.len();
        self.links.retain(|link| link.proof != proof);
        self.links.len() < waiting
    }

    /// Lets a phone in.
    pub(crate) fn enter(
        &mut self,
        label: String,
        now_ms: u64,
        random: [u8; 32],
    ) -> Result<Entered, Refusal> {
        self.sessions.retain(|session| !session.is_over(now_ms));
        if self.sessions.len() >= SESSIONS_MAX {
            return Err(Refusal::Full);
        }
        let cookie = hex(&random);
        let proof = blake3::hash(cookie.as_bytes());
        self.sessions.push(Session {
            id: hex(&proof.as_bytes()[..4]),
            proof: proof.to_hex().to_string(),
            cap: Cap::Phone,
            label,
            since_ms: now_ms,
            seen_ms: Some(now_ms),
        });
        Ok(Entered { cookie })
    }

    /// The session of a cookie, which is thereby seen.
    pub(crate) fn session(&mut self, cookie: &str, now_ms: u64) -> Option<Session> {
        let proof = blake3::hash(cookie.as_bytes());
        let session = self
            .sessions
            .iter_mut()
            .find(|session| Hash::from_hex(&session.proof).is_ok_and(|known| known == proof))?;
        if session.is_over(now_ms) {
            return None;
        }
        session.seen_ms = Some(now_ms);
        Some(session.clone())
    }

    /// Those let in now.
    pub(crate) fn sessions(&self, now_ms: u64) -> Vec<Session> {
        let live = self.sessions.iter();
        live.filter(|session| !session.is_over(now_ms))
            .cloned()
            .collect()
    }

    /// Ends a session.
    pub(crate) fn end(&mut self, id: &str) -> bool {
        let before = self.sessions.len();
        self.sessions.retain(|session| session.id != id);
        self.sessions.len() < before
    }
}

/// The token that a session's forms carry. It is made of the cookie, which only this phone and a request
/// of it hold, so it is kept nowhere and never changes: Back and a form open for hours stay good.
pub(crate) fn form_token(cookie: &str) -> Hash {
    let key = blake3::hash(cookie.as_bytes());
    blake3::keyed_hash(
        &blake3::derive_key("beffroi 2026 form token", key.as_bytes()),
        cookie.as_bytes(),
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: u64 = 60 * 60 * 1000;

    fn book() -> Book {
        Book::new([7; 32])
    }

    fn somewhere() -> IpAddr {
        IpAddr::from([192, 168, 1, 9])
    }

    #[test]
    fn a_phone_is_out_after_twelve_hours_whatever_it_does() {
        let mut book = book();
        let cookie = book.enter("iPhone".into(), 0, [1; 32]).unwrap().cookie;
        for hour in 0..12 {
            assert!(book.session(&cookie, hour * HOUR_MS).is_some(), "{hour}");
        }
        assert!(book.session(&cookie, 12 * HOUR_MS - 1).is_some());
        assert!(book.session(&cookie, 12 * HOUR_MS).is_none());
        assert!(book.sessions(12 * HOUR_MS).is_empty());
    }

    #[test]
    fn an_ended_session_is_out_and_the_others_are_not() {
        let mut book = book();
        let one = book.enter("iPhone".into(), 0, [1; 32]).unwrap().cookie;
        let two = book.enter("Android".into(), 0, [2; 32]).unwrap().cookie;
        let id = book.session(&one, 1).unwrap().id;
        assert!(book.end(&id));
        assert!(!book.end(&id));
        assert!(book.session(&one, 1).is_none());
        assert!(book.session(&two, 1).is_some());
    }

    #[test]
    fn two_phones_share_neither_cookie_nor_form_token() {
        let mut book = book();
        let one = book.enter(String::new(), 0, [1; 32]).unwrap().cookie;
        let two = book.enter(String::new(), 0, [2; 32]).unwrap().cookie;
        assert_ne!(form_token(&one), form_token(&two));
        assert_ne!(
            book.session(&one, 0).unwrap().id,
            book.session(&two, 0).unwrap().id
        );
        assert_ne!(form_token(&one).to_hex().as_str(), one);
    }

    #[test]
    fn the_file_lets_nobody_in_and_logs_nobody_out() {
        let mut book = book();
        let cookie = book.enter("iPhone".into(), 5, [1; 32]).unwrap().cookie;
        let once = book.link(5, [3; 16]);
        let bytes = book.write().unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(!text.contains(&cookie) && !text.contains(&once));
        assert!(!text.contains(form_token(&cookie).to_hex().as_str()));
        let mut again = Book::read(&bytes).unwrap();
        assert_eq!(again.session(&cookie, 6).unwrap().label, "iPhone");
        assert_eq!(again.code("2026-11-30"), book.code("2026-11-30"));
        // What the file holds is no cookie.
        let proof = again.session(&cookie, 6).unwrap().proof;
        assert!(again.session(&proof, 6).is_none());
        for end in 0..bytes.len() {
            assert!(Book::read(&bytes[..end]).is_none(), "{end}");
        }
    }

    #[test]
    fn a_link_lets_one_phone_in_within_ten_minutes() {
        let mut book = book();
        let once = book.link(0, [3; 16]);
        assert!(!book.take_link("", 1) && !book.take_link(&once[1..], 1));
        assert!(book.take_link(&once, LINK_LIFE_MS - 1));
        assert!(!book.take_link(&once, LINK_LIFE_MS - 1), "used");
        let once = book.link(0, [4; 16]);
        assert!(!book.take_link(&once, LINK_LIFE_MS), "over");
        let first = book.link(0, [0; 16]);
        for n in 1..=u8::try_from(LINKS_MAX).unwrap() {
            book.link(0, [n; 16]);
        }
        assert!(!book.take_link(&first, 0), "the oldest made room");
        assert_eq!(book.links.len(), LINKS_MAX);
    }

    #[test]
    fn the_code_is_todays_as_people_type_it() {
        let mut book = book();
        let code = book.code("2026-11-30");
        assert_eq!(code.len(), CODE_LETTERS);
        assert!(code.bytes().all(|letter| LETTERS.contains(&letter)));
        let typed = format!(" {}-{} ", code[..4].to_lowercase(), &code[4..]);
        let from = somewhere();
        assert_eq!(book.try_code(&typed, "2026-11-30", from, 0), Ok(()));
        let tomorrow = book.try_code(&typed, "2026-12-01", from, 0);
        assert_eq!(tomorrow, Err(Refusal::Wrong));
        for wrong in ["", "AAAAAAAA", &code[1..], &format!("{code}A")] {
            let tried = book.try_code(wrong, "2026-11-30", from, 0);
            assert_eq!(tried, Err(Refusal::Wrong), "{wrong}");
        }
        let right = book.try_code(&code, "2026-11-30", from, 0);
        assert_eq!(right, Err(Refusal::TooOften), "guessing may not end well");
        assert_eq!(book.try_code(&code, "2026-11-30", from, 60_000), Ok(()));
        assert_ne!(Book::new([8; 32]).code("2026-11-30"), code);
    }

    #[test]
    fn phones_are_bounded_and_those_over_make_room() {
        let mut book = book();
        let random = |n: usize| [u8::try_from(n).unwrap(); 32];
        for n in 0..SESSIONS_MAX {
            book.enter(String::new(), 0, random(n)).unwrap();
        }
        let full = book.enter(String::new(), 1, random(100));
        assert_eq!(full, Err(Refusal::Full));
        assert!(
            book.enter(String::new(), SESSION_LIFE_MS, random(100))
                .is_ok()
        );
        assert_eq!(book.sessions.len(), 1);
    }
}
