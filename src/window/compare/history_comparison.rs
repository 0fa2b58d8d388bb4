//! Kept runs side by side: computed when the choice changes, not in each frame.

use crate::experiment::Interval;
use crate::report::RunDifference;
use crate::text::{duration, ratio};

use super::compare_data::{CaseSet, MOST_CASES, RunSeries, common_start};
use crate::history::{ListedRun, SavedRun, SavedRunId};

/// Totals of single measured runs must differ by more than this share to be called
/// faster, as few repeats must in a comparison: what noise does is not known.
const NOISE: f64 = 0.05;

/// What kept runs show side by side.
#[derive(Debug, Clone)]
pub struct HistoryComparison {
    /// Their cases and totals; of runs of other cases the totals alone.
    pub set: CaseSet<SavedRunId>,
    /// Whether one of them was really run, so that there is noise.
    pub measured: bool,
    /// Why not everything of them can be compared.
    pub remark: Option<&'static str>,
    /// The other runs of the same work, by their place in the set, with what
    /// makes their difference from the base.
    pub differences: Vec<(usize, RunDifference)>,
}

impl HistoryComparison {
    /// These runs side by side, the one at `base` being what the others are
    /// compared with; `None` if there are fewer than two.
    #[must_use]
    pub fn of(chosen: &[&ListedRun], base: usize) -> Option<Self> {
        let first = chosen.first().filter(|_| chosen.len() > 1)?;
        let base = base.min(chosen.len() - 1);
        let all = |same: fn(&SavedRun) -> u64| {
            chosen.iter().all(|listed| same(&listed.run) == same(&first.run))
        };
        let same_cases = all(|run| run.same_cases);
        let same_work = same_cases && all(|run| run.same_work);
        let remark = if !same_cases {
            Some(
                "These runs are not all of the same cases and workload. Only totals stand side \
                 by side, and a speed-up is given only against a base of the same cases.",
            )
        } else if !same_work {
            Some(
                "The same cases, but not the same work: another time scale, or other draws by \
                 another seed. A speed-up is given only for the same work. A seed typed into the \
                 form repeats the draws.",
            )
        } else {
            None
        };
        let labels = labels(chosen);
        let texts: Vec<&str> = labels.iter().map(String::as_str).collect();
        let start = common_start(&texts).len();
        let names = |label: &String| label[start..].to_owned();
        let way = |(listed, label): (&&ListedRun, &String)| {
            let few = same_cases && listed.run.cases <= MOST_CASES;
            let values_match = values_match(&listed.run, &first.run);
            let way = way(listed, &chosen[base].run, few);
            RunSeries { label: label.clone(), name: names(label), values_match, ..way }
        };
        let ways: Vec<RunSeries<SavedRunId>> = chosen.iter().zip(&labels).map(way).collect();
        let of_base = &chosen[base].run;
        let differences = chosen.iter().enumerate().filter(|&(at, _)| at != base);
        let differences = differences.filter_map(|(at, listed)| {
            let own = &listed.run;
            let comparable = is_comparable(own, of_base);
            let accounts = own.account.as_ref().zip(of_base.account.as_ref());
            let (own_account, base_account) = accounts.filter(|_| comparable)?;
            let base = (base_account, of_base.workers);
            Some((at, RunDifference::new(base, (own_account, own.workers))?))
        });
        let noun = if first.run.cases == 1 { "case" } else { "cases" };
        let (title, cases) = if same_cases {
            (format!("{}, {} {noun}", first.run.workload, first.run.cases), first.run.cases)
        } else {
            ("Different cases: totals alone".to_owned(), 0)
        };
        let names = if same_cases { first.run.names.clone() } else { Vec::new() };
        let differences = differences.collect();
        let set = CaseSet { title, cases, names, ways, base };
        let measured = chosen.iter().any(|listed| !listed.run.computed);
        Some(Self { set, measured, remark, differences })
    }

    /// The sentence, and the part of it that counts.
    #[must_use]
    pub fn answer(&self) -> (String, Option<String>) {
        let ways = &self.set.ways;
        let base = &ways[self.set.base];
        let total_s = |way: &RunSeries<SavedRunId>| way.total_s.map(|total_s| total_s.median);
        let compared = ways.iter().filter(|way| way.speedup.is_some());
        let best = compared.filter_map(|way| Some((way, way.speedup?, total_s(way)?)));
        let best = best.max_by(|a, b| a.1.total_cmp(&b.1));
        let (Some((best, speedup, best_s)), Some(base_s)) = (best, total_s(base)) else {
            let why = match self.remark {
                Some(_) => "runs of other work, no speed-up can be given",
                None => "not all cases are done, no speed-up can be given",
            };
            return (format!("{} runs side by side: {why}", ways.len()), None);
        };
        let alone = ways.iter().filter(|way| way.speedup.is_some()).count() < 2;
        if alone {
            return (format!("No other run of the work of {}", base.name), None);
        }
        let noise = if self.measured { NOISE } else { 0.0 };
        if speedup > 1.0 + noise {
            let (best_s, base_s) = (duration(best_s), duration(base_s));
            let would = if self.measured { "in" } else { "would take" };
            let sentence =
                format!("{} {would} {best_s} instead of {base_s} by {}:", best.name, base.name);
            return (sentence, Some(format!("{}x faster", ratio(speedup))));
        }
        let clearly = if self.measured { "clearly " } else { "" };
        (format!("No run is {clearly}faster than {}, {}", base.name, duration(base_s)), None)
    }
}

/// Whether their totals are of the same work, all of it done.
fn is_comparable(own: &SavedRun, base: &SavedRun) -> bool {
    let same = (own.same_cases, own.same_work) == (base.same_cases, base.same_work);
    same && own.all_done() && base.all_done()
}

/// Whether the values are the same, where they must be.
fn values_match(own: &SavedRun, first: &SavedRun) -> Option<bool> {
    let values = own.same_values.zip(first.same_values);
    values.filter(|_| is_comparable(own, first)).map(|(own, first)| own == first)
}

fn way(listed: &ListedRun, of_base: &SavedRun, few: bool) -> RunSeries<SavedRunId> {
    let own = &listed.run;
    let total_s = own.total_s.filter(|_| own.all_done());
    let base_s = of_base.total_s.filter(|_| is_comparable(own, of_base));
    let own_s = total_s.filter(|&own_s| own_s > 0.0);
    RunSeries {
        label: own.name.clone(),
        name: own.name.clone(),
        workers: own.workers,
        repeats_s: total_s.into_iter().collect(),
        total_s: total_s.map(|median| Interval { median, low: median, high: median }),
        undone: usize::from(total_s.is_none()),
        speedup: base_s.zip(own_s).map(|(base_s, own_s)| base_s / own_s),
        verdict: None,
        values_match: None,
        times_s: if few { own.times_s.clone() } else { Vec::new() },
        values: if few { own.values.clone() } else { Vec::new() },
        run: listed.id.clone(),
    }
}

/// What the runs are called; those of the same name with the time of day.
fn labels(chosen: &[&ListedRun]) -> Vec<String> {
    let mixed = chosen.iter().any(|listed| listed.run.computed != chosen[0].run.computed);
    let label = |listed: &&ListedRun| {
        let SavedRun { name, ended, computed, .. } = &listed.run;
        let same = chosen.iter().filter(|other| other.run.name == *name).count() > 1;
        let time = ended.local.split(' ').next_back().unwrap_or_default();
        let when = if same { format!(", {time}") } else { String::new() };
        let computed = if mixed && *computed { " (computed)" } else { "" };
        format!("{name}{when}{computed}")
    };
    chosen.iter().map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Moment;
    use crate::report::Account;

    /// A run of three cases that took so long on so many workers, half of it work.
    fn listed(name: &str, total_s: f64, workers: u32) -> ListedRun {
        let lane_seconds = total_s * f64::from(workers);
        let account = Account {
            lane_seconds,
            work: Some(lane_seconds / 2.0),
            stretch: Some(0.0),
            startup: 0.0,
            dispatch: 0.0,
            barrier: 0.0,
            held: 0.0,
            lost: 0.0,
            idle: lane_seconds / 2.0,
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
        shown.set.ways.iter().map(|way| way.speedup).collect()
    }

    #[test]
    fn runs_of_the_same_work_are_compared_with_the_base_that_was_chosen() {
        let runs = [listed("wait: slow", 8.0, 1), listed("wait: fast", 2.0, 4)];
        let shown = compared(&runs, 0);
        assert_eq!(speedups(&shown), [Some(1.0), Some(4.0)]);
        assert_eq!((shown.set.cases, shown.set.names.len(), shown.remark), (3, 3, None));
        let (sentence, verdict) = shown.answer();
        assert_eq!(sentence, "fast in 2.0 s instead of 8.0 s by slow:");
        assert_eq!(verdict.as_deref(), Some("4.0x faster"));
        let [(1, difference)] = &shown.differences[..] else { panic!("one difference") };
        assert_eq!(difference.total_s(), -6.0);

        let shown = compared(&runs, 1);
        assert_eq!(speedups(&shown), [Some(0.25), Some(1.0)]);
        assert_eq!(shown.answer().0, "No run is clearly faster than fast, 2.0 s");
    }

    #[test]
    fn runs_of_other_cases_have_totals_alone() {
        let mut runs = [listed("a", 8.0, 1), listed("b", 2.0, 4), listed("c", 4.0, 2)];
        (runs[1].run.same_cases, runs[1].run.same_work) = (2, 2);
        let shown = compared(&runs, 0);
        assert_eq!(speedups(&shown), [Some(1.0), None, Some(2.0)]);
        assert_eq!((shown.set.cases, shown.set.names.len()), (0, 0));
        assert!(shown.remark.is_some_and(|remark| remark.contains("not all of the same cases")));
        assert_eq!(shown.differences.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [2]);
        assert_eq!(shown.set.ways[1].values_match, None);
        // Against one that nothing else is of, there is nothing to say.
        let shown = compared(&runs, 1);
        assert_eq!(shown.answer(), ("No other run of the work of b".to_owned(), None));
    }

    #[test]
    fn other_draws_are_other_work_on_the_same_cases() {
        let mut runs = [listed("a", 8.0, 1), listed("a", 2.0, 4)];
        runs[1].run.same_work = 2;
        let shown = compared(&runs, 0);
        assert_eq!((shown.set.cases, shown.differences.len()), (3, 0));
        assert!(shown.remark.is_some_and(|remark| remark.contains("seed")));
        assert_eq!(speedups(&shown), [Some(1.0), None]);
        // Names that are the same are told apart by the time of day.
        let names: Vec<_> = shown.set.ways.iter().map(|way| way.name.as_str()).collect();
        assert_eq!(names, ["14:03:01", "14:03:04"]);
    }

    #[test]
    fn of_a_run_that_was_cut_short_no_speedup_is_given() {
        let mut runs = [listed("a", 8.0, 1), listed("b", 2.0, 4)];
        runs[1].run.done = 2;
        for base in [0, 1] {
            let shown = compared(&runs, base);
            assert_eq!(shown.set.ways[1].total_s, None);
            assert_eq!(shown.set.ways[1].speedup, None);
            assert!(shown.differences.is_empty());
            assert!(!shown.answer().0.contains("faster"));
        }
    }

    #[test]
    fn values_that_differ_are_noticed_and_computed_runs_have_none() {
        let mut runs = [listed("a", 8.0, 1), listed("b", 2.0, 4), listed("c", 2.0, 4)];
        runs[1].run.same_values = Some(2);
        (runs[2].run.same_values, runs[2].run.computed) = (None, true);
        let shown = compared(&runs, 0);
        let found: Vec<_> = shown.set.ways.iter().map(|way| way.values_match).collect();
        assert_eq!(found, [Some(true), Some(false), None]);
        assert_eq!(shown.set.ways[2].label, "c (computed)");
    }

    #[test]
    fn nothing_is_said_of_one_run_of_noise_or_of_runs_of_nothing() {
        let run = listed("a", 0.0, 1);
        assert!(HistoryComparison::of(&[&run], 0).is_none());
        // Noise could have made a difference of 4 %, but not between computed runs.
        let mut runs = [listed("a", 1.04, 1), listed("b", 1.0, 1)];
        assert_eq!(compared(&runs, 0).answer().0, "No run is clearly faster than a, 1.0 s");
        runs.iter_mut().for_each(|listed| listed.run.computed = true);
        assert_eq!(compared(&runs, 0).answer().1.as_deref(), Some("1.04x faster"));
        let shown = compared(&[run.clone(), run], 5);
        assert_eq!(speedups(&shown), [None, None]);
        assert!(!shown.answer().0.contains("NaN"));
    }
}
