//! The one thing no test from outside can make happen: Automerge failing to join what is sound.

use automerge::transaction::Transactable as _;
use automerge::{ActorId, Automerge, Change, ExpandedChange, ROOT, legacy};

use super::live::Live;
use crate::guard::{Bad, blank};

fn edit(on: &Automerge, actor: u8, key: &str) -> Change {
    let mut draft = on.clone();
    draft.set_actor(ActorId::from([actor; 16]));
    let mut transaction = draft.transaction();
    transaction.put(ROOT, key, 1).unwrap();
    transaction.commit();
    draft.get_changes(&on.get_heads()).pop().unwrap()
}

/// A change that Automerge takes, and then cannot load.
fn poison() -> Change {
    let mut expanded = ExpandedChange::from(&edit(&blank(), 9, "poison"));
    expanded.hash = None;
    let ghost = legacy::OpId::new(9_999, &ActorId::from([1; 16]));
    expanded.operations[0].pred = legacy::SortedVec::from(vec![ghost]);
    expanded.into()
}

#[test]
fn a_document_freezes_as_it_was_when_automerge_fails() {
    let (one, two) = (edit(&blank(), 1, "one"), edit(&blank(), 2, "two"));
    let live = Live::of(std::slice::from_ref(&one));
    assert_eq!(live.fault(), None);
    let live = live.joined_by(&[two.clone(), poison()]);
    assert!(matches!(
        live.fault(),
        Some(Bad::Panic | Bad::Apply | Bad::Corrupt)
    ));
    let mut expected = vec![one.hash(), two.hash()];
    expected.sort();
    let mut heads = live.document().get_heads();
    heads.sort();
    assert_eq!(heads, expected, "what came before the fault stays");
    let three = edit(&blank(), 3, "three");
    let live = live.joined_by(&[three]);
    assert_eq!(
        live.document().get_heads().len(),
        2,
        "nothing more is taken"
    );
}
