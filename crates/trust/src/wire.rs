//! Decoding of foreign bytes: canonical postcard, lists bounded before they grow, byte arrays
//! longer than serde's own. Nothing here allocates from a claimed length.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Why bytes are not one of this crate's wire types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Longer than the type may be; nothing of it was read.
    #[error("longer than {max} bytes")]
    TooLong {
        /// The limit of the type.
        max: usize,
    },
    /// Truncated, over a limit, or not of this type.
    #[error("not a well-formed encoding")]
    Malformed,
    /// Encodes again to other bytes, so two forms of one value would exist.
    #[error("not the canonical encoding")]
    NotCanonical,
    /// Written for a layout this version does not read.
    #[error("version {0} is not known here: update this post")]
    Version(u8),
}

/// The canonical bytes of a value.
pub(crate) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    #[expect(
        clippy::expect_used,
        reason = "only sequences of unknown length fail, and the wire types have none"
    )]
    postcard::to_allocvec(value).expect("wire types always encode")
}

/// A value whose bytes are at most `max` and exactly its canonical encoding.
pub(crate) fn decode<T: Serialize + DeserializeOwned>(
    bytes: &[u8],
    max: usize,
) -> Result<T, DecodeError> {
    if bytes.len() > max {
        return Err(DecodeError::TooLong { max });
    }
    let value: T = postcard::from_bytes(bytes).map_err(|_| DecodeError::Malformed)?;
    if encode(&value) != bytes {
        return Err(DecodeError::NotCanonical);
    }
    Ok(value)
}

/// A number on the wire that this version has no word for. Only decoding makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NewerTag(pub(crate) u32);

/// For an enum of units with a last variant `Newer(NewerTag)`: on the wire a number, as postcard
/// writes a unit variant, and a number without a word is kept.
macro_rules! open_enum {
    ($name:ident: $($variant:ident = $tag:literal),*) => {
        impl $name {
            /// Every value this version has a word for.
            pub const KNOWN: &[Self] = &[$(Self::$variant),*];

            fn tag(self) -> u32 {
                match self {
                    $(Self::$variant => $tag,)*
                    Self::Newer($crate::wire::NewerTag(tag)) => tag,
                }
            }

            fn from_tag(tag: u32) -> Self {
                match tag {
                    $($tag => Self::$variant,)*
                    newer => Self::Newer($crate::wire::NewerTag(newer)),
                }
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(&self.tag(), serializer)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <u32 as serde::Deserialize>::deserialize(deserializer).map(Self::from_tag)
            }
        }
    };
}

pub(crate) use open_enum;

/// For `deserialize_with`: a list that stops being read at its limit.
pub(crate) fn at_most<'de, D, T, const MAX: usize>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Bounded<T, const MAX: usize>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for Bounded<T, MAX> {
        type Value = Vec<T>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "at most {MAX} items")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
            let mut list = Vec::new();
            while let Some(item) = items.next_element()? {
                if list.len() == MAX {
                    return Err(A::Error::custom("too many items"));
                }
                list.push(item);
            }
            Ok(list)
        }
    }
    deserializer.deserialize_seq(Bounded::<T, MAX>(PhantomData))
}

/// For `with`: byte arrays of any length, as that many plain bytes.
pub(crate) mod array {
    use std::fmt;

    use serde::de::{Error as _, SeqAccess, Visitor};
    use serde::ser::SerializeTuple;
    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer, const N: usize>(
        bytes: &[u8; N],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(N)?;
        for byte in bytes {
            tuple.serialize_element(byte)?;
        }
        tuple.end()
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>, const N: usize>(
        deserializer: D,
    ) -> Result<[u8; N], D::Error> {
        struct Exact<const N: usize>;
        impl<'de, const N: usize> Visitor<'de> for Exact<N> {
            type Value = [u8; N];
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{N} bytes")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<[u8; N], A::Error> {
                let mut bytes = [0; N];
                for byte in &mut bytes {
                    *byte = items
                        .next_element()?
                        .ok_or_else(|| A::Error::custom("truncated"))?;
                }
                Ok(bytes)
            }
        }
        deserializer.deserialize_tuple(N, Exact::<N>)
    }
}
