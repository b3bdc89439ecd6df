//! From bytes to text: finds the encoding, hashes the file, then decodes it as a stream.

use std::io::{Read, Seek, SeekFrom};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

use super::refused::FileRefused;
use crate::limits::FILE_BYTES_MAX;

/// Bytes read at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// Bytes in which a NUL says "not a text": a whole sector, as file(1) and git do (8,000).
const SNIFFED_BYTES: usize = 8192;

/// First bytes of files that people take for a table, and what they are.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"PK\x03\x04", "ZIP, XLSX, ODS"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x1f\x8b", "GZIP"),
    (b"SQLite format 3", "SQLite"),
];

/// What a first reading of the bytes tells.
pub(crate) struct Facts {
    /// The encoding, by its WHATWG name.
    pub(crate) encoding: &'static Encoding,
    /// True when the encoding is a guess, to be shown as such.
    pub(crate) guessed: bool,
    /// Bytes of the file.
    pub(crate) bytes: u64,
    /// BLAKE3 of the file.
    pub(crate) hash: blake3::Hash,
}

/// Reads the whole file once: size, hash, and the encoding by BOM, else UTF-8 when valid, else
/// the guess of `chardetng`. `wanted` is a name given by a person and wins over all but the limits.
pub(crate) fn examine<R: Read + Seek>(
    reader: &mut R,
    wanted: Option<&str>,
) -> Result<Facts, FileRefused> {
    let wanted = wanted.map(named).transpose()?;
    let mut hasher = blake3::Hasher::new();
    let mut utf8 = UTF_8.new_decoder_with_bom_removal();
    let mut scratch = Vec::new();
    let mut head = Vec::new();
    let (mut bytes, mut valid) = (0, true);
    for_each_chunk(reader, |chunk, last| {
        bytes += chunk.len() as u64;
        if bytes > FILE_BYTES_MAX {
            return Err(FileRefused::TooLarge);
        }
        hasher.update(chunk);
        if head.len() < SNIFFED_BYTES {
            head.extend_from_slice(&chunk[..chunk.len().min(SNIFFED_BYTES - head.len())]);
        }
        if valid {
            scratch.clear();
            valid = decode(&mut utf8, chunk, last, &mut scratch).is_ok();
        }
        Ok(())
    })?;
    if bytes == 0 {
        return Err(FileRefused::Empty);
    }
    let marked = Encoding::for_bom(&head).map(|(encoding, _)| encoding);
    refuse_what_is_no_text(&head, marked.or(wanted))?;
    let known = wanted.or(marked).or(valid.then_some(UTF_8));
    let encoding = match known {
        Some(encoding) => encoding,
        None => guess(reader)?,
    };
    Ok(Facts {
        encoding,
        guessed: known.is_none(),
        bytes,
        hash: hasher.finalize(),
    })
}

fn named(label: &str) -> Result<&'static Encoding, FileRefused> {
    Encoding::for_label(label.trim().as_bytes()).ok_or_else(|| FileRefused::UnknownEncoding {
        name: label.to_owned(),
    })
}

/// `known` is an encoding that may hold NUL bytes (UTF-16 by its mark or by a person).
fn refuse_what_is_no_text(
    head: &[u8],
    known: Option<&'static Encoding>,
) -> Result<(), FileRefused> {
    if let Some((_, what)) = SIGNATURES.iter().find(|(mark, _)| head.starts_with(mark)) {
        return Err(FileRefused::NotATable { what });
    }
    let wide = known.is_some_and(|encoding| !encoding.is_ascii_compatible());
    if !wide && head.contains(&0) {
        return Err(FileRefused::Binary);
    }
    Ok(())
}

fn guess<R: Read + Seek>(reader: &mut R) -> Result<&'static Encoding, FileRefused> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    for_each_chunk(reader, |chunk, last| {
        detector.feed(chunk, last);
        Ok(())
    })?;
    Ok(detector.guess(None, Utf8Detection::Deny))
}

/// Calls `visit` with each chunk from the start, the last one (maybe empty) flagged.
fn for_each_chunk<R: Read + Seek>(
    reader: &mut R,
    mut visit: impl FnMut(&[u8], bool) -> Result<(), FileRefused>,
) -> Result<(), FileRefused> {
    reader.seek(SeekFrom::Start(0))?;
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = read_some(reader, &mut chunk)?;
        visit(&chunk[..read], read == 0)?;
        if read == 0 {
            return Ok(());
        }
    }
}

fn read_some<R: Read>(reader: &mut R, chunk: &mut [u8]) -> Result<usize, FileRefused> {
    loop {
        match reader.read(chunk) {
            Ok(read) => return Ok(read),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// A file read as text, chunk by chunk, its BOM removed.
pub(crate) struct Decoded<R> {
    reader: R,
    encoding: &'static Encoding,
    decoder: Decoder,
    chunk: Vec<u8>,
    bytes: u64,
    left: u64,
    finished: bool,
}

impl<R: Read + Seek> Decoded<R> {
    /// Starts at the first byte of the file. No more than `bytes` are read.
    pub(crate) fn new(
        mut reader: R,
        encoding: &'static Encoding,
        bytes: u64,
    ) -> Result<Self, FileRefused> {
        reader.seek(SeekFrom::Start(0))?;
        Ok(Self {
            reader,
            encoding,
            decoder: encoding.new_decoder_with_bom_removal(),
            chunk: vec![0; CHUNK_BYTES],
            bytes,
            left: bytes,
            finished: false,
        })
    }

    /// True once the last character has been given.
    pub(crate) fn is_finished(&self) -> bool {
        self.finished
    }

    /// Appends the next chunk of text; false at the end.
    pub(crate) fn read_into(&mut self, text: &mut Vec<u8>) -> Result<bool, FileRefused> {
        if self.finished {
            return Ok(false);
        }
        let room = CHUNK_BYTES.min(usize::try_from(self.left).unwrap_or(CHUNK_BYTES));
        let read = read_some(&mut self.reader, &mut self.chunk[..room])?;
        self.left -= read as u64;
        self.finished = read == 0;
        decode(&mut self.decoder, &self.chunk[..read], self.finished, text).map_err(|()| {
            FileRefused::Undecodable {
                encoding: self.encoding.name(),
            }
        })?;
        Ok(!self.finished)
    }

    /// The same file, from its first character again.
    pub(crate) fn rewound(mut self) -> Result<Self, FileRefused> {
        self.reader.seek(SeekFrom::Start(0))?;
        self.decoder = self.encoding.new_decoder_with_bom_removal();
        self.left = self.bytes;
        self.finished = false;
        Ok(self)
    }
}

/// Appends `bytes` decoded to `text`; fails on the first sequence that the encoding has not.
fn decode(decoder: &mut Decoder, bytes: &[u8], last: bool, text: &mut Vec<u8>) -> Result<(), ()> {
    let mut rest = bytes;
    loop {
        let length = text.len();
        let room = decoder
            .max_utf8_buffer_length_without_replacement(rest.len())
            .ok_or(())?;
        text.resize(length + room, 0);
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(rest, &mut text[length..], last);
        text.truncate(length + written);
        rest = &rest[read..];
        match result {
            DecoderResult::InputEmpty => return Ok(()),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(_, _) => return Err(()),
        }
    }
}

#[cfg(test)]
mod tests;
