//! What tests of keys need: passphrases in files, questions over bare HTTP, and a post's own acts signed
//! beside it, as another program with its keys would.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use beffroi_sync::bundle::{Counts, Encoder, Header};
use beffroi_trust::author::{self, Position};
use beffroi_trust::{
    Act, Body, Checked, Chronicle, Class, DeviceKeys, Entry, Genesis, Keystore, Leaf,
};
use serde_json::Value;

use crate::{Answer, Post};

impl Post {
    /// A file beside the data with this passphrase in its first line.
    ///
    /// # Panics
    /// When it cannot be written.
    #[must_use]
    pub fn passphrase_file(&self, passphrase: &str) -> PathBuf {
        let name = format!("{}.pass", passphrase.replace(' ', "-"));
        let path = self.folder().with_file_name(name);
        fs::write(&path, format!("{passphrase}\n")).expect("a passphrase file");
        path
    }

    /// Runs `beffroi` with a passphrase at hand.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn run_with(&self, passphrase: &str, arguments: &[&str]) -> Answer {
        let file = self.passphrase_file(passphrase);
        let mut command = self.command(arguments);
        command.env("BEFFROI_PASSPHRASE_FILE", file);
        Answer::of(&command.output().expect("beffroi starts"))
    }

    /// Asks the loopback door, with the token of programs; status and body.
    ///
    /// # Panics
    /// When nobody answers.
    #[must_use]
    pub fn over_tcp(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let read = |name: &str| {
            let text = fs::read_to_string(self.folder().join(name)).expect("the door is open");
            text.trim().to_owned()
        };
        let (address, token) = (read("api.addr"), read("api.token"));
        let mut stream = TcpStream::connect(&address).expect("the door answers");
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body);
        (
            status.expect("a status"),
            body.unwrap_or_default().to_owned(),
        )
    }

    /// The device keys and ring keys of a post without passphrase.
    ///
    /// # Panics
    /// When they cannot be read.
    #[must_use]
    pub fn open_keystore(&self) -> Keystore {
        let file = fs::read(self.folder().join("keys/keystore")).expect("keys");
        Keystore::from_open(&file).expect("keys without passphrase")
    }

    /// Who is a member, as this post knows it.
    ///
    /// # Panics
    /// When its journal cannot be read.
    #[must_use]
    pub fn chronicle(&self) -> Chronicle {
        let file = self.folder().with_extension("jsonl");
        let path = file.display().to_string();
        let _ = self.run(&["journal", "export", "-o", &path]).ok();
        let text = fs::read_to_string(&file).expect("a journal");
        let mut lines = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let first = lines.next().expect("a first line");
        let genesis = Genesis::decode(&bytes(&first["genesis"])).expect("a founding statement");
        let mut chronicle = Chronicle::new(genesis);
        for line in lines.filter(|line| line["class"] == "act") {
            let leaf = |leaf: &Value| Leaf::Here {
                slot: 0,
                bytes: bytes(&leaf["bytes"]).into(),
            };
            let leaves = line["leaves"].as_array().expect("leaves");
            let entry = Entry {
                head: bytes(&line["head"]).into(),
                signature: bytes(&line["signature"]).try_into().expect("64 bytes"),
                body: Body {
                    nonce: bytes(&line["nonce"]).try_into().expect("16 bytes"),
                    leaves: leaves.iter().map(leaf).collect(),
                },
            };
            chronicle.offer(&Checked::trusted(entry).expect("an entry"), None);
        }
        chronicle
    }

    /// Takes in acts signed with this post's keys by somebody else than its daemon.
    ///
    /// # Panics
    /// When they are refused.
    pub fn take_in_acts(&self, chronicle: &mut Chronicle, keys: &DeviceKeys, acts: &[Act]) {
        let territory = chronicle.genesis().territory();
        let mut entries = Vec::new();
        for act in acts {
            let (prev, seq) = chronicle.tips(&keys.id(), Class::Act);
            let grant = chronicle.may_act(&keys.id(), act).expect("the right to");
            let time_ms = chronicle.genesis().created_ms() + 1_000;
            let position = Position {
                territory,
                grant,
                prev,
                seq,
                time_ms,
            };
            let entry = author::act(&keys.signer, &position, act).expect("an act");
            entries.push(entry.encode().into());
            chronicle.offer(&Checked::trusted(entry).expect("an entry"), None);
        }
        let header = Header {
            territory,
            writer: keys.id(),
            created_ms: 0,
            to: None,
        };
        let (mut encoder, mut file) = Encoder::begin(&header);
        let (pack, taken) = encoder.entries(&entries).expect("a pack");
        assert_eq!(taken, acts.len());
        file.extend(pack);
        let counts = Counts {
            acts: acts.len() as u64,
            ..Counts::default()
        };
        file.extend(encoder.end(&keys.signer, counts).0);
        let path = self.folder().with_extension("bundle");
        fs::write(&path, file).expect("a bundle");
        let _ = self
            .run(&["bundle", "read", &path.display().to_string()])
            .ok();
    }
}

/// Copies a data folder with its instance mark made good: what an image of the whole disk is.
///
/// # Panics
/// When it cannot be copied.
pub fn image(folder: &Path, copy: &Path) {
    use std::os::unix::fs::MetadataExt as _;
    crate::system(&format!("cp -r {} {}", folder.display(), copy.display()));
    let machine = fs::read_to_string("/etc/machine-id").unwrap_or_default();
    let inode = fs::metadata(copy.join("keys")).expect("keys").ino();
    let mark = format!("{} {inode}\n", machine.trim());
    fs::write(copy.join("keys/instance"), mark).expect("a mark");
}

fn bytes(hex: &Value) -> Vec<u8> {
    let digits = hex.as_str().expect("hexadecimal");
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| {
            let pair = std::str::from_utf8(pair).expect("ASCII");
            u8::from_str_radix(pair, 16).expect("hexadecimal")
        })
        .collect()
}
