//! Cleans the text of a cell: HTML entities once, tags, control characters, line ends, and the
//! apostrophe that guards a formula.

use std::borrow::Cow;

use super::entities;

/// Tags of HTML that are removed. Anything else between `<` and `>` is text: reports hold
/// `<Ecole Boyer>` and `<jean@example.org>`.
const INLINE_TAGS: &[&str] = &[
    "a", "abbr", "b", "big", "body", "cite", "code", "em", "embed", "font", "head", "hr", "html",
    "i", "iframe", "img", "input", "ins", "link", "mark", "meta", "o:p", "object", "option", "s",
    "script", "select", "small", "span", "strike", "strong", "style", "sub", "sup", "tbody",
    "tfoot", "thead", "title", "tt", "u", "wbr",
];

/// Tags whose end separates text: removed without a line feed they would glue words and figures.
const BLOCK_TAGS: &[&str] = &[
    "blockquote",
    "br",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ol",
    "p",
    "pre",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];

/// Characters between `<` and `>` beyond which it is not taken for a tag.
const TAG_BYTES_MAX: usize = 1000;

/// How the cells of a format are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cleaning {
    /// A file of another tool: may hold HTML, and blanks around each cell.
    Foreign,
    /// A file of ours: text is text, whatever it looks like.
    Own,
}

/// A text of several lines.
pub(crate) fn clean_text(cell: &str, cleaning: Cleaning) -> String {
    let decoded = match cleaning {
        Cleaning::Own => Cow::Borrowed(cell),
        Cleaning::Foreign => without_tags(entities::decode_once(cell)),
    };
    let plain = beffroi_records::clean_text(&decoded);
    match cleaning {
        Cleaning::Own => plain,
        Cleaning::Foreign => plain.trim().to_owned(),
    }
}

/// A text of one line: line feeds, tabs and runs of blanks become one space.
pub(crate) fn clean_line(cell: &str, cleaning: Cleaning) -> String {
    let text = clean_text(cell, cleaning);
    if cleaning == Cleaning::Own && !text.contains('\n') {
        return text;
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The cell without the apostrophe that keeps a spreadsheet from running it.
pub(crate) fn without_guard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_guarded_form(rest) => rest,
        Some(_) | None => cell,
    }
}

/// True for a text that an export guards: what a spreadsheet would run, or an apostrophe before
/// it (so that taking one away always gives the text back).
pub(crate) fn is_guarded_form(text: &str) -> bool {
    is_formula_like(text.trim_start_matches('\''))
}

/// True for a text that a spreadsheet would run as a formula.
pub(crate) fn is_formula_like(text: &str) -> bool {
    text.starts_with(['\t', '\r'])
        || text
            .trim_start()
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// At most `characters_max` characters, the last one an ellipsis when something was left out.
pub(crate) fn shortened(text: String, characters_max: usize) -> (String, bool) {
    if text.chars().count() <= characters_max {
        return (text, false);
    }
    let mut short: String = text.chars().take(characters_max - 1).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    (short, true)
}

fn without_tags(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains('<') {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest: &str = &text;
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        match tag_at_start(rest) {
            Some((length, separates)) => {
                if separates {
                    plain.push('\n');
                }
                rest = &rest[length..];
            }
            None => {
                plain.push('<');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Length of the tag or comment at the start of `text`, and whether a line feed stands for it.
fn tag_at_start(text: &str) -> Option<(usize, bool)> {
    if let Some(comment) = text.strip_prefix("<!--") {
        return comment.find("-->").map(|end| (end + 7, false));
    }
    let inside = text.strip_prefix('<')?;
    let end = inside
        .bytes()
        .take(TAG_BYTES_MAX)
        .position(|byte| byte == b'>')?;
    let inside = &inside[..end];
    let (closing, inside) = match inside.strip_prefix('/') {
        Some(inside) => (true, inside),
        None => (false, inside),
    };
    let name_end = inside
        .find(|character: char| character.is_whitespace() || character == '/')
        .unwrap_or(inside.len());
    let name = inside[..name_end].to_ascii_lowercase();
    let after = inside[name_end..].trim_matches(|c: char| c.is_whitespace() || c == '/');
    // What follows a tag's name is attributes: without `=`, `<a b c>` is what somebody typed.
    if !after.is_empty() && !after.contains('=') {
        return None;
    }
    let length = end + 2;
    if BLOCK_TAGS.contains(&name.as_str()) {
        return Some((length, closing || name == "br"));
    }
    INLINE_TAGS
        .contains(&name.as_str())
        .then_some((length, false))
}

#[cfg(test)]
mod tests;
