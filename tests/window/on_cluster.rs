//! Runs on a cluster in the window.

use std::collections::BTreeMap;

use caselanes::run::{
    CasePlace, ClusterFacts, ExpectedStart, LicenceFacts, PartitionFacts, QueueReason, QueueState,
};
use caselanes::study::read_study;
use caselanes::workload::workload_for;

use super::prelude::*;

/// A study of a licensed solver on a cluster.
const SOLVER: &str = "version = 1\n[workload]\nname = \"command\"\n\
    command = [\"solver\", \"--mesh\", \"{mesh}\", \"--speed\", \"{x}\"]\n\
    on = \"slurm@login.example.org\"\nslurm-partition = \"main\"\nslurm-licence = [\"solver:1\"]\n\
    slurm-time = \"4:00:00\"\n[plan]\nworkers = 3\n";

const MINUTE_NS: u64 = 60_000_000_000;

fn solver_study(cases: u32) -> String {
    let case = |case: u32| {
        let mesh = ["coarse", "medium", "fine"][case as usize % 3];
        let x = 10 * (case + 1);
        format!("[[case]]\nname = \"speed {x}, {mesh}\"\nx = {x}\ny = 1\nmesh = \"{mesh}\"\n")
    };
    format!("{SOLVER}{}", (0..cases).map(case).collect::<String>())
}

/// The cluster of the pictures.
fn facts() -> ClusterFacts {
    let partition = |name: &str, is_default, free_cores, limit: Option<&str>| PartitionFacts {
        name: name.to_owned(),
        is_default,
        is_up: true,
        nodes: 12,
        cores: 384,
        free_cores,
        time_limit: limit.map(str::to_owned),
    };
    ClusterFacts {
        partitions: vec![
            partition("main", true, 160, Some("1-00:00:00")),
            partition("long", false, 32, Some("7-00:00:00")),
        ],
        licences: vec![LicenceFacts { name: "solver".to_owned(), total: 3, free: 1 }],
        start: ExpectedStart::In(420.0),
    }
}

/// Events of a run of `cases` cases on 3 lanes up to a time. The ninth fails with its node.
fn events(cases: u32, until_ns: u64) -> Vec<RunEvent> {
    let mut events = vec![RunEvent::Began { unix_s: 1_800_000_000 }];
    events.extend((0..3).map(|_| RunEvent::WorkerReady { at_ns: 0 }));
    let mut free_ns = [0_u64; 3];
    let mut ends = BTreeMap::new();
    for case in 0..cases {
        let lane = (0..3).min_by_key(|&lane| free_ns[lane]).unwrap();
        let start_ns = free_ns[lane] + MINUTE_NS / 10;
        let end_ns = start_ns + MINUTE_NS * u64::from(3 + case * 5 % 4);
        free_ns[lane] = end_ns;
        ends.insert((start_ns, case), (u32::try_from(lane).unwrap(), end_ns));
    }
    let queue = |at_ns, waiting| {
        let (reason, problem) = (Some(QueueReason::Licences), None);
        RunEvent::QueueChanged { at_ns, queue: QueueState { waiting, reason, problem } }
    };
    let mut waiting = cases;
    for ((start_ns, case), (lane, end_ns)) in ends {
        if start_ns > until_ns {
            continue;
        }
        let ticket = Ticket { case, lane, attempt: 1, dispatch_index: case };
        waiting -= 1;
        events.push(RunEvent::Started { ticket, asked_ns: start_ns, at_ns: start_ns });
        let host = format!("n{}", 1 + case % 4).into();
        let queued_ns = Some(start_ns + 7 * MINUTE_NS);
        events.push(RunEvent::CasePlaced { case, place: CasePlace { host, queued_ns } });
        events.push(queue(start_ns, waiting));
        if end_ns <= until_ns {
            let outcome = match case {
                8 => CaseOutcome::Failed("its node failed (Slurm: NODE_FAIL)".to_owned()),
                _ => CaseOutcome::done(Some(f64::from(case) / 8.0)),
            };
            events.push(RunEvent::Finished(CaseEnd {
                ticket,
                start_ns,
                end_ns,
                waited_ns: None,
                cpu_ns: Some(end_ns - start_ns),
                memory_bytes: None,
                outcome,
                will_retry: false,
            }));
        }
    }
    events
}

fn with_cluster(size: [f32; 2], theme: Theme, cases: u32) -> (Window, Arc<FrozenStudy>) {
    let path = study(&lasting_folder(), &solver_study(cases));
    let mut window = window_of(size, 1.0, theme, Some(path.clone()));
    until(&mut window, "the study is read", |window| shows(window, "solver --mesh"));
    let study = read_study(&path).unwrap().study;
    let workload = workload_for(&study);
    let environment = Environment { logical_cpus: 2, seed: 1, last_s: None };
    let frozen =
        freeze(study.cases.clone(), study.workload, workload.as_ref(), &study.plan, environment);
    (window, Arc::new(frozen.unwrap().0))
}

fn scroll_to(window: &mut Window, label: &str) {
    window.get_by_label(label).scroll_to_me();
    window.run_ok();
}

#[test]
fn the_place_is_chosen_with_its_fields_and_what_is_invalid_is_said_beside_them() {
    let text = "version = 1\n[workload]\nname = \"command\"\n\
                command = ['case-program', 'exit=0']\n[[case]]\nname = \"a\"\nx = 1\ny = 1\n";
    let mut window = opened(&study(&lasting_folder(), &with_case_program(text)));
    assert!(shows(&window, "This machine") && shows(&window, "2 logical CPUs here"));
    click(&mut window, "Where");
    assert!(window.query_by_label("Partition").is_none() && !shows(&window, "Check cluster"));
    let pick = |window: &mut Window, place: &str| {
        window.get_by_role_and_label(Role::ComboBox, "Runs on").scroll_to_me();
        window.run_ok();
        window.get_by_role_and_label(Role::ComboBox, "Runs on").click();
        window.run_ok();
        let entries = window.query_all_by_role(Role::Button);
        let label = |entry: &egui_kittest::Node<'_>| entry.accesskit_node().label();
        let is_it = |label: Option<String>| label.is_some_and(|label| label.starts_with(place));
        entries.into_iter().find(|entry| is_it(label(entry))).unwrap().click();
        window.run_ok();
    };
    pick(&mut window, "Slurm here: ");
    for (field, invalid, problem) in [
        ("Partition", "a b", "expected a name without spaces"),
        ("Account", "-x", "expected a name without spaces"),
        ("Slurm licences", "solver:0", "expected NAME or NAME:N"),
        ("Job time limit", "1h", "expected a time such as 90 (minutes)"),
        ("Slurm options", "--array=1", "the run sets"),
    ] {
        scroll_to(&mut window, field);
        fill(&mut window, field, invalid);
        assert!(shows(&window, problem), "{field}");
        press(&mut window, Modifiers::COMMAND, Key::Enter);
        assert!(!window.state().is_running());
        window.get_by_label(field).focus();
        window.run_ok();
        window.key_press_modifiers(Modifiers::COMMAND, Key::A);
        press(&mut window, Modifiers::NONE, Key::Backspace);
        assert!(!shows(&window, problem), "{field}");
    }
    // What shares out this machine does not apply, and neither do its CPUs.
    assert!(!shows(&window, "2 logical CPUs here"));
    click(&mut window, "Limits and output");
    assert!(window.get_by_label("Licences").accesskit_node().is_disabled());
    assert!(!window.get_by_label("Cores per case").accesskit_node().is_disabled());
    click(&mut window, "Limits and output");
    // A host is asked for, and its field has the focus.
    pick(&mut window, "Slurm on a host: ");
    assert!(shows(&window, "the name of the host is missing"));
    assert_eq!(focused(&window), "Login host");
    fill(&mut window, "Login host", "me@login");
    assert!(!shows(&window, "the name of the host is missing"));
    click(&mut window, "Where");
    assert!(shows(&window, "Slurm on me@login"), "the folded section");
    click(&mut window, "Where");
    fill(&mut window, "Partition", "long");
    pick(&mut window, "This machine: ");
    assert!(window.query_by_label("Partition").is_none());
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(value(&window, "Partition"), "long");
    assert_eq!(value(&window, "Login host"), "me@login");
    pick(&mut window, "This machine: ");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    until_ended(&mut window);
    assert!(shows(&window, "1 of 1 done"));
}

#[test]
fn the_answer_of_a_cluster_is_shown_until_the_place_changes_and_fills_fields() {
    let (mut window, _) = with_cluster([1280.0, 800.0], Theme::Light, 3);
    click(&mut window, "Where");
    window.state_mut().show_cluster_answer(Ok(facts()));
    window.run_ok();
    scroll_to(&mut window, "Check cluster");
    assert!(says(&window, "12 machines, 160 of 384 cores free, at most 1-00:00:00, default"));
    assert!(says(&window, "1 of 3 free"));
    assert!(
        says(&window, "A case would start in 7.0 min (estimate of Slurm)"),
        "{:?}",
        window.root()
    );
    window.get_by_label_contains("long: 12 machines").click();
    window.run_ok();
    assert_eq!(value(&window, "Partition"), "long");
    assert!(!says(&window, "160 of 384"), "the answer was about another partition");
    window.state_mut().show_cluster_answer(Err("ssh: no route to host".to_owned()));
    window.run_ok();
    assert!(says(&window, "Not reached: ssh: no route to host"));
}

#[test]
fn waits_in_the_queue_and_hosts_are_shown_and_the_log_tells_them() {
    let (mut window, frozen) = with_cluster([1280.0, 800.0], Theme::Light, 12);
    let now_ns = 12 * MINUTE_NS;
    window.state_mut().show_run(Arc::clone(&frozen), events(12, now_ns), now_ns);
    window.run_ok();
    assert!(says(&window, "waiting in the queue for a licence"), "the answer");
    assert!(shows(&window, "queued"), "the state of a case");
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    assert!(says(&window, "Queued: 7.1 min to "), "{:?}", window.root());
    press(&mut window, Modifiers::COMMAND, Key::Num6);
    assert!(says(&window, "11 cases wait in the queue for a licence"));
    assert!(says(&window, "started speed 10, coarse in lane 0, on n1, queued for 7.1 min"));
    let mut all = events(12, u64::MAX);
    all.push(RunEvent::Ended);
    window.state_mut().show_run(frozen, all, u64::MAX);
    window.run_ok();
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    assert!(!shows(&window, "Measure a sample"), "it would run on another machine");
    assert!(says(&window, "no series total: cases of a cluster do not run again"));
    assert!(!says(&window, "faster"), "waits in the queue are no speed-up");
    press(&mut window, Modifiers::COMMAND, Key::Num5);
    assert!(shows(&window, "Host") && shows(&window, "Queued") && shows(&window, "n4"));
    // The machine of the window does not matter.
    assert!(!says(&window, "the study has changed since"));
}

#[test]
fn the_screenshots_of_a_cluster_are_up_to_date() {
    let mut results = SnapshotResults::new();
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let (mut window, frozen) = with_cluster([1280.0, 800.0], theme, 20);
        let now_ns = 16 * MINUTE_NS;
        window.state_mut().show_run(frozen, events(20, now_ns), now_ns);
        window.state_mut().show_cluster_answer(Ok(facts()));
        window.run_ok();
        // The fields need more space than the cases.
        drag_to(&mut window, egui::pos2(196.0, 451.0), egui::pos2(196.0, 260.0));
        scroll_to(&mut window, "Where");
        click(&mut window, "Where");
        window.get_by_label_contains("A case would start in").scroll_to_me();
        window.run_ok();
        window.get_by_role_and_label(Role::ComboBox, "Runs on").scroll_to_me();
        window.run_ok();
        press(&mut window, Modifiers::COMMAND, Key::Num2);
        window.remove_cursor();
        window.run_ok();
        window.screenshot(format!("cluster_{name}"));
        results.extend_harness(&mut window);
    }
    let (mut window, frozen) = with_cluster([800.0, 500.0], Theme::Dark, 12);
    let now_ns = 12 * MINUTE_NS;
    window.state_mut().show_run(frozen, events(12, now_ns), now_ns);
    window.state_mut().show_cluster_answer(Ok(facts()));
    window.run_ok();
    scroll_to(&mut window, "Where");
    click(&mut window, "Where");
    scroll_to(&mut window, "Check cluster");
    window.remove_cursor();
    window.run_ok();
    window.picture("cluster_small");
    results.extend_harness(&mut window);
}

// Slurm runs on Linux.
/// With the commands and daemons of a real Slurm.
#[cfg(target_os = "linux")]
mod real {
    use std::process::Command;

    use super::*;
    use crate::slurm::{play, scenario};

    #[test]
    fn a_cluster_is_checked_and_what_it_refuses_is_shown() {
        play("on_cluster::real::the_scenario_of_the_environment_succeeds", "check");
    }

    #[test]
    fn a_run_of_60_cases_survives_the_window_and_two_nodes() {
        play("on_cluster::real::the_scenario_of_the_environment_succeeds", "survives");
    }

    #[test]
    fn a_cluster_that_does_not_answer_never_makes_the_window_wait() {
        play("on_cluster::real::the_scenario_of_the_environment_succeeds", "away");
    }

    #[test]
    #[ignore = "needs a cluster, which the other tests start"]
    fn the_scenario_of_the_environment_succeeds() {
        match scenario().as_str() {
            "check" => check(),
            "survives" => survives(),
            "away" => away(),
            other => panic!("no scenario {other}"),
        }
    }

    fn cluster_window(folder: &Path, text: &str) -> Window {
        let path = study(folder, text);
        let runs = AppOptions {
            run_folders: Some(folder.join("runs")),
            saved_runs: Some(folder.join("saved")),
            ..options(Some(path))
        };
        usual_window(runs)
    }

    fn check() {
        let folder = lasting_folder();
        let text = "version = 1\n[workload]\nname = \"command\"\ncommand = [\"true\"]\n\
                    on = \"slurm\"\n[[case]]\nname = \"a\"\nx = 1\ny = 1\n";
        let mut window = cluster_window(&folder, text);
        click(&mut window, "Where");
        scroll_to(&mut window, "Check cluster");
        click(&mut window, "Check cluster");
        until(&mut window, "it answers", |window| says(window, "4 machines, 16 of 16 cores free"));
        assert!(says(&window, "3 of 3 free"));
        assert!(says(&window, "A case would start at once (estimate of Slurm)"));
        window.get_by_label_contains("solver: 3 of 3 free").scroll_to_me();
        window.run_ok();
        window.get_by_label_contains("solver: 3 of 3 free").click();
        window.run_ok();
        assert_eq!(value(&window, "Slurm licences"), "solver:1");
        fill(&mut window, "Partition", "nope");
        scroll_to(&mut window, "Check cluster");
        click(&mut window, "Check cluster");
        until(&mut window, "it refuses", |window| {
            says(window, "Slurm would refuse the cases: sbatch: invalid partition specified: nope")
        });
    }

    /// 60 cases with 3 licences: the window ends, two nodes fail, and a new window continues.
    fn survives() {
        let folder = lasting_folder();
        let mut text = String::from(
            "version = 1\n[workload]\nname = \"command\"\n\
             command = [\"sh\", \"-c\", \"sleep {x}; echo {y}\"]\n\
             on = \"slurm\"\nslurm-licence = [\"solver:1\"]\n",
        );
        for case in 0..60 {
            let x = 0.3 + f64::from(case % 4) * 0.2;
            write!(text, "[[case]]\nname = \"c {case}\"\nx = {x}\ny = {case}\n").unwrap();
        }
        let mut window = cluster_window(&folder, &text);
        press(&mut window, Modifiers::COMMAND, Key::Enter);
        until(&mut window, "cases are done", |window| {
            (4..60).any(|done| says(window, &format!("{done} of 60 done")))
        });
        drop(window);
        // Its cases are on the first nodes.
        for node in ["n1", "n2"] {
            let node = format!("nodename={node}");
            let mut down = Command::new("scontrol");
            down.args(["update", &node, "state=down", "reason=test"]);
            assert!(down.status().unwrap().success());
        }
        let mut window = cluster_window(&folder, &text);
        until(&mut window, "the run is offered", |window| {
            shows(window, "A run of 60 cases is on the cluster")
        });
        click(&mut window, "Resume run");
        until_ended(&mut window);
        let failed = says(&window, "failed");
        assert!(failed, "the cases on the nodes that failed: {:?}", window.root());
        until(&mut window, "the rest is offered", |window| shows(window, "Resume to run the rest"));
        click(&mut window, "Resume run");
        until_ended(&mut window);
        assert!(says(&window, "60 of 60 done"), "{:?}", window.root());
        press(&mut window, Modifiers::COMMAND, Key::Num5);
        assert!(shows(&window, "Host") && shows(&window, "Queued"));
        let listed = Command::new("squeue").args(["-h", "-r", "-t", "all", "-o", "%F"]).output();
        let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
        let again = listed.lines().count() - 60;
        assert!((1..=6).contains(&again), "{again} cases were submitted again");
    }

    fn away() {
        let folder = lasting_folder();
        let text = "version = 1\n[workload]\nname = \"command\"\ncommand = [\"true\"]\n\
                    on = \"slurm\"\n[plan]\nworkers = 2\n[[case]]\nname = \"a\"\nx = 1\ny = 1\n";
        let mut window = cluster_window(&folder, text);
        let conf = std::env::var("SLURM_CONF").unwrap();
        let pid = Path::new(&conf).with_file_name("run").join("slurmctld.pid");
        let pid = fs::read_to_string(pid).unwrap();
        assert!(Command::new("kill").args(["-9", pid.trim()]).status().unwrap().success());
        press(&mut window, Modifiers::COMMAND, Key::Enter);
        let mut longest = Duration::ZERO;
        let started = Instant::now();
        while window.state().is_running() {
            let step = Instant::now();
            window.step();
            longest = longest.max(step.elapsed());
            assert!(started.elapsed() < Duration::from_secs(80), "no message");
            std::thread::sleep(Duration::from_millis(20));
        }
        window.run_ok();
        assert!(says(&window, "resume the run"), "{:?}", window.root());
        assert!(longest < Duration::from_secs(1), "a frame took {longest:?}");
    }
}
