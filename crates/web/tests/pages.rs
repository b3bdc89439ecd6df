//! Every page in both languages, with hostile texts in every field: well formed, labelled, and nothing of
//! a text is ever a tag.
#![allow(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use std::collections::BTreeSet;

use beffroi_api::{Kind, Language};
use beffroi_web::Frame;
use beffroi_web::phones::{
    Added, Enter, EnterNote, Home, Line, Lines, New, NewNote, Open, Refused, Shown,
};

/// Breaks out of a text, of an attribute, of a tag.
const HOSTILE: &str =
    "</title><script>alert(1)</script>\"' onfocus='alert(1)' x=\"<img src=x onerror=alert(1)>&";

fn line() -> Line {
    Line {
        reference: HOSTILE.into(),
        title: HOSTILE.into(),
        status: HOSTILE.into(),
        rank: HOSTILE.into(),
        place: HOSTILE.into(),
    }
}

/// Every page, with its name.
fn pages(language: Language) -> Vec<(String, String)> {
    let frame = Frame {
        language,
        post: HOSTILE,
        territory: HOSTILE,
        exercise: true,
        here: "/",
    };
    let token = "0123abcd";
    let mut pages = Vec::new();
    let notes = [
        None,
        Some(EnterNote::Wrong),
        Some(EnterNote::TooOften),
        Some(EnterNote::LinkOver),
        Some(EnterNote::Full),
        Some(EnterNote::Ended),
    ];
    for note in notes {
        let page = Enter { frame, note }.render_page().unwrap();
        pages.push((format!("enter {note:?}"), page));
    }
    let page = Open {
        frame,
        once: HOSTILE,
    }
    .render_page()
    .unwrap();
    pages.push(("open".into(), page));
    for (items, total) in [
        (vec![], 0),
        (vec![line()], 1),
        (vec![line(), line()], 1_000_000),
    ] {
        let lines = Lines { items, total };
        let page = Home {
            frame,
            token,
            incidents: lines.clone(),
            needs: lines,
        };
        pages.push((format!("home {total}"), page.render_page().unwrap()));
    }
    for added in [Added::Incident, Added::Need] {
        for note in [
            None,
            Some(NewNote::SentBefore),
            Some(NewNote::Fault(HOSTILE.into())),
        ] {
            let page = New {
                frame,
                token,
                added,
                id: HOSTILE,
                title: HOSTILE,
                operations: vec![(HOSTILE.into(), HOSTILE.into()); 2],
                note,
            };
            pages.push((format!("new {added:?}"), page.render_page().unwrap()));
        }
    }
    for kind in [Kind::Incident, Kind::Need] {
        for posts in [0, 1, 5] {
            let page = Shown {
                frame,
                token,
                kind,
                line: line(),
                acknowledged: posts,
                posts,
            };
            pages.push((
                format!("record {kind:?} {posts}"),
                page.render_page().unwrap(),
            ));
        }
    }
    let page = Refused {
        frame,
        title: HOSTILE,
        detail: HOSTILE,
        hint: HOSTILE,
    };
    pages.push(("refused".into(), page.render_page().unwrap()));
    pages
}

/// The values of an attribute, in order.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let mark = format!(" {attribute}=\"");
    page.split(&mark)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[test]
fn hostile_texts_come_out_as_text_on_every_page() {
    for language in Language::ALL {
        for (name, page) in pages(language) {
            assert!(page.contains("alert(1)"), "{name}: the text is there");
            for tag in ["<script", "<img", "</title><", "\" onfocus", "' onfocus"] {
                assert!(!page.contains(tag), "{name} has {tag}\n{page}");
            }
            assert_eq!(page.matches("</title>").count(), 1, "{name}");
        }
    }
}

#[test]
fn every_page_is_whole_in_both_languages() {
    for language in Language::ALL {
        for (name, page) in pages(language) {
            assert!(page.starts_with("<!doctype html>"), "{name}");
            assert!(
                page.contains(&format!("<html lang=\"{language}\">")),
                "{name}"
            );
            assert_eq!(page.matches("<h1>").count(), 1, "{name}");
            assert_eq!(page.matches("<main ").count(), 1, "{name}");
            assert!(
                page.contains("class=\"exercise\""),
                "{name}: an exercise is loud"
            );
            let ids = values(&page, "id");
            let different: BTreeSet<&str> = ids.iter().copied().collect();
            assert_eq!(ids.len(), different.len(), "{name}: {ids:?}");
            let pointed = values(&page, "for").into_iter();
            let described = values(&page, "aria-describedby");
            let described = described.iter().flat_map(|ids| ids.split(' '));
            for id in pointed
                .chain(described)
                .chain(values(&page, "aria-labelledby"))
            {
                assert!(different.contains(id), "{name}: nothing has the id {id}");
            }
            for form in page.split("<form ").skip(1) {
                let form = form.split("</form>").next().unwrap();
                let enters = form.contains("action=\"/enter\"") || form.contains("action=\"/open/");
                assert!(enters || form.contains("name=\"_t\""), "{name}: {form}");
                assert!(form.starts_with("method=\"post\""), "{name}: {form}");
            }
            assert!(page.contains("Wi-Fi"), "{name} says what others can see");
        }
    }
}

#[test]
fn a_page_is_small_enough_for_a_weak_wifi() {
    assert!(beffroi_web::STYLE.len() < 12 * 1024);
    assert!(!beffroi_web::STYLE.contains("url(") && !beffroi_web::STYLE.contains("@import"));
}
