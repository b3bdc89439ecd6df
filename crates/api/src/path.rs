//! Paths under `/api/v1`, with what a person typed escaped.

use std::fmt::Write as _;

use crate::Kind;

/// Where the API begins.
pub const BASE: &str = "/api/v1";

/// `/{kinds}`: list, create.
#[must_use]
pub fn records(kind: Kind) -> String {
    format!("{BASE}/{}", kind.plural())
}

/// `/{kinds}/{ref}`: read, edit.
#[must_use]
pub fn record(kind: Kind, reference: &str) -> String {
    format!("{BASE}/{}/{}", kind.plural(), escape(reference))
}

/// `/{kinds}/{ref}/{part}`: `history`, `archive` or `steps`.
#[must_use]
pub fn record_part(kind: Kind, reference: &str, part: &str) -> String {
    format!("{}/{part}", record(kind, reference))
}

/// `/records/{ref}`: a record of whatever kind.
#[must_use]
pub fn any_record(reference: &str) -> String {
    format!("{BASE}/records/{}", escape(reference))
}

/// `/conflicts/{ref}/{field}`: settle one.
#[must_use]
pub fn conflict(reference: &str, field: &str) -> String {
    format!("{BASE}/conflicts/{}/{}", escape(reference), escape(field))
}

/// `/{collection}/{id}`: a peer or an invite.
#[must_use]
pub fn member_of(collection: &str, id: &str) -> String {
    format!("{BASE}/{collection}/{}", escape(id))
}

/// `/members/{post}/{part}`: `revoke`, `role`, `adopt` or `deny`.
#[must_use]
pub fn member_part(post: &str, part: &str) -> String {
    format!("{}/{part}", member_of("members", post))
}

/// A path of one fixed word or more: `status`, `territory/confirm-sheets`.
#[must_use]
pub fn fixed(words: &str) -> String {
    format!("{BASE}/{words}")
}

/// Appends the pairs as a query; a value that is empty is left out.
#[must_use]
pub fn with_query(path: &str, pairs: &[(&str, String)]) -> String {
    let mut out = path.to_owned();
    let mut separator = '?';
    for (name, value) in pairs {
        if value.is_empty() {
            continue;
        }
        out.push(separator);
        out.push_str(name);
        out.push('=');
        out.push_str(&escape(value));
        separator = '&';
    }
    out
}

/// Percent-encodes everything but the unreserved characters of RFC 3986 §2.3.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// What [`escape`] was given; none when the text is not of its making.
#[must_use]
pub fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        rest = others;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, others) = others.split_first_chunk::<2>()?;
        let digit = |digit: u8| char::from(digit).to_digit(16);
        let value = digit(digits[0])? * 16 + digit(digits[1])?;
        bytes.push(u8::try_from(value).ok()?);
        rest = others;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::{any_record, conflict, escape, record, unescape, with_query};
    use crate::Kind;

    #[test]
    fn what_a_person_typed_cannot_leave_its_segment() {
        assert_eq!(record(Kind::Need, "mai-14"), "/api/v1/needs/mai-14");
        assert_eq!(any_record("MAI-014/b"), "/api/v1/records/MAI-014%2Fb");
        assert_eq!(
            any_record("USH:4052?x=1#y"),
            "/api/v1/records/USH%3A4052%3Fx%3D1%23y"
        );
        assert_eq!(conflict("../x", "a b"), "/api/v1/conflicts/..%2Fx/a%20b");
        assert_eq!(escape("é"), "%C3%A9");
    }

    #[test]
    fn what_was_escaped_comes_back_and_nothing_else_does() {
        let text = "2 exportés ; 1 \"champ\" privé 100 %";
        assert_eq!(unescape(&escape(text)).as_deref(), Some(text));
        for broken in ["%", "%4", "%zz", "%+1", "%FF"] {
            assert_eq!(unescape(broken), None, "{broken}");
        }
    }

    #[test]
    fn empty_values_are_left_out_of_the_query() {
        let pairs = [
            ("q", "eau & pain".to_owned()),
            ("status", String::new()),
            ("limit", "5".to_owned()),
        ];
        assert_eq!(with_query("/x", &pairs), "/x?q=eau%20%26%20pain&limit=5");
        assert_eq!(with_query("/x", &[]), "/x");
    }
}
