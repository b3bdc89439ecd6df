//! What is open: incidents and needs, the most urgent first, and the ways to add one.

use askama::Template;
use beffroi_api::Kind;
use beffroi_api::labels::label;

use crate::{Frame, RenderError, texts};

/// One record in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, or what else names it.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Its state, by its token.
    pub status: String,
    /// How severe or how urgent, by its token; empty when it is not said.
    pub rank: String,
    /// Where, in words; empty when it is not said.
    pub place: String,
}

/// The open records of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    /// The first of them.
    pub items: Vec<Line>,
    /// How many there are in all.
    pub total: u64,
}

/// The first page of a phone.
#[derive(Debug, Template)]
#[template(path = "phones/home.html")]
pub struct Home<'a> {
    /// What stands around it.
    pub frame: Frame<'a>,
    /// The token of this session's forms.
    pub token: &'a str,
    /// Open incidents.
    pub incidents: Lines,
    /// Open needs.
    pub needs: Lines,
}

impl Home<'_> {
    /// The page.
    ///
    /// # Errors
    /// When its template is at fault.
    pub fn render_page(&self) -> Result<String, RenderError> {
        self.render()
    }

    fn lists(&self) -> [List<'_>; 2] {
        [
            List {
                frame: self.frame,
                kind: Kind::Incident,
                lines: &self.incidents,
            },
            List {
                frame: self.frame,
                kind: Kind::Need,
                lines: &self.needs,
            },
        ]
    }
}

/// A list as the template walks it.
struct List<'a> {
    frame: Frame<'a>,
    kind: Kind,
    lines: &'a Lines,
}

impl List<'_> {
    fn id(&self) -> &'static str {
        self.kind.plural()
    }

    fn heading(&self) -> String {
        let key = match self.kind {
            Kind::Need => "home-needs",
            Kind::Incident | Kind::Operation | Kind::Resource => "home-incidents",
        };
        self.with(key, self.lines.total)
    }

    fn none(&self) -> String {
        self.frame.say(match self.kind {
            Kind::Need => "home-no-needs",
            Kind::Incident | Kind::Operation | Kind::Resource => "home-no-incidents",
        })
    }

    /// How many are not shown, as a sentence.
    fn more(&self) -> Option<String> {
        let left = self
            .lines
            .total
            .saturating_sub(self.lines.items.len() as u64);
        (left > 0).then(|| self.with("home-more", left))
    }

    fn with(&self, key: &str, count: u64) -> String {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        texts::say(self.frame.language, key, &[("count", count.into())])
    }

    fn link(&self, line: &Line) -> String {
        beffroi_api::path::escape(&line.reference)
    }

    fn status(&self, line: &Line) -> String {
        label(self.kind, "status", &line.status, self.frame.language)
    }

    fn rank(&self, line: &Line) -> String {
        let field = match self.kind {
            Kind::Need => "priority",
            Kind::Incident | Kind::Operation | Kind::Resource => "severity",
        };
        label(self.kind, field, &line.rank, self.frame.language)
    }

    fn is_pressing(&self, line: &Line) -> bool {
        ["extreme", "severe", "vital", "urgent"].contains(&line.rank.as_str())
    }
}
