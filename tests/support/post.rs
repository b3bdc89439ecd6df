//! One post: a real `beffroid` with its own data folder, and the real `beffroi` speaking to it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::{binary, wait_until};

/// How a post is started.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The network namespace it runs in; none: this machine's loopback, without discovery.
    pub namespace: Option<String>,
    /// Its data folder; none: a temporary one.
    pub data: Option<PathBuf>,
    /// Further arguments of `beffroid`.
    pub arguments: Vec<String>,
    /// Variables of its environment.
    pub environment: Vec<(String, String)>,
    /// What its configuration file says beside the network, on loopback.
    pub config: String,
}

/// A running post. Dropping it kills the daemon and removes its temporary folder.
#[derive(Debug)]
pub struct Post {
    name: String,
    settings: Settings,
    folder: PathBuf,
    /// The same over restarts: without discovery it is how the others find it again.
    port: u16,
    child: Option<Child>,
    _temporary: Option<TempDir>,
}

/// What one command line answered.
#[derive(Debug)]
pub struct Answer {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Answer {
    /// What a process left.
    #[must_use]
    pub fn of(output: &Output) -> Answer {
        Answer {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The answer of a command that must succeed.
    ///
    /// # Panics
    /// With both outputs, when it failed.
    #[must_use]
    pub fn ok(self) -> Answer {
        assert_eq!(
            self.code, 0,
            "exit {}\n{}\n{}",
            self.code, self.out, self.err
        );
        self
    }

    /// Its output as JSON.
    ///
    /// # Panics
    /// When it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error} in {:?}, stderr {:?}", self.out, self.err))
    }
}

impl Post {
    /// Starts a post on loopback, without discovery, and waits until it answers.
    #[must_use]
    pub fn start(name: &str) -> Post {
        Post::start_with(name, Settings::default())
    }

    /// Starts a post and waits until it answers.
    #[must_use]
    pub fn start_with(name: &str, settings: Settings) -> Post {
        let mut post = Post::prepare(name, settings);
        post.restart();
        post
    }

    /// A post with its folder, not yet running.
    #[must_use]
    pub fn prepare(name: &str, settings: Settings) -> Post {
        let temporary = settings
            .data
            .is_none()
            .then(|| tempfile::tempdir().expect("a temporary folder"));
        let root = temporary.as_ref().map(|folder| folder.path().to_path_buf());
        let folder = settings
            .data
            .clone()
            .or(root.map(|root| root.join("data")))
            .expect("one of the two");
        Post {
            name: name.into(),
            settings,
            folder,
            port: free_port(),
            child: None,
            _temporary: temporary,
        }
    }

    /// Where its main port is on loopback.
    #[must_use]
    pub fn address(&self) -> String {
        format!("/ip4/127.0.0.1/tcp/{}", self.port)
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The address of its API.
    ///
    /// # Panics
    /// When it is not running.
    #[must_use]
    pub fn api_address(&self) -> std::net::SocketAddr {
        let address = fs::read_to_string(self.folder.join("api.addr")).expect("a running post");
        address.trim().parse().expect("an address")
    }

    /// The token of programs.
    ///
    /// # Panics
    /// When it never ran.
    #[must_use]
    pub fn token(&self) -> String {
        let token = fs::read_to_string(self.folder.join("api.token")).expect("a post that ran");
        token.trim().to_owned()
    }

    /// The log of the daemon, from its first start on.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn log_path(&self) -> PathBuf {
        self.folder.with_extension("log")
    }

    /// The command that starts the daemon, for tests that expect it to refuse.
    #[must_use]
    pub fn daemon_command(&self) -> Command {
        let mut command = self.inside(&binary("beffroid"));
        command
            .arg("--data")
            .arg(&self.folder)
            .args(["--api", "127.0.0.1:0"]);
        if self.settings.namespace.is_none() {
            let config = self.folder.with_extension("toml");
            let usual =
                "porch = [\"/ip4/127.0.0.1/tcp/0\"]\n[discovery]\nmdns = false\nbeacon = false\n";
            fs::write(&config, format!("{usual}{}", self.settings.config))
                .expect("a configuration file");
            command
                .arg("--config")
                .arg(config)
                .args(["--listen", &format!("/ip4/127.0.0.1/tcp/{}", self.port)]);
        }
        command.args(&self.settings.arguments);
        command.envs(self.settings.environment.iter().cloned());
        command
    }

    fn inside(&self, program: &Path) -> Command {
        match &self.settings.namespace {
            None => Command::new(program),
            Some(namespace) => {
                let mut command = Command::new("ip");
                command.args(["netns", "exec", namespace]).arg(program);
                command
            }
        }
    }

    /// The port of its main swarm, on loopback.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What its configuration file says from the next start on.
    pub fn configure(&mut self, config: &str) {
        self.settings.config = config.into();
    }

    /// Starts the daemon, again if need be, and waits until it answers.
    pub fn restart(&mut self) {
        self.kill();
        self.spawn();
        let name = self.name.clone();
        wait_until(&format!("{name} answers"), || {
            let ended = self
                .child
                .as_mut()
                .and_then(|child| child.try_wait().ok().flatten());
            assert!(
                ended.is_none(),
                "{name} ended with {ended:?}:\n{}",
                self.log()
            );
            self.run(&["status", "--json"]).code == 0
        });
    }

    /// Starts the daemon with more arguments, this time only, and waits until it answers.
    pub fn start_once(&mut self, arguments: &[&str]) {
        let more = arguments.iter().map(ToString::to_string);
        let usual = self.settings.arguments.clone();
        self.settings.arguments.extend(more);
        self.restart();
        self.settings.arguments = usual;
    }

    /// Sets a variable of the daemon's environment, from its next start on.
    pub fn set_environment(&mut self, name: &str, value: &str) {
        self.settings.environment.retain(|(known, _)| known != name);
        self.settings.environment.push((name.into(), value.into()));
    }

    /// Starts the daemon without waiting for it.
    pub fn spawn(&mut self) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_path())
            .expect("a log file");
        let error = log.try_clone().expect("a second handle");
        let mut command = self.daemon_command();
        command.stdin(Stdio::null()).stdout(log).stderr(error);
        self.child = Some(command.spawn().expect("beffroid starts"));
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// SIGTERM, and waits for the end.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            crate::system(&format!("kill -TERM {}", child.id()));
            let status = child.wait().expect("a child ends");
            assert!(
                status.success(),
                "{} ended with {status}:\n{}",
                self.name,
                self.log()
            );
        }
    }

    /// The process id of the daemon.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Runs `beffroi` against this post, in English.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Answer {
        let output = self.command(arguments).output().expect("beffroi starts");
        Answer::of(&output)
    }

    /// The command line that [`Post::run`] runs.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.inside(&binary("beffroi"));
        command
            .args(["--no-input", "--lang", "en", "--data"])
            .arg(&self.folder)
            .args(arguments);
        command.stdin(Stdio::null());
        command
    }

    /// Runs a command that must succeed, with `--json`.
    #[must_use]
    pub fn json(&self, arguments: &[&str]) -> Value {
        let mut arguments = arguments.to_vec();
        arguments.push("--json");
        self.run(&arguments).ok().json()
    }

    /// Creates a territory here.
    pub fn create_territory(&self, name: &str, code: &str) {
        let _ = self.json(&[
            "territory",
            "create",
            name,
            "--post",
            &self.name,
            "--code",
            code,
        ]);
    }

    /// Makes a code for one operator, and says where this post's porch is.
    #[must_use]
    pub fn invite(&self) -> (String, String) {
        let invite = self.json(&["invite", "--role", "operator"]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&invite["code"]), text(&invite["addresses"][0]))
    }

    /// Joins the territory of `host` with a fresh code, by typed address when on loopback.
    pub fn join(&self, host: &Post, code: &str) {
        let (invite, porch) = host.invite();
        let mut arguments = vec![
            "join", &invite, "--post", &self.name, "--code", code, "--wait", "50s",
        ];
        if self.settings.namespace.is_none() {
            arguments.extend(["--peer", &porch]);
        }
        let _ = self.run(&arguments).ok();
    }

    /// Joins the territory of `host` as these arguments of `invite` say.
    pub fn join_as(&self, host: &Post, code: &str, invited: &[&str]) {
        let invite = host.json(&[&["invite"], invited].concat());
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (invite, porch) = (text(&invite["code"]), text(&invite["addresses"][0]));
        let arguments = [
            "join", &invite, "--post", &self.name, "--code", code, "--wait", "50s", "--peer",
            &porch,
        ];
        let _ = self.run(&arguments).ok();
    }

    /// The digest of everything this post holds.
    #[must_use]
    pub fn digest(&self) -> String {
        self.json(&["digest"])["set_digest"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// The items of a list.
    #[must_use]
    pub fn list(&self, kind: &str) -> Vec<Value> {
        self.json(&["list", kind])["items"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- log of {} ---\n{}", self.name, self.log());
        }
        self.kill();
        if self.settings.data.is_some() {
            let _ = fs::remove_file(self.log_path());
        }
    }
}

/// A port that nobody listens on now.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound address").port()
}

/// Two posts of one territory: the town hall that founded it, and the Red Cross that joined.
#[must_use]
pub fn pair() -> (Post, Post) {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let croix_rouge = Post::start("Croix-Rouge");
    croix_rouge.join(&mairie, "CRF");
    (mairie, croix_rouge)
}

/// Waits until all posts hold the same set.
pub fn wait_equal(posts: &[&Post]) {
    wait_until("all posts end equal", || {
        let digests: Vec<String> = posts.iter().map(|post| post.digest()).collect();
        digests.windows(2).all(|pair| pair[0] == pair[1]) && !digests[0].is_empty()
    });
}
