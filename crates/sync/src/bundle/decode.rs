//! Reading a bundle, in memory bounded by one part whatever the file claims: the decoder says how many
//! bytes it wants next, and is given exactly those.

use beffroi_trust::TerritoryId;
use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::header::{BundleReceipt, Ending, Header};
use super::{
    CHECKSUM, ENDING, HEADER, MAGIC, MAGIC_WORD, PACK, PACK_PART_MAX, PART_HEAD, RECEIPT,
    RECEIPTS_MAX, SMALL_PART_MAX, checksum,
};
use crate::wire::Pack;

/// Why a file is not a bundle to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// It does not begin as one.
    #[error("not a bundle")]
    NotOne,
    /// It is of another version of the format.
    #[error("version {0} of the format is not known here")]
    Version(u8),
    /// It ends too early: copied in part, or the key was pulled out.
    #[error("the file ends too early")]
    Cut,
    /// A checksum, a length, a count or the hash of the whole does not fit what is there.
    #[error("the file is damaged")]
    Damaged,
    /// The signature at its end is not its writer's.
    #[error("the signature is not the writer's")]
    Forged,
    /// It is of another territory.
    #[error("the bundle is of another territory")]
    Foreign(TerritoryId),
}

/// A part of a bundle, in the order of the file: the header, receipts and packs, the ending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// What the bundle says of itself.
    Header(Header),
    /// A receipt, its signature not yet looked at.
    Receipt(Box<BundleReceipt>),
    /// Entries, encoded; nothing of them is checked.
    Entries(Vec<Bytes>),
    /// The whole fits its hash, its counts and its writer's signature.
    Ending(Ending),
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Magic,
    Head,
    Payload {
        tag: u8,
        sum: [u8; CHECKSUM],
        length: usize,
    },
    Done,
}

/// Reads a bundle. Nothing of it may be believed before [`Part::Ending`] came.
#[derive(Debug)]
pub struct Decoder {
    step: Step,
    hasher: blake3::Hasher,
    head: Vec<u8>,
    header: Option<Header>,
    entries: u64,
    receipts: u64,
}

impl Default for Decoder {
    fn default() -> Self {
        Self {
            step: Step::Magic,
            hasher: blake3::Hasher::new(),
            head: Vec::new(),
            header: None,
            entries: 0,
            receipts: 0,
        }
    }
}

impl Decoder {
    /// How many bytes it wants next, at most half a MiB; 0: the bundle is whole, and the file must end.
    #[must_use]
    pub fn wants(&self) -> usize {
        match self.step {
            Step::Magic => MAGIC.len(),
            Step::Head => PART_HEAD,
            Step::Payload { length, .. } => length,
            Step::Done => 0,
        }
    }

    /// Takes the bytes it wanted; fewer when the file has ended.
    ///
    /// # Errors
    /// When the file is none, is cut, damaged or forged. The decoder is not to be used any more then.
    pub fn take(&mut self, bytes: &[u8]) -> Result<Option<Part>, BundleError> {
        if let Step::Magic = self.step {
            return self.magic(bytes).map(|()| None);
        }
        if bytes.len() < self.wants() {
            return Err(BundleError::Cut);
        }
        match self.step {
            Step::Magic => Ok(None),
            Step::Head => self.part_head(bytes).map(|()| None),
            Step::Payload { tag, sum, .. } => self.payload(tag, sum, bytes).map(Some),
            Step::Done => Err(BundleError::Damaged),
        }
    }

    fn magic(&mut self, bytes: &[u8]) -> Result<(), BundleError> {
        if bytes.is_empty() || !MAGIC.starts_with(&bytes[..bytes.len().min(MAGIC_WORD)]) {
            return Err(BundleError::NotOne);
        }
        match bytes.get(MAGIC_WORD) {
            None => Err(BundleError::Cut),
            Some(version) if *version != MAGIC[MAGIC_WORD] => Err(BundleError::Version(*version)),
            Some(_) => {
                self.hasher.update(bytes);
                self.step = Step::Head;
                Ok(())
            }
        }
    }

    fn part_head(&mut self, bytes: &[u8]) -> Result<(), BundleError> {
        let (tag, rest) = bytes.split_first().ok_or(BundleError::Cut)?;
        let (length, sum) = rest.split_first_chunk::<4>().ok_or(BundleError::Cut)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let most = match *tag {
            HEADER | RECEIPT | ENDING => SMALL_PART_MAX,
            PACK => PACK_PART_MAX,
            _ => return Err(BundleError::Damaged),
        };
        let expected = self.header.is_none() == (*tag == HEADER);
        if !expected || length == 0 || length > most {
            return Err(BundleError::Damaged);
        }
        self.head = bytes.to_vec();
        self.step = Step::Payload {
            tag: *tag,
            sum: sum.try_into().map_err(|_| BundleError::Cut)?,
            length,
        };
        Ok(())
    }

    fn payload(
        &mut self,
        tag: u8,
        sum: [u8; CHECKSUM],
        payload: &[u8],
    ) -> Result<Part, BundleError> {
        if checksum(tag, payload) != sum {
            return Err(BundleError::Damaged);
        }
        if tag == ENDING {
            return self.ending(payload);
        }
        self.hasher.update(&self.head);
        self.hasher.update(payload);
        self.step = Step::Head;
        match tag {
            HEADER => {
                let header: Header = exactly(payload)?;
                self.header = Some(header.clone());
                Ok(Part::Header(header))
            }
            RECEIPT => {
                self.receipts += 1;
                let receipt = BundleReceipt::decode(payload).ok_or(BundleError::Damaged)?;
                if self.receipts > RECEIPTS_MAX {
                    return Err(BundleError::Damaged);
                }
                Ok(Part::Receipt(Box::new(receipt)))
            }
            _ => {
                let pack: Pack = exactly(payload)?;
                let entries = pack.open().map_err(|_| BundleError::Damaged)?;
                self.entries += entries.len() as u64;
                Ok(Part::Entries(entries))
            }
        }
    }

    fn ending(&mut self, payload: &[u8]) -> Result<Part, BundleError> {
        let ending: Ending = exactly(payload)?;
        let header = self.header.as_ref().ok_or(BundleError::Damaged)?;
        if ending.hash != *self.hasher.finalize().as_bytes()
            || ending.counts.acts.checked_add(ending.counts.contents) != Some(self.entries)
            || ending.counts.receipts != self.receipts
        {
            return Err(BundleError::Damaged);
        }
        if !ending.is_signed(&header.writer) {
            return Err(BundleError::Forged);
        }
        self.step = Step::Done;
        Ok(Part::Ending(ending))
    }
}

/// A value that takes all of the bytes.
fn exactly<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, BundleError> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        Ok(_) | Err(_) => Err(BundleError::Damaged),
    }
}
