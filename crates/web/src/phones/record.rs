//! One incident or need, as a phone may see it; also what follows the sending of a form.

use askama::Template;
use beffroi_api::Kind;
use beffroi_api::labels::label;

use super::Line;
use crate::{Frame, RenderError, texts};

/// The page of one record.
#[derive(Debug, Template)]
#[template(path = "phones/record.html")]
pub struct Shown<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The token of this session's forms.
    pub token: &'a str,
    /// Its kind.
    pub kind: Kind,
    /// What a list says of it.
    pub line: Line,
    /// Other posts that said they have it on disk.
    pub acknowledged: u64,
    /// Other posts now standing.
    pub posts: u64,
}

impl Shown<'_> {
    /// The page.
    ///
    /// # Errors
    /// When its template is at fault.
    pub fn render_page(&self) -> Result<String, RenderError> {
        self.render()
    }

    fn status(&self) -> String {
        label(self.kind, "status", &self.line.status, self.frame.language)
    }

    fn kept(&self) -> String {
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let arguments = [
            ("acknowledged", count(self.acknowledged).into()),
            ("posts", count(self.posts).into()),
        ];
        texts::say(self.frame.language, "record-kept", &arguments)
    }
}
