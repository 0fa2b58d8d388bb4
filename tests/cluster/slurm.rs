//! A cluster on this machine, and helpers for runs on it.

use std::env;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::{TempDir, tempdir};

/// All clusters are on this machine. Most of their time is spent waiting, so that several can
/// be used at once, except with very many cases.
static MACHINE: RwLock<()> = RwLock::new(());

enum Share {
    Some(#[expect(dead_code, reason = "held until the cluster ends")] RwLockReadGuard<'static, ()>),
    All(#[expect(dead_code, reason = "held until the cluster ends")] RwLockWriteGuard<'static, ()>),
}

/// Longest time that a run of a test may take.
pub const LIMIT: Duration = Duration::from_secs(90);

/// A cluster of 4 nodes with 4 cores each and 3 licences of `solver`, and a folder for runs.
pub struct Slurm {
    pub state: TempDir,
    pub folder: TempDir,
    port: u16,
    _share: Share,
}

impl Slurm {
    pub fn start(cases: &str) -> Self {
        Self::with(cases, Share::Some(MACHINE.read().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Starts a cluster while there is no other.
    pub fn start_alone(cases: &str) -> Self {
        Self::with(cases, Share::All(MACHINE.write().unwrap_or_else(PoisonError::into_inner)))
    }

    fn with(cases: &str, share: Share) -> Self {
        let (state, folder) = (tempdir().unwrap(), tempdir().unwrap());
        let slurm = Self { state, folder, port: free_ports(5), _share: share };
        fs::write(slurm.path("cases.csv"), cases).unwrap();
        slurm.script("start");
        slurm
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn script(&self, action: &str) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cluster/start-slurm.sh");
        let mut command = Command::new("bash");
        command.arg(file).arg(action).env("STATE", self.state.path());
        command.env("PORT", self.port.to_string());
        let output = within(command, Duration::from_secs(90));
        assert!(output.status.success(), "{action}: {}", text(&output.stderr));
    }

    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("SLURM_CONF", self.state.path().join("slurm.conf"));
        command.env("TMPDIR", self.folder.path()).current_dir(self.folder.path());
        command
    }

    /// Runs a command of Slurm and returns what it prints.
    pub fn slurm(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = self.command(program);
        command.args(arguments);
        text(&within(command, LIMIT).stdout)
    }

    pub fn caselanes(&self, options: &[&str], program: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_caselanes"));
        command.arg("run").args(options).args(["--format", "json"]);
        if !program.is_empty() {
            command.arg("--").args(program);
        }
        command
    }

    /// Runs the cases on the cluster; returns the report and what was printed.
    pub fn run(&self, options: &[&str], program: &[&str], status: i32) -> (Value, String) {
        let options = [&["--cases", "cases.csv", "--on", "slurm"], options].concat();
        finished(&within(self.caselanes(&options, program), LIMIT), status)
    }

    pub fn resume(&self, run: &str, status: i32) -> (Value, String) {
        finished(&within(self.caselanes(&["--resume", run], &[]), LIMIT), status)
    }

    /// Starts a run in the folder `run`; returns once this number of cases have started.
    pub fn start_run(&self, options: &[&str], program: &[&str], cases: usize) -> Child {
        let fixed = ["--cases", "cases.csv", "--on", "slurm", "--run-folder", "run"];
        let mut command = self.caselanes(&[&fixed[..], options].concat(), program);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let journal = self.path("run/journal");
        until("cases start", || {
            let text = fs::read_to_string(&journal).unwrap_or_default();
            text.lines().filter(|line| line.starts_with("{\"start\"")).count() >= cases
        });
        child
    }

    /// Tasks that the cluster lists, whatever their state.
    pub fn task_count(&self) -> usize {
        self.slurm("squeue", &["-h", "-r", "-t", "all", "-o", "%F"]).lines().count()
    }

    pub fn kill(&self, daemon: &str, signal: &str) {
        let pid = self.state.path().join("run").join(format!("{daemon}.pid"));
        let pid = fs::read_to_string(pid).unwrap();
        Command::new("kill").args([signal, pid.trim()]).status().unwrap();
    }
}

impl Drop for Slurm {
    fn drop(&mut self) {
        self.script("stop");
    }
}

/// Names the scenario to play in a process of its own.
const SCENARIO: &str = "CASELANES_SCENARIO";

/// Plays a scenario with a cluster: an ignored test of this program, in a process of its own.
pub fn play(test: &str, scenario: &str) {
    let slurm = Slurm::start(&table(&[]));
    let mut child = slurm.command(env::current_exe().unwrap().to_str().unwrap());
    child.args(["--exact", test, "--ignored"]).env(SCENARIO, scenario);
    let output = within(child, 2 * LIMIT);
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}

/// Returns the scenario to play.
pub fn scenario() -> String {
    env::var(SCENARIO).unwrap()
}

/// Returns the first of this many ports that are free. They are below those that systems give to
/// connections, which come and go.
pub fn free_ports(count: u16) -> u16 {
    static STARTS: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 1000).unwrap();
    let start = 10 * (first + STARTS.fetch_add(1, Ordering::Relaxed) % 1000);
    let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let ports = (0..2000).map(|step| 12_000 + (start + 10 * step) % 20_000);
    ports.into_iter().find(|&port| (port..port + count).all(is_free)).unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a command, which must end within a time.
pub fn within(mut command: Command, limit: Duration) -> Output {
    let (out, err) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
    command.stdin(Stdio::null());
    command.stdout(out.try_clone().unwrap()).stderr(err.try_clone().unwrap());
    let mut child = command.spawn().unwrap();
    let deadline = Instant::now() + limit;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("{command:?} took longer than {limit:?}: {}", text(&read(err)));
        }
        thread::sleep(Duration::from_millis(10));
    };
    Output { status, stdout: read(out), stderr: read(err) }
}

/// Waits until a program ends, and kills it after the limit.
pub fn end_of(child: Child) -> Output {
    let pid = child.id().to_string();
    let (ended, has_ended) = channel::<()>();
    let watch = thread::Builder::new().name("watch".to_owned()).spawn(move || {
        if has_ended.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout) {
            Command::new("kill").args(["-9", &pid]).status().unwrap();
        }
    });
    let output = child.wait_with_output().unwrap();
    drop(ended);
    watch.unwrap().join().unwrap();
    output
}

fn read(mut file: fs::File) -> Vec<u8> {
    use std::io::{Read as _, Seek as _};
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

pub fn finished(output: &Output, status: i32) -> (Value, String) {
    let printed = text(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{printed}");
    (serde_json::from_slice(&output.stdout).unwrap_or_default(), printed)
}

pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}: not within {LIMIT:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

pub fn cases(report: &Value) -> &[Value] {
    report["cases"].as_array().unwrap()
}

pub fn number(case: &Value, key: &str) -> f64 {
    case[key].as_f64().unwrap_or_else(|| panic!("{key} in {case}"))
}

pub fn statuses(report: &Value) -> Vec<&str> {
    cases(report).iter().map(|case| case["status"].as_str().unwrap()).collect()
}

/// Most cases that ran at the same moment.
pub fn most_at_once(spans: impl Iterator<Item = (f64, f64)>) -> usize {
    let spans: Vec<_> = spans.collect();
    let at =
        |moment: f64| spans.iter().filter(|(from, to)| *from <= moment && moment < *to).count();
    spans.iter().map(|(from, _)| at(*from)).max().unwrap_or(0)
}

pub fn spans(report: &Value) -> impl Iterator<Item = (f64, f64)> {
    cases(report).iter().map(|case| (number(case, "start_s"), number(case, "end_s")))
}

/// Returns the time that the cases take in listed order on this number of lanes, in seconds.
pub fn list_schedule(times: &[f64], lanes: usize) -> f64 {
    let mut free = vec![0.0_f64; lanes];
    for time in times {
        free.sort_by(f64::total_cmp);
        free[0] += time;
    }
    free.into_iter().fold(0.0, f64::max)
}

/// A table with these numbers in column x.
pub fn table(xs: &[f64]) -> String {
    let rows = xs.iter().enumerate().map(|(row, x)| format!("case {row},{x},1\n"));
    format!("name,x,y\n{}", rows.collect::<String>())
}

pub const SLEEP: [&str; 3] = ["sh", "-c", "sleep {x}; echo value {x}"];
