//! The doors of the local API over real sockets: who passes, with which proof, and what a client that
//! sends too much, too slowly or nothing at all can do to the others.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use beffroi_tests::raw::{Line, Raw, request};
use beffroi_tests::{Post, Settings, binary, system, wait_until};

/// Headers of every answer, whatever it is.
const SEALS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "same-origin"),
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'",
    ),
];

fn is_sealed(raw: &Raw, what: &str) {
    for (name, value) in SEALS {
        assert_eq!(raw.header(name), Some(value), "{what}\n{}", raw.head);
    }
    let head = raw.head.to_lowercase();
    assert!(!head.contains("access-control-"), "{what}\n{head}");
    assert!(!head.contains("set-cookie"), "{what}\n{head}");
}

fn post() -> Post {
    let post = Post::start("Mairie");
    post.create_territory("Orb-sur-Lez", "MAI");
    post
}

#[test]
fn what_passes_the_loopback_door_is_a_table() {
    let post = post();
    let address = post.api_address();
    let (own, port) = (address.to_string(), address.port());
    let bearer = format!("Bearer {}", post.token());
    let digest = post.digest();
    let json = ("content-type", "application/json");
    let foreign: Vec<String> = [
        "evil.test:PORT",
        "evil.test",
        "127.0.0.1.nip.io:PORT",
        "127.0.0.1.:PORT",
        "localhost.:PORT",
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]:PORT",
        "0.0.0.0:PORT",
        "192.168.1.20:PORT",
        "127.0.0.1:1",
        "a.b.localhost:PORT",
    ]
    .iter()
    .map(|host| host.replace("PORT", &port.to_string()))
    .collect();
    let ask = |method: &str, target: &str, headers: &[(&str, &str)], body: &str| {
        let raw = Line::tcp(address).ask(&request(method, target, headers, body));
        is_sealed(&raw, &format!("{method} {target} {headers:?}"));
        raw.status
    };
    let status = "/api/v1/status";
    let auth = ("authorization", bearer.as_str());

    // Rebinding: the right address, the wrong name, whatever else is right.
    for host in &foreign {
        let host = ("host", host.as_str());
        assert_eq!(ask("GET", status, &[host, auth], ""), 421, "{host:?}");
        assert_eq!(ask("GET", "/healthz", &[host], ""), 421, "{host:?}");
        assert_eq!(ask("POST", "/api/v1/needs", &[host, auth, json], "{}"), 421);
        assert_eq!(ask("OPTIONS", status, &[host], ""), 421);
    }
    assert_eq!(ask("GET", status, &[auth], ""), 421, "no host at all");
    let host = ("host", own.as_str());
    let evil = ("host", "evil.test");
    assert_eq!(ask("GET", status, &[host, evil, auth], ""), 421);
    assert_eq!(ask("GET", status, &[evil, host, auth], ""), 421);
    let absolute = format!("http://evil.test:{port}{status}");
    assert_eq!(ask("GET", &absolute, &[host, auth], ""), 421);
    let absolute = format!("http://{own}{status}");
    assert_eq!(ask("GET", &absolute, &[host, auth], ""), 200);

    // The names of this machine.
    for own in ["127.0.0.1", "localhost", "[::1]", "mai.localhost"] {
        let host = format!("{own}:{port}");
        assert_eq!(
            ask("GET", status, &[("host", &host), auth], ""),
            200,
            "{host}"
        );
    }

    // Another site, or a program of another port, even with the token.
    for origin in [
        "http://evil.test",
        "null",
        "http://127.0.0.1:1",
        &format!("https://{own}"),
        &format!("http://localhost:{port}"),
    ] {
        let origin = ("origin", origin);
        assert_eq!(
            ask("GET", status, &[host, auth, origin], ""),
            403,
            "{origin:?}"
        );
        let new = [host, auth, origin, json];
        assert_eq!(ask("POST", "/api/v1/needs", &new, "{}"), 403, "{origin:?}");
    }
    for site in ["cross-site", "same-site"] {
        let site = ("sec-fetch-site", site);
        assert_eq!(ask("GET", status, &[host, auth, site], ""), 403, "{site:?}");
    }
    let own_origin = format!("http://{own}");
    let own_page = [
        host,
        auth,
        ("origin", own_origin.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    assert_eq!(ask("GET", status, &own_page, ""), 200);

    // The token, and nothing else.
    assert_eq!(ask("GET", status, &[host], ""), 401);
    for cookie in ["beffroi_00000000", "token", "authorization"] {
        let cookie = format!("{cookie}={}", post.token());
        assert_eq!(ask("GET", status, &[host, ("cookie", &cookie)], ""), 401);
    }
    let both = format!("beffroi_00000000={}", post.token());
    assert_eq!(
        ask("GET", status, &[host, auth, ("cookie", &both)], ""),
        200
    );
    assert_eq!(
        ask("GET", status, &[host, ("authorization", "Bearer x")], ""),
        401
    );
    let query = format!("{status}?token={}", post.token());
    assert_eq!(ask("GET", &query, &[host], ""), 401);

    // Methods and types.
    assert_eq!(ask("OPTIONS", status, &[host, auth], ""), 405);
    assert_eq!(ask("OPTIONS", "/api/v1/none/such", &[host, auth], ""), 405);
    assert_eq!(ask("PUT", status, &[host, auth, json], "{}"), 405);
    assert_eq!(ask("GET", "/api/v1/sync", &[host, auth], ""), 405);
    assert_eq!(ask("GET", "/nothing", &[host, auth], ""), 404);
    assert_eq!(ask("POST", "/api/v1/needs", &[host, auth, json], "{}"), 400);
    for sent in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
    ] {
        let sent = ("content-type", sent);
        assert_eq!(
            ask("POST", "/api/v1/needs", &[host, auth, sent], "{}"),
            415,
            "{sent:?}"
        );
    }
    assert_eq!(
        ask("POST", "/api/v1/needs", &[host, auth], "{}"),
        415,
        "no type"
    );
    for path in [
        "/api/v1/imports?as=need",
        "/api/v1/bundles/read",
        "/api/v1/bundles/show",
    ] {
        let form = ("content-type", "text/plain");
        assert_eq!(ask("POST", path, &[host, auth, form], "a,b"), 415, "{path}");
    }
    assert_eq!(ask("GET", "/healthz", &[host], ""), 200);
    assert_eq!(post.digest(), digest, "nothing was written");
}

#[test]
fn the_socket_takes_no_page_and_no_rebound_name() {
    let post = post();
    let socket = post.folder().join("api.sock");
    let ask = |method: &str, headers: &[(&str, &str)]| {
        let raw = Line::unix(&socket).ask(&request(method, "/api/v1/status", headers, ""));
        is_sealed(&raw, &format!("{method} {headers:?}"));
        raw.status
    };
    let host = ("host", "localhost");
    assert_eq!(ask("GET", &[host]), 200);
    assert_eq!(ask("GET", &[("host", "localhost:8080")]), 200);
    for foreign in [
        "evil.test",
        "evil.test:8080",
        "127.0.0.1.nip.io",
        "localhost.",
    ] {
        assert_eq!(ask("GET", &[("host", foreign)]), 421, "{foreign}");
    }
    assert_eq!(ask("GET", &[host, ("origin", "http://evil.test")]), 403);
    assert_eq!(ask("GET", &[host, ("sec-fetch-site", "cross-site")]), 403);
    assert_eq!(ask("OPTIONS", &[host]), 405);
}

#[test]
fn reading_changes_nothing() {
    let post = post();
    let _ = post.json(&["need", "new", "40 couvertures"]);
    let digest = post.digest();
    for path in [
        "incidents",
        "needs",
        "needs/MAI-001",
        "needs/MAI-001/history",
        "records/MAI-001",
        "conflicts",
        "status",
        "digest",
        "doctor",
        "peers",
        "version",
        "territory",
        "invites",
        "journal",
        "journal/export",
        "journal/openings",
        "phones",
        "exports/geojson",
    ] {
        let path = format!("/api/v1/{path}");
        let asked = request("GET", &path, &[("host", "localhost")], "");
        let raw = Line::unix(&post.folder().join("api.sock")).ask(&asked);
        assert_eq!(raw.status, 200, "{path}\n{}", raw.body);
    }
    assert_eq!(post.digest(), digest);
    assert!(
        post.json(&["invite", "list"])["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert_eq!(post.json(&["phones", "list"])["on"], false);
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let post = post();
    let socket = post.folder().join("api.sock");
    let head =
        "POST /api/v1/needs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    // Not one byte of the body is sent, so the answer cannot have waited for it.
    let mut line = Line::unix(&socket);
    line.send(format!("{head}Content-Length: 10000000\r\n\r\n").as_bytes())
        .unwrap();
    let raw = line.all();
    assert_eq!(raw.status, 413, "{}", raw.head);
    assert!(
        raw.body.contains("64 Ki") || raw.body.contains("64\u{a0}Ki"),
        "{}",
        raw.body
    );
    // Without a length, as soon as it is too much.
    let mut line = Line::unix(&socket);
    line.send(format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes())
        .unwrap();
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
    for _ in 0..17 {
        line.send(chunk.as_bytes()).unwrap();
    }
    assert_eq!(line.all().status, 413);
    // Heads: one long line, and many short ones.
    let long = format!(
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n",
        "x".repeat(64_000)
    );
    assert_eq!(Line::unix(&socket).ask(&long).status, 431);
    let many = format!(
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\n{}\r\n",
        "X: y\r\n".repeat(100)
    );
    assert_eq!(Line::unix(&socket).ask(&many).status, 431);
    let (_, path) = ("", format!("/healthz?{}", "x".repeat(64_000)));
    let long = request("GET", &path, &[("host", "localhost")], "");
    assert!([414, 431].contains(&Line::unix(&socket).ask(&long).status));
}

/// Runs a command, which must end long before the patience with those who are stuck does.
fn works(post: &Post, what: &str) {
    let began = Instant::now();
    let _ = post.json(&["need", "new", what]);
    assert!(
        began.elapsed() < Duration::from_secs(9),
        "{what} took {:?}",
        began.elapsed()
    );
}

#[test]
fn two_hundred_silent_connections_and_forty_half_bodies_stop_nobody() {
    let post = post();
    let (socket, address) = (post.folder().join("api.sock"), post.api_address());
    let silent: Vec<Line> = (0..200)
        .flat_map(|_| [Line::unix(&socket), Line::tcp(address)])
        .collect();
    works(&post, "beside silent ones");
    // More than may be worked on at once, and all with the right token.
    let head = format!(
        "POST /api/v1/needs HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{{",
        post.token()
    );
    let mut half: Vec<Line> = (0..40).map(|_| Line::tcp(address)).collect();
    for line in &mut half {
        line.send(head.as_bytes()).unwrap();
    }
    let on_the_socket = head.replace(&address.to_string(), "localhost");
    let mut beside: Vec<Line> = (0..40).map(|_| Line::unix(&socket)).collect();
    for line in &mut beside {
        line.send(on_the_socket.as_bytes()).unwrap();
    }
    works(&post, "beside half bodies");
    let bearer = format!("Bearer {}", post.token());
    let own = address.to_string();
    let headers = [("host", own.as_str()), ("authorization", bearer.as_str())];
    let raw = Line::tcp(address).ask(&request("GET", "/api/v1/status", &headers, ""));
    assert_eq!(raw.status, 200);
    // A half body is answered, and does not hold its place for ever.
    assert_eq!(half.remove(39).all().status, 503);
    drop(silent);
}

#[test]
fn a_head_or_a_body_at_a_byte_a_second_is_cut_off() {
    let post = post();
    let socket = post.folder().join("api.sock");
    let cut_after = |start: &str| {
        let mut line = Line::unix(&socket);
        let began = Instant::now();
        let mut alive = line.send(start.as_bytes()).is_ok();
        while alive && began.elapsed() < Duration::from_secs(50) {
            sleep(Duration::from_secs(1));
            alive = line.send(b"x").is_ok();
        }
        began.elapsed()
    };
    let body = "POST /api/v1/needs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Content-Length: 60000\r\n\r\n";
    let file = "POST /api/v1/imports?as=need HTTP/1.1\r\nHost: localhost\r\n\
                Content-Type: application/octet-stream\r\nContent-Length: 60000\r\n\r\n";
    std::thread::scope(|scope| {
        let starts = ["GET /healthz HTTP/1.1\r\nX: ", body, file];
        let slow = starts.map(|start| (start, scope.spawn(move || cut_after(start))));
        let idle = scope.spawn(|| {
            let mut line = Line::unix(&socket);
            line.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .unwrap();
            assert!(
                line.until("\r\n\r\nok"),
                "it is kept open for the next request"
            );
            let began = Instant::now();
            assert_eq!(line.all().status, 0, "nothing more comes");
            began.elapsed()
        });
        works(&post, "beside slow ones");
        for (start, slow) in slow {
            let took = slow.join().unwrap();
            assert!(
                took < Duration::from_secs(45),
                "{start} went on for {took:?}"
            );
        }
        let took = idle.join().unwrap();
        assert!(
            took > Duration::from_secs(5) && took < Duration::from_secs(45),
            "{took:?}"
        );
    });
    works(&post, "after slow ones");
}

#[test]
fn a_fifth_stream_of_events_closes_the_first() {
    let post = post();
    let socket = post.folder().join("api.sock");
    let open = || {
        let mut line = Line::unix(&socket);
        let asked = request("GET", "/api/v1/events", &[("host", "localhost")], "");
        line.send(asked.as_bytes()).unwrap();
        assert!(line.until("event: hello"));
        line
    };
    let mut streams: Vec<Line> = (0..5).map(|_| open()).collect();
    assert!(streams[0].until("too_many_streams"));
    let _ = post.json(&["need", "new", "40 couvertures"]);
    for stream in &mut streams[1..] {
        assert!(stream.until("event: record"));
    }
}

#[test]
fn the_socket_is_for_its_owner_even_when_its_mode_says_otherwise() {
    let post = post();
    let socket = post.folder().join("api.sock");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&socket), 0o600);
    assert_eq!(mode(post.folder()), 0o700);
    assert_eq!(mode(&post.folder().join("api.token")), 0o600);
    // Somebody opens everything by mistake; the uid of the other end still counts.
    let parent = post.folder().parent().unwrap();
    for path in [parent, post.folder(), &socket] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
    }
    let Some(answer) = as_nobody(&[], post.folder()) else {
        eprintln!("skipped: another user needs root and setpriv");
        return;
    };
    assert!(!answer, "another user was served");
    assert!(
        post.log()
            .contains("another user of this machine was turned away")
    );
    assert_eq!(post.run(&["status"]).code, 0);
}

#[test]
fn a_service_is_used_by_its_group_and_nobody_else() {
    let Some(group) = group_of_this_machine() else {
        eprintln!("skipped: another user needs root, setpriv and a group");
        return;
    };
    let temporary = tempfile::tempdir().unwrap();
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(temporary.path(), open).unwrap();
    let post = Post::start_with(
        "Mairie",
        Settings {
            data: Some(temporary.path().join("data")),
            config: format!("[socket]\ngroup = \"{}\"\n", group.0),
            ..Settings::default()
        },
    );
    let socket = post.folder().join("api.sock");
    let mode = std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o660);
    assert!(post.log().contains("may not enter the data folder"));
    system(&format!("chgrp {} {}", group.0, post.folder().display()));
    system(&format!("chmod 0750 {}", post.folder().display()));
    let member = format!("--groups={}", group.1);
    assert_eq!(as_nobody(&[&member], post.folder()), Some(true));
    assert_eq!(as_nobody(&[], post.folder()), Some(false));
}

#[test]
fn a_group_that_does_not_exist_is_said_at_the_start() {
    let post = Post::prepare(
        "Mairie",
        Settings {
            config: "[socket]\ngroup = \"no-such-group\"\n".into(),
            ..Settings::default()
        },
    );
    let output = post.daemon_command().stdin(Stdio::null()).output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("no-such-group"), "{said}");
}

/// A group of this machine that is not root's, with its number; none when this test is not root.
fn group_of_this_machine() -> Option<(String, String)> {
    let table = std::fs::read_to_string("/etc/group").ok()?;
    let line = table.lines().find(|line| line.starts_with("users:"))?;
    let mut fields = line.split(':');
    let (name, number) = (fields.next()?, fields.nth(1)?);
    as_nobody(&[], Path::new("/"))?;
    Some((name.to_owned(), number.to_owned()))
}

/// Whether `beffroi version` is served to another user; none when nobody can become another user here.
fn as_nobody(groups: &[&str], data: &Path) -> Option<bool> {
    // Copied out, since the folder of the build may be closed to others.
    let temporary = tempfile::tempdir().unwrap();
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(temporary.path(), open).unwrap();
    let program = temporary.path().join("beffroi");
    std::fs::copy(binary("beffroi"), &program).unwrap();
    let mut setpriv = Command::new("setpriv");
    setpriv.args(["--reuid=65534", "--regid=65534"]);
    if groups.is_empty() {
        setpriv.arg("--clear-groups");
    }
    setpriv.args(groups);
    let mut able = Command::new("setpriv");
    able.args(["--reuid=65534", "--regid=65534", "--clear-groups", "true"]);
    let able = able.stderr(Stdio::null()).status().ok()?;
    if !able.success() {
        return None;
    }
    let output = setpriv
        .arg(&program)
        .args(["--no-input", "--lang", "en", "--data"])
        .arg(data)
        .arg("status")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    std::io::stderr().write_all(&output.stderr).unwrap();
    Some(output.status.success())
}

#[test]
fn a_supervisor_that_stops_the_post_does_not_wait_for_open_streams() {
    let mut post = post();
    let mut line = Line::unix(&post.folder().join("api.sock"));
    let asked = request("GET", "/api/v1/events", &[("host", "localhost")], "");
    line.send(asked.as_bytes()).unwrap();
    assert!(line.until("event: hello"));
    post.stop();
    assert!(line.until("\"ending\""));
    wait_until("the stream ends", || {
        line.receive().map_or(true, |bytes| bytes.is_empty())
    });
}
