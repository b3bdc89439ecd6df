//! The admitted changes, applied. Should Automerge fail to join changes that are each sound, that is
//! no verdict on any of them: the document freezes as it was, and says so.

use automerge::{Automerge, Change};

use crate::guard::{Bad, apply_all, blank, join, merge};

/// An applied document, and whether it froze.
#[derive(Debug, Clone)]
pub(super) struct Live {
    document: Automerge,
    fault: Option<Bad>,
}

impl Live {
    /// A document found sound as a whole.
    pub(super) fn sound(document: Automerge) -> Self {
        Self {
            document,
            fault: None,
        }
    }

    /// Sound changes, causes first, applied to nothing.
    pub(super) fn of(changes: &[Change]) -> Self {
        match apply_all(&blank(), changes) {
            Ok(document) => Self::sound(document),
            Err(_) => Self::sound(blank()).joined_one_by_one(changes),
        }
    }

    /// The same with more sound changes, causes first: all at once, or else one by one.
    pub(super) fn joined_by(self, changes: &[Change]) -> Self {
        if self.fault.is_some() {
            return self;
        }
        match join(&self.document, changes) {
            Ok(document) => Self::sound(document),
            Err(_) => self.joined_one_by_one(changes),
        }
    }

    fn joined_one_by_one(mut self, changes: &[Change]) -> Self {
        for change in changes {
            match merge(&self.document, change) {
                Ok(document) => self.document = document,
                Err(bad) => {
                    self.fault = Some(bad);
                    return self;
                }
            }
        }
        self
    }

    pub(super) fn document(&self) -> &Automerge {
        &self.document
    }

    pub(super) fn fault(&self) -> Option<Bad> {
        self.fault
    }
}
