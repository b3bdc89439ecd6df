//! Deliberate faults in the rules of membership, each of which must turn a property red: they show
//! that the properties can fail. They exist in test builds alone; elsewhere `fault!` is `false`.

/// Whether a test has switched this fault on in its thread. `false`, at compile time, in every
/// build but the unit tests of this crate.
macro_rules! fault {
    ($fault:ident) => {{
        #[cfg(test)]
        let on = $crate::faults::on($crate::faults::Fault::$fault);
        #[cfg(not(test))]
        let on = false;
        on
    }};
}

#[cfg(test)]
pub(crate) use switch::*;

#[cfg(test)]
mod switch {
    use std::cell::{Cell, RefCell};
    use std::collections::BTreeMap;

    use crate::ids::{DeviceId, EntryId};

    /// The faults that the properties over random worlds must catch.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Fault {
        /// M1: a coordinator may withdraw an equal.
        EqualsMayRevoke,
        /// M2: a withdrawal cuts nothing.
        NoCut,
        /// M3: whether the cited grant is authorised is not asked.
        GrantUnchecked,
        /// M4: whether the withdrawal is authorised is not asked.
        RevokeUnchecked,
        /// M5: a change nobody counts calls in what it builds on.
        AnyoneCallsIn,
        /// M6: a Keep of anyone adopts.
        AnyoneAdopts,
        /// M7: operators may act.
        OperatorsAct,
        /// M8: whose device the grant names is not asked.
        DeviceUnchecked,
        /// M9: a cut keeps all up to a position, not a past.
        CutByPosition,
        /// M10: a called-in change brings its whole entry.
        EntryCalledIn,
        /// M11: present standing, not a rooted grant, lets an author into the set.
        PresentStandingAdmits,
        /// M12: the past of acts runs through contents.
        PastThroughContents,
    }

    thread_local! {
        static ON: Cell<Option<Fault>> = const { Cell::new(None) };
        /// For M12: author and links of every content offered in this thread.
        static CONTENTS: RefCell<BTreeMap<EntryId, (DeviceId, Vec<EntryId>)>> =
            const { RefCell::new(BTreeMap::new()) };
    }

    /// Remembers the links of a content, for M12.
    pub(crate) fn note_content(id: EntryId, author: DeviceId, prev: &[EntryId]) {
        if on(Fault::PastThroughContents) {
            CONTENTS.with_borrow_mut(|all| all.insert(id, (author, prev.to_vec())));
        }
    }

    /// The links of a noted content, if it is this author's.
    pub(crate) fn links_of_content(id: &EntryId, author: &DeviceId) -> Vec<EntryId> {
        CONTENTS.with_borrow(|all| match all.get(id) {
            Some((by, prev)) if by == author => prev.clone(),
            Some(_) | None => Vec::new(),
        })
    }

    /// Forgets the contents noted for M12.
    pub(crate) fn forget_contents() {
        CONTENTS.with_borrow_mut(BTreeMap::clear);
    }

    /// Whether the fault is on in this thread.
    pub(crate) fn on(fault: Fault) -> bool {
        ON.with(|on| on.get() == Some(fault))
    }

    /// Runs `work` with one fault on, or none.
    pub(crate) fn with<T>(fault: Option<Fault>, work: impl FnOnce() -> T) -> T {
        let before = ON.with(|on| on.replace(fault));
        let done = work();
        ON.with(|on| on.set(before));
        done
    }
}
