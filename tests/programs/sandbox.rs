//! A folder with the cases of a test and the run folders of its runs.

use std::collections::BTreeMap;
use std::env::{self, join_paths, split_paths};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::interrupt::make_interruptible;
use crate::lock::is_held;
use crate::path::case_program;

/// Longest wait for something that happens at once on a quiet machine.
pub const PATIENCE: Duration = Duration::from_mins(1);

pub struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    /// Creates `cases` cases with x from 0 and y 2.
    pub fn new(cases: usize) -> Self {
        let rows: Vec<_> = (0..cases).map(|x| format!("case {x},{x},2\n")).collect();
        Self::with_cases(&format!("name,x,y\n{}", rows.concat()))
    }

    pub fn with_cases(cases: &str) -> Self {
        let sandbox = Self { folder: tempdir().unwrap() };
        sandbox.write("cases.csv", cases);
        fs::create_dir(sandbox.path("runs")).unwrap();
        sandbox
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), content).unwrap();
    }

    /// Returns an action of `case-program` on a file of this folder.
    pub fn action(&self, action: &str, file: &str) -> String {
        format!("{action}={}", self.path(file).display())
    }

    /// Returns the command `caselanes` with these arguments. It finds `case-program` in `PATH`.
    pub fn caselanes(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
        command.args(arguments).current_dir(self.folder());
        let folder = case_program().parent().unwrap().to_owned();
        let path = env::var_os("PATH").unwrap();
        command.env("PATH", join_paths([folder].into_iter().chain(split_paths(&path))).unwrap());
        for variable in ["TMPDIR", "TMP", "TEMP"] {
            command.env(variable, self.path("runs"));
        }
        make_interruptible(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Returns the command that runs a program, with a report in JSON unless the options name
    /// another format.
    pub fn command(&self, options: &[&str], program: &[&str]) -> Command {
        let mut command = self.caselanes(&["run"]);
        if !options.contains(&"--format") {
            command.args(["--format", "json"]);
        }
        command.args(options);
        if !program.is_empty() {
            command.arg("--").args(program);
        }
        command
    }

    /// Runs the command, which must exit with `status`.
    pub fn run(&self, status: i32, options: &[&str], program: &[&str]) -> RunOutput {
        RunOutput::of(&self.command(options, program).output().unwrap(), status)
    }

    /// Returns the command that runs `case-program` with these actions on all cases.
    pub fn actions(&self, options: &[&str], actions: &[&str]) -> Command {
        let program = [&["case-program"], actions].concat();
        self.command(&[&["--cases", "cases.csv"], options].concat(), &program)
    }

    /// Returns the cases in the report of such a run, which must exit with `status`.
    pub fn cases(&self, status: i32, options: &[&str], actions: &[&str]) -> Vec<Value> {
        let output = self.actions(options, actions).output().unwrap();
        RunOutput::of(&output, status).cases().to_vec()
    }

    /// Returns the only case of such a run.
    pub fn case(&self, status: i32, options: &[&str], actions: &[&str]) -> Value {
        let cases = self.cases(status, options, actions);
        assert_eq!(cases.len(), 1);
        cases.into_iter().next().unwrap()
    }

    /// Lists the files in the case folders of all runs without a run folder.
    pub fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        for run in fs::read_dir(self.path("runs")).unwrap() {
            for case in fs::read_dir(run.unwrap().path()).unwrap() {
                let case = case.unwrap();
                // Skips the journal and the other files of the run.
                if !case.path().is_dir() {
                    continue;
                }
                let name = case.file_name().into_string().unwrap();
                for file in fs::read_dir(case.path()).unwrap() {
                    let file = file.unwrap().file_name().into_string().unwrap();
                    files.push(format!("{name}/{file}"));
                }
            }
        }
        files.sort();
        files
    }

    /// Reads a file in a case folder of the first run without a run folder.
    pub fn read(&self, case: u32, name: &str) -> Vec<u8> {
        let run = fs::read_dir(self.path("runs")).unwrap().next().unwrap().unwrap().path();
        fs::read(run.join(format!("case-{case}")).join(name)).unwrap()
    }

    /// Returns the lines that programs have appended to a file; none if it does not exist.
    pub fn lines(&self, file: &str) -> Vec<String> {
        let text = fs::read_to_string(self.path(file)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Whether a program lives that holds this file.
    pub fn is_held(&self, file: &str) -> bool {
        is_held(&self.path(file))
    }

    /// Returns how many attempts have ended, by the journal of a run folder.
    pub fn ended_attempts(&self, run: &str) -> usize {
        let journal = fs::read_to_string(self.path(run).join("journal")).unwrap_or_default();
        journal.matches("\"end\"").count()
    }
}

/// Output of a run.
pub struct RunOutput {
    pub stderr: String,
    /// Null if standard output is no JSON.
    pub report: Value,
}

impl RunOutput {
    pub fn of(output: &Output, status: i32) -> Self {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{stderr}");
        Self { stderr, report: serde_json::from_slice(&output.stdout).unwrap_or_default() }
    }

    pub fn cases(&self) -> &[Value] {
        self.report["cases"].as_array().unwrap()
    }

    /// Returns the values of a key of all cases, by case name.
    pub fn by_name(&self, key: &str) -> BTreeMap<&str, &Value> {
        self.cases().iter().map(|case| (case["name"].as_str().unwrap(), &case[key])).collect()
    }

    /// Returns the values of a key of all cases, in their order.
    pub fn column(&self, key: &str) -> Vec<&Value> {
        self.cases().iter().map(|case| &case[key]).collect()
    }

    pub fn statuses(&self) -> Vec<&str> {
        self.cases().iter().map(|case| case["status"].as_str().unwrap()).collect()
    }

    pub fn assert_says(&self, text: &str) {
        assert!(self.stderr.contains(text), "{}", self.stderr);
    }
}

pub fn error(case: &Value) -> &str {
    case["error"].as_str().unwrap()
}

pub fn wait_until(event: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "waited in vain: {event}");
        sleep(Duration::from_millis(5));
    }
}

/// Waits for a run; it must exit within the patience of the tests.
pub fn wait_for(mut run: Child) -> Output {
    let start = Instant::now();
    while run.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < PATIENCE, "the run does not end");
        sleep(Duration::from_millis(10));
    }
    run.wait_with_output().unwrap()
}
