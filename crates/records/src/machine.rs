//! The steps a writer may take from one state to another. Readers accept any state: a merge can give every combination.

/// What a step asks of the writer besides the new state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wants {
    /// Nothing.
    Nothing,
    /// A reason, written as a log entry linked to the record.
    Reason,
    /// A note on what is known, written as a log entry linked to the record.
    Note,
    /// A closing reason, set in the same edit or already there.
    ClosingReason,
}

/// Some steps that end in the same state and ask the same.
#[derive(Debug)]
pub struct Steps {
    /// The states from which they start.
    pub from: &'static [&'static str],
    /// The state in which they end.
    pub to: &'static str,
    /// What they ask.
    pub wants: Wants,
}

/// A state machine.
#[derive(Debug)]
pub struct Machine {
    /// Its steps. What is not here is refused.
    pub steps: &'static [Steps],
}

impl Machine {
    /// What the step asks, or `None` when it is not allowed. Staying is allowed; so is any step from no state or from
    /// a state this version does not know.
    pub fn step(&self, from: Option<&str>, to: &str) -> Option<Wants> {
        let Some(from) = from.filter(|from| *from != to && self.knows(from)) else {
            return Some(Wants::Nothing);
        };
        self.steps
            .iter()
            .find(|steps| steps.to == to && steps.from.contains(&from))
            .map(|steps| steps.wants)
    }

    /// The states that can be reached from this one, with what each step asks: the buttons of a page.
    pub fn next(&self, from: &str) -> impl Iterator<Item = (&'static str, Wants)> {
        self.steps
            .iter()
            .filter(move |steps| steps.from.contains(&from))
            .map(|steps| (steps.to, steps.wants))
    }

    fn knows(&self, state: &str) -> bool {
        self.steps
            .iter()
            .any(|steps| steps.to == state || steps.from.contains(&state))
    }
}

/// Steps that ask nothing.
pub(crate) const fn free(from: &'static [&'static str], to: &'static str) -> Steps {
    asking(from, to, Wants::Nothing)
}

/// Steps that ask something.
pub(crate) const fn asking(from: &'static [&'static str], to: &'static str, wants: Wants) -> Steps {
    Steps { from, to, wants }
}
