//! Sentences for people, from Fluent catalogues that are part of the program.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use fluent::concurrent::FluentBundle;
use fluent::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast;
use unic_langid::LanguageIdentifier;

use crate::Language;

/// A value put into a sentence. Numbers choose plurals and are grouped by thousands.
pub type Argument<'a> = (&'a str, FluentValue<'a>);

/// One language's sentences, by key. A key is `message` or `message.attribute`.
pub struct Catalogue {
    bundle: FluentBundle<FluentResource>,
    contents: BTreeMap<String, BTreeSet<String>>,
}

impl Catalogue {
    /// Reads a catalogue that is part of the program. Messages that do not parse or come twice are
    /// left out: tests compare [`Catalogue::contents`] between languages and with the keys used.
    #[must_use]
    pub fn new(language: Language, source: &str) -> Catalogue {
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let contents = contents(&resource);
        // Both tags parse; the root language they would else become has no plurals.
        let identifier: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        // Our sentences go to terminals and JSON, where isolation marks are noise.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::French => |value, _| grouped(value, '\u{202f}'),
            Language::English => |value, _| grouped(value, ','),
        }));
        let _duplicates = bundle.add_resource(resource);
        Catalogue { bundle, contents }
    }

    /// The sentence under `key`, or `None` when there is none.
    #[must_use]
    pub fn find(&self, key: &str, arguments: &[Argument<'_>]) -> Option<String> {
        let (message, attribute) = match key.split_once('.') {
            Some((message, attribute)) => (message, Some(attribute)),
            None => (key, None),
        };
        let message = self.bundle.get_message(message)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        let mut values = FluentArgs::with_capacity(arguments.len());
        for (name, value) in arguments {
            values.set(*name, value.clone());
        }
        let mut errors = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(&values), &mut errors);
        Some(text.into_owned())
    }

    /// The sentence under `key`; the key itself when there is none.
    #[must_use]
    pub fn text(&self, key: &str, arguments: &[Argument<'_>]) -> String {
        self.find(key, arguments).unwrap_or_else(|| key.to_owned())
    }

    /// Every key with the variables its sentence takes.
    #[must_use]
    pub fn contents(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.contents
    }
}

fn grouped(value: &FluentValue<'_>, separator: char) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let plain = number.as_string();
    let (sign, digits) = plain
        .strip_prefix('-')
        .map_or(("", plain.as_ref()), |digits| ("-", digits));
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut out = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    Some(out)
}

fn contents(resource: &FluentResource) -> BTreeMap<String, BTreeSet<String>> {
    let mut out = BTreeMap::new();
    for entry in resource.entries() {
        let ast::Entry::Message(message) = entry else {
            continue;
        };
        if let Some(pattern) = &message.value {
            out.insert(message.id.name.to_owned(), variables(pattern));
        }
        for attribute in &message.attributes {
            let key = format!("{}.{}", message.id.name, attribute.id.name);
            out.insert(key, variables(&attribute.value));
        }
    }
    out
}

fn variables(pattern: &ast::Pattern<&str>) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for element in &pattern.elements {
        if let ast::PatternElement::Placeable { expression } = element {
            in_expression(expression, &mut out);
        }
    }
    out
}

fn in_expression(expression: &ast::Expression<&str>, out: &mut BTreeSet<String>) {
    match expression {
        ast::Expression::Select { selector, variants } => {
            in_inline(selector, out);
            for variant in variants {
                out.extend(variables(&variant.value));
            }
        }
        ast::Expression::Inline(inline) => in_inline(inline, out),
    }
}

fn in_inline(inline: &ast::InlineExpression<&str>, out: &mut BTreeSet<String>) {
    match inline {
        ast::InlineExpression::VariableReference { id } => {
            out.insert(id.name.to_owned());
        }
        ast::InlineExpression::Placeable { expression } => in_expression(expression, out),
        ast::InlineExpression::StringLiteral { .. }
        | ast::InlineExpression::NumberLiteral { .. }
        | ast::InlineExpression::FunctionReference { .. }
        | ast::InlineExpression::MessageReference { .. }
        | ast::InlineExpression::TermReference { .. } => {}
    }
}

/// The sentences of this crate: constants, parsed at first use.
static OWN: LazyLock<[Catalogue; 2]> = LazyLock::new(|| {
    [
        Catalogue::new(Language::French, include_str!("../catalogues/fr.ftl")),
        Catalogue::new(Language::English, include_str!("../catalogues/en.ftl")),
    ]
});

/// The catalogue of problems and findings in a language.
pub(crate) fn own(language: Language) -> &'static Catalogue {
    let [french, english] = &*OWN;
    match language {
        Language::French => french,
        Language::English => english,
    }
}

#[cfg(test)]
mod tests;
