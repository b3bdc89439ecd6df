//! The form of one field by which a phone adds an incident or a need.

use askama::Template;

use super::TITLE_CHARACTERS_MAX;
use crate::{Frame, RenderError};

/// What a phone may add.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// An incident.
    Incident,
    /// A need.
    Need,
}

impl Added {
    /// Where its form is sent, and below which its records are shown.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Added::Incident => "/incidents",
            Added::Need => "/needs",
        }
    }
}

/// What is said above the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewNote {
    /// What was typed cannot be taken: the sentence that says why.
    Fault(String),
    /// This form was sent before with another text, which is kept; sent again it is a new record.
    SentBefore,
}

/// The page that asks for one sentence.
#[derive(Debug, Template)]
#[template(path = "phones/new.html")]
pub struct New<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The token of this session's forms.
    pub token: &'a str,
    /// What is added.
    pub added: Added,
    /// The id of the record to be: sent twice, it is one record.
    pub id: &'a str,
    /// What was typed already.
    pub title: &'a str,
    /// The open operations, id and name: with several, one is chosen.
    pub operations: Vec<(String, String)>,
    /// What is said above the form.
    pub note: Option<NewNote>,
}

impl New<'_> {
    /// The page.
    ///
    /// # Errors
    /// When its template is at fault.
    pub fn render_page(&self) -> Result<String, RenderError> {
        self.render()
    }

    fn heading(&self) -> String {
        self.frame.say(match self.added {
            Added::Incident => "new-incident",
            Added::Need => "new-need",
        })
    }

    fn label(&self) -> String {
        self.frame.say(match self.added {
            Added::Incident => "new-incident-label",
            Added::Need => "new-need-label",
        })
    }

    fn example(&self) -> String {
        self.frame.say(match self.added {
            Added::Incident => "new-incident-example",
            Added::Need => "new-need-example",
        })
    }

    fn action(&self) -> &'static str {
        self.added.path()
    }

    fn characters(&self) -> usize {
        TITLE_CHARACTERS_MAX
    }

    fn note(&self) -> Option<String> {
        match &self.note {
            None => None,
            Some(NewNote::Fault(why)) => Some(why.clone()),
            Some(NewNote::SentBefore) => Some(self.frame.say("new-sent-before")),
        }
    }
}
