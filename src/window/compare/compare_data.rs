//! Runs side by side: sets of runs of the same cases, with their figures. Computed once
//! after each run, not per frame.

use std::sync::Arc;

use crate::experiment::{
    Claim, Experiment, FigureTable, Interval, LabelledRun, Subject, Verdict, compare_rows, findings,
};
use crate::history::{MAX_LISTED_CASES, case_names, list_per_case, values_by_output};
use crate::report::{Headline, RunReport, SpeedVerdict, Timeline};
use crate::schedule::s_from_ns;
use crate::study::{ClockChoice, FrozenStudy, Strategy};
use crate::text::{count, duration};
use crate::window::timeline::timeline_facts::TimelineFacts;

#[derive(Debug, Clone, Default)]
pub struct CompareView {
    pub sets: Vec<CaseSet>,
    pub claims: Vec<Claim>,
    /// Table of totals of an example.
    pub grid: Option<FigureTable>,
}

/// Runs of the same cases with the same workload. `R` leads to the run that represents
/// a series: in memory for experiments, by identifier for saved runs.
#[derive(Debug, Clone)]
pub struct CaseSet<R = MiddleRun> {
    pub title: String,
    pub cases: usize,
    /// Names of the cases; empty above [`MAX_LISTED_CASES`].
    pub names: Vec<String>,
    /// Names of the outputs.
    pub value_names: Vec<String>,
    pub series: Vec<RunSeries<R>>,
    /// Index of the series that speed-ups refer to.
    pub base: usize,
}

/// Runs of the cases with one configuration.
#[derive(Debug, Clone)]
pub struct RunSeries<R = MiddleRun> {
    /// Label among all runs.
    pub label: String,
    /// Label within its set.
    pub name: String,
    pub workers: u32,
    /// Totals of the complete runs, in seconds.
    pub repeats_s: Vec<f64>,
    /// Median of the totals and its interval, in seconds.
    pub total_s: Option<Interval>,
    /// Number of incomplete runs.
    pub undone: usize,
    /// Median of the base divided by this median.
    pub speedup: Option<f64>,
    /// Result of the test against the base, where there is one.
    pub verdict: Option<Verdict>,
    /// Whether all values equal those of the first series; `None` for simulated runs.
    pub values_match: Option<bool>,
    /// Median time of each case, in seconds; empty above [`MAX_LISTED_CASES`].
    pub times_s: Vec<Option<f64>>,
    /// By output: value of each case in the representative run; empty above [`MAX_LISTED_CASES`].
    pub values: Vec<Vec<Option<f64>>>,
    /// The representative run: the one with the median total.
    pub run: R,
}

/// The run that represents a series of an experiment.
#[derive(Debug, Clone)]
pub struct MiddleRun {
    pub report: Arc<RunReport>,
    pub timeline: Arc<Timeline>,
    pub facts: TimelineFacts,
}

impl CompareView {
    pub fn of(session: &Experiment) -> Self {
        let mut sets = sets(&labels(session), &session.runs);
        match &session.subject {
            Subject::Example(name) => {
                let found = findings(*name, &session.runs);
                Self { sets, claims: found.claims, grid: found.grid }
            }
            Subject::Comparison(setups) => {
                let rows = compare_rows(setups, &session.runs);
                for set in &mut sets {
                    // Of a comparison the first configuration is the base.
                    set.base = 0;
                    for series in &mut set.series {
                        if let Some(row) = rows.iter().find(|row| row.setup == series.label) {
                            series.speedup = row.speedup;
                            series.verdict = Some(row.verdict);
                            series.values_match = row.values_match;
                        }
                    }
                }
                Self { sets, ..Self::default() }
            }
            // A sweep has a tab of its own.
            Subject::Sweep(_) => Self::default(),
        }
    }

    /// Counts the claims that are confirmed, not confirmed and inconclusive.
    pub fn verdicts(&self) -> [usize; 3] {
        [Some(true), Some(false), None]
            .map(|held| self.claims.iter().filter(|claim| claim.held == held).count())
    }
}

impl<R> CaseSet<R> {
    /// Whether each case has its own group of bars.
    pub fn has_cases(&self) -> bool {
        self.cases <= MAX_LISTED_CASES
    }

    /// Returns the longest time shown, in seconds; includes the totals on request.
    pub fn longest_s(&self, totals: bool) -> f64 {
        let cases = self.series.iter().flat_map(|series| series.times_s.iter().copied().flatten());
        let all = self.series.iter().flat_map(|series| series.repeats_s.iter().copied());
        let all = all.filter(|_| totals || !self.has_cases());
        cases.chain(all).fold(0.0, f64::max)
    }
}

impl<R> RunSeries<R> {
    pub fn median_s(&self) -> Option<f64> {
        self.total_s.map(|total_s| total_s.median)
    }

    /// Returns the headline of a series that is faster than another one.
    pub fn faster_than(&self, base: &Self, is_measured: bool) -> Headline {
        let [own_s, base_s] =
            [self, base].map(|run| run.median_s().map_or_else(String::new, duration));
        let verb = if is_measured { "in" } else { "would take" };
        Headline {
            lead: format!("{} {verb} {own_s} instead of {base_s} with {}", self.name, base.name),
            verdict: self.speedup.map(SpeedVerdict::faster),
        }
    }
}

impl RunSeries {
    /// Builds the series of a label from its runs, at least one.
    fn of(label: &str, runs: &[&Arc<RunReport>], right: Option<&[Option<f64>]>) -> Self {
        let done = runs.iter().filter(|report| report.state.all_done());
        let repeats_s: Vec<f64> =
            done.filter_map(|report| report.figures.total_parallel_s).collect();
        let report = Arc::clone(middle_run(runs).unwrap_or(runs[0]));
        let timeline = Timeline::of_run(&report.frozen.plan, &report.state);
        let values_match = right.and_then(|right| {
            let all: Option<Vec<_>> = runs.iter().map(|report| values(report)).collect();
            let bits = |value: &Option<f64>| value.map(f64::to_bits);
            let is_right = |own: &Vec<_>| own.iter().map(bits).eq(right.iter().map(bits));
            all.map(|all| all.iter().all(is_right))
        });
        Self {
            label: label.to_owned(),
            name: label.to_owned(),
            workers: report.frozen.plan.workers,
            total_s: Interval::of(&repeats_s),
            undone: runs.len() - repeats_s.len(),
            repeats_s,
            speedup: None,
            verdict: None,
            values_match,
            times_s: times_s(runs),
            values: values_by_output(&report),
            run: MiddleRun {
                facts: TimelineFacts::of(&report, &timeline),
                timeline: Arc::new(timeline),
                report,
            },
        }
    }
}

/// Returns the labels of the steps, each once.
fn labels(experiment: &Experiment) -> Vec<&str> {
    let mut labels: Vec<&str> = Vec::new();
    for step in &experiment.steps {
        if !labels.contains(&step.label.as_str()) {
            labels.push(&step.label);
        }
    }
    labels
}

/// Returns the run with the median total of each label that has one.
pub fn middle_runs(experiment: &Experiment) -> Vec<(Arc<RunReport>, String)> {
    let middle = |label: &str| {
        let of_label = experiment.runs.iter().filter(|run| run.label == label);
        let reports: Vec<_> = of_label.map(|run| &run.report).collect();
        Some((Arc::clone(middle_run(&reports)?), label.to_owned()))
    };
    labels(experiment).into_iter().filter_map(middle).collect()
}

/// Returns the run with the median total, or else the first one; `None` without a run.
fn middle_run<'r>(runs: &[&'r Arc<RunReport>]) -> Option<&'r Arc<RunReport>> {
    let done = runs.iter().filter(|report| report.state.all_done());
    let mut totals: Vec<(f64, &Arc<RunReport>)> =
        done.filter_map(|report| Some((report.figures.total_parallel_s?, *report))).collect();
    totals.sort_by(|a, b| a.0.total_cmp(&b.0));
    let middle = totals.get((totals.len().max(1) - 1) / 2).map(|(_, report)| *report);
    middle.or_else(|| runs.first().copied())
}

/// Groups runs of the same cases; series keep the order of the labels.
fn sets(labels: &[&str], runs: &[LabelledRun]) -> Vec<CaseSet> {
    type Runs<'a> = Vec<(&'a str, Vec<&'a Arc<RunReport>>)>;
    let mut found: Vec<(Arc<FrozenStudy>, Runs<'_>)> = Vec::new();
    for &label in labels {
        let of_label = runs.iter().filter(|run| run.label == label);
        let reports: Vec<_> = of_label.map(|run| &run.report).collect();
        let Some(first) = reports.first() else { continue };
        let frozen = &first.frozen;
        let same = |set: &&mut (Arc<FrozenStudy>, _)| {
            set.0.workload == frozen.workload && set.0.cases == frozen.cases
        };
        match found.iter_mut().find(same) {
            Some((_, series)) => series.push((label, reports)),
            None => found.push((Arc::clone(frozen), vec![(label, reports)])),
        }
    }
    found.into_iter().map(|(frozen, series)| set(&frozen, &series)).collect()
}

fn set(frozen: &FrozenStudy, runs: &[(&str, Vec<&Arc<RunReport>>)]) -> CaseSet {
    let right = runs.first().and_then(|(_, reports)| values(reports[0]));
    let mut series: Vec<RunSeries> = runs
        .iter()
        .map(|(label, reports)| RunSeries::of(label, reports, right.as_deref()))
        .collect();
    let labels: Vec<&str> = runs.iter().map(|(label, _)| *label).collect();
    let start = common_start(&labels);
    let is_series = |series: &RunSeries| series.run.report.frozen.plan.strategy == Strategy::Series;
    let base = series.iter().position(is_series).unwrap_or(0);
    let base_s = series[base].median_s();
    for series in &mut series {
        series.name = series.label[start.len()..].to_owned();
        let own_s = series.median_s().filter(|&own_s| own_s > 0.0);
        series.speedup = base_s.zip(own_s).map(|(base_s, own_s)| base_s / own_s);
    }
    let workload: &str = frozen.workload.into();
    let what = start.trim_end_matches([',', ':', ' ']);
    let what = if what.is_empty() { String::new() } else { format!("{what} · ") };
    let cases = frozen.cases.len();
    let title = format!("{what}{workload}, {}", count(cases, "case"));
    let value_names = frozen.value_names().into_iter().map(str::to_owned).collect();
    CaseSet { title, cases, names: case_names(frozen), value_names, series, base }
}

/// Returns the common beginning of all labels, up to a comma or colon.
pub fn common_start<'a>(labels: &[&'a str]) -> &'a str {
    let [first, others @ ..] = labels else { return "" };
    if others.is_empty() {
        return "";
    }
    let ends = [", ", ": "]
        .iter()
        .flat_map(|end| first.match_indices(end).map(|(at, end)| &first[..at + end.len()]));
    let shared = ends.filter(|start| others.iter().all(|label| label.starts_with(*start)));
    shared.max_by_key(|start| start.len()).unwrap_or("")
}

/// Returns the median time of each case over the runs in which it ended.
fn times_s(runs: &[&Arc<RunReport>]) -> Vec<Option<f64>> {
    let time_s = |case: usize| {
        let records = runs.iter().map(|report| &report.state.records[case]);
        let ended = records.filter(|record| record.has_ended());
        let times_s: Vec<f64> = ended.map(|record| s_from_ns(record.time_ns())).collect();
        Interval::of(&times_s).map(|times_s| times_s.median)
    };
    list_per_case(runs[0], |report| (0..report.frozen.cases.len()).map(time_s).collect())
}

/// Returns the values of all outputs of a run; `None` for simulated runs.
fn values(report: &RunReport) -> Option<Vec<Option<f64>>> {
    let real = report.frozen.plan.clock == ClockChoice::Real;
    real.then(|| report.values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::ExampleName;
    use crate::report::fixtures::MACHINE;
    use crate::run::{CaseEnd, CaseOutcome, RunEvent, RunState};
    use crate::schedule::Ticket;
    use crate::study::{Plan, parse_setup};
    use crate::workload::{Environment, freeze};

    /// Completes the next step: its cases run one after another with these times, in
    /// seconds, and values.
    fn step(session: &mut Experiment, times_s: &[f64], value: impl Fn(usize) -> f64) {
        let step = session.next().unwrap();
        let study = step.study.clone();
        let given = Environment { logical_cpus: 2, seed: 7, last_s: None };
        let workload = step.workload.as_ref();
        let (frozen, _) =
            freeze(study.cases, study.workload, workload, &study.plan, given).unwrap();
        let mut state = RunState::new(times_s.len());
        let mut start_ns = 0;
        for (case, &time_s) in (0..).zip(times_s) {
            let end_ns = start_ns + crate::schedule::ns_from_s(time_s);
            state.apply(RunEvent::Finished(CaseEnd {
                will_retry: false,
                ticket: Ticket { case, lane: 0, attempt: 1, dispatch_index: case },
                start_ns,
                end_ns,
                waited_ns: None,
                cpu_ns: None,
                memory_bytes: None,
                outcome: CaseOutcome::done(Some(value(case as usize))),
            }));
            start_ns = end_ns;
        }
        session.take(Arc::new(RunReport::new(Arc::new(frozen), state, MACHINE)));
    }

    fn compared(values: [f64; 2]) -> CompareView {
        let setups = ["series", "threads:2"].map(|text| parse_setup(text).unwrap());
        let study = crate::study::Study::default();
        let mut session = Experiment::comparison(&study, setups.to_vec(), 3);
        for run in 0_u8..8 {
            let threads = session.next().unwrap().label == "threads:2";
            let (time_s, value) = if threads { (1.0, values[1]) } else { (2.0, values[0]) };
            let time_s = time_s + 0.001 * f64::from(run);
            step(&mut session, &[time_s, 2.0 * time_s, time_s], |_| value);
        }
        CompareView::of(&session)
    }

    #[test]
    fn a_comparison_is_one_set_with_its_figures() {
        let view = compared([5.0, 5.0]);
        let [set] = &view.sets[..] else { panic!("{} sets", view.sets.len()) };
        assert_eq!(set.title, "demo, 3 cases");
        let names: Vec<_> = set.series.iter().map(|series| series.name.as_str()).collect();
        assert_eq!(names, ["series", "threads:2"]);
        let [series, threads] = &set.series[..] else { panic!("two series") };
        assert_eq!((series.repeats_s.len(), series.undone), (3, 0));
        assert_eq!(series.verdict, Some(Verdict::Base));
        assert_eq!((threads.verdict, threads.values_match), (Some(Verdict::Faster), Some(true)));
        assert!((threads.speedup.unwrap() - 2.0).abs() < 0.01);
        // Median of a case over the counted runs, and the run with the median total.
        let middle_s = threads.total_s.unwrap().median;
        assert!((threads.times_s[1].unwrap() - middle_s / 2.0).abs() < 1e-6);
        assert_eq!(threads.run.report.figures.total_parallel_s, Some(middle_s));
        assert!(set.longest_s(true) > 8.0 && set.longest_s(false) < 4.1);
    }

    #[test]
    fn differing_values_are_reported() {
        let view = compared([5.0, 6.0]);
        let matching: Vec<_> =
            view.sets[0].series.iter().map(|series| series.values_match).collect();
        assert_eq!(matching, [Some(true), Some(false)]);
    }

    #[test]
    fn an_example_is_split_into_sets_of_the_same_cases_with_short_names() {
        let plan = Plan { seed: Some(1), ..Plan::default() };
        let mut session = Experiment::example(ExampleName::Queries, &plan, 2);
        let runs = session.steps.len();
        for _ in 0..runs {
            let lengths: Vec<f64> =
                session.next().unwrap().study.cases.iter().map(|case| case.x).collect();
            let squares: Vec<f64> = lengths.iter().map(|x| x * x).collect();
            step(&mut session, &lengths, |case| squares[case]);
        }
        let view = CompareView::of(&session);
        let titles: Vec<_> = view.sets.iter().map(|set| set.title.as_str()).collect();
        assert_eq!(titles, ["wait, 4 cases", "long one last · wait, 4 cases"]);
        let series: usize = view.sets.iter().map(|set| set.series.len()).sum();
        assert_eq!(series, runs);
        for set in &view.sets {
            assert_eq!(set.series[set.base].name, "in series");
            assert!(set.series.iter().all(|series| series.verdict.is_none()), "nothing was tested");
            assert!(set.series.iter().all(|series| series.values_match == Some(true)));
        }
        assert_eq!(view.verdicts().iter().sum::<usize>(), view.claims.len());
    }

    #[test]
    fn without_runs_nothing_is_shown() {
        let plan = Plan::default();
        let session = Experiment::example(ExampleName::CrashTests, &plan, 2);
        let view = CompareView::of(&session);
        assert!(view.sets.is_empty() && view.claims.iter().all(|claim| claim.held.is_none()));
    }

    #[test]
    fn the_common_start_of_labels_ends_at_a_comma_or_colon() {
        assert_eq!(common_start(&["a, b, c", "a, b, d"]), "a, b, ");
        assert_eq!(common_start(&["waiting: in series", "waiting: threads"]), "waiting: ");
        assert_eq!(common_start(&["in series", "in threads"]), "");
        assert_eq!(common_start(&["a, b"]), "");
        assert_eq!(common_start(&[]), "");
    }
}
