//! Runs on a real Slurm, whose daemons each test starts on this machine.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::{TempDir, tempdir};

/// One cluster at a time: all are on this machine.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Longest time that a run of a test may take.
const LIMIT: Duration = Duration::from_secs(90);

/// A cluster of 4 nodes with 4 cores each and 3 licences of `solver`, and a folder for runs.
struct Slurm {
    state: TempDir,
    folder: TempDir,
    port: u16,
    _guard: MutexGuard<'static, ()>,
}

impl Slurm {
    fn start(cases: &str) -> Self {
        let guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let (state, folder) = (tempdir().unwrap(), tempdir().unwrap());
        let slurm = Self { state, folder, port: free_port(), _guard: guard };
        fs::write(slurm.path("cases.csv"), cases).unwrap();
        slurm.script("start");
        slurm
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn script(&self, action: &str) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cluster/start-slurm.sh");
        let mut command = Command::new("bash");
        command.arg(file).arg(action).env("STATE", self.state.path());
        command.env("PORT", self.port.to_string());
        let output = within(command, Duration::from_secs(90));
        assert!(output.status.success(), "{action}: {}", text(&output.stderr));
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("SLURM_CONF", self.state.path().join("slurm.conf"));
        command.env("TMPDIR", self.folder.path()).current_dir(self.folder.path());
        command
    }

    /// Runs a command of Slurm and returns what it prints.
    fn slurm(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = self.command(program);
        command.args(arguments);
        text(&within(command, LIMIT).stdout)
    }

    fn caselanes(&self, options: &[&str], program: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_caselanes"));
        command.arg("run").args(options).args(["--format", "json"]);
        if !program.is_empty() {
            command.arg("--").args(program);
        }
        command
    }

    /// Runs the cases on the cluster; returns the report and what was printed.
    fn run(&self, options: &[&str], program: &[&str], status: i32) -> (Value, String) {
        let options = [&["--cases", "cases.csv", "--on", "slurm"], options].concat();
        finished(&within(self.caselanes(&options, program), LIMIT), status)
    }

    fn resume(&self, run: &str, status: i32) -> (Value, String) {
        finished(&within(self.caselanes(&["--resume", run], &[]), LIMIT), status)
    }

    /// Starts a run in the folder `run`; returns once this number of cases have started.
    fn start_run(&self, options: &[&str], program: &[&str], cases: usize) -> Child {
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
    fn task_count(&self) -> usize {
        self.slurm("squeue", &["-h", "-r", "-t", "all", "-o", "%F"]).lines().count()
    }

    fn kill(&self, daemon: &str, signal: &str) {
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

/// Returns a port that is free together with those of the nodes above it. It is below those that
/// systems give to connections, which come and go.
fn free_port() -> u16 {
    static STARTS: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 1000).unwrap();
    let start = 10 * (first + STARTS.fetch_add(1, Ordering::Relaxed) % 1000);
    let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let ports = (0..2000).map(|step| 12_000 + (start + 10 * step) % 20_000);
    ports.into_iter().find(|&port| (port..port + 5).all(is_free)).unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a command, which must end within a time.
fn within(mut command: Command, limit: Duration) -> Output {
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
fn end_of(child: Child) -> Output {
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

fn finished(output: &Output, status: i32) -> (Value, String) {
    let printed = text(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{printed}");
    (serde_json::from_slice(&output.stdout).unwrap_or_default(), printed)
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}: not within {LIMIT:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn cases(report: &Value) -> &[Value] {
    report["cases"].as_array().unwrap()
}

fn number(case: &Value, key: &str) -> f64 {
    case[key].as_f64().unwrap_or_else(|| panic!("{key} in {case}"))
}

fn statuses(report: &Value) -> Vec<&str> {
    cases(report).iter().map(|case| case["status"].as_str().unwrap()).collect()
}

/// Most cases that ran at the same moment.
fn most_at_once(spans: impl Iterator<Item = (f64, f64)>) -> usize {
    let spans: Vec<_> = spans.collect();
    let at =
        |moment: f64| spans.iter().filter(|(from, to)| *from <= moment && moment < *to).count();
    spans.iter().map(|(from, _)| at(*from)).max().unwrap_or(0)
}

fn spans(report: &Value) -> impl Iterator<Item = (f64, f64)> {
    cases(report).iter().map(|case| (number(case, "start_s"), number(case, "end_s")))
}

/// Returns the time that the cases take in listed order on this number of lanes, in seconds.
fn list_schedule(times: &[f64], lanes: usize) -> f64 {
    let mut free = vec![0.0_f64; lanes];
    for time in times {
        free.sort_by(f64::total_cmp);
        free[0] += time;
    }
    free.into_iter().fold(0.0, f64::max)
}

/// A table with these numbers in column x.
fn table(xs: &[f64]) -> String {
    let rows = xs.iter().enumerate().map(|(row, x)| format!("case {row},{x},1\n"));
    format!("name,x,y\n{}", rows.collect::<String>())
}

const SLEEP: [&str; 3] = ["sh", "-c", "sleep {x}; echo value {x}"];

#[test]
fn three_licences_of_the_cluster_are_kept_and_the_times_are_those_of_the_nodes() {
    let times = [3, 1, 4, 1, 5, 2, 6, 5, 3, 5, 2, 4].map(|x| f64::from(x) * 0.3);
    let slurm = Slurm::start(&table(&times));
    let (report, printed) =
        slurm.run(&["--slurm-licence", "solver:1", "--run-folder", "run"], &SLEEP, 0);
    assert!(printed.contains("submitted to Slurm: job "), "{printed}");
    assert_eq!(statuses(&report), ["done"; 12]);
    assert!(most_at_once(spans(&report)) <= 3, "{report}");
    for (case, time) in cases(&report).iter().zip(times) {
        assert_eq!(number(case, "value"), time);
        assert!(number(case, "time_s") >= time && number(case, "time_s") < time + 1.0, "{case}");
        assert!(number(case, "queued_s") >= 0.0 && case["host"].as_str().unwrap().starts_with('n'));
    }
    let last = spans(&report).map(|(_, end)| end).fold(0.0, f64::max);
    let first = spans(&report).map(|(start, _)| start).fold(f64::MAX, f64::min);
    assert_eq!((first, number(&report, "total_parallel_s")), (0.0, last));
    assert!(report["total_series_s"].is_null() && report["speedup"].is_null());
    assert!(last >= list_schedule(&times, 3) && last < list_schedule(&times, 3) + 4.0, "{last}");
    assert_eq!((report["workers"].as_u64(), slurm.task_count()), (Some(3), 12));
    // No lane holds two cases at once.
    for lane in 0..3 {
        let on_lane = cases(&report).iter().filter(|case| case["lane"] == lane);
        let on_lane = on_lane.map(|case| (number(case, "start_s"), number(case, "end_s")));
        assert!(most_at_once(on_lane) <= 1, "{report}");
    }
    // The folder gives the same report.
    let mut command = slurm.command(env!("CARGO_BIN_EXE_caselanes"));
    command.args(["report", "run", "--format", "json"]);
    let (again, _) = finished(&within(command, LIMIT), 0);
    assert_eq!(again["cases"], report["cases"]);
    assert_eq!(again["total_parallel_s"], report["total_parallel_s"]);
}

#[test]
fn two_runs_at_once_share_the_licences() {
    let slurm = Slurm::start(&table(&[0.7; 6]));
    let licence = ["--slurm-licence", "solver"];
    let stamp = |run: &str, case: u32, name: &str| {
        let file = slurm.path(run).join(format!("case-{case}/times/{name}"));
        let text = fs::read_to_string(file).unwrap();
        text.split(' ').next().unwrap().parse::<f64>().unwrap()
    };
    let first = slurm.start_run(&licence, &SLEEP, 1);
    slurm.run(&[&licence[..], &["--run-folder", "second"]].concat(), &SLEEP, 0);
    assert!(end_of(first).status.success());
    let all = ["run", "second"].into_iter().flat_map(|run| (0..6).map(move |case| (run, case)));
    let spans = all.map(|(run, case)| (stamp(run, case, "start"), stamp(run, case, "end")));
    let most = most_at_once(spans);
    assert!((1..=3).contains(&most), "{most}");
}

#[test]
fn workers_limit_the_cases_at_once_without_licences() {
    let slurm = Slurm::start(&table(&[0.5; 6]));
    let (report, _) = slurm.run(&["--workers", "2"], &SLEEP, 0);
    assert_eq!(most_at_once(spans(&report)), 2);
    let (report, _) = slurm.run(&["--strategy", "series"], &SLEEP, 0);
    assert_eq!((most_at_once(spans(&report)), report["workers"].as_u64()), (1, Some(1)));
}

#[test]
fn every_way_to_end_has_its_status_error_and_output() {
    let names = ["fine \"q\" 'a' $x ä", "fails", "killed", "silent", "slow", "once"];
    let rows: Vec<_> = names.iter().enumerate().collect();
    let rows = rows.iter().map(|(x, name)| format!("\"{}\",{x},1\n", name.replace('"', "\"\"")));
    let slurm = Slurm::start(&format!("name,x,y\n{}", rows.collect::<String>()));
    let program = "#!/bin/sh\ncase $1 in\n0) cat deck; echo lift = 7.5; echo \"$2\" \"$V\";;\n\
                   1) echo bad news >&2; exit 3;;\n2) kill -9 $$;;\n3) echo none;;\n\
                   4) sleep 60;;\n5) [ -e \"$3/once\" ] && echo lift = 5 || \
                   { touch \"$3/once\"; exit 1; };;\nesac\n";
    fs::write(slurm.path("prog.sh"), program).unwrap();
    fs::set_permissions(slurm.path("prog.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(slurm.path("deck.tpl"), "x is {{ x }}\n").unwrap();
    let options = [
        "--retries",
        "1",
        "--timeout",
        "1",
        "--run-folder",
        "run",
        "--value",
        "lift=lift = (.*)",
        "--template",
        "deck.tpl",
        "--env",
        "V=a  b",
    ];
    let (report, _) = slurm.run(&options, &["./prog.sh", "{x}", "{name}", "{run}"], 1);
    let statuses = statuses(&report);
    assert_eq!(statuses, ["done", "failed", "failed", "done", "timed-out", "done"]);
    let errors: Vec<_> = cases(&report).iter().map(|case| case["error"].as_str()).collect();
    assert_eq!(errors[1], Some("exit status 3; stderr: bad news"));
    assert_eq!(errors[2], Some("killed by signal 9 (SIGKILL)"));
    assert_eq!(errors[4], Some("took longer than 1 s"));
    let values: Vec<_> =
        cases(&report).iter().map(|case| case["values"]["lift"].as_f64()).collect();
    assert_eq!(values, [Some(7.5), None, None, None, None, Some(5.0)]);
    let attempts: Vec<_> = cases(&report).iter().map(|case| case["attempts"].as_u64()).collect();
    assert_eq!(attempts, [1, 2, 2, 1, 2, 2].map(Some));
    assert_eq!(cases(&report)[1]["output_tail"].as_str(), Some("bad news\n"));
    let out = fs::read_to_string(slurm.path("run/case-0/stdout.txt")).unwrap();
    assert_eq!(out, format!("x is 0\nlift = 7.5\n{} a  b\n", names[0]));
    let (report, _) = slurm.run(&[], &["no-such-program"], 1);
    let expected = "could not start: not found in PATH on the machine of the cluster: \
                    no-such-program";
    assert_eq!(cases(&report)[0]["error"].as_str(), Some(expected));
}

#[test]
fn a_killed_run_is_found_again_and_nothing_is_submitted_twice() {
    let times = [0.5, 2.0, 0.5, 0.5, 0.5, 0.5, 1.0, 0.5];
    let slurm = Slurm::start(&table(&times));
    let script = ["sh", "-c", "echo {x} >> \"$0/{index}\"; sleep {x}; echo {x}", "{run}"];
    let mut child = slurm.start_run(&["--slurm-licence", "solver"], &script, 2);
    child.kill().unwrap();
    child.wait().unwrap();
    // As if it had been killed before it learnt the job ID.
    let record = slurm.path("run/slurm/jobs.json");
    let mut jobs: Value = serde_json::from_slice(&fs::read(&record).unwrap()).unwrap();
    assert!(jobs["arrays"][0]["job"].is_u64(), "{jobs}");
    jobs["arrays"][0]["job"] = Value::Null;
    fs::write(&record, jobs.to_string()).unwrap();
    // Other cases could not be told from those on the cluster.
    fs::write(slurm.path("other.csv"), table(&[1.0])).unwrap();
    let other = slurm.caselanes(&["--resume", "run", "--cases", "other.csv"], &[]);
    finished(&within(other, LIMIT), 2);

    let (report, printed) = slurm.resume("run", 0);
    assert!(printed.contains("following job "), "{printed}");
    assert_eq!((statuses(&report), slurm.task_count()), (vec!["done"; 8], 8));
    let first = spans(&report).map(|(start, _)| start).fold(f64::MAX, f64::min);
    let last = spans(&report).map(|(_, end)| end).fold(0.0, f64::max);
    assert_eq!((first, number(&report, "total_parallel_s")), (0.0, last));
    for (index, case) in cases(&report).iter().enumerate() {
        assert_eq!(number(case, "value"), times[index]);
        assert!(case["host"].is_string() && case["queued_s"].is_f64(), "{case}");
        let runs = fs::read_to_string(slurm.path("run").join(index.to_string())).unwrap();
        assert_eq!(runs.lines().count(), 1, "case {index} ran more than once");
    }
    // It is over: nothing is left to do.
    let (again, _) = slurm.resume("run", 0);
    assert_eq!((statuses(&again), slurm.task_count()), (vec!["done"; 8], 8));
}

#[test]
fn cancelling_ends_running_and_waiting_cases_and_leaves_no_process() {
    let slurm = Slurm::start(&table(&[0.1, 300.0, 300.0, 300.0, 300.0, 300.0]));
    let marker = slurm.folder.path().to_str().unwrap();
    let script = "trap '' TERM; sleep {x} & wait; wait; wait; sleep {x}; : $0";
    let licence = ["--slurm-licence", "solver"];
    let child = slurm.start_run(&licence, &["sh", "-c", script, marker], 4);
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = end_of(child);
    let (report, _) = finished(&output, 130);
    let statuses = statuses(&report);
    assert!(statuses[1..].iter().all(|&status| status == "cancelled"), "{statuses:?}");
    assert_eq!(slurm.slurm("squeue", &["-h", "-o", "%F"]), "");
    let left = Command::new("pgrep").args(["-f", marker]).output().unwrap();
    let left = text(&left.stdout);
    let left = left.lines().filter(|pid| {
        let words = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        words.contains("trap") && words.contains(marker)
    });
    assert_eq!(left.count(), 0);
}

#[test]
fn what_slurm_refuses_is_an_error_before_the_run() {
    let slurm = Slurm::start(&table(&[1.0, 2.0]));
    for (options, expected) in [
        (["--slurm-licence", "nastran"], "Invalid license specification"),
        (["--slurm-licence", "solver:4"], "Invalid license specification"),
        (["--slurm", "--partition=nope"], "invalid partition specified: nope"),
        (["--licences", "2"], "--slurm-licence NAME[:N]"),
        (["--memory-floor", "1G"], "applies to this machine"),
        (["--series", "measure"], "do not run again"),
        (["--strategy", "batches"], "Slurm has no batches"),
    ] {
        let (_, printed) = slurm.run(&[&options[..], &["--run-folder", "run"]].concat(), &SLEEP, 2);
        assert!(printed.contains(expected), "{options:?}: {printed}");
        assert!(!slurm.path("run").exists(), "{options:?} left its folder");
    }
    assert_eq!(slurm.task_count(), 0);
    let local = slurm.caselanes(&["--cases", "cases.csv", "--slurm", "-p main"], &["true"]);
    let (_, printed) = finished(&within(local, LIMIT), 2);
    assert!(printed.contains("add --on slurm"), "{printed}");
}

#[test]
fn a_failed_node_fails_its_case_which_runs_again_on_resume() {
    let slurm = Slurm::start(&table(&[300.0, 0.2]));
    let script = ["sh", "-c", "[ -e \"$0/down\" ] || sleep {x}; echo {x}", "{run}"];
    let child = slurm.start_run(&[], &script, 2);
    let running = || slurm.slurm("squeue", &["-h", "-r", "-t", "RUNNING", "-o", "%K %N"]);
    until("only the long case runs", || running().lines().count() == 1);
    let node = format!("nodename={}", running().trim().strip_prefix("0 ").unwrap());
    fs::write(slurm.path("run/down"), "").unwrap();
    let mut update = slurm.command("scontrol");
    update.args(["update", &node, "state=down", "reason=test"]);
    assert!(within(update, LIMIT).status.success(), "{node}");
    let (report, _) = finished(&end_of(child), 1);
    assert_eq!(statuses(&report), ["failed", "done"]);
    let error = cases(&report)[0]["error"].as_str().unwrap();
    assert!(error.contains("NODE_FAIL"), "{error}");
    let (report, _) = slurm.resume("run", 0);
    assert_eq!(statuses(&report), ["done", "done"]);
    assert_eq!(slurm.task_count(), 3);
}

#[test]
fn a_controller_that_is_away_for_a_while_changes_no_time() {
    let slurm = Slurm::start(&table(&[4.0, 4.0, 4.0, 0.5]));
    let child = slurm.start_run(&["--slurm-licence", "solver"], &SLEEP, 3);
    slurm.kill("slurmctld", "-9");
    thread::sleep(Duration::from_secs(3));
    slurm.script("start");
    let (report, _) = finished(&end_of(child), 0);
    for (case, time) in cases(&report).iter().zip([4.0, 4.0, 4.0, 0.5]) {
        assert!(number(case, "time_s") >= time && number(case, "time_s") < time + 1.0, "{case}");
    }
}

#[test]
fn a_cluster_that_is_away_is_reported_and_the_run_can_be_submitted_later() {
    let slurm = Slurm::start(&table(&[0.1, 0.1]));
    slurm.kill("slurmctld", "-9");
    let (_, printed) = slurm.run(&["--workers", "2", "--run-folder", "run"], &SLEEP, 2);
    assert!(printed.contains("resume the run"), "{printed}");
    slurm.script("start");
    let (report, _) = slurm.resume("run", 0);
    assert_eq!((statuses(&report), slurm.task_count()), (vec!["done"; 2], 2));
}

#[test]
fn a_cluster_is_reached_through_ssh() {
    let slurm = Slurm::start("name,x,y\n\"it's \"\"a\"\" $b\",0.1,1\nb,0.1,1\n");
    let bin = slurm.path("bin");
    fs::create_dir(&bin).unwrap();
    // Passes its last argument to a shell, as the server does.
    let ssh =
        "#!/bin/sh\necho \"$@\" >> \"$0.log\"\nfor command; do :; done\nexec sh -c \"$command\"\n";
    fs::write(bin.join("ssh"), ssh).unwrap();
    fs::set_permissions(bin.join("ssh"), fs::Permissions::from_mode(0o755)).unwrap();
    let options = ["--cases", "cases.csv", "--on", "slurm@login", "--run-folder", "a 'b' $c"];
    let mut command = slurm.caselanes(&options, &["sh", "-c", "echo \"$0\"; echo {x}", "{name}"]);
    let path = std::env::var("PATH").unwrap();
    command.env("PATH", format!("{}:{path}", bin.display()));
    let (report, _) = finished(&within(command, LIMIT), 0);
    assert_eq!(statuses(&report), ["done", "done"]);
    let out = fs::read_to_string(slurm.path("a 'b' $c/case-0/stdout.txt")).unwrap();
    assert_eq!(out, "it's \"a\" $b\n0.1\n");
    let log = fs::read_to_string(bin.join("ssh.log")).unwrap();
    let is_plain =
        |line: &str| line.starts_with("-o BatchMode=yes ") && line.contains(" -- login ");
    assert!(log.lines().all(is_plain), "{log}");
}

#[test]
fn many_short_cases_end_soon() {
    let slurm = Slurm::start(&table(&[0.0; 400]));
    let started = Instant::now();
    let (report, _) = slurm.run(&["--workers", "16", "--keep-output", "none"], &["true"], 0);
    assert!(statuses(&report).iter().all(|&status| status == "done"));
    assert!(started.elapsed() < Duration::from_mins(1), "{:?}", started.elapsed());
}

#[test]
fn the_commands_of_the_documentation_work() {
    let slurm = Slurm::start("name,x,y\n");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let samples = slurm.path("assets/samples");
    fs::create_dir_all(&samples).unwrap();
    for name in ["angles.csv", "solve.sh"] {
        fs::copy(root.join("assets/samples").join(name), samples.join(name)).unwrap();
    }
    let document = fs::read_to_string(root.join("docs/cluster.md")).unwrap().replace("\\\n", " ");
    let commands: Vec<_> = document.lines().filter(|line| line.starts_with("caselanes ")).collect();
    assert_eq!(commands.len(), 2);
    let program = Path::new(env!("CARGO_BIN_EXE_caselanes")).parent().unwrap().display();
    let path = format!("{program}:{}", std::env::var("PATH").unwrap());
    for command in commands {
        let mut shell = slurm.command("sh");
        shell.args(["-c", command]).env("PATH", &path);
        let output = within(shell, LIMIT);
        assert!(output.status.success(), "{command}: {}", text(&output.stderr));
    }
}
