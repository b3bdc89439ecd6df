//! Pages of `docs/walkthroughs` as tests: each command is run as a newcomer would type it, against
//! real posts, and must answer what the page shows. `docs/walkthroughs/README.md` has the syntax.

mod holes;
mod page;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::post::{Post, Settings};
use holes::{Holes, diff, matches, rewritten};
use page::{Step, steps};

/// How long a reading command is asked again before the page is said to be wrong: what another post
/// wrote needs a moment to arrive.
const READING_PATIENCE: Duration = Duration::from_secs(20);

/// The same when pages are rewritten: the answer may have changed for good.
const BLESSING_PATIENCE: Duration = Duration::from_secs(4);

/// Verbs that change nothing, and so may be asked again.
const READING: &[&str] = &["status", "list", "show", "conflicts", "digest", "history"];

/// Runs one page. With `BLESS=1` in the environment its output is rewritten instead of compared.
///
/// # Panics
/// With the page, the line and a diff, when a command answers something else.
pub fn run(path: &Path) {
    let text = fs::read_to_string(path).expect("the page");
    let steps = steps(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(!steps.is_empty(), "{} has no command", path.display());
    let bless = std::env::var_os("BLESS").is_some_and(|value| value == "1");
    let mut stage = Stage::new(bless);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    // From the end, so that the places of earlier steps stay true.
    let mut changes = Vec::new();
    for step in &steps {
        let answer = stage.play(step);
        if matches(&step.expected, &answer, &mut stage.holes) {
            continue;
        }
        assert!(
            bless,
            "{}:{}: {}\n{}\nBLESS=1 rewrites the page",
            path.display(),
            step.line,
            step.command,
            diff(&step.expected, &answer, &stage.holes)
        );
        let output = rewritten(&step.expected, &answer, &mut stage.holes);
        changes.push((step.output.clone(), output));
    }
    if changes.is_empty() {
        return;
    }
    for (range, output) in changes.into_iter().rev() {
        lines.splice(range, output);
    }
    fs::write(path, lines.join("\n") + "\n").expect("the page is written");
}

/// The posts of a page, and the folder in which its commands are typed.
struct Stage {
    folder: TempDir,
    posts: BTreeMap<String, Post>,
    holes: Holes,
    patience: Duration,
}

impl Stage {
    fn new(bless: bool) -> Stage {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut holes = Holes::default();
        holes.fill("FOLDER", &folder.path().display().to_string());
        Stage {
            folder,
            posts: BTreeMap::new(),
            holes,
            patience: if bless {
                BLESSING_PATIENCE
            } else {
                READING_PATIENCE
            },
        }
    }

    /// What a command answers; a reading one is asked again until it answers what is expected.
    fn play(&mut self, step: &Step) -> Vec<String> {
        let command = self.holes.filled(&step.command);
        match command.as_str() {
            "beffroid &" => self.post(&step.post).restart(),
            "kill %1" => self.post(&step.post).stop(),
            "kill -9 %1" => self.post(&step.post).kill(),
            _ => return self.type_in(step, &command),
        }
        Vec::new()
    }

    fn type_in(&self, step: &Step, command: &str) -> Vec<String> {
        let start = Instant::now();
        loop {
            let answer = self.answer(&step.post, command);
            let as_expected = matches(&step.expected, &answer, &mut self.holes.clone());
            if as_expected || !is_reading(command) || start.elapsed() > self.patience {
                return answer;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn post(&mut self, name: &str) -> &mut Post {
        let data = self.folder.path().join(name);
        let prepared = || {
            let settings = Settings {
                data: Some(data),
                ..Settings::default()
            };
            Post::prepare(name, settings)
        };
        self.posts.entry(name.to_owned()).or_insert_with(prepared)
    }

    /// One command in the shell, as it would be typed where `BEFFROI_DATA` names the post: both
    /// outputs as a terminal shows them, and the exit code when it is not 0.
    fn answer(&self, post: &str, command: &str) -> Vec<String> {
        let binaries = crate::binary("beffroi");
        let binaries = binaries.parent().expect("a folder").display();
        let system = std::env::var("PATH").unwrap_or_else(|_| "/usr/bin:/bin".into());
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{command}")])
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", format!("{binaries}:{system}"))
            .env("HOME", self.folder.path())
            .env("BEFFROI_DATA", self.folder.path().join(post))
            .env("BEFFROI_LANG", "en")
            .env("BEFFROI_NO_INPUT", "1")
            .stdin(Stdio::null())
            .output()
            .expect("a shell");
        let text = String::from_utf8_lossy(&output.stdout);
        let mut lines: Vec<String> = text
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect();
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        match output.status.code() {
            Some(0) => {}
            Some(code) => lines.push(format!("(exit {code})")),
            None => lines.push("(killed)".to_owned()),
        }
        lines
    }
}

fn is_reading(command: &str) -> bool {
    let mut words = command.split_whitespace();
    words.next() == Some("beffroi") && words.take(2).any(|word| READING.contains(&word))
}
