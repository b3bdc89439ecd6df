//! Phones on the post's own Wi-Fi: off until turned on, let in by a link or the code of the day, few rights,
//! and out at once when somebody says so. What a phone sends is sent as bytes, honest or not.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;

use beffroi_tests::raw::{Line, Raw, request};
use beffroi_tests::{Post, Settings, post::pair, wait_until};

/// What stands in every field of these tests that takes a text: each breaks out of another place.
const HOSTILE: [&str; 5] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' autofocus onfocus='alert(1)",
    "</title></main><iframe src=//evil.test>",
    "{{7*7}} &lt;b&gt; javascript:alert(1)",
];

/// A phone's browser: one host, one cookie jar.
#[derive(Debug, Clone)]
struct Phone {
    address: SocketAddr,
    cookie: String,
}

impl Phone {
    fn new(address: SocketAddr) -> Phone {
        Phone {
            address,
            cookie: String::new(),
        }
    }

    fn get(&self, path: &str) -> Raw {
        let host = self.address.to_string();
        let headers = [("Host", host.as_str()), ("Cookie", &self.cookie)];
        Line::tcp(self.address).ask(&request("GET", path, &headers, ""))
    }

    /// Sends a form as a browser on plain http does.
    fn post(&self, path: &str, body: &str) -> Raw {
        let host = self.address.to_string();
        let origin = format!("http://{host}");
        let headers = [
            ("Host", host.as_str()),
            ("Origin", &origin),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Cookie", &self.cookie),
        ];
        Line::tcp(self.address).ask(&request("POST", path, &headers, body))
    }

    /// Keeps the session's cookie of an answer.
    fn keep(&mut self, raw: &Raw) {
        assert_eq!(raw.status, 303, "{}\n{}", raw.head, raw.body);
        assert_eq!(raw.header("location"), Some("/"));
        let cookie = raw.header("set-cookie").unwrap();
        for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
            assert!(cookie.split("; ").any(|known| known == part), "{cookie}");
        }
        assert!(!cookie.contains("Domain"));
        let pair = cookie.split(';').next().unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        assert!(name.starts_with("beffroi_") && name.len() == 16, "{name}");
        assert_eq!(value.len(), 64);
        self.cookie = pair.to_owned();
    }

    fn enter(&mut self, code: &str) {
        let raw = self.post("/enter", &format!("code={code}"));
        self.keep(&raw);
    }

    /// A hidden field of a form on a page.
    fn field(&self, path: &str, name: &str) -> String {
        let page = self.get(path);
        assert_eq!(page.status, 200, "{}", page.body);
        let mark = format!("name=\"{name}\" value=\"");
        let (_, rest) = page.body.split_once(&mark).unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    /// Fills in the form of one field and sends it.
    fn add(&self, what: &str, title: &str) -> Raw {
        let path = format!("/{what}/new");
        let (token, id) = (self.field(&path, "_t"), self.field(&path, "id"));
        let title = escaped(title);
        self.post(
            &format!("/{what}"),
            &format!("_t={token}&id={id}&title={title}"),
        )
    }

    fn is_in(&self) -> bool {
        self.get("/").status == 200
    }
}

/// A text in a form.
fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A post with phones on, on loopback, with their address, code and link.
struct On {
    post: Post,
    address: SocketAddr,
    code: String,
    link: String,
}

fn on() -> On {
    let post = Post::start("Mairie");
    post.create_territory("Orb-sur-Lez", "MAI");
    turned_on(post)
}

fn turned_on(post: Post) -> On {
    let said = post.json(&["phones", "on", "--address", "127.0.0.1:0"]);
    let text = |name: &str| said[name].as_str().unwrap().to_owned();
    let url = text("url");
    let address = url.strip_prefix("http://").unwrap().parse().unwrap();
    let link = text("link");
    On {
        post,
        address,
        code: text("code"),
        link: link.strip_prefix(&url).unwrap().to_owned(),
    }
}

fn phone_in(on: &On) -> Phone {
    let mut phone = Phone::new(on.address);
    phone.enter(&on.code);
    phone
}

#[test]
fn a_phone_comes_in_adds_a_need_and_reads_what_is_open() {
    let on = on();
    let _ = on
        .post
        .json(&["incident", "new", "Cave inondée", "--severity", "severe"]);
    let _ = on.post.json(&["need", "new", "Chauffage"]);
    let _ = on
        .post
        .run(&["need", "close", "MAI-002", "--reason", "satisfied"])
        .ok();
    let mut phone = Phone::new(on.address);
    // Looking at the link uses nothing up: previews do.
    for _ in 0..3 {
        let page = phone.get(&on.link);
        assert_eq!(page.status, 200);
        assert!(page.body.contains(&format!("action=\"{}\"", on.link)));
        assert!(page.header("set-cookie").is_none());
    }
    assert_eq!(phone.get("/").status, 401);
    let raw = phone.post(&on.link, "");
    phone.keep(&raw);
    let home = phone.get("/");
    assert_eq!(home.status, 200);
    assert!(home.body.contains("Cave inondée") && home.body.contains("MAI-001"));
    assert!(home.body.contains("grave"), "the word, not a colour only");
    assert!(!home.body.contains("Chauffage"), "closed ones are not open");
    let sent = phone.add("needs", "40 couvertures, gymnase");
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert_eq!(sent.header("location"), Some("/needs/MAI-003"));
    let shown = phone.get("/needs/MAI-003");
    assert!(shown.body.contains("40 couvertures, gymnase") && shown.body.contains("Gardé ici"));
    let sent = phone.add("incidents", "Arbre sur la D7");
    let place = sent.header("location").unwrap().to_owned();
    assert!(phone.get(&place).body.contains("Arbre sur la D7"));
    assert_eq!(
        on.post.json(&["need", "show", "MAI-003"])["title"],
        "40 couvertures, gymnase"
    );
    assert_eq!(
        on.post.json(&["incident", "list"])["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let english = phone.get("/?lang=en");
    assert!(english.body.contains("<html lang=\"en\">") && english.body.contains("What is open"));
    assert!(
        english
            .header("set-cookie")
            .unwrap()
            .starts_with("beffroi_lang=en;")
    );
}

#[test]
fn a_form_sent_twice_is_one_record_and_changed_it_is_asked_about() {
    let on = on();
    let phone = phone_in(&on);
    let (token, id) = (
        phone.field("/needs/new", "_t"),
        phone.field("/needs/new", "id"),
    );
    let form = |title: &str| format!("_t={token}&id={id}&title={title}");
    for _ in 0..2 {
        let sent = phone.post("/needs", &form("Eau"));
        assert_eq!(sent.header("location"), Some("/needs/MAI-001"));
    }
    let changed = phone.post("/needs", &form("Lait"));
    assert_eq!(changed.status, 409);
    assert!(
        changed.body.contains("value=\"Lait\""),
        "what was typed is kept"
    );
    assert!(!changed.body.contains(&id), "under another id");
    let empty = phone.add("needs", "   ");
    assert_eq!(empty.status, 422);
    assert!(empty.body.contains("class=\"fault\""));
    let long = phone.add("needs", &"é".repeat(5000));
    assert_eq!(long.status, 422);
    assert_eq!(phone.post("/needs", &form(&"x".repeat(70_000))).status, 413);
    assert_eq!(on.post.list("need").len(), 1);
}

#[test]
fn phones_are_off_until_turned_on_and_after_a_restart() {
    let mut post = Post::start("Mairie");
    assert_eq!(
        post.run(&["phones", "on", "--address", "127.0.0.1:0"]).code,
        1,
        "no territory"
    );
    post.create_territory("Orb-sur-Lez", "MAI");
    assert_eq!(post.json(&["phones", "list"])["on"], false);
    for refused in ["0.0.0.0", "0.0.0.0:7412", "::", "203.0.113.5", "localhost"] {
        assert_eq!(
            post.run(&["phones", "on", "--address", refused]).code,
            2,
            "{refused}"
        );
    }
    let taken = post.run(&["phones", "on", "--address", "192.168.254.253"]);
    assert_eq!(
        taken.code, 1,
        "an address of another machine: {}",
        taken.err
    );
    let said = post.json(&["phones", "on", "--address", "127.0.0.1:0"]);
    let address: SocketAddr = said["url"].as_str().unwrap()[7..].parse().unwrap();
    let mut phone = Phone::new(address);
    phone.enter(said["code"].as_str().unwrap());
    post.restart();
    assert_eq!(post.json(&["phones", "list"])["on"], false);
    assert!(std::net::TcpStream::connect(address).is_err());
    // Turned on again on the same address, nobody has to enter anew, and the poster is still right.
    let again = post.json(&["phones", "on", "--address", &address.to_string()]);
    assert_eq!(again["code"], said["code"]);
    assert!(phone.is_in());
    let _ = post.run(&["phones", "off"]).ok();
    assert!(std::net::TcpStream::connect(address).is_err());
    let after = post.json(&["phones", "on", "--address", &address.to_string()]);
    assert_ne!(
        after["code"], said["code"],
        "off means that every way in is another one"
    );
    assert!(!phone.is_in());
}

#[test]
fn phones_come_back_by_themselves_when_the_configuration_says_so() {
    let mut post = Post::prepare(
        "Mairie",
        Settings {
            config: "[phones]\nenabled = true\naddress = \"127.0.0.1:0\"\n".into(),
            ..Settings::default()
        },
    );
    post.restart();
    post.create_territory("Orb-sur-Lez", "MAI");
    let is_on = |post: &Post| post.json(&["phones", "list"])["on"] == true;
    wait_until("phones are on", || is_on(&post));
    post.restart();
    wait_until("phones are on again", || is_on(&post));
}

#[test]
fn a_used_link_and_a_wrong_code_let_nobody_in_and_guessing_ends() {
    let on = on();
    let mut phone = Phone::new(on.address);
    let raw = phone.post(&on.link, "");
    phone.keep(&raw);
    let second = Phone::new(on.address).post(&on.link, "");
    assert_eq!(second.status, 410);
    assert!(second.header("set-cookie").is_none());
    let made_up = format!("/open/{}", "0".repeat(32));
    assert_eq!(Phone::new(on.address).post(&made_up, "").status, 410);
    let guesser = Phone::new(on.address);
    let guesses: Vec<u16> = (0..8)
        .map(|_| guesser.post("/enter", "code=AAAAAAAA").status)
        .collect();
    assert_eq!(guesses, [401, 401, 401, 401, 401, 429, 429, 429]);
    let right = guesser.post("/enter", &format!("code={}", on.code));
    assert_eq!(
        right.status, 429,
        "the right one too: guessing must not end well"
    );
    // The link is 128 bits, which nobody guesses: it still lets a phone in.
    let fresh = on.post.json(&["phones", "on"]);
    let link = fresh["link"]
        .as_str()
        .unwrap()
        .split("/open/")
        .nth(1)
        .unwrap()
        .to_owned();
    let mut other = Phone::new(on.address);
    let raw = other.post(&format!("/open/{link}"), "");
    other.keep(&raw);
    assert!(other.is_in() && phone.is_in());
}

#[test]
fn a_rebound_name_reaches_no_page_of_phones() {
    let on = on();
    let phone = phone_in(&on);
    let port = on.address.port();
    let token = phone.field("/needs/new", "_t");
    for host in [
        "evil.test".to_owned(),
        format!("evil.test:{port}"),
        format!("127.0.0.1.nip.io:{port}"),
        format!("127.0.0.1.:{port}"),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
        "127.0.0.1".to_owned(),
        on.post.api_address().to_string(),
    ] {
        let origin = format!("http://{host}");
        for path in ["/", "/enter", &on.link, "/style.css", "/events", "/nothing"] {
            let headers = [("Host", host.as_str()), ("Cookie", &phone.cookie)];
            let raw = Line::tcp(on.address).ask(&request("GET", path, &headers, ""));
            assert_eq!(raw.status, 421, "{host} {path}");
            assert!(!raw.body.contains("Mairie"), "not even the post is told");
        }
        let headers = [
            ("Host", host.as_str()),
            ("Origin", &origin),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Cookie", &phone.cookie),
        ];
        for (path, body) in [
            ("/needs", format!("_t={token}&title=x")),
            ("/enter", format!("code={}", on.code)),
            (&on.link, String::new()),
        ] {
            let raw = Line::tcp(on.address).ask(&request("POST", path, &headers, &body));
            assert_eq!(raw.status, 421, "{host} {path}");
        }
    }
    assert!(on.post.list("need").is_empty());
}

#[test]
fn a_form_needs_its_origin_its_type_its_cookie_and_its_token() {
    let on = on();
    let (one, two) = (phone_in(&on), phone_in(&on));
    let (mine, theirs) = (one.field("/", "_t"), two.field("/", "_t"));
    assert_ne!(mine, theirs);
    assert_ne!(one.cookie, two.cookie);
    let host = on.address.to_string();
    let own = format!("http://{host}");
    let id = one.field("/needs/new", "id");
    let form = "application/x-www-form-urlencoded";
    let cookie = one.cookie.as_str();
    let send = |origin: &str, sent: &str, cookie: &str, token: &str, site: &str| {
        let all = [
            ("Host", host.as_str()),
            ("Origin", origin),
            ("Content-Type", sent),
            ("Cookie", cookie),
            ("Sec-Fetch-Site", site),
        ];
        let headers: Vec<(&str, &str)> = all
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let body = format!("_t={token}&id={id}&title=Eau");
        let raw = Line::tcp(on.address).ask(&request("POST", "/needs", &headers, &body));
        let head = raw.head.to_lowercase();
        assert!(!head.contains("access-control-"));
        assert!(head.contains("content-security-policy: default-src 'self';"));
        assert!(head.contains("x-content-type-options: nosniff"));
        raw.status
    };
    for (origin, sent, cookie, token, site, expected) in [
        ("", form, cookie, mine.as_str(), "", 403),
        ("null", form, cookie, &mine, "", 403),
        ("http://evil.test", form, cookie, &mine, "", 403),
        ("http://127.0.0.1:1", form, cookie, &mine, "", 403),
        (&own, form, cookie, &mine, "cross-site", 403),
        (&own, form, cookie, &mine, "same-site", 403),
        (&own, "text/plain", cookie, &mine, "", 415),
        (&own, "application/json", cookie, &mine, "", 415),
        (&own, form, "", &mine, "", 401),
        (&own, form, "beffroi_00000000=x", &mine, "", 401),
        (&own, form, cookie, "", "", 403),
        (&own, form, cookie, &theirs, "", 403),
        (&own, form, &two.cookie, &mine, "", 403),
        (&own, form, cookie, &"0".repeat(64), "", 403),
    ] {
        assert_eq!(
            send(origin, sent, cookie, token, site),
            expected,
            "{origin} {sent} {cookie} {token} {site}"
        );
    }
    assert!(
        on.post.list("need").is_empty(),
        "nothing of that was written"
    );
    assert_eq!(send(&own, form, cookie, &mine, "same-origin"), 303);
    // What another port of this host set beside ours changes nothing.
    let (name, _) = one.cookie.split_once('=').unwrap();
    let beside = format!("{name}=planted; {}; other=1", one.cookie);
    assert_eq!(send(&own, form, &beside, &mine, ""), 303);
    assert_eq!(on.post.list("need").len(), 1);
}

#[test]
fn a_phone_reads_nothing_private_does_no_act_and_reaches_no_api() {
    let (mairie, _other) = pair();
    let on = turned_on(mairie);
    let person = "contact={\"name\":\"Odile Planchard\",\"phone\":\"+33639981234\"}";
    let _ = on.post.json(&["need", "new", "Insuline", "--set", person]);
    let held = on.post.json(&["show", "MAI-001", "--private"]);
    assert!(held.to_string().contains("Planchard"), "{held}");
    let phone = phone_in(&on);
    let reference = "/needs/MAI-001";
    for path in ["/", reference, "/events-none", "/incidents/MAI-001"] {
        let page = phone.get(path);
        for private in ["Planchard", "639981234", "contact"] {
            assert!(!page.body.contains(private), "{path}\n{}", page.body);
        }
    }
    assert!(phone.get(reference).body.contains("Insuline"));
    let token = phone.field("/", "_t");
    let bearer = format!("Bearer {}", on.post.token());
    let host = on.address.to_string();
    for path in [
        "/needs/MAI-001/private",
        "/needs/MAI-001/history",
        "/api/v1/status",
        "/api/v1/needs",
        "/api/v1/needs/MAI-001/private",
        "/api/v1/phones",
        "/operations",
        "/resources",
        "/contacts",
        "/healthz",
        "/territory",
        "/invite",
        "/needs/%2e%2e/api",
        "//api/v1/status",
    ] {
        let status = phone.get(path).status;
        assert_eq!(status, 404, "{path}");
        let headers = [("Host", host.as_str()), ("Authorization", bearer.as_str())];
        let raw = Line::tcp(on.address).ask(&request("GET", path, &headers, ""));
        assert!([401, 404].contains(&raw.status), "{path}");
    }
    for path in [
        "/api/v1/invites",
        "/api/v1/needs",
        "/invites",
        "/territory",
        "/members/x/revoke",
        "/needs/MAI-001/forget",
        "/needs/MAI-001/steps",
        "/needs/MAI-001/archive",
        "/phones",
    ] {
        let status = phone
            .post(path, &format!("_t={token}&role=coordinator"))
            .status;
        assert_eq!(status, 404, "{path}");
    }
    // A bearer opens no page.
    let headers = [("Host", host.as_str()), ("Authorization", bearer.as_str())];
    let raw = Line::tcp(on.address).ask(&request("GET", "/", &headers, ""));
    assert_eq!(raw.status, 401);
    // And the phone's cookie opens no door of the API.
    let api = on.post.api_address();
    let own = api.to_string();
    let headers = [("Host", own.as_str()), ("Cookie", &phone.cookie)];
    let raw = Line::tcp(api).ask(&request("GET", "/api/v1/status", &headers, ""));
    assert_eq!(raw.status, 401);
    // Only the one field it was asked for is taken from a form.
    let (token, id) = (
        phone.field("/needs/new", "_t"),
        phone.field("/needs/new", "id"),
    );
    let more = format!("_t={token}&id={id}&title=Eau&priority=vital&status=closed&contact=x");
    let sent = phone.post("/needs", &more);
    let shown = on
        .post
        .json(&["show", &sent.header("location").unwrap()[7..]]);
    assert_eq!(shown["status"], "open");
    assert_ne!(shown["priority"], "vital");
}

#[test]
fn an_ended_session_is_out_at_once_with_its_open_stream() {
    let on = on();
    let (one, two) = (phone_in(&on), phone_in(&on));
    let open = |phone: &Phone| {
        let mut line = Line::tcp(phone.address);
        let host = phone.address.to_string();
        let headers = [("Host", host.as_str()), ("Cookie", &phone.cookie)];
        line.send(request("GET", "/events", &headers, "").as_bytes())
            .unwrap();
        assert!(line.until("event: hello"));
        line
    };
    let (mut first, mut second) = (open(&one), open(&two));
    let listed = on.post.json(&["phones", "list"]);
    let ids: Vec<&str> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(on.post.run(&["phones", "end", "00000000"]).code, 3);
    let _ = on.post.run(&["phones", "end", ids[0]]).ok();
    assert_eq!(one.get("/").status, 401);
    assert!(first.until("session_ended"), "its stream ended");
    let _ = on.post.json(&["need", "new", "Eau"]);
    assert!(second.until("event: record"), "the other goes on");
    assert!(two.is_in());
    // A phone ends itself, and the cookie is taken back.
    let token = two.field("/", "_t");
    assert_eq!(two.get("/end").status, 405, "looking at it ends nothing");
    assert_eq!(two.post("/end", "").status, 403);
    assert!(two.is_in());
    let ended = two.post("/end", &format!("_t={token}"));
    assert_eq!(ended.status, 200);
    assert!(ended.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert!(second.until("session_ended"));
    assert!(!two.is_in());
    // Off ends everything.
    let mut third = open(&phone_in(&on));
    let _ = on.post.run(&["phones", "off"]).ok();
    while third.receive().is_ok_and(|bytes| !bytes.is_empty()) {}
}

#[test]
fn what_the_disk_keeps_of_a_session_lets_nobody_in() {
    let on = on();
    let phone = phone_in(&on);
    let path = on.post.folder().join("local/phones.json");
    let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let folder = std::fs::metadata(path.parent().unwrap()).unwrap();
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);
    let kept = std::fs::read_to_string(&path).unwrap();
    let (name, value) = phone.cookie.split_once('=').unwrap();
    assert!(!kept.contains(value));
    let proof = kept.split("\"proof\":\"").nth(1).unwrap()[..64].to_owned();
    let thief = Phone {
        cookie: format!("{name}={proof}"),
        ..phone.clone()
    };
    assert!(!thief.is_in() && phone.is_in());
    assert!(!on.post.log().contains(value));
    assert!(!on.post.log().contains(&on.code));
}

#[test]
fn hostile_texts_come_out_as_text_on_every_page() {
    let on = on();
    for text in HOSTILE {
        let _ = on.post.json(&["need", "new", text]);
        let _ = on.post.json(&["incident", "new", text, "--place", text]);
    }
    let phone = phone_in(&on);
    let sent = phone.add("needs", HOSTILE[0]);
    assert_eq!(sent.status, 303);
    let mut pages = vec![
        phone.get("/"),
        phone.get("/needs/new"),
        phone.get("/needs/%3Cscript%3Ealert(1)%3C%2Fscript%3E"),
        phone.get("/?lang=%22%3E%3Cscript%3E"),
        phone.get("/open/%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"),
        phone.post("/enter", "code=%3Cscript%3Ealert(1)%3C%2Fscript%3E"),
    ];
    for number in 1..=10 {
        for kind in ["needs", "incidents"] {
            pages.push(phone.get(&format!("/{kind}/MAI-{number:03}")));
        }
    }
    let token = phone.field("/", "_t");
    for text in HOSTILE {
        let id = phone.field("/needs/new", "id");
        for title in [text.to_owned(), format!("{text}{}", "x".repeat(5000))] {
            let title = escaped(&title);
            let form = format!("_t={token}&id={id}&title={title}");
            pages.push(phone.post("/needs", &form));
            pages.push(phone.post("/needs", &format!("{form}x")));
            pages.push(phone.post("/needs", &format!("_t={token}&id={title}&title={title}")));
        }
    }
    let shown: String = pages.iter().map(|page| page.body.as_str()).collect();
    assert!(shown.contains("alert(1)"), "the texts are there");
    for page in &pages {
        only_our_tags(&page.body);
    }
}

/// Reads a page as a browser does: every tag and attribute must be one our templates have, and none may
/// bring in anything.
fn only_our_tags(page: &str) {
    const TAGS: [&str; 28] = [
        "!doctype", "html", "head", "meta", "title", "link", "body", "a", "p", "header", "main",
        "footer", "form", "input", "button", "label", "h1", "h2", "nav", "section", "ul", "li",
        "span", "select", "option", "/", "br", "div",
    ];
    const ATTRIBUTES: [&str; 30] = [
        "html",
        "lang",
        "charset",
        "name",
        "content",
        "rel",
        "href",
        "class",
        "id",
        "hreflang",
        "method",
        "action",
        "type",
        "value",
        "for",
        "required",
        "maxlength",
        "autocomplete",
        "autocapitalize",
        "spellcheck",
        "aria-describedby",
        "aria-label",
        "aria-labelledby",
        "aria-hidden",
        "role",
        "selected",
        "disabled",
        "title",
        "dir",
        "placeholder",
    ];
    let mut rest = page;
    while let Some((_, after)) = rest.split_once('<') {
        let (tag, behind) = tag_of(after);
        rest = behind;
        let mut words = tag.iter();
        let (name, _) = words.next().unwrap();
        let name = name.trim_start_matches('/');
        assert!(TAGS.contains(&name), "<{name}> in\n{page}");
        for (attribute, value) in words {
            assert!(
                ATTRIBUTES.contains(&attribute.as_str()),
                "{attribute}= in\n{page}"
            );
            let is_link = ["href", "action"].contains(&attribute.as_str());
            let is_own =
                value.starts_with('#') || (value.starts_with('/') && !value.starts_with("//"));
            assert!(!is_link || is_own, "{attribute}={value} in\n{page}");
        }
    }
}

/// The name and attributes of a tag, and what follows it.
fn tag_of(text: &str) -> (Vec<(String, String)>, &str) {
    let mut found: Vec<(String, String)> = Vec::new();
    let (mut word, mut value, mut quote, mut in_value) =
        (String::new(), String::new(), None, false);
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(end), letter) if letter == end => quote = None,
            (Some(_), letter) => value.push(letter),
            (None, '"' | '\'') if in_value => quote = Some(letter),
            (None, '=') if !in_value => in_value = true,
            (None, '>') => {
                if !word.is_empty() {
                    found.push((word.to_lowercase(), value));
                }
                return (found, &text[at + 1..]);
            }
            (None, letter) if letter.is_whitespace() => {
                if !word.is_empty() {
                    found.push((word.to_lowercase(), value));
                }
                (word, value, in_value) = (String::new(), String::new(), false);
            }
            (None, letter) if in_value => value.push(letter),
            (None, letter) => word.push(letter),
        }
    }
    panic!("a tag that does not end: {text}");
}

#[test]
fn an_observer_lets_no_phones_in() {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let observer = Post::start("Préfecture");
    observer.join_as(&mairie, "PREF", &["--role", "observer"]);
    let refused = observer.run(&["phones", "on", "--address", "127.0.0.1:0"]);
    assert_eq!(refused.code, 4, "{}", refused.err);
    assert_eq!(observer.run(&["phones", "off"]).code, 4);
    assert_eq!(observer.json(&["phones", "list"])["on"], false);
}

#[test]
fn silent_phones_stop_neither_the_others_nor_the_post() {
    let on = on();
    let phone = phone_in(&on);
    let silent: Vec<Line> = (0..200).map(|_| Line::tcp(on.address)).collect();
    assert!(phone.is_in());
    let _ = on.post.json(&["need", "new", "Eau"]);
    let half = format!(
        "POST /enter HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nc",
        on.address
    );
    let mut slow: Vec<Line> = (0..60).map(|_| Line::tcp(on.address)).collect();
    for line in &mut slow {
        // Some of these had to make room already.
        let _ = line.send(half.as_bytes());
    }
    assert!(phone.is_in());
    let _ = on.post.json(&["need", "new", "Lait"]);
    drop(silent);
}

#[test]
fn the_command_line_prints_what_a_person_needs_to_let_a_phone_in() {
    let on = on();
    let printed = on.post.run(&["phones", "on"]).ok();
    assert!(printed.out.contains(&format!("http://{}", on.address)));
    assert!(printed.out.contains(&on.code));
    assert!(printed.out.contains("/open/"));
    assert!(
        printed
            .out
            .lines()
            .filter(|line| line.contains('█'))
            .count()
            > 10,
        "a QR code"
    );
    assert!(
        printed.err.contains("others on this Wi-Fi may read"),
        "{}",
        printed.err
    );
    let _phone = phone_in(&on);
    let list = on.post.run(&["phones", "list"]).ok();
    assert!(
        list.out.contains(&on.code) && list.out.lines().count() >= 4,
        "{}",
        list.out
    );
}
