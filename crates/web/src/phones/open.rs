//! The page a one-time link leads to: one button. Looking at it uses nothing up, so the preview of a
//! message or a camera does no harm.

use askama::Template;

use crate::{Frame, RenderError};

/// The page of a one-time link.
#[derive(Debug, Template)]
#[template(path = "phones/open.html")]
pub struct Open<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// What the link carried.
    pub once: &'a str,
}

impl Open<'_> {
    /// The page.
    ///
    /// # Errors
    /// When its template is at fault.
    pub fn render_page(&self) -> Result<String, RenderError> {
        self.render()
    }
}
