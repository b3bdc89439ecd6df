//! Entries without signatures: enough for transfer to work on, cheap enough for millions. A grant
//! is an act that names an author; whoever has one is known.

use beffroi_trust::{Class, DecodeError, DeviceId, EntryId, Parcel};
use bytes::Bytes;

/// An author, by number. 0 is the root: always known.
pub type Author = u32;

/// What one entry says.
#[derive(Debug, Clone, Copy)]
pub struct Draft {
    /// Which set it enters.
    pub class: Class,
    /// The author's clock, in seconds.
    pub second: u32,
    /// Who wrote it.
    pub author: Author,
    /// Distinguishes it.
    pub number: u64,
    /// For an act: whom it makes known; 0: nobody.
    pub grants: Author,
    /// Bytes of filling, which do not compress.
    pub filling: usize,
}

const HEAD: usize = 22;
/// Where the mark of a broken copy is; it is not part of the id, as a signature is not.
const MARK: usize = 21;

impl Draft {
    /// The entry's bytes, as a parcel.
    #[must_use]
    pub fn parcel(&self) -> Parcel {
        let mut bytes = vec![u8::from(self.class)];
        bytes.extend(self.second.to_le_bytes());
        bytes.extend(self.author.to_le_bytes());
        bytes.extend(self.number.to_le_bytes());
        bytes.extend(self.grants.to_le_bytes());
        bytes.push(0);
        let start = bytes.len();
        bytes.resize(start + self.filling, 0);
        let mut filling = blake3::Hasher::new();
        filling.update(&bytes[..start]);
        filling.finalize_xof().fill(&mut bytes[start..]);
        Parcel {
            id: id(&bytes),
            class: self.class,
            second: self.second,
            author: device(self.author),
            bytes: bytes.into(),
        }
    }
}

fn id(bytes: &[u8]) -> EntryId {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&bytes[..MARK]).update(&bytes[MARK + 1..]);
    EntryId(hasher.finalize().into())
}

fn device(author: Author) -> DeviceId {
    let mut device = [0; 32];
    device[..4].copy_from_slice(&author.to_le_bytes());
    DeviceId(device)
}

fn four(bytes: &[u8], at: usize) -> u32 {
    let mut four = [0; 4];
    if let Some(found) = bytes.get(at..at + 4) {
        four.copy_from_slice(found);
    }
    u32::from_le_bytes(four)
}

/// What [`Parcel::read`] is for real entries.
///
/// # Errors
/// When the bytes are no entry of this kind.
pub fn read(bytes: Bytes, created_second: u32) -> Result<Parcel, DecodeError> {
    if bytes.len() < HEAD {
        return Err(DecodeError::Malformed);
    }
    let class = Class::try_from(bytes[0]).map_err(|_| DecodeError::Malformed)?;
    Ok(Parcel {
        id: id(&bytes),
        class,
        second: four(&bytes, 1).max(created_second),
        author: device(four(&bytes, 5)),
        bytes,
    })
}

/// Who wrote it.
#[must_use]
pub fn author(parcel: &Parcel) -> Author {
    four(&parcel.bytes, 5)
}

/// Whom it makes known.
#[must_use]
pub fn grants(parcel: &Parcel) -> Option<Author> {
    let named = four(&parcel.bytes, 17);
    (parcel.class == Class::Act && named != 0).then_some(named)
}

/// Whether this copy is whole; a liar sends others.
#[must_use]
pub fn is_whole(parcel: &Parcel) -> bool {
    parcel.bytes.get(MARK) == Some(&0)
}

/// A copy with the same id that fails its check.
#[must_use]
pub fn broken(bytes: &Bytes) -> Bytes {
    let mut bytes = bytes.to_vec();
    if let Some(mark) = bytes.get_mut(MARK) {
        *mark = 1;
    }
    bytes.into()
}
