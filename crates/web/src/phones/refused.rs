//! What a phone is told when something was not done: what, why, and what to do.

use askama::Template;

use crate::{Frame, RenderError};

/// The page of a refusal.
#[derive(Debug, Template)]
#[template(path = "phones/refused.html")]
pub struct Refused<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// What failed.
    pub title: &'a str,
    /// Why.
    pub detail: &'a str,
    /// What to do.
    pub hint: &'a str,
}

impl Refused<'_> {
    /// The page.
    ///
    /// # Errors
    /// When its template is at fault.
    pub fn render_page(&self) -> Result<String, RenderError> {
        self.render()
    }
}
