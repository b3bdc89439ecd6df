//! The table of what passes a door of the API, and what each refusal is answered with.

use super::*;

const PORT: u16 = 7411;
const TOKEN: &str = "secret";

fn loopback() -> Door {
    Door::Loopback {
        address: SocketAddr::from(([127, 0, 0, 1], PORT)),
        token: TOKEN.into(),
    }
}

/// One line of the table; what is left out is what an honest program sends.
struct Line {
    method: Method,
    target: &'static str,
    headers: Vec<(&'static str, &'static str)>,
}

fn honest() -> Line {
    Line {
        method: Method::GET,
        target: "/api/v1/status",
        headers: vec![
            ("host", "127.0.0.1:7411"),
            ("authorization", "Bearer secret"),
        ],
    }
}

impl Line {
    fn with(mut self, name: &'static str, value: &'static str) -> Line {
        self.headers.retain(|(known, _)| *known != name);
        self.and(name, value)
    }

    fn and(mut self, name: &'static str, value: &'static str) -> Line {
        self.headers.push((name, value));
        self
    }

    fn without(mut self, name: &'static str) -> Line {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    fn method(self, method: Method) -> Line {
        Line { method, ..self }
    }

    fn target(self, target: &'static str) -> Line {
        Line { target, ..self }
    }

    fn status(&self, door: &Door) -> u16 {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            headers.append(HeaderName::from_static(name), value);
        }
        let uri: Uri = self.target.parse().unwrap();
        match door.admits(&self.method, &uri, &headers) {
            Ok(()) => 200,
            Err(cause) => cause.code().status(),
        }
    }
}

#[test]
fn a_foreign_host_is_turned_away_even_with_the_token() {
    for host in [
        "evil.test:7411",
        "evil.test",
        "127.0.0.1.nip.io:7411",
        "127.0.0.1.:7411",
        "localhost.:7411",
        "localhost",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:7412",
        "127.0.0.1:07411",
        "127.1:7411",
        "2130706433:7411",
        "0.0.0.0:7411",
        "192.168.1.2:7411",
        "[::1]",
        "[::1]:7412",
        "::1:7411",
        "[::]:7411",
        "[fe80::1]:7411",
        "a.b.localhost:7411",
        ".localhost:7411",
        "evil.test.localhost:7411",
        "localhost.evil.test:7411",
        "user@127.0.0.1:7411",
        "127.0.0.1:7411, evil.test",
        "",
        "é:7411",
    ] {
        assert_eq!(
            honest().with("host", host).status(&loopback()),
            421,
            "{host}"
        );
    }
    assert_eq!(honest().without("host").status(&loopback()), 421);
}

#[test]
fn the_names_of_this_machine_pass() {
    for host in [
        "127.0.0.1:7411",
        "localhost:7411",
        "[::1]:7411",
        "mai.localhost:7411",
    ] {
        assert_eq!(
            honest().with("host", host).status(&loopback()),
            200,
            "{host}"
        );
    }
}

#[test]
fn two_hosts_or_a_host_in_the_target_are_a_foreign_host() {
    let twice = honest().and("host", "evil.test:7411");
    assert_eq!(twice.status(&loopback()), 421);
    let twice_the_same = honest().and("host", "127.0.0.1:7411");
    assert_eq!(twice_the_same.status(&loopback()), 421);
    for (target, status) in [
        ("http://evil.test/api/v1/status", 421),
        ("http://evil.test:7411/api/v1/status", 421),
        ("http://localhost:7411/api/v1/status", 421),
        ("http://127.0.0.1:7411/api/v1/status", 200),
    ] {
        assert_eq!(
            honest().target(target).status(&loopback()),
            status,
            "{target}"
        );
    }
}

#[test]
fn a_page_of_another_site_gets_nothing_even_with_the_token() {
    for origin in [
        "http://evil.test",
        "http://evil.test:7411",
        "https://127.0.0.1:7411",
        "http://127.0.0.1:7412",
        "http://127.0.0.1",
        "http://localhost:7411",
        "http://127.0.0.1:7411/",
        "http://127.0.0.1:7411.evil.test",
        "null",
        "",
        "file://",
    ] {
        for door in [loopback(), Door::Socket] {
            let host = if matches!(door, Door::Socket) {
                "localhost"
            } else {
                "127.0.0.1:7411"
            };
            let line = honest().with("host", host).with("origin", origin);
            let own = origin.strip_prefix("http://") == Some(host);
            assert!(!own, "{origin} is no foreign one");
            assert_eq!(line.status(&door), 403, "{origin}");
        }
    }
    let twice = honest()
        .with("origin", "http://127.0.0.1:7411")
        .and("origin", "http://evil.test");
    assert_eq!(twice.status(&loopback()), 403);
    for site in ["cross-site", "same-site", "SAME-ORIGIN", "", "elsewhere"] {
        let line = honest().with("sec-fetch-site", site);
        assert_eq!(line.status(&loopback()), 403, "{site}");
        let line = honest()
            .with("host", "localhost")
            .with("sec-fetch-site", site);
        assert_eq!(line.status(&Door::Socket), 403, "{site}");
    }
}

#[test]
fn our_own_page_and_a_typed_address_may_ask_with_the_token() {
    for line in [
        honest().with("origin", "http://127.0.0.1:7411"),
        honest()
            .with("host", "mai.localhost:7411")
            .with("origin", "http://mai.localhost:7411"),
        honest().with("sec-fetch-site", "same-origin"),
        honest().with("sec-fetch-site", "none"),
    ] {
        assert_eq!(line.status(&loopback()), 200, "{:?}", line.headers);
    }
}

#[test]
fn only_the_token_opens_the_api_and_never_a_cookie() {
    for sent in [
        "secret",
        "Bearer Secret",
        "Bearer ",
        "bearer secret",
        "Basic c2VjcmV0",
        "Bearer secret ",
    ] {
        assert_eq!(
            honest().with("authorization", sent).status(&loopback()),
            401,
            "{sent}"
        );
    }
    let twice = honest().and("authorization", "Bearer secret");
    assert_eq!(twice.status(&loopback()), 401);
    for cookie in [
        "beffroi_0011aabb=secret",
        "token=secret",
        "Authorization=Bearer secret",
    ] {
        let line = honest().without("authorization").with("cookie", cookie);
        assert_eq!(line.status(&loopback()), 401, "{cookie}");
    }
    for method in [Method::GET, Method::POST, Method::PATCH, Method::DELETE] {
        let line = honest().without("authorization").method(method);
        assert_eq!(line.status(&loopback()), 401);
    }
}

#[test]
fn whether_a_browser_may_ask_is_never_answered() {
    for door in [loopback(), Door::Socket] {
        let host = if matches!(door, Door::Socket) {
            "localhost"
        } else {
            "127.0.0.1:7411"
        };
        for line in [
            honest(),
            honest().without("authorization"),
            honest().with("origin", "http://evil.test"),
        ] {
            let line = line.with("host", host).method(Method::OPTIONS);
            assert_eq!(line.status(&door), 405);
        }
    }
    let foreign = honest().with("host", "evil.test").method(Method::OPTIONS);
    assert_eq!(foreign.status(&loopback()), 421);
}

#[test]
fn a_body_that_a_form_can_send_is_not_read() {
    for (sent, status) in [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("application/octet-stream", 200),
        ("text/plain", 415),
        ("Text/Plain;charset=utf-8", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
    ] {
        let line = honest().method(Method::POST).with("content-type", sent);
        assert_eq!(line.status(&loopback()), status, "{sent}");
        let line = line.with("host", "localhost");
        assert_eq!(line.status(&Door::Socket), status, "{sent}");
    }
    let twice = honest()
        .with("content-type", "application/json")
        .and("content-type", "text/plain");
    assert_eq!(twice.status(&loopback()), 415);
}

#[test]
fn a_supervisor_needs_no_token_and_a_rebound_name_learns_nothing() {
    let supervisor = honest()
        .without("authorization")
        .target(super::super::HEALTH);
    assert_eq!(supervisor.status(&loopback()), 200);
    let rebound = honest()
        .without("authorization")
        .with("host", "evil.test:7411");
    assert_eq!(
        rebound.target(super::super::HEALTH).status(&loopback()),
        421
    );
}

#[test]
fn the_socket_behind_somebodys_port_is_no_way_in_for_a_rebound_name() {
    for (host, status) in [
        ("localhost", 200),
        ("localhost:8080", 200),
        ("evil.test", 421),
        ("localhost.evil.test", 421),
        ("127.0.0.1.nip.io", 421),
    ] {
        let line = honest().without("authorization").with("host", host);
        assert_eq!(line.status(&Door::Socket), status, "{host}");
    }
}
