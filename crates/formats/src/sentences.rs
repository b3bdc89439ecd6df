//! What is said to people about a file, in French and in English, from the crate's catalogues.

use beffroi_records::labels::Language;
use fluent::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::{DateOrder, FileRefused, Note, Reason, Rejected, Summary, Survey};

/// The sentences of one language. Built once per import: it parses a small catalogue.
pub struct Sentences {
    bundle: FluentBundle<FluentResource>,
}

impl Sentences {
    /// The catalogue of a language.
    pub fn new(language: Language) -> Self {
        let (source, identifier) = match language {
            Language::French => (include_str!("../catalogues/fr.ftl"), "fr"),
            Language::English => (include_str!("../catalogues/en.ftl"), "en"),
        };
        // A test proves that both catalogues parse whole and hold every key.
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        // `fr` and `en` always parse; the default only has no plurals.
        let identifier: LanguageIdentifier = identifier.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new(vec![identifier]);
        // The marks around values are noise in a terminal and in JSON.
        bundle.set_use_isolating(false);
        let _duplicates = bundle.add_resource(resource);
        Self { bundle }
    }

    /// Why a row is rejected, its cell quoted when it may be shown.
    pub fn rejected(&self, rejected: &Rejected) -> String {
        self.about(rejected.reason, rejected.excerpt.as_deref())
    }

    /// What is doubtful.
    pub fn note(&self, note: &Note) -> String {
        self.about(note.reason, note.excerpt.as_deref())
    }

    /// Why the whole file is refused.
    pub fn refused(&self, refused: &FileRefused) -> String {
        let mut values = FluentArgs::new();
        for (name, value) in refused.values() {
            values.set(name, value);
        }
        self.text(&format!("refused-{}", refused.code()), &values)
    }

    /// What an export held, and what stayed out: the last line of the command.
    pub fn exported(&self, summary: &Summary) -> String {
        let counts = summary.exported.iter();
        let mut parts: Vec<String> = counts
            .map(|(kind, count)| self.counted(&format!("exported-{}", kind.token()), *count))
            .collect();
        let others = [
            ("exported-without-place", summary.without_place),
            ("exported-out-of-scope", summary.out_of_scope),
            ("exported-archived", summary.archived),
            ("exported-private", summary.private_fields),
            ("exported-conflicts", summary.conflicts),
        ];
        for (key, count) in others {
            if count > 0 {
                parts.push(self.counted(key, count));
            }
        }
        parts.join(&self.plain("list-separator"))
    }

    /// The lists of a report stop before the end: `listed` rejected rows of `total`.
    pub fn list_cut(&self, listed: u64, total: u64) -> String {
        self.of_all("cut-list", listed, total)
    }

    /// The file of rejected rows stops before the end: it holds `kept` of `total`.
    pub fn rows_cut(&self, kept: u64, total: u64) -> String {
        self.of_all("cut-rows", kept, total)
    }

    /// Only the first `listed` of `total` notes are listed.
    pub fn notes_cut(&self, listed: u64, total: u64) -> String {
        self.of_all("cut-notes", listed, total)
    }

    /// How the file was read: format, encoding, delimiter, order of dates.
    pub fn read_as(&self, survey: &Survey) -> String {
        let mut values = FluentArgs::new();
        values.set(
            "format",
            self.plain(&format!("format-{}", survey.format.token())),
        );
        values.set("encoding", survey.encoding);
        values.set(
            "guessed",
            if survey.encoding_guessed { "yes" } else { "no" },
        );
        values.set(
            "delimiter",
            match survey.delimiter {
                '\t' => self.plain("delimiter-tab"),
                other => other.to_string(),
            },
        );
        values.set("rows", survey.rows);
        let mut parts = vec![self.text("read-as", &values)];
        for date in &survey.dates {
            let mut values = FluentArgs::new();
            values.set("column", date.column.as_str());
            values.set("order", date.order.token());
            values.set(
                "other",
                match date.order {
                    DateOrder::DayFirst => DateOrder::MonthFirst.token(),
                    DateOrder::MonthFirst => DateOrder::DayFirst.token(),
                },
            );
            values.set("either", date.either);
            parts.push(self.text("read-as-dates", &values));
        }
        parts.join(&self.plain("list-separator"))
    }

    /// A sentence without values.
    pub(crate) fn plain(&self, key: &str) -> String {
        self.text(key, &FluentArgs::new())
    }

    fn of_all(&self, key: &str, first: u64, total: u64) -> String {
        let mut values = FluentArgs::new();
        values.set("first", first);
        values.set("total", total);
        self.text(key, &values)
    }

    fn counted(&self, key: &str, count: u64) -> String {
        let mut values = FluentArgs::new();
        values.set("count", count);
        self.text(key, &values)
    }

    fn about(&self, reason: Reason, excerpt: Option<&str>) -> String {
        let sentence = self.text(&format!("reason-{}", reason.code()), &FluentArgs::new());
        let Some(excerpt) = excerpt.filter(|excerpt| !excerpt.is_empty()) else {
            return sentence;
        };
        let mut values = FluentArgs::new();
        values.set("excerpt", excerpt);
        values.set("sentence", sentence);
        self.text("with-excerpt", &values)
    }

    /// The sentence under a key; the key itself when there is none.
    fn text(&self, key: &str, values: &FluentArgs<'_>) -> String {
        let Some(pattern) = self
            .bundle
            .get_message(key)
            .and_then(|message| message.value())
        else {
            return key.to_owned();
        };
        let mut errors = Vec::new();
        self.bundle
            .format_pattern(pattern, Some(values), &mut errors)
            .into_owned()
    }
}

#[cfg(test)]
mod tests;
