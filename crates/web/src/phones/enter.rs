//! Where a phone shows the code of the day.

use askama::Template;

use crate::{Frame, RenderError};

/// What is said above the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnterNote {
    /// The code is not that of today.
    Wrong,
    /// Too many wrong codes; wait a minute.
    TooOften,
    /// The link was used, or is over.
    LinkOver,
    /// No more phones are let in.
    Full,
    /// This phone went out.
    Ended,
}

/// The page that asks for the code of the day.
#[derive(Debug, Template)]
#[template(path = "phones/enter.html")]
pub struct Enter<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// What is said above the form.
    pub note: Option<EnterNote>,
}

impl Enter<'_> {
    /// The page.
    ///
    /// # Errors
    /// When its template is at fault.
    pub fn render_page(&self) -> Result<String, RenderError> {
        self.render()
    }

    fn note_key(&self) -> &'static str {
        match self.note {
            Some(EnterNote::Wrong) => "enter-wrong",
            Some(EnterNote::TooOften) => "enter-too-often",
            Some(EnterNote::LinkOver) => "enter-link-over",
            Some(EnterNote::Full) => "enter-full",
            Some(EnterNote::Ended) | None => "enter-ended",
        }
    }

    fn is_error(&self) -> bool {
        !matches!(self.note, None | Some(EnterNote::Ended))
    }
}
