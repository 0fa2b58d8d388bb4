//! Runs that are killed or cancelled, and clusters that refuse, fail or do not answer.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::slurm::{
    LIMIT, SLEEP, Slurm, cases, end_of, finished, most_at_once, number, spans, statuses, table,
    text, until, within,
};

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
fn cores_of_a_case_are_those_of_the_cluster_and_another_machine_changes_nothing() {
    let slurm = Slurm::start(&table(&[3.0; 4]));
    let script = ["sh", "-c", "sleep {x}; echo $OMP_NUM_THREADS"];
    // More than this machine may have.
    let mut child = slurm.start_run(&["--cores-per-case", "4"], &script, 2);
    child.kill().unwrap();
    child.wait().unwrap();
    // A machine with one CPU follows the run.
    let mut command = slurm.command("taskset");
    command.args(["-c", "0", env!("CARGO_BIN_EXE_caselanes"), "run", "--resume", "run"]);
    command.args(["--format", "json"]);
    let (report, printed) = finished(&within(command, LIMIT), 0);
    assert!(printed.contains("following job ") && !printed.contains("change"), "{printed}");
    assert!(cases(&report).iter().all(|case| number(case, "value") == 4.0), "{report}");
    assert_eq!((most_at_once(spans(&report)), report["workers"].as_u64()), (4, Some(4)));
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
fn a_node_that_vanishes_fails_its_case() {
    // A time that no other process sleeps.
    let time = 300.0 + f64::from(std::process::id()) / 1e8;
    let slurm = Slurm::start(&table(&[time]));
    let child = slurm.start_run(&["--workers", "1"], &["sleep", "{x}"], 1);
    let node = slurm.slurm("squeue", &["-h", "-r", "-o", "%N"]);
    let daemon = format!("slurmd.{}", node.trim());
    // Its step daemon and the case end with it, as when a machine loses its power.
    let steps = Command::new("pgrep").args(["-f", "slurmstepd: \\["]).output().unwrap();
    slurm.kill(&daemon, "-9");
    for pid in text(&steps.stdout).lines() {
        let state = slurm.state.path().display().to_string();
        let files = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        let targets = files.filter_map(|file| fs::read_link(file.path()).ok());
        if targets.map(|it| it.display().to_string()).any(|target| target.starts_with(&state)) {
            Command::new("kill").args(["-9", pid]).status().unwrap();
        }
    }
    let (report, _) = finished(&end_of(child), 1);
    let error = cases(&report)[0]["error"].as_str().unwrap();
    assert!(error.contains("NODE_FAIL"), "{error}");
    let left = Command::new("pgrep").args(["-x", "-f", &format!("sleep {time}")]).output().unwrap();
    for pid in text(&left.stdout).lines() {
        Command::new("kill").args(["-9", pid]).status().unwrap();
    }
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
