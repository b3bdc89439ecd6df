//! A root speaks: its words are typed from a sheet, one act is signed, the key is gone. Any post may lend
//! its hands, whatever its role: the paper has the right.

use beffroi_api::problem::Cause;
use beffroi_trust::roots::SheetError;
use beffroi_trust::{RootSeed, Signer};
use zeroize::Zeroizing;

use super::Node;
use crate::failure::Outcome;

impl Node {
    /// The key of a sheet of this territory, and the sheet's number.
    pub(crate) fn root_of(&self, words: &[String]) -> Outcome<(Signer, u64)> {
        let living = self.living.as_ref().ok_or(Cause::TerritoryMissing {})?;
        let sheet = Zeroizing::new(words.join(" "));
        let seed = RootSeed::from_words(&sheet).map_err(|error| match error {
            SheetError::Count { count } => Cause::SheetCount {
                count: count as u64,
            },
            SheetError::Unknown { position } => Cause::SheetWordUnknown {
                position: position as u64,
            },
            SheetError::Checksum => Cause::SheetMistyped {},
        })?;
        let signer = seed.signer();
        let mut roots = living.genesis.roots().iter();
        let number = roots
            .position(|root| *root == signer.id())
            .ok_or(Cause::SheetForeign {})?;
        Ok((signer, number as u64 + 1))
    }
}
