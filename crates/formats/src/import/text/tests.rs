//! Cleaning of texts, and the guard against formulas.

use super::*;

fn text(cell: &str) -> String {
    clean_text(cell, Cleaning::Foreign)
}

#[test]
fn entities_are_decoded_once() {
    assert_eq!(
        text("&quot;Saint-Ard&quot; &amp;amp; co"),
        "\"Saint-Ard\" &amp; co"
    );
    assert_eq!(
        text("&eacute;t&eacute; &#233; &#xE9; &nbsp;x &euro;"),
        "été é é \u{a0}x €"
    );
    assert_eq!(text("&#146;a &rsquo;b"), "’a ’b");
    assert_eq!(
        text("R&D &; &x &unknown; &#xD800; &#99999999;"),
        "R&D &; &x &unknown; &#xD800; &#99999999;"
    );
    assert_eq!(text("a&#0;b"), "ab");
}

#[test]
fn tags_go_and_what_only_looks_like_one_stays() {
    assert_eq!(text("a<br>b<BR />c<br/>d"), "a\nb\nc\nd");
    assert_eq!(text("<p class=\"x\">un</p><p>deux</p>"), "un\ndeux");
    assert_eq!(text("<td>3</td><td>5</td>"), "3\n5");
    assert_eq!(
        text("<a href=\"http://x\">lien</a> <!-- tu --> fin"),
        "lien  fin"
    );
    assert_eq!(
        text("&lt;Ecole Pentecostale de Boyer&gt; in Mirebalais"),
        "<Ecole Pentecostale de Boyer> in Mirebalais"
    );
    assert_eq!(
        text("jean <jean@example.org> &lt;18 ans"),
        "jean <jean@example.org> <18 ans"
    );
    assert_eq!(text("si a <b et b> c"), "si a <b et b> c");
    assert_eq!(text("<script>alert(1)</script>"), "alert(1)");
    assert_eq!(text("un < deux > trois <"), "un < deux > trois <");
}

#[test]
fn control_characters_go_and_every_line_end_is_a_line_feed() {
    assert_eq!(
        text("a\r\nb\rc\u{2028}d\u{2029}e\tf\u{0}\u{1b}[0m\u{85}"),
        "a\nb\nc\nd\ne\tf[0m"
    );
    assert_eq!(clean_line(" a\r\n b\t c ", Cleaning::Foreign), "a b c");
}

#[test]
fn our_own_files_are_taken_at_their_word() {
    let odd = " &amp; <b>gras</b> ";
    assert_eq!(clean_text(odd, Cleaning::Own), odd);
    assert_eq!(clean_line("a  b", Cleaning::Own), "a  b");
}

#[test]
fn guarding_then_taking_the_guard_away_gives_the_text_back() {
    for text in [
        "=1+1", " @cmd", "\t=x", "+33 6", "-5", "＝x", "'=x", "''-x", "' +x", "\rx", "'", "it's",
        "'tis", "a=b", "", "''",
    ] {
        let guarded = if is_guarded_form(text) {
            format!("'{text}")
        } else {
            text.to_owned()
        };
        assert!(!is_formula_like(&guarded), "{text:?}");
        assert_eq!(without_guard(&guarded), text, "{text:?}");
    }
}

#[test]
fn a_text_is_cut_with_a_mark() {
    assert_eq!(shortened("abc".into(), 3), ("abc".into(), false));
    assert_eq!(shortened("éàü d".into(), 5), ("éàü d".into(), false));
    assert_eq!(shortened("éàü def".into(), 5), ("éàü…".into(), true));
}
