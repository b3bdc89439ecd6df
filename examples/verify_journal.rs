//! Checks a journal written by `beffroi journal export` without any code of Beffroi: only hashes,
//! signatures and `docs/journal.md`. Run: `cargo run --example verify_journal -- FILE`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;

/// Bytes of one line: an entry of 64 KiB in hexadecimal, with what surrounds it, eight times over.
const LINE_BYTES_MAX: u64 = 1 << 20;

type Hash = [u8; 32];
type Checked<T> = Result<T, String>;

fn main() {
    let path = std::env::args().nth(1).unwrap_or_default();
    let verdict = File::open(&path)
        .map_err(|error| format!("{path} cannot be opened: {error}"))
        .and_then(verify);
    match verdict {
        Ok(said) => println!("ok: {said}"),
        Err(why) => {
            eprintln!("NOT OK: {why}");
            std::process::exit(1);
        }
    }
}

/// What the walk over the lines gathers.
#[derive(Default)]
struct Journal {
    territory: Hash,
    created_second: u64,
    roots: BTreeSet<Hash>,
    authors: BTreeMap<Hash, u64>,
    grants: Vec<(Hash, Hash)>,
    ids: BTreeSet<Hash>,
    cited: Vec<(u8, Hash, Hash, u64)>,
    chains: BTreeMap<Hash, (u8, Hash, u64)>,
    last: Option<(u8, u64, Hash)>,
    acts: u64,
}

fn verify(file: File) -> Checked<String> {
    let mut lines = BufReader::new(file);
    let first = next(&mut lines)?.ok_or("the file is empty")?;
    let mut journal = Journal::begin(&first).map_err(|why| format!("line 1: {why}"))?;
    let mut number = 1;
    while let Some(line) = next(&mut lines)? {
        number += 1;
        if line["end"] == true {
            if next(&mut lines)?.is_some() {
                return Err("something stands after the end".into());
            }
            return journal.end(&line);
        }
        journal
            .entry(&line)
            .map_err(|why| format!("line {number}: {why}"))?;
    }
    Err(format!(
        "the file ends after line {number} without its last line: it was cut"
    ))
}

fn next(lines: &mut impl BufRead) -> Checked<Option<Value>> {
    let mut line = Vec::new();
    let mut bounded = lines.take(LINE_BYTES_MAX);
    bounded
        .read_until(b'\n', &mut line)
        .map_err(|error| error.to_string())?;
    if line.is_empty() {
        return Ok(None);
    }
    serde_json::from_slice(&line)
        .map(Some)
        .map_err(|error| format!("not JSON: {error}"))
}

impl Journal {
    fn begin(line: &Value) -> Checked<Self> {
        if line["beffroi_journal"] != 1 {
            return Err("not a journal of version 1".into());
        }
        let bytes = hex(&line["genesis"])?;
        let territory = blake3::derive_key("beffroi v1 territory", &bytes);
        if line["territory"] != Value::from(shown(&territory)) {
            return Err("the territory is not the hash of its founding statement".into());
        }
        let mut genesis = Fields(&bytes);
        genesis.number()?;
        let name = genesis.number()?;
        genesis.take(usize::try_from(name).map_err(|_| "too long")?)?;
        let created_second = genesis.number()? / 1000;
        let roots = (0..genesis.number()?).map(|_| genesis.hash());
        Ok(Self {
            territory,
            created_second,
            roots: roots.collect::<Checked<_>>()?,
            ..Self::default()
        })
    }

    fn entry(&mut self, line: &Value) -> Checked<()> {
        let bytes = hex(&line["head"])?;
        let id = blake3::derive_key("beffroi v1 entry id", &bytes);
        if line["id"] != Value::from(shown(&id)) {
            return Err("the id is not the hash of the head".into());
        }
        let mut head = Fields(&bytes);
        let (version, class, territory) = (head.byte()?, head.byte()?, head.hash()?);
        let (author, time_ms) = (head.hash()?, head.number()?);
        if territory != self.territory {
            return Err("an entry of another territory".into());
        }
        let signature: [u8; 64] = exactly(&hex(&line["signature"])?)?;
        let signed = [b"beffroi/entry/1\0".as_slice(), &bytes].concat();
        let strict = VerifyingKey::from_bytes(&author)
            .and_then(|key| key.verify_strict(&signed, &Signature::from_bytes(&signature)));
        strict.map_err(|_| "the signature is not its author's")?;
        let place = (
            class,
            (time_ms / 1000).clamp(self.created_second, u64::from(u32::MAX)),
            id,
        );
        if self.last.is_some_and(|last| last >= place) {
            return Err("out of order, or twice".into());
        }
        self.last = Some(place);
        self.ids.insert(id);
        self.acts += u64::from(class == 0);
        *self.authors.entry(author).or_default() += 1;
        if version != 1 {
            return Ok(());
        }
        head.hash()?;
        let prev = (0..head.number()?)
            .map(|_| head.hash())
            .collect::<Checked<Vec<_>>>()?;
        let seq = head.number()?;
        for _ in 0..head.number()? {
            head.byte()?;
            head.number()?;
            head.take(16)?;
        }
        let (size, root) = (head.number()?, head.hash()?);
        if !head.0.is_empty() {
            return Err("more bytes in the head than its fields".into());
        }
        self.cited
            .extend(prev.iter().map(|prev| (class, author, *prev, seq)));
        self.chains.insert(id, (class, author, seq));
        let leaves = line["leaves"].as_array().ok_or("no leaves")?;
        if body(&hex(&line["nonce"])?, leaves)? != (size, root) {
            return Err("the body is not the one that was signed".into());
        }
        if class == 0 {
            self.act(author, &hex(&leaves[0]["bytes"])?)?;
        }
        Ok(())
    }

    /// A Grant, tag 0, begins with the device it lets in.
    fn act(&mut self, author: Hash, bytes: &[u8]) -> Checked<()> {
        let mut act = Fields(bytes);
        if act.number()? == 0 {
            self.grants.push((author, act.hash()?));
        }
        Ok(())
    }

    fn end(mut self, line: &Value) -> Checked<String> {
        // Whoever a rooted Grant names is rooted, in whatever order the grants stand.
        let mut rooted = std::mem::take(&mut self.roots);
        while let Some(device) = self.grants.iter().find_map(|(by, device)| {
            (rooted.contains(by) && !rooted.contains(device)).then_some(*device)
        }) {
            rooted.insert(device);
        }
        if let Some(stranger) = self.authors.keys().find(|author| !rooted.contains(*author)) {
            return Err(format!(
                "no grant leads from a root to the author {}",
                shown(stranger)
            ));
        }
        let mut holes = 0;
        for (class, author, prev, seq) in &self.cited {
            match self.chains.get(prev) {
                None => holes += 1,
                Some((c, a, s)) if (c, a) == (class, author) && s < seq => {}
                Some(_) => return Err(format!("{} stands in no chain", shown(prev))),
            }
        }
        let mut hasher = blake3::Hasher::new_derive_key("beffroi v1 digest");
        self.ids.iter().for_each(|id| {
            hasher.update(id);
        });
        let digest: Hash = *hasher.finalize().as_bytes();
        let words = words(&digest);
        let count = self.ids.len() as u64;
        if line["entries"] != count || line["acts"] != self.acts {
            return Err("the counts of the last line are not those of the file".into());
        }
        if line["set_digest"] != Value::from(shown(&digest))
            || line["words"] != Value::from(&*words)
        {
            return Err("the digest of the last line is not that of the file".into());
        }
        let authors = self.authors.len();
        Ok(format!(
            "{count} entries of {authors} authors, {holes} cited and absent; digest: {words}"
        ))
    }
}

/// The size and the root of a body: nonce, then slot, size and hash of each leaf.
fn body(nonce: &[u8], leaves: &[Value]) -> Checked<(u64, Hash)> {
    let mut hasher = blake3::Hasher::new_derive_key("beffroi v1 body");
    hasher.update(nonce);
    let mut total: u64 = 0;
    for leaf in leaves {
        let slot = leaf["slot"]
            .as_u64()
            .and_then(|slot| u8::try_from(slot).ok());
        let (size, hash) = if leaf["bytes"].is_string() {
            let bytes = hex(&leaf["bytes"])?;
            (
                bytes.len() as u64,
                blake3::derive_key("beffroi v1 leaf", &bytes),
            )
        } else {
            let size = leaf["size"]
                .as_u64()
                .ok_or("a leaf without bytes has no size")?;
            (size, exactly(&hex(&leaf["hash"])?)?)
        };
        hasher.update(&[slot.ok_or("a leaf has no slot")?]);
        hasher.update(
            &u32::try_from(size)
                .map_err(|_| "a leaf is too large")?
                .to_be_bytes(),
        );
        hasher.update(&hash);
        total = total.saturating_add(size);
    }
    Ok((total, *hasher.finalize().as_bytes()))
}

/// The first 66 bits of a digest as six words of the French BIP39 list, accents composed.
fn words(digest: &Hash) -> String {
    let bit = |n: usize| usize::from(digest[n / 8] >> (7 - n % 8) & 1);
    let number = |word: usize| (word * 11..(word + 1) * 11).fold(0, |n, b| n << 1 | bit(b));
    let list = bip39::Language::French.word_list();
    let words: Vec<String> = (0..6)
        .map(|word| list[number(word)].replace("e\u{301}", "é"))
        .collect();
    words.join(" ").replace("e\u{300}", "è")
}

/// Reads fields in the order of the layout; numbers are seven bits a byte, the lowest first.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, count: usize) -> Checked<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or("cut short")?;
        self.0 = rest;
        Ok(taken)
    }
    fn byte(&mut self) -> Checked<u8> {
        Ok(self.take(1)?[0])
    }
    fn hash(&mut self) -> Checked<Hash> {
        exactly(self.take(32)?)
    }
    fn number(&mut self) -> Checked<u64> {
        let mut number = 0;
        for place in 0..9 {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err("a number is too long".into())
    }
}

fn exactly<const N: usize>(bytes: &[u8]) -> Checked<[u8; N]> {
    bytes
        .try_into()
        .map_err(|_| format!("{} bytes stand where {N} belong", bytes.len()))
}

fn hex(value: &Value) -> Checked<Vec<u8>> {
    let text = value.as_str().ok_or("a field in hexadecimal is missing")?;
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pair = |pair: &[u8]| u8::try_from(digit(pair[0])? * 16 + digit(*pair.get(1)?)?).ok();
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(pair).collect();
    bytes.ok_or_else(|| "not hexadecimal".into())
}

fn shown(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
