//! "Archived against an edit": whether someone changed a record without knowing that it had been archived.

use automerge::legacy::{Key, ObjectId};
use automerge::{Automerge, Change, ChangeHash};

/// True when the document holds a change that none of the archiving changes has in its past.
///
/// Changes that touch nothing but `archived` do not count (two posts may archive at once), nor do changes without a
/// past: a second import of the same file creates the record again and edits nothing.
pub(crate) fn changed_after(document: &Automerge, archiving: &[ChangeHash]) -> bool {
    document
        .get_changes(archiving)
        .iter()
        .any(|change| !change.deps().is_empty() && !touches_only_archived(change))
}

fn touches_only_archived(change: &Change) -> bool {
    change.decode().operations.iter().all(|operation| {
        operation.obj == ObjectId::Root
            && match &operation.key {
                Key::Map(key) => key == "archived",
                Key::Seq(_) => false,
            }
    })
}
