//! No process of a program survives its case, its run or `CaseLanes` itself; starts, retries and
//! licences.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::interrupt::interrupt;
use crate::sandbox::{PATIENCE, RunOutput, Sandbox, error, wait_for, wait_until};

/// How the system asks a program to end.
const POLITE_END: &str = if cfg!(windows) { "Ctrl+Break" } else { "SIGTERM" };

#[test]
fn no_process_of_a_timed_out_case_remains() {
    let sandbox = Sandbox::new(3);
    let hold = sandbox.action("hold", "held");
    let late = |grace: &str, actions: &[&str]| {
        let start = Instant::now();
        let limits = ["--timeout", "1", "--grace", grace, "--workers", "3"];
        let cases = sandbox.cases(1, &limits, actions);
        assert!(cases.iter().all(|case| case["status"] == "timed-out"), "{cases:?}");
        assert!(sandbox.path("held").exists() && !sandbox.is_held("held"));
        assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
        error(&cases[0]).to_owned()
    };
    let killed = format!("took longer than 1 s; killed because it did not exit on {POLITE_END}");
    for actions in [
        &["stubborn", &hold, "sleep=600"][..],
        &[&hold, "run", "stubborn", &hold, "sleep=600"],
        // A process in its own session.
        &["spawn=4", "detach", "stubborn", &hold, "sleep=600", &hold, "sleep=600"],
    ] {
        assert_eq!(late("0.3", actions), killed);
    }
}

#[test]
fn a_program_that_is_asked_to_end_can_tidy_up() {
    let sandbox = Sandbox::new(1);
    let (tidy, hold) = (sandbox.action("tidy", "tidied"), sandbox.action("hold", "held"));
    let limits = ["--timeout", "1", "--grace", "60"];
    for actions in [&[&*tidy, &hold, "sleep=600"][..], &[&hold, "sleep=600"]] {
        let start = Instant::now();
        let case = sandbox.case(1, &limits, actions);
        assert_eq!((error(&case), &case["status"]), ("took longer than 1 s", &"timed-out".into()));
        assert!(sandbox.path("tidied").exists() && !sandbox.is_held("held"));
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }
}

#[test]
fn processes_left_behind_end_with_the_case() {
    let sandbox = Sandbox::new(2);
    let on = |action: &str| sandbox.action(action, "held") + "-{x}";
    let (hold, held) = (on("hold"), on("await"));
    for actions in [
        &["spawn=2", &hold, "sleep=600"][..],
        &["spawn=3", "detach", &hold, "sleep=600"],
        &["spawn=5", "detach", "spawn=3", "detach", &hold, "sleep=600"],
        &["spawn=5", "spawn=3", "detach", &hold, "sleep=600", "exit=0"],
    ] {
        let start = Instant::now();
        let cases = sandbox.cases(0, &[], &[actions, &[&held, "print=1"]].concat());
        assert_eq!(cases[1]["value"], 1.0);
        assert!(start.elapsed() < Duration::from_secs(20));
        for file in ["held-0", "held-1"] {
            assert!(!sandbox.is_held(file), "{actions:?}");
            fs::remove_file(sandbox.path(file)).unwrap();
        }
    }
}

/// Actions of a program that holds a file in two processes, one of them detached, appends its x
/// to a log in each, and does not end by itself.
fn two_processes(sandbox: &Sandbox) -> [String; 8] {
    let hold = sandbox.action("hold", "held");
    let log = sandbox.action("append", "log") + "={x}";
    let own = |action: &str| action.to_owned();
    let others = [own("spawn=4"), own("detach"), hold.clone(), log.clone(), own("sleep=600")];
    let [spawn, detach, first, second, sleep] = others;
    [spawn, detach, first, second, sleep.clone(), hold, log, sleep]
}

#[test]
fn an_interrupt_stops_all_programs_and_keeps_finished_cases() {
    let rows = "a,0,1,exit=0\nb,1,1,exit=0\nc,2,1,print=\nd,3,1,print=\n";
    let sandbox = Sandbox::with_cases(&format!("name,x,y,then\n{rows}"));
    let two = two_processes(&sandbox);
    let actions = [&["{then}"][..], &two.each_ref().map(String::as_str)].concat();
    let child = sandbox.actions(&["--workers", "2"], &actions).spawn().unwrap();
    wait_until("two processes of two cases", || sandbox.lines("log").len() == 4);
    interrupt(&child);
    let ran = RunOutput::of(&child.wait_with_output().unwrap(), 130);
    assert_eq!(ran.statuses(), ["done", "done", "cancelled", "cancelled"]);
    assert!(!sandbox.is_held("held"));
}

#[test]
fn nothing_outlives_a_second_interrupt_by_more_than_a_second() {
    let sandbox = Sandbox::new(2);
    let two = two_processes(&sandbox);
    let actions = [&["stubborn"][..], &two.each_ref().map(String::as_str)].concat();
    for pause_ms in [0, 300] {
        for limit in [&["--grace", "60"][..], &["--grace", "60", "--timeout", "100"]] {
            let mut child = sandbox.actions(limit, &actions).spawn().unwrap();
            wait_until("two processes of two cases", || sandbox.lines("log").len() == 4);
            interrupt(&child);
            thread::sleep(Duration::from_millis(pause_ms));
            interrupt(&child);
            child.wait().unwrap();
            let end = Instant::now();
            wait_until("the end of all processes", || !sandbox.is_held("held"));
            assert!(end.elapsed() < Duration::from_millis(1300), "{:?}", end.elapsed());
            fs::remove_file(sandbox.path("log")).unwrap();
        }
    }
}

#[test]
fn a_killed_run_leaves_no_process_and_is_resumed() {
    let sandbox = Sandbox::new(6);
    let (hold, log) = (sandbox.action("hold", "held"), sandbox.action("append", "log") + "={x}");
    let own = ["stubborn", &hold, "sleep=2"];
    let start = [&*hold, &log, "print={x}", "if={x}=3", "spawn=4", "detach"];
    let actions = [&start[..], &own, &own].concat();
    let options = ["--run-folder", "run", "--workers", "1", "--grace", "0.2"];
    let mut run = sandbox.actions(&options, &actions).spawn().unwrap();
    wait_until("the start of case 3", || sandbox.lines("log").len() == 4);
    let second = sandbox.actions(&["--run-folder", "run"], &actions).output().unwrap();
    let holder = format!("in use by another CaseLanes (process {})", run.id());
    RunOutput::of(&second, 2).assert_says(&holder);
    run.kill().unwrap();
    run.wait().unwrap();
    wait_until("the end of all processes", || !sandbox.is_held("held"));
    let ran = sandbox.run(0, &["--resume", "run"], &[]);
    assert_eq!(ran.statuses(), ["done"; 6]);
    assert_eq!(sandbox.lines("log"), ["0", "1", "2", "3", "3", "4", "5"]);
}

#[test]
fn cases_run_in_worker_processes() {
    let sandbox = Sandbox::new(4);
    let crunch = ["--workload", "crunch", "--cases", "cases.csv", "--time-scale", "0.1"];
    let options = [&crunch[..], &["--strategy", "processes", "--workers", "2"]].concat();
    let output = wait_for(sandbox.command(&options, &[]).spawn().unwrap());
    assert_eq!(RunOutput::of(&output, 0).column("value"), [0.0, 1.0, 4.0, 9.0]);
}

// Windows has no SIGSTOP.
#[cfg(unix)]
#[test]
fn a_program_that_stops_its_worker_still_meets_its_time_limit() {
    let sandbox = Sandbox::new(1);
    let mark = sandbox.action("hold", "held");
    let start_sleep = format!("case-program {mark} sleep=600");
    for script in [
        format!("kill -STOP $PPID; {start_sleep}"),
        format!("{start_sleep} & while :; do kill -STOP $PPID; sleep 0.02; done"),
    ] {
        let start = Instant::now();
        let options = ["--cases", "cases.csv", "--timeout", "0.4", "--grace", "0.1"];
        let ran = sandbox.run(1, &options, &["sh", "-c", &script]);
        let case = &ran.cases()[0];
        assert_eq!(case["status"], "timed-out", "{case}");
        assert!(error(case).starts_with("took longer than "), "{case}");
        assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
        assert!(sandbox.path("held").exists() && !sandbox.is_held("held"));
    }
}

// Windows has no SIGHUP.
#[cfg(unix)]
#[test]
fn a_hangup_ends_the_run_with_its_report_unless_it_is_ignored() {
    use std::process::{Child, Command, Stdio};

    use rustix::process::{Pid, Signal, kill_process};

    let sandbox = Sandbox::new(2);
    let hang_up = |child: &Child| kill_process(Pid::from_child(child), Signal::HUP).unwrap();
    // The tests themselves may have been started with an ignored hangup.
    let start_by = |wrapper: &[&str], run: &Command| {
        let mut command = Command::new(wrapper[0]);
        command.args(&wrapper[1..]).arg(run.get_program()).args(run.get_args());
        let variables = run.get_envs().filter_map(|(name, value)| Some((name, value?)));
        command.envs(variables).current_dir(sandbox.folder());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let hold = sandbox.action("hold", "held");
    let options = ["--run-folder", "kept", "--workers", "1"];
    let run = sandbox.actions(&options, &["unless={x}=0", &hold, "sleep=600"]);
    let child = start_by(&["env", "--default-signal=HUP"], &run);
    wait_until("the second case", || sandbox.is_held("held"));
    hang_up(&child);
    hang_up(&child);
    let ran = RunOutput::of(&child.wait_with_output().unwrap(), 130);
    assert_eq!(ran.statuses()[0], "done");
    assert!(sandbox.path("kept/results.csv").exists());

    let run = sandbox.actions(&["--workers", "1"], &["sleep=0.4"]);
    let child = start_by(&["sh", "-c", "trap '' HUP; exec \"$0\" \"$@\""], &run);
    thread::sleep(Duration::from_millis(400));
    hang_up(&child);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}

/// Returns the starts of all attempts, in order.
fn starts(cases: &[Value]) -> Vec<f64> {
    let of_case = |case: &Value| match case["tries"].as_array() {
        Some(tries) => tries.iter().map(|attempt| attempt["start_s"].as_f64().unwrap()).collect(),
        None => vec![case["start_s"].as_f64().unwrap()],
    };
    let mut starts: Vec<f64> = cases.iter().flat_map(of_case).collect();
    starts.sort_by(f64::total_cmp);
    starts
}

#[test]
fn the_time_between_any_two_starts_is_kept_and_named() {
    let sandbox = Sandbox::new(5);
    let options = ["--workers", "4", "--retries", "1", "--start-every", "0.15"];
    let programs = sandbox.cases(0, &options, &["if={x}=2", "first=../tried", "exit=1"]);
    let is_far = |pair: &[f64]| pair[1] - pair[0] >= 0.15;
    let found = starts(&programs);
    assert!(found.len() == 6 && found.windows(2).all(is_far), "{found:?}");

    let wait = ["--cases", "cases.csv", "--workload", "wait", "--time-scale", "0.001"];
    let options = [&options[..], &wait].concat();
    for strategy in ["threads", "processes"] {
        let options = [&options[..], &["--strategy", strategy]].concat();
        let found = starts(sandbox.run(0, &options, &[]).cases());
        assert!(found.len() == 5 && found.windows(2).all(is_far), "{strategy}: {found:?}");
    }

    let options = [&options[..], &["--clock", "virtual"]].concat();
    assert_eq!(starts(sandbox.run(0, &options, &[]).cases()), [0.0, 0.15, 0.3, 0.45, 0.6]);
    let table = sandbox.command(&[&options[..], &["--format", "table"]].concat(), &[]).output();
    let text = String::from_utf8(table.unwrap().stdout).unwrap();
    assert!(text.contains("mostly for the time between starts"), "{text}");

    for bad in ["-1", "nan", "inf", "1e10", "2 s", ""] {
        let refused = sandbox.run(2, &["--start-every", bad], &["true"]);
        refused.assert_says("expected seconds from 0 to");
    }
}
