//! A scratch folder in which the real binary runs, and what it printed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The clock of the tests: after everything in fixtures/site.
pub const NOW: &str = "2026-11-22T03:15:00Z";

/// A scratch folder; gone at the end of the test.
pub struct Sandbox(tempfile::TempDir);

/// What a command left.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Sandbox {
    pub fn new() -> Sandbox {
        Sandbox(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Files below the folder, relative, sorted.
    pub fn files(&self) -> Vec<String> {
        let mut open = vec![self.0.path().to_path_buf()];
        let mut files = Vec::new();
        while let Some(folder) = open.pop() {
            for entry in folder.read_dir().unwrap().flatten() {
                if entry.path().is_dir() {
                    open.push(entry.path());
                } else {
                    files.push(entry.path().strip_prefix(self.0.path()).unwrap().to_string_lossy().into_owned());
                }
            }
        }
        files.sort();
        files
    }

    /// The binary, in this folder, in English, with a home of its own.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
        command.args(args).current_dir(self.0.path()).stdin(Stdio::null());
        command.env("LC_ALL", "en_US.UTF-8").env_remove("VIGIE_CONTACT").env("TZ", "UTC");
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::from(self.command(args).output().unwrap())
    }

    /// Runs with text on stdin.
    pub fn feed(&self, args: &[&str], input: &str) -> Ran {
        use std::io::Write;
        let mut child =
            self.command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        let writer = std::thread::spawn(move || _ = stdin.write_all(input.as_bytes()));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ran::from(output)
    }

    /// A configuration for the demo's files, with store and reports in this folder; returns its name.
    pub fn demo(&self) -> &'static str {
        let demo = std::fs::read_to_string(root().join("examples/demo/vigie.toml")).unwrap();
        let site = root().join("fixtures/site").display().to_string();
        self.write("vigie.toml", demo.replace("../../fixtures/site", &site).replace("\"out/", "\""));
        "vigie.toml"
    }

    /// The only report folder there is.
    pub fn report(&self, name: &str) -> String {
        let mut days: Vec<_> = self.path("reports").read_dir().unwrap().flatten().map(|day| day.path()).collect();
        assert_eq!(days.len(), 1, "{days:?}");
        std::fs::read_to_string(days.pop().unwrap().join(name)).unwrap()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        use std::os::unix::process::ExitStatusExt;
        let code = output.status.code().unwrap_or_else(|| 128 + output.status.signal().unwrap_or(0));
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ran { code, out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    /// The run, having ended with this code, without a panic.
    #[track_caller]
    pub fn ended(self, code: i32) -> Ran {
        assert!(!self.err.contains("panicked"), "{}", self.err);
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.out, self.err);
        self
    }

    /// The run, having ended well and said nothing on stderr.
    #[track_caller]
    pub fn silent(self) -> Ran {
        let ran = self.ended(0);
        assert_eq!(ran.err, "");
        ran
    }

    /// Rows of CSV, as one map a row.
    #[track_caller]
    pub fn csv(&self) -> Vec<Row> {
        rows(&self.out)
    }

    /// Lines of JSON.
    pub fn json(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

pub type Row = std::collections::BTreeMap<String, String>;

/// CSV with a heading, as one map a row.
#[track_caller]
pub fn rows(text: &str) -> Vec<Row> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.unwrap()).collect()
}
