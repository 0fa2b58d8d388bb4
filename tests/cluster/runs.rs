//! Runs to their end: licences, times, values and outputs.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::slurm::{
    LIMIT, SLEEP, Slurm, cases, end_of, finished, list_schedule, most_at_once, number, spans,
    statuses, table, text, within,
};

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
    // Advice knows that the cluster has three licences.
    assert_eq!(report["events"]["licences"], json!([{ "at_s": 0.0, "available": 3 }]));
    let mut command = slurm.command(env!("CARGO_BIN_EXE_caselanes"));
    command.args(["report", "run", "--format", "markdown"]);
    let told = text(&within(command, LIMIT).stdout);
    assert!(told.contains("3 workers") && told.contains("There are 3 licences"), "{told}");
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
    assert_eq!(report["events"]["core_slots"], 16);
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
fn a_thousand_short_cases_end_within_a_minute() {
    let slurm = Slurm::start_alone(&table(&[0.0; 1000]));
    let started = Instant::now();
    let (report, _) = slurm.run(&["--workers", "16", "--keep-output", "none"], &["true"], 0);
    assert!(statuses(&report).iter().all(|&status| status == "done"));
    assert!(started.elapsed() < Duration::from_mins(1), "{:?}", started.elapsed());
    // A look at the queue takes no longer with many cases.
    let listing = || {
        let started = Instant::now();
        assert_eq!(slurm.task_count(), 1000);
        started.elapsed()
    };
    let quickest = (0..5).map(|_| listing()).min().unwrap();
    assert!(quickest < Duration::from_millis(200), "{quickest:?}");
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
