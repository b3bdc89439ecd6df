//! From a cell to a part of the record: the one place where each target is read.

use beffroi_records::EXTENSION_PREFIX;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::clock;
use super::columns::Column;
use super::draft::Draft;
use super::numbers::Written;
use super::reason::Reason;
use super::target::Target;
use super::text::{Cleaning, clean_line, clean_text, is_formula_like, shortened, without_guard};
use super::tokens::Spellings;
use super::ushahidi::Label;
use crate::limits::{
    CELL_BYTES_MAX, EXCERPT_CHARACTERS_MAX, EXTRA_CHARACTERS_MAX, KEY_CHARACTERS_MAX, LABELS_MAX,
    PLACE_CHARACTERS_MAX, TAG_CHARACTERS_MAX,
};

/// Digits of a quantity, before and after the decimal point (records.md §4).
const AMOUNT_DIGITS_MAX: (usize, usize) = (12, 3);

/// Tag of a report that the moderators of its map had not approved.
const NOT_APPROVED: &str = "not_approved";

/// The event type of a label that stands for none.
const OTHER: &str = "other";

/// Reads the cells of one import.
pub(crate) struct CellReader<'a> {
    pub(crate) cleaning: Cleaning,
    pub(crate) zone: &'a TimeZone,
    /// Stands before a value kept as a tag.
    pub(crate) tag_prefix: &'a str,
    pub(crate) title_field: &'static str,
}

/// One cell with where it stands.
struct Cell<'a> {
    line: u64,
    column: &'a Column,
    text: &'a str,
}

impl Cell<'_> {
    /// Notes a doubt about this cell.
    fn note(&self, draft: &mut Draft, reason: Reason) {
        draft.note(
            self.line,
            Some(&self.column.name),
            reason,
            excerpt(self.column, self.text),
        );
    }
}

/// The beginning of a cell, on one line; none for a private column.
pub(crate) fn excerpt(column: &Column, cell: &str) -> Option<String> {
    let private = column.target.as_ref().is_some_and(Target::is_private);
    if private {
        return None;
    }
    let beginning: String = cell.chars().take(4 * EXCERPT_CHARACTERS_MAX).collect();
    let line = clean_line(&beginning, Cleaning::Foreign);
    Some(shortened(line, EXCERPT_CHARACTERS_MAX).0)
}

impl CellReader<'_> {
    /// Puts what a cell says into the draft; the reason when the row must be rejected.
    pub(crate) fn take(
        &self,
        draft: &mut Draft,
        line: u64,
        column: &Column,
        cell: &str,
    ) -> Result<(), Reason> {
        if cell.len() > CELL_BYTES_MAX {
            return Err(Reason::TooLong);
        }
        let Some(target) = &column.target else {
            return Ok(());
        };
        let text = without_guard(cell);
        if text.trim().is_empty() {
            return Ok(());
        }
        let cell = Cell { line, column, text };
        if target.is_free_text() {
            draft.formula_cells += u64::from(is_formula_like(text));
        }
        self.take_target(draft, target, &cell)
    }

    fn take_target(
        &self,
        draft: &mut Draft,
        target: &Target,
        cell: &Cell<'_>,
    ) -> Result<(), Reason> {
        match target {
            Target::Key => draft.key = Some(self.key(cell)?),
            Target::Line(field, characters_max) => self.line(draft, cell, field, *characters_max),
            Target::Text(field, characters_max) => {
                let text = self.bounded_text(draft, cell, *characters_max);
                set(draft, field, text);
            }
            Target::Extra(name) => {
                let text = self.bounded_text(draft, cell, EXTRA_CHARACTERS_MAX);
                set(draft, &format!("{EXTENSION_PREFIX}{name}"), text);
            }
            Target::Token(field, spellings) => {
                let token = self.token(draft, cell, spellings);
                set(draft, field, token.unwrap_or_default());
            }
            Target::Tokens(field, spellings) => self.tokens(draft, cell, field, spellings),
            Target::Words(set) => {
                let words = self.words(cell.text);
                words
                    .into_iter()
                    .for_each(|word| draft.add_member(set, word));
            }
            Target::Moment(field) => {
                let at = self.moment(draft, cell)?;
                set(draft, field, at);
            }
            Target::Integer(field) => {
                draft
                    .fields
                    .insert((*field).to_owned(), integer(cell.text)?.into());
            }
            Target::Id(field) => set(draft, field, id(cell.text)?),
            Target::Code(field) => set(draft, field, code(cell.text)?),
            Target::PlaceLabel => {
                draft.place.label = self.bounded_line(draft, cell, PLACE_CHARACTERS_MAX);
            }
            Target::PlaceInsee => match insee(cell.text) {
                Some(insee) => draft.place.insee = Some(insee),
                None => cell.note(draft, Reason::UnknownValue),
            },
            Target::PlacePrecision(spellings) => {
                draft.place.precision = self.token(draft, cell, spellings);
            }
            Target::Latitude => draft.place.latitude = Some(degrees(cell, 90.0)?),
            Target::Longitude => draft.place.longitude = Some(degrees(cell, 180.0)?),
            Target::Amount(field) => {
                draft.quantities.entry(field).or_default().0 = Some(amount(cell)?);
            }
            Target::AmountUnit(field, spellings) => {
                let unit = self.token(draft, cell, spellings);
                draft.quantities.entry(field).or_default().1 = unit;
            }
            Target::DueDelay(spellings) => draft.due.0 = self.token(draft, cell, spellings),
            Target::DueAt => draft.due.1 = Some(self.moment(draft, cell)?),
            Target::StockCount => draft.stock = Some(amount(cell)?),
            Target::Figure(figure) => {
                draft.figures.insert(figure, integer(cell.text)?);
            }
            Target::Person(field, part) => {
                let text = clean_text(cell.text, self.cleaning);
                draft.people.entry(field).or_default().take(*part, text);
            }
            Target::Category(spellings) => self.categories(draft, cell, spellings),
            Target::Approved => match yes_or_no(cell.text) {
                Some(true) => {}
                Some(false) => draft.add_tag(NOT_APPROVED.to_owned()),
                None => cell.note(draft, Reason::UnknownValue),
            },
            Target::Verified => match yes_or_no(cell.text) {
                Some(true) => set(draft, "verification", "verified".to_owned()),
                Some(false) => set(draft, "verification", "unverified".to_owned()),
                None => cell.note(draft, Reason::UnknownValue),
            },
            // The guard is applied to the whole file, before its rows; what is derived is not read.
            Target::Exercise | Target::Derived => {}
        }
        Ok(())
    }

    fn key(&self, cell: &Cell<'_>) -> Result<String, Reason> {
        let key = clean_line(cell.text, self.cleaning);
        let fits = key.chars().count() <= KEY_CHARACTERS_MAX;
        if fits { Ok(key) } else { Err(Reason::TooLong) }
    }

    fn line(&self, draft: &mut Draft, cell: &Cell<'_>, field: &'static str, characters_max: usize) {
        let line = self.bounded_line(draft, cell, characters_max);
        if field == self.title_field && line.ends_with('…') {
            draft.whole_title =
                Some(clean_line(cell.text, self.cleaning)).filter(|whole| *whole != line);
        }
        set(draft, field, line);
    }

    fn bounded_line(&self, draft: &mut Draft, cell: &Cell<'_>, characters_max: usize) -> String {
        let (line, cut) = shortened(clean_line(cell.text, self.cleaning), characters_max);
        if cut {
            cell.note(draft, Reason::Shortened);
        }
        line
    }

    fn bounded_text(&self, draft: &mut Draft, cell: &Cell<'_>, characters_max: usize) -> String {
        let (text, cut) = shortened(clean_text(cell.text, self.cleaning), characters_max);
        if cut {
            cell.note(draft, Reason::Shortened);
        }
        text
    }

    /// Tags and skills: one a line in our files, cut by `;` `,` or line feeds elsewhere.
    fn words(&self, text: &str) -> Vec<String> {
        let separators: &[char] = match self.cleaning {
            Cleaning::Own => &['\n'],
            Cleaning::Foreign => &['\n', ';', ','],
        };
        let text = clean_text(text, self.cleaning);
        let words = text
            .split(separators)
            .map(str::trim)
            .filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    }

    fn tokens(
        &self,
        draft: &mut Draft,
        cell: &Cell<'_>,
        field: &'static str,
        spellings: &Spellings,
    ) {
        for word in self.words(cell.text) {
            match spellings.find(&word) {
                Some(token) => draft.add_member(field, token),
                None => self.unknown_value(draft, cell, &word),
            }
        }
    }

    /// CATEGORY: the first label that is no heading gives the type; every label that is no heading
    /// stays as a tag, because several labels share a type. Headings count when they stand alone.
    fn categories(&self, draft: &mut Draft, cell: &Cell<'_>, spellings: &Spellings) {
        let text = clean_line(cell.text, self.cleaning);
        let labels: Vec<Label<'_>> = Label::all(&text).take(LABELS_MAX).collect();
        let alone = labels.iter().all(|label| label.heading);
        let mut event_type: Option<String> = None;
        for label in labels.iter().filter(|label| alone || !label.heading) {
            let Some(found) = self.category(draft, cell, label, spellings) else {
                continue;
            };
            // Of headings alone, one that says more than "other" wins.
            let says_more = alone && event_type.as_deref() == Some(OTHER);
            if event_type.is_none() || says_more {
                event_type = Some(found);
            }
        }
        if !labels.is_empty() {
            set(
                draft,
                "event_type",
                event_type.unwrap_or_else(|| OTHER.to_owned()),
            );
        }
    }

    /// Keeps one label as a tag, with the need it asks for; gives the event type it stands for.
    fn category(
        &self,
        draft: &mut Draft,
        cell: &Cell<'_>,
        label: &Label<'_>,
        spellings: &Spellings,
    ) -> Option<String> {
        let room = TAG_CHARACTERS_MAX.saturating_sub(self.tag_prefix.len() + 1);
        draft.add_tag(format!("{}:{}", self.tag_prefix, label.for_tag(room)));
        let Some(meaning) = label.meaning() else {
            let found = label
                .spellings()
                .find_map(|spelling| spellings.find(spelling));
            if found.is_none() {
                let quoted = excerpt(cell.column, label.text);
                draft.note(
                    cell.line,
                    Some(&cell.column.name),
                    Reason::UnknownValue,
                    quoted,
                );
            }
            return found;
        };
        if let Some(need_type) = meaning.need_type {
            draft.add_need_type(need_type);
        }
        Some(meaning.event_type.to_owned())
    }

    fn token(&self, draft: &mut Draft, cell: &Cell<'_>, spellings: &Spellings) -> Option<String> {
        let text = clean_line(cell.text, self.cleaning);
        let found = spellings.find(&text);
        if found.is_none() {
            self.unknown_value(draft, cell, &text);
        }
        found
    }

    fn unknown_value(&self, draft: &mut Draft, cell: &Cell<'_>, value: &str) {
        draft.add_tag(format!("{}:{value}", self.tag_prefix));
        cell.note(draft, Reason::UnknownValue);
    }

    fn moment(&self, draft: &mut Draft, cell: &Cell<'_>) -> Result<String, Reason> {
        let moment =
            clock::moment(cell.text, cell.column.date_order(), self.zone).ok_or(Reason::BadDate)?;
        if let Some(doubt) = moment.doubt {
            cell.note(draft, doubt);
        }
        Ok(moment.text)
    }
}

fn set(draft: &mut Draft, field: &str, value: String) {
    if !value.is_empty() {
        draft.fields.insert(field.to_owned(), value.into());
    }
}

fn id(text: &str) -> Result<String, Reason> {
    let id = Uuid::try_parse(text.trim()).map_err(|_| Reason::BadValue)?;
    Ok(id.hyphenated().to_string())
}

fn integer(text: &str) -> Result<i64, Reason> {
    let value = Written::read(text).and_then(|written| written.integer());
    value.filter(|value| *value >= 0).ok_or(Reason::BadNumber)
}

fn amount(cell: &Cell<'_>) -> Result<String, Reason> {
    let written = Written::read(cell.text).ok_or(Reason::BadNumber)?;
    let decimal = written
        .decimal(cell.column.mark())
        .ok_or(Reason::BadNumber)?;
    let (whole, fraction) = decimal.split_once('.').unwrap_or((&decimal, ""));
    let fits = whole.len() <= AMOUNT_DIGITS_MAX.0 && fraction.len() <= AMOUNT_DIGITS_MAX.1;
    if decimal.starts_with('-') || !fits {
        return Err(Reason::BadNumber);
    }
    Ok(decimal)
}

fn degrees(cell: &Cell<'_>, bound: f64) -> Result<f64, Reason> {
    let written = Written::read(cell.text).ok_or(Reason::BadNumber)?;
    let decimal = written
        .decimal(cell.column.mark())
        .ok_or(Reason::BadNumber)?;
    let degrees: f64 = decimal.parse().map_err(|_| Reason::BadNumber)?;
    if degrees.abs() > bound {
        return Err(Reason::BadCoordinates);
    }
    Ok(degrees)
}

/// Five characters; the zero that spreadsheets take off is given back.
fn insee(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_uppercase();
    let code = if code.len() == 4 {
        format!("0{code}")
    } else {
        code
    };
    let right = code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    right.then_some(code)
}

fn code(text: &str) -> Result<String, Reason> {
    let code = text.trim();
    let right = code
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/_.-".contains(&byte));
    if !right {
        return Err(Reason::BadValue);
    }
    if code.len() > TAG_CHARACTERS_MAX {
        return Err(Reason::TooLong);
    }
    Ok(code.to_owned())
}

/// Yes or no, as exports of several tools write it.
pub(crate) fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "t" | "1" | "oui" | "vrai" => Some(true),
        "no" | "n" | "false" | "f" | "0" | "non" | "faux" => Some(false),
        _ => None,
    }
}
