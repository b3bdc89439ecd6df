//! The table of what passes the door of phones, before a session is looked at.

use axum::http::HeaderName;

use super::*;

const OWN: &str = "192.168.1.20:7412";

fn names() -> Names {
    Names {
        address: "192.168.1.20:7412".parse().unwrap(),
        local: Some("mairie.local".into()),
    }
}

fn status(method: &Method, target: &str, sent: &[(&'static str, &str)]) -> u16 {
    let mut headers = HeaderMap::new();
    for (name, value) in sent {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        headers.append(HeaderName::from_static(name), value);
    }
    match names().admits(method, &target.parse().unwrap(), &headers) {
        Ok(()) => 200,
        Err(cause) => cause.code().status(),
    }
}

/// What a browser sends with a form of ours, one header otherwise.
fn form(changed: &[(&'static str, &str)]) -> u16 {
    let mut sent = vec![
        ("host", OWN),
        ("origin", "http://192.168.1.20:7412"),
        ("content-type", FORM),
    ];
    for (name, value) in changed {
        sent.retain(|(known, _)| known != name);
        if !value.is_empty() {
            sent.push((name, value));
        }
    }
    status(&Method::POST, "/enter", &sent)
}

#[test]
fn phones_come_by_the_address_itself_or_this_machines_own_name() {
    for (host, expected) in [
        (OWN, 200),
        ("mairie.local:7412", 200),
        ("192.168.1.20", 421),
        ("192.168.1.20:7411", 421),
        ("192.168.1.20.:7412", 421),
        ("192.168.1.20.nip.io:7412", 421),
        ("evil.test:7412", 421),
        ("evil.test", 421),
        ("mairie.local", 421),
        ("mairie.local.:7412", 421),
        ("MAIRIE.local:7412", 421),
        ("autre.local:7412", 421),
        ("localhost:7412", 421),
        ("127.0.0.1:7412", 421),
        ("[::1]:7412", 421),
        ("", 421),
    ] {
        let found = status(&Method::GET, "/", &[("host", host)]);
        assert_eq!(found, expected, "{host}");
    }
    assert_eq!(status(&Method::GET, "/", &[]), 421);
    let twice = [("host", OWN), ("host", "evil.test")];
    assert_eq!(status(&Method::GET, "/", &twice), 421);
    let absolute = status(&Method::GET, "http://evil.test/", &[("host", OWN)]);
    assert_eq!(absolute, 421);
}

#[test]
fn a_form_comes_from_a_page_of_this_very_host() {
    assert_eq!(form(&[]), 200);
    for (origin, expected) in [
        ("", 403),
        ("null", 403),
        ("http://evil.test", 403),
        ("https://192.168.1.20:7412", 403),
        ("http://192.168.1.20:7411", 403),
        ("http://192.168.1.20", 403),
        ("http://mairie.local:7412", 403),
    ] {
        assert_eq!(form(&[("origin", origin)]), expected, "{origin}");
    }
    let by_name = [
        ("host", "mairie.local:7412"),
        ("origin", "http://mairie.local:7412"),
    ];
    assert_eq!(form(&by_name), 200);
    for (site, expected) in [
        ("same-origin", 200),
        ("same-site", 403),
        ("cross-site", 403),
        ("none", 403),
    ] {
        assert_eq!(form(&[("sec-fetch-site", site)]), expected, "{site}");
    }
    for (sent, expected) in [
        ("application/x-www-form-urlencoded;charset=UTF-8", 200),
        ("application/json", 415),
        ("text/plain", 415),
        ("multipart/form-data; boundary=x", 415),
        ("", 415),
    ] {
        assert_eq!(form(&[("content-type", sent)]), expected, "{sent}");
    }
}

#[test]
fn only_reading_and_forms_are_known() {
    for method in [
        Method::OPTIONS,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::TRACE,
        Method::CONNECT,
    ] {
        let own = [("host", OWN), ("origin", "http://192.168.1.20:7412")];
        assert_eq!(status(&method, "/", &own), 405, "{method}");
        assert_eq!(status(&method, "/", &[("host", "evil.test")]), 421);
    }
}

#[test]
fn a_link_from_another_site_may_be_followed() {
    let followed = [("host", OWN), ("sec-fetch-site", "cross-site")];
    assert_eq!(status(&Method::GET, "/", &followed), 200);
}
