//! The transport against real servers: long paths, nobody there, silence, streams.

use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, post};
use rustix::fs::{Mode, OFlags};
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, UnixListener};

use super::connect::SOCKET_PATH_BYTES_MAX;
use super::{Address, Client, ClientError, Why, new_id};
use crate::event::Event;
use crate::problem::{Cause, Code, Problem};
use crate::reply::{Digest, ImportReport};
use crate::request::{Export, Import};
use crate::{Kind, Language, Schema};

fn digest() -> axum::Json<Digest> {
    axum::Json(Digest {
        schema: Schema,
        set_digest: "00".repeat(32),
        words: vec!["un".into(); 6],
        entries: 7,
    })
}

/// Binds as the daemon does: through the open folder when the path is long.
fn bind(path: &Path) -> UnixListener {
    let folder = path.parent().unwrap();
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let held = rustix::fs::open(folder, flags, Mode::empty()).unwrap();
    let short = format!("/proc/self/fd/{}/api.sock", held.as_raw_fd());
    UnixListener::bind(short).unwrap()
}

fn serve(path: &Path, router: Router) {
    let listener = bind(path);
    tokio::spawn(async move { axum::serve(listener, router).await });
}

fn at(path: &Path) -> Client {
    Client::new(Address::Unix(path.to_owned()), Language::English)
}

fn short_path() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.sock");
    (folder, path)
}

fn import() -> Import {
    Import {
        kind: Kind::Incident,
        format: None,
        name: "a.csv".into(),
        dry_run: false,
        strict: false,
        update: false,
        operation: None,
        map: Vec::new(),
    }
}

#[tokio::test]
async fn a_socket_at_a_path_too_long_to_bind_is_reached() {
    let folder = tempfile::tempdir().unwrap();
    let mut deep = folder.path().to_owned();
    while deep.as_os_str().len() <= 3 * SOCKET_PATH_BYTES_MAX {
        deep.push("un-dossier-au-nom-long");
    }
    std::fs::create_dir_all(&deep).unwrap();
    let path = deep.join("api.sock");
    serve(
        &path,
        Router::new().route("/api/v1/digest", get(async || digest())),
    );
    assert_eq!(at(&path).digest().await.unwrap().entries, 7);
}

#[tokio::test]
async fn nobody_there_is_told_apart_by_its_reason() {
    let (_folder, path) = short_path();
    let reason = async |client: Client| match client.status().await {
        Err(error @ ClientError::Unreachable { .. }) => {
            assert_eq!(error.exit(), 69);
            let ClientError::Unreachable { why, .. } = error else {
                unreachable!()
            };
            why
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(reason(at(&path)).await, Why::NoSuchFile);
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert_eq!(reason(at(&path)).await, Why::Refused);
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, "").unwrap();
    assert_eq!(reason(at(&path)).await, Why::NotASocket);

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let address: Address = format!("http://127.0.0.1:{port}").parse().unwrap();
    assert_eq!(
        reason(Client::new(address, Language::French)).await,
        Why::Refused
    );
}

#[tokio::test]
async fn a_long_path_with_nobody_there_says_so_too() {
    let long = PathBuf::from(format!("/{}/api.sock", "x/".repeat(100)));
    match at(&long).status().await {
        Err(ClientError::Unreachable { why, address }) => {
            assert_eq!(why, Why::NoSuchFile);
            assert_eq!(address.to_string(), long.display().to_string());
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_daemon_that_says_nothing_is_given_up() {
    let (_folder, path) = short_path();
    let listener = bind(&path);
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    match at(&path).status().await {
        Err(error @ ClientError::TimedOut { .. }) => assert_eq!(error.exit(), 75),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn language_token_and_host_travel_with_the_request() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: Address = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let expected_host = address.host();
    let check = async move |headers: HeaderMap| {
        assert_eq!(headers[header::ACCEPT_LANGUAGE], "fr");
        assert_eq!(headers[header::AUTHORIZATION], "Bearer t0k");
        assert_eq!(headers[header::HOST], expected_host);
        digest()
    };
    let router = Router::new().route("/api/v1/digest", get(check));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let client = Client::new(address.with_token(Some("t0k".into())), Language::French);
    assert!(client.digest().await.is_ok());
}

#[tokio::test]
async fn a_problem_comes_back_as_it_was_said_and_other_words_do_not_pass_for_one() {
    let (_folder, path) = short_path();
    let refuse = async || {
        let problem = Problem::new(Language::English, &Cause::TerritoryMissing {});
        (StatusCode::CONFLICT, axum::Json(problem))
    };
    let router = Router::new()
        .route("/api/v1/digest", get(refuse))
        .route("/api/v1/status", get(async || "hello"))
        .route(
            "/api/v1/doctor",
            get(async || (StatusCode::BAD_GATEWAY, "proxy")),
        );
    serve(&path, router);
    match at(&path).digest().await {
        Err(ClientError::Problem(problem)) => {
            assert_eq!(problem.code, Code::NoTerritory);
            assert!(problem.hint.contains("beffroi territory create"));
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        at(&path).status().await,
        Err(ClientError::Unreadable { .. })
    ));
    assert!(matches!(
        at(&path).doctor().await,
        Err(ClientError::Unreadable { .. })
    ));
}

#[tokio::test]
async fn a_large_file_streams_in_and_its_report_comes_back() {
    const BYTES: u64 = 5_000_000;
    let (_folder, path) = short_path();
    let take = async |request: Request| {
        assert!(request.headers().get(header::CONTENT_LENGTH).is_none());
        let bytes = axum::body::to_bytes(request.into_body(), usize::MAX)
            .await
            .unwrap();
        axum::Json(ImportReport {
            schema: Schema,
            dry_run: false,
            format: "csv".into(),
            read_as: String::new(),
            rows: bytes.len() as u64,
            created: 0,
            updated: 0,
            already: 0,
            rejected: Vec::new(),
            rejected_total: 0,
            notes: Vec::new(),
            private_fields: 0,
            left_out_columns: Vec::new(),
            rejected_rows: None,
        })
    };
    serve(&path, Router::new().route("/api/v1/imports", post(take)));
    let file = tokio::io::repeat(b'x').take(BYTES);
    let report = at(&path).import(&import(), file).await.unwrap();
    assert_eq!(report.rows, BYTES);
}

#[tokio::test]
async fn an_export_is_written_whole_or_fails() {
    let (_folder, path) = short_path();
    let whole = async || {
        let summary = crate::path::escape("2 besoins exportés");
        let headers = [(Export::SUMMARY_HEADER, summary)];
        (headers, Body::from("x".repeat(3_000_000)))
    };
    serve(
        &path,
        Router::new().route("/api/v1/exports/csv", get(whole)),
    );
    let export = Export {
        format: "csv".into(),
        what: Vec::new(),
        excel: false,
        operation: None,
    };
    let mut file = Vec::new();
    let exported = at(&path).export(&export, &mut file).await.unwrap();
    assert_eq!(exported.bytes, 3_000_000);
    assert_eq!(exported.summary.as_deref(), Some("2 besoins exportés"));
    assert_eq!(file.len(), 3_000_000);

    let (_folder, path) = short_path();
    let listener = bind(&path);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let cut = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n";
            let mut asked = [0; 1024];
            let _ = stream.read(&mut asked).await;
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, cut).await;
        }
    });
    let mut file = Vec::new();
    let cut = at(&path).export(&export, &mut file).await;
    assert!(matches!(cut, Err(ClientError::Broken { .. })), "{cut:?}");
}

#[tokio::test]
async fn events_arrive_in_order_until_the_daemon_closes() {
    let (_folder, path) = short_path();
    let stream = async || {
        let bye = Event::Bye {
            reason: "ending".into(),
        };
        let members = Event::Members {};
        format!(
            ": hello\n\n{}{}",
            members.to_wire().unwrap(),
            bye.to_wire().unwrap()
        )
    };
    serve(&path, Router::new().route("/api/v1/events", get(stream)));
    let mut events = at(&path).events(Some(4)).await.unwrap();
    assert_eq!(events.next().await.unwrap(), Some(Event::Members {}));
    assert!(matches!(
        events.next().await.unwrap(),
        Some(Event::Bye { .. })
    ));
    assert_eq!(events.next().await.unwrap(), None);
}

#[test]
fn ids_made_here_are_version_7_and_sort_by_time() {
    let early = new_id(1_700_000_000_000, [255; 10]);
    let late = new_id(1_700_000_000_001, [0; 10]);
    assert_eq!(early.get_version_num(), 7);
    assert!(early < late);
}
