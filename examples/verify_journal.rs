//! Checks a file of `beffroi journal export` without any code of Beffroi: BLAKE3, Ed25519 and a reader of
//! JSON are enough. `docs/journal.md` says what is checked; this page is how.
//!
//! ```sh
//! cargo run --example verify_journal -- journal.jsonl
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;

/// The list of BIP39, one word a line.
const WORDS: &str = include_str!("words_fr.txt");
/// Steps from a root to whoever it lets in, at most.
const STEPS_MAX: usize = 8;

type Key = [u8; 32];

/// What was found in a journal that is sound.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Entries, each signed by its author.
    pub(crate) entries: usize,
    /// Leaves that were erased: their hashes stand for them.
    pub(crate) erased: usize,
    /// Entries that others cite and that are not in the file.
    pub(crate) holes: usize,
    /// The digest as six words, to be compared with those on paper.
    pub(crate) words: String,
}

fn main() -> std::process::ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        let _ = writeln!(std::io::stderr(), "usage: verify_journal FILE");
        return 2.into();
    };
    let found = std::fs::read_to_string(&path).map_err(|error| error.to_string());
    match found.and_then(|text| verify(&text)) {
        Ok(found) => {
            let told = format!(
                "sound: {} entries, {} erased leaves, {} holes\n{}\n",
                found.entries, found.erased, found.holes, found.words
            );
            let _ = std::io::stdout().write_all(told.as_bytes());
            0.into()
        }
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "{path}: {why}");
            1.into()
        }
    }
}

/// Checks a whole journal.
///
/// # Errors
/// With a sentence, at the first thing that is not right.
pub(crate) fn verify(text: &str) -> Result<Found, String> {
    let mut lines = text.lines().enumerate();
    let (_, first) = lines.next().ok_or("the file is empty")?;
    let (territory, created_s, roots) = genesis(&json(first)?)?;
    let mut journal = Journal {
        territory,
        created_s,
        ..Journal::default()
    };
    for (number, line) in lines {
        let at = |why: String| format!("line {}: {why}", number + 1);
        if journal.ended {
            return Err(at("something follows the end".into()));
        }
        let value = json(line).map_err(at)?;
        let taken = match value.get("end") {
            Some(_) => journal.end(&value),
            None => journal.entry(&value),
        };
        taken.map_err(at)?;
    }
    if !journal.ended {
        return Err("the last line is missing: the file was cut".into());
    }
    journal.authors_are_rooted(&roots)?;
    journal.chains()
}

/// The founding statement: the territory's name follows from it, and it names the roots.
fn genesis(first: &Value) -> Result<(Key, u64, BTreeSet<Key>), String> {
    if first["beffroi_journal"] != 1 {
        return Err("the first line is not that of a journal of version 1".into());
    }
    let bytes = hex(&first["genesis"])?;
    let territory = derive("beffroi v1 territory", &[&bytes]);
    if first["territory"] != to_hex(&territory) {
        return Err("the territory is not that of the founding statement".into());
    }
    let mut read = Reader(&bytes);
    read.byte()?;
    let name = read.number()?;
    read.take(usize::try_from(name).map_err(|_| "a name too long")?)?;
    let created = read.number()?;
    let roots: Vec<Key> = read.list()?;
    let told: Vec<String> = roots.iter().map(|root| to_hex(root)).collect();
    read.byte()?;
    read.take(16)?;
    if !read.0.is_empty() || first["roots"] != Value::from(told) {
        return Err("the founding statement is malformed, or names other roots".into());
    }
    Ok((territory, created / 1_000, roots.into_iter().collect()))
}

/// What was read so far.
#[derive(Default)]
struct Journal {
    territory: Key,
    created_s: u64,
    /// By id: whose it is, its class, its number in the chain, what it cites.
    entries: BTreeMap<Key, (Key, u8, u64, Vec<Key>)>,
    /// Who let in whom, and whether as a coordinator.
    grants: Vec<(Key, Key, bool)>,
    last: Option<(u8, u64, Key)>,
    erased: usize,
    ended: bool,
    words: String,
}

impl Journal {
    fn entry(&mut self, line: &Value) -> Result<(), String> {
        let head = hex(&line["head"])?;
        let id = derive("beffroi v1 entry id", &[&head]);
        if line["id"] != to_hex(&id) {
            return Err("the id is not that of the head".into());
        }
        let mut read = Reader(&head);
        let (version, class) = (read.byte()?, read.byte()?);
        let (territory, author) = (read.key()?, read.key()?);
        if version != 1 || territory != self.territory {
            return Err("an entry of another version or territory".into());
        }
        let signature: [u8; 64] = sized(hex(&line["signature"])?)?;
        let signed = [b"beffroi/entry/1\0".as_slice(), &head].concat();
        VerifyingKey::from_bytes(&author)
            .and_then(|key| key.verify_strict(&signed, &Signature::from_bytes(&signature)))
            .map_err(|_| "the signature is wrong")?;
        let time_ms = read.number()?;
        read.key()?;
        let previous = read.list()?;
        let seq = read.number()?;
        let slots = read.number()?;
        for _ in 0..slots {
            read.byte()?;
            read.number()?;
            read.take(16)?;
        }
        let (size, body) = (read.number()?, read.key()?);
        if !read.0.is_empty() {
            return Err("bytes follow the head".into());
        }
        if self.leaves(line, class, slots, size)? != body {
            return Err("the leaves are not those that were signed".into());
        }
        let act = hex(&line["leaves"][0]["bytes"]).unwrap_or_default();
        if let (0, Some(0)) = (class, act.first()) {
            let mut read = Reader(&act[1..]);
            let (device, _, role) = (read.key()?, read.key()?, read.number()?);
            self.grants.push((author, device, role == 0));
        }
        let second = (time_ms / 1_000).clamp(self.created_s, u64::from(u32::MAX));
        let place = Some((class, second, id));
        if place <= self.last {
            return Err("an entry stands twice, or out of its order".into());
        }
        self.last = place;
        self.entries.insert(id, (author, class, seq, previous));
        Ok(())
    }

    /// The root over the leaves, each by its hash.
    fn leaves(&mut self, line: &Value, class: u8, slots: u64, size: u64) -> Result<Key, String> {
        let leaves = line["leaves"].as_array().ok_or("no leaves")?;
        let mut root = hex(&line["nonce"])?;
        let mut total = 0;
        for leaf in leaves {
            let slot = leaf["slot"].as_u64().ok_or("a leaf without slot")?;
            let (size, hash) = match leaf.get("bytes") {
                Some(bytes) => {
                    let bytes = hex(bytes)?;
                    (bytes.len() as u64, derive("beffroi v1 leaf", &[&bytes]))
                }
                None => {
                    self.erased += 1;
                    let size = leaf["size"].as_u64().ok_or("an erased leaf without size")?;
                    (size, sized(hex(&leaf["hash"])?)?)
                }
            };
            let known = if class == 0 { slot == 0 } else { slot < slots };
            let small = u32::try_from(size).map_err(|_| "a leaf too large")?;
            root.push(
                u8::try_from(slot)
                    .ok()
                    .filter(|_| known)
                    .ok_or("an unknown slot")?,
            );
            root.extend(small.to_be_bytes());
            root.extend(hash);
            total += size;
        }
        if total != size || class == 0 && (leaves.len() != 1 || slots != 0) {
            return Err("the sizes are not those that were signed".into());
        }
        Ok(derive("beffroi v1 body", &[&root]))
    }

    fn end(&mut self, line: &Value) -> Result<(), String> {
        let ids: Vec<&[u8]> = self.entries.keys().map(<[u8; 32]>::as_slice).collect();
        let digest = derive("beffroi v1 digest", &ids);
        self.words = words(&digest);
        self.ended = true;
        let same = line["set_digest"] == to_hex(&digest)
            && line["entries"] == self.entries.len()
            && line["words"] == self.words;
        match same {
            true => Ok(()),
            false => Err("entries are missing, or are too many: the digest is another".into()),
        }
    }

    /// Every author is a root, or let in over a few steps by one.
    fn authors_are_rooted(&self, roots: &BTreeSet<Key>) -> Result<(), String> {
        let mut known = roots.clone();
        let mut granting = roots.clone();
        for _ in 0..STEPS_MAX {
            let given = self.grants.iter().filter(|(by, ..)| granting.contains(by));
            let (all, may): (Vec<_>, Vec<_>) = given
                .map(|(_, device, coordinator)| (*device, coordinator.then_some(*device)))
                .unzip();
            known.extend(all);
            granting.extend(may.into_iter().flatten());
        }
        let stranger = self
            .entries
            .values()
            .find(|entry| !known.contains(&entry.0));
        match stranger {
            Some(entry) => Err(format!("nobody let in the author {}", to_hex(&entry.0))),
            None => Ok(()),
        }
    }

    /// What an entry cites is earlier, of the same author and class.
    fn chains(self) -> Result<Found, String> {
        let mut holes = BTreeSet::new();
        for (id, (author, class, seq, previous)) in &self.entries {
            for cited in previous {
                match self.entries.get(cited) {
                    None => drop(holes.insert(*cited)),
                    Some((by, of, number, _)) if by == author && of == class && number < seq => {}
                    Some(_) => return Err(format!("{} cites what it may not", to_hex(id))),
                }
            }
        }
        Ok(Found {
            entries: self.entries.len(),
            erased: self.erased,
            holes: holes.len(),
            words: self.words,
        })
    }
}

/// Numbers have seven bits a byte, the lowest first; everything else has its fixed length.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or("it ends too early")?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, String> {
        Ok(self.take(1)?[0])
    }

    fn key(&mut self) -> Result<Key, String> {
        sized(self.take(32)?.to_vec())
    }

    fn number(&mut self) -> Result<u64, String> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err("a number without end".into())
    }

    fn list(&mut self) -> Result<Vec<Key>, String> {
        let count = self.number()?;
        (0..count).map(|_| self.key()).collect()
    }
}

fn json(line: &str) -> Result<Value, String> {
    serde_json::from_str(line).map_err(|error| error.to_string())
}

fn derive(context: &str, parts: &[&[u8]]) -> Key {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    for part in parts {
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}

fn words(digest: &Key) -> String {
    let list: Vec<&str> = WORDS.lines().collect();
    let bit = |n: usize| usize::from(digest[n / 8] >> (7 - n % 8) & 1);
    let word = |n: usize| list[(n * 11..n * 11 + 11).fold(0, |number, n| number << 1 | bit(n))];
    (0..6).map(word).collect::<Vec<_>>().join(" ")
}

fn hex(value: &Value) -> Result<Vec<u8>, String> {
    let text = value
        .as_str()
        .filter(|text| text.len() % 2 == 0 && text.is_ascii());
    let text = text.ok_or("bytes are missing")?;
    let byte = |n| u8::from_str_radix(&text[n..n + 2], 16).map_err(|error| error.to_string());
    (0..text.len()).step_by(2).map(byte).collect()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sized<const N: usize>(bytes: Vec<u8>) -> Result<[u8; N], String> {
    bytes
        .try_into()
        .map_err(|_| "bytes of a wrong length".into())
}
