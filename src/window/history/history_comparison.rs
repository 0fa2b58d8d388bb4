//! Saved runs side by side; computed when the selection changes, not per frame.

use crate::experiment::Interval;
use crate::report::{Headline, RunDifference};
use crate::text::{count, duration};
use crate::window::compare::compare_data::{CaseSet, RunSeries, common_start};

use crate::history::{ListedRun, MAX_LISTED_CASES, SavedRun, SavedRunId};

/// Relative difference that totals of single measured runs must exceed to be called faster. The
/// noise of single runs is unknown; comparisons with few repeats use the same threshold.
const NOISE: f64 = 0.05;

/// Why not everything can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    DifferentCases,
    DifferentWork,
    /// The same commands, recorded by different tools.
    CommandsAlone,
    Resumed,
    Steered,
}

impl Obstacle {
    pub fn text(self) -> &'static str {
        match self {
            Self::DifferentCases => {
                "These runs have different cases, workloads or commands. Only totals are compared, \
                 and a speed-up needs a base with the same cases."
            }
            Self::DifferentWork => {
                "The cases are the same, but not the work: time scale or random draws differ. A \
                 speed-up needs the same work. A fixed seed in the form repeats the draws."
            }
            Self::CommandsAlone => {
                "The commands are the same, one of the runs was recorded by another tool. What its \
                 log does not tell counts as unrecorded time."
            }
            Self::Resumed => {
                "The total of a resumed run is that of its last session, without the cases done \
                 earlier. It is not compared."
            }
            Self::Steered => {
                "The total of a run that was paused, or whose workers were changed, is not that of \
                 its plan. It is not compared."
            }
        }
    }
}

#[derive(Debug, Clone)]
pub struct HistoryComparison {
    /// Cases and totals; for runs of different cases only totals.
    pub set: CaseSet<SavedRunId>,
    /// Whether any of the runs was measured, so that noise matters.
    pub measured: bool,
    /// Reason why not everything can be compared.
    pub remark: Option<Obstacle>,
    /// Difference from the base of each other run of the same work, with its index in the set.
    pub differences: Vec<(usize, RunDifference)>,
}

impl HistoryComparison {
    /// Compares runs with the one at `base`; `None` for fewer than two.
    pub fn of(selected: &[&ListedRun], base: usize) -> Option<Self> {
        let first = selected.first().filter(|_| selected.len() > 1)?;
        let base = base.min(selected.len() - 1);
        let all = |same: fn(&SavedRun) -> u64| {
            selected.iter().all(|listed| same(&listed.run) == same(&first.run))
        };
        let same_commands = selected.iter().any(|listed| listed.run.log.is_some())
            && first.run.same_commands.is_some()
            && selected.iter().all(|listed| listed.run.same_commands == first.run.same_commands);
        let same_cases = all(|run| run.same_cases) || same_commands;
        let same_work = same_commands || same_cases && all(|run| run.same_work);
        let remark = if selected.iter().any(|listed| listed.run.resumed > 0) {
            Some(Obstacle::Resumed)
        } else if selected.iter().any(|listed| listed.run.steering.is_some()) {
            Some(Obstacle::Steered)
        } else if same_commands {
            Some(Obstacle::CommandsAlone)
        } else if !same_cases {
            Some(Obstacle::DifferentCases)
        } else {
            (!same_work).then_some(Obstacle::DifferentWork)
        };
        let labels = labels(selected);
        let texts: Vec<&str> = labels.iter().map(String::as_str).collect();
        let start = common_start(&texts).len();
        let of_base = &selected[base].run;
        let series = |(listed, label): (&&ListedRun, &String)| {
            let own = &listed.run;
            let is_listed = same_cases && own.cases <= MAX_LISTED_CASES;
            let total_s = own.total_s.filter(|_| own.has_total_of_plan());
            let base_s = of_base.total_s.filter(|_| is_comparable(own, of_base));
            let own_s = total_s.filter(|&own_s| own_s > 0.0);
            let values = own.same_values.zip(first.run.same_values);
            let values = values.filter(|_| did_same_work(own, &first.run));
            RunSeries {
                label: label.clone(),
                name: label[start..].to_owned(),
                workers: own.workers,
                repeats_s: total_s.into_iter().collect(),
                total_s: total_s.map(|median| Interval { median, low: median, high: median }),
                undone: usize::from(total_s.is_none()),
                speedup: base_s.zip(own_s).map(|(base_s, own_s)| base_s / own_s),
                verdict: None,
                values_match: values.map(|(own, first)| own == first),
                times_s: if is_listed { times_like(own, &first.run) } else { Vec::new() },
                values: if is_listed { own.listed_values() } else { Vec::new() },
                run: listed.id.clone(),
            }
        };
        let series: Vec<RunSeries<SavedRunId>> = selected.iter().zip(&labels).map(series).collect();
        let differences = selected.iter().enumerate().filter(|&(at, _)| at != base);
        let differences = differences.filter_map(|(at, listed)| {
            let own = &listed.run;
            let comparable = is_comparable(own, of_base);
            let accounts = own.account.as_ref().zip(of_base.account.as_ref());
            let (own_account, base_account) = accounts.filter(|_| comparable)?;
            let base = (base_account, of_base.workers);
            Some((at, RunDifference::new(base, (own_account, own.workers))?))
        });
        let (title, cases, names) = if same_cases {
            let SavedRun { cases, workload, names, .. } = &first.run;
            let workload = if same_commands { "The same commands" } else { workload };
            (format!("{workload}, {}", count(*cases, "case")), *cases, names.clone())
        } else {
            ("Different cases: totals only".to_owned(), 0, Vec::new())
        };
        let differences = differences.collect();
        let with_values = selected.iter().find(|listed| listed.run.log.is_none()).unwrap_or(first);
        let value_names = with_values.run.listed_outputs();
        let set = CaseSet { title, cases, names, value_names, series, base };
        let measured = selected.iter().any(|listed| !listed.run.computed);
        Some(Self { set, measured, remark, differences })
    }

    /// Compares the fastest of the saved runs with the base.
    pub fn answer(&self) -> Headline {
        let series = &self.set.series;
        let base = &series[self.set.base];
        let compared = series.iter().filter_map(|series| Some((series, series.speedup?)));
        let best = compared.clone().max_by(|a, b| a.1.total_cmp(&b.1));
        let (Some((best, speedup)), Some(base_s)) = (best, base.median_s()) else {
            let reason = match self.remark {
                Some(Obstacle::Resumed) => "a resumed run has the time of its last session only",
                Some(Obstacle::Steered) => "a run was paused, or its workers were changed",
                Some(Obstacle::DifferentCases | Obstacle::DifferentWork) => {
                    "they did different work"
                }
                Some(Obstacle::CommandsAlone) | None => "not all cases are done",
            };
            return format!("{} runs side by side, speed-up unknown: {reason}", series.len())
                .into();
        };
        if compared.count() < 2 {
            return format!("No other run with the same work as {}", base.name).into();
        }
        let noise = if self.measured { NOISE } else { 0.0 };
        if speedup > 1.0 + noise {
            return best.faster_than(base, self.measured);
        }
        let clearly = if self.measured { "clearly " } else { "" };
        format!("No run is {clearly}faster than {}, {}", base.name, duration(base_s)).into()
    }
}

/// Whether both runs did the same work completely, as planned.
fn is_comparable(own: &SavedRun, base: &SavedRun) -> bool {
    did_same_work(own, base) && own.has_total_of_plan() && base.has_total_of_plan()
}

/// Whether both runs did the same work completely.
fn did_same_work(own: &SavedRun, base: &SavedRun) -> bool {
    let same = (own.same_cases, own.same_work) == (base.same_cases, base.same_work);
    (same || ran_same_commands(own, base)) && own.all_done() && base.all_done()
}

/// Whether both runs ran the same commands, and one of them was recorded by another tool, which
/// knows nothing else about its cases.
fn ran_same_commands(own: &SavedRun, base: &SavedRun) -> bool {
    let is_same = own.same_commands.is_some() && own.same_commands == base.same_commands;
    is_same && (own.log.is_some() || base.log.is_some())
}

/// Returns the times of the cases in the order of another run, by their commands.
fn times_like(own: &SavedRun, other: &SavedRun) -> Vec<Option<f64>> {
    if own.commands == other.commands || own.commands.len() != other.commands.len() {
        return own.times_s.clone();
    }
    let by_command = |run: &SavedRun| {
        let mut order: Vec<usize> = (0..run.commands.len()).collect();
        order.sort_by_key(|&case| run.commands[case]);
        order
    };
    let mut times_s = vec![None; own.times_s.len()];
    for (own_case, case) in by_command(own).into_iter().zip(by_command(other)) {
        times_s[case] = own.times_s[own_case];
    }
    times_s
}

/// Returns the labels of the runs; equal names are distinguished by time of day.
fn labels(selected: &[&ListedRun]) -> Vec<String> {
    let mixed = selected.iter().any(|listed| listed.run.computed != selected[0].run.computed);
    let label = |listed: &&ListedRun| {
        let SavedRun { name, ended, computed, .. } = &listed.run;
        let same = selected.iter().filter(|other| other.run.name == *name).count() > 1;
        let time = ended.local.split(' ').next_back().unwrap_or_default();
        let when = if same { format!(", {time}") } else { String::new() };
        let computed = if mixed && *computed { " (simulated)" } else { "" };
        format!("{name}{when}{computed}")
    };
    selected.iter().map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Moment;
    use crate::report::{Account, LogKind, SpeedVerdict, Steering};

    /// A run of three cases, half of its lane-seconds work.
    fn listed(name: &str, total_s: f64, workers: u32) -> ListedRun {
        let lane_seconds = total_s * f64::from(workers);
        let account = Account {
            lane_seconds,
            work: Some(lane_seconds / 2.0),
            stretch: Some(0.0),
            startup: Some(0.0),
            dispatch: Some(0.0),
            barrier: Some(0.0),
            held: Some(0.0),
            lost: Some(0.0),
            idle: Some(lane_seconds / 2.0),
        };
        let run = SavedRun {
            name: name.to_owned(),
            ended: Moment { unix_ms: 0, local: format!("2026-11-24 14:03:{workers:02}") },
            workload: "wait".to_owned(),
            time_scale: 1.0,
            workers,
            cases: 3,
            done: 3,
            total_s: Some(total_s),
            account: Some(account),
            names: ["a", "b", "c"].map(str::to_owned).to_vec(),
            times_s: vec![Some(total_s / 2.0); 3],
            values: vec![Some(1.0); 3],
            same_cases: 1,
            same_work: 1,
            same_values: Some(1),
            ..SavedRun::default()
        };
        ListedRun { id: SavedRunId(name.to_owned()), run, whole: true }
    }

    fn compared(runs: &[ListedRun], base: usize) -> HistoryComparison {
        HistoryComparison::of(&runs.iter().collect::<Vec<_>>(), base).unwrap()
    }

    fn speedups(shown: &HistoryComparison) -> Vec<Option<f64>> {
        shown.set.series.iter().map(|series| series.speedup).collect()
    }

    #[test]
    fn runs_of_the_same_work_are_compared_with_the_selected_base() {
        let runs = [listed("wait: slow", 8.0, 1), listed("wait: fast", 2.0, 4)];
        let shown = compared(&runs, 0);
        assert_eq!(speedups(&shown), [Some(1.0), Some(4.0)]);
        assert_eq!((shown.set.cases, shown.set.names.len(), shown.remark), (3, 3, None));
        let answer = shown.answer().to_string();
        assert_eq!(answer, "fast in 2.0 s instead of 8.0 s with slow: 4.0x faster");
        let [(1, difference)] = &shown.differences[..] else { panic!("one difference") };
        assert_eq!(difference.total_s(), -6.0);

        let shown = compared(&runs, 1);
        assert_eq!(speedups(&shown), [Some(0.25), Some(1.0)]);
        assert_eq!(shown.answer().to_string(), "No run is clearly faster than fast, 2.0 s");
    }

    #[test]
    fn runs_of_different_cases_have_totals_only() {
        let mut runs = [listed("a", 8.0, 1), listed("b", 2.0, 4), listed("c", 4.0, 2)];
        (runs[1].run.same_cases, runs[1].run.same_work) = (2, 2);
        let shown = compared(&runs, 0);
        assert_eq!(speedups(&shown), [Some(1.0), None, Some(2.0)]);
        assert_eq!((shown.set.cases, shown.set.names.len()), (0, 0));
        assert!(shown.remark.is_some_and(|remark| remark == Obstacle::DifferentCases));
        assert_eq!(shown.differences.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [2]);
        assert_eq!(shown.set.series[1].values_match, None);
        // No other run has the same cases as the base.
        let shown = compared(&runs, 1);
        assert_eq!(shown.answer(), "No other run with the same work as b".into());
    }

    #[test]
    fn a_log_of_the_same_commands_is_compared_without_what_it_does_not_know() {
        let mut runs = [listed("own", 8.0, 1), listed("joblog", 2.0, 4)];
        let own = &mut runs[0].run;
        own.times_s = vec![Some(1.0), Some(2.0), Some(3.0)];
        (own.same_commands, own.commands) = (Some(7), vec![30, 10, 20]);
        let log = &mut runs[1].run;
        (log.log, log.same_cases, log.same_values) = (Some(LogKind::Parallel), 2, None);
        log.times_s = vec![Some(20.0), Some(30.0), Some(10.0)];
        (log.same_commands, log.commands) = (Some(7), vec![10, 20, 30]);
        (log.values, log.account) = (Vec::new(), None);
        let shown = compared(&runs, 0);
        assert_eq!(shown.remark, Some(Obstacle::CommandsAlone));
        assert_eq!(shown.set.title, "The same commands, 3 cases");
        assert_eq!(speedups(&shown), [Some(1.0), Some(4.0)]);
        let joblog = &shown.set.series[1];
        assert_eq!(joblog.times_s, [Some(10.0), Some(20.0), Some(30.0)], "by their commands");
        assert_eq!((joblog.values_match, joblog.values.len()), (None, 0));
        assert!(shown.differences.is_empty(), "it has no account");
        runs[1].run.same_commands = Some(8);
        assert_eq!(compared(&runs, 0).remark, Some(Obstacle::DifferentCases));
        // Two runs of our own need the same options too.
        (runs[1].run.same_commands, runs[1].run.log) = (Some(7), None);
        assert_eq!(compared(&runs, 0).remark, Some(Obstacle::DifferentCases));
    }

    #[test]
    fn different_random_draws_are_different_work() {
        let mut runs = [listed("a", 8.0, 1), listed("a", 2.0, 4)];
        runs[1].run.same_work = 2;
        let shown = compared(&runs, 0);
        assert_eq!((shown.set.cases, shown.differences.len()), (3, 0));
        assert!(shown.remark.is_some_and(|remark| remark == Obstacle::DifferentWork));
        assert_eq!(speedups(&shown), [Some(1.0), None]);
        // Equal names are distinguished by time of day.
        let names: Vec<_> = shown.set.series.iter().map(|series| series.name.as_str()).collect();
        assert_eq!(names, ["14:03:01", "14:03:04"]);
    }

    #[test]
    fn an_incomplete_run_has_no_speedup() {
        let mut runs = [listed("a", 8.0, 1), listed("b", 2.0, 4)];
        runs[1].run.done = 2;
        for base in [0, 1] {
            let shown = compared(&runs, base);
            assert_eq!(shown.set.series[1].total_s, None);
            assert_eq!(shown.set.series[1].speedup, None);
            assert!(shown.differences.is_empty());
            assert_eq!(shown.answer().verdict, None);
        }
    }

    #[test]
    fn a_paused_run_is_marked_and_not_compared() {
        let mut runs = [listed("whole", 8.0, 2), listed("paused", 14.0, 2)];
        runs[1].run.steering = Some(Steering { paused_s: 6.0, workers: None });
        assert!(runs[1].run.description().ends_with(" · paused for 6.0 s"));
        for base in [0, 1] {
            let shown = compared(&runs, base);
            assert_eq!((shown.set.series[1].speedup, shown.differences.len()), (None, 0));
            assert_eq!(shown.remark, Some(Obstacle::Steered));
        }
    }

    #[test]
    fn a_resumed_run_is_marked_and_compared_by_its_values_only() {
        let mut runs = [listed("whole", 18.2, 2), listed("resumed", 15.2, 2)];
        runs[1].run.resumed = 1;
        assert_eq!(runs[1].run.total_text(), "15.2 s for 2 of 3");
        let description = runs[1].run.description();
        assert!(description.ends_with("resumed, 1 case done earlier"), "{description}");
        for base in [0, 1] {
            let shown = compared(&runs, base);
            assert_eq!(shown.set.series[1].total_s, None);
            assert_eq!((shown.set.series[1].speedup, shown.differences.len()), (None, 0));
            assert_eq!(shown.set.series[1].values_match, Some(true));
            let answer = shown.answer().to_string();
            assert!(!answer.contains("faster than"), "{answer}");
            assert_eq!(shown.remark, Some(Obstacle::Resumed));
        }
    }

    #[test]
    fn differing_values_are_reported_and_simulated_runs_have_none() {
        let mut runs = [listed("a", 8.0, 1), listed("b", 2.0, 4), listed("c", 2.0, 4)];
        runs[1].run.same_values = Some(2);
        (runs[2].run.same_values, runs[2].run.computed) = (None, true);
        let shown = compared(&runs, 0);
        let found: Vec<_> = shown.set.series.iter().map(|series| series.values_match).collect();
        assert_eq!(found, [Some(true), Some(false), None]);
        assert_eq!(shown.set.series[2].label, "c (simulated)");
    }

    #[test]
    fn one_run_noise_and_empty_runs_give_no_verdict() {
        let run = listed("a", 0.0, 1);
        assert!(HistoryComparison::of(&[&run], 0).is_none());
        // Noise may explain 4 %, but not between simulated runs.
        let mut runs = [listed("a", 1.04, 1), listed("b", 1.0, 1)];
        assert_eq!(
            compared(&runs, 0).answer().to_string(),
            "No run is clearly faster than a, 1.0 s"
        );
        runs.iter_mut().for_each(|listed| listed.run.computed = true);
        assert_eq!(compared(&runs, 0).answer().verdict, Some(SpeedVerdict::faster(1.04)));
        let shown = compared(&[run.clone(), run], 5);
        assert_eq!(speedups(&shown), [None, None]);
        assert!(!shown.answer().lead.contains("NaN"));
    }
}
