//! Replies about bundles: files carried by hand.

use serde::{Deserialize, Serialize};

use crate::Schema;

/// `POST /bundles`: what the streamed file holds; in the header [`BundleWritten::HEADER`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleWritten {
    /// The schema.
    pub schema: Schema,
    /// Its name: the hash of its bytes.
    pub bundle: String,
    /// The post it is for; `null`: anybody.
    pub to: Option<String>,
    /// Entries that decide who is a member.
    pub acts: u64,
    /// Entries with records.
    pub contents: u64,
    /// Data about people carried, sealed.
    pub private_leaves: u64,
    /// Receipts for the files of others.
    pub receipts: u64,
}

impl BundleWritten {
    /// The header of the answer, JSON under [`crate::path::escape`].
    pub const HEADER: &'static str = "x-beffroi-bundle";
}

/// `POST /bundles/show`: what a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleShown {
    /// The schema.
    pub schema: Schema,
    /// Its name: the hash of its bytes.
    pub bundle: String,
    /// The territory it is of, in hexadecimal.
    pub territory: String,
    /// Whether that is the one of this post.
    pub ours: bool,
    /// The device that wrote it, in hexadecimal.
    pub writer: String,
    /// The name of that post, when known here.
    pub writer_name: Option<String>,
    /// The post it is for; `null`: anybody.
    pub to: Option<String>,
    /// When it was written, by the writer's clock.
    pub created: String,
    /// Entries that decide who is a member.
    pub acts: u64,
    /// Entries with records.
    pub contents: u64,
    /// Data about people carried, sealed.
    pub private_leaves: u64,
    /// Receipts.
    pub receipts: u64,
}

/// `POST /bundles/read`: what became of its entries. All that is counted is on the disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleRead {
    /// The schema.
    pub schema: Schema,
    /// Entries that were not here.
    pub new: u64,
    /// Entries that were here.
    pub known: u64,
    /// Entries of authors nobody here knows yet: kept aside until a grant arrives.
    pub parked: u64,
    /// Entries that were not taken.
    pub refused: Vec<Refused>,
    /// Receipts that were for this post.
    #[serde(default)]
    pub receipts: u64,
    /// The receipt for this file, which the next bundle carries back; `null` when not all of it is here,
    /// or the file is this post's own.
    pub receipt: Option<BundleReceiptShown>,
}

/// Entries that were not taken, by reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// `invalid` or `no_room`.
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleReceiptShown {
    /// The bundle, by its hash.
    pub bundle: String,
    /// The device that wrote it.
    pub writer: String,
    /// Entries in it.
    pub entries: u64,
    /// When they were all on the disk.
    pub at: String,
}
